"""Readings of sealed parts, each on record, and counts of checks."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.readings.table import ReadingTable
from degree_auth.observability import logger, report_cases_read
from degree_auth.services.readings.readings import Readings
from degree_auth.wiring import shared


@cache
def table() -> ReadingTable:
    """Records of readings, and counts of checks."""
    return ReadingTable(shared.setting("CASES_TABLE"), shared.setting("AWS_REGION"), shared.client("dynamodb"))


@cache
def readings() -> Readings:
    """Readings for somebody."""
    return Readings(
        store=table(),
        sealer=shared.keyring(),
        links=shared.documents(),
        tell=report_cases_read,
        report_fault=logger.error,
    )
