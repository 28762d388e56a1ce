"""Who asks on an institution's behalf (article 9): the lead department, one of its verifying departments, or a system
of either."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from degree_auth.domain.shared.actors import account_actor
from degree_auth.domain.shared.errors import Forbidden

LEAD_TIER = 1
DEPARTMENT_TIER = 2


class Permission(StrEnum):
    """What somebody may do at all: read, answer tasks, and look after the institution's accounts and departments."""

    READ = "read"
    ANSWER = "answer"
    MANAGE = "manage"


EVERYTHING = frozenset(Permission)
"""What people may do, within their tier."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. Tier 1 is the lead department's (all tasks of the institution), tier 2 its own department's.

    A person has every permission; an institution's own system (`is_machine`) has those that it was granted. `address`
    is where on the network the request came from: personal data, which is stored nowhere in clear.
    """

    account_id: str
    username: str
    institution_code: str
    department_id: str | None
    tier: int
    permissions: frozenset[Permission] = EVERYTHING
    is_machine: bool = False
    address: str = field(default="", repr=False)

    @property
    def actor(self) -> str:
        """The asker's account, as logs name it."""
        return account_actor(self.account_id)

    @property
    def is_lead(self) -> bool:
        """Whether the asker is the institution's lead department (article 9)."""
        return self.tier == LEAD_TIER


def require_permission(asker: Principal, permission: Permission) -> None:
    """Raises `Forbidden`: a system asks for what it was not granted, or for what only people do."""
    if permission not in asker.permissions:
        raise Forbidden("people_only" if permission is Permission.MANAGE else "scope_missing")


def require_lead(asker: Principal) -> None:
    """Raises `Forbidden`: a verifying department asks for what is the lead department's (article 9)."""
    if not asker.is_lead:
        raise Forbidden("lead_department_only")
