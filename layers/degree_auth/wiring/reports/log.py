"""The report log, for reading and writing."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.reports.log_table import ReportLogTable
from degree_auth.wiring import shared


@cache
def table() -> ReportLogTable:
    """The report log."""
    return ReportLogTable(shared.setting("CASES_TABLE"), shared.setting("AWS_REGION"))
