"""Accounts of staff: two approvers open one, a new key goes to its user alone, and a leaver is closed for good."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from degree_auth.adapters.accounts.qr_code import qr_rows
from degree_auth.domain.accounts.attempts import OF_STAFF
from degree_auth.domain.accounts.staff import KEY_TIME, Role, StaffEventType, StaffStatus
from degree_auth.domain.register.annual_report_values import RowMark
from degree_auth.domain.shared.chain import verify
from degree_auth.domain.shared.errors import Conflict, DegreeAuthError, NotFound, NotSignedIn
from degree_auth.services.accounts.staff_traces import principal_context
from degree_auth.services.shared.sealing import seal_text
from degree_auth.services.shared.staff_desk import ActionResult
from tests.unit.review.test_staff_roles import Centre

REVIEWER = {"account": "newcomer", "roles": ["reviewer"]}


@pytest.fixture
def centre() -> Centre:
    return Centre()


def opened(centre: Centre, account: dict[str, Any] | None = None) -> ActionResult:
    """An account that one approver proposes and another approves."""
    account = account or REVIEWER
    centre.act("first", "propose_staff_account", **account, reason="入职")
    return centre.act("other", "approve_staff_account", **account)


def filed(centre: Centre, answer: ActionResult) -> Any:
    """What lies at the place that an answer names."""
    return json.loads(centre.world.documents.objects[str(answer.facts["location"]).removeprefix("s3://documents/")])


def dark_modules(svg: bytes) -> set[tuple[int, int]]:
    """Column and row of each dark module of an SVG that segno has drawn: runs along the rows, from a quiet zone of four
    on."""
    (path,) = re.findall(r'class="qrline" [^>]*d="([^"]*)"', svg.decode())
    x, y, found = 0.0, 0.0, set()
    for command, numbers in re.findall("([Mmh])([^Mmh]*)", path):
        values = [float(one) for one in re.findall(r"-?[0-9.]+", numbers)]
        if command == "h":
            found |= {(int(x) + step - 4, int(y) - 4) for step in range(int(values[0]))}
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    return found


def dark_rows(rows: Sequence[str]) -> set[tuple[int, int]]:
    return {(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module == "1"}


@pytest.mark.requirement("A13", "N3", "N4")
def test_two_approvers_open_an_account_and_its_key_stands_in_private_storage_alone(centre: Centre) -> None:
    answer = opened(centre)
    slip = filed(centre, answer)
    assert answer.facts["location"] == "s3://documents/staff-keys/newcomer.json"
    assert "otpauth" not in str(answer)
    picture = centre.world.documents.objects[str(answer.facts["qr_code"]).removeprefix("s3://documents/")]
    assert dark_modules(picture) == dark_rows(qr_rows(slip["otpauth_uri"]))
    centre.room.learn("newcomer", slip["otpauth_uri"])
    case = centre.looked_at()
    centre.act("newcomer", "confirm_material", case_number=case.case_number)
    assert centre.world.cases.log(case.case_number)[-1].actor == "staff:newcomer"
    log = centre.room.store.staff_log("newcomer")
    assert [entry.type for entry in log] == [StaffEventType.PROPOSED, StaffEventType.OPENED, StaffEventType.ACTED]
    assert [entry.actor for entry in log] == ["staff:first", "staff:other", "staff:newcomer"]
    assert verify("newcomer", [entry.as_dict() for entry in log], named="staff_name") is None


@pytest.mark.requirement("A13")
def test_what_is_only_proposed_has_no_key(centre: Centre) -> None:
    centre.act("first", "propose_staff_account", **REVIEWER, reason="入职")
    account = centre.room.store.accounts["newcomer"]
    assert (account.status, account.roles, account.code_secret) == (StaffStatus.PROPOSED, (), None)
    with pytest.raises(NotSignedIn):
        centre.room.admit("newcomer", "000000", "execution")


@pytest.mark.requirement("A13", "N1")
def test_an_approval_is_of_what_was_proposed_last_and_of_nothing_else(centre: Centre) -> None:
    centre.act("first", "propose_staff_account", **REVIEWER, reason="入职")
    with pytest.raises(Conflict, match="staff_proposal_differs"):
        centre.act("other", "approve_staff_account", account="newcomer", roles=["reviewer", "approver"])
    centre.act("first", "propose_staff_account", account="newcomer", roles=["approver"], reason="更正")
    with pytest.raises(Conflict, match="staff_proposal_differs"):
        centre.act("other", "approve_staff_account", **REVIEWER)
    with pytest.raises(NotFound):
        centre.act("other", "approve_staff_account", account="nobody", roles=["reviewer"])


@pytest.mark.requirement("A13", "N1")
def test_a_retry_of_the_approval_gives_the_same_key_and_changes_nothing(centre: Centre) -> None:
    centre.act("first", "propose_staff_account", **REVIEWER, reason="入职")
    centre.room.later(seconds=60)
    body = {"action": "approve_staff_account", "reviewer": "other", "code": centre.room.code("other"), **REVIEWER}
    first, second = (centre.desk.carry_out(body, "approval", centre.room.now) for _ in range(2))
    assert first == second
    assert [one.type for one in centre.room.store.staff_log("newcomer")].count(StaffEventType.OPENED) == 1
    assert opened(centre).facts["status"] == "open"
    with pytest.raises(Conflict, match="staff_proposal_differs"):
        centre.act("other", "approve_staff_account", **REVIEWER)


@pytest.mark.requirement("A13")
def test_a_new_key_ends_the_old_one_and_a_lock(centre: Centre) -> None:
    centre.room.learn("newcomer", filed(centre, opened(centre))["otpauth_uri"])
    for _ in range(OF_STAFF.most):
        with pytest.raises(NotSignedIn):
            centre.room.admit("newcomer", "000000", "guess")
    answer = opened(centre)
    old = centre.room.code("newcomer")
    with pytest.raises(NotSignedIn, match="staff_not_proven"):
        centre.room.admit("newcomer", old, "execution-1")
    centre.room.learn("newcomer", filed(centre, answer)["otpauth_uri"])
    centre.room.admit("newcomer", centre.room.code("newcomer"), "execution-2")


@pytest.mark.requirement("A13")
@pytest.mark.parametrize("name", ["new.comer", "new-comer", "newcomer_"])
def test_names_that_differ_in_marks_alone_are_not_two_accounts(centre: Centre, name: str) -> None:
    opened(centre)
    with pytest.raises(Conflict, match="staff_name_taken"):
        centre.act("first", "propose_staff_account", account=name, roles=["reviewer"], reason="入职")


@pytest.mark.requirement("A13")
def test_a_closed_name_is_never_given_again(centre: Centre) -> None:
    opened(centre)
    centre.act("first", "close_staff_account", account="newcomer", reason="离职")
    for attempt in ("propose_staff_account", "approve_staff_account"):
        more = {"reason": "入职"} if attempt.startswith("propose") else {}
        with pytest.raises(Conflict, match="staff_account_closed"):
            centre.act("other", attempt, **REVIEWER, **more)
    again = centre.act("other", "close_staff_account", account="newcomer", reason="离职")
    assert again.facts["status"] == "closed"


@pytest.mark.requirement("A13")
def test_an_approver_cannot_close_their_own_account(centre: Centre) -> None:
    with pytest.raises(Conflict, match="second_person_required"):
        centre.act("first", "close_staff_account", account="first", reason="离职")


@pytest.mark.requirement("A13", "N1")
@pytest.mark.parametrize("leaves", ["closed", "other_roles"])
def test_what_was_proposed_by_somebody_who_is_no_approver_any_more_is_not_approved(centre: Centre, leaves: str) -> None:
    third = centre.room.open("third", Role.APPROVER)
    centre.act("third", "propose_staff_account", **REVIEWER, reason="入职")
    if leaves == "closed":
        centre.act("first", "close_staff_account", account=third.name, reason="离职")
    else:
        centre.room.open("third", Role.AUDITOR)
    with pytest.raises(Conflict, match="staff_proposal_differs"):
        centre.act("other", "approve_staff_account", **REVIEWER)
    assert centre.room.store.accounts["newcomer"].status is StaffStatus.PROPOSED
    assert opened(centre).facts["status"] == "open"


@pytest.mark.requirement("A13", "N3")
def test_what_a_leaver_had_in_hand_is_listed(centre: Centre) -> None:
    form = centre.written_form()["case_number"]
    change = centre.register_change()["case_number"]
    told = centre.office.file(RowMark.DELETE, centre.office.record, sender="sender")
    centre.act("first", "approve_file_change", change=told.change_id, reason="相符", proposal=1)
    looked = centre.looked_at()
    centre.act("first", "open_review", case_number=looked.case_number)
    done = centre.looked_at()
    centre.act("first", "reject", case_number=done.case_number, reason="不属于受理范围")
    centre.act("first", "propose_staff_account", **REVIEWER, reason="入职")
    answer = centre.act("other", "close_staff_account", account="first", reason="离职")
    assert filed(centre, answer) == {
        "account": "first",
        "in_hand": [
            {"case_number": looked.case_number, "waits": ["material_review"]},
            {"change": told.change_id, "waits": ["approval"]},
            {"case_number": change, "waits": ["second_person"]},
            {"case_number": form, "waits": ["written_feedback"]},
            {"account": "newcomer", "waits": ["staff_account"]},
        ],
    }
    assert answer.facts["in_hand"] == 5


@pytest.mark.requirement("A10", "A13")
def test_what_a_leaver_had_taken_is_free_for_others(centre: Centre) -> None:
    taken, others = centre.looked_at(), centre.looked_at()
    centre.act("first", "take_case", case_number=taken.case_number)
    centre.act("first", "open_review", case_number=others.case_number)
    centre.act("other", "take_case", case_number=others.case_number)
    answer = centre.act("other", "close_staff_account", account="first", reason="离职")
    assert centre.world.cases.load(taken.case_number).in_hand is None
    kept = centre.world.cases.load(others.case_number).in_hand
    assert kept is not None
    assert kept.by == "staff:other"
    assert "free for others" in answer.words.en


@pytest.mark.requirement("A13")
def test_the_list_shows_every_account_with_its_roles_and_what_is_proposed(centre: Centre) -> None:
    centre.act("first", "propose_staff_account", **REVIEWER, reason="入职")
    answer = centre.act("first", "list_staff_accounts")
    listed = {one["account"]: one for one in filed(centre, answer)["accounts"]}
    assert listed.keys() == {"first", "other", "closed", "guardian", "newcomer"}
    assert listed["newcomer"]["proposed"] == {"roles": ["reviewer"], "by": "first"}
    assert (listed["first"]["key_unused"], listed["other"]["key_unused"]) == (False, True)


@pytest.mark.requirement("A13", "N4")
def test_an_auditor_who_is_no_approver_is_shown_no_principal(centre: Centre) -> None:
    room = centre.room
    arn = "arn:aws:sts::123456789012:assumed-role/staff/zhang.san"
    before = room.store.accounts["other"]
    sealed = seal_text(room.keyring, principal_context("other"), arn)
    room.store.accounts["other"] = replace(before, principal=sealed)
    room.open("auditor", Role.AUDITOR)
    assert arn in json.dumps(filed(centre, centre.act("first", "list_staff_accounts")))
    answer = centre.act("auditor", "list_staff_accounts")
    assert answer.facts["location"] == "s3://documents/staff/accounts.json"
    assert '"other"' in json.dumps(filed(centre, answer))
    # Nor does it lie where auditors read, whoever asked for it last.
    centre.act("first", "list_staff_accounts")
    assert arn not in json.dumps(filed(centre, answer))


@pytest.mark.requirement("A13")
def test_the_deployer_opens_approvers_until_there_are_two_and_no_more(centre: Centre) -> None:
    room = Centre().room
    room.store.accounts.clear()
    for name in ("first", "second"):
        room.learn(name, room.keys.open_first(name, f"deployer-{name}", room.now))
        assert room.store.accounts[name].roles == (Role.APPROVER,)
    # Until its first code a key may have been lost on the way: it is given out anew.
    room.learn("first", room.keys.open_first("first", "deployer-again", room.now))
    for name in ("first", "second"):
        room.admit(name, room.code(name), f"execution-{name}")
    with pytest.raises(Conflict, match="staff_has_approvers"):
        room.keys.open_first("third", "deployer-third", room.now)
    closed = replace(room.store.accounts["second"], status=StaffStatus.CLOSED)
    room.store.accounts["second"] = closed
    for name in ("first", "second", "fir.st"):
        with pytest.raises(Conflict, match="staff_name_taken"):
            room.keys.open_first(name, "deployer", room.now)
    room.keys.open_first("third", "deployer-third", room.now)


@pytest.mark.requirement("A13")
def test_the_deployer_opens_an_approver_while_strangers_have_locked_the_others(centre: Centre) -> None:
    room = Centre().room
    room.store.accounts.clear()
    for name in ("first", "second"):
        room.open(name, Role.APPROVER)
        room.admit(name, room.code(name), f"execution-{name}")
    for _ in range(OF_STAFF.most):
        with pytest.raises(NotSignedIn):
            room.admit("second", "000000", "guess")
    room.keys.open_first("third", "deployer-third", room.now)
    room.now += OF_STAFF.every
    with pytest.raises(Conflict, match="staff_has_approvers"):
        room.keys.open_first("fourth", "deployer-fourth", room.now)


@pytest.mark.requirement("A13")
def test_a_key_that_lapsed_is_no_approver_that_counts(centre: Centre) -> None:
    room = centre.room
    room.later(seconds=KEY_TIME.total_seconds())
    with pytest.raises(DegreeAuthError, match="staff_not_proven"):
        centre.act("first", "list_staff_accounts")
