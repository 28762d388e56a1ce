"""What the pages' scripts know of the domain: limits, choices, and the words for them. No script repeats any of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from degree_auth.domain.accounts.applicant_sign_in import REFUSALS
from degree_auth.domain.accounts.passwords import LONGEST as LONGEST_PASSWORD
from degree_auth.domain.accounts.passwords import SHORTEST as SHORTEST_PASSWORD
from degree_auth.domain.applications.categories import categories_of
from degree_auth.domain.applications.claim import IdentityType, Level, Sex, StudyForm
from degree_auth.domain.applications.fields import FIELDS
from degree_auth.domain.applications.public_lists import LONGEST_QUERY
from degree_auth.domain.cases.attachment import KINDS, LARGEST_BYTES, SIGNATURES
from degree_auth.domain.cases.names import CHOICE_NAMES, FIELD_NAMES, KIND_NAMES
from degree_auth.domain.cases.report_state import Basis
from degree_auth.domain.cases.result import DENIALS, Result
from degree_auth.domain.institutions.own_institution_inputs import LONGEST_EXPLANATION
from degree_auth.domain.institutions.scope import (
    LEVEL_LETTERS,
    SCOPE_NAMES,
    STUDY_LETTERS,
    YEAR_LETTERS,
    AwardYear,
    StudyGroup,
)
from degree_auth.domain.notifications.webhook_address import LONGEST_URL
from degree_auth.domain.rechecks.disavowals import LONGEST_DISAVOWAL
from degree_auth.domain.rechecks.dispute import LONGEST_STATEMENT
from degree_auth.domain.reports.check_request import LONGEST_CODE
from degree_auth.domain.reports.share import MOST_DAYS, MOST_VIEWS, SHARED_FIELDS
from degree_auth.domain.shared.free_text import LONGEST_MESSAGE, LONGEST_REASON, LONGEST_URGENCY_REASON
from degree_auth.domain.shared.words import Words, words_of
from degree_auth.domain.verification.feedback import ARCHIVE_FIELDS, MATERIAL_FIELDS, TEXT_LENGTHS
from degree_auth.domain.verification.listing import LEAD_DEPARTMENT

_LABELLED: Mapping[str, type[StrEnum]] = {
    "sex": Sex,
    "identity_type": IdentityType,
    "level": Level,
    "study_form": StudyForm,
    "basis": Basis,
    "award_year": AwardYear,
    "study_group": StudyGroup,
}
"""The enumerations whose values the pages show, by the field that holds them."""

_OF_SCOPES = (AwardYear, StudyGroup)


def facts() -> dict[str, Any]:
    """Limits in characters or bytes, and choices, all in the order that people are asked. JSON-able."""
    return {
        "fields": {
            path: {
                "longest": rule.max_length,
                "choices": [choice.value for choice in rule.choices] if rule.choices else None,
                "date": rule.is_date,
            }
            for path, rule in FIELDS.items()
        },
        "categories": {
            level.value: [{"zh": category.name, "en": category.name_in_english} for category in categories_of(level)]
            for level in Level
        },
        "archive_fields": [path for path in FIELDS if path in ARCHIVE_FIELDS],
        "material_fields": ["certificate_scan", *(path for path in FIELDS if path in MATERIAL_FIELDS)],
        "results": [result.value for result in Result],
        "denials": {result.value: outcome.value for result, outcome in DENIALS.items()},
        "files": {"kinds": list(KINDS), "content_types": list(SIGNATURES), "largest_bytes": LARGEST_BYTES},
        "scope": {
            "levels": list(LEVEL_LETTERS),
            "award_years": list(YEAR_LETTERS),
            "study_forms": list(STUDY_LETTERS),
        },
        "shares": {"fields": list(SHARED_FIELDS), "most_days": MOST_DAYS, "most_views": MOST_VIEWS},
        "lead_department": LEAD_DEPARTMENT,
        "longest": {
            **TEXT_LENGTHS,
            "dispute": LONGEST_STATEMENT,
            "urgency": LONGEST_URGENCY_REASON,
            "disavowal": LONGEST_DISAVOWAL,
            "staff_reason": LONGEST_REASON,
            "message": LONGEST_MESSAGE,
            "explanation": LONGEST_EXPLANATION,
            "password": LONGEST_PASSWORD,
            "code": LONGEST_CODE,
            "url": LONGEST_URL,
            "query": LONGEST_QUERY,
            "name": FIELDS["degree.institution_name"].max_length,
        },
        "shortest_password": SHORTEST_PASSWORD,
    }


def labels() -> dict[str, dict[str, str]]:
    """The domain's own words for fields, kinds of file, choices, and why a sign-in came to nothing:
    `field.holder.name` -> {"zh", "en"}."""
    named = {f"field.{path}": words for path, words in FIELD_NAMES.items()}
    named |= {f"kind.{kind}": words for kind, words in KIND_NAMES.items()}
    named |= {f"refused.{code}": words_of(code) for code in REFUSALS}
    named |= dict(_of_enumerations())
    return {key: words._asdict() for key, words in named.items()}


def _of_enumerations() -> Iterable[tuple[str, Words]]:
    for name, choices in _LABELLED.items():
        # A study form and a group of study forms may have the same value, and are then equal as keys.
        words: Mapping[StrEnum, Words] = SCOPE_NAMES if choices in _OF_SCOPES else CHOICE_NAMES
        for choice in choices:
            yield f"{name}.{choice.value}", words[choice]
