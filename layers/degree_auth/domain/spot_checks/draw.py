"""Spot checks (抽查, article 15): which finished reports are drawn, so that anybody can redo it, and what came of it.

A draw is a function of two things that are kept: the population file and the draw's own terms. The population file
lists every report that was issued in the months drawn over, one a line, in the order of report numbers, with what the
weights are made of. The reports in force are drawn from; those that were superseded or revoked stand in it for their
institutions' correction history. Nothing in it is about a person.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from degree_auth.domain.cases.report_state import Basis, ReportState
from degree_auth.domain.spot_checks.error_rate import (
    CONFIDENCE,
    ErrorRate,
    rate_of_simple_sample,
    rate_of_weighted_sample,
)
from degree_auth.domain.spot_checks.sampling import Sample, draw

RULES_VERSION = "1"
"""Changes whenever a weight or the way of drawing changes, so that an old draw is never redone by other rules."""

_PROBABILITY_DIGITS = 12


class FinishedReport(NamedTuple):
    """One line of the population; `award_year` is four digits, `issued_on` YYYY-MM-DD."""

    report_number: str
    case_number: str
    state: ReportState
    institution_code: str
    basis: Basis
    award_year: str
    issued_on: str


class Method(StrEnum):
    """How reports are drawn: all alike, or weighted by risk."""

    SIMPLE = "simple"
    RISK = "risk"


class Finding(StrEnum):
    """The result of re-verifying a report: right, wrong, or undecidable."""

    RIGHT = "right"
    WRONG = "wrong"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Risk:
    """How much likelier a report is drawn, as whole factors that multiply.

    A person answered where the basis is the institution. An institution of which `corrected_once` or
    `corrected_often` reports of the population were corrected may have erred again. Records of awards that were `old`
    years and more in the past were typed in later, from paper.
    """

    institution_basis: int = 2
    corrected_once: int = 2
    corrected_often: int = 4
    often: int = 5
    old_record: int = 2
    old: int = 18


RISK = Risk()


@dataclass(frozen=True, slots=True)
class Terms:
    """What is to be drawn: `months` (YYYY-MM, in order) of issue, the method, how many, and the seed."""

    months: tuple[str, ...]
    method: Method
    size: int
    seed: str


def population_file(reports: Iterable[FinishedReport]) -> bytes:
    """The population file: CSV in UTF-8 with a header, lines ending in a line feed, in the order given.

    Raises:
        ValueError: the reports are not in the order of their numbers, or one stands twice.
    """
    written = io.StringIO(newline="")
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(FinishedReport._fields)
    before = ""
    for report in reports:
        if report.report_number <= before:
            raise ValueError("reports stand in the order of their numbers, each once")
        before = report.report_number
        lines.writerow(report)
    return written.getvalue().encode()


def read_population(content: bytes) -> Iterator[FinishedReport]:
    """The reports of a population file.

    Raises:
        ValueError: it is not one, or its reports are not in order.
    """
    lines = csv.reader(io.StringIO(content.decode(), newline=""), strict=True)
    try:
        if tuple(next(lines, ())) != FinishedReport._fields:
            raise ValueError("not the header of a population file")
        before = ""
        for line in lines:
            report = _report_of(*line)
            if report.report_number <= before:
                raise ValueError("reports stand in the order of their numbers, each once")
            before = report.report_number
            yield report
    except (csv.Error, TypeError) as error:
        raise ValueError("not a population file") from error


def _report_of(
    report_number: str,
    case_number: str,
    state: str,
    institution_code: str,
    basis: str,
    award_year: str,
    issued_on: str,
) -> FinishedReport:
    return FinishedReport(
        report_number, case_number, ReportState(state), institution_code, Basis(basis), award_year, issued_on
    )


def weight(report: FinishedReport, corrected: Mapping[str, int], risk: Risk = RISK) -> int:
    """How much likelier a report is drawn; `corrected` counts corrected reports by institution."""
    times = corrected.get(report.institution_code, 0)
    found = 1
    if report.basis is Basis.INSTITUTION:
        found *= risk.institution_basis
    if times:
        found *= risk.corrected_often if times >= risk.often else risk.corrected_once
    if int(report.issued_on[:4]) - int(report.award_year) >= risk.old:
        found *= risk.old_record
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


def draw_record(draw_id: str, population: bytes, terms: Terms) -> dict[str, Any]:
    """The draw as it is kept and published: terms, the population's digest and count, and what was drawn.

    The same population file and terms give the same record on every machine; numbers that are not whole are text.
    `in_force` is how many were drawn from.
    """
    sample = sample_of(population, terms)
    names = {one.name for one in sample.drawn}
    cases = {one.report_number: one.case_number for one in read_population(population) if one.report_number in names}
    return {
        "draw_id": draw_id,
        "rules_version": RULES_VERSION,
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
                "probability": _rounded(one.probability),
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
        if record["rules_version"] != RULES_VERSION:
            raise ValueError("drawn by other rules")
        months, size = tuple(map(str, record["months"])), record["size"]
        terms = Terms(months, Method(record["method"]), int(size), str(record["seed"]))
    except (KeyError, TypeError) as error:
        raise ValueError("not a draw") from error
    return terms


@dataclass(frozen=True, slots=True)
class Summary:
    """The results of a spot check. `open` counts the reports that nobody has decided on yet, or ever can.

    While any is open, `rate` is the estimate over the decided ones, with an interval from the low end if all open
    ones are right to the high end if all are wrong; None when nothing is decided.
    """

    drawn: int
    right: int
    wrong: int
    open: int
    rate: ErrorRate | None

    def as_dict(self) -> dict[str, Any]:
        """The summary as it is published; shares are text of six decimals."""
        counts = {"drawn": self.drawn, "right": self.right, "wrong": self.wrong, "open": self.open}
        if self.rate is None:
            return {**counts, "error_rate": None}
        shares = {name: f"{getattr(self.rate, name):.6f}" for name in ("estimate", "low", "high", "confidence")}
        return {**counts, "error_rate": {**shares, "method": self.rate.method}}


def summary(record: Mapping[str, Any], findings: Mapping[str, Finding], confidence: float = CONFIDENCE) -> Summary:
    """The results of a stored draw, from findings by report number; reports that were not drawn do not count."""
    found = [
        (findings.get(one["report_number"], Finding.UNDECIDED), float(one["probability"])) for one in record["drawn"]
    ]
    counted = Counter(finding for finding, _ in found)
    right, wrong, undecided = (counted[each] for each in Finding)
    population = record["population"]["in_force"]
    method = Method(record["method"])

    def rate(results: list[tuple[bool, float]]) -> ErrorRate:
        if method is Method.SIMPLE:
            return rate_of_simple_sample(sum(each for each, _ in results), len(results), population, confidence)
        return rate_of_weighted_sample(results, population, confidence)

    decided = [(finding is Finding.WRONG, chance) for finding, chance in found if finding is not Finding.UNDECIDED]
    if not decided:
        return Summary(len(found), right, wrong, undecided, None)
    if not undecided:
        return Summary(len(found), right, wrong, undecided, rate(decided))
    best = rate([(finding is Finding.WRONG, chance) for finding, chance in found])
    worst = rate([(finding is not Finding.RIGHT, chance) for finding, chance in found])
    estimate = rate(decided).estimate
    return Summary(
        len(found), right, wrong, undecided, ErrorRate(estimate, best.low, worst.high, confidence, best.method)
    )


def _rounded(probability: Decimal) -> str:
    return str(probability) if probability == 1 else f"{probability:.{_PROBABILITY_DIGITS}e}"
