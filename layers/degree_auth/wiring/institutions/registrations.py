"""Institutions' institutions: the table, and what tasks ask of it."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.institutions.registered import StoredRegistrations
from degree_auth.adapters.institutions.table import InstitutionTable
from degree_auth.wiring import shared


@cache
def table() -> InstitutionTable:
    """Institutions' institutions."""
    return InstitutionTable(shared.setting("ACCOUNTS_TABLE"), shared.setting("AWS_REGION"))


@cache
def registrations() -> StoredRegistrations:
    """What tasks ask of institutions' institutions."""
    return StoredRegistrations(table())
