"""The clock ledger on cases a person can follow by hand."""

from datetime import date, datetime, timedelta

import pytest

from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.cases.ledger import ledger
from degree_auth.domain.cases.stages import HeldBy
from degree_auth.domain.shared.working_days import SHANGHAI

CALENDAR = published_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.requirement("A12", "N6")
def test_the_day_of_receipt_is_working_day_zero() -> None:
    result = ledger([(at("2026-09-18T00:00"), HeldBy.CENTRE)], at("2026-09-18T23:59"), CALENDAR)
    assert result.working_day == 0
    assert result.due(CALENDAR) == date(2026, 10, 20)


@pytest.mark.requirement("A12")
def test_time_with_the_applicant_is_charged_to_nobody_and_moves_the_promise() -> None:
    history = [
        (at("2026-11-02T10:00"), HeldBy.CENTRE),
        (at("2026-11-04T15:00"), HeldBy.APPLICANT),
        (at("2026-11-16T09:00"), HeldBy.CENTRE),
        (at("2026-11-18T09:00"), HeldBy.INSTITUTION),
    ]
    result = ledger(history, at("2026-11-20T08:00"), CALENDAR)
    assert result.used(HeldBy.CENTRE) == 4  # 3, 4, 17 and 18 November
    assert result.used(HeldBy.INSTITUTION) == 2  # 19 and 20 November
    assert result.due(CALENDAR) == CALENDAR.add_working_days(date(2026, 11, 20), 12)
    waiting = ledger(history[:2], at("2026-11-10T08:00"), CALENDAR)
    assert waiting.due(CALENDAR) is None


@pytest.mark.requirement("A12")
def test_reassignment_inside_the_institution_resets_nothing() -> None:
    once = [(at("2026-11-02T10:00"), HeldBy.INSTITUTION)]
    twice = [*once, (at("2026-11-06T10:00"), HeldBy.INSTITUTION)]
    now = at("2026-11-12T10:00")
    assert ledger(twice, now, CALENDAR) == ledger(once, now, CALENDAR)


@pytest.mark.requirement("A12")
def test_a_broken_promise_shows_the_day_it_was_due_and_counts_on() -> None:
    result = ledger([(at("2026-09-18T10:00"), HeldBy.INSTITUTION)], at("2026-10-22T10:00"), CALENDAR)
    assert result.working_day == 20
    assert result.due(CALENDAR) == date(2026, 10, 20)


@pytest.mark.requirement("A12")
@pytest.mark.parametrize(
    ("now", "working_day", "broken"),
    [
        ("2026-10-20T23:59", 18, False),
        ("2026-10-21T00:00", 19, True),
        ("2026-10-22T10:00", 20, True),
    ],
)
def test_the_promise_is_broken_once_a_nineteenth_day_is_charged(now: str, working_day: int, broken: bool) -> None:
    result = ledger([(at("2026-09-18T10:00"), HeldBy.INSTITUTION)], at(now), CALENDAR)
    assert (result.working_day, result.promise_broken) == (working_day, broken)


@pytest.mark.requirement("A12")
def test_days_of_the_applicant_break_no_promise() -> None:
    history = [(at("2026-09-18T10:00"), HeldBy.CENTRE), (at("2026-09-21T10:00"), HeldBy.APPLICANT)]
    assert not ledger(history, at("2026-12-21T10:00"), CALENDAR).promise_broken


@pytest.mark.requirement("A12")
def test_a_term_that_runs_into_a_year_without_notice_is_provisional() -> None:
    year = max(CALENDAR.announced)
    history = [(at(f"{year}-12-21T10:00"), HeldBy.CENTRE)]
    assert ledger(history, at(f"{year}-12-21T11:00"), CALENDAR).is_provisional(CALENDAR)
    assert not ledger([(at("2026-11-23T10:00"), HeldBy.CENTRE)], at("2026-11-23T11:00"), CALENDAR).is_provisional(
        CALENDAR
    )


@pytest.mark.requirement("A12")
def test_a_clock_that_runs_behind_cannot_take_days_back() -> None:
    history = [(at("2026-11-05T10:00"), HeldBy.CENTRE), (at("2026-11-03T10:00"), HeldBy.INSTITUTION)]
    result = ledger(history, at("2026-11-06T10:00"), CALENDAR)
    assert result.charged == ((date(2026, 11, 6), HeldBy.INSTITUTION),)


@pytest.mark.requirement("A12")
@pytest.mark.parametrize("history", [[], [(at("2026-11-24T10:00"), HeldBy.CENTRE)]])
def test_a_case_that_nobody_has_held_has_no_ledger(history: list[tuple[datetime, HeldBy]]) -> None:
    with pytest.raises(ValueError, match="nobody has held"):
        ledger(history, at("2026-11-23T10:00"), CALENDAR)


@pytest.mark.requirement("A12")
def test_what_is_recorded_after_the_moment_asked_for_is_not_looked_at() -> None:
    history = [(at("2026-11-02T10:00"), HeldBy.CENTRE), (at("2026-11-09T10:00"), HeldBy.INSTITUTION)]
    now = at("2026-11-06T10:00")
    assert ledger(history, now, CALENDAR) == ledger(history[:1], now, CALENDAR)
    assert ledger(history, now + timedelta(days=4), CALENDAR).held_by is HeldBy.INSTITUTION
