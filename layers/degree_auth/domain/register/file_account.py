"""The account of an annual report file: where each of its rows went, and what is to be known of its bytes and sheets.

A file whose account does not close is refused as a whole. What no reader can see stays open by nature: a text file that
was cut exactly between two rows, and a bit that turns one valid character into another. The digest and the number of
rows stand in the account, so that the sender can compare both.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from degree_auth.domain.shared.errors import Problem

READING_RULES = "9"
"""Changes whenever a rule of reading changes: an import that was cut to chunks by other rules is not resumed."""

ROWS_NAMED = 20
"""So many rows of a warning are named in the account; the warnings file names all of them."""


@dataclass(slots=True)
class Remark:
    """Something that was met in some rows: how many, and the first of them."""

    code: str
    count: int = 0
    rows: list[str] = field(default_factory=list)


class Remarks:
    """What was met in the rows of a file, counted by code."""

    def __init__(self) -> None:
        self._by_code: dict[str, Remark] = {}

    def add(self, code: str, row: str) -> None:
        """Count a row; `row` is its number, after its sheet's name where there are several."""
        remark = self._by_code.setdefault(code, Remark(code))
        remark.count += 1
        if len(remark.rows) < ROWS_NAMED:
            remark.rows.append(row)

    def count(self, code: str, rows: int) -> None:
        """Count rows that share something only all together, so that none of them is named."""
        self._by_code.setdefault(code, Remark(code)).count += rows

    def as_list(self) -> list[dict[str, Any]]:
        """All of them in the order in which they were first met."""
        return [asdict(remark) for remark in self._by_code.values()]


@dataclass(slots=True, kw_only=True)
class SheetAccount:
    """Where the rows of one sheet went; a text file or DBF is one sheet.

    `physical` are the rows that the reader met; each of them is one of those counted below it. `records` go to the
    register, `repeated` say again what an earlier row said, `faulty` stand in the errors file, `unread` are those of a
    sheet that holds no awards, `marked` ask for the deletion or correction of a record. `deleted` are records that DBF
    marks as deleted. `columns_passed_over` are header cells that name no known column, `columns_absent` the codes of
    optional columns that the header lacks.
    """

    name: str = ""
    hidden: bool = False
    header_row: int = 0
    columns_passed_over: list[str] = field(default_factory=list)
    columns_absent: list[str] = field(default_factory=list)
    physical: int = 0
    above_header: int = 0
    header: int = 0
    repeated_headers: int = 0
    blank: int = 0
    deleted: int = 0
    unread: int = 0
    faulty: int = 0
    repeated: int = 0
    records: int = 0
    marked: int = 0

    @property
    def rows(self) -> int:
        """The rows that tell of awards."""
        return self.faulty + self.repeated + self.records + self.marked

    def gap(self) -> int:
        """How many rows are not accounted for; below zero when some are counted twice."""
        elsewhere = self.above_header + self.header + self.repeated_headers + self.blank + self.deleted + self.unread
        return self.physical - elsewhere - self.rows


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAccount:
    """The whole file: digest (SHA-256) and size in bytes, format, encoding, sheets, and what was met in them.

    `parts` counts what is no row: lines, bytes after the last record, parts of the archive.
    """

    sha256: str
    size: int
    format: str
    encoding: str
    sheets: tuple[SheetAccount, ...]
    parts: dict[str, int]
    warnings: list[dict[str, Any]]
    rules_version: str = READING_RULES

    def problems(self, chunk_records: int) -> list[Problem]:
        """What does not close; `chunk_records` are the records that were cut into chunks."""
        gaps = [
            Problem("", "register_account_open", f"{sheet.name or self.format}: {sheet.gap()} of {sheet.physical} rows")
            for sheet in self.sheets
            if sheet.gap()
        ]
        records = sum(sheet.records for sheet in self.sheets)
        if records != chunk_records:
            gaps.append(Problem("", "register_account_open", f"{records} records, {chunk_records} in chunks"))
        return gaps

    def as_dict(self) -> dict[str, Any]:
        """The account as JSON-able facts."""
        return asdict(self)
