"""Degree-granting institutions: five-digit codes, the names they had, and who succeeded whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from degree_auth.domain.shared.text import is_common_ideographs, phrase_key
from degree_auth.domain.shared.working_days import shanghai_day

_NO_LETTER = re.compile(r"[\W_]+")
_FEWEST_CUT_SHORT = 3  # characters; two are in too many names


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

    def is_valid_on(self, on: date) -> bool:
        """Whether the code had this name on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on < self.valid_until
        )


class Alias(NamedTuple):
    """Another name by which people look for a code: short, English, or of an institution that became part of it.

    An alias serves searching alone: no certificate is compared with it.
    """

    code: str
    name: str


class Hit(NamedTuple):
    """A name that a search found, and the alias by which it was found, or the text that was taken for a short form of
    it; None when the name or the code itself did."""

    listed: InstitutionName
    alias: str | None = None


class Institutions:
    """The code list, built once from rows.

    Codes are in no list for research institutes, party schools and military units: an unknown code is not wrong.
    """

    def __init__(self, rows: Iterable[InstitutionName], aliases: Iterable[Alias] = ()) -> None:
        self._names: dict[str, tuple[InstitutionName, ...]] = {}
        for row in rows:
            self._names[row.code] = (*self._names.get(row.code, ()), row)
        self._keys = {
            code: tuple((name, phrase_key(name.name)) for name in names) for code, names in self._names.items()
        }
        self._other_names = tuple(aliases)
        self._codes: dict[str, tuple[str, ...]] = {}
        for code, names in self._keys.items():
            for key in {key for _, key in names}:
                self._codes[key] = (*self._codes.get(key, ()), code)

    @cached_property
    def every_name(self) -> frozenset[str]:
        """Every name that any code has or had."""
        return frozenset(row.name for names in self._names.values() for row in names)

    def is_known(self, code: str) -> bool:
        """Whether the list has the code."""
        return code in self._names

    def names(self, code: str, on: date) -> tuple[str, ...]:
        """The names that a code had on a day; empty for an unknown code."""
        return tuple(name.name for name in self._names.get(code, ()) if name.is_valid_on(on))

    def all_names(self, code: str) -> tuple[str, ...]:
        """Every name that a code had."""
        return tuple(name.name for name in self._names.get(code, ()))

    def all_words(self, code: str) -> tuple[str, ...]:
        """Every name that a code had, and every alias."""
        return (*self.all_names(code), *(name for name, _ in self._aliases.get(code, ())))

    def has_name(self, code: str, name: str, on: date | None = None) -> bool:
        """Whether a code had this name (in canonical form) on a day, or with no day given at any time."""
        key = phrase_key(name)
        return any(key == other and (on is None or row.is_valid_on(on)) for row, other in self._keys.get(code, ()))

    def is_listed(self, name: str) -> bool:
        """Whether any code of the list had this name at any time."""
        return phrase_key(name) in self._codes

    def codes_named(self, name: str) -> tuple[str, ...]:
        """The codes that had this name at any time."""
        return self._codes.get(phrase_key(name), ())

    def listed_name(self, code: str, name: str, on: date) -> str | None:
        """The list's own spelling of a name that a code had on a day; None when it did not."""
        key = phrase_key(name)
        return next((row.name for row, other in self._keys.get(code, ()) if key == other and row.is_valid_on(on)), None)

    def answering(self, code: str, now: datetime) -> str:
        """The code of the institution that answers for this one now (article 3): itself, or whoever succeeded it."""
        return self.successor(code, shanghai_day(now))

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

    def page(self, query: str, after: str, limit: int) -> tuple[tuple[Hit, ...], str | None]:
        """Names, former ones too, that hold the text or whose code begins with it; and the next `after`.

        Width, letter case, spaces and punctuation do not count. Codes that have the whole text for a name or alias come
        first, then the others, each by code. A code found by an alias alone is told with its latest name. What nothing
        holds may be a name cut short, such as 上海财大: names are found that begin like it and hold its characters in
        their order.

        The page begins behind the place `after` and ends with a code's last name, at `limit` names or just before.
        The next `after` is None on the last page.
        """
        key = _search_key(query)
        if query.strip() and not key:
            return (), None
        held = {code: hits for code in self._names if (hits := self._hits(code, key))}
        if not held and len(key) >= _FEWEST_CUT_SHORT and is_common_ideographs(key):
            held = self._cut_short(key, query.strip())
        found: list[Hit] = []
        last = after
        for place, code in sorted((self._place(code, key), code) for code in held):
            if place <= after:
                continue
            hits = held[code]
            if found and len(found) + len(hits) > limit:
                return tuple(found), last
            found += hits
            last = place
        return tuple(found), None

    @cached_property
    def _search_keys(self) -> dict[str, tuple[tuple[InstitutionName, str], ...]]:
        return {code: tuple((name, _search_key(name.name)) for name in names) for code, names in self._names.items()}

    @cached_property
    def _aliases(self) -> Mapping[str, list[tuple[str, str]]]:
        by_code: dict[str, list[tuple[str, str]]] = {}
        for alias in self._other_names:
            by_code.setdefault(alias.code, []).append((alias.name, _search_key(alias.name)))
        return by_code

    def _place(self, code: str, key: str) -> str:
        """Where a code stands in a search: those that are named so before those that only hold the text."""
        whole = any(key == other for _, other in (*self._search_keys[code], *self._aliases.get(code, ())))
        return f"{0 if whole else 1}{code}"

    def _hits(self, code: str, key: str) -> list[Hit]:
        names = [Hit(name) for name, other in self._search_keys[code] if key in other or code.startswith(key)]
        if names:
            return names
        aliases = [alias for alias, other in self._aliases.get(code, ()) if key in other]
        if not aliases:
            return []
        latest = max(self._names[code], key=lambda name: name.valid_until or date.max)
        return [Hit(latest, min(aliases, key=len))]

    def _cut_short(self, key: str, asked: str) -> dict[str, list[Hit]]:
        """The names that a text may be short for, by code; each is told with the text that was asked for."""
        in_order = re.compile(".*".join(key))
        found: dict[str, list[Hit]] = {}
        for code, names in self._search_keys.items():
            for name, other in names:
                if in_order.match(other):
                    found.setdefault(code, []).append(Hit(name, asked))
        return found


def _search_key(text: str) -> str:
    """A name as it is searched for: letters and digits alone, in one width and case."""
    return _NO_LETTER.sub("", phrase_key(text))
