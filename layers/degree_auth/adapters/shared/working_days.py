"""The working-day calendar that ships with the package."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files

from degree_auth.domain.shared.working_days import Calendar


@lru_cache(maxsize=1)
def published_calendar() -> Calendar:
    """The calendar of `data/working_days.json`, read once a process."""
    return Calendar.from_data(json.loads((files("degree_auth") / "data" / "working_days.json").read_text("utf-8")))
