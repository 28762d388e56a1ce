"""Degree certificate numbers: the rule in force at the award date, and what in a number does not fit the claim.

Institutions deviate from the rules, and numbers of different types may repeat: a finding warns, it never rejects.
"""

from __future__ import annotations

import re
from datetime import date

from degree_auth.domain.applications.claim import Level, StudyForm

SIXTEEN_OR_PREFIX_RULE = date(2005, 8, 25)
"""From here on: unit(5) level(1) year(4) serial(6), with letters for special kinds of degree."""

SIXTEEN_DIGITS_RULE = date(2016, 1, 1)
"""From here on: sixteen digits and no letter; institutions print their own certificates."""

LEVEL_DIGITS = {Level.DOCTOR: "2", Level.MASTER: "3", Level.BACHELOR: "4"}

_LEVELS = {digit: level for level, digit in LEVEL_DIGITS.items()}

# Groups: prefix, unit, level, year.
_SIXTEEN = re.compile("()([0-9]{5})([234])([0-9]{4})[0-9]{6}")
_LETTERED = re.compile(
    "()([0-9]{5})([234])([0-9]{4})(?:[0-9]{6}|[SE][0-9]{5})"  # ordinary; double degree, second bachelor
    "|(C)([0-9]{5})(4)([0-9]{4})(?:[0-9]{6}|Z[0-9]{5})"  # adult education; self-study
    "|(Z)([0-9]{5})([234])([0-9]{4})[FYCSIEKLDGJAB][0-9]{5}"  # professional degrees by type
    "|([QTL])([0-9]{5})([234])([0-9]{4})[0-9]{6}"  # teachers, equivalent standing, international
)
_BEGUN = re.compile("[CZQTL]?[0-9]{5}[234](?:19|20)[0-9]{2}[0-9A-Z]{0,6}")
_Parts = tuple[str, str, str, int]  # prefix, unit, level digit, year
_PREFIX_FORMS = {"C": (StudyForm.ADULT, StudyForm.SELF_STUDY), "L": (StudyForm.INTERNATIONAL,)}


def findings(
    number: str, award_date: date, institution_code: str, level: Level, study_form: StudyForm
) -> tuple[str, ...]:
    """Codes of what in a canonical certificate number is unusual for the award; empty before the rule of 2005."""
    if award_date < SIXTEEN_OR_PREFIX_RULE:
        return ()
    parts = _parts(number, _rule_at(award_date))
    if parts is None:
        return ("certificate_number_style",)
    prefix, unit, digit, year = parts
    unusual = {
        "certificate_number_institution": unit != institution_code,
        "certificate_number_level": digit != LEVEL_DIGITS[level],
        "certificate_number_year": year != award_date.year,
        "certificate_number_study_form": study_form not in _PREFIX_FORMS.get(prefix, (study_form,)),
    }
    return tuple(code for code, is_so in unusual.items() if is_so)


def is_unusual(number: str, award_date: date) -> bool:
    """Whether a canonical number does not have the form that the rule at the award date gives it."""
    return award_date >= SIXTEEN_OR_PREFIX_RULE and _rule_at(award_date).fullmatch(number) is None


def _rule_at(award_date: date) -> re.Pattern[str]:
    return _SIXTEEN if award_date >= SIXTEEN_DIGITS_RULE else _LETTERED


def facts_in(number: str) -> tuple[str, Level, int] | None:
    """Unit code, level and year that a canonical number carries, whenever it was given; None when it carries none."""
    parts = _parts(number, _LETTERED)
    if parts is None:
        return None
    _, unit, digit, year = parts
    return unit, _LEVELS[digit], year


def is_cut_short(number: str) -> bool:
    """Whether a canonical number begins by the rules since 2005 (unit, level, year) and ends before its last digit."""
    return _BEGUN.fullmatch(number) is not None and facts_in(number) is None


def _parts(number: str, rule: re.Pattern[str]) -> _Parts | None:
    held = rule.fullmatch(number)
    if held is None:
        return None
    prefix, unit, digit, year = (part for part in held.groups() if part is not None)
    return prefix, unit, digit, int(year)
