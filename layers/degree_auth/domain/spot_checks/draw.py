"""Spot checks (抽查, article 15): which finished reports are drawn, so that anybody can redo it.

A draw is a function of two things that are kept: the population file and the draw's own terms.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from degree_auth.domain.cases.report_state import Basis, ReportState
from degree_auth.domain.spot_checks.population import FinishedReport, read_population
from degree_auth.domain.spot_checks.sampling import Sample, draw

DRAWING_RULES = "1"
"""Changes whenever a weight or the way of drawing changes, so that an old draw is never redone by other rules."""

_INSTITUTION_BASIS = 2
"""A person answered where the basis is the institution. This factor and the others are whole, and multiply."""

_CORRECTED_ONCE, _CORRECTED_OFTEN = 2, 4
_OFTEN = 5
"""An institution of which one or this many reports of the population were corrected may have erred again."""

_OLD_RECORD = 2
_OLD_YEARS = 18
"""Records of awards so far in the past were typed in later, from paper."""

_PROBABILITY_DIGITS = 12


class Method(StrEnum):
    """How reports are drawn: all alike, or weighted by risk."""

    SIMPLE = "simple"
    RISK = "risk"


@dataclass(frozen=True, slots=True)
class Terms:
    """What is to be drawn: `months` (YYYY-MM, in order) of issue, the method, how many, and the seed."""

    months: tuple[str, ...]
    method: Method
    size: int
    seed: str


def weight(report: FinishedReport, corrected: Mapping[str, int]) -> int:
    """How much likelier a report is drawn; `corrected` counts corrected reports by institution."""
    times = corrected.get(report.institution_code, 0)
    found = 1
    if report.basis is Basis.INSTITUTION:
        found *= _INSTITUTION_BASIS
    if times:
        found *= _CORRECTED_OFTEN if times >= _OFTEN else _CORRECTED_ONCE
    if int(report.issued_on[:4]) - int(report.award_year) >= _OLD_YEARS:
        found *= _OLD_RECORD
    return found


def sample_of(population: bytes, terms: Terms) -> Sample:
    """Draw from a population file by these terms. Raises `ValueError`: it is not one."""
    corrected: Counter[str] = Counter()
    if terms.method is Method.RISK:
        corrected.update(
            report.institution_code for report in read_population(population) if report.state is not ReportState.VALID
        )
    weighted = (
        (one.report_number, weight(one, corrected) if terms.method is Method.RISK else 1)
        for one in read_population(population)
        if one.state is ReportState.VALID
    )
    return draw(terms.seed, weighted, terms.size)


def published_draw(draw_id: str, population: bytes, terms: Terms) -> dict[str, Any]:
    """The draw as it is kept and published: terms, the population's digest and count, and what was drawn.

    The same population file and terms give the same record on every machine; numbers that are not whole are text.
    `in_force` is how many were drawn from.
    """
    sample = sample_of(population, terms)
    names = {one.name for one in sample.drawn}
    cases = {one.report_number: one.case_number for one in read_population(population) if one.report_number in names}
    return {
        "draw_id": draw_id,
        "rules_version": DRAWING_RULES,
        "months": list(terms.months),
        "method": terms.method.value,
        "size": terms.size,
        "seed": terms.seed,
        "population": {
            "sha256": hashlib.sha256(population).hexdigest(),
            "reports": sum(1 for _ in read_population(population)),
            "in_force": sample.population,
        },
        "threshold": None if sample.threshold is None else str(sample.threshold),
        "drawn": [
            {
                "report_number": one.name,
                "case_number": cases[one.name],
                "weight": one.weight,
                "probability": _rounded_text(one.probability),
            }
            for one in sample.drawn
        ],
    }


def terms_of(record: Mapping[str, Any]) -> Terms:
    """The terms that a kept draw names.

    Raises:
        ValueError: it was drawn by other rules, or is not a draw.
    """
    try:
        if record["rules_version"] != DRAWING_RULES:
            raise ValueError("drawn by other rules")
        months, size = tuple(map(str, record["months"])), record["size"]
        terms = Terms(months, Method(record["method"]), int(size), str(record["seed"]))
    except (KeyError, TypeError) as error:
        raise ValueError("not a draw") from error
    return terms


def _rounded_text(probability: Decimal) -> str:
    return str(probability) if probability == 1 else f"{probability:.{_PROBABILITY_DIGITS}e}"
