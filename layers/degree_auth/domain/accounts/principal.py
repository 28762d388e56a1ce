"""Who asks on an institution's behalf (article 9): the lead department, or one of its verifying departments."""

from __future__ import annotations

from dataclasses import dataclass

from degree_auth.domain.shared.actors import account_actor
from degree_auth.domain.shared.errors import Forbidden

LEAD_TIER = 1
DEPARTMENT_TIER = 2


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. Tier 1 is the lead department's (all tasks of the institution), tier 2 its own department's."""

    account_id: str
    username: str
    institution_code: str
    department_id: str | None
    tier: int

    @property
    def actor(self) -> str:
        """The asker's account, as logs name it."""
        return account_actor(self.account_id)

    @property
    def is_lead(self) -> bool:
        """Whether the asker is the institution's lead department (article 9)."""
        return self.tier == LEAD_TIER


def require_lead(asker: Principal) -> None:
    """Raises `Forbidden`: a verifying department asks for what is the lead department's (article 9)."""
    if not asker.is_lead:
        raise Forbidden("lead_department_only")
