"""Registered institutions: their table, and what verification asks of it."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.accounts.table import AccountTable
from degree_auth.adapters.institutions.registered import StoredRegistrations
from degree_auth.adapters.institutions.table import InstitutionTable
from degree_auth.wiring import shared


@cache
def table() -> InstitutionTable:
    """The table of registered institutions."""
    return InstitutionTable(shared.setting("ACCOUNTS_TABLE"), shared.setting("AWS_REGION"))


@cache
def registrations() -> StoredRegistrations:
    """What verification asks of registered institutions."""
    return StoredRegistrations(table(), AccountTable(shared.setting("ACCOUNTS_TABLE"), shared.setting("AWS_REGION")))
