"""Up to which day the sweep has looked: what fails or is cut off is looked at again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from degree_auth.adapters.shared.retention import published_retention
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.review.erasures import Erasures
from degree_auth.services.review.retention_sweep import RetentionSweep

pytestmark = pytest.mark.requirement("N1", "N4")

NOW = datetime(2026, 12, 10, 2, tzinfo=UTC)
TODAY = shanghai_day(NOW)


@dataclass
class Days:
    """Cases by the day on which something of them is over."""

    cases: dict[str, list[str]]
    swept: str = (TODAY - timedelta(days=5)).isoformat()
    marked: list[str] = field(default_factory=list)

    def due_on(self, day: str) -> list[str]:
        return self.cases.get(day, [])

    def swept_up_to(self) -> str:
        return self.swept

    def mark_swept(self, day: str) -> None:
        self.swept = day
        self.marked.append(day)


class Ending:
    """Ends every case but one."""

    def end_time_of(self, case_number: str, *_: Any) -> str:
        if case_number == "RZ-fails":
            raise ConnectionError
        return "erased"


def swept(days: Days) -> dict[str, int]:
    sweep = RetentionSweep(
        erasures=cast(Erasures, Ending()), due=days, terms=published_retention(), report_fault=lambda _: None
    )
    return sweep.sweep(NOW)


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def test_a_sweep_is_marked_day_by_day_where_something_was_due_and_at_its_end() -> None:
    days = Days({ago(3): ["RZ1", "RZ2"]})
    assert swept(days)["erased"] == 2
    assert days.marked == [ago(3), ago(0)]


def test_from_the_day_on_which_something_failed_all_is_looked_at_again() -> None:
    days = Days({ago(4): ["RZ1"], ago(3): ["RZ-fails"], ago(1): ["RZ2"]})
    done = swept(days)
    assert (done["erased"], done["failed"]) == (2, 1)
    assert days.marked == [ago(4)]
