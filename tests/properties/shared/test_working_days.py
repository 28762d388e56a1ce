"""Counting working days is one rule, whichever way it is asked."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.adapters.shared.working_days import published_calendar

CALENDAR = published_calendar()
DAYS = st.dates(date(2003, 1, 1), date(2028, 12, 31))


@pytest.mark.requirement("A12")
@given(DAYS, st.integers(1, 60))
def test_a_term_ends_on_a_working_day_and_holds_as_many_as_asked(start: date, count: int) -> None:
    end = CALENDAR.add_working_days(start, count)
    assert CALENDAR.is_working_day(end)
    assert CALENDAR.working_days_between(start, end) == count


@pytest.mark.requirement("A12")
@given(DAYS, st.integers(0, 30), st.integers(0, 30))
def test_terms_add_up(start: date, first: int, second: int) -> None:
    halfway = CALENDAR.add_working_days(start, first)
    assert CALENDAR.add_working_days(halfway, second) == CALENDAR.add_working_days(start, first + second)


@pytest.mark.requirement("A12")
@given(DAYS, st.integers(-40, 400), st.integers(0, 400))
def test_the_day_of_receipt_is_never_counted_and_spans_add_up(start: date, first: int, second: int) -> None:
    middle = start + timedelta(days=max(first, 0))
    end = middle + timedelta(days=second)
    assert CALENDAR.working_days_between(start, start + timedelta(days=min(first, 0))) == 0
    whole = CALENDAR.working_days_between(start, end)
    assert whole == CALENDAR.working_days_between(start, middle) + CALENDAR.working_days_between(middle, end)
