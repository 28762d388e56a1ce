"""Tables as CSV (RFC 4180) for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA_BEGINNINGS = frozenset("=+-@＝＋－＠")


def csv_text(rows: Iterable[Sequence[str | int]]) -> str:
    """The rows, headings among them, behind a byte order mark.

    Text is quoted throughout, so that a program that splits at semicolons does not find a cell inside a name. Text that
    a spreadsheet would take for a formula has an apostrophe before it.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    for row in rows:
        writer.writerow([_without_formula(cell) if isinstance(cell, str) else cell for cell in row])
    return "\ufeff" + out.getvalue()


def _without_formula(cell: str) -> str:
    """The cell with an apostrophe before what would begin a formula, also behind white space, which programs strip."""
    return f"'{cell}" if cell.strip()[:1] in _FORMULA_BEGINNINGS else cell
