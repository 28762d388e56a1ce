"""A holder says "not by me" on the running stack: frozen, decided by staff, a report issued so revoked in public."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.e2e.applications.test_platform import Platform, message, new_id
from tests.e2e.client import SECONDS, Applied, Portal, matching, until
from tests.e2e.offices import ask, office
from tests.e2e.receiver import Receiver, is_event, platform_told, watch

pytestmark = [pytest.mark.requirement("A1"), pytest.mark.alone]


def mine(portal: Portal, body: dict[str, Any], case_number: str) -> dict[str, Any]:
    """The case as the list of the holder's own has it."""
    session = {"Authorization": f"Bearer {portal.session(body)}"}
    listed = requests.get(f"{portal.url}/v1/me/applications", headers=session, timeout=SECONDS).json()["applications"]
    found: dict[str, Any] = next(one for one in listed if one["case_number"] == case_number)
    return found


def say(portal: Portal, body: dict[str, Any], case_number: str, method: str = "POST") -> requests.Response:
    """The holder of an application disavows a case, or takes that back."""
    session = {"Authorization": f"Bearer {portal.session(body)}"}
    sent = {"reason": "我没有申请过这份认证"} if method == "POST" else None
    path = f"{portal.url}/v1/me/applications/{case_number}/disavowal"
    return requests.request(method, path, json=sent, headers=session, timeout=SECONDS)


@pytest.mark.requirement("A15", "N1", "N2")
def test_a_report_that_an_impostor_obtained_through_the_platform_is_revoked_and_the_holder_gets_another(portal):
    body, receiver = matching(130), Receiver()
    with platform_told(portal, f"{receiver.url}/platform"):
        platform = Platform(portal)
        sent = message(body)
        answered = platform.send(sent, platform.headers(sent, new_id()))
        impostor = Applied(f"{portal.url}/v1/applications", answered)
        report = impostor.at_stage("concluded")["report"]
        # The holder's own case ends in the report that is in force.
        own = portal.apply(matching(130))
        assert own.at_stage("concluded")["report"]["report_number"] == report["report_number"]
        assert watch(portal, report, f"{receiver.url}/employer").status_code == 201

        assert mine(portal, body, impostor.case_number)["allowed_actions"] == ["disavow"]
        # Somebody else is told that there is no such case.
        assert say(portal, matching(131), impostor.case_number).status_code == 404
        frozen = say(portal, body, impostor.case_number)
        assert (frozen.status_code, frozen.json()["stage"]) == (200, "frozen")
        assert say(portal, body, impostor.case_number).json() == frozen.json()
        assert impostor.get().status_code == 404
        assert portal.check(report_number=report["report_number"], check_code=report["check_code"])["state"] == "valid"
        until(lambda: impostor.case_number in portal.running("DisputeMachineArn"), "the dispute machine waits")

        reason = {"reason": "平台证实系他人账号提交"}
        decided = portal.act("decide_disavowal", impostor.case_number, decision="impersonation", **reason)
        assert decided["status"] == "SUCCEEDED", decided
        checked = portal.check(report_number=report["report_number"], check_code=report["check_code"])
        assert (checked["state"], checked["report"]["cause"]["en"]) == (
            "revoked", "Obtained by somebody else in the holder's name",
        )  # fmt: skip
        notices = requests.get(f"{portal.url}/v1/notices", timeout=SECONDS).json()["notices"]
        assert (report["report_number"], "revoked") in [(one["report_number"], one["state"]) for one in notices]
        until(
            lambda: {"issued", "revoked"} <= {
                one["content"]["event"]
                for one in portal.check(
                    report_number=report["report_number"], check_code=report["check_code"]
                )["log"]["entries"]
            },
            "the report log has it",
        )  # fmt: skip
        told = ["case_disavowed", "disavowal_decided", "report_revoked"]

        def heard() -> bool:
            found = [
                one for _, one, _ in receiver.at("/platform") if one["data"]["case_number"] == impostor.case_number
            ]
            assert all(map(is_event, found))
            return set(told) <= {one["data"]["event"] for one in found}

        until(heard, "the platform is told", 2 * SECONDS)
        until(lambda: receiver.at("/employer"), "who watches the report is told", 2 * SECONDS)

    # A reviewer has the holder's own case issued a report of its own.
    assert own.at_stage("parked")["report"] is None
    assert portal.act("release", own.case_number, reason="持有人本人的申请")["status"] == "SUCCEEDED"
    another = own.at_stage("concluded")["report"]
    assert another["report_number"] != report["report_number"]
    assert portal.check(report_number=another["report_number"], check_code=another["check_code"])["state"] == "valid"
    entry = mine(portal, body, impostor.case_number)
    assert (entry["stage"], entry["outcome"], entry["report_number"]) == ("annulled", "impersonation", None)
    for number in (impostor.case_number, own.case_number):
        assert portal.broken_link(number) is None


@pytest.mark.requirement("A4", "A12", "N1")
def test_a_case_with_its_institution_stands_still_keeps_the_answer_and_goes_on_after_every_machine_was_killed(
    portal, sample
):
    question = ask(portal, 101)
    case, lead = question.case, office(portal, sample, "archive")
    body = {"holder": case.status()["claim"]["holder"]}
    frozen = say(portal, body, case.case_number)
    assert (frozen.status_code, frozen.json()["stage"]) == (200, "frozen")
    assert lead.form(question.task_id)["status"] == "paused"
    # Whatever dies, the machine that waits for the decision comes back.
    portal.stop_everything()
    portal.reconcile()
    until(lambda: case.case_number in portal.running("DisputeMachineArn"), "the dispute machine is back")
    assert portal.act("confirm_material", case.case_number)["error"] == "case_frozen"
    answered = lead.answer(question.task_id)
    assert answered["status"] == "answered"
    # An answer is an entry of the log, and nothing is concluded of it.
    assert [one["type"] for one in portal.log(case.case_number)][-1] == "feedback_received"
    assert portal.reports([case.case_number])[case.case_number] == []
    back = say(portal, body, case.case_number, "DELETE")
    assert (back.status_code, back.json()["allowed_actions"]) == (200, ["disavow"])
    number = until(lambda: mine(portal, body, case.case_number)["report_number"], "the report is issued")
    assert [one["pk"] for one in portal.reports([case.case_number])[case.case_number]] == [f"report#{number}"]
    assert portal.broken_link(case.case_number) is None
    # The link stays void; the holder signs in, or gives the case another.
    assert case.get().status_code == 404
