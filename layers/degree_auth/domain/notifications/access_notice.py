"""What a lead department is told of who may act for its institution: accounts and systems (articles 9, 13).

An account's name and a system's id alone: the name of a system is whatever its maker wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from degree_auth.domain.accounts.account import Account
from degree_auth.domain.accounts.account_log import AccountEvent, AccountEventType
from degree_auth.domain.institutions.institution import InstitutionEvent, InstitutionEventType
from degree_auth.domain.notifications.notification import NotificationKind
from degree_auth.domain.shared.working_days import shanghai_time

TOLD_FOR = timedelta(days=10)
"""How long an entry is told of: longer than a message comes again, so that a relay that is down loses none."""


@dataclass(frozen=True, slots=True)
class AccessNotice:
    """One thing to tell; `name` tells its entry from every other one of the institution."""

    kind: NotificationKind
    name: str
    at: datetime
    facts: Mapping[str, str]

    def is_told(self, now: datetime) -> bool:
        """Whether it is recent enough."""
        return now - self.at < TOLD_FOR


def notice_of_institution(entry: InstitutionEvent) -> AccessNotice | None:
    """What an entry of an institution's log tells its lead department."""
    data = entry.data
    match entry.type:
        case InstitutionEventType.DEPARTMENT_REGISTERED:
            kind, subject = NotificationKind.ACCOUNT_OPENED, data["username"]
        case InstitutionEventType.MACHINE_CLIENT_CHANGED:
            made = data["before"] is None
            kind = NotificationKind.MACHINE_CLIENT_MADE if made else NotificationKind.MACHINE_CLIENT_CHANGED
            subject = data["after"]["machine_id"]
        case InstitutionEventType.MACHINE_CLIENT_REVOKED:
            kind, subject = NotificationKind.MACHINE_CLIENT_REVOKED, data["after"]["machine_id"]
        case _:
            return None
    return _notice(kind, f"{entry.institution_code}-{entry.seq:06d}", subject, entry.at)


def notice_of_account(account: Account, entry: AccountEvent) -> AccessNotice | None:
    """What an entry of an account's log tells the lead department: its user, the first one too, is another."""
    if entry.type is not AccountEventType.USER_CHANGED:
        return None
    name = f"{account.account_id}-{entry.seq:06d}"
    return _notice(NotificationKind.ACCOUNT_USER_CHANGED, name, account.username, entry.at)


def _notice(kind: NotificationKind, name: str, subject: str, at: datetime) -> AccessNotice:
    return AccessNotice(kind, name, at, {"subject": subject, "at": shanghai_time(at)})
