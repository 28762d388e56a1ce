"""The platform's own names and codes of what an application holds, kept out of everything behind (article 1).

Names and codes are data (`data/platform_fields.json`). What is wrong is said of the platform's own field (N5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from degree_auth.domain.shared.errors import Problem, key_text
from degree_auth.domain.shared.reading import MOST_UNKNOWN_NAMED

_OTHER_NAMES = {"degree.category_other": "degree.category"}


@dataclass(frozen=True, slots=True)
class PlatformFields:
    """`fields` gives each of the platform's fields its dotted name here; `codes` the values of a field that has codes,
    by code."""

    fields: Mapping[str, str]
    codes: Mapping[str, Mapping[str, Any]]

    def submission(self, data: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
        """A submission as the system reads it, of what the platform sent, and what is wrong with names and codes.

        A field that is not the platform's is in no submission, also one that has a name of ours.
        """
        body: dict[str, Any] = {"holder": {}, "degree": {}, "contact": {}}
        problems: list[Problem] = []
        unknown = list(dict.fromkeys(key_text(name) for name in data if name not in self.fields))
        problems += [Problem(name, "unknown_field") for name in unknown[:MOST_UNKNOWN_NAMED]]
        for name, place in self.fields.items():
            value = data.get(name)
            if value is None:
                continue
            if name in self.codes:
                codes = self.codes[name]
                if not isinstance(value, str) or value not in codes:
                    problems.append(Problem(name, "unknown_choice"))
                    continue
                value = codes[value]
            section, _, field = place.rpartition(".")
            (body[section] if section else body)[field] = value
        return body, problems

    def problems(self, found: Iterable[Problem], known: Iterable[Problem]) -> list[Problem]:
        """What is wrong with a submission, said of the platform's fields; nothing twice of a field that is known to be
        wrong."""
        names = {place: name for name, place in self.fields.items()}
        known = list(known)
        wrong = {one.field for one in known}
        renamed = [replace(one, field=names.get(_OTHER_NAMES.get(one.field, one.field), one.field)) for one in found]
        return known + [one for one in renamed if one.field not in wrong]
