"""The clock ledger (article 12): who used how many of the promised working days.

A working day is charged to whoever holds the case when the day begins, 00:00 Asia/Shanghai. The day
of receipt is thereby left out, no day is charged twice, and the days add up exactly. A change at
00:00 sharp belongs to the day that begins, so that day is still the former party's. Days with the
applicant, or with nobody, are charged to no one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from degree_auth.domain.cases.stages import HeldBy
from degree_auth.domain.cases.task import VERIFICATION_DAYS
from degree_auth.domain.shared.working_days import Calendar, shanghai_day

CENTRE_DAYS = 8
INSTITUTION_DAYS = VERIFICATION_DAYS
PROMISED_DAYS = CENTRE_DAYS + INSTITUTION_DAYS


_LIMITS = {HeldBy.CENTRE: CENTRE_DAYS, HeldBy.INSTITUTION: INSTITUTION_DAYS}


@dataclass(frozen=True, slots=True)
class Ledger:
    """The working days charged so far, each with the party it was charged to, in order.

    `today` is the last day that was looked at, `held_by` who is charged with the case now.
    """

    today: date
    held_by: HeldBy
    charged: tuple[tuple[date, HeldBy], ...]

    @property
    def working_day(self) -> int:
        """The n of "working day n of 18": 0 on the day of receipt."""
        return len(self.charged)

    @property
    def promise_broken(self) -> bool:
        """Whether the case has taken more than the promised 18 working days (article 12), ended or not."""
        return self.working_day > PROMISED_DAYS

    def used(self, party: HeldBy) -> int:
        """Working days charged to one party; always 0 for the applicant and for nobody."""
        return sum(charged_to is party for _, charged_to in self.charged)

    def due(self, calendar: Calendar) -> date | None:
        """The last of the 18 working days. Once all are used, this day is past; before, it assumes that the party keeps
        the case.

        None while the clock is stopped, because the case waits for the applicant or for nobody.
        """
        return self._due([day for day, _ in self.charged], PROMISED_DAYS, calendar)

    def centre_due(self, calendar: Calendar) -> date | None:
        """The last of the centre's working days. Once all are used, this day is past; before, it assumes that the
        centre keeps the case. None while another party has the case."""
        days = [day for day, charged_to in self.charged if charged_to is HeldBy.CENTRE]
        return self._due(days, CENTRE_DAYS, calendar) if self.held_by is HeldBy.CENTRE else None

    def is_provisional(self, calendar: Calendar) -> bool:
        """Whether the last of the days charged and the 18 lies in a year whose notice is not out yet."""
        due = self.due(calendar)
        days = [*(day for day, _ in self.charged[-1:]), *([due] if due else [])]
        return bool(days) and calendar.is_provisional(max(days).year)

    def _due(self, days: list[date], limit: int, calendar: Calendar) -> date | None:
        if len(days) >= limit:
            return days[limit - 1]
        if self.held_by not in _LIMITS:
            return None
        return calendar.add_working_days(self.today, limit - len(days))


def ledger(history: Iterable[tuple[datetime, HeldBy]], now: datetime, calendar: Calendar) -> Ledger:
    """Charge every working day that has begun by `now`.

    Args:
        history: aware moments and who has held the case from then on, in the order recorded. A moment
            earlier than the one recorded before it (two machines' clocks differ) counts as that one.
        now: aware; entries after it are not looked at.
        calendar: the working days.

    Raises:
        ValueError: the history is empty, begins after `now`, or a moment has no time zone.
    """
    today = shanghai_day(now)
    held_by: HeldBy | None = None
    latest: datetime | None = None
    day = today
    charged: list[tuple[date, HeldBy]] = []
    for moment, party in history:
        moment_day = shanghai_day(moment)
        if moment > now:
            break
        if latest is None or moment > latest:
            latest = moment
            if held_by is not None:
                charged += _charge(day, moment_day, held_by, calendar)
            day = moment_day
        held_by = party
    if held_by is None:
        raise ValueError("nobody has held the case yet")
    charged += _charge(day, today, held_by, calendar)
    return Ledger(today, held_by, tuple(charged))


def _charge(after: date, until: date, party: HeldBy, calendar: Calendar) -> list[tuple[date, HeldBy]]:
    """The working days that began while `party` held the case: after the day `after`, up to and including `until`."""
    if party not in _LIMITS:
        return []
    days = (after + timedelta(days=n) for n in range(1, (until - after).days + 1))
    return [(day, party) for day in days if calendar.is_working_day(day)]
