"""Who acted, as every log names it: the system, the applicant, the holder, staff or an institution's account (N3).

An actor is text: `system`, `applicant`, `holder`, `staff:` and a staff identifier, or `account:` and an account's id.
Another text is a source of applications.
"""

from __future__ import annotations

from collections.abc import Iterable

from degree_auth.domain.shared.errors import Conflict

SYSTEM = "system"
APPLICANT = "applicant"
HOLDER = "holder"
"""The holder who signed in and says that somebody else is the applicant."""

_STAFF = "staff:"
_ACCOUNT = "account:"
_SIDES = {"account": "institution", "staff": "centre", APPLICANT: "applicant", HOLDER: "applicant"}


def staff_actor(reviewer: str) -> str:
    """The member of staff with this account."""
    return f"{_STAFF}{reviewer}"


def account_actor(account_id: str) -> str:
    """The institution's account with this id."""
    return f"{_ACCOUNT}{account_id}"


def require_second_person(actor: str, first_persons: Iterable[str]) -> None:
    """A decision that needs a second person is confirmed by another member of staff than those on whom it rests.

    `first_persons` are the actors who proposed it, sent it, wrote it down or approved it before. Two actors are two
    persons if their accounts differ; whose account it is was proven before.

    Raises:
        Conflict: the actor is one of the first persons.
    """
    if actor in first_persons:
        raise Conflict("second_person_required")


def is_staff(actor: str) -> bool:
    """Whether a member of staff acted."""
    return actor.startswith(_STAFF)


def staff_of(actor: str) -> str | None:
    """The name of the member of staff who acted; None when the actor is another."""
    return actor.removeprefix(_STAFF) if is_staff(actor) else None


def account_of(actor: str) -> str | None:
    """The id of the account that acted; None when the actor is no account."""
    return actor.removeprefix(_ACCOUNT) if actor.startswith(_ACCOUNT) else None


def side_of(actor: str) -> str:
    """On whose side the actor stands: `institution`, `centre`, `applicant` or `system`; nobody is named."""
    return _SIDES.get(actor.partition(":")[0], "system")
