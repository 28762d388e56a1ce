"""Days that a file gives as moments: spreadsheets and databases keep a time of day with every date."""

from __future__ import annotations

from datetime import date, timedelta

from degree_auth.domain.register.annual_report_columns import CellFault

_DAY, _MINUTE = 86_400, 60  # seconds


def nearest_day(day: date, seconds: float) -> date | CellFault:
    """The day of a moment, `seconds` after the beginning of `day`; within a minute of midnight that midnight's day.

    Conversions between systems lose some seconds. Any other time of day is a fault: the column holds no dates.
    """
    if seconds <= _MINUTE:
        return day
    return day + timedelta(days=1) if seconds >= _DAY - _MINUTE else CellFault("row_date_has_time")
