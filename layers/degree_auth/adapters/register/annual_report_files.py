"""Opening annual report files: CSV, DBF or XLSX, told by their beginning and their name."""

from __future__ import annotations

from pathlib import Path

from degree_auth.adapters.register.csv_file import open_csv
from degree_auth.adapters.register.dbf_file import open_dbf
from degree_auth.adapters.register.workbook import open_workbook
from degree_auth.domain.register.report_file import ReportFile
from degree_auth.domain.shared.errors import Invalid, Problem

_ZIP, _COMPOUND_FILE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
_TEXT_SUFFIXES = (".csv", ".txt", ".tsv")


def open_report(path: Path) -> ReportFile:
    """The file, ready to be read.

    Raises:
        Invalid: `register_file_type_unsupported` or `register_file_type_old`, or what the format's own reader raises.
    """
    report = _opened(path)
    report.again = lambda: _opened(path)
    return report


def _opened(path: Path) -> ReportFile:
    with path.open("rb") as file:
        start = file.read(len(_COMPOUND_FILE))
    suffix = path.suffix.lower()
    if start.startswith(_ZIP):
        return open_workbook(path)
    if start == _COMPOUND_FILE or suffix in (".xls", ".et", ".xlsb"):
        raise Invalid([Problem("", "register_file_type_old")])
    if suffix == ".dbf":
        return open_dbf(path)
    if suffix in _TEXT_SUFFIXES:
        return open_csv(path)
    raise Invalid([Problem("", "register_file_type_unsupported")])
