"""The table of verification fees."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.fees.table import FeeTable
from degree_auth.wiring import shared


@cache
def table() -> FeeTable:
    """Verification fees."""
    return FeeTable(shared.setting("ACCOUNTS_TABLE"), shared.setting("AWS_REGION"))
