"""CloudTrail as second witness: each account of staff belongs to one principal, and each principal to one account."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from degree_auth.domain.accounts.staff import Role, StaffEventType, close
from degree_auth.domain.accounts.staff_principals import Contradiction, SeenStart, principal_of, read_start
from degree_auth.domain.shared.chain import verify
from degree_auth.domain.shared.errors import NotSignedIn, Unavailable
from degree_auth.services.accounts.staff_traces import StaffTraces, principal_context
from degree_auth.services.shared.sealing import open_text
from tests.doubles.staff import StaffRoom
from tests.samples.cloudtrail import MACHINE, role_session, signed_in_at_identity_center, start_of, user

LI, WANG = user("li"), user("wang")
OTHER_PRINCIPAL, OTHER_ACCOUNT = Contradiction


@dataclass
class Running:
    """`Executions`: those that have not ended."""

    arns: set[str] = field(default_factory=set)

    def is_under_way(self, execution_arn: str) -> bool:
        return execution_arn in self.arns


class Trail:
    """Staff who act, and what CloudTrail tells of it afterwards."""

    def __init__(self) -> None:
        self.room = StaffRoom()
        self.running = Running()
        self.traces = StaffTraces(self.room.store, self.room.keyring, self.running)
        for name in ("li.ming", "wang.fang", "zhao.lei"):
            self.room.open(name, Role.REVIEWER)

    def acted(self, name: str, identity: dict[str, Any], execution: str) -> SeenStart:
        """Somebody acts by an account, and it is told who it was."""
        self.room.later(seconds=30)
        self.room.admit(name, self.room.code(name), execution, action="open_review")
        return self.told(identity, execution)

    def told(
        self, identity: dict[str, Any], execution: str, at: str = "2026-11-23T02:00:00Z", call: str = "call-1"
    ) -> SeenStart:
        start = read_start(start_of(execution, identity, at=at, call=call))
        assert start is not None
        return self.traces.record(start, self.room.now)

    def kinds(self, name: str) -> list[StaffEventType]:
        return [entry.type for entry in self.room.store.staff_log(name)]


@pytest.fixture
def trail() -> Trail:
    return Trail()


@pytest.mark.requirement("A13", "N3", "N4")
def test_the_first_principal_of_an_account_is_bound_to_it_and_sealed(trail: Trail) -> None:
    seen = trail.acted("li.ming", LI, "execution-1")
    assert (seen.staff_name, seen.contradictions) == ("li.ming", ())
    account = trail.room.store.accounts["li.ming"]
    assert open_text(trail.room.keyring, principal_context("li.ming"), account.principal) == LI["arn"]
    assert open_text(trail.room.keyring, principal_context("execution-1"), seen.principal) == LI["arn"]
    assert trail.kinds("li.ming")[-1] is StaffEventType.PRINCIPAL_BOUND
    assert LI["arn"] not in str([trail.room.store.accounts, trail.room.store.logs, trail.room.store.starts])
    log = [entry.as_dict() for entry in trail.room.store.staff_log("li.ming")]
    assert verify("li.ming", log, named="staff_name") is None


@pytest.mark.requirement("A13", "N1")
def test_the_same_principal_goes_on_in_silence_and_a_call_told_twice_is_recorded_once(trail: Trail) -> None:
    first = trail.acted("li.ming", LI, "execution-1")
    trail.acted("li.ming", LI, "execution-2")
    before = list(trail.kinds("li.ming"))
    assert trail.told(LI, "execution-1") == first
    assert trail.kinds("li.ming") == before
    assert before.count(StaffEventType.PRINCIPAL_BOUND) == 1
    assert [execution for execution, _, _ in trail.room.store.starts] == ["execution-1", "execution-2"]


@pytest.mark.requirement("A13", "N3")
def test_an_account_under_a_principal_not_its_own_is_told_and_on_record(trail: Trail) -> None:
    trail.acted("li.ming", LI, "execution-1")
    assert trail.acted("li.ming", user("stranger"), "execution-2").contradictions == (OTHER_PRINCIPAL,)
    entry = trail.room.store.staff_log("li.ming")[-1]
    assert entry.type is StaffEventType.PRINCIPAL_CONTRADICTED
    assert entry.data["contradictions"] == ["account_under_other_principal"]
    # It is not forgotten who the account belongs to, and a repeat of the event alarms again.
    assert trail.acted("li.ming", LI, "execution-3").contradictions == ()
    assert trail.told(user("stranger"), "execution-2").contradictions == (OTHER_PRINCIPAL,)


@pytest.mark.requirement("A13", "N3")
def test_one_principal_under_two_accounts_is_told_whether_the_second_is_bound_or_not(trail: Trail) -> None:
    trail.acted("li.ming", LI, "execution-1")
    assert trail.acted("wang.fang", LI, "execution-2").contradictions == (OTHER_ACCOUNT,)
    assert trail.room.store.accounts["wang.fang"].principal == "", "a principal of two accounts is bound to one"
    trail.acted("wang.fang", WANG, "execution-3")
    assert trail.acted("wang.fang", LI, "execution-4").contradictions == (OTHER_PRINCIPAL, OTHER_ACCOUNT)


@pytest.mark.requirement("A13", "N3")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (role_session("StaffReviewer", "one", "li"), role_session("StaffApprover", "two", "li")),
        (signed_in_at_identity_center("Reviewer", "li"), signed_in_at_identity_center("Approver", "li")),
    ],
)
def test_one_person_in_two_roles_is_one_principal(trail: Trail, first: dict[str, Any], second: dict[str, Any]) -> None:
    trail.acted("li.ming", first, "execution-1")
    assert trail.acted("li.ming", second, "execution-2").contradictions == ()
    assert trail.acted("wang.fang", second, "execution-3").contradictions == (OTHER_ACCOUNT,)


@pytest.mark.requirement("A13", "N3")
def test_a_name_that_an_execution_had_before_hides_nobody_who_starts_it_again(trail: Trail) -> None:
    trail.acted("li.ming", LI, "execution-1")
    trail.told(WANG, "old")
    trail.room.later(days=91)
    later = "2027-02-22T02:00:00Z"
    trail.room.admit("li.ming", trail.room.code("li.ming"), "old", action="open_review")
    assert trail.told(WANG, "old", later).contradictions == (OTHER_PRINCIPAL,)


@pytest.mark.requirement("A13", "N3")
def test_what_an_account_proved_under_a_name_long_ago_is_no_proof_of_a_later_start(trail: Trail) -> None:
    trail.acted("li.ming", LI, "execution-1")
    seen = trail.told(WANG, "execution-1", "2027-02-22T02:00:00Z")
    assert (seen.staff_name, seen.contradictions) == ("", ())


@pytest.mark.requirement("A13", "N3")
def test_two_who_start_the_same_execution_in_one_second_are_both_on_record(trail: Trail) -> None:
    # Step Functions answers a second start alike that has the same name and input.
    trail.acted("li.ming", LI, "execution-1")
    assert trail.told(WANG, "execution-1", call="call-2").contradictions == (OTHER_PRINCIPAL,)
    assert trail.told(LI, "execution-1").contradictions == ()
    assert len(trail.room.store.starts) == 2


@pytest.mark.requirement("A13", "N1", "N3")
def test_of_two_first_uses_of_a_principal_at_once_one_binds_and_the_other_is_told(trail: Trail) -> None:
    for name, execution in (("li.ming", "execution-1"), ("wang.fang", "execution-2")):
        trail.room.later(seconds=30)
        trail.room.admit(name, trail.room.code(name), execution, action="open_review")

    def overtake() -> None:
        trail.room.store.before_replace = lambda: None
        assert trail.told(LI, "execution-1").contradictions == ()

    trail.room.store.before_replace = overtake
    assert trail.told(LI, "execution-2").contradictions == (OTHER_ACCOUNT,)
    accounts = trail.room.store.accounts
    assert [accounts[name].principal != "" for name in ("li.ming", "wang.fang")] == [True, False]


@pytest.mark.requirement("A13", "N3")
def test_a_proven_action_that_nobody_was_seen_to_start_is_told_after_an_hour(trail: Trail) -> None:
    trail.acted("li.ming", LI, "execution-1")
    trail.room.later(seconds=30)
    trail.room.admit("li.ming", trail.room.code("li.ming"), "called directly", action="open_review")
    assert trail.traces.without_witness(trail.room.now) == []
    trail.room.later(hours=1, seconds=1)
    assert [proof.execution for proof in trail.traces.without_witness(trail.room.now)] == ["called directly"]
    # What CloudTrail tells late is told none the less.
    at = f"{trail.room.now:%Y-%m-%dT%H:%M:%SZ}"
    trail.told(LI, "another", at)
    assert len(trail.traces.without_witness(trail.room.now)) == 1
    trail.told(LI, "called directly")
    assert trail.traces.without_witness(trail.room.now) == []


@pytest.mark.requirement("A13")
def test_a_closed_account_holds_nobody_and_a_new_key_is_bound_anew(trail: Trail) -> None:
    trail.acted("li.ming", LI, "execution-1")
    before = trail.room.store.accounts["li.ming"]
    trail.room.store.replace_staff_account(before, *close(before, "wang.fang", "改名", "staff:0", trail.room.now))
    assert trail.acted("zhao.lei", LI, "execution-2").contradictions == ()
    trail.room.open("zhao.lei", Role.REVIEWER)
    assert trail.acted("zhao.lei", user("zhao"), "execution-3").contradictions == ()


@pytest.mark.requirement("A13", "N3")
def test_a_start_that_no_account_proved_is_on_record_and_binds_nobody(trail: Trail) -> None:
    with pytest.raises(NotSignedIn):
        trail.room.admit("li.ming", "000000", "guess", action="open_review")
    seen = trail.told(LI, "guess")
    assert (seen.staff_name, seen.contradictions) == ("", ())
    assert trail.room.store.accounts["li.ming"].principal == ""


@pytest.mark.requirement("A13", "N1")
def test_what_is_told_while_the_execution_is_under_way_is_told_again(trail: Trail) -> None:
    start = read_start(start_of("execution-1", LI))
    assert start is not None
    trail.running.arns = {start.execution_arn}
    with pytest.raises(Unavailable):
        trail.told(LI, "execution-1")
    assert trail.room.store.starts == {}
    assert trail.acted("li.ming", LI, "execution-1").staff_name == "li.ming"


@pytest.mark.requirement("A13", "N1")
def test_an_action_at_the_same_moment_is_not_lost(trail: Trail) -> None:
    trail.room.admit("li.ming", trail.room.code("li.ming"), "execution-1", action="open_review")

    def overtake() -> None:
        trail.room.store.before_replace = lambda: None
        trail.room.admit("li.ming", trail.room.code("li.ming", 1), "execution-2", action="open_review")

    trail.room.store.before_replace = overtake
    trail.told(LI, "execution-1")
    kinds = trail.kinds("li.ming")
    assert (kinds.count(StaffEventType.ACTED), kinds.count(StaffEventType.PRINCIPAL_BOUND)) == (2, 1)


@pytest.mark.requirement("A13")
@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        (user("li"), "arn:aws:iam::123456789012:user/li"),
        (role_session("staff", "li@example.org"), "arn:aws:sts::123456789012:assumed-role/staff/li@example.org"),
        # A session may be named anything; its source identity was set by whoever signed the person in.
        (role_session("staff", "made-up", source="li"), "123456789012/source-identity/li"),
        (signed_in_at_identity_center("Staff", "li@example.org"), "123456789012/identity-center/li@example.org"),
        # A role that only bears such a name is anybody's, and its session is named by whoever assumes it.
        (
            role_session("AWSReservedSSO_Staff", "li"),
            "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Staff/li",
        ),
        ({"type": "AWSService", "invokedBy": "events.amazonaws.com"}, "events.amazonaws.com"),
        ({"type": "AWSAccount", "principalId": "AIDAEXAMPLE"}, "AIDAEXAMPLE"),
    ],
)
def test_who_a_principal_is(identity: dict[str, Any], expected: str) -> None:
    assert principal_of(identity) == expected


@pytest.mark.requirement("A13")
def test_a_start_is_read_without_its_input_and_a_refused_call_is_none() -> None:
    start = read_start(start_of("RZ20261123K7Q2M9XD-confirm-1", LI))
    assert start is not None
    assert (start.execution, start.principal) == ("RZ20261123K7Q2M9XD-confirm-1", LI["arn"])
    assert start.execution_arn == f"{MACHINE.replace(':stateMachine:', ':execution:')}:{start.execution}"
    for change in (
        {"errorCode": "AccessDenied", "responseElements": None},
        {"eventName": "StopExecution", "responseElements": None},
    ):
        event = start_of("execution", LI)
        event["detail"] |= change
        assert read_start(event) is None
