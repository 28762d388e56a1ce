"""Written notices: one a conclusion, genuine in the check, and out of force once another conclusion follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.reports.codes import normalise_report_number
from degree_auth.domain.reports.issued_document import DocumentKind, Timestamp
from degree_auth.domain.reports.log import logged_event
from degree_auth.domain.shared.errors import Conflict, NotFound
from degree_auth.services.reports.check import check_report
from tests.doubles.memory import CountingPress
from tests.doubles.report_log import MemoryReportLog
from tests.doubles.world import World
from tests.unit.rechecks.test_rechecks import disputed, reported, verified_again


def told(world: World, case: Case) -> dict[str, Any]:
    notice: dict[str, Any] = world.own_case.status(case.case_number, world.now)["notice"]
    return notice


def checked(world: World, document: dict[str, Any]) -> dict[str, Any]:
    asked = {"report_number": document["notice_number"], "check_code": document["check_code"]}
    return check_report(world.cases, world.keyring, MemoryReportLog(), asked, pytest.fail)


@pytest.mark.requirement("A5", "N6")
@pytest.mark.parametrize(
    ("result", "outcome"),
    [("not_awarded", "not_confirmed"), ("no_such_person", "not_confirmed"), ("cannot_verify", "cannot_verify")],
)
def test_a_denied_applicant_has_a_numbered_document_that_says_why_and_how_to_dispute_it(
    result: str, outcome: str
) -> None:
    world = World()
    case = world.denied(result)
    notice = told(world, case)
    document = notice["document"]
    assert document["notice_number"].startswith("N2026-")
    assert case.written_notice is not None
    assert f"{case.written_notice.sha256}.pdf?" in document["url"]
    assert notice["dispute_until"] == "2027-01-22"
    pressed = world.documents.objects[f"{case.written_notice.object_key}.pdf"].decode()
    for said in ("2022 届学位授予名册", "档-2022-001", "名册中无此人", "2027年1月22日", world.records[0].name):
        assert said in pressed
    answer = checked(world, document)
    assert (answer["state"], answer["report"], answer["notice"]["outcome"]) == ("notice", None, outcome)
    assert world.records[0].name not in str(answer)
    by_file = check_report(
        world.cases, world.keyring, MemoryReportLog(), {"sha256": case.written_notice.sha256}, pytest.fail
    )
    assert by_file["notice"] == answer["notice"]


@pytest.mark.requirement("A5", "A15")
@pytest.mark.parametrize("authority", [None, "Synthetic Timestamp Authority"])
def test_the_check_tells_when_a_notice_was_stamped_and_by_whom(authority: str | None) -> None:
    world = World()
    at = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    world.press.timestamp = None if authority is None else Timestamp(at, authority)
    document = told(world, world.denied("not_awarded"))["document"]
    stamped = None if authority is None else {"at": "2026-11-23T10:30:00+08:00", "authority": authority}
    assert checked(world, document)["notice"]["timestamp"] == stamped


@pytest.mark.requirement("A5", "N1")
def test_however_often_it_is_issued_there_is_one_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    case = world.denied()
    for _ in range(3):
        assert world.issue(case) == world.cases.load(case.case_number)
    assert [one.kind for one in world.cases.reports.values()] == [DocumentKind.WRITTEN_NOTICE]


@pytest.mark.requirement("A5", "N1")
def test_a_press_that_fails_concludes_nothing_and_the_next_try_concludes_once() -> None:
    world = World()
    case = world.asked()
    world.forget()
    case = world.answer(case, "not_awarded")

    class Broken(CountingPress):
        def press_notice(self, content: object) -> Any:
            raise ConnectionError

    working = world.issuance
    notices = replace(working.written_notices, press=Broken())
    world.issuance = replace(working, written_notices=notices)
    with pytest.raises(ConnectionError):
        world.issue(case)
    assert world.cases.load(case.case_number) == case
    assert world.cases.reports == {}
    world.issuance = working
    assert world.issue(case).stage is Stage.CONCLUDED
    assert len(world.cases.reports) == 1


@pytest.mark.requirement("A5", "N1")
def test_a_process_that_dies_at_the_commit_leaves_a_file_and_the_next_try_concludes_once() -> None:
    world = World()
    case = world.asked()
    world.forget()
    case = world.answer(case, "not_awarded")

    def die() -> None:
        raise ConnectionError

    world.cases.before_commit = die
    with pytest.raises(ConnectionError):
        world.issue(case)
    assert (world.cases.load(case.case_number), world.cases.reports) == (case, {})
    world.cases.before_commit = lambda: None
    world.issue(case)
    assert len(world.cases.reports) == 1


@pytest.mark.requirement("A5", "A6", "N1")
def test_a_notice_is_out_of_force_once_a_report_takes_its_place() -> None:
    world = World()
    case = world.denied("no_such_person")
    document = told(world, case)["document"]
    case = verified_again(world, disputed(world, case), "verified")
    assert checked(world, document)["state"] == "notice"
    world.staff("decide_recheck", case, command="d", reason="档案已查到", decision="superseded")
    case = world.drive(case.case_number)
    assert case.report is not None
    assert (case.written_notice, told(world, case)) == (None, None)
    answer = checked(world, document)
    assert (answer["state"], answer["notice"]["superseded_by"]) == ("notice_superseded", case.report.report_number)
    assert world.cases.published == {}
    report = world.cases.reports[case.report.report_number]
    assert report.supersedes is None


@pytest.mark.requirement("A5", "A6")
def test_an_upheld_denial_has_a_notice_of_its_own_in_the_place_of_the_first() -> None:
    world = World()
    case = world.denied("cannot_verify")
    first = told(world, case)["document"]
    case = verified_again(world, disputed(world, case), "not_awarded")
    world.staff("decide_recheck", case, command="d", reason="档案已查明", decision="upheld")
    case = world.drive(case.case_number)
    second = told(world, case)["document"]
    assert (first["version"], second["version"]) == (1, 2)
    assert checked(world, first)["notice"]["superseded_by"] == second["notice_number"]
    assert checked(world, second)["notice"]["outcome"] == "not_confirmed"
    pressed = world.documents.objects[f"{case.written_notice.object_key}.pdf"].decode() if case.written_notice else ""
    assert "档案已查明" in pressed


@pytest.mark.requirement("A5", "A6")
def test_a_revoked_report_gives_its_holder_a_notice() -> None:
    world = World()
    case = verified_again(world, disputed(world, reported(world)), "not_awarded")
    world.staff("decide_recheck", case, command="d", reason="无此授予", decision="revoked")
    case = world.drive(case.case_number)
    assert checked(world, told(world, case)["document"])["state"] == "notice"


@pytest.mark.requirement("A6")
def test_a_dispute_is_taken_to_the_end_of_the_day_that_the_notice_names() -> None:
    world = World()
    case = world.denied()
    world.now += timedelta(days=60, hours=12)
    case = disputed(world, case)
    assert case.stage is Stage.RECHECK_ADMISSION
    late = World()
    case = late.denied()
    late.now += timedelta(days=61)
    with pytest.raises(Conflict, match="dispute_period_over"):
        disputed(late, case)


@pytest.mark.requirement("A15", "N2")
def test_issue_and_end_of_a_notice_go_into_the_report_log() -> None:
    world = World()
    case = verified_again(world, disputed(world, world.denied()), "verified")
    world.staff("decide_recheck", case, command="d", reason="档案已查到", decision="superseded")
    case = world.drive(case.case_number)
    kinds = (EventType.CASE_CONCLUDED, EventType.NOTICE_SUPERSEDED, EventType.REPORT_ISSUED)
    logged = [logged_event(one.as_dict()) for one in world.cases.log(case.case_number) if one.type in kinds]
    assert [one.event for one in logged] == ["issued", "superseded", "issued"]
    assert logged[0].sha256 == logged[1].sha256 != logged[2].sha256


@pytest.mark.requirement("A15", "N5")
def test_the_number_of_a_notice_is_read_as_people_type_it_and_is_never_a_reports() -> None:
    world = World()
    document = told(world, world.denied())["document"]
    number = document["notice_number"]
    assert normalise_report_number(f" {number.lower().replace('-', ' ')}") == number
    as_report = {"report_number": number.removeprefix("N"), "check_code": document["check_code"]}
    answer = check_report(world.cases, world.keyring, MemoryReportLog(), as_report, pytest.fail)
    assert answer["state"] == "unknown"


@pytest.mark.requirement("A15", "N4")
def test_a_wrong_code_of_a_notice_is_answered_like_an_unknown_number() -> None:
    world = World()
    document = told(world, world.denied())["document"]
    other = told(world, world.denied(asked=world.asked(discipline="林学")))["document"]
    wrong = {"report_number": document["notice_number"], "check_code": other["check_code"]}
    answer = check_report(world.cases, world.keyring, MemoryReportLog(), wrong, pytest.fail)
    assert (answer["state"], answer["notice"]) == ("unknown", None)


def test_nobody_without_the_token_gets_the_notice() -> None:
    world = World()
    case = world.denied()
    with pytest.raises(NotFound):
        world.own_cases.authorise_link("another", case.case_number)
