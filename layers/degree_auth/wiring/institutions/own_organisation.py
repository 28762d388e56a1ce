"""What lead departments change of their own organisation."""

from __future__ import annotations

from functools import cache

from degree_auth.services.institutions.own_organisation import OwnOrganisation
from degree_auth.wiring import accounts
from degree_auth.wiring.institutions import organisation


@cache
def own_organisation() -> OwnOrganisation:
    """A lead department's own organisation."""
    return OwnOrganisation(organisation.table(), accounts.table(), accounts.provisioning())
