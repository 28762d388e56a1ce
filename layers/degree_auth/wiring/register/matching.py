"""Comparison of claims with the award register."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from degree_auth.domain.reports.printable import Coverage
from degree_auth.services.register.matching import Matching
from degree_auth.wiring import shared
from degree_auth.wiring.register import table


@cache
def matching() -> Matching:
    """Comparison with the register."""
    ranges = files("degree_auth").joinpath("data", "printable.txt").read_text("utf-8")
    return Matching(table.table(), shared.institutions(), Coverage.parse(ranges))
