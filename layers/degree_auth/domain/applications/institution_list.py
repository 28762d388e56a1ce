"""Degree-granting institutions: five-digit codes, the names they had, and who succeeded whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from degree_auth.domain.shared.text import phrase_key


@dataclass(frozen=True, slots=True)
class InstitutionName:
    """A name that a code had in a period.

    `valid_from` is the first day, `valid_until` the first day no longer; None is unbounded. `successor` is the code
    that took over at `valid_until`; empty when the code lived on.
    """

    code: str
    name: str
    valid_from: date | None = None
    valid_until: date | None = None
    successor: str = ""

    def valid(self, on: date) -> bool:
        """Whether the code had this name on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on < self.valid_until
        )


class Institutions:
    """The code list, built once from rows.

    Codes are in no list for research institutes, party schools and military units: an unknown code is not wrong.
    """

    def __init__(self, rows: Iterable[InstitutionName]) -> None:
        self._names: dict[str, tuple[InstitutionName, ...]] = {}
        for row in rows:
            self._names[row.code] = (*self._names.get(row.code, ()), row)
        self._keys = {
            code: tuple((name, phrase_key(name.name)) for name in names) for code, names in self._names.items()
        }

    def known(self, code: str) -> bool:
        """Whether the list has the code."""
        return code in self._names

    def names(self, code: str, on: date) -> tuple[str, ...]:
        """The names that a code had on a day; empty for an unknown code."""
        return tuple(name.name for name in self._names.get(code, ()) if name.valid(on))

    def has_name(self, code: str, name: str, on: date | None = None) -> bool:
        """Whether a code had this name (in canonical form) on a day, or with no day given at any time."""
        key = phrase_key(name)
        return any(key == other and (on is None or row.valid(on)) for row, other in self._keys.get(code, ()))

    def listed_name(self, code: str, name: str, on: date) -> str | None:
        """The list's own spelling of a name that a code had on a day; None when it did not."""
        key = phrase_key(name)
        return next((row.name for row, other in self._keys.get(code, ()) if key == other and row.valid(on)), None)

    def successor(self, code: str, on: date) -> str:
        """The code that answers for this one on a day: itself while it lives or when nothing is known of it.

        Raises:
            ValueError: the list is wrong, successors go round in a circle.
        """
        seen = {code}
        while True:
            names = self._names.get(code, ())
            if not names or any(name.valid_until is None or on < name.valid_until for name in names):
                return code
            last = max(names, key=lambda name: name.valid_until or date.max)
            if not last.successor:
                return code
            code = last.successor
            if code in seen:
                raise ValueError("institution successors go round in a circle")
            seen.add(code)

    def page(self, query: str, after: str, limit: int) -> tuple[tuple[InstitutionName, ...], str | None]:
        """Names, former ones too, that hold the text or whose code begins with it, by code; and the next `after`.

        The page begins behind the code `after` and ends with a code's last name, at `limit` names or just before.
        The next `after` is None on the last page.
        """
        key = phrase_key(query)
        found: list[InstitutionName] = []
        last = after
        for code in sorted(one for one in self._keys if one > after):
            hits = [name for name, other in self._keys[code] if key in other or code.startswith(key)]
            if found and len(found) + len(hits) > limit:
                return tuple(found), last
            found += hits
            last = code
        return tuple(found), None
