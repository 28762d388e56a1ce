"""What the readers of annual report files give: sheets, and in each sheet rows, read once and in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from degree_auth.domain.register.annual_report_header import Row


@dataclass(slots=True, kw_only=True)
class AnnualReportSheet:
    """One sheet. `physical`, `blank` and `deleted` grow while `rows` is read.

    `full` says that every row has a cell for each column of the header (text files, DBF); in a workbook a row may end
    with its last filled cell. Blank and deleted rows are counted and not given. `remark` is called by the reader with
    a code and a row's number. `row_without_end` is the last row of a text that does not end in a line end: it may have
    been cut, and rows may have stood after it. `noted` are the rows with a note beside a cell, which is not read.
    """

    name: str = ""
    hidden: bool = False
    full: bool = True
    physical: int = 0
    blank: int = 0
    deleted: int = 0
    row_without_end: int = 0
    noted: frozenset[int] = frozenset()
    remark: Callable[[str, int], None] = lambda code, row: None
    rows: Iterator[Row] = field(default_factory=lambda: iter(()))


def _refuse_reopening() -> AnnualReportFile:
    raise NotImplementedError("whoever opens a file says how to open it again")


@dataclass(slots=True, kw_only=True)
class AnnualReportFile:
    """One file. The sheets are read one after another, each to its end; `parts` is complete after the last. `again`
    opens the file anew, for what has to be known of all rows before the first is taken."""

    format: str
    encoding: str = ""
    parts: Counter[str] = field(default_factory=Counter)
    sheets: Iterator[AnnualReportSheet] = field(default_factory=lambda: iter(()))
    again: Callable[[], AnnualReportFile] = _refuse_reopening
