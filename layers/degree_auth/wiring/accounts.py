"""Institutions' accounts and their sessions."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.accounts.password_hashing import Argon2
from degree_auth.adapters.accounts.qr_code import qr_rows
from degree_auth.adapters.accounts.table import AccountTable
from degree_auth.services.accounts.provisioning import Provisioning
from degree_auth.services.accounts.sessions import Sessions
from degree_auth.wiring import shared


@cache
def table() -> AccountTable:
    """Accounts of institutions."""
    return AccountTable(shared.setting("ACCOUNTS_TABLE"), shared.setting("AWS_REGION"))


@cache
def provisioning() -> Provisioning:
    """Accounts as they are handed out."""
    return Provisioning(table(), shared.keyring(), Argon2())


@cache
def sessions() -> Sessions:
    """Sign-in of institutions."""
    return Sessions(table(), shared.keyring(), Argon2(), qr_rows)
