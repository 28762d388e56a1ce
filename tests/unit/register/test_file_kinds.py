"""A file is what it holds, whatever its name says; what is not read is refused with what it is and what to do."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from degree_auth.messages import MESSAGES
from tests.samples.register_text import lines_of, people, read_bytes
from tools.sample_files import write_dbf, write_xlsx
from tools.sample_rows import Row


def _zip(**parts: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return packed.getvalue()


def _people() -> list[Row]:
    return [{**row, "BZ": ""} for row in people(3)]


TEXT = "\r\n".join([*lines_of(people(3)), ""]).encode("utf-8-sig")
OTHERS = {
    "zipped CSV": (_zip(**{"annual.csv": TEXT}), "register_file_packed", "ZIP"),
    "empty ZIP": (_zip(), "register_file_packed", "ZIP"),
    "gzip": (gzip.compress(TEXT), "register_file_packed", "gzip"),
    "RAR": (b"Rar!\x1a\x07\x01\0" + bytes(99), "register_file_packed", "RAR"),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c" + bytes(99), "register_file_packed", "7-Zip"),
    "ODS": (
        _zip(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", **{"content.xml": b"<x/>"}),
        "register_file_opendocument",
        "",
    ),
    "XLSB": (_zip(**{"[Content_Types].xml": b"<x/>", "xl__workbook.bin": b"x"}), "register_file_type_old", "xlsb"),
    "DOCX": (
        _zip(**{"[Content_Types].xml": b"<x/>", "word__document.xml": b"x"}),
        "register_file_type_unsupported",
        "Office",
    ),
    "XLS": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "register_file_type_old", ""),
    "XLS of 1990": (b"\x09\x04\x06\0\0\0\x10\0" + bytes(99), "register_file_type_old", ""),
    "web page": (b"<html><table><tr><td>1</td></tr></table></html>", "register_file_markup", ""),
    "web page in UTF-16": ("\ufeff<html>".encode("utf-16-le"), "register_file_markup", ""),
    "XML": (b'<?xml version="1.0"?><Workbook/>', "register_file_markup", ""),
    "PDF": (b"%PDF-1.4", "register_file_type_unsupported", "PDF"),
    "JSON": ('[{"XM": "王伟"}]'.encode(), "register_file_type_unsupported", "JSON"),
    "SQLite": (b"SQLite format 3\0" + bytes(99), "register_file_type_unsupported", "SQLite"),
    "nothing": (b"", "register_file_empty", ""),
}


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("suffix", [".csv", ".txt", ".dbf", ".xlsx", ".xls", ".zip", ""])
def test_a_file_of_another_kind_is_refused_as_what_it_is_whatever_its_name_says(
    kind: str, suffix: str, tmp_path: Path
) -> None:
    content, code, detail = OTHERS[kind]
    (problem,) = read_bytes(tmp_path, content, suffix).refused
    assert (problem.code, problem.detail) == (code, detail)
    assert all(MESSAGES[code])


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("suffix", [".dbf", ".xlsx", ".xls", ".et", ".ods", ".zip", ""])
def test_text_under_another_name_is_refused_with_the_name_to_give_it(suffix: str, tmp_path: Path) -> None:
    (problem,) = read_bytes(tmp_path, TEXT, suffix).refused
    assert (problem.code, problem.detail) == ("register_file_text_misnamed", suffix)
    assert ".csv" in MESSAGES[problem.code][0]


@pytest.mark.requirement("A2")
@pytest.mark.parametrize("suffix", [".csv", ".txt", ".dbf", ".xlsx", ".xls", ".bak", ""])
@pytest.mark.parametrize("write", [write_dbf, write_xlsx])
def test_a_workbook_and_dbf_are_read_under_every_name(write: object, suffix: str, tmp_path: Path) -> None:
    assert callable(write)
    written = tmp_path / "written"
    write(written, _people())
    read = read_bytes(tmp_path, written.read_bytes(), suffix)
    assert (read.refused, len(read.records)) == ([], 3)


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("suffix", [".xlsx", ".pdf", ""])
def test_what_is_nothing_that_is_known_is_refused(suffix: str, tmp_path: Path) -> None:
    read = read_bytes(tmp_path, bytes(range(1, 9)) * 20, suffix)
    assert read.codes == {"register_file_unreadable" if suffix == ".xlsx" else "register_file_type_unsupported"}
