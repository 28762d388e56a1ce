"""Reading a submission (article 1): all that is wrong with an input at once (N5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from degree_auth.domain.applications.categories import is_category_of, known_category, level_of_name
from degree_auth.domain.applications.certificate import findings
from degree_auth.domain.applications.claim import (
    Claim,
    Contact,
    Degree,
    Holder,
    IdentityType,
    Level,
    Sex,
    StudyForm,
    Submission,
)
from degree_auth.domain.applications.eligibility import category_fault, institution_fault, level_fault
from degree_auth.domain.applications.fields import SECTIONS, BrokenRule, read_field
from degree_auth.domain.applications.identity import (
    birth_date_in,
    canonical_identity_number,
    carries_person,
    number_fault,
    sex_in,
)
from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.shared.errors import Invalid, Malformed, Problem, shown_key

OTHER_CATEGORY = "category_other"
"""In the place of `degree.category`: the category in the applicant's own words, when the code table lacks it."""


def parse_submission(body: object, today: date) -> Submission:
    """Read a decoded JSON body into a submission; `today` is the day in Shanghai.

    Raises:
        Malformed: the body is no JSON object.
        Invalid: any field breaks a rule; names all of them.
    """
    if not isinstance(body, dict):
        raise Malformed("not_an_object")
    reading = _Reading(today)
    values = reading.read(body, ("holder", "degree", "contact"), ("consent",))
    if "consent" not in body:
        reading.problem("consent", "required")
    elif body["consent"] is not True:
        reading.problem("consent", "consent_required")
    reading.check_claim(values)
    if reading.problems:
        raise Invalid(reading.problems)
    contact = Contact(values["contact.mobile"], values["contact.email"])
    return Submission(_claim(values), contact, consent=True)


def parse_supplement(body: object, claim: Claim, today: date, *, any_category: bool = False) -> Claim:
    """Merge partial changes `{"holder": {…}, "degree": {…}}` onto a claim and check the whole again.

    A category that stays is not held against the code table again; with `any_category` none is, because an archive's
    word for it counts as it stands.

    Raises:
        Malformed: the body is no JSON object.
        Invalid: nothing is changed, or any field of the merged claim breaks a rule.
    """
    if not isinstance(body, dict):
        raise Malformed("not_an_object")
    known = claim_as_dict(claim)
    merged: dict[str, Any] = dict(body)
    for section, fields in known.items():
        change = body.get(section, {})
        merged[section] = {**fields, **change} if isinstance(change, dict) else change
        if isinstance(change, dict) and OTHER_CATEGORY in change and "category" not in change:
            del merged[section]["category"]
    reading = _Reading(today)
    reading.free_category = any_category
    reading.category_before = claim.degree.category
    values = reading.read(merged, ("holder", "degree"), ())
    reading.check_claim(values)
    if reading.problems:
        raise Invalid(reading.problems)
    merged_claim = _claim(values)
    if merged_claim == claim:
        raise Invalid([Problem("", "supplement_empty")])
    return merged_claim


def warnings(claim: Claim, institutions: Institutions) -> tuple[Problem, ...]:
    """What is unusual in a valid claim: told to applicant and reviewer, never a reason to refuse."""
    degree = claim.degree
    found = [
        Problem("degree.certificate_number", code)
        for code in findings(
            degree.certificate_number, degree.award_date, degree.institution_code, degree.level, degree.study_form
        )
    ]
    if not institutions.known(degree.institution_code):
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


def claim_as_dict(claim: Claim) -> dict[str, dict[str, str]]:
    """The claim as JSON-able data: what is sealed at rest, in the shape of a submission."""
    holder, degree = claim.holder, claim.degree
    return {
        "holder": {
            "name": holder.name,
            "sex": holder.sex.value,
            "birth_date": holder.birth_date.isoformat(),
            "identity_type": holder.identity_type.value,
            "identity_number": holder.identity_number,
        },
        "degree": {
            "institution_code": degree.institution_code,
            "institution_name": degree.institution_name,
            "level": degree.level.value,
            "category": degree.category,
            "discipline": degree.discipline,
            "study_form": degree.study_form.value,
            "award_date": degree.award_date.isoformat(),
            "certificate_number": degree.certificate_number,
        },
    }


def claim_from_dict(data: Mapping[str, Any]) -> Claim:
    """What `claim_as_dict` made, read back without checking it against today's rules."""
    holder, degree = data["holder"], data["degree"]
    return Claim(
        Holder(
            holder["name"],
            Sex(holder["sex"]),
            date.fromisoformat(holder["birth_date"]),
            IdentityType(holder["identity_type"]),
            holder["identity_number"],
        ),
        Degree(
            degree["institution_code"],
            degree["institution_name"],
            Level(degree["level"]),
            degree["category"],
            degree["discipline"],
            StudyForm(degree["study_form"]),
            date.fromisoformat(degree["award_date"]),
            degree["certificate_number"],
        ),
    )


def submission_as_dict(submission: Submission) -> dict[str, Any]:
    """The submission as JSON-able data, in the shape it was sent in."""
    contact = {"mobile": submission.contact.mobile, "email": submission.contact.email}
    return {**claim_as_dict(submission.claim), "contact": contact, "consent": submission.consent}


def submission_from_dict(data: Mapping[str, Any]) -> Submission:
    """What `submission_as_dict` made, read back without checking it against today's rules."""
    contact = Contact(data["contact"]["mobile"], data["contact"]["email"])
    return Submission(claim_from_dict(data), contact, data["consent"])


class _Reading:
    """One pass over an input: collects what is wrong."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.problems: list[Problem] = []
        self.free_category = False
        self.category_field = "degree.category"
        self.category_before = ""

    def problem(self, field: str, code: str) -> None:
        self.problems.append(Problem(field, code))

    def read(self, body: Mapping[str, Any], sections: tuple[str, ...], others: tuple[str, ...]) -> dict[str, Any]:
        """The canonical values of all fields that are in order, by dotted name."""
        values: dict[str, Any] = {}
        self._unknown(body, (*sections, *others), "")
        for section in sections:
            content = body.get(section)
            if section not in body:
                self.problem(section, "required")
            elif not isinstance(content, dict):
                self.problem(section, "not_an_object")
            else:
                beside = (OTHER_CATEGORY,) if section == "degree" else ()
                self._unknown(content, (*SECTIONS[section], *beside), f"{section}.")
                if OTHER_CATEGORY in content and beside:
                    content = self._with_other_category(content)
                for name in SECTIONS[section]:
                    path = f"{section}.{name}"
                    try:
                        values[path] = read_field(path, content.get(name), self.today)
                    except BrokenRule as broken:
                        self.problem(self.category_field if name == "category" else path, broken.code)
        return values

    def _with_other_category(self, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """The degree with the category in the applicant's own words in its place."""
        if content.get("category") is not None:
            self.problem(f"degree.{OTHER_CATEGORY}", "category_twice")
            return content
        self.free_category = True
        self.category_field = f"degree.{OTHER_CATEGORY}"
        return {**content, "category": content[OTHER_CATEGORY]}

    def _unknown(self, content: Mapping[str, Any], known: tuple[str, ...], prefix: str) -> None:
        # A key is the sender's text: one that does not look like a field's name is not repeated in an error.
        unknown = [key for key in content if key not in known]
        for path in dict.fromkeys(f"{prefix}{shown_key(key)}" for key in unknown):
            self.problem(path, "unknown_field")

    def check_claim(self, values: dict[str, Any]) -> None:
        """The rules between fields, for those that are in order by themselves."""
        kind, number = values.get("holder.identity_type"), values.get("holder.identity_number")
        birth, awarded = values.get("holder.birth_date"), values.get("degree.award_date")
        if kind and number:
            canonical = canonical_identity_number(kind, number)
            if fault := number_fault(kind, canonical):
                self.problem("holder.identity_number", fault)
            elif carries_person(kind, canonical):
                if birth and birth_date_in(canonical) != birth:
                    self.problem("holder.birth_date", "identity_birth_date_mismatch")
                if "holder.sex" in values and sex_in(canonical) is not values["holder.sex"]:
                    self.problem("holder.sex", "identity_sex_mismatch")
            values["holder.identity_number"] = canonical
        if birth and awarded and awarded <= birth:
            self.problem("degree.award_date", "award_before_birth")
        level, category = values.get("degree.level"), values.get("degree.category")
        if level and category and (fault := category_fault(category) or self._category_fault(level, category)):
            self.problem(self.category_field, fault)
        if level and (fault := level_fault(level)):
            self.problem("degree.level", fault)
        name = values.get("degree.institution_name")
        if name and (fault := institution_fault(name)):
            self.problem("degree.institution_name", fault)

    def _category_fault(self, level: Level, category: str) -> str | None:
        if level_of_name(category) not in (None, level):
            return "category_level"
        accepted = self.free_category or category == self.category_before or is_category_of(level, category)
        return None if accepted else "category_not_in_table"


def _claim(values: Mapping[str, Any]) -> Claim:
    holder = Holder(**{name: values[f"holder.{name}"] for name in SECTIONS["holder"]})
    return Claim(holder, Degree(**{name: values[f"degree.{name}"] for name in SECTIONS["degree"]}))
