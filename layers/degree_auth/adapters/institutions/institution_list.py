"""The institution code list that ships with the package."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from importlib.resources import files

from degree_auth.domain.applications.institution_list import Alias, InstitutionName, Institutions


@cache
def shipped_institutions() -> Institutions:
    """The rows of `data/institutions.csv` and `data/institution_names.csv`, read once a process.

    Columns: code, name, valid_from, valid_until (ISO dates or empty), successor. Where only the year of a renaming is
    known, both names are valid in that whole year. Columns of the names to search by: code, name, kind: `short`,
    `english` (the institution's own), `translation` (somebody else's) or `former` (of an institution that became part).
    """
    return Institutions(
        (
            InstitutionName(
                row["code"], row["name"], _day(row["valid_from"]), _day(row["valid_until"]), row["successor"]
            )
            for row in _rows("institutions.csv")
        ),
        (Alias(row["code"], row["name"]) for row in _rows("institution_names.csv")),
    )


def _rows(name: str) -> csv.DictReader[str]:
    return csv.DictReader(files("degree_auth").joinpath("data", name).read_text(encoding="utf-8").splitlines())


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
