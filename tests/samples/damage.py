"""Damaged annual report files, as many as are wanted: what each was, what was done to it, and whether it was noticed.

A mutation knows the rows of the original and which of them its bytes touch; the verdict knows nothing of the readers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from random import Random

from degree_auth.domain.register.annual_report_header import read_header
from degree_auth.domain.register.annual_report_row import read_row
from degree_auth.domain.register.record import values_of
from tests.samples.damaged_base import CODES, Damage, sample
from tests.samples.damaged_dbf import dbf_damages
from tests.samples.damaged_text import text_damages, wide_damages
from tests.samples.damaged_workbook import inline_damages, shared_damages

_FIELDS_OF_COLUMNS = {"XMPY": 1, "GBM": 4, "MZM": 5, "XWSYDW": 9, "PYDWM": 10, "ZYDM": 14}
"""Where the facts of the optional columns stand in a record's values."""


class Verdict(StrEnum):
    """What became of a damaged file."""

    ACCOUNTED = "accounted"
    REFUSED = "refused"
    DOUBTED = "stored and named as doubtful"
    """A row was stored with another value than the original had, and the warnings name it."""

    OTHER_VALUE = "another valid value"
    """The damaged bytes themselves are another valid value: nothing but the file's digest can tell."""

    LOST = "rows lost in silence"
    CHANGED = "values changed in silence"


@dataclass(frozen=True, slots=True)
class Mutation:
    """A damaged file; `touched` are the rows, from 0, whose own bytes were damaged."""

    kind: str
    original: str
    seed: int
    content: bytes
    suffix: str
    touched: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reader made of a file: the values of what it stored, those of them that it named as doubtful, how many
    rows it named as not stored, which optional columns it named as absent, and whether it refused the file."""

    stored: Sequence[tuple[str, ...]]
    doubted: frozenset[tuple[str, ...]] = frozenset()
    named: int = 0
    absent: Sequence[str] = ()
    refused: bool = False


def mutations(seeds: range) -> Iterator[Mutation]:
    """For each original and each kind of damage that it can have, one mutation a seed; the same seed, the same file."""
    for seed in seeds:
        for original, kinds in KINDS.items():
            for kind, damage in kinds.items():
                random = Random(f"{original} {kind} {seed}")
                content, touched = damage(random)
                yield Mutation(kind, original, seed, content, original.split()[0], frozenset(touched))


def verdict(mutation: Mutation, outcome: Outcome) -> Verdict:
    """Whether everything of the original is stored as it was, or named, or the file refused."""
    if outcome.refused:
        return Verdict.REFUSED
    skipped = {_FIELDS_OF_COLUMNS[code] for code in outcome.absent if code in _FIELDS_OF_COLUMNS}
    expected = [_without(values, skipped) for values in _expected()]
    stored = {_without(values, skipped) for values in outcome.stored}
    doubted = {_without(values, skipped) for values in outcome.doubted}
    changed = stored.difference(expected)
    silent = changed - doubted
    if any(_nearest(values, expected) not in mutation.touched for values in silent):
        return Verdict.CHANGED
    missing = [row for row, values in enumerate(expected) if values not in stored]
    named = outcome.named + len(changed)
    if outcome.named and mutation.touched:
        named += len(mutation.touched) - 1  # damage that joins rows makes one faulty row of them
    if len(missing) > named:
        return Verdict.LOST
    if silent:
        return Verdict.OTHER_VALUE
    return Verdict.DOUBTED if changed else Verdict.ACCOUNTED


@cache
def _expected() -> tuple[tuple[str, ...], ...]:
    header = read_header(CODES)
    return tuple(tuple(values_of(read_row([row.get(code) for code in CODES], header))) for row in sample())


def _without(values: Sequence[str], places: set[int]) -> tuple[str, ...]:
    return tuple(value for place, value in enumerate(values) if place not in places)


def _nearest(values: Sequence[str], expected: Sequence[Sequence[str]]) -> int:
    """The original row that has most values in common with a stored record."""
    return max(range(len(expected)), key=lambda row: sum(map(str.__eq__, values, expected[row])))


KINDS: dict[str, dict[str, Damage]] = {
    ".csv UTF-8": text_damages("utf-8"),
    ".csv GB 18030": text_damages("gb18030"),
    ".txt UTF-16": wide_damages(),
    ".dbf": dbf_damages(),
    ".xlsx": inline_damages(),
    ".xlsx of shared texts": shared_damages(),
}
"""What can be done to each original."""
