"""The contract of the account store, held by the table in DynamoDB and by its stand-in in memory alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from degree_auth.adapters.accounts.table import AccountItem, AccountTable
from degree_auth.domain.accounts.account import Account, with_changes, with_session
from degree_auth.domain.accounts.account_log import AccountEvent, AccountEventType, add_account_event
from degree_auth.domain.accounts.attempts import OF_A_SOURCE, Attempts, Counter, with_attempt
from degree_auth.domain.accounts.session import Session
from degree_auth.domain.accounts.user_proposal import UserProposal
from degree_auth.domain.shared.errors import NotFound
from degree_auth.services.accounts.ports import Login
from degree_auth.services.shared.ports import Stale, Taken
from tests.doubles.accounts import MemoryAccounts, create_account
from tests.doubles.cloud import cloud_in_memory
from tests.samples.filled import filled

NOW = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)
NOBODYS = Counter("nobody", "digest", OF_A_SOURCE)
Store = AccountTable | MemoryAccounts


@pytest.fixture(params=["table", "memory"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryAccounts()
        return
    with cloud_in_memory():
        table = AccountTable("contract-accounts", "ap-southeast-1")
        AccountItem.create_table(billing_mode="PAY_PER_REQUEST")
        yield table


def account(account_id: str = "a1", username: str = "lead-10001") -> tuple[Account, AccountEvent]:
    fresh = Account(account_id, username, "10001", None, 1, "sealed", "hash", NOW + timedelta(days=1), "command")
    return add_account_event(
        with_changes(fresh), AccountEventType.PROVISIONED, "staff-1", {"tier": 1, "department_id": None}, NOW
    )


@pytest.mark.requirement("A13", "N3")
def test_account_username_and_log_are_stored_together(store: Store) -> None:
    made, entry = account()
    create_account(store, made, entry)
    assert store.account("10001", "a1") == made
    assert store.login("lead-10001") == Login("10001", "a1")
    assert store.log("10001", "a1") == [entry]


@pytest.mark.requirement("A13", "N1")
def test_a_username_is_given_once_and_nothing_of_the_loser_is_stored(store: Store) -> None:
    create_account(store, *account())
    with pytest.raises(Taken):
        create_account(store, *account("a2"))
    assert store.login("lead-10001") == Login("10001", "a1")
    with pytest.raises(NotFound):
        store.account("10001", "a2")
    assert store.log("10001", "a2") == []


@pytest.mark.requirement("N1", "N3")
def test_an_account_changes_against_the_version_read_and_with_its_log(store: Store) -> None:
    made, entry = account()
    create_account(store, made, entry)
    proposal = UserProposal(2, "sealed", "digest", "函1", "staff:li.ming", "staff:one", NOW, "staff:wang.fang")
    proposed = replace(made, user_proposal=proposal)
    signed_in = with_session(proposed, Session("s1", "digest", NOW + timedelta(hours=1), 3), 7, "source", NOW)
    after, more = add_account_event(signed_in, AccountEventType.PASSWORD_SET, "a1", {}, NOW)
    store.replace(made, after, (more,))
    assert store.account("10001", "a1") == after
    assert store.log("10001", "a1") == [entry, more]
    with pytest.raises(Stale):
        store.replace(made, signed_in)
    assert store.account("10001", "a1") == after


@pytest.mark.requirement("A9", "A13")
def test_an_institutions_accounts_are_listed_and_no_others(store: Store) -> None:
    first, second = account(), account("a2", "dept-10001")
    for one in (first, second):
        create_account(store, *one)
    assert {one.account_id: one for one in store.accounts_of("10001")} == {"a1": first[0], "a2": second[0]}
    assert store.accounts_of("10002") == []


@pytest.mark.requirement("N5")
def test_who_is_unknown_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.account("10001", "a1")
    create_account(store, *account())
    with pytest.raises(NotFound):
        store.account("10002", "a1")
    assert store.login("nobody") is None
    assert store.attempts(NOBODYS) is None


@pytest.mark.requirement("A13")
def test_attempts_are_counted_for_any_username_and_against_what_was_read(store: Store) -> None:
    first = with_attempt(None, OF_A_SOURCE, NOW)
    store.count_attempt(NOBODYS, None, first)
    with pytest.raises(Stale):
        store.count_attempt(NOBODYS, None, first)
    second = with_attempt(first, OF_A_SOURCE, NOW)
    store.count_attempt(NOBODYS, first, second)
    with pytest.raises(Stale):
        store.count_attempt(NOBODYS, first, second)
    assert store.attempts(NOBODYS) == second
    others = [replace(NOBODYS, username="lead-10001"), replace(NOBODYS, place="another"), replace(NOBODYS, username="")]
    assert [store.attempts(one) for one in others] == [None] * 3


@pytest.mark.requirement("A13")
def test_attempts_from_a_source_at_all_usernames_are_counted_apart(store: Store) -> None:
    everywhere = replace(NOBODYS, username="")
    store.count_attempt(everywhere, None, with_attempt(None, OF_A_SOURCE, NOW))
    assert store.attempts(NOBODYS) is None
    assert store.attempts(everywhere) is not None


@pytest.mark.requirement("A13", "N1", "N3")
def test_every_field_of_an_account_its_log_and_its_attempts_comes_back(store: Store) -> None:
    whole = filled(Account)
    entry = filled(AccountEvent, account_id=whole.account_id, seq=1)
    more = replace(entry, seq=2)
    create_account(store, whole, entry)
    assert store.account(whole.institution_code, whole.account_id) == whole
    assert store.log(whole.institution_code, whole.account_id) == [entry]
    after = replace(whole, version=whole.version + 1, sessions=(*whole.sessions, filled(Session)))
    store.replace(whole, after, (more,))
    assert list(store.accounts_of(whole.institution_code)) == [after]
    assert store.log(whole.institution_code, whole.account_id) == [entry, more]
    tried = filled(Attempts)
    store.count_attempt(NOBODYS, None, tried)
    assert store.attempts(NOBODYS) == tried


@pytest.mark.requirement("N1", "N3")
def test_what_is_read_of_a_log_is_a_copy_in_the_form_that_is_stored(store: Store) -> None:
    made, entry = account()
    create_account(store, made, replace(entry, data={"tiers": (1, 2)}))
    for _ in range(2):
        (read,) = store.log("10001", "a1")
        assert read.data == {"tiers": [1, 2]}
        read.data.clear()


@pytest.mark.requirement("A13", "N1")
def test_an_account_is_created_once_replaced_only_when_it_is_there_and_listed_by_id(store: Store) -> None:
    second, first = account("a2", "dept-10001"), account()
    for one in (second, first):
        create_account(store, *one)
    assert [one.account_id for one in store.accounts_of("10001")] == ["a1", "a2"]
    with pytest.raises(Taken):
        create_account(store, *account(username="another"))
    assert store.login("another") is None
    absent, _ = account("a3")
    with pytest.raises(Stale):
        store.replace(absent, absent)
