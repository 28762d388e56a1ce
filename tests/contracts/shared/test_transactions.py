"""What a cancelled transaction means: a condition refused for good, or others at work on the same items (N1)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pynamodb.exceptions import CancellationReason, TransactWriteError, VerboseClientError

from degree_auth.adapters.accounts.table import AccountTable
from degree_auth.adapters.institutions.table import InstitutionTable
from degree_auth.domain.accounts.account import Account
from degree_auth.domain.accounts.account_log import AccountEventType, add_account_event
from degree_auth.domain.institutions.institution import Institution, InstitutionEventType, add_institution_event
from degree_auth.services.institutions.ports import Change
from degree_auth.services.shared.ports import Stale, Taken
from tests.doubles.accounts import create_account

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REFUSED, CONFLICT = "ConditionalCheckFailed", "TransactionConflict"
ACCOUNT, ENTRY = add_account_event(
    Account("synthetic", "archive-01", "10001", None, 1, "c2VhbGVk", "hash", None, "command"),
    AccountEventType.PROVISIONED,
    "staff:a",
    {},
    NOW,
)


class Answers:
    """A connection whose transactions are cancelled for these reasons, one after the other, and then succeed."""

    def __init__(self, *cancelled: tuple[str | None, ...]) -> None:
        self.cancelled = list(cancelled)
        self.calls = 0

    def transact_write_items(self, **_: Any) -> dict[str, Any]:
        self.calls += 1
        if not self.cancelled:
            return {}
        reasons = [None if code is None else CancellationReason(code) for code in self.cancelled.pop(0)]
        answer = {"Error": {"Code": "TransactionCanceledException", "Message": "cancelled"}}
        raise TransactWriteError(
            "cancelled", VerboseClientError(answer, "TransactWriteItems", {}, cancellation_reasons=reasons)
        )


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> AccountTable:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return AccountTable("transactions", "ap-southeast-1")


def answering(table: Any, *cancelled: tuple[str | None, ...]) -> Answers:
    table._connection = Answers(*cancelled)
    return table._connection


@pytest.mark.requirement("A13", "N1")
def test_a_username_is_not_called_taken_because_two_transactions_met(accounts: AccountTable) -> None:
    answers = answering(accounts, (CONFLICT, None, None), (None, CONFLICT, None))
    create_account(accounts, ACCOUNT, ENTRY)
    assert answers.calls == 3


@pytest.mark.requirement("A13", "N1")
def test_a_username_that_another_account_has_is_taken(accounts: AccountTable) -> None:
    answers = answering(accounts, (REFUSED, None, None))
    with pytest.raises(Taken):
        create_account(accounts, ACCOUNT, ENTRY)
    assert answers.calls == 1


@pytest.mark.requirement("N1")
def test_a_changed_account_is_read_anew(accounts: AccountTable) -> None:
    answering(accounts, (REFUSED, CONFLICT))
    with pytest.raises(Stale):
        accounts.replace(ACCOUNT, ACCOUNT, [ENTRY])


@pytest.mark.requirement("A9", "N1")
@pytest.mark.parametrize(
    ("reasons", "meaning"),
    [
        ((REFUSED, None, None, None, None), Stale),
        ((REFUSED, REFUSED, REFUSED, REFUSED, REFUSED), Stale),
        ((None, None, REFUSED, None, None), Taken),
    ],
)
def test_a_registration_that_was_overtaken_is_read_anew_before_its_username_is_called_taken(
    reasons: tuple[str | None, ...], meaning: type[Exception]
) -> None:
    institution_store = InstitutionTable("transactions", "ap-southeast-1")
    answering(institution_store, reasons)
    institution = Institution("10001", "样例大学", "研究生院", "c2VhbGVk", "fingerprint")
    after, entry = add_institution_event(institution, InstitutionEventType.INSTITUTION_REGISTERED, "staff:a", {}, NOW)
    with pytest.raises(meaning):
        institution_store.commit(Change(None, after, entry, account=(ACCOUNT, ENTRY)))
