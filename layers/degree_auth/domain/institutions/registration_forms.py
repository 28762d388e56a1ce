"""The registration forms of annexes 2 and 3 (article 13): reading what staff copy from the sealed paper.

All that is wrong with a form is told at once (N5). Its personal part is the account user alone; that is stored sealed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from degree_auth.domain.applications.claim import Level
from degree_auth.domain.applications.fields import BrokenRule, read_field
from degree_auth.domain.institutions.scope import (
    LEVEL_LETTERS,
    OTHER_YEARS_LETTER,
    STUDY_LETTERS,
    YEAR_LETTERS,
    Scope,
)
from degree_auth.domain.shared.errors import Invalid, Malformed, Problem, shown_key
from degree_auth.domain.shared.text import code_form, fold, phrase_key

MOST_VERIFYING_DEPARTMENTS = 30
"""The paper has six blanks; institutions with more departments append a sheet."""

_NO_DATE = date.max  # read_field wants a day for its dates; no field here is one
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

    @classmethod
    def from_dict(cls, data: Mapping[str, str]) -> AccountUser:
        """What `as_dict` made, read back without checking it against today's rules."""
        return cls(**data)

    def as_dict(self) -> dict[str, str]:
        """JSON-able data, in the shape it was sent in."""
        return asdict(self)


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

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> LeadForm:
        """What `as_dict` made, read back without checking it against today's rules."""
        institution, department = data["institution"], data["department"]
        return cls(
            institution["code"],
            institution["name"],
            institution["sealed"],
            institution["vice_president_signed"],
            department["name"],
            department["sealed"],
            department["head_signed"],
            AccountUser.from_dict(data["account_user"]),
            tuple(data["verifying_departments"]),
        )

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
            "account_user": self.account_user.as_dict(),
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

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> DepartmentForm:
        """What `as_dict` made, read back without checking it against today's rules."""
        department = data["department"]
        return cls(
            department["name"],
            department["sealed"],
            department["head_signed"],
            AccountUser.from_dict(data["account_user"]),
            Scope.from_dict(data["scope"]),
        )

    def as_dict(self) -> dict[str, Any]:
        """JSON-able data, in the shape it was sent in, the scope in the fewest letters that say it."""
        return {
            "department": {
                "name": self.department_name,
                "sealed": self.department_sealed,
                "head_signed": self.head_signed,
            },
            "account_user": self.account_user.as_dict(),
            "scope": self.scope.as_dict(),
        }


def parse_lead_form(body: object) -> LeadForm:
    """Read annex 2: `{"institution": {…}, "department": {…}, "account_user": {…}, "verifying_departments": […]}`.

    Raises:
        Malformed: the body is no JSON object.
        Invalid: any field breaks a rule; names all of them.
    """
    reading = FormReading(body, ("institution", "department", "account_user", "verifying_departments"))
    institution = reading.section("institution", _INSTITUTION)
    department = reading.section("department", _DEPARTMENT)
    user = reading.section("account_user", _ACCOUNT_USER)
    names = reading.names("verifying_departments")
    reading.finish()
    return LeadForm(
        institution["code"],
        institution["name"],
        institution["sealed"],
        institution["vice_president_signed"],
        department["name"],
        department["sealed"],
        department["head_signed"],
        AccountUser(**user),
        names,
    )


def parse_department_form(body: object) -> DepartmentForm:
    """Read annex 3: `{"department": {…}, "account_user": {…}, "scope": {…}}`.

    The scope has the letters of the form: `levels` A to D, `award_years` E to H, `study_forms` I to L, each a list,
    and `other_years`, the words beside H.

    Raises:
        Malformed: the body is no JSON object.
        Invalid: any field breaks a rule; names all of them.
    """
    reading = FormReading(body, ("department", "account_user", "scope"))
    department = reading.section("department", _DEPARTMENT)
    user = reading.section("account_user", _ACCOUNT_USER)
    ticked = reading.section("scope", SCOPE)
    reading.check_scope(ticked)
    reading.finish()
    return DepartmentForm(
        department["name"],
        department["sealed"],
        department["head_signed"],
        AccountUser(**user),
        Scope.from_letters(ticked["levels"], ticked["award_years"], ticked["study_forms"], ticked["other_years"]),
    )


def parse_account_user(body: object) -> AccountUser:
    """Read the new user of an account: `{"account_user": {…}}`, as in both forms.

    Raises:
        Malformed: the body is no JSON object.
        Invalid: any field breaks a rule; names all of them.
    """
    reading = FormReading(body, ("account_user",))
    user = reading.section("account_user", _ACCOUNT_USER)
    reading.finish()
    return AccountUser(**user)


_Reader = Callable[[object], Any]


def _like(path: str) -> _Reader:
    """Reads what a field of a submission reads."""
    return lambda raw: read_field(path, raw, _NO_DATE)


PHRASE = _like("degree.institution_name")


def _words(raw: object) -> str:
    """Text of up to 100 characters, its spaces kept."""
    PHRASE(raw)
    return fold(str(raw))


def _telephone(raw: object) -> str:
    number = code_form(_words(raw)).replace("转", "-")
    if not _TELEPHONE.match(number):
        raise BrokenRule("telephone_format")
    return number


def _optional(reader: _Reader) -> _Reader:
    return lambda raw: "" if raw is None or raw == "" else reader(raw)


def _present(code: str) -> _Reader:
    """Reads JSON true: the mark is on the paper; `code` says that it is not."""

    def read(raw: object) -> bool:
        if raw is None:
            raise BrokenRule("required")
        if not isinstance(raw, bool):
            raise BrokenRule("not_true_or_false")
        if not raw:
            raise BrokenRule(code)
        return raw

    return read


def _letters(column: Mapping[str, object], needed: bool = True) -> _Reader:
    """Reads a list of a column's letters."""

    def read(raw: object) -> tuple[str, ...]:
        if raw is None and not needed:
            return ()
        if raw is None:
            raise BrokenRule("required")
        if not isinstance(raw, list):
            raise BrokenRule("not_a_list")
        if needed and not raw:
            raise BrokenRule("required")
        letters = [code_form(one) if isinstance(one, str) else "" for one in raw]
        if any(letter not in column for letter in letters):
            raise BrokenRule("unknown_choice")
        return tuple(dict.fromkeys(letters))

    return read


_INSTITUTION: Mapping[str, _Reader] = {
    "code": _like("degree.institution_code"),
    "name": PHRASE,
    "sealed": _present("seal_missing"),
    "vice_president_signed": _present("signature_missing"),
}
_DEPARTMENT: Mapping[str, _Reader] = {
    "name": PHRASE,
    "sealed": _present("seal_missing"),
    "head_signed": _present("signature_missing"),
}
_ACCOUNT_USER: Mapping[str, _Reader] = {
    "name": _like("holder.name"),
    "telephone": _telephone,
    "mobile": _like("contact.mobile"),
    "fax": _optional(_telephone),
    "email": _like("contact.email"),
    "postal_address": _words,
}
SCOPE: Mapping[str, _Reader] = {
    "levels": _letters(LEVEL_LETTERS),
    "award_years": _letters(YEAR_LETTERS),
    "other_years": _optional(_words),
    "study_forms": _letters(STUDY_LETTERS, needed=False),
}


class FormReading:
    """One pass over a form: collects what is wrong."""

    def __init__(self, body: object, known: tuple[str, ...]) -> None:
        if not isinstance(body, dict):
            raise Malformed("not_an_object")
        self._body = body
        self._problems: list[Problem] = []
        self._unknown(body, known, "")

    def section(self, section: str, readers: Mapping[str, _Reader]) -> dict[str, Any]:
        """The canonical values of a section's fields that are in order, by name."""
        content = self._body.get(section)
        if section not in self._body:
            self.problem(section, "required")
            return {}
        if not isinstance(content, dict):
            self.problem(section, "not_an_object")
            return {}
        self._unknown(content, tuple(readers), f"{section}.")
        values = {}
        for name, reader in readers.items():
            try:
                values[name] = reader(content.get(name))
            except BrokenRule as broken:
                self.problem(f"{section}.{name}", broken.code)
        return values

    def value(self, field: str, reader: _Reader) -> Any:
        """The canonical value of a field of the form itself; None when a rule is broken."""
        try:
            return reader(self._body.get(field))
        except BrokenRule as broken:
            self.problem(field, broken.code)
            return None

    def names(self, field: str) -> tuple[str, ...]:
        """A list of departments' names, none of them twice; absent is none."""
        raw = self._body.get(field, [])
        if not isinstance(raw, list):
            self.problem(field, "not_a_list")
            return ()
        if len(raw) > MOST_VERIFYING_DEPARTMENTS:
            self.problem(field, "too_many_departments")
            return ()
        names: dict[str, str] = {}
        for index, one in enumerate(raw):
            try:
                name = PHRASE(one)
            except BrokenRule as broken:
                self.problem(f"{field}.{index}", broken.code)
                continue
            if phrase_key(name) in names:
                self.problem(f"{field}.{index}", "department_repeated")
            names[phrase_key(name)] = name
        return tuple(names.values())

    def check_scope(self, ticked: Mapping[str, Any]) -> None:
        """The rules between the letters, for those that are in order by themselves."""
        if "award_years" in ticked and "other_years" in ticked:
            other = OTHER_YEARS_LETTER in ticked["award_years"]
            if other and not ticked["other_years"]:
                self.problem("scope.other_years", "other_years_missing")
            if ticked["other_years"] and not other:
                self.problem("scope.other_years", "other_years_not_ticked")
        if "levels" in ticked and "study_forms" in ticked and not ticked["study_forms"]:
            levels = (LEVEL_LETTERS[letter] for letter in ticked["levels"])
            if any(Level.BACHELOR in one for one in levels):
                self.problem("scope.study_forms", "study_forms_missing")

    def finish(self) -> None:
        """Refuse the form when anything is wrong with it."""
        if self._problems:
            raise Invalid(self._problems)

    def problem(self, field: str, code: str) -> None:
        """Note one more thing that is wrong."""
        self._problems.append(Problem(field, code))

    def _unknown(self, content: Mapping[str, Any], known: tuple[str, ...], prefix: str) -> None:
        # A key is the sender's text: one that does not look like a field's name is not repeated in an error.
        unknown = [key for key in content if key not in known]
        for path in dict.fromkeys(f"{prefix}{shown_key(key)}" for key in unknown):
            self.problem(path, "unknown_field")
