"""Working days: the published calendar and the counting rules of article 12."""

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest

from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.shared.working_days import SHANGHAI, Calendar, beginning_of, shanghai_day

CALENDAR = published_calendar()
KNOWN_TO_BOTH = sorted(CALENDAR.announced & {day.year for day in chinese_calendar.constants.holidays})
UNANNOUNCED = max(CALENDAR.announced) + 1


@pytest.mark.requirement("A12")
@pytest.mark.parametrize("year", KNOWN_TO_BOTH)
def test_every_day_of_a_published_year_agrees_with_the_notices(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]
    differing = [day for day in days if CALENDAR.is_working_day(day) is not chinese_calendar.is_workday(day)]
    assert differing == []


@pytest.mark.requirement("A12")
def test_no_year_since_2004_is_missing_and_every_notice_that_is_out_is_in() -> None:
    assert set(KNOWN_TO_BOTH) >= set(range(2004, 2027))
    assert CALENDAR.announced == set(range(2004, UNANNOUNCED))


@pytest.mark.requirement("A12")
@pytest.mark.parametrize(
    ("start", "ten_later", "eighteen_later"),
    [
        ("2026-09-18", "2026-10-09", "2026-10-20"),
        ("2026-09-24", "2026-10-15", "2026-10-27"),
        ("2026-02-13", "2026-03-05", "2026-03-17"),
        ("2025-01-24", "2025-02-13", "2025-02-25"),
        ("2026-05-08", "2026-05-21", "2026-06-02"),
    ],
)
def test_terms_end_on_the_known_days(start: str, ten_later: str, eighteen_later: str) -> None:
    receipt = date.fromisoformat(start)
    assert CALENDAR.add_working_days(receipt, 10).isoformat() == ten_later
    assert CALENDAR.add_working_days(receipt, 18).isoformat() == eighteen_later
    assert CALENDAR.working_days_between(receipt, date.fromisoformat(eighteen_later)) == 18


@pytest.mark.requirement("A12")
def test_a_year_without_a_notice_is_provisional_and_counts_weekends_only() -> None:
    assert CALENDAR.is_provisional(UNANNOUNCED)
    assert not CALENDAR.is_provisional(UNANNOUNCED - 1)
    days = [date(UNANNOUNCED, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [CALENDAR.is_working_day(day) for day in days] == [day.weekday() < 5 for day in days]


@pytest.mark.requirement("A12")
def test_a_day_freed_after_publication_is_free() -> None:
    assert not CALENDAR.is_working_day(date(2020, 1, 31))


@pytest.mark.requirement("A12")
def test_a_new_notice_changes_the_count_and_the_version() -> None:
    before = Calendar.from_data({"version": "2025-11-04", "years": {}})
    after = Calendar.from_data(
        {"version": "2026-11-05", "years": {"2027": {"free_weekdays": ["01-01"], "worked_weekends": ["01-03"]}}}
    )
    assert before.add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 1)
    assert after.add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 3)
    assert before.version != after.version


@pytest.mark.requirement("A12")
@pytest.mark.parametrize(
    "data",
    [
        {},
        {"version": "1", "years": {"2026": {"free_weekdays": ["01-03"], "worked_weekends": []}}},
        {"version": "1", "years": {"2026": {"free_weekdays": [], "worked_weekends": ["01-05"]}}},
        {"version": "1", "years": {"2026": {"free_weekdays": ["13-01"], "worked_weekends": []}}},
        {"version": "1", "years": {"2026": {"free_weekdays": []}}},
    ],
)
def test_a_faulty_calendar_file_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Calendar.from_data(data)


@pytest.mark.requirement("A12")
def test_a_negative_term_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_working_days(date(2026, 1, 5), -1)


@pytest.mark.requirement("A12")
def test_the_day_begins_at_midnight_in_shanghai() -> None:
    assert shanghai_day(datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert shanghai_day(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) == date(2026, 11, 23)
    assert beginning_of(date(2026, 11, 23)) == datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert beginning_of(date(2026, 11, 23)).tzinfo is SHANGHAI


@pytest.mark.requirement("A12")
def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        shanghai_day(datetime(2026, 11, 23, 8, 0))  # noqa: DTZ001
