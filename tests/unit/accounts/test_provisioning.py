"""Accounts as staff hand them out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from degree_auth.domain.accounts.account import account_json
from degree_auth.domain.accounts.account_log import AccountEventType
from degree_auth.domain.accounts.one_time_codes import STEP_SECONDS
from degree_auth.domain.accounts.user_proposal import PROPOSAL_TIME
from degree_auth.domain.shared.chain import entry_hash
from degree_auth.domain.shared.errors import Conflict, Invalid, NotFound, NotSignedIn
from tests.doubles.office import PASSWORD, USER, Office

pytestmark = pytest.mark.requirement("A13")


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.mark.requirement("N5")
def test_all_that_is_wrong_with_an_account_is_told_at_once(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        office.provision("X", tier=2)
    assert [(one.field, one.code) for one in refused.value.problems] == [
        ("username", "username_format"),
        ("department_id", "tier_department"),
    ]
    assert office.store.accounts == {}


@pytest.mark.requirement("N4")
def test_what_is_known_of_the_user_is_sealed_for_the_institution(office: Office) -> None:
    account = office.provision().account
    assert office.provisioning.user_of(office.keyring, account) == USER
    assert all(value not in repr(account) for value in USER.values())
    assert all(value not in repr(office.store.logs) for value in USER.values())


@pytest.mark.requirement("N3")
def test_a_change_of_user_ends_sessions_and_forces_password_and_second_factor_anew(office: Office) -> None:
    account = office.ready()
    signed_in = office.sign_in()
    changed = office.change_user(account)
    with pytest.raises(NotSignedIn):
        office.sessions.authenticate(signed_in.access_token, office.now)
    with pytest.raises(NotSignedIn):
        office.sign_in()
    assert office.provisioning.user_of(office.keyring, changed.account) == {"name": "另一·样例"}
    former = office.secrets["lead-10001"]
    with pytest.raises(Conflict):
        office.set_password("lead-10001", changed.temporary_password)
    office.enrol("lead-10001", changed.temporary_password)
    assert office.secrets["lead-10001"] != former
    office.set_password("lead-10001", changed.temporary_password)
    office.sign_in(password=PASSWORD)


def test_a_new_second_factor_works_at_once_whatever_code_the_former_user_used_last(office: Office) -> None:
    account = office.ready()
    office.later(seconds=-STEP_SECONDS)
    changed = office.change_user(account)
    office.enrol("lead-10001", changed.temporary_password)
    office.set_password("lead-10001", changed.temporary_password)


@pytest.mark.requirement("N1")
def test_a_repeated_change_of_user_ends_nothing_again(office: Office) -> None:
    account = office.ready()
    number = office.propose_user(account).number
    changed = office.approve_user(account, number)
    # The same execution, that of the proposal come late, and the same person once more.
    assert office.approve_user(account, number) == changed
    assert office.propose_user(account).approved_by == "staff-2"
    assert office.approve_user(account, number, "another") == changed
    office.enrol("lead-10001", changed.temporary_password)
    signed_in = office.set_password("lead-10001", changed.temporary_password)
    assert office.approve_user(account, number).temporary_password is None
    assert office.sessions.authenticate(signed_in.access_token, office.now) == signed_in.principal


@pytest.mark.requirement("N5")
def test_an_account_is_found_at_its_own_institution_only(office: Office) -> None:
    account = office.provision().account
    with pytest.raises(NotFound):
        office.provisioning.end_sessions("10002", account.account_id, reason="lost", actor="staff-1", now=office.now)


def test_ending_all_sessions_takes_effect_at_once_and_is_recorded_once(office: Office) -> None:
    account = office.ready()
    opened = [office.sign_in(), office.sign_in()]
    for _ in range(2):
        office.provisioning.end_sessions("10001", account.account_id, reason="lost", actor="staff-1", now=office.now)
    for one in opened:
        with pytest.raises(NotSignedIn):
            office.sessions.authenticate(one.access_token, office.now)
    log = office.store.log("10001", account.account_id)
    assert [entry.type for entry in log].count(AccountEventType.SESSIONS_ENDED) == 1
    office.sign_in()


@pytest.mark.requirement("N3")
def test_every_change_of_an_account_is_on_record_and_chained(office: Office) -> None:
    account = office.ready()
    office.change_user(account)
    log = office.store.log("10001", account.account_id)
    assert [(entry.seq, entry.type, entry.actor) for entry in log] == [
        (1, AccountEventType.PROVISIONED, "staff-1"),
        (2, AccountEventType.USER_CHANGED, "staff-2"),
        (3, AccountEventType.PASSWORD_SET, account.account_id),
        (4, AccountEventType.USER_PROPOSED, "staff-1"),
        (5, AccountEventType.USER_CHANGED, "staff-2"),
    ]
    assert log[3].data == {"notice_reference": "函〔2026〕1号", "command": "propose-command-2"}
    assert log[4].data == {"notice_reference": "函〔2026〕1号", "proposal": 4, "proposed_by": "staff-1"}
    previous = ""
    for entry in log:
        assert entry.previous_hash == previous
        assert entry.hash == entry_hash(previous, entry.as_dict())
        previous = entry.hash
    assert office.store.account("10001", account.account_id).log_hash == previous


def differs(attempt: Callable[[], object]) -> None:
    with pytest.raises(Conflict, match="account_user_proposal_differs"):
        attempt()


@pytest.mark.requirement("A13", "N3")
def test_a_proposal_alone_changes_nothing_of_an_account_and_its_user_goes_on(office: Office) -> None:
    account = office.ready()
    signed_in = office.sign_in()
    before = office.store.account("10001", account.account_id)
    proposal = office.propose_user(account)
    after = office.store.account("10001", account.account_id)
    assert replace(
        after, user_proposal=None, version=before.version, log_seq=before.log_seq, log_hash=before.log_hash
    ) == replace(before, user_proposal=None)
    assert "另一·样例" not in repr(after)
    assert account_json(after, office.now)["user_proposed_at"] == office.now.isoformat()
    with pytest.raises(Conflict, match="second_person_required"):
        office.approve_user(account, proposal.number, actor="staff-1")
    assert office.store.account("10001", account.account_id) == after
    assert office.sessions.authenticate(signed_in.access_token, office.now) == signed_in.principal
    office.sign_in()


@pytest.mark.requirement("A13", "N1")
def test_what_is_approved_is_the_very_proposal_that_was_read(office: Office) -> None:
    account = office.ready()
    honest = office.propose_user(account)
    assert office.propose_user(account, "started-again") == honest
    differs(lambda: office.propose_user(account, name="不同·样例"))  # the form was swapped between two tries
    other = office.propose_user(account, "propose-2", name="不同·样例")
    assert other.number > honest.number
    for number in (honest.number, other.number + 1):
        differs(lambda given=number: office.approve_user(account, given))
    # The same words by another person are that person's proposal.
    own = office.propose_user(account, "propose-3", actor="staff-2", name="不同·样例")
    with pytest.raises(Conflict, match="second_person_required"):
        office.approve_user(account, own.number, actor="staff-2")
    changed = office.approve_user(account, own.number, actor="staff-3")
    assert office.provisioning.user_of(office.keyring, changed.account) == {"name": "不同·样例"}
    differs(lambda: office.approve_user(account, own.number, actor="staff-4"))
    assert changed.account.user_proposal is not None
    assert changed.account.user_proposal.user == ""
    assert account_json(changed.account, office.now)["user_proposed_at"] is None
    with pytest.raises(Conflict, match="second_person_required"):
        office.approve_user(account, own.number, actor="staff-2")


@pytest.mark.requirement("A13")
def test_a_proposal_lapses_and_can_be_made_anew(office: Office) -> None:
    account = office.ready()
    lapsed = office.propose_user(account)
    office.later(seconds=PROPOSAL_TIME.total_seconds())
    differs(lambda: office.approve_user(account, lapsed.number))
    assert account_json(office.store.account("10001", account.account_id), office.now)["user_proposed_at"] is None
    fresh = office.propose_user(account, "propose-2")
    assert fresh.number > lapsed.number
    office.later(seconds=PROPOSAL_TIME.total_seconds() - 1)
    office.approve_user(account, fresh.number)
    # The second person may start it again, whenever the file with the password was lost.
    office.later(seconds=2)
    office.approve_user(account, fresh.number, "another")


@pytest.mark.requirement("A13", "N1")
def test_an_approval_that_meets_another_proposal_approves_nobody(office: Office) -> None:
    account = office.ready()
    honest = office.propose_user(account)
    replace_account = office.store.replace

    def meanwhile(*change: Any) -> None:
        office.store.replace = replace_account  # type: ignore[method-assign]
        office.propose_user(account, "propose-2", name="不同·样例")
        replace_account(*change)

    office.store.replace = meanwhile  # type: ignore[method-assign]
    differs(lambda: office.approve_user(account, honest.number))
    assert office.store.account("10001", account.account_id).temporary_until is None
