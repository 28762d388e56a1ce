"""Who has viewed my information: what the holder sees of the record, and of the checks of a report (N3, N4, N6)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from degree_auth.domain.accounts.staff import Role
from degree_auth.domain.readings.names import PURPOSE_NAMES, READER_NAMES, ROLE_NAMES
from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import ReaderKind, staff
from degree_auth.domain.shared.errors import Forbidden, Invalid, NotFound
from degree_auth.services.applications.callers import ByHolder, ByLink
from degree_auth.services.applications.own_readings import A_PAGE
from degree_auth.services.cases.check_codes import check_code_of
from degree_auth.services.reports.check import check_report, count_check
from tests.doubles.report_log import MemoryReportLog
from tests.doubles.world import World, lead_of

pytestmark = pytest.mark.requirement("N3", "N4", "N6")


@pytest.fixture
def world() -> World:
    return World()


def test_the_holder_sees_institution_role_purpose_and_time_and_no_name(world: World) -> None:
    case = world.asked()
    world.readings.begin(case.case_number, staff("li.ming", [Role.REVIEWER], "run-1"), Purpose.REVIEW, world.now)
    world.now += timedelta(minutes=5)
    world.forms.form(lead_of(case), case.task_id or "", world.now)
    told = world.own_readings(ByHolder(world.own_cases, world.holder_of(case))).page(case.case_number, None, world.now)
    assert told["next_cursor"] is None
    assert told["readings"] == [
        {
            "at": "2026-11-23T10:05:00+08:00",
            "until": "2026-11-23T11:05:00+08:00",
            "reader": {"kind": "institution", "zh": "学位授予单位工作人员", "en": "Somebody at an institution"},
            "role": {"zh": "牵头部门", "en": "Lead department"},
            "institution_name": f"单位 {lead_of(case).institution_code}",
            "purpose": {"code": "verification", "zh": "核查学位", "en": "Verifying the degree"},
        },
        {
            "at": "2026-11-23T10:00:00+08:00",
            "until": "2026-11-23T11:00:00+08:00",
            "reader": {"kind": "staff", "zh": "学位中心工作人员", "en": "Staff of the degree centre"},
            "role": {"zh": "审核员", "en": "Reviewer"},
            "institution_name": None,
            "purpose": {"code": "review", "zh": "审查材料与作出决定", "en": "Reviewing and deciding"},
        },
    ]
    text = json.dumps(told, ensure_ascii=False)
    for hidden in ("li.ming", "run-1", lead_of(case).account_id + '"', "account:"):
        assert hidden not in text


def test_a_long_record_comes_page_by_page(world: World) -> None:
    case = world.submit(world.body())
    for which in range(A_PAGE + 3):
        reader = staff("li.ming", [Role.REVIEWER], f"run-{which}")
        world.readings.begin(case.case_number, reader, Purpose.REVIEW, world.now + timedelta(seconds=which))
    shown = world.own_readings(ByHolder(world.own_cases, world.holder_of(case)))
    first = shown.page(case.case_number, None, world.now)
    rest = shown.page(case.case_number, first["next_cursor"], world.now)
    assert (len(first["readings"]), len(rest["readings"]), rest["next_cursor"]) == (A_PAGE, 3, None)
    times = [one["at"] for one in first["readings"] + rest["readings"]]
    assert times == sorted(times, reverse=True)
    assert len(set(times)) == A_PAGE + 3


@pytest.mark.parametrize("cursor", ["", "0", "x", "-1", "1234567", "１"])
def test_a_cursor_that_no_page_gave_is_refused(world: World, cursor: str) -> None:
    case = world.submit(world.body())
    with pytest.raises(Invalid):
        world.own_readings(ByHolder(world.own_cases, world.holder_of(case))).page(case.case_number, cursor, world.now)


def test_it_is_the_holders_alone(world: World) -> None:
    received = world.received(world.body())
    number = received.case.case_number
    with pytest.raises(Forbidden):
        world.own_readings(ByLink(world.own_cases, received.access_token or "")).page(number, None, world.now)
    other = replace(world.holder_of(received.case), name="另一·样例")
    with pytest.raises(NotFound):
        world.own_readings(ByHolder(world.own_cases, other)).page(number, None, world.now)


def test_checks_of_the_report_are_shown_by_day_and_those_that_find_nothing_are_none(world: World) -> None:
    case = world.issue(world.submit(world.body()))
    assert case.report is not None
    number = case.report.report_number

    def check(**asked: str) -> None:
        answer = check_report(world.cases, world.keyring, MemoryReportLog(), asked, world.faults.append)
        count_check(world.reading_store, answer, world.now, world.faults.append)

    check(sha256=case.report.sha256)
    check(sha256="0" * 64)
    check(report_number=number, check_code=check_code_of(world.keyring, "2026-0000-0000-0000"))
    world.now += timedelta(days=1)
    check(sha256=case.report.sha256)
    check(sha256=case.report.sha256)
    shown = world.own_readings(ByHolder(world.own_cases, world.holder_of(case))).page(case.case_number, None, world.now)
    assert shown["checks"] == [
        {"number": number, "day": "2026-11-24", "count": 2},
        {"number": number, "day": "2026-11-23", "count": 1},
    ]
    assert world.faults == []


def test_a_check_that_cannot_be_counted_is_answered_and_told() -> None:
    class Broken:
        def count_check(self, report_number: str, day: date) -> None:
            raise RuntimeError("2026-0001")

        def checks_of(self, report_number: str, latest: int) -> list[tuple[date, int]]:
            return []

    faults: list[str] = []
    answer = {"report": {"report_number": "2026-0001"}, "notice": None}
    count_check(Broken(), answer, World().now, faults.append)
    assert faults == ["a check was not counted: RuntimeError"]


def test_every_kind_role_and_purpose_has_a_name_in_both_languages() -> None:
    assert set(READER_NAMES) == set(ReaderKind)
    assert set(PURPOSE_NAMES) == set(Purpose)
    assert set(ROLE_NAMES) > set(Role)
