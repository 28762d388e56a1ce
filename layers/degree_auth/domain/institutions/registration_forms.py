"""The registration forms of annexes 2 and 3 (article 13): reading what staff copy from the sealed paper.

All that is wrong with a form is told at once (N5). Its personal part is the account user alone; that is stored sealed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from degree_auth.domain.applications.claim import Level
from degree_auth.domain.applications.fields import field_form
from degree_auth.domain.institutions.scope import (
    LEVEL_LETTERS,
    OTHER_YEARS_LETTER,
    STUDY_LETTERS,
    YEAR_LETTERS,
    Scope,
)
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.shared.plain_data import as_data
from degree_auth.domain.shared.reading import (
    BrokenRule,
    Field,
    Fields,
    Reading,
    Section,
    choice,
    items,
    mapped_field,
    must_be_true,
    optional,
    read_object,
    required_list,
)
from degree_auth.domain.shared.text import code_form, line_form, phrase_key

MOST_VERIFYING_DEPARTMENTS = 30
"""The paper has six blanks; institutions with more departments append a sheet."""

_NO_DATE = date.max  # field_form wants a day for its dates; no field here is one
_TELEPHONE = re.compile(r"(?=(?:[^0-9]*[0-9]){7,20}[^0-9]*\Z)\+?[0-9()-]+\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class AccountUser:
    """Who uses an account (账号使用人), and how to reach them. Personal data: never logged, only stored sealed.

    `telephone` and `fax` are digits with an area code and, after a hyphen, an extension. `fax` may be empty: the
    feedback that it served goes through the system now.
    """

    name: str
    telephone: str
    mobile: str
    fax: str
    email: str
    postal_address: str


@dataclass(frozen=True, slots=True)
class LeadForm:
    """The registration form of the lead department and the user of its tier-1 account (annex 2).

    The seals (institution, department) and signatures (vice-president in charge, head of the department) are on the
    paper, or the form is refused. `verifying_departments` names the departments that are to have tier-2 accounts.
    """

    institution_code: str
    institution_name: str
    institution_sealed: bool
    vice_president_signed: bool
    department_name: str
    department_sealed: bool
    head_signed: bool
    account_user: AccountUser
    verifying_departments: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """JSON-able data, in the shape it was sent in."""
        return {
            "institution": {
                "code": self.institution_code,
                "name": self.institution_name,
                "sealed": self.institution_sealed,
                "vice_president_signed": self.vice_president_signed,
            },
            "department": {
                "name": self.department_name,
                "sealed": self.department_sealed,
                "head_signed": self.head_signed,
            },
            "account_user": as_data(self.account_user),
            "verifying_departments": list(self.verifying_departments),
        }


@dataclass(frozen=True, slots=True)
class DepartmentForm:
    """The registration form of a verifying department and the user of its tier-2 account (annex 3).

    Like the paper it does not say of which institution; seal and signature are on it, or it is refused.
    """

    department_name: str
    department_sealed: bool
    head_signed: bool
    account_user: AccountUser
    scope: Scope

    def as_dict(self) -> dict[str, Any]:
        """JSON-able data, in the shape it was sent in, the scope in the fewest letters that say it."""
        return {
            "department": {
                "name": self.department_name,
                "sealed": self.department_sealed,
                "head_signed": self.head_signed,
            },
            "account_user": as_data(self.account_user),
            "scope": self.scope.as_dict(),
        }


def parse_lead_form(body: object) -> LeadForm:
    """Read annex 2: `{"institution": {…}, "department": {…}, "account_user": {…}, "verifying_departments": […]}`.

    Raises:
        Malformed: the body is no JSON object.
        Invalid: any field breaks a rule; names all of them.
    """
    values = read_object(body, LEAD_FORM).complete()
    institution, department = values["institution"], values["department"]
    return LeadForm(
        institution["code"],
        institution["name"],
        institution["sealed"],
        institution["vice_president_signed"],
        department["name"],
        department["sealed"],
        department["head_signed"],
        AccountUser(**values["account_user"]),
        values["verifying_departments"],
    )


def parse_department_form(body: object) -> DepartmentForm:
    """Read annex 3: `{"department": {…}, "account_user": {…}, "scope": {…}}`.

    The scope has the letters of the form: `levels` A to D, `award_years` E to H, `study_forms` I to L, each a list,
    and `other_years`, the words beside H.

    Raises:
        Malformed: the body is no JSON object.
        Invalid: any field breaks a rule; names all of them.
    """
    values = read_object(body, DEPARTMENT_FORM).complete()
    department = values["department"]
    return DepartmentForm(
        department["name"],
        department["sealed"],
        department["head_signed"],
        AccountUser(**values["account_user"]),
        Scope.from_letters(**values["scope"]),
    )


def parse_account_user(body: object) -> AccountUser:
    """Read the new user of an account: `{"account_user": {…}}`, as in both forms.

    Raises:
        Malformed: the body is no JSON object.
        Invalid: any field breaks a rule; names all of them.
    """
    return AccountUser(**read_object(body, {"account_user": _ACCOUNT_USER}).complete()["account_user"])


def _submission_field(path: str) -> Field:
    """Reads what a field of a submission reads."""
    return field_form(path, _NO_DATE)


PHRASE = _submission_field("degree.institution_name")


def _read_words(raw: object) -> str:
    """Text of up to 100 characters, its spaces kept."""
    PHRASE.read(raw)
    return line_form(str(raw))


def _telephone(words: str) -> str:
    number = code_form(words).replace("转", "-")
    if not _TELEPHONE.match(number):
        raise BrokenRule("telephone_format")
    return number


_WORDS = replace(PHRASE, read=_read_words)
_TELEPHONE_NUMBER = mapped_field(_WORDS, _telephone)


def _letters(column: Mapping[str, object], *, needed: bool = True) -> Field:
    """A list of a column's letters, in whatever width and case; the answer is none when it is not `needed`."""
    letter = choice(column)
    canonical = replace(letter, read=lambda raw: letter.read(code_form(raw) if isinstance(raw, str) else raw))
    letters = items(canonical, needed=needed)
    return letters if needed else optional(letters, ())


def _read_names(raw: object) -> tuple[str, ...]:
    """Departments' names, none of them twice."""
    names: dict[str, str] = {}
    problems = []
    for index, item in enumerate(required_list(raw, MOST_VERIFYING_DEPARTMENTS, "too_many_departments")):
        try:
            name = PHRASE.read(item)
        except BrokenRule as broken:
            problems += [Problem(str(index), one.code) for one in broken.problems]
            continue
        if phrase_key(name) in names:
            problems.append(Problem(str(index), "department_repeated"))
        names[phrase_key(name)] = name
    if problems:
        raise Invalid(problems)
    return tuple(names.values())


def _check_scope(scope: Reading) -> None:
    """The rules between the letters, for those that are in order by themselves."""
    ticked = scope.values
    if scope.has("award_years", "other_years"):
        other = OTHER_YEARS_LETTER in ticked["award_years"]
        if other and not ticked["other_years"]:
            scope.refuse("other_years", "other_years_missing")
        if ticked["other_years"] and not other:
            scope.refuse("other_years", "other_years_not_ticked")
    if scope.has("levels", "study_forms") and not ticked["study_forms"]:
        levels = (LEVEL_LETTERS[letter] for letter in ticked["levels"])
        if any(Level.BACHELOR in covered for covered in levels):
            scope.refuse("study_forms", "study_forms_missing")


_SEALED = must_be_true("seal_missing")
_SIGNED = must_be_true("signature_missing")
_INSTITUTION = Section(
    {
        "code": _submission_field("degree.institution_code"),
        "name": PHRASE,
        "sealed": _SEALED,
        "vice_president_signed": _SIGNED,
    }
)
_DEPARTMENT = Section({"name": PHRASE, "sealed": _SEALED, "head_signed": _SIGNED})
_ACCOUNT_USER = Section(
    {
        "name": _submission_field("holder.name"),
        "telephone": _TELEPHONE_NUMBER,
        "mobile": _submission_field("contact.mobile"),
        "fax": optional(_TELEPHONE_NUMBER, "", blank=True),
        "email": _submission_field("contact.email"),
        "postal_address": _WORDS,
    }
)
SCOPE = Section(
    {
        "levels": _letters(LEVEL_LETTERS),
        "award_years": _letters(YEAR_LETTERS),
        "other_years": optional(_WORDS, "", blank=True),
        "study_forms": _letters(STUDY_LETTERS, needed=False),
    },
    _check_scope,
)
LEAD_FORM: Fields = {
    "institution": _INSTITUTION,
    "department": _DEPARTMENT,
    "account_user": _ACCOUNT_USER,
    "verifying_departments": Field(_read_names, {"type": "array", "items": PHRASE.schema}, default=()),
}
DEPARTMENT_FORM: Fields = {"department": _DEPARTMENT, "account_user": _ACCOUNT_USER, "scope": SCOPE}
