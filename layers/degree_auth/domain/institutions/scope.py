"""A verifying department's scope (annex 3): the awards whose verification it takes.

Every award falls into one combination of level, award year and, for a bachelor's degree only, study form; there are
ten. A scope means the set of combinations that its letters tick, so that A (all) is the same as B, C and D together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from degree_auth.domain.applications.claim import Level, StudyForm
from degree_auth.domain.shared.words import Words


class AwardYear(StrEnum):
    """Award year (授予年份), as annex 3 divides it; which one an award is in moves with the calendar."""

    PREVIOUS = "previous"
    CURRENT = "current"


class StudyGroup(StrEnum):
    """Study form of a bachelor's degree, as annex 3 divides it: adult education and self-study are one letter."""

    REGULAR = "regular"
    ADULT_OR_SELF_STUDY = "adult_or_self_study"
    INTERNATIONAL = "international"


LEVEL_LETTERS: Mapping[str, frozenset[Level]] = MappingProxyType(
    {
        "A": frozenset(Level),
        "B": frozenset({Level.BACHELOR}),
        "C": frozenset({Level.MASTER}),
        "D": frozenset({Level.DOCTOR}),
    }
)
OTHER_YEARS_LETTER = "H"
YEAR_LETTERS: Mapping[str, frozenset[AwardYear]] = MappingProxyType(
    {
        "E": frozenset(AwardYear),
        "F": frozenset({AwardYear.PREVIOUS}),
        "G": frozenset({AwardYear.CURRENT}),
        OTHER_YEARS_LETTER: frozenset(),
    }
)
STUDY_LETTERS: Mapping[str, frozenset[StudyGroup]] = MappingProxyType(
    {
        "I": frozenset(StudyGroup),
        "J": frozenset({StudyGroup.REGULAR}),
        "K": frozenset({StudyGroup.ADULT_OR_SELF_STUDY}),
        "L": frozenset({StudyGroup.INTERNATIONAL}),
    }
)

SCOPE_NAMES: Mapping[StrEnum, Words] = MappingProxyType(
    {
        AwardYear.PREVIOUS: Words("往届", "Previous years"),
        AwardYear.CURRENT: Words("应届", "Current year"),
        StudyGroup.REGULAR: Words("普通", "Regular"),
        StudyGroup.ADULT_OR_SELF_STUDY: Words("成人/自考", "Adult or self-study"),
        StudyGroup.INTERNATIONAL: Words("来华留学", "International"),
    }
)
"""Annex 3's word for each value; the levels have theirs in `domain/cases/names.py`."""

_GROUPS = {
    StudyForm.REGULAR: StudyGroup.REGULAR,
    StudyForm.ADULT: StudyGroup.ADULT_OR_SELF_STUDY,
    StudyForm.SELF_STUDY: StudyGroup.ADULT_OR_SELF_STUDY,
    StudyForm.INTERNATIONAL: StudyGroup.INTERNATIONAL,
}

_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Combination:
    """What a scope can tell apart about an award; `study_group` is None except for a bachelor's degree."""

    level: Level
    award_year: AwardYear
    study_group: StudyGroup | None


COMBINATIONS: tuple[Combination, ...] = tuple(
    Combination(level, year, group)
    for level in Level
    for year in AwardYear
    for group in (StudyGroup if level is Level.BACHELOR else (None,))
)
"""Every combination, in annex 3's order."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a department ticked.

    `other_years` is what it wrote beside H (other); empty when H is not ticked. Words cover no award by themselves:
    what they mean is for the lead department to judge. `study_groups` counts for bachelor's degrees only and may be
    empty when they are not in `levels`.
    """

    levels: frozenset[Level]
    award_years: frozenset[AwardYear]
    study_groups: frozenset[StudyGroup]
    other_years: str = ""

    @classmethod
    def from_letters(
        cls, levels: Iterable[str], award_years: Iterable[str], study_forms: Iterable[str], other_years: str = ""
    ) -> Scope:
        """The scope of the letters A to D, E to H and I to L.

        Raises:
            KeyError: a letter is not of its column.
        """
        return cls(
            _choices_of(LEVEL_LETTERS, levels),
            _choices_of(YEAR_LETTERS, award_years),
            _choices_of(STUDY_LETTERS, study_forms),
            other_years,
        )

    def as_dict(self) -> dict[str, Any]:
        """JSON-able data in annex 3's letters, the fewest that say it; holds no personal data."""
        return {
            "levels": _letters(LEVEL_LETTERS, self.levels),
            "award_years": _letters(YEAR_LETTERS, self.award_years) + [OTHER_YEARS_LETTER] * bool(self.other_years),
            "other_years": self.other_years,
            "study_forms": _letters(STUDY_LETTERS, self.study_groups),
        }

    @property
    def combinations(self) -> frozenset[Combination]:
        """The combinations that the scope covers; none when it names other award years only.

        A scope is narrower than another when its set is strictly contained in the other's; not every two compare.
        """
        return frozenset(
            one
            for one in COMBINATIONS
            if one.level in self.levels
            and one.award_year in self.award_years
            and (one.study_group is None or one.study_group in self.study_groups)
        )


def combination_of(level: Level, award_date: date, study_form: StudyForm, today: date) -> Combination:
    """The combination of an award as it stands on `today`, the day in Shanghai.

    Current (应届) are the awards of the calendar year that `today` is in, previous (往届) those of all earlier years:
    an award becomes a previous one on 1 January.
    """
    year = AwardYear.PREVIOUS if award_date.year < today.year else AwardYear.CURRENT
    return Combination(level, year, _GROUPS[study_form] if level is Level.BACHELOR else None)


def _choices_of(column: Mapping[str, frozenset[_Choice]], letters: Iterable[str]) -> frozenset[_Choice]:
    return frozenset(choice for letter in letters for choice in column[letter])


def _letters(column: Mapping[str, frozenset[_Choice]], ticked: frozenset[_Choice]) -> list[str]:
    """The letter for all when all is ticked, else one letter a choice."""
    whole, *single = column.items()
    if ticked == whole[1]:
        return [whole[0]]
    return [letter for letter, choices in single if choices and choices <= ticked]
