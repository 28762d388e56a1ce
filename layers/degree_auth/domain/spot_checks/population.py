"""The population file of a spot check (article 15): the finished reports of the months drawn over.

It lists every report that was issued in these months, one a line, in the order of report numbers, with what the weights
are made of. The reports in force are drawn from; those that were superseded or revoked stand in it for their
institutions' correction history. Nothing in it is about a person.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from degree_auth.domain.cases.report_state import Basis, ReportState


class FinishedReport(NamedTuple):
    """One line of the population; `award_year` is four digits, `issued_on` YYYY-MM-DD."""

    report_number: str
    case_number: str
    state: ReportState
    institution_code: str
    basis: Basis
    award_year: str
    issued_on: str


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
