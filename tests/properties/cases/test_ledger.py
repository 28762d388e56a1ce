"""The clock ledger over random histories: days add up, nothing is charged twice, repeats change nothing."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.cases.ledger import ledger
from degree_auth.domain.cases.stages import HeldBy
from degree_auth.domain.shared.working_days import SHANGHAI, Calendar, beginning_of, shanghai_day

CALENDAR = published_calendar()
HOLDERS = st.sampled_from(HeldBy)
# Gaps of hours and of days, whole days among them, so that changes fall on midnight too.
GAPS = st.one_of(st.integers(0, 60 * 24 * 12).map(lambda m: timedelta(minutes=m)), st.integers(0, 12).map(timedelta))
History = list[tuple[datetime, HeldBy]]


@st.composite
def histories(draw: st.DrawFn) -> tuple[History, datetime]:
    moment = datetime.combine(draw(st.dates(date(2019, 1, 1), date(2026, 12, 20))), datetime.min.time(), SHANGHAI)
    moment += draw(st.sampled_from([timedelta(0), timedelta(hours=9, minutes=30), timedelta(hours=23, minutes=59)]))
    history = []
    for holder, gap in draw(st.lists(st.tuples(HOLDERS, GAPS), min_size=1, max_size=12)):
        history.append((moment, holder))
        moment += gap
    return history, moment


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """The published calendar, or any other that a notice could make of it."""
    changed = draw(st.sets(st.dates(date(2019, 1, 1), date(2027, 12, 31)), max_size=60))
    weekends = {day for day in changed if day.weekday() >= 5}
    return replace(
        CALENDAR,
        version=f"{len(changed)} days changed",
        free_weekdays=CALENDAR.free_weekdays ^ (changed - weekends),
        worked_weekends=CALENDAR.worked_weekends ^ weekends,
    )


def holder_before(history: History, moment: datetime) -> HeldBy | None:
    """Who held the case up to a moment: the rule of the ledger in its plainest form."""
    holders = [holder for since, holder in history if since < moment]
    return holders[-1] if holders else None


@pytest.mark.requirement("A12")
@given(histories(), calendars())
def test_each_working_day_of_any_calendar_is_charged_once_to_its_holder(
    case: tuple[History, datetime], calendar: Calendar
) -> None:
    history, now = case
    received, today = shanghai_day(history[0][0]), shanghai_day(now)
    days = [received + timedelta(days=n) for n in range(1, (today - received).days + 1)]
    expected = [(day, holder_before(history, beginning_of(day))) for day in days if calendar.is_working_day(day)]
    charged = [(day, holder) for day, holder in expected if holder in (HeldBy.CENTRE, HeldBy.INSTITUTION)]
    assert list(ledger(history, now, calendar).charged) == charged


@pytest.mark.requirement("A12")
@given(histories())
def test_the_shares_add_up_to_the_working_day(case: tuple[History, datetime]) -> None:
    result = ledger(*case, CALENDAR)
    assert result.used(HeldBy.CENTRE) + result.used(HeldBy.INSTITUTION) == result.working_day
    assert result.used(HeldBy.APPLICANT) == result.used(HeldBy.NOBODY) == 0


@pytest.mark.requirement("A12")
@given(histories(), st.data())
def test_recording_the_same_holder_again_changes_nothing(case: tuple[History, datetime], data: st.DataObject) -> None:
    history, now = case
    at = data.draw(st.integers(0, len(history) - 1))
    end = history[at + 1][0] if at + 1 < len(history) else now
    again = data.draw(st.datetimes(*(m.replace(tzinfo=None) for m in (history[at][0], end)))).replace(tzinfo=SHANGHAI)
    repeated = [*history[: at + 1], (again, history[at][1]), *history[at + 1 :]]
    assert ledger(repeated, now, CALENDAR) == ledger(history, now, CALENDAR)


@pytest.mark.requirement("A12")
@given(histories(), calendars(), st.data())
def test_any_past_moment_is_counted_as_it_was_then_whatever_came_later(
    case: tuple[History, datetime], calendar: Calendar, data: st.DataObject
) -> None:
    history, now = case
    bounds = (moment.replace(tzinfo=None) for moment in (history[0][0], now))
    past = data.draw(st.datetimes(*bounds)).replace(tzinfo=SHANGHAI)
    known = [(moment, holder) for moment, holder in history if moment <= past]
    assert ledger(history, past, calendar) == ledger(known, past, calendar)


@pytest.mark.requirement("A12")
@given(histories(), histories())
def test_what_was_charged_stays_charged(case: tuple[History, datetime], later: tuple[History, datetime]) -> None:
    history, now = case
    before = ledger(history, now, CALENDAR)
    grown = [*history, *((max(moment, now), holder) for moment, holder in later[0])]
    after = ledger(grown, max(now, later[1]), CALENDAR)
    assert after.charged[: len(before.charged)] == before.charged


@pytest.mark.requirement("A12")
@given(histories())
def test_the_promised_day_is_the_eighteenth_charged_if_nothing_moves(
    case: tuple[History, datetime],
) -> None:
    history, now = case
    result = ledger(history, now, CALENDAR)
    due = result.due(CALENDAR)
    if due is None:
        assert result.held_by in (HeldBy.APPLICANT, HeldBy.NOBODY)
        assert result.working_day < 18
    else:
        later = max(now, beginning_of(due) + timedelta(hours=12))
        assert ledger(history, later, CALENDAR).charged[17][0] == due
