"""What the platform is told of a log, each event held against its schema."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event
from degree_auth.domain.cases.fold import evolve
from degree_auth.domain.notifications.platform_message import platform_event
from degree_auth.domain.notifications.public_event import public_event
from degree_auth.domain.verification.forecast import expected_by
from tools.event_schema import SCHEMA


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def problems_of(event: Any) -> list[str]:
    """What an event breaks of the schema that is kept in the repository."""
    return [one.message for one in _validator().iter_errors(event)]


def told_of_log(log: Iterable[Event]) -> list[dict[str, Any]]:
    """The events of a log in order; each fits its schema."""
    case: Case | None = None
    told = []
    for entry in log:
        case = evolve(case, entry)
        event = platform_event(public_event(entry.as_dict()), case, expected_by(case, published_calendar()))
        if event is not None:
            assert problems_of(event) == []
            told.append(event)
    return told
