"""When an institution is expected to answer a task, as its record has it: beside the promised day, a usual one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Basis(StrEnum):
    """Whose past answers an expectation rests on, the nearest first."""

    LEVEL_AND_AGE = "level_and_age"
    LEVEL = "level"
    INSTITUTION = "institution"
    FEW_ANSWERS = "few_answers"


class AwardAge(StrEnum):
    """How long ago the degree was awarded: old archives answer otherwise than young ones."""

    RECENT = "recent"
    MIDDLE = "middle"
    OLD = "old"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What was expected when a task was routed.

    `level` and `age` are those of the degree that is asked about. Half of the past answers came within `half` working
    days of the institution, four of five within `most`; `basis` says whose they are and `answers` how many. Without
    enough of them `half`, `most` and `basis` are None, and `answers` are those of the widest basis.
    """

    level: str
    age: AwardAge
    half: int | None = None
    most: int | None = None
    basis: Basis | None = None
    answers: int = 0
