"""Eligibility (资格审查, article 10): whose degrees, of which levels, since when. Asked before a case enters.

Academic degrees have three levels and are awarded by universities and research institutions that the state has
authorised: Regulations on Academic Degrees (学位条例), articles 3 and 8, in force since 1981-01-01 (article 20); since
2025-01-01 the Law on Academic Degrees (学位法), articles 2 and 5. A bachelor's degree ends an undergraduate course
(article 4 of the Regulations), which junior colleges do not have: their students' degrees, if any, are another
institution's. An honorary doctor's degree (article 14) is a distinction and proves no study.

Only what is certain is refused here. No open list names every authorised institution on every day, so an institution
that these rules do not know goes on to material review, where staff may reject the application as not eligible.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from degree_auth.domain.applications.claim import Level
from degree_auth.domain.shared.text import category_key, phrase_key


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What the centre authenticates.

    `since` is the first day of an award; `not_of_the_mainland` begins the name of an institution under another law,
    unless a mainland campus stands behind it in brackets; `without_degrees` ends the name of a kind of institution
    that awards none; `honorary` begins the category of a degree that is a distinction.
    """

    levels: frozenset[Level]
    since: date
    not_of_the_mainland: tuple[str, ...]
    without_degrees: tuple[str, ...]
    honorary: tuple[str, ...]


ELIGIBILITY = Eligibility(
    levels=frozenset(Level),
    since=date(1981, 1, 1),
    not_of_the_mainland=("香港", "澳门", "澳門", "台湾", "台灣", "臺灣", "國立"),
    without_degrees=("高等专科学校", "职业学院", "职业技术学院", "中等专业学校", "中等职业学校", "技工学校"),
    honorary=("名誉",),
)


def award_day_fault(day: date, rule: Eligibility = ELIGIBILITY) -> str | None:
    """The code of the reason why no award of this day is authenticated, or None."""
    return "award_before_degrees" if day < rule.since else None


def level_fault(level: Level, rule: Eligibility = ELIGIBILITY) -> str | None:
    """The code of the reason why no degree of this level is authenticated, or None."""
    return None if level in rule.levels else "ineligible_level"


def category_fault(category: str, rule: Eligibility = ELIGIBILITY) -> str | None:
    """The code of the reason why no degree of this category is authenticated, or None."""
    return "ineligible_honorary_degree" if category_key(category).startswith(rule.honorary) else None


def institution_fault(name: str, rule: Eligibility = ELIGIBILITY) -> str | None:
    """The code of the reason why no degree of an institution so named is authenticated, or None."""
    key = phrase_key(name)
    if key.startswith(rule.not_of_the_mainland) and not key.endswith(")"):
        return "ineligible_region"
    return "ineligible_institution" if key.endswith(rule.without_degrees) else None
