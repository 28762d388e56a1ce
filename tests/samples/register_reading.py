"""Reading an annual report file in a test: what is kept, what is blamed, what is doubted, what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.adapters.register.annual_report_files import open_report
from degree_auth.adapters.register.seen_awards import open_seen_awards
from degree_auth.domain.register.annual_report_values import RowMark
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.file_account import SheetAccount
from degree_auth.domain.register.record import values_of
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.services.register.annual_report_reading import AnnualReportReading, Place
from tests.samples.damage import Mutation, Outcome

FILES = Path(__file__).parent / "register_files"


@dataclass
class Read:
    """A file that was read: records, their `places`, and rows (`sheet!row` where there are sheets) by rule."""

    records: list[AwardRecord] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    marked: dict[str, RowMark] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    warnings: dict[str, list[str]] = field(default_factory=dict)
    sheets: list[SheetAccount] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)

    def keep(self, place: Place, record: AwardRecord, partition: str, award: str, values: Sequence[str]) -> None:
        """Take a record."""
        self.records.append(record)
        self.places.append(str(place))

    def mark(self, place: Place, mark: RowMark, award: str, values: Sequence[str]) -> None:
        """Take a row that is marked."""
        self.marked[str(place)] = mark

    def blame(self, place: Place, problems: Sequence[Problem], see: Place | None = None) -> None:
        """Take a faulty row."""
        for problem in problems:
            self.faults.setdefault(str(place), []).append(problem.code)

    def warn(self, place: Place, problems: Sequence[Problem]) -> None:
        """Take a doubtful row."""
        for problem in problems:
            self.warnings.setdefault(str(place), []).append(problem.code)

    @property
    def names(self) -> list[str]:
        """The names of the records kept."""
        return [record.name for record in self.records]

    @property
    def codes(self) -> set[str]:
        """The rules by which the file is refused as a whole."""
        return {problem.code for problem in self.refused}


def read_file(path: Path, today: date | None = None) -> Read:
    """Read a file as an import does."""
    read = Read()
    with open_seen_awards() as seen:
        reading = AnnualReportReading(read, seen, shipped_institutions(), today=today)
        try:
            reading.read(open_report(path))
            read.refused = reading.problems()
        except Invalid as invalid:
            read.refused = list(invalid.problems)
        read.sheets = reading.sheets
    return read


def outcome_of(mutation: Mutation, folder: Path) -> Outcome:
    """What the import makes of a damaged file."""
    path = folder / f"damaged{mutation.suffix}"
    path.write_bytes(mutation.content)
    read = read_file(path)
    stored = [tuple(values_of(record)) for record in read.records]
    return Outcome(
        stored=stored,
        doubted=frozenset(values for values, place in zip(stored, read.places, strict=True) if place in read.warnings),
        named=sum(sheet.faulty + sheet.deleted for sheet in read.sheets),
        absent=[code for sheet in read.sheets for code in sheet.columns_absent],
        refused=bool(read.refused),
    )
