"""The fold of a case's log: every type of entry has its reducer, and a log begins with the receipt (N1, N3)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.fold import REDUCERS, append_events, replay

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RECEIPT = NewEvent(
    EventType.APPLICATION_RECEIVED,
    "applicant",
    {
        "source": "api",
        "institution_code": "10001",
        "sealed": "c3ludGhldGlj",
        "holder_key": "a digest",
        "proven_by": "platform",
        "link_digest": None,
        "open_under": [],
    },
)


@pytest.mark.requirement("N1")
def test_every_type_of_entry_has_a_reducer() -> None:
    assert set(REDUCERS) == set(EventType)


@pytest.mark.requirement("N3")
def test_an_application_is_received_once() -> None:
    with pytest.raises(ValueError, match="received once"):
        append_events("2026-0000-0001", None, [RECEIPT, RECEIPT], NOW)


@pytest.mark.requirement("N3")
@pytest.mark.parametrize("kind", [kind for kind in EventType if kind is not EventType.APPLICATION_RECEIVED])
def test_a_log_begins_with_the_receipt_of_the_application(kind: EventType) -> None:
    with pytest.raises(ValueError, match="begins with the receipt"):
        append_events("2026-0000-0001", None, [NewEvent(kind, "system", {})], NOW)


@pytest.mark.requirement("N3")
@pytest.mark.parametrize("kind", [EventType.TASK_ROUTED, EventType.REGISTER_CHANGE_APPLIED])
def test_an_entry_about_what_the_case_does_not_have_is_refused(kind: EventType) -> None:
    with pytest.raises(ValueError, match="the case has no"):
        append_events("2026-0000-0001", None, [RECEIPT, NewEvent(kind, "system", {"department_id": None})], NOW)


@pytest.mark.requirement("N1")
def test_a_case_remembers_its_latest_twenty_commands() -> None:
    commands = [f"command-{number}" for number in range(25)]
    parked = [NewEvent(EventType.CASE_PARKED, "system", {"command": command}) for command in commands]
    case, entries = append_events("2026-0000-0001", None, [RECEIPT, *parked], NOW)
    assert case.commands == tuple(commands[5:])
    assert replay(entries) == case


@pytest.mark.requirement("N1", "N3")
def test_disavowals_from_when_the_holder_alone_could_make_them_are_still_read() -> None:
    made = NewEvent(EventType.CASE_DISAVOWED, "holder", {"holder_key": "a digest", "sealed": "c3ludGhldGlj"})
    taken_back = NewEvent(EventType.DISAVOWAL_TAKEN_BACK, "holder", {})
    frozen, _ = append_events("2026-0000-0001", None, [RECEIPT, made], NOW)
    assert [(one.made_by, one.is_open) for one in frozen.disavowals] == [("a digest", True)]
    case, _ = append_events("2026-0000-0001", frozen, [taken_back], NOW)
    assert [one.is_open for one in case.disavowals] == [False]
