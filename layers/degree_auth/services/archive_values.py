"""What an institution's archive has instead of the claim, from the answer given last (article 5)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime

from degree_auth.domain.case import Case
from degree_auth.domain.changes import changed_fields, changes
from degree_auth.domain.claim import Submission
from degree_auth.domain.feedback import Feedback, feedback_from_dict
from degree_auth.domain.submission import parse_supplement
from degree_auth.domain.task import Task
from degree_auth.domain.verification import NewFacts
from degree_auth.domain.workdays import shanghai_day
from degree_auth.services.cases import open_submission, seal_json, seal_submission
from degree_auth.services.ports import Sealer


def open_form(sealer: Sealer, case: Case, sealed: str) -> Feedback:
    """A filled-in form as it was sealed for its case."""
    return feedback_from_dict(json.loads(sealer.open(base64.b64decode(sealed), case.case_number)))


def latest_answer(sealer: Sealer, case: Case) -> tuple[Task, Feedback] | None:
    """The task that was answered last, and the form of its answer; personal data. None without an answer."""
    for task in reversed(case.tasks):
        if task.answer is not None:
            return task, open_form(sealer, case, task.answer.sealed)
    return None


def archive_values(sealer: Sealer, case: Case) -> Mapping[str, str]:
    """The archive's values by dotted field; personal data."""
    answer = None if case.task is None else case.task.answer
    return {} if answer is None else open_form(sealer, case, answer.sealed).archive_values


def with_archive_values(sealer: Sealer, case: Case, now: datetime) -> NewFacts:
    """The application with the archive's values. Raises `Invalid`: it would break a rule with them."""
    before = open_submission(sealer, case)
    claim = parse_supplement(_nested(archive_values(sealer, case)), before.claim, shanghai_day(now))
    after = Submission(claim, before.contact, before.consent)
    return NewFacts(
        changed_fields(before.claim, claim),
        seal_submission(sealer, case.case_number, after),
        seal_json(sealer, case.case_number, changes(before.claim, claim)),
    )


def _nested(values: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Values by dotted field in the shape of a submission."""
    nested: dict[str, dict[str, str]] = {}
    for field, value in values.items():
        section, _, name = field.partition(".")
        nested.setdefault(section, {})[name] = value
    return nested
