"""Many tasks answered at once. A module of its own: what reads and writes workbooks is loaded where sheets are."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.verification.task_sheet_files import read_sheet, write_sheet
from degree_auth.services.verification.task_sheets import TaskSheets
from degree_auth.wiring import cases, readings, shared, verification


@cache
def task_sheets() -> TaskSheets:
    """Sheets of tasks."""
    return TaskSheets(
        desk=verification.task_lists(),
        store=cases.table(),
        digests=shared.keyring(),
        readings=readings.readings(),
        verification=verification.commands(),
        write=write_sheet,
        read=read_sheet,
    )
