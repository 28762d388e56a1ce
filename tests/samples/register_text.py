"""Register files that a test writes: rows of invented people, as lines of text and as they are read back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import islice
from pathlib import Path

from degree_auth.domain.register.annual_report_columns import COLUMN, COLUMNS
from tests.samples.register_reading import Read, read_file
from tools.sample_applications import undoubted
from tools.sample_rows import Row, rows

CODES = [column.code for column in COLUMNS]
TODAY = date(2026, 11, 29)


def people(count: int) -> list[Row]:
    """So many people, each with all columns of the annual report and with nothing doubtful."""
    return [{code: row.get(code, "") for code in CODES} for row in islice(undoubted(rows(1200, 3)), count)]


def lines_of(lines: Sequence[Row], columns: Sequence[str] = CODES) -> list[str]:
    """A header and rows, separated by commas; no cell is quoted."""
    header = ",".join(COLUMN[code].label for code in columns)
    return [header, *(",".join(row[code] for code in columns) for row in lines)]


def read_bytes(folder: Path, content: bytes, suffix: str = ".csv") -> Read:
    """A file of these bytes as an import reads it."""
    path = folder / f"annual{suffix}"
    path.write_bytes(content)
    return read_file(path, TODAY)


def read_text(folder: Path, lines: Sequence[str]) -> Read:
    """A text file of these lines, in UTF-8 with its mark."""
    return read_bytes(folder, "\r\n".join([*lines, ""]).encode("utf-8-sig"))


def read_rows(folder: Path, lines: Sequence[Row], columns: Sequence[str] = CODES) -> Read:
    """A text file of these rows."""
    return read_text(folder, lines_of(lines, columns))
