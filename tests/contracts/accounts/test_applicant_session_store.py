"""The contract of the store of applicants' sessions, held by the table in DynamoDB and by its stand-in alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from degree_auth.adapters.accounts.applicant_table import ApplicantSessionTable, KeptItem
from degree_auth.services.accounts.ports import Kept
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.identity_provider import MemoryApplicantSessions

pytestmark = pytest.mark.requirement("A1", "N1")
KEPT = Kept("sealed", datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC))
OTHER = Kept("other", KEPT.ends_at)
Store = ApplicantSessionTable | MemoryApplicantSessions


@pytest.fixture(params=["table", "memory"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryApplicantSessions()
        return
    with cloud_in_memory():
        table = ApplicantSessionTable("contract-applicants", "ap-southeast-1")
        KeptItem.create_table(billing_mode="PAY_PER_REQUEST")
        yield table


def test_a_sign_in_is_taken_once(store: Store) -> None:
    store.keep_sign_in("a", KEPT)
    store.keep_sign_in("b", OTHER)
    assert [store.take_sign_in("a"), store.take_sign_in("a")] == [KEPT, None]
    assert store.take_sign_in("b") == OTHER
    assert store.take_sign_in("c") is None


@pytest.mark.parametrize("store", ["table"], indirect=True)
def test_of_two_who_take_a_sign_in_at_once_one_gets_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.keep_sign_in("a", KEPT)
    get, overtaken = KeptItem.get, []

    def read_and_overtaken(*arguments: str, **options: bool) -> KeptItem:
        found = get(*arguments, **options)
        if not overtaken:
            overtaken.append("yes")
            assert store.take_sign_in("a") == KEPT
        return found

    monkeypatch.setattr(KeptItem, "get", read_and_overtaken)
    assert store.take_sign_in("a") is None


def test_a_session_is_there_until_it_is_ended(store: Store) -> None:
    store.keep_session("a", KEPT)
    store.keep_session("b", OTHER)
    assert store.session("a") == KEPT
    store.end_session("a")
    store.end_session("a")
    assert store.session("a") is None
    assert store.session("b") == OTHER


def test_a_sign_in_is_no_session(store: Store) -> None:
    store.keep_sign_in("a", KEPT)
    store.keep_session("b", KEPT)
    assert store.session("a") is None
    assert store.take_sign_in("b") is None


def test_the_table_forgets_both_by_itself() -> None:
    with cloud_in_memory():
        table = ApplicantSessionTable("contract-applicants", "ap-southeast-1")
        KeptItem.create_table(billing_mode="PAY_PER_REQUEST")
        table.keep_session("a", KEPT)
        (item,) = KeptItem.scan()
        assert KEPT.ends_at.timestamp() < item.expires_at <= KEPT.ends_at.timestamp() + 1
