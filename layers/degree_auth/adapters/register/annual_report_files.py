"""Opening annual report files: CSV, DBF or XLSX, told by what they hold and not by their names.

Only plain text has no mark of its own: it is read where its name says that it is a table. Whatever is none of these is
refused with what it is and what to do.
"""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import BadZipFile, ZipFile, is_zipfile

from degree_auth.adapters.register.csv_file import open_csv
from degree_auth.adapters.register.dbf_file import is_dbf, open_dbf
from degree_auth.adapters.register.workbook.sheets import open_workbook
from degree_auth.domain.register.annual_report_file import AnnualReportFile
from degree_auth.domain.shared.errors import Invalid, Problem

_LOOKED_AT = 1024
_TEXT_SUFFIXES, _WORKBOOK_SUFFIXES, _OLD_SUFFIXES = (".csv", ".txt", ".tsv"), (".xlsx", ".xlsm"), (".xls", ".et")
_STARTS = tuple(
    (re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?" + start, re.IGNORECASE), code, name)
    for start, code, name in (
        (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "register_file_type_old", ""),
        (rb"\x09[\0\x02\x04\x08][\x04\x06\x08\x10]\0", "register_file_type_old", ""),
        (rb"\x1f\x8b", "register_file_packed", "gzip"),
        (rb"Rar!\x1a", "register_file_packed", "RAR"),
        (rb"7z\xbc\xaf", "register_file_packed", "7-Zip"),
        (rb"BZh[1-9]", "register_file_packed", "bzip2"),
        (rb"\xfd7zXZ", "register_file_packed", "xz"),
        (rb"\s*<[!?/a-z]", "register_file_markup", ""),
        (rb"%PDF", "register_file_type_unsupported", "PDF"),
        (rb"\s*[\[{]\s*[\[{\"]", "register_file_type_unsupported", "JSON"),
        (rb"SQLite format", "register_file_type_unsupported", "SQLite"),
        (rb"\0\x01\0\0Standard", "register_file_type_unsupported", "Access"),
        (rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0{4}", "register_file_type_unsupported", "picture"),
        (rb"\{\\rtf", "register_file_type_unsupported", "RTF"),
    )
)
"""How files begin that are none of ours, the rule, and what they are."""

_CONTENTS, _TABLES = "[Content_Types].xml", (*_TEXT_SUFFIXES, *_WORKBOOK_SUFFIXES, *_OLD_SUFFIXES, ".dbf", ".zip")
_NO_TEXT = re.compile(rb"[\x01-\x08\x0e-\x19\x1b-\x1f]")


def open_report(path: Path) -> AnnualReportFile:
    """The file, ready to be read.

    Raises:
        Invalid: what it is that is not read (`register_file_type_unsupported`, `register_file_type_old`,
            `register_file_packed`, `register_file_opendocument`, `register_file_markup`,
            `register_file_text_misnamed`), or what the format's own reader raises.
    """
    report = _open(path)
    report.again = lambda: _open(path)
    return report


def _open(path: Path) -> AnnualReportFile:
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    if not start:
        raise Invalid([Problem("", "register_file_empty")])
    suffix = path.suffix.lower()
    if start.startswith(b"PK") or (suffix in _WORKBOOK_SUFFIXES and is_zipfile(path)):
        _refuse_other_archives(path)
        return open_workbook(path)
    plain = start.replace(b"\0", b"")  # as it were without the second bytes of UTF-16
    for form, code, name in _STARTS:
        if form.match(start) or form.match(plain):
            raise Invalid([Problem("", code, name)])
    is_text = not _NO_TEXT.search(plain)
    if is_dbf(start) or (suffix == ".dbf" and not is_text):
        return open_dbf(path)
    if suffix in _TEXT_SUFFIXES:
        return open_csv(path)
    if is_text:
        raise Invalid([Problem("", "register_file_text_misnamed", suffix)])
    if suffix in _OLD_SUFFIXES:
        raise Invalid([Problem("", "register_file_type_old")])
    is_named_so = suffix in _WORKBOOK_SUFFIXES
    raise Invalid([Problem("", "register_file_unreadable" if is_named_so else "register_file_type_unsupported")])


def _refuse_other_archives(path: Path) -> None:
    """Raises Invalid for a ZIP archive that is whole and no workbook of ours; a damaged one is the workbook's reader's
    to refuse."""
    try:
        with ZipFile(path) as archive:
            names = archive.namelist()
    except BadZipFile:
        return
    lowered = [name.lower() for name in names]
    if "xl/workbook.bin" in lowered:
        raise Invalid([Problem("", "register_file_type_old", "xlsb")])
    if _CONTENTS in names:
        if any(name.startswith(("word/", "ppt/")) for name in lowered):
            raise Invalid([Problem("", "register_file_type_unsupported", "Office")])
    elif "content.xml" in names:
        raise Invalid([Problem("", "register_file_opendocument")])
    elif not names or any(name.endswith(_TABLES) for name in lowered):
        raise Invalid([Problem("", "register_file_packed", "ZIP")])
