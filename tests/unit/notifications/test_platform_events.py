"""What the platform is told: which events, in which form, and never of a person."""

from __future__ import annotations

import json

import pytest

from degree_auth.domain.cases.events import EventType
from degree_auth.domain.notifications.platform_message import CORRECTIONS, MESSAGES, platform_event
from degree_auth.domain.notifications.public_event import public_event
from tests.doubles.platform_events import problems_of, told_of_log
from tests.doubles.world import World
from tests.samples.api_document import DOCUMENT
from tests.samples.award_cases import denied_beside, verified_beside
from tests.unit.rechecks.test_rechecks import disputed, reported, verified_again
from tests.unit.reports.test_sharing import corrected, revoke, second
from tools.event_schema import SCHEMA, event_schema


def test_the_schema_in_the_repository_is_that_of_the_document() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == event_schema(), "python -m tools.event_schema"


def test_all_that_the_platform_is_told_of_are_events_of_a_case_and_types_of_the_schema() -> None:
    assert {each.value for each in EventType} >= MESSAGES.keys()
    types = DOCUMENT["components"]["schemas"]["PlatformEvent"]["properties"]["type"]["enum"]
    assert {f"degree-auth.{name}" for name in MESSAGES.values()} == set(types)


@pytest.mark.requirement("A15", "N4")
def test_only_facts_that_are_named_are_told_and_the_form_is_that_of_the_schema() -> None:
    world = World()
    case = world.issue(world.submit(world.body()))
    for kind in MESSAGES:
        facts = {"institution_code": "10001", "due": None, "fields": ["holder.name"], "task_id": "x", "reason": "x"}
        if kind in CORRECTIONS:
            facts |= {"report_number": "2026-7K3M-Q0ZT-4B97"}
        event = {"case_number": case.case_number, "seq": 4, "type": kind, "at": world.now.isoformat(), "facts": facts}
        told = platform_event(event, case)
        assert told is not None
        assert told["data"]["facts"].keys() <= {"institution_code", "due", "report_number", "state"}
        assert problems_of(told) == []
        assert told["data"]["facts"].get("state") == CORRECTIONS.get(kind)
    assert platform_event(event | {"type": "attachment_stored"}, case) is None
    assert problems_of({**told, "more": 1}) != []


@pytest.mark.requirement("A12", "A15")
def test_an_event_says_where_the_case_stands_and_until_when_the_institution_has_time() -> None:
    world = World()
    case = world.asked(discipline="园艺学")
    told = told_of_log(world.cases.log(case.case_number))
    assert case.task is not None
    assert case.task.due is not None
    routed = next(one for one in told if one["data"]["event"] == "task_routed")
    assert routed["type"] == "degree-auth.deadline.set"
    assert (routed["data"]["stage"], routed["data"]["held_by"]) == ("verification", "institution")
    assert routed["data"]["due"] == routed["data"]["facts"]["due"] == case.task.due.isoformat()
    assert told[0]["data"]["due"] is None


@pytest.mark.requirement("A6", "A15")
def test_the_platform_is_told_of_every_step_of_a_dispute_and_which_report_takes_anothers_place() -> None:
    world = World()
    case = disputed(world, reported(world))
    case = verified_again(world, case, "partly_inconsistent", archive_values={"degree.discipline": "园林"})
    world.staff("decide_recheck", case, command="decide", reason="以档案为准", decision="superseded")
    case = world.drive(case.case_number)
    assert case.report is not None
    told = told_of_log(world.cases.log(case.case_number))
    steps = [one["data"]["event"] for one in told if one["type"] == "degree-auth.recheck.progressed"]
    assert steps == ["recheck_opened", "recheck_admitted", "recheck_decided"]
    (correction,) = [one for one in told if one["type"] == "degree-auth.report.corrected"]
    facts = correction["data"]["facts"]
    assert (facts["state"], facts["superseded_by"]) == ("superseded", case.report.report_number)


@pytest.mark.requirement("A6", "A15", "N4")
@pytest.mark.parametrize("decision", ["superseded", "revoked"])
def test_the_platform_is_told_what_became_of_a_report_that_another_case_corrected(decision: str) -> None:
    world = World()
    case = reported(world)
    other = second(world)
    other = corrected(world, other) if decision == "superseded" else revoke(world, other)
    told = told_of_log(world.cases.log(case.case_number))[-1]
    assert (told["type"], told["data"]["event"]) == ("degree-auth.conclusion.changed", "report_followed")
    assert case.report is not None
    facts = told["data"]["facts"]
    assert (facts["report_number"], facts["state"]) == (case.report.report_number, decision)
    assert facts.get("superseded_by") == (None if other.report is None else other.report.report_number)
    assert "sealed" not in facts


@pytest.mark.requirement("A15", "A6", "N1")
def test_the_bus_and_the_platform_are_told_of_a_spot_check_that_the_register_contradicts() -> None:
    world = World()
    case = reported(world)
    assert case.report is not None
    world.register.records = []
    world.rechecks.spot_check(case.case_number, "draw-1", case.report.report_number, world.now)
    opened = next(one for one in world.cases.log(case.case_number) if one.type is EventType.RECHECK_OPENED).as_dict()
    assert opened["data"]["register_result"] == "not_found"
    # As earlier versions wrote it.
    earlier = opened | {"data": {**opened["data"], "comparison": "not_found"}}
    for entry in (opened, earlier):
        told = platform_event(public_event(entry), case)
        assert told is not None
        assert told["data"]["facts"] == {"cause": "spot_check"}
        assert problems_of(told) == []


@pytest.mark.requirement("A5", "A15", "N4")
def test_the_platform_hears_that_a_denied_case_has_a_report_after_all() -> None:
    world = World()
    case = denied_beside(world)
    other = verified_beside(world, 5)
    told = told_of_log(world.cases.log(case.case_number))[-1]
    assert other.report is not None
    assert told["data"]["event"] == "conclusion_followed"
    assert told["data"]["facts"] == {
        "superseded_by": other.report.report_number,
        "institution_code": other.institution_code,
    }
    # Who was denied in which case, no event of another case tells.
    assert case.case_number not in str([public_event(one.as_dict()) for one in world.cases.log(other.case_number)])


@pytest.mark.requirement("A15", "N4")
def test_a_whole_cases_events_name_nobody() -> None:
    world = World()
    case = world.issue(world.submit(world.body()))
    told = told_of_log(world.cases.log(case.case_number))
    assert told[-1]["type"] == "degree-auth.conclusion.reached"
    assert world.records[0].name not in json.dumps(told, ensure_ascii=False)
