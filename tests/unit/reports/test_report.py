"""What a report says, and how its parts are written."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime

import pytest

from degree_auth.domain.applications.claim import Level, Sex, StudyForm
from degree_auth.domain.cases.names import CHOICE_NAMES
from degree_auth.domain.cases.report_state import Basis
from degree_auth.domain.reports.codes import check_code, check_link, report_number
from degree_auth.domain.reports.masked_name import masked_name
from degree_auth.domain.reports.printable import UnprintableCharacter
from tests.samples.report import CONTENT

DIGEST = hashlib.sha256(b"synthetic").digest()


@pytest.mark.requirement("A5")
@pytest.mark.parametrize("kind", [Sex, Level, StudyForm, Basis])
def test_every_value_that_a_report_prints_has_a_chinese_and_an_english_word(kind):
    for value in kind:
        chinese, english = CHOICE_NAMES[value]
        assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
        assert english.isascii()


@pytest.mark.requirement("N4")
@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张三丰", "张**"),
        ("欧阳锋", "欧阳*"),
        ("欧阳", "欧*"),
        ("司馬相如", "司馬**"),
        ("李", "*"),
        ("𠮷田𠮷", "𠮷**"),
        ("古丽娜尔·买买提", "古***·***"),
        ("MARIE ANNE SMITH", "M**** A*** S****"),
        ("José", "J***"),
        ("Jose\u0301", "J***"),
        ("Мария Иванова", "М**** И******"),
        ("", ""),
    ],
)
def test_a_name_is_masked_for_strangers(name, masked):
    assert masked_name(name) == masked


@pytest.mark.requirement("N4")
def test_number_and_code_stand_in_the_fragment_which_no_server_sees():
    number, code = report_number(DIGEST, date(2026, 11, 23)), check_code(DIGEST)
    sent, _, kept = check_link("https://check.example/check", number, code).partition("#")
    assert sent == "https://check.example/check"
    assert number in kept
    assert code in kept


@pytest.mark.requirement("A5")
def test_numbers_and_codes_have_the_printed_shape():
    assert [len(part) for part in report_number(DIGEST, date(2026, 1, 1)).split("-")] == [4, 4, 4, 4]
    assert report_number(DIGEST, date(2026, 1, 1)).startswith("2026-")
    assert [len(part) for part in check_code(DIGEST).split("-")] == [5, 5]


@pytest.mark.requirement("N4")
def test_a_short_digest_is_refused_because_its_code_could_be_guessed():
    with pytest.raises(ValueError, match="16 bytes"):
        check_code(DIGEST[:15])


@pytest.mark.requirement("N4")
def test_the_error_about_characters_does_not_repeat_them():
    error = UnprintableCharacter(("𠀀",))
    assert error.characters == ("𠀀",)
    assert "𠀀" not in str(error)


@pytest.mark.requirement("A5")
def test_the_time_of_issue_needs_its_offset():
    with pytest.raises(ValueError, match="offset"):
        replace(CONTENT, issued_at=datetime(2026, 1, 1, 8))  # noqa: DTZ001 -- the fault under test
