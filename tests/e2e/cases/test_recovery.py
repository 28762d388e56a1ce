"""Killing executions: nothing is lost, nothing happens twice, and the reconciler brings every case back."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

import pytest
from botocore.exceptions import ClientError

from tests.e2e.client import CASE_MACHINES, Applied, Portal, awards, matching, mismatching, until

pytestmark = pytest.mark.alone

MANY = 40
AT_ONCE = 6
FIRST = 200
"""Where the records of this module begin."""


@contextmanager
def out_of_order(portal: Portal, logical_id: str) -> Iterator[None]:
    """A function that cannot be called for a while."""
    name, functions = portal.function(logical_id), portal.client("lambda")
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        yield
    finally:
        functions.delete_function_concurrency(FunctionName=name)


@contextmanager
def killing(portal: Portal) -> Iterator[None]:
    """Whatever runs is stopped, again and again."""
    enough = Event()

    def kill() -> None:
        while not enough.wait(0.3):
            portal.stop_everything()

    killer = Thread(target=kill)
    killer.start()
    try:
        yield
    finally:
        enough.set()
        killer.join()


def reconciled(portal: Portal, cases: dict[str, str]) -> None:
    """Reconcile until every case stands where it belongs, given by its number."""

    def settled() -> bool:
        portal.reconcile()
        return stages(portal, cases) == cases

    try:
        until(settled, "every case stands where it belongs", 120)
    except AssertionError:
        found = stages(portal, cases)
        astray = {number: (found[number], stage) for number, stage in cases.items() if found[number] != stage}
        raise AssertionError(f"found and expected: {astray}") from None


def stages(portal: Portal, cases: dict[str, str]) -> dict[str, str]:
    every = {item["pk"]: item["stage"] for item in portal.case_items() if item["sk"] == "CASE"}
    return {case_number: every[case_number] for case_number in cases}


def assert_reported_once(portal: Portal, case_numbers: list[str]) -> None:
    """One report a case, whose stored file is the one on record, told of once in a whole log."""
    for case_number, reports in portal.reports(case_numbers).items():
        (report,) = reports
        assert hashlib.sha256(portal.stored(f"{report['object_key']}.pdf")).hexdigest() == report["sha256"]
        assert [entry["type"] for entry in portal.log(case_number)].count("report_issued") == 1
        assert portal.broken_link(case_number) is None


@dataclass(frozen=True)
class Crowd:
    """Many applications, taken in while their executions were killed, and where each belongs afterwards."""

    applied: list[Applied]
    belongs: dict[str, str]

    def numbers(self, stage: str) -> list[str]:
        return [case_number for case_number, belongs in self.belongs.items() if belongs == stage]


@pytest.fixture(scope="module")
def crowd(portal) -> Crowd:
    bodies = [(matching if which % 2 else mismatching)(FIRST + which) for which in range(MANY)]
    with ThreadPoolExecutor(AT_ONCE) as together:
        applied = list(together.map(portal.apply, bodies[:24]))
        with killing(portal):
            applied += together.map(portal.apply, bodies[24:32])
        applied += together.map(portal.apply, bodies[32:])
    belongs = {one.case_number: "concluded" if which % 2 else "material_review" for which, one in enumerate(applied)}
    # A reviewer confirms and corrects against the scan.
    for which in range(12, 24, 2):
        applied[which].with_scan()
    portal.stop_everything()
    for which in range(0, 12, 2):
        assert applied[which].post("withdrawal").status_code == 200
        belongs[applied[which].case_number] = "withdrawn"
    for which in range(12, 18, 2):
        ended = portal.act("confirm_material", applied[which].case_number)
        assert ended["status"] == "SUCCEEDED", ended
        belongs[applied[which].case_number] = "verification"
    with killing(portal):
        for which in range(18, 24, 2):
            right = awards()[FIRST + which]["ZSZYMC"]
            action = {"reason": "按证书更正", "degree": {"discipline": right}}
            ended = portal.act("correct_claim", applied[which].case_number, **action)
            assert ended["status"] == "SUCCEEDED", ended
            belongs[applied[which].case_number] = "concluded"
    portal.stop_everything()
    return Crowd(applied, belongs)


@pytest.mark.requirement("N1", "N2", "N3")
def test_after_all_executions_were_killed_every_case_comes_to_where_it_belongs_with_one_report_at_most(portal, crowd):
    assert len(crowd.belongs) == MANY
    assert not set(portal.running()) & set(crowd.belongs)
    found = stages(portal, crowd.belongs)
    assert found != crowd.belongs, "nothing was interrupted"
    reconciled(portal, crowd.belongs)
    assert_reported_once(portal, crowd.numbers("concluded"))
    for stage in ("material_review", "verification", "withdrawn"):
        for case_number, reports in portal.reports(crowd.numbers(stage)).items():
            assert reports == []
            assert portal.broken_link(case_number) is None


@pytest.mark.requirement("N1")
def test_after_reconciling_each_waiting_case_has_one_machine_and_an_ended_one_none(portal, crowd):
    reconciled(portal, crowd.belongs)
    waiting = set(crowd.numbers("material_review"))

    def running() -> Counter[str]:
        return Counter(one for one in portal.running() if one in crowd.belongs)

    until(lambda: running() == Counter(waiting), "each waiting case has one running machine")
    portal.reconcile()
    assert running() == Counter(waiting)
    assert not set(portal.running("IssuanceMachineArn")) & set(crowd.belongs)


@pytest.mark.requirement("N1", "A5")
def test_every_applicant_of_a_matching_claim_has_the_report_in_the_end(portal, crowd):
    reconciled(portal, crowd.belongs)
    for one in crowd.applied:
        if crowd.belongs[one.case_number] == "concluded":
            report = one.status()["report"]
            found = portal.check(report_number=report["report_number"], check_code=report["check_code"])
            assert found["state"] == "valid"


@pytest.mark.requirement("A1", "N1", "N6")
def test_while_the_press_is_out_of_order_the_case_is_safe_and_says_that_its_report_is_coming(portal):
    with out_of_order(portal, "IssueReportFunction"):
        applied = portal.apply(matching(FIRST + 100))
        assert (applied.response.status_code, applied.answer["stage"]) == (202, "issuing")
        assert applied.answer["report"] is None
        assert applied.status()["held_by"] == "centre"
        portal.stop_everything()
    reconciled(portal, {applied.case_number: "concluded"})
    assert_reported_once(portal, [applied.case_number])


@pytest.mark.requirement("N1", "N2")
def test_a_report_issued_eight_times_at_once_is_one_report(portal):
    with out_of_order(portal, "IssueReportFunction"):
        applied = portal.apply(matching(FIRST + 101))
        assert applied.answer["stage"] == "issuing"
        portal.stop_everything()
    press, event = portal.function("IssueReportFunction"), {"case_number": applied.case_number}
    with ThreadPoolExecutor(8) as together:
        answers = list(together.map(lambda _: portal.invoke(press, event), range(8)))
    assert len({json.dumps(one) for one in answers}) == 1
    assert answers[0]["report_number"] == applied.status()["report"]["report_number"]
    assert_reported_once(portal, [applied.case_number])
    assert portal.invoke(press, event) == answers[0]
    assert_reported_once(portal, [applied.case_number])


@pytest.mark.requirement("N1", "N2")
def test_a_case_that_was_withdrawn_while_its_report_was_waited_for_gets_none(portal):
    with out_of_order(portal, "IssueReportFunction"):
        applied = portal.apply(matching(FIRST + 102))
        portal.stop_everything()
        assert applied.post("withdrawal").status_code == 200
    assert portal.invoke(portal.function("IssueReportFunction"), {"case_number": applied.case_number}) == {
        "case_number": applied.case_number,
        "stage": "withdrawn",
        "report_number": None,
    }
    assert portal.reports([applied.case_number])[applied.case_number] == []


@pytest.mark.requirement("N2")
def test_a_record_that_the_register_lost_before_the_report_was_made_certifies_nothing(portal):
    row = awards()[FIRST + 103]
    with out_of_order(portal, "IssueReportFunction"):
        applied = portal.apply(matching(FIRST + 103))
        assert applied.answer["stage"] == "issuing"
        portal.stop_everything()
    table, database = portal.stack["RegisterTable"], portal.client("dynamodb")
    (record,) = database.query(
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"{row['XWSYDWM']}#{row['XWZSBH']}"}},
    )["Items"]
    database.delete_item(TableName=table, Key={name: record[name] for name in ("pk", "sk")})
    try:
        reconciled(portal, {applied.case_number: "material_review"})
        assert applied.status()["comparison"]["result"] == "not_found"
        assert portal.reports([applied.case_number])[applied.case_number] == []
    finally:
        database.put_item(TableName=table, Item=record)


@pytest.mark.requirement("A1", "N1")
def test_with_the_machines_themselves_gone_applications_are_taken_and_resumed_once_they_are_back(portal):
    machines = portal.client("stepfunctions")
    kept = [machines.describe_state_machine(stateMachineArn=portal.stack[name]) for name in CASE_MACHINES]
    waiting = portal.apply(mismatching(FIRST + 105))
    try:
        for one in kept:
            machines.delete_state_machine(stateMachineArn=one["stateMachineArn"])
        until(lambda: all(_is_gone(machines, one["stateMachineArn"]) for one in kept), "the machines are gone")
        matched, mismatched = portal.apply(matching(FIRST + 106)), portal.apply(mismatching(FIRST + 107))
        assert (matched.response.status_code, matched.answer["stage"]) == (202, "issuing")
        assert (mismatched.response.status_code, mismatched.answer["stage"]) == (202, "material_review")
    finally:
        for one in kept:
            created = machines.create_state_machine(
                name=one["name"], definition=one["definition"], roleArn=one["roleArn"], type=one["type"]
            )
            assert created["stateMachineArn"] == one["stateMachineArn"]
    belongs = {
        waiting.case_number: "material_review",
        matched.case_number: "concluded",
        mismatched.case_number: "material_review",
    }
    reconciled(portal, belongs)
    assert_reported_once(portal, [matched.case_number])
    until(lambda: {waiting.case_number, mismatched.case_number} <= set(portal.running()), "their machines wait again")


def _is_gone(machines, arn: str) -> bool:
    try:
        machines.describe_state_machine(stateMachineArn=arn)
    except ClientError as error:
        return error.response["Error"]["Code"] == "StateMachineDoesNotExist"
    return False
