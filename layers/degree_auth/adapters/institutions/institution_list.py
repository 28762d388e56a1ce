"""The institution code list that ships with the package."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from importlib.resources import files

from degree_auth.domain.applications.institution_list import InstitutionName, Institutions


@cache
def shipped_institutions() -> Institutions:
    """The rows of `data/institutions.csv`, read once a process.

    Columns: code, name, valid_from, valid_until (ISO dates or empty), successor. Where only the year of a renaming is
    known, both names are valid in that whole year.
    """
    text = files("degree_auth").joinpath("data", "institutions.csv").read_text(encoding="utf-8")
    return Institutions(
        InstitutionName(row["code"], row["name"], _day(row["valid_from"]), _day(row["valid_until"]), row["successor"])
        for row in csv.DictReader(text.splitlines())
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
