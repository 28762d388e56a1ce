"""Disputes and register changes, over HTTP and with real machines: each step, each end, and killed in every stage."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests

from tests.e2e.cases.test_recovery import out_of_order
from tests.e2e.client import (
    CASE_MACHINES,
    FOREIGN_DISCIPLINE,
    SECONDS,
    Applied,
    Portal,
    awards,
    fresh,
    matching,
    mismatching,
    people,
    told_of,
    until,
)
from tests.e2e.offices import Office, asked_awards, routed
from tests.e2e.receiver import Receiver, platform_told, watch

FIRST_PERSON, SECOND_PERSON = "reviewer-1", "reviewer-2"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()


def discipline() -> str:
    """A name that no register has had, so that the tests may be run again on the same one."""
    return "样例专业" + "".join(random.choices("甲乙丙丁戊己庚辛壬癸", k=8))


def reported(portal: Portal, which: int) -> Applied:
    """A case of the institution that the register matches, with its report."""
    applied = portal.apply(matching(asked_awards()[which]))
    assert applied.at_stage("concluded")["report"]
    return applied


def disputed(applied: Applied) -> Applied:
    """The same case, disputed with new evidence."""
    body = {"reason": "专业名称与证书不符", "evidence": [applied.attach("evidence")]}
    for _ in range(2):
        answered = applied.post("disputes", body)
        assert answered.status_code == 200, answered.text
        assert answered.json()["stage"] == "recheck_admission"
    return applied


def done(portal: Portal, action: str, applied: Applied, **more: Any) -> dict[str, Any]:
    """A decision of staff that must be carried out."""
    ended = portal.act(action, applied.case_number, **more)
    assert ended["status"] == "SUCCEEDED", ended
    return ended


def answered_again(portal: Portal, lead: Office, applied: Applied, **form: Any) -> None:
    """Staff admit the recheck, and the lead department verifies again."""
    done(portal, "admit_recheck", applied, reason="符合受理条件")
    lead.answer(routed(portal, applied).task_id, **form)
    applied.at_stage("recheck_decision")


def change_stage(portal: Portal, applied: Applied) -> str:
    """What the case's register change waits for."""
    (item,) = portal.items(applied.case_number, "CHANGE")
    return str(item["stage"])


def change_at(portal: Portal, applied: Applied, stage: str) -> None:
    until(lambda: change_stage(portal, applied) == stage, f"the register change comes to {stage}")


def check_of(portal: Portal, report: dict[str, str]) -> dict[str, Any]:
    return portal.check(report_number=report["report_number"], check_code=report["check_code"])


def logged(portal: Portal, report: dict[str, str]) -> list[str]:
    """What the report log has of a report, once all of it is under a signed head."""
    found = until(
        lambda: found if (found := check_of(portal, report)["log"])["state"] == "logged" else None, "it is logged"
    )
    return [one["content"]["event"] for one in found["entries"]]


def notice_of(portal: Portal, report_number: str) -> dict[str, Any] | None:
    """The public notice of a report, from whichever page."""
    cursor = None
    while True:
        asked = {} if cursor is None else {"cursor": cursor}
        page = requests.get(f"{portal.url}/v1/notices", params=asked, timeout=SECONDS).json()
        found = [one for one in page["notices"] if one["report_number"] == report_number]
        if found:
            (notice,) = found
            return dict(notice)
        cursor = page["next"]
        if cursor is None:
            return None


@pytest.mark.requirement("A2", "A3", "A5", "A11", "N3")
def test_the_register_comes_to_say_what_was_verified_and_the_same_claim_matches_at_once(portal, archive):
    body = matching(asked_awards()[66])
    body["degree"]["discipline"] = discipline()
    applied = portal.apply(body).with_scan()
    done(portal, "confirm_material", applied, reviewer=FIRST_PERSON)
    question = routed(portal, applied)
    assert change_stage(portal, applied) == "outcome"
    archive.answer(question.task_id)
    assert applied.at_stage("concluded")["report"]
    change_at(portal, applied, "second_person")
    again = {"reason": "与反馈相符", "reviewer": FIRST_PERSON}
    refused = portal.act("approve_register_change", applied.case_number, **again)
    assert (refused["status"], refused["error"]) == ("FAILED", "second_person_required")
    done(portal, "approve_register_change", applied, reason="与反馈相符", reviewer=SECOND_PERSON)
    change_at(portal, applied, "done")
    again = portal.apply(fresh(body))
    assert again.answer["stage"] in ("issuing", "concluded")
    assert again.at_stage("concluded")["report"]
    assert portal.items(again.case_number, "TASK#") == []
    for one in (applied, again):
        assert portal.broken_link(one.case_number) is None


@pytest.mark.alone
@pytest.mark.requirement("A4", "A6", "A9", "A15", "N3", "N4")
def test_a_dispute_from_its_evidence_to_the_report_that_takes_the_first_ones_place(portal, lead, archive, receiver):
    sent = matching(asked_awards()[17])
    applied = portal.apply(sent)
    first = applied.at_stage("concluded")["report"]
    assert logged(portal, first) == ["issued"]
    told = f"/watcher-{uuid4().hex}"
    assert watch(portal, first, receiver.url + told).status_code == 201
    with platform_told(portal, f"{receiver.url}/platform"):
        disputed(applied)
        done(portal, "admit_recheck", applied, reason="符合受理条件")
        question = routed(portal, applied)
        assert archive.get(f"tasks/{question.task_id}").status_code == 404
        form = {"result": "partly_inconsistent", "archive_values": {"degree.discipline": FOREIGN_DISCIPLINE}}
        lead.answer(question.task_id, **form)
        applied.at_stage("recheck_decision")
        assert check_of(portal, first)["state"] == "valid"
        refused = portal.act("decide_recheck", applied.case_number, reason="维持", decision="upheld")
        assert refused["error"] == "decision_against_answer"
        done(portal, "decide_recheck", applied, reason="以档案为准", decision="superseded")
        status = applied.at_stage("concluded")
        second = status["report"]
        assert second["report_number"] != first["report_number"]
        assert [one["status"] for one in status["rechecks"]] == ["superseded"]
        assert [(one["report_number"], one["state"]) for one in status["former_reports"]] == [
            (first["report_number"], "superseded")
        ]

        old, new = check_of(portal, first), check_of(portal, second)
        assert (old["state"], new["state"]) == ("superseded", "valid")
        chain = [(1, "superseded"), (2, "valid")]
        for answer in (old, new):
            assert [(one["version"], one["state"]) for one in answer["report"]["versions"]] == chain
        assert new["report"]["discipline"] == FOREIGN_DISCIPLINE
        notice = until(lambda: notice_of(portal, first["report_number"]), "the notice is public")
        assert (notice["state"], notice["superseded_by"]) == ("superseded", second["report_number"])
        assert sorted(logged(portal, first)) == ["issued", "superseded"]
        assert logged(portal, second) == ["issued"]

        def correction() -> dict[str, Any] | None:
            bodies = [
                one for _, one, _ in receiver.at("/platform") if one["data"]["case_number"] == applied.case_number
            ]
            return next((one["data"]["facts"] for one in bodies if one["type"] == "degree-auth.report.corrected"), None)

        corrected = until(correction, "the platform is told", 2 * SECONDS)
    assert (corrected["state"], corrected["report_number"], corrected["superseded_by"]) == (
        "superseded",
        first["report_number"],
        second["report_number"],
    )
    until(lambda: receiver.at(told), "the watcher is told", 2 * SECONDS)
    assert [one["data"]["state"] for _, one, _ in receiver.at(told)] == ["superseded"]
    everything = json.dumps([notice, [raw.decode() for _, _, raw in receiver.heard]], ensure_ascii=False)
    assert told_of(people(sent), everything) == []
    assert portal.broken_link(applied.case_number) is None
    change_at(portal, applied, "second_person")
    done(portal, "close_register_change", applied, reason="测试结束，数据库保持原状")
    change_at(portal, applied, "done")


@pytest.mark.requirement("A6", "A15", "N2")
def test_a_dispute_may_cost_the_report_and_the_correction_is_public(portal, lead):
    applied = disputed(reported(portal, 43))
    report = applied.status()["report"]
    answered_again(portal, lead, applied, result="not_awarded")
    done(portal, "decide_recheck", applied, reason="档案无此授予", decision="revoked")
    status = applied.at_stage("concluded")
    assert (status["outcome"], status["report"]) == ("not_confirmed", None)
    assert check_of(portal, report)["state"] == "revoked"
    notice = until(lambda: notice_of(portal, report["report_number"]), "the notice is public")
    assert (notice["state"], notice["superseded_by"]) == ("revoked", None)
    assert sorted(logged(portal, report)) == ["issued", "revoked"]
    change_at(portal, applied, "second_person")
    done(portal, "close_register_change", applied, reason="测试结束，数据库保持原状")


@pytest.mark.requirement("A6", "N1", "N6")
def test_a_dispute_is_taken_back_and_the_report_stands(portal):
    applied = disputed(reported(portal, 15))
    report = applied.status()["report"]
    for _ in range(2):
        answered = applied.post("withdrawal")
    assert answered.status_code in (200, 409)
    status = applied.at_stage("concluded")
    assert [one["status"] for one in status["rechecks"]] == ["withdrawn"]
    assert status["report"]["report_number"] == report["report_number"]
    assert check_of(portal, report)["state"] == "valid"
    refused = portal.act("admit_recheck", applied.case_number, reason="受理")
    assert refused["error"] == "no_recheck_to_admit"
    until(lambda: applied.case_number not in portal.running("DisputeMachineArn"), "its machine has ended")


def killed(portal: Portal, applied: Applied) -> None:
    """Nothing runs for a case any more."""
    portal.stop_everything()
    for machine in CASE_MACHINES:
        assert applied.case_number not in portal.running(machine)


def brought_back(portal: Portal, applied: Applied, *machines: str) -> None:
    """The reconciler starts, of each of these machines, one execution for the case."""

    def runs() -> bool:
        portal.reconcile()
        return all(portal.running(machine).count(applied.case_number) == 1 for machine in machines)

    until(runs, f"{machines} run again", 2 * SECONDS)


def brought_to(portal: Portal, applied: Applied, stage: str) -> None:
    """The reconciler brings the case's register change to a stage."""
    until(lambda: portal.reconcile() and change_stage(portal, applied) == stage, f"it comes to {stage}", 2 * SECONDS)


@pytest.mark.alone
@pytest.mark.requirement("A6", "A11", "N1", "N2")
def test_killed_in_every_stage_a_dispute_and_its_register_change_go_on(portal, lead):
    applied = disputed(reported(portal, 16))
    killed(portal, applied)
    brought_back(portal, applied, "DisputeMachineArn")
    done(portal, "admit_recheck", applied, reason="符合受理条件")
    killed(portal, applied)
    brought_back(portal, applied, "VerificationMachineArn", "RegisterChangeMachineArn")
    assert change_stage(portal, applied) == "outcome"
    lead.answer(
        routed(portal, applied).task_id,
        result="partly_inconsistent",
        archive_values={"degree.discipline": FOREIGN_DISCIPLINE},
    )
    applied.at_stage("recheck_decision")
    killed(portal, applied)
    brought_back(portal, applied, "DisputeMachineArn")
    with out_of_order(portal, "IssueReportFunction"):
        done(portal, "decide_recheck", applied, reason="以档案为准", decision="superseded")
        assert applied.status()["stage"] == "issuing"
        killed(portal, applied)
    until(lambda: portal.reconcile() and applied.status()["stage"] == "concluded", "it is concluded", 2 * SECONDS)
    brought_to(portal, applied, "second_person")
    assert [one["state"] for one in applied.status()["former_reports"]] == ["superseded"]
    assert len(portal.reports([applied.case_number])[applied.case_number]) == 2
    killed(portal, applied)
    brought_back(portal, applied, "RegisterChangeMachineArn")
    with out_of_order(portal, "ChangeRegisterFunction"):
        done(portal, "close_register_change", applied, reason="测试结束，数据库保持原状")
        killed(portal, applied)
    change_at(portal, applied, "done")
    types = [one["type"] for one in portal.log(applied.case_number)]
    for once in ("recheck_opened", "recheck_admitted", "recheck_decided", "report_superseded"):
        assert types.count(once) == 1
    assert types.count("report_issued") == 2
    assert portal.broken_link(applied.case_number) is None


@pytest.mark.alone
@pytest.mark.requirement("A11", "N1")
def test_killed_in_every_stage_a_register_change_is_applied_once(portal, archive):
    body = mismatching(asked_awards()[77])
    body["degree"]["discipline"] = discipline()
    applied = portal.apply(body).with_scan()
    with out_of_order(portal, "ChangeRegisterFunction"):
        done(portal, "confirm_material", applied)
        question = routed(portal, applied)
        killed(portal, applied)
        brought_back(portal, applied, "RegisterChangeMachineArn")
        archive.answer(question.task_id)
        applied.at_stage("concluded")
        assert change_stage(portal, applied) == "proposal"
        killed(portal, applied)
    brought_to(portal, applied, "second_person")
    with out_of_order(portal, "ChangeRegisterFunction"):
        done(portal, "approve_register_change", applied, reason="与反馈相符", reviewer=SECOND_PERSON)
        assert change_stage(portal, applied) == "application"
        killed(portal, applied)
    brought_to(portal, applied, "done")
    types = [one["type"] for one in portal.log(applied.case_number)]
    assert types.count("register_change_applied") == 1
    (row,) = _records(portal, awards()[asked_awards()[77]])
    assert int(row["version"]["N"]) > 1
    assert portal.apply(fresh(body)).at_stage("concluded")["report"]


def _records(portal: Portal, row: dict[str, str]) -> list[dict[str, Any]]:
    """What the register has of an award."""
    found = portal.client("dynamodb").query(
        TableName=portal.stack["RegisterTable"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"{row['XWSYDWM']}#{row['XWZSBH']}"}},
    )
    return list(found["Items"])
