"""The settings that every property test runs under."""

from __future__ import annotations

from hypothesis import HealthCheck, settings


def test_no_property_depends_on_how_fast_the_machine_is() -> None:
    profile = settings.default
    assert profile is not None
    assert profile.deadline is None
    assert HealthCheck.too_slow in profile.suppress_health_check


def test_a_failing_example_is_printed_so_that_it_can_be_run_again() -> None:
    profile = settings.default
    assert profile is not None
    assert profile.print_blob
