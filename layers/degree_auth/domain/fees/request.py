"""Which verification fees somebody asks for (article 7): months, a breakdown, and for staff an institution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from degree_auth.domain.fees.statement import Column
from degree_auth.domain.shared.action_input import read_action
from degree_auth.domain.shared.identifiers import INSTITUTION_CODE, LANGUAGE, MONTH
from degree_auth.domain.shared.reading import Fields, Reading, choice, items, optional, read_object
from degree_auth.domain.shared.words import Language

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


def _fields(breakdowns: Iterable[str]) -> Fields:
    return {"from": MONTH, "to": MONTH, "by": optional(items(choice(breakdowns)), ()), "language": LANGUAGE}


FEE_QUERY = _fields(name for name in BREAKDOWNS if name != "institution")
FEE_STATEMENT: Fields = {**_fields(BREAKDOWNS), "institution_code": optional(INSTITUTION_CODE)}


@dataclass(frozen=True, slots=True)
class FeeRequest:
    """The fees of the months `first` to `last`, YYYY-MM, both included, broken down `by`; of all institutions when
    `institution_code` is None. A file of them is in `language`."""

    first: str
    last: str
    by: tuple[Column, ...]
    institution_code: str | None
    language: Language = Language.CHINESE

    @property
    def periods(self) -> tuple[str, ...]:
        """Every month asked for, in order."""
        return tuple(
            f"{number // 12}-{number % 12 + 1:02}" for number in range(_count(self.first), _month_after(self.last))
        )

    @property
    def name(self) -> str:
        """What a file of it is called, without ending; letters, digits, hyphens and underscores only."""
        of = "all" if self.institution_code is None else self.institution_code
        by = "-".join(name for name, column in BREAKDOWNS.items() if column in self.by) or "total"
        return f"verification-fees_{of}_{self.first}_{self.last}_{by}"


def parse_fee_query(parameters: Mapping[str, str], institution_code: str) -> FeeRequest:
    """Read what an institution asks for about itself: `from`, `to`, `by` as names separated by commas, `language`.

    Raises:
        Invalid: everything that is wrong with it, at once.
    """
    by = [one.strip() for one in parameters["by"].split(",")] if parameters.get("by") else []
    return _request(read_object({**parameters, "by": by}, FEE_QUERY), institution_code)


def parse_fee_statement(body: object) -> FeeRequest:
    """Read what staff ask for: `action`, `reviewer`, `from`, `to`, and if wanted `by`, a list,
    `institution_code` and `language`.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    reading = read_action(body, {FeeAction.FEE_STATEMENT: FEE_STATEMENT})
    return _request(reading, reading.values.get("institution_code"))


def _request(reading: Reading, institution_code: str | None) -> FeeRequest:
    if reading.has("from", "to"):
        first, last = reading.values["from"], reading.values["to"]
        if last < first:
            reading.refuse("to", "period_order")
        elif _month_after(last) - _count(first) > MOST_MONTHS:
            reading.refuse("to", "period_too_long")
    values = reading.complete()
    columns = tuple(column for name, column in BREAKDOWNS.items() if name in values["by"])
    return FeeRequest(values["from"], values["to"], columns, institution_code, values["language"])


def _count(month: str) -> int:
    """The number of a month since year 0."""
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _month_after(month: str) -> int:
    return _count(month) + 1
