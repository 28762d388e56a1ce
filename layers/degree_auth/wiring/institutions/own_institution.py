"""What lead departments change of their own institution."""

from __future__ import annotations

from functools import cache

from degree_auth.services.institutions.own_institution import OwnInstitution
from degree_auth.wiring import accounts
from degree_auth.wiring.institutions import table as institutions


@cache
def own_institution() -> OwnInstitution:
    """A lead department's own institution."""
    return OwnInstitution(institutions.table(), accounts.table(), accounts.provisioning())
