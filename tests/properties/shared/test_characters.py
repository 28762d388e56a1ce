"""Every reader of a text that other people read refuses the same characters, by the same rule."""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import reduce
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth import domain
from degree_auth.adapters.institutions.client_keys import JoseClientKeys
from degree_auth.domain.accounts.staff_actions import parse_staff_account_action
from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.applications.fields import FIELDS
from degree_auth.domain.applications.submission import parse_submission, parse_supplement
from degree_auth.domain.institutions.machine_client import parse_machine_client
from degree_auth.domain.institutions.own_institution_inputs import parse_department, parse_explanation
from degree_auth.domain.institutions.registration_forms import (
    parse_account_user,
    parse_department_form,
    parse_lead_form,
)
from degree_auth.domain.institutions.staff_actions import parse_institution_action
from degree_auth.domain.notifications.staff_actions import parse_platform_action
from degree_auth.domain.rechecks.dispute import parse_dispute
from degree_auth.domain.register.annual_report_columns import COLUMN, COLUMNS
from degree_auth.domain.register.annual_report_header import read_header
from degree_auth.domain.register.annual_report_row import read_row
from degree_auth.domain.register_changes.file_change_actions import parse_file_change_action
from degree_auth.domain.review.personal_data_actions import parse_personal_data_action
from degree_auth.domain.review.staff_actions import parse_staff_action
from degree_auth.domain.shared.errors import Invalid
from degree_auth.domain.shared.free_text import parse_text
from degree_auth.domain.shared.plain_data import from_data
from degree_auth.domain.verification.feedback import parse_feedback
from degree_auth.domain.verification.task_inputs import parse_extension, parse_reassignment

TODAY = date(2026, 11, 23)
CODES = frozenset({"control_character", "private_use_character", "replacement_character"})
CLAIM: Claim = from_data(
    Claim,
    {
        "holder": {
            "name": "张示例",
            "sex": "female",
            "birth_date": "1949-12-31",
            "identity_type": "passport",
            "identity_number": "E12345678",
        },
        "degree": {
            "institution_code": "10001",
            "institution_name": "示例大学",
            "level": "bachelor",
            "category": "工学学士",
            "discipline": "园林",
            "study_form": "regular",
            "award_date": "2022-06-30",
            "certificate_number": "1000142022000001",
        },
    },
)
TYPED = [path for path, rule in FIELDS.items() if rule.choices is None and not rule.is_date]
OF_THE_CLAIM = [path for path in TYPED if not path.startswith("contact.")]
IN_THE_ARCHIVE = [path for path in OF_THE_CLAIM if path != "degree.institution_code"]
USER = [f"account_user.{name}" for name in ("name", "telephone", "mobile", "fax", "email", "postal_address")]


class Text(NamedTuple):
    """A text inside a body: how it is read, where it stands, and whether it may have several lines."""

    parse: Callable[[object], object]
    body: dict[str, Any]
    path: tuple[str, ...]
    lines: bool

    def faults(self, text: str) -> set[str]:
        """The rules about characters that the text breaks there."""
        body = copy.deepcopy(self.body)
        reduce(lambda inner, name: inner.setdefault(name, {}), self.path[:-1], body)[self.path[-1]] = text
        try:
            self.parse(body)
        except Invalid as refused:
            field = ".".join(self.path)
            return {one.code for one in refused.problems if one.field == field} & CODES
        return set()


def fields(parse: Callable[[object], object], *paths: str, **body: Any) -> list[Text]:
    """Texts of one line, by their dotted places, in a body that holds this as well."""
    return [Text(parse, body, tuple(path.split(".", 1)), lines=False) for path in paths]


def prose(parse: Callable[[object], object], *names: str, **body: Any) -> list[Text]:
    """Texts of several lines in a body that holds this as well."""
    return [Text(parse, body, (name,), lines=True) for name in names]


def read_feedback(body: object) -> object:
    return parse_feedback(body, TODAY)


READERS: dict[str, list[Text]] = {
    "parse_submission": fields(lambda body: parse_submission(body, TODAY), *TYPED),
    "parse_supplement": fields(lambda body: parse_supplement(body, CLAIM, TODAY), *OF_THE_CLAIM),
    "parse_feedback": [
        *fields(read_feedback, "handler", "archive_reference"),
        *fields(read_feedback, *(f"archive_values.{path}" for path in IN_THE_ARCHIVE)),
        *prose(read_feedback, "remark", "reason"),
    ],
    "parse_text": prose(lambda body: parse_text(body, "text", 100), "text"),
    "parse_dispute": prose(parse_dispute, "reason"),
    "parse_extension": prose(parse_extension, "reason"),
    "parse_reassignment": prose(parse_reassignment, "reason"),
    "parse_staff_action": [
        *prose(parse_staff_action, "reason", action="reject"),
        *prose(parse_staff_action, "text", action="send_message"),
    ],
    "parse_file_change_action": prose(parse_file_change_action, "reason", action="close_file_change"),
    "parse_institution_action": [
        *prose(parse_institution_action, "reason", action="withdraw_exemption"),
        *fields(parse_institution_action, "notice_reference", action="propose_account_user"),
    ],
    "parse_explanation": prose(lambda body: parse_explanation("id", body), "text", "text_en"),
    "parse_department": fields(parse_department, "name", "scope.other_years"),
    "parse_lead_form": fields(parse_lead_form, "institution.code", "institution.name", "department.name", *USER),
    "parse_department_form": fields(parse_department_form, "department.name", "scope.other_years", *USER),
    "parse_account_user": fields(parse_account_user, *USER),
    "parse_machine_client": fields(
        lambda body: parse_machine_client("archive-system", body, JoseClientKeys().read), "name"
    ),
    "parse_platform_action": prose(parse_platform_action, "reason", action="resume_platform"),
    "parse_personal_data_action": prose(parse_personal_data_action, "reason", action="export_person"),
    "parse_staff_account_action": prose(parse_staff_account_action, "reason", action="close_staff_account"),
}
WITHOUT_SUCH_TEXT = {
    # Values of a fixed form, in ASCII or as a number.
    "parse_announcement",
    "parse_check_request",
    "parse_coverage_query",
    "parse_date",
    "parse_fee_query",
    "parse_page_place",
    "parse_page_query",
    "parse_work_query",
    "parse_fee_statement",
    "parse_sizes",
    "parse_spot_check_action",
    "parse_task_query",
    "parse_sheet_request",
    "parse_share_request",
    "parse_share_token",
    "parse_watch_removal",
    "parse_watch_request",
    "parse_wishes",
    # A mailbox or number has its form.
    "parse_code_request",
    "parse_proof",
    # What is searched is compared, and neither stored nor shown.
    "parse_task_search",
    # The form inside is read by its own reader.
    "parse_answers",
    # The submission inside is read by its own reader.
    "parse_platform_delivery",
    "parse_platform_message",
    # The name of a file in the bucket: what cannot be printed is refused under a code of its own.
    "parse_reading_query",
    "parse_sent_file",
    # Passwords, codes and tokens: nobody reads them.
    "parse_credentials",
    "parse_new_password",
    "parse_refresh",
    "parse_sign_in",
    "parse_token_request",
}
TEXTS = [
    pytest.param(text, id=f"{name}-{'.'.join(text.path)}-{text.body.get('action', '')}")
    for name, texts in READERS.items()
    for text in texts
]


def rule_broken(char: str, *, lines: bool) -> set[str]:
    """The rule itself, told from Unicode's properties."""
    category, point = unicodedata.category(char), ord(char)
    if char == "\n":
        return set() if lines else {"control_character"}
    if category in {"Cc", "Cf", "Cs", "Zl", "Zp"} or point % 0x10000 >= 0xFFFE or 0xFDD0 <= point <= 0xFDEF:
        return {"control_character"}
    if category == "Co":
        return {"private_use_character"}
    return {"replacement_character"} if char in "\ufffc\ufffd" else set()


REFUSED = [
    *"\x00\t\r\x1f\x7f\x85\u2028\u2029",  # control characters, separators of lines and paragraphs
    *"\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069",  # what turns the direction of writing
    *"\ufff9\ud800\udfff\ufdd0\uffff\U0010ffff\U000e0041",  # other formats, surrogates, noncharacters, tags
    *"\ue000\uf8ff\U000f0000\U00100000",  # private use
    *"\ufffc\ufffd",  # what stands for something lost
]
DROPPED = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\ufe0f\U000e0100"
"""Zero-width characters, which pasting leaves behind."""


@pytest.mark.requirement("N5")
def test_every_reader_of_the_domain_is_among_those_that_keep_the_rule() -> None:
    modules = [import_module(found.name) for found in walk_packages(domain.__path__, f"{domain.__name__}.")]
    readers = {name for module in modules for name in vars(module) if name.startswith("parse_")}
    assert readers == READERS.keys() | WITHOUT_SUCH_TEXT


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("text", TEXTS)
def test_every_reader_refuses_what_no_text_may_hold_by_the_same_rule(text: Text) -> None:
    expected = {f"U+{ord(char):04X}": rule_broken(char, lines=text.lines) for char in [*REFUSED, "\n"]}
    assert {f"U+{ord(char):04X}": text.faults(f"甲{char}乙") for char in [*REFUSED, "\n"]} == expected


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("text", TEXTS)
def test_every_reader_takes_zero_width_characters_and_rare_ideographs(text: Text) -> None:
    assert [char for char in f"{DROPPED}䶮𠮷\ue863⽂" if text.faults(f"甲{char}乙")] == []


@pytest.mark.requirement("N5")
@given(st.characters(codec=None))
def test_any_character_is_refused_by_all_readers_or_by_none(char: str) -> None:
    readers = [text for texts in READERS.values() for text in texts if text.lines or char != "\n"]
    assert len({frozenset(text.faults(f"甲{char}乙")) for text in readers}) == 1


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("char", REFUSED)
def test_a_row_of_the_register_holds_none_of_them_either(char: str) -> None:
    columns = [column.label for column in COLUMNS]
    row = ["" if column.code != "XM" else f"甲{char}乙" for column in COLUMNS]
    with pytest.raises(Invalid) as refused:
        read_row(row, read_header(columns))
    assert "row_text_unreadable" in {one.code for one in refused.value.problems if one.field == COLUMN["XM"].label}


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("请补交证书，谢谢（复印件）！", "请补交证书，谢谢（复印件）！"),
        ("　　第一段。\n　　第二段 ，  两个空格。 ", "第一段。\n　　第二段 ，  两个空格。"),
        ("第一行\r\n第二行", "第一行\n第二行"),
        ("Nova\u0301k：①", "Nov\u00e1k：①"),
        ("⽂\u200b学\ue863\uf9dc", "文学䶮\u9686"),
    ],
)
def test_sentences_keep_their_punctuation_and_lose_what_nobody_sees(typed: str, stored: str) -> None:
    assert parse_text({"text": typed}, "text", 100) == stored
    assert parse_dispute({"reason": typed, "evidence": ["0" * 32]}).reason == stored
    assert parse_extension({"due": "2026-12-14", "reason": typed}).reason == stored
    assert (
        parse_feedback(
            {"result": "verified", "handler": "经办", "archive_reference": "1", "remark": typed}, TODAY
        ).remark
        == stored
    )
    explanation = {"text": typed, "valid_from": "2026-12-01", "version": 0}
    assert parse_explanation("id", explanation).text == stored
    action = {"case_number": "RZ2026112300000001", "reviewer": "reviewer-1"}
    assert parse_staff_action({"action": "reject", **action, "reason": typed}).reason == stored
    assert parse_staff_action({"action": "send_message", **action, "text": typed}).text == stored


@pytest.mark.requirement("N4", "N5")
@pytest.mark.parametrize("number", ["138\u200b0000\u200b0000", "１３８－００００－００００", "138\u30000000\u30000000"])
def test_no_way_of_writing_hides_a_personal_number(number: str) -> None:
    sentence = f"致电 {number}"
    with pytest.raises(Invalid) as refused:
        parse_extension({"due": "2026-12-14", "reason": sentence})
    assert [one.code for one in refused.value.problems] == ["personal_data_in_text"]
    with pytest.raises(Invalid) as refused:
        parse_explanation("id", {"text": sentence, "valid_from": "2026-12-01", "version": 0})
    assert [one.code for one in refused.value.problems] == ["personal_data_in_text"]
