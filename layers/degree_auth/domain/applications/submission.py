"""Reading a submission (article 1): all that is wrong with an input at once (N5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from degree_auth.domain.applications.categories import is_category_of, known_category, level_of_name
from degree_auth.domain.applications.certificate import findings
from degree_auth.domain.applications.claim import (
    Claim,
    Contact,
    Degree,
    Holder,
    Level,
    Submission,
)
from degree_auth.domain.applications.eligibility import category_fault, institution_fault
from degree_auth.domain.applications.fields import SECTIONS, field_form
from degree_auth.domain.applications.identity import (
    birth_date_in,
    canonical_identity_number,
    carries_person,
    number_fault,
    sex_in,
)
from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.shared.plain_data import as_data, from_data
from degree_auth.domain.shared.reading import (
    Fields,
    Reading,
    Section,
    must_be_true,
    optional,
    read_object,
    required_object,
)

OTHER_CATEGORY = "category_other"
"""In the place of `degree.category`: the category in the applicant's own words, when the code table lacks it."""


def parse_submission(body: object, today: date) -> Submission:
    """Read a decoded JSON body into a submission; `today` is the day in Shanghai.

    Raises:
        Malformed: the body is no JSON object.
        Invalid: any field breaks a rule; names all of them.
    """
    reading = read_object(body, submission_fields(today))
    values = _complete_claim(reading)
    return Submission(_claim(values), Contact(**values["contact"]), consent=True)


def parse_supplement(body: object, claim: Claim, today: date, *, any_category: bool = False) -> Claim:
    """Merge partial changes `{"holder": {…}, "degree": {…}}` onto a claim and check the whole again.

    A category that does not change is not checked against the code table again. With `any_category` no category is
    checked, because the archive's own name for it is accepted.

    Raises:
        Malformed: the body is no JSON object.
        Invalid: nothing is changed, or any field of the merged claim breaks a rule.
    """
    merged = dict(required_object(body))
    for section, fields in as_data(claim).items():
        change = merged.get(section, {})
        if isinstance(change, dict) and OTHER_CATEGORY in change and "category" not in change:
            fields.pop("category", None)
        merged[section] = {**fields, **change} if isinstance(change, dict) else change
    values = _complete_claim(read_object(merged, claim_fields(today)), claim.degree.category, any_category=any_category)
    merged_claim = _claim(values)
    if merged_claim == claim:
        raise Invalid([Problem("", "supplement_empty")])
    return merged_claim


@lru_cache(maxsize=2)
def claim_fields(today: date) -> Fields:
    """The fields of person and degree; `today` is the day in Shanghai."""
    return {section: _section(section, today) for section in ("holder", "degree")}


@lru_cache(maxsize=2)
def submission_fields(today: date) -> Fields:
    """The fields of a submission; `today` is the day in Shanghai."""
    consent = must_be_true("consent_required", "consent_required")
    return {**claim_fields(today), "contact": _section("contact", today), "consent": consent}


def warnings(claim: Claim, institutions: Institutions) -> tuple[Problem, ...]:
    """What is unusual in a valid claim: told to applicant and reviewer, never a reason to refuse."""
    degree = claim.degree
    found = [
        Problem("degree.certificate_number", code)
        for code in findings(
            degree.certificate_number, degree.award_date, degree.institution_code, degree.level, degree.study_form
        )
    ]
    if not institutions.is_known(degree.institution_code):
        found.append(Problem("degree.institution_code", "institution_unknown"))
    elif not institutions.has_name(degree.institution_code, degree.institution_name):
        of_another = institutions.is_listed(degree.institution_name)
        code = "institution_name_of_another_code" if of_another else "institution_name_unknown"
        found.append(Problem("degree.institution_name", code))
    elif not institutions.has_name(degree.institution_code, degree.institution_name, degree.award_date):
        found.append(Problem("degree.institution_name", "institution_name_period"))
    if not known_category(degree.category):
        found.append(Problem("degree.category", "category_unknown"))
    return tuple(found)


def submission_as_dict(submission: Submission) -> dict[str, Any]:
    """The submission as JSON-able data, in the shape it was sent in."""
    data: dict[str, Any] = as_data(submission)
    return {**data.pop("claim"), **data}


def submission_from_dict(data: Mapping[str, Any]) -> Submission:
    """The submission, read back from the result of `submission_as_dict` without checking it against today's rules."""
    claim = {section: data[section] for section in ("holder", "degree")}
    return from_data(Submission, {"claim": claim, "contact": data["contact"], "consent": data["consent"]})


def _section(section: str, today: date) -> Section:
    forms = {name: field_form(f"{section}.{name}", today) for name in SECTIONS[section]}
    if "category" in forms:
        forms["category"] = forms[OTHER_CATEGORY] = optional(forms["category"])
    return Section(forms)


def _complete_claim(reading: Reading, category_before: str = "", *, any_category: bool = False) -> dict[str, Any]:
    """The values of a claim that also keeps the rules between its fields."""
    holder, degree = reading.values["holder"], reading.values["degree"]
    kind, number, birth = (holder.get(name) for name in ("identity_type", "identity_number", "birth_date"))
    if kind and number:
        holder["identity_number"] = canonical = canonical_identity_number(kind, number)
        if fault := number_fault(kind, canonical):
            reading.refuse("holder.identity_number", fault)
        elif carries_person(kind, canonical):
            if birth and birth_date_in(canonical) != birth:
                reading.refuse("holder.birth_date", "identity_birth_date_mismatch")
            if "sex" in holder and sex_in(canonical) is not holder["sex"]:
                reading.refuse("holder.sex", "identity_sex_mismatch")
    if birth and (awarded := degree.get("award_date")) and awarded <= birth:
        reading.refuse("degree.award_date", "award_before_birth")
    _check_category(reading, degree, category_before, any_category)
    if (name := degree.get("institution_name")) and (fault := institution_fault(name)):
        reading.refuse("degree.institution_name", fault)
    return reading.complete()


def _check_category(reading: Reading, degree: dict[str, Any], before: str, any_category: bool) -> None:
    """Leave one category in a degree: from the code table of its level, or in the applicant's own words."""
    read = {"category", OTHER_CATEGORY} <= degree.keys()
    own, category = degree.pop(OTHER_CATEGORY, None), degree.get("category")
    if own is not None and category is not None:
        reading.refuse(f"degree.{OTHER_CATEGORY}", "category_twice")
    elif own is None and category is None and read:
        reading.refuse("degree.category", "required")
    elif chosen := own or category:
        degree["category"] = chosen
        free = any_category or own is not None or chosen == before
        if fault := category_fault(chosen) or _table_fault(degree.get("level"), chosen, free):
            reading.refuse(f"degree.{OTHER_CATEGORY if own else 'category'}", fault)


def _table_fault(level: Level | None, category: str, free: bool) -> str | None:
    if level is None:
        return None
    if level_of_name(category) not in (None, level):
        return "category_level"
    return None if free or is_category_of(level, category) else "category_not_in_table"


def _claim(values: Mapping[str, Any]) -> Claim:
    return Claim(Holder(**values["holder"]), Degree(**values["degree"]))
