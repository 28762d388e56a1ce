"""The one clock: real in production whatever is set, movable elsewhere, and never put back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError

from degree_auth.domain.shared.working_days import SHANGHAI
from degree_auth.wiring import shared
from tools import clock
from tools.environment import LocalAws


class Parameters:
    """A parameter store with one value, which counts how often it is asked."""

    def __init__(self, value: str) -> None:
        self.value = value
        self.asked = 0
        self.max_age = 0
        self.throttled = False

    def get(self, name: str, max_age: int) -> str:
        assert name == "/stack/clock-offset"
        self.asked += 1
        self.max_age = max_age
        if self.throttled:
            raise GetParameterError
        return self.value


@pytest.fixture
def parameters(monkeypatch: pytest.MonkeyPatch) -> Parameters:
    """Twelve days ahead, under the name that the template gives."""
    store = Parameters(str(12 * 86400))
    monkeypatch.setenv("CLOCK_PARAMETER", "/stack/clock-offset")
    monkeypatch.setattr(shared, "parameters", lambda: store)
    monkeypatch.setattr(shared, "_last_offsets", {})
    return store


def ahead() -> float:
    """By how many days the clock is ahead of the real one."""
    return round((shared.now() - datetime.now(UTC)) / timedelta(days=1), 3)


@pytest.mark.requirement("A12")
@pytest.mark.parametrize("environment", ["local", "staging"])
def test_outside_production_the_clock_is_ahead_by_what_is_set(
    parameters: Parameters, monkeypatch: pytest.MonkeyPatch, environment: str
) -> None:
    monkeypatch.setenv("ENVIRONMENT", environment)
    assert ahead() == 12
    parameters.value = str(18 * 86400)
    assert ahead() == 18


@pytest.mark.requirement("A12", "N2")
def test_in_production_an_offset_is_not_even_read(parameters: Parameters, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    assert ahead() == 0
    assert parameters.asked == 0


@pytest.mark.requirement("A12")
@pytest.mark.parametrize("name", ["", None])
def test_where_no_parameter_is_named_the_clock_is_the_real_one(
    parameters: Parameters, monkeypatch: pytest.MonkeyPatch, name: str | None
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "staging")
    monkeypatch.delenv("CLOCK_PARAMETER") if name is None else monkeypatch.setenv("CLOCK_PARAMETER", name)
    assert ahead() == 0
    assert parameters.asked == 0


@pytest.mark.requirement("A12", "N5")
def test_a_clock_that_cannot_be_read_stops_the_call_and_does_not_put_time_back(
    parameters: Parameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "staging")
    parameters.value = "soon"
    with pytest.raises(ValueError, match="soon"):
        shared.now()


@pytest.mark.requirement("A12", "N6")
@pytest.mark.parametrize(("environment", "at_least", "at_most"), [("local", 1, 1), ("staging", 30, 60)])
def test_processes_of_a_staging_stack_read_the_clock_seldom_enough_for_a_load_test(
    parameters: Parameters, monkeypatch: pytest.MonkeyPatch, environment: str, at_least: int, at_most: int
) -> None:
    monkeypatch.setenv("ENVIRONMENT", environment)
    ahead()
    assert at_least <= parameters.max_age <= at_most


@pytest.mark.requirement("A12", "N1")
def test_a_clock_that_was_read_once_goes_on_when_the_store_refuses(
    parameters: Parameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "staging")
    assert ahead() == 12
    parameters.throttled = True
    assert ahead() == 12


@pytest.mark.requirement("A12", "N1")
def test_a_clock_that_was_never_read_stops_the_call(parameters: Parameters, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "staging")
    parameters.throttled = True
    with pytest.raises(GetParameterError):
        shared.now()


NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("3", NOW + timedelta(days=3)),
        ("2026-12-14T00:00", datetime(2026, 12, 14, tzinfo=SHANGHAI)),
        ("2026-12-14T00:00+00:00", datetime(2026, 12, 14, tzinfo=UTC)),
    ],
)
def test_days_and_moments_are_understood_in_the_local_time_of_the_centre(said: str, moment: datetime) -> None:
    assert clock.moment_of(said, NOW) == moment


@pytest.mark.parametrize("said", ["tomorrow", "-3", "", "３"])
def test_what_is_no_moment_is_refused_with_an_example(said: str) -> None:
    with pytest.raises(ValueError, match="TO=2026-12-14T00:00") as refused:
        clock.moment_of(said, NOW)
    chinese, english = str(refused.value).splitlines()
    assert "北京时间" in chinese
    assert "Beijing time" in english


def test_a_moment_that_is_past_is_refused_in_china_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now_of", lambda aws, stack: NOW)
    with pytest.raises(ValueError, match="it is 2026-11-25 10:00 there, later than 2026-11-25 09:00; the clock goes"):
        clock.move_to(LocalAws("http://localhost"), {}, NOW - timedelta(hours=1))
