"""Whoever changes one printed character is seen by the online check."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

import degree_auth.adapters.reports.press as press_package
from degree_auth.domain.applications.claim import Level, Sex, StudyForm
from degree_auth.domain.cases.report_state import Basis
from degree_auth.domain.reports.check_json import SHOWN_FACTS
from degree_auth.domain.reports.content import ReportContent
from degree_auth.domain.reports.printed import COMPARED_FIELDS, masked_date, masked_number, page_texts
from degree_auth.domain.shared.dates import parse_date
from degree_auth.domain.shared.errors import Invalid
from degree_auth.domain.shared.working_days import SHANGHAI
from degree_auth.services.reports.check import check_report
from degree_auth.services.reports.ports import PressedReport
from tests.doubles.report_log import MemoryReportLog
from tests.doubles.world import World

Words = dict[str, str | tuple[str, ...]]
TYPED = {"holder_name": "name", "birth_date": "birth", "certificate_number": "certificate"}


class Cover(StrEnum):
    """How a changed value shows to somebody who checks a print."""

    ASKED = "asked"
    """The check asks for it; a changed one is malformed, or fits no report."""

    SHOWN = "shown"
    """The answer has it whole, or has all that it is made of."""

    COMPARED = "compared"
    """The answer has it masked, and compares what is typed from the print with what was issued."""

    ADDRESS = "address"
    """It leads to the page that checks: the page compares the address with its own."""


COVERAGE: Mapping[str, tuple[Cover, tuple[str, ...]]] = MappingProxyType(
    {
        "number": (Cover.ASKED, ("report_number",)),
        "code": (Cover.ASKED, ("check_code",)),
        "version": (Cover.SHOWN, ("version",)),
        "issued": (Cover.SHOWN, ("issued_at",)),
        "issued-on": (Cover.SHOWN, ("issued_at",)),
        "name": (Cover.COMPARED, ("holder_name",)),
        "sex": (Cover.SHOWN, ("sex",)),
        "birth": (Cover.COMPARED, ("birth_date",)),
        "institution": (Cover.SHOWN, ("institution_name",)),
        "institution-code": (Cover.SHOWN, ("institution_code",)),
        "level": (Cover.SHOWN, ("level",)),
        "category": (Cover.SHOWN, ("category",)),
        "discipline": (Cover.SHOWN, ("discipline",)),
        "study-form": (Cover.SHOWN, ("study_form",)),
        "award": (Cover.SHOWN, ("award_date",)),
        "certificate": (Cover.COMPARED, ("certificate_number",)),
        "finding": (
            Cover.COMPARED,
            ("holder_name", "award_date", "institution_name", "level", "category", "basis"),
        ),
        "check-page": (Cover.ADDRESS, ()),
        "qr": (Cover.ADDRESS, ("report_number", "check_code")),
    }
)
"""Each printed value with its cover, and the members of request or answer that hold it."""


@dataclass
class Checked:
    """An issued report, what its page prints, and the check of it."""

    world: World = field(default_factory=World)
    contents: list[ReportContent] = field(default_factory=list)

    def __post_init__(self) -> None:
        press = self.world.press.press

        def kept(content: ReportContent) -> PressedReport:
            self.contents.append(content)
            return press(content)

        self.world.press.press = kept  # type: ignore[method-assign]
        self.world.issue(self.world.submit(self.world.body()))

    @property
    def content(self) -> ReportContent:
        return self.contents[0]

    def ask(self, **body: str) -> dict[str, Any]:
        return check_report(self.world.cases, self.world.keyring, MemoryReportLog(), body, pytest.fail)

    def ask_by(self, paper: Mapping[str, Any]) -> dict[str, Any]:
        """The check by all that it can take from a paper."""
        typed = {member: first(paper[name]) for member, name in TYPED.items()}
        return self.ask(report_number=first(paper["number"]), check_code=first(paper["code"]), **typed)


@pytest.fixture(scope="module")
def checked() -> Checked:
    return Checked()


def first(words: str | tuple[str, ...]) -> str:
    return words if isinstance(words, str) else words[0]


def rebuilt(answer: Mapping[str, Any], paper: Mapping[str, Any], check_url: str) -> Words:
    """What the paper must say, by the answer and by what was typed and found equal."""
    report = answer["report"]
    return page_texts(
        ReportContent(
            report_number=report["report_number"],
            check_code=first(paper["code"]),
            version=report["version"],
            issued_at=datetime.fromisoformat(report["issued_at"]),
            holder_name=first(paper["name"]),
            sex=Sex(report["sex"]),
            birth_date=parse_date(first(paper["birth"])),
            institution_name=report["institution_name"],
            institution_code=report["institution_code"],
            level=Level(report["level"]),
            category=report["category"],
            discipline=report["discipline"],
            study_form=StudyForm(report["study_form"]),
            award_date=date.fromisoformat(report["award_date"]),
            certificate_number=first(paper["certificate"]),
            basis=Basis(report["basis"]),
            check_url=check_url,
        )
    )


def seen(checked: Checked, paper: Words) -> bool:
    """Whether somebody who checks a paper with care sees that it is not the one that was issued."""
    try:
        answer = checked.ask_by(paper)
    except Invalid:
        return True
    results = {one["what"]: one["result"] for one in answer["checked"]}
    if answer["state"] != "valid" or results["print"] != "passed":
        return True
    return rebuilt(answer, paper, checked.content.check_url) != paper


def forgeries(paper: Words) -> Iterator[tuple[str, Words]]:
    """Papers with one printed character changed."""
    for name, words in paper.items():
        texts = (words,) if isinstance(words, str) else words
        for which, text in enumerate(texts):
            for place, character in enumerate(text):
                for other in {"7", "8", "人"} - {character}:
                    changed = text[:place] + other + text[place + 1 :]
                    forged = (*texts[:which], changed, *texts[which + 1 :])
                    yield name, {**paper, name: forged[0] if isinstance(words, str) else forged}


@pytest.mark.requirement("A15", "N2")
def test_every_printed_character_that_a_forger_changes_is_seen(checked: Checked) -> None:
    paper = page_texts(checked.content)
    assert not seen(checked, paper)
    tried = list(forgeries(paper))
    unseen = [name for name, forged in tried if not seen(checked, forged)]
    assert unseen == []
    assert {name for name, _ in tried} == paper.keys()


OTHER_FACTS: dict[str, Any] = {
    "version": 2,
    "issued_at": datetime(2026, 11, 23, 10, 0, 1, tzinfo=SHANGHAI),
    "holder_name": "合成别人",
    "sex": None,
    "birth_date": date(1980, 1, 31),
    "institution_name": "别的大学",
    "institution_code": "10001",
    "level": None,
    "category": "法学博士",
    "discipline": "园林",
    "study_form": None,
    "award_date": date(2001, 7, 1),
    "certificate_number": "1000132001000001",
    "basis": None,
    "check_url": "https://check.example.net/check",
}


@pytest.mark.requirement("A15", "N2")
@pytest.mark.parametrize(("fact", "other"), OTHER_FACTS.items())
def test_a_fact_that_a_forger_changes_wherever_it_is_printed_is_seen(checked: Checked, fact: str, other: Any) -> None:
    issued = getattr(checked.content, fact)
    others = [other] if other is not None else [each for each in type(issued) if each is not issued]
    assert issued not in others
    for each in others:
        forged = page_texts(replace(checked.content, **{fact: each}))
        assert forged != page_texts(checked.content)
        assert seen(checked, forged)


@pytest.mark.requirement("A15", "N2")
def test_every_fact_of_a_report_was_forged() -> None:
    # The place in a status list is in the credential alone.
    forged = OTHER_FACTS.keys() | {"report_number", "check_code", "status"}
    assert forged == {one.name for one in fields(ReportContent)}


@pytest.mark.requirement("A15", "N2")
def test_every_printed_value_has_its_cover(checked: Checked) -> None:
    assert page_texts(checked.content).keys() | {"qr"} == COVERAGE.keys()
    page = (Path(press_package.__file__).parent / "page.typ").read_text("utf-8")
    assert set(re.findall(r"\breport\.([a-z-]+[a-z])", page)) - {"fonts", "specimen"} == COVERAGE.keys() - {"qr"}


@pytest.mark.requirement("A15", "N2")
@pytest.mark.parametrize(("name", "row"), COVERAGE.items())
def test_what_covers_a_value_is_asked_or_answered(name: str, row: tuple[Cover, tuple[str, ...]]) -> None:
    cover, members = row
    answered = {*SHOWN_FACTS, "version", "issued_at"}
    known = {
        Cover.ASKED: {"report_number", "check_code"},
        Cover.SHOWN: answered - COMPARED_FIELDS.keys(),
        Cover.COMPARED: answered,
        Cover.ADDRESS: {"report_number", "check_code"},
    }
    assert set(members) <= known[cover]
    assert (cover is Cover.COMPARED) == bool(COMPARED_FIELDS.keys() & set(members))


@pytest.mark.requirement("A15", "N4")
def test_the_answer_masks_what_it_compares(checked: Checked) -> None:
    content = checked.content
    answer = checked.ask_by(page_texts(content))
    assert answer["state"] == "valid"
    for value in (content.holder_name, content.birth_date.isoformat(), content.certificate_number):
        assert value not in str(answer)
    kept = checked.world.cases.reports[content.report_number]
    assert kept.print_key not in str(answer)


@pytest.mark.requirement("A15", "N4")
def test_what_differs_is_not_told_value_by_value(checked: Checked) -> None:
    paper = page_texts(checked.content)
    answers = [
        checked.ask_by({**paper, name: other})
        for name, other in (("name", "别人"), ("birth", "1980-01-01"), ("certificate", "1234567890123456"))
    ]
    assert all(answer == answers[0] for answer in answers)
    assert {one["what"]: one["result"] for one in answers[0]["checked"]} == {
        "code": "passed",
        "print": "failed",
        "file": "not_checked",
        "standing": "passed",
    }
    assert answers[0]["message"].startswith("所填姓名")


@pytest.mark.requirement("A15", "N4")
def test_without_the_right_code_nothing_is_compared(checked: Checked) -> None:
    paper = {**page_texts(checked.content), "code": "00000-00000"}
    answer = checked.ask_by(paper)
    assert answer["state"] == "unknown"
    assert {"what": "print", "result": "not_checked"} in answer["checked"]


@pytest.mark.requirement("A15", "N5")
def test_values_from_the_print_come_all_three_or_not_at_all(checked: Checked) -> None:
    content = checked.content
    with pytest.raises(Invalid) as refused:
        checked.ask(report_number=content.report_number, check_code=content.check_code, birth_date="1999-02-30")
    assert [(one.field, one.code) for one in refused.value.problems] == [
        ("holder_name", "required"),
        ("birth_date", "date_format"),
        ("certificate_number", "required"),
    ]


@pytest.mark.requirement("A15", "N1")
def test_a_report_from_before_the_facts_were_kept_says_what_it_has(checked: Checked) -> None:
    number = checked.content.report_number
    kept = checked.world.cases.reports[number]
    former = {fact: value for fact, value in kept.facts.items() if fact not in ("sex", "study_form")}
    checked.world.cases.reports[number] = replace(kept, facts=former, print_key="")
    try:
        answer = checked.ask_by(page_texts(checked.content))
    finally:
        checked.world.cases.reports[number] = kept
    assert answer["report"]["sex"] is answer["report"]["study_form"] is None
    assert {"what": "print", "result": "not_checked"} in answer["checked"]


@pytest.mark.requirement("N4")
def test_dates_and_numbers_are_masked_for_strangers() -> None:
    assert masked_date(date(1999, 2, 13)) == "1999-**-*3"
    assert masked_number("9999932022000123") == "9999932022****23"
    assert masked_number("京学字12") == "京****"
