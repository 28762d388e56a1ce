"""What an award record says against itself: its numbers carry facts that other columns state too.

Such a record is stored as the file has it. Whoever compares a claim with it learns that the register is in doubt.
"""

from __future__ import annotations

from degree_auth.domain.applications.certificate import facts_in
from degree_auth.domain.applications.identity import (
    EIGHTEEN,
    birth_date_in,
    canonical_identity_number,
    carries_person,
    sex_in,
)
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.shared.text import code_form


def contradictions(record: AwardRecord) -> tuple[str, ...]:
    """The codes of what a record says against itself; empty for a sound one.

    The identity number (GB 11643) holds birth date and sex. A certificate number under the rules since 2005
    holds the unit's code, the level and the year.
    """
    return (*_person_contradictions(record), *_certificate_contradictions(record))


def _person_contradictions(record: AwardRecord) -> tuple[str, ...]:
    number = canonical_identity_number(record.identity_type, record.identity_number)
    if not carries_person(record.identity_type, number) or not EIGHTEEN.fullmatch(number):
        return ()
    found = []
    if birth_date_in(number) != record.birth_date:
        found.append("warning_birth_date_differs")
    if sex_in(number) is not record.sex:
        found.append("warning_sex_differs")
    return tuple(found)


def _certificate_contradictions(record: AwardRecord) -> tuple[str, ...]:
    facts = facts_in(code_form(record.certificate_number))
    if facts is None:
        return ()
    unit, level, year = facts
    found = []
    if unit not in (record.institution_code, record.training_institution_code):
        found.append("warning_number_unit_differs")
    if level is not record.level:
        found.append("warning_number_level_differs")
    if year != record.award_date.year:
        found.append("warning_number_year_differs")
    return tuple(found)
