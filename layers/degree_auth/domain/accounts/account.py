"""Accounts of institutions (articles 9, 13): who signs in, for which department, and the sessions that are open."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from degree_auth.domain.shared.errors import Forbidden, Problem
from degree_auth.domain.shared.log_entry import LogEntry

LEAD_TIER = 1
DEPARTMENT_TIER = 2

ACCESS_TIME = timedelta(minutes=15)
"""How long an access token is good for."""

SESSION_TIME = timedelta(hours=12)
"""How long a session can be refreshed after signing in: a working day."""

TEMPORARY_PASSWORD_TIME = timedelta(days=14)
"""How long a temporary password waits for the first sign-in."""

MOST_SESSIONS = 10
"""Open sessions of one account; a further one ends the oldest."""

USERNAME_PATTERN = r"^(?!.*[0-9]{11})[a-z][a-z0-9._-]{3,31}$"
"""Assigned by staff. No run of digits is long enough for a mobile or an identity number."""

_USERNAME = re.compile(USERNAME_PATTERN.replace("$", r"\Z"), re.ASCII)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. Tier 1 is the lead department's (all tasks of the institution), tier 2 its own department's."""

    account_id: str
    username: str
    institution_code: str
    department_id: str | None
    tier: int

    @property
    def is_lead(self) -> bool:
        """Whether the asker is the institution's lead department (article 9)."""
        return self.tier == LEAD_TIER


def require_lead(asker: Principal) -> None:
    """Raises `Forbidden`: a verifying department asks for what is the lead department's (article 9)."""
    if not asker.is_lead:
        raise Forbidden("lead_department_only")


@dataclass(frozen=True, slots=True)
class Session:
    """An open session; of its refresh token only a keyed digest is kept."""

    session_id: str
    refresh_digest: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """An account. `user` (the account user's personal data) and `code_secret` are sealed, in base64.

    `temporary_until` is set while the password is a temporary one, which serves for the first sign-in alone.
    `last_code_step` is the time step of the last one-time code used. `log_seq` and `log_hash` are the head of the
    account's log, `last_command` the staff command that last gave out a temporary password.
    """

    account_id: str
    username: str
    institution_code: str
    department_id: str | None
    tier: int
    user: str
    password_hash: str
    temporary_until: datetime | None
    last_command: str
    code_secret: str | None = None
    last_code_step: int = 0
    sessions: tuple[Session, ...] = ()
    version: int = 0
    log_seq: int = 0
    log_hash: str = ""

    @property
    def principal(self) -> Principal:
        """Whom the account stands for."""
        return Principal(self.account_id, self.username, self.institution_code, self.department_id, self.tier)

    def session(self, session_id: str, now: datetime) -> Session | None:
        """The open session with this id."""
        return next((one for one in self.sessions if one.session_id == session_id and now < one.ends_at), None)


class AccountEventType(StrEnum):
    """What is on record of an account (N3)."""

    PROVISIONED = "account_provisioned"
    USER_CHANGED = "account_user_changed"
    PASSWORD_SET = "account_password_set"  # noqa: S105 - a type of event
    SESSIONS_ENDED = "account_sessions_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEvent(LogEntry):
    """One entry of an account's log."""

    OWNER = "account_id"

    account_id: str
    type: AccountEventType


def is_username(text: str) -> bool:
    """Whether a text has the form of a username."""
    return _USERNAME.match(text) is not None


def account_problems(username: str, department_id: str | None, tier: int) -> list[Problem]:
    """What is wrong with an account that is to be provisioned."""
    problems = [] if is_username(username) else [Problem("username", "username_format")]
    if tier not in (LEAD_TIER, DEPARTMENT_TIER):
        problems.append(Problem("tier", "unknown_choice"))
    elif (tier == DEPARTMENT_TIER) != (department_id is not None):
        problems.append(Problem("department_id", "tier_department"))
    return problems


def with_changes(account: Account, **changes: Any) -> Account:
    """The account after one more change."""
    return replace(account, version=account.version + 1, **changes)


def add_account_event(
    account: Account, kind: AccountEventType, actor: str, data: dict[str, Any], now: datetime
) -> tuple[Account, AccountEvent]:
    """The account with one more entry of its log, to be stored together."""
    entry = AccountEvent(
        account_id=account.account_id,
        seq=account.log_seq + 1,
        type=kind,
        at=now,
        actor=actor,
        data=data,
        previous_hash=account.log_hash,
    ).chained()
    return replace(account, log_seq=entry.seq, log_hash=entry.hash), entry


def with_session(account: Account, session: Session, step: int, now: datetime) -> Account:
    """The account after signing in with the one-time code of a time step."""
    still_open = [one for one in account.sessions if now < one.ends_at][1 - MOST_SESSIONS :]
    return with_changes(account, sessions=(*still_open, session), last_code_step=step)


def without_session(account: Account, session_id: str) -> Account:
    """The account after one session ended."""
    return with_changes(account, sessions=tuple(one for one in account.sessions if one.session_id != session_id))


def with_refreshed(account: Account, session_id: str, refresh_digest: str) -> Account:
    """The account after a session's refresh token was exchanged for the next."""
    return with_changes(
        account,
        sessions=tuple(
            replace(one, refresh_digest=refresh_digest) if one.session_id == session_id else one
            for one in account.sessions
        ),
    )
