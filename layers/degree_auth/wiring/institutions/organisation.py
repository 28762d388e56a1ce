"""Institutions' organisations: the table, and what tasks ask of it."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.institutions.registered import RegisteredOrganisations
from degree_auth.adapters.institutions.table import OrganisationTable
from degree_auth.wiring import shared


@cache
def table() -> OrganisationTable:
    """Institutions' organisations."""
    return OrganisationTable(shared.setting("ACCOUNTS_TABLE"), shared.setting("AWS_REGION"))


@cache
def organisation() -> RegisteredOrganisations:
    """What tasks ask of institutions' organisations."""
    return RegisteredOrganisations(table())
