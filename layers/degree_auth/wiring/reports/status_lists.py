"""Status lists of credentials, for reading."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.reports.status_table import StatusListTable
from degree_auth.wiring import shared


@cache
def table() -> StatusListTable:
    """Status lists."""
    return StatusListTable(shared.setting("CASES_TABLE"), shared.setting("AWS_REGION"))
