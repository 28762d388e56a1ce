"""The award record: one degree award as the national register holds it (学位授予信息)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from degree_auth.domain.applications.claim import Claim, Degree, Holder, IdentityType, Level, Sex, StudyForm


@dataclass(frozen=True, slots=True)
class AwardRecord:
    """One row of an annual report file, read into the field's own types.

    Codes are strings and keep their leading zeros. `record_id` is the register's key of the
    record; it holds no personal data. `category_code` is the degree category (学位类别码, up to
    five digits), `level` follows from it. `duplicate` marks a record whose certificate number
    another record of the same institution carries too.
    """

    record_id: str
    name: str
    name_pinyin: str
    sex: Sex
    birth_date: date
    country_code: str
    ethnic_group_code: str
    identity_type: IdentityType
    identity_number: str
    institution_code: str
    institution_name: str
    training_institution_code: str
    level: Level
    category_code: str
    category_name: str
    discipline_code: str
    discipline_name: str
    study_form: StudyForm
    award_date: date
    certificate_number: str
    duplicate: bool = False


def claim_of(record: AwardRecord) -> Claim:
    """The claim that would be equal to a record."""
    return Claim(
        Holder(record.name, record.sex, record.birth_date, record.identity_type, record.identity_number),
        Degree(
            institution_code=record.institution_code,
            institution_name=record.institution_name,
            level=record.level,
            category=record.category_name,
            discipline=record.discipline_name,
            study_form=record.study_form,
            award_date=record.award_date,
            certificate_number=record.certificate_number,
        ),
    )
