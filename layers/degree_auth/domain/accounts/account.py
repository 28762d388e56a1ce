"""Accounts of institutions (articles 9, 13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from degree_auth.domain.accounts.places import KnownSource, with_source
from degree_auth.domain.accounts.principal import DEPARTMENT_TIER, LEAD_TIER, Principal
from degree_auth.domain.accounts.session import MOST_SESSIONS, MOST_WRONG_CODES, Session
from degree_auth.domain.accounts.user_proposal import UserProposal
from degree_auth.domain.accounts.username import is_username
from degree_auth.domain.shared.errors import Problem


@dataclass(frozen=True, slots=True)
class Account:
    """An account. `user` (the account user's personal data) and `code_secret` are sealed, in base64; without a user,
    as long as a first one is only proposed, nobody signs in.

    `temporary_until` is set while the password is a temporary one, which serves for the first sign-in alone.
    `last_code_step` is the time step of the last one-time code used. `sources` are those that its user signed in from;
    devices count that were known since `devices_since`. Attempts to sign in until `unlocked_at` are forgotten, by the
    staff command `unlock_command`. `user_proposal` is the other user that was proposed last. `log_seq` and `log_hash`
    are the head of the account's log, `last_command` the staff command that last gave out a temporary password.
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
    sources: tuple[KnownSource, ...] = ()
    devices_since: datetime | None = None
    unlocked_at: datetime | None = None
    unlock_command: str = ""
    user_proposal: UserProposal | None = None
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


def account_problems(username: str, department_id: str | None, tier: int) -> list[Problem]:
    """What is wrong with an account that is to be provisioned."""
    problems = [] if is_username(username) else [Problem("username", "username_format")]
    if tier not in (LEAD_TIER, DEPARTMENT_TIER):
        problems.append(Problem("tier", "unknown_choice"))
    elif (tier == DEPARTMENT_TIER) != (department_id is not None):
        problems.append(Problem("department_id", "tier_department"))
    return problems


def departments_with_user(accounts: Iterable[Account]) -> frozenset[str | None]:
    """The departments of which an account has a user; None is the lead department."""
    return frozenset(one.department_id for one in accounts if one.user)


def with_changes(account: Account, **changes: Any) -> Account:
    """The account after one more change."""
    return replace(account, version=account.version + 1, **changes)


def with_session(account: Account, session: Session, step: int, source: str, now: datetime) -> Account:
    """The account after signing in from a source with the one-time code of a time step."""
    still_open = [one for one in account.sessions if now < one.ends_at][1 - MOST_SESSIONS :]
    sources = with_source(account.sources, source, now)
    return with_changes(account, sessions=(*still_open, session), last_code_step=step, sources=sources)


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


def with_wrong_code(account: Account, session_id: str) -> Account:
    """The account after one wrong one-time code more in a session, which the last that is borne ends."""
    counted = [
        replace(one, wrong_codes=one.wrong_codes + 1) if one.session_id == session_id else one
        for one in account.sessions
    ]
    return with_changes(account, sessions=tuple(one for one in counted if one.wrong_codes < MOST_WRONG_CODES))


def account_json(account: Account, now: datetime) -> dict[str, Any]:
    """An account without anything about its user: whose it is, whether it is in use, how many sessions are open, and
    since when another user is proposed."""
    proposal = account.user_proposal
    return {
        "account_id": account.account_id,
        "username": account.username,
        "tier": account.tier,
        "department_id": account.department_id,
        "password_set": account.temporary_until is None,
        "open_sessions": sum(now < one.ends_at for one in account.sessions),
        "user_proposed_at": proposal.proposed_at.isoformat() if proposal and proposal.is_pending(now) else None,
    }
