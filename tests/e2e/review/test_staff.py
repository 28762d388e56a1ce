"""Accounts of staff on the running stack: opened by two, proven by each action, worthless to who reads histories."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest

from degree_auth.domain.accounts.one_time_codes import code_at, step_at
from tests.e2e.client import Portal, mismatching
from tests.samples.cloudtrail import start_of, user
from tools import staff


def new_account(portal: Portal, *roles: str) -> tuple[str, str]:
    """The name of an account that two others have opened, and the secret of its key."""
    name = f"new-{uuid.uuid4().hex[:4]}-{uuid.uuid4().hex[:4]}"
    account = {"account": name, "roles": list(roles)}
    for action in ("propose_staff_account", "approve_staff_account"):
        who = f"{action[0]}-{name}"
        more = {"reason": "入职"} if action.startswith("propose") else {}
        ended = portal.start({"action": action, "reviewer": who, **account, **more})
        assert ended["status"] == "SUCCEEDED", ended
    slip = json.loads(portal.stored(f"staff-keys/{name}.json"))
    assert slip["otpauth_uri"] not in json.dumps(ended)
    return name, parse_qs(urlparse(slip["otpauth_uri"]).query)["secret"][0]


def started(portal: Portal, action: dict[str, Any], name: str | None = None) -> dict[str, Any]:
    """How an action ended that was started with exactly this input."""
    return portal.start({"code": "", **action}, name)


@pytest.mark.requirement("A13", "N1", "N3")
def test_an_account_that_two_opened_acts_by_its_own_codes_and_each_once(portal: Portal) -> None:
    name, secret = new_account(portal, "reviewer")
    case = portal.apply(mismatching()).with_scan()
    code = code_at(secret, step_at(portal.now()))
    action = {"action": "open_review", "case_number": case.case_number, "reviewer": name, "code": code}
    assert started(portal, action)["status"] == "SUCCEEDED"
    # What the history shows, started again by whoever has read it.
    replayed = started(portal, {**action, "action": "confirm_material"})
    assert (replayed["status"], replayed["error"]) == ("FAILED", "staff_not_proven")
    assert [entry["actor"] for entry in portal.log(case.case_number) if entry["actor"].startswith("staff:")] == []
    confirmed = started(
        portal, {**action, "action": "confirm_material", "code": code_at(secret, step_at(portal.now()) + 1)}
    )
    assert confirmed["status"] == "SUCCEEDED", confirmed
    assert f"staff:{name}" in [entry["actor"] for entry in portal.log(case.case_number)]


@pytest.mark.requirement("A13")
def test_who_has_not_the_role_or_was_closed_does_nothing(portal: Portal) -> None:
    name, secret = new_account(portal, "auditor")
    case = portal.apply(mismatching()).with_scan()
    action = {"action": "confirm_material", "case_number": case.case_number, "reviewer": name}
    ended = started(portal, {**action, "code": code_at(secret, step_at(portal.now()))})
    assert ended["error"] == "staff_role_missing"
    closed = portal.start({"action": "close_staff_account", "account": name, "reason": "离职"})
    assert closed["status"] == "SUCCEEDED", closed
    ended = started(portal, {**action, "code": code_at(secret, step_at(portal.now()) + 1)})
    assert ended["error"] == "staff_not_proven"
    assert case.status()["stage"] == "material_review"


def contradictions(portal: Portal, name: str) -> list[list[str]]:
    """What contradicts each start that is on record of an account, in the order of the executions."""
    starts = portal.client("dynamodb").query(
        TableName=portal.stack["AccountsTable"],
        KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
        ExpressionAttributeValues={":pk": {"S": "staff"}, ":sk": {"S": f"START#{name}-"}},
    )["Items"]
    bodies = [json.loads(one["body"]["S"]) for one in starts]
    assert {one["staff_name"] for one in bodies} == {name}
    return [one["contradictions"] for one in bodies]


@pytest.mark.requirement("A13", "N3")
def test_what_cloudtrail_tells_of_a_start_is_recorded_and_held_against_the_account(portal: Portal) -> None:
    name, secret = new_account(portal, "auditor")
    identity, stranger = user(f"{name}-own"), user(f"{name}-stranger")
    function = portal.function("TraceStaffFunction")
    for steps, who in enumerate((identity, stranger)):
        execution = f"{name}-{steps}"
        action = {"action": "list_staff_accounts", "reviewer": name}
        ended = started(portal, {**action, "code": code_at(secret, step_at(portal.now()) + steps)}, execution)
        assert ended["status"] == "SUCCEEDED", ended
        event = start_of(execution, who, portal.stack["StaffActionsMachineArn"])
        message = {"messageId": execution, "body": json.dumps(event), "attributes": {}, "eventSource": "aws:sqs"}
        assert portal.invoke(function, {"Records": [message]}) == {"batchItemFailures": []}
    assert contradictions(portal, name) == [[], ["account_under_other_principal"]]


@pytest.mark.requirement("A13", "N5")
def test_an_action_without_account_or_code_is_refused_in_plain_words(portal: Portal) -> None:
    machine = portal.stack["StaffActionsMachineArn"]
    ended = staff.act(portal.aws, machine, {"action": "open_review", "reviewer": "审核员"})
    assert ended["error"] == "invalid_input"
    for field in ("reviewer", "code"):
        assert f"\n{field}: " in ended["cause"]
