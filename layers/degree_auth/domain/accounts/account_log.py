"""The log of an account (N3): what is on record of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from degree_auth.domain.accounts.account import Account
from degree_auth.domain.shared.log_entry import LogEntry


class AccountEventType(StrEnum):
    """What is on record of an account (N3)."""

    PROVISIONED = "account_provisioned"
    USER_PROPOSED = "account_user_proposed"
    USER_WITHDRAWN = "account_user_withdrawn"
    USER_CHANGED = "account_user_changed"
    PASSWORD_SET = "account_password_set"  # noqa: S105 - a type of event
    SESSIONS_ENDED = "account_sessions_ended"
    UNLOCKED = "account_unlocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEvent(LogEntry):
    """One entry of an account's log."""

    OWNER = "account_id"

    account_id: str
    type: AccountEventType


def add_account_event(
    account: Account, kind: AccountEventType, actor: str, data: dict[str, Any], now: datetime
) -> tuple[Account, AccountEvent]:
    """The account with one more entry of its log, to be stored together."""
    entry = AccountEvent.following(account, account.account_id, kind, actor, data, now)
    return replace(account, log_seq=entry.seq, log_hash=entry.hash), entry
