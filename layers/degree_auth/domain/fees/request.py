"""Which verification fees somebody asks for (article 7): months, a breakdown, and for staff an institution."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from degree_auth.domain.fees.fees import Column
from degree_auth.domain.shared.action_input import INSTITUTION_CODE, REVIEWER
from degree_auth.domain.shared.errors import Invalid, Malformed, Problem, shown_key

MOST_MONTHS = 24
"""How many months one statement may cover; each is a query of its own."""


class FeeAction(StrEnum):
    """What staff can start about fees; it concerns no case."""

    FEE_STATEMENT = "fee_statement"


BREAKDOWNS: Mapping[str, Column] = {
    "institution": Column.INSTITUTION,
    "department": Column.DEPARTMENT,
    "period": Column.PERIOD,
}
"""What a statement can be broken down by, as it is asked for."""

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class FeeRequest:
    """The fees of the months `first` to `last`, YYYY-MM, both included, broken down `by`; of all institutions when
    `institution_code` is None."""

    first: str
    last: str
    by: tuple[Column, ...]
    institution_code: str | None

    @property
    def periods(self) -> tuple[str, ...]:
        """Every month asked for, in order."""
        return tuple(f"{number // 12}-{number % 12 + 1:02}" for number in range(_count(self.first), _until(self.last)))

    @property
    def name(self) -> str:
        """What a file of it is called, without ending; letters, digits, hyphens and underscores only."""
        of = "all" if self.institution_code is None else self.institution_code
        by = "-".join(name for name, column in BREAKDOWNS.items() if column in self.by) or "total"
        return f"verification-fees_{of}_{self.first}_{self.last}_{by}"


def parse_fee_query(parameters: Mapping[str, str], institution_code: str) -> FeeRequest:
    """Read what an institution asks for about itself: `from`, `to`, and `by` as names parted by commas.

    Raises:
        Invalid: everything that is wrong with it, at once.
    """
    by = [one.strip() for one in parameters["by"].split(",")] if parameters.get("by") else []
    body = {**parameters, "by": by}
    return _request(body, {"from", "to", "by"}, set(BREAKDOWNS) - {"institution"}, institution_code)


def parse_fee_statement(body: object) -> FeeRequest:
    """Read what staff ask for: `action`, `reviewer`, `from`, `to`, and if wanted `by`, a list, and `institution_code`.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    if not isinstance(body, Mapping):
        raise Malformed("not_an_object")
    code, reviewer = body.get("institution_code"), body.get("reviewer")
    problems = []
    if body.get("action") != FeeAction.FEE_STATEMENT:
        problems.append(Problem("action", "unknown_choice"))
    if not isinstance(reviewer, str) or not REVIEWER.fits(reviewer):
        problems.append(Problem("reviewer", "required" if reviewer is None else "reviewer_format"))
    known = {"action", "reviewer", "from", "to", "by", "institution_code"}
    return _request(body, known, set(BREAKDOWNS), code if isinstance(code, str) else None, problems)


def _request(
    body: Mapping[str, object],
    known: Collection[str],
    choices: Collection[str],
    institution_code: str | None,
    problems: Collection[Problem] = (),
) -> FeeRequest:
    problems = [*problems, *(Problem(shown_key(key), "unknown_field") for key in body if key not in known)]
    first, last = (_month(body, field, problems) for field in ("from", "to"))
    if first and last and last < first:
        problems.append(Problem("to", "period_order"))
    elif first and last and _until(last) - _count(first) > MOST_MONTHS:
        problems.append(Problem("to", "period_too_long"))
    by = body.get("by", ())
    if not isinstance(by, list | tuple) or not all(isinstance(one, str) and one in choices for one in by):
        problems.append(Problem("by", "unknown_choice"))
    if "institution_code" in body and not INSTITUTION_CODE.fits(institution_code or ""):
        problems.append(Problem("institution_code", "institution_code_format"))
    if problems or not isinstance(by, list | tuple):
        raise Invalid(problems)
    columns = tuple(column for name, column in BREAKDOWNS.items() if name in by)
    return FeeRequest(first, last, columns, institution_code)


def _month(body: Mapping[str, object], field: str, problems: list[Problem]) -> str:
    value = body.get(field)
    if value in (None, ""):
        problems.append(Problem(field, "required"))
    elif not (isinstance(value, str) and _MONTH.fullmatch(value)):
        problems.append(Problem(field, "period_format"))
    else:
        return value
    return ""


def _count(month: str) -> int:
    """The number of a month since year 0."""
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _until(month: str) -> int:
    return _count(month) + 1
