"""Reading what an institution sends about a task beside its feedback: an extension, a reassignment (articles 9, 12)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.shared.free_text import LONGEST_REASON, prose
from degree_auth.domain.shared.identifiers import DEPARTMENT_ID
from degree_auth.domain.shared.reading import (
    DATE,
    BrokenRule,
    Field,
    Fields,
    optional,
    read_object,
    required_list,
    text_of_form,
)

_REASON = prose(LONGEST_REASON, impersonal=True)
EXTENSION: Fields = {"due": DATE, "reason": _REASON}
REASSIGNMENT: Fields = {"department_id": replace(DEPARTMENT_ID, null=True), "reason": _REASON}


MOST_ANSWERS = 50
"""Answers that are taken by one request."""

_LONGEST_TASK_ID, _LONGEST_MARK = 40, 40
ONE_ANSWER: Fields = {
    "task_id": text_of_form(
        lambda text: 0 < len(text) <= _LONGEST_TASK_ID, "not_found", minLength=1, maxLength=_LONGEST_TASK_ID
    ),
    "asked": optional(text_of_form(lambda text: len(text) <= _LONGEST_MARK, "too_long", maxLength=_LONGEST_MARK)),
    "feedback": Field(lambda raw: raw, {"type": "object"}),
}


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One of several answers: the task, the check mark of what it asked, if the caller has it, and the form as sent."""

    task_id: str
    asked: str | None
    feedback: object


@dataclass(frozen=True, slots=True)
class Extension:
    """A new deadline, a day in Shanghai, and why."""

    due: date
    reason: str


@dataclass(frozen=True, slots=True)
class Reassignment:
    """The department that takes the task, None for the lead department, and why."""

    department_id: str | None
    reason: str


def parse_extension(body: object) -> Extension:
    """Read `{"due", "reason"}`. Raises `Malformed`, or `Invalid` with everything that is wrong."""
    return Extension(**read_object(body, EXTENSION).complete())


def parse_reassignment(body: object) -> Reassignment:
    """Read `{"department_id", "reason"}`. Raises `Malformed`, or `Invalid` with everything that is wrong."""
    return Reassignment(**read_object(body, REASSIGNMENT).complete())


def _given_answers(raw: object) -> tuple[GivenAnswer, ...]:
    answers, problems = [], []
    for place, one in enumerate(required_list(raw, MOST_ANSWERS, "too_many_answers")):
        if not isinstance(one, dict):
            problems.append(Problem(str(place), "not_an_object"))
            continue
        reading = read_object(one, ONE_ANSWER)
        problems += [Problem(f"{place}.{fault.field}", fault.code) for fault in reading.problems]
        if not reading.problems:
            answers.append(GivenAnswer(**reading.values))
    if problems:
        raise Invalid(problems)
    if not answers:
        raise BrokenRule("required")
    return tuple(answers)


ANSWERS: Fields = {
    "answers": Field(_given_answers, {"type": "array", "minItems": 1, "maxItems": MOST_ANSWERS}),
}


def parse_answers(body: object) -> tuple[GivenAnswer, ...]:
    """Read `{"answers": [{"task_id", "asked", "feedback"}]}`. What is wrong with a form is told of its answer alone.

    Raises `Malformed`, or `Invalid` with everything that is wrong with the request around the forms.
    """
    answers: tuple[GivenAnswer, ...] = read_object(body, ANSWERS).complete()["answers"]
    return answers
