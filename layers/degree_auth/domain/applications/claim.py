"""The claim: what the applicant says about a person and a degree (article 1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Sex(StrEnum):
    """Sex as the register records it (GB/T 2261.1: 1 male, 2 female)."""

    MALE = "male"
    FEMALE = "female"


class IdentityType(StrEnum):
    """Kind of identity document."""

    RESIDENT_IDENTITY_CARD = "resident_identity_card"
    HK_MACAO_PERMIT = "hk_macao_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    RESIDENCE_PERMIT = "residence_permit"
    PERMANENT_RESIDENCE_CARD = "permanent_residence_card"
    PASSPORT = "passport"
    MILITARY = "military"


class Level(StrEnum):
    """Degree level (学位层级)."""

    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTOR = "doctor"


class StudyForm(StrEnum):
    """Study form (学习形式), as annex 3 divides it."""

    REGULAR = "regular"
    ADULT = "adult"
    SELF_STUDY = "self_study"
    INTERNATIONAL = "international"


@dataclass(frozen=True, slots=True)
class Holder:
    """The person who holds the degree. Personal data: never logged, only stored sealed."""

    name: str
    sex: Sex
    birth_date: date
    identity_type: IdentityType
    identity_number: str


@dataclass(frozen=True, slots=True)
class Degree:
    """The degree as the certificate states it; `institution_code` has five digits."""

    institution_code: str
    institution_name: str
    level: Level
    category: str
    discipline: str
    study_form: StudyForm
    award_date: date
    certificate_number: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Where the applicant is told of progress. Personal data."""

    mobile: str
    email: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Holder and degree together: what is compared with the award register."""

    holder: Holder
    degree: Degree


@dataclass(frozen=True, slots=True)
class Submission:
    """A valid application: the claim, the contact, and the consent to verify it."""

    claim: Claim
    contact: Contact
    consent: bool
