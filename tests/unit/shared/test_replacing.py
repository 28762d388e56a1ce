"""A quick copy of a case is what `dataclasses.replace` makes."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest

from degree_auth.domain.cases import application
from degree_auth.domain.cases.case import Case, InHand
from degree_auth.domain.cases.fold import append_events
from degree_auth.domain.shared.replacing import replace

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
CASE, _ = append_events("RZ1", None, application.receive("api", "10001", "sealed", "holder", "platform", None), NOW)


@pytest.mark.requirement("N1")
def test_it_has_the_changes_and_all_else_and_leaves_the_case_as_it_was() -> None:
    before = dataclasses.asdict(CASE)
    changed = replace(CASE, version=7, urgent=True)
    assert type(changed) is Case
    assert changed == dataclasses.replace(CASE, version=7, urgent=True)
    assert dataclasses.asdict(CASE) == before


@pytest.mark.requirement("N1")
def test_a_field_that_there_is_not_is_refused() -> None:
    with pytest.raises(TypeError):
        replace(CASE, no_such_field=1)


@pytest.mark.requirement("N1")
def test_what_has_slots_is_copied_too() -> None:
    assert replace(InHand("a", NOW), by="b") == InHand("b", NOW)


@pytest.mark.requirement("N1")
def test_a_case_stays_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        CASE.version = 7
