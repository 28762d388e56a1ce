"""Working days (工作日) of the centre and the institutions, and where a day begins.

Monday to Friday is worked, Saturday and Sunday are free, except where a State Council notice says
otherwise. The notices come one a year, late in the year before; a year without a notice is counted
by its weekends alone and is provisional (article 12's promise is then shown as such).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

# China has kept +08:00 without summer time since 1991; a fixed offset needs no time zone database.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

_ONE_DAY = timedelta(days=1)


def shanghai_day(moment: datetime) -> date:
    """The calendar day in Asia/Shanghai of an aware moment.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("the moment needs a time zone")
    return moment.astimezone(SHANGHAI).date()


def shanghai_time(moment: datetime) -> str:
    """A moment as everybody is shown it: ISO 8601, whole seconds, +08:00."""
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")


def beginning_of(day: date) -> datetime:
    """00:00 Asia/Shanghai of a day, as an aware moment."""
    return datetime.combine(day, time.min, SHANGHAI)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The published working-day calendar.

    `version` is the date (YYYY-MM-DD) of the latest notice in it: what was counted with an older
    version is counted again when it changes. `announced` are the years whose notice is in.
    """

    version: str
    announced: frozenset[int]
    free_weekdays: frozenset[date]
    worked_weekends: frozenset[date]

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> Calendar:
        """Read the form of `data/working_days.json`: version, and for each year its free weekdays and worked weekends.

        Raises:
            ValueError: a day is not a date, a free weekday is a weekend day or a worked weekend is not, or
                a key is missing.
        """
        version, years = data.get("version"), data.get("years")
        if not isinstance(version, str) or not isinstance(years, Mapping):
            raise ValueError("a calendar needs a version and years")
        free = frozenset(day for year, lists in years.items() for day in _days(year, lists, "free_weekdays"))
        worked = frozenset(day for year, lists in years.items() for day in _days(year, lists, "worked_weekends"))
        if any(_is_weekend(day) for day in free) or not all(_is_weekend(day) for day in worked):
            raise ValueError("free_weekdays must be Mondays to Fridays, worked_weekends Saturdays and Sundays")
        return cls(version, frozenset(int(year) for year in years), free, worked)

    def is_working_day(self, day: date) -> bool:
        """Whether the day is worked."""
        if _is_weekend(day):
            return day in self.worked_weekends
        return day not in self.free_weekdays

    def is_provisional(self, year: int) -> bool:
        """Whether a count that ends in the year rests on one that has no notice yet, of which only weekends are known.

        Notices come year by year, so the year of the last day counted decides.
        """
        return year not in self.announced

    def add_working_days(self, start: date, count: int) -> date:
        """The `count`-th working day after `start`; `start` itself, the day of receipt, is not counted.

        Zero gives `start`.

        Raises:
            ValueError: `count` is negative.
        """
        if count < 0:
            raise ValueError("count must not be negative")
        day = start
        while count:
            day += _ONE_DAY
            count -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; 0 when `end` is not after `start`."""
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def _is_weekend(day: date) -> bool:
    return day.weekday() >= 5


def _days(year: str, lists: Mapping[str, Sequence[str]], key: str) -> list[date]:
    if key not in lists:
        raise ValueError(f"{year} has no {key}")
    return [date.fromisoformat(f"{year}-{day}") for day in lists[key]]
