"""Reading an annual report file as DBF: dBASE III, its successors and Visual FoxPro.

The libraries for DBF read what the header promises and say nothing of the rest of the file, or stop at a field that is
not read at all (see the decision record on the readers). Here every byte is accounted for: header, records, what stands
between the last field and the end of a record, and what follows the last record.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from degree_auth.adapters.register.moments import nearest_day
from degree_auth.adapters.register.text_encoding import encoding_of
from degree_auth.domain.applications.certificate import facts_in, is_cut_short
from degree_auth.domain.register.annual_report_columns import COLUMN, COLUMNS, Cell, CellFault
from degree_auth.domain.register.annual_report_file import AnnualReportFile, AnnualReportSheet
from degree_auth.domain.register.annual_report_header import Row, column_code
from degree_auth.domain.register.spoilt_columns import is_improbable
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.shared.text import code_form

_HEADER, _DESCRIPTOR, _END_OF_FIELDS = 32, 32, b"\r"
_LIVE, _DELETED = b" ", b"*"
_TEXT_TYPES, _WIDTHS = "CDNF", {"T": 8, "@": 8, "I": 4}
_NULL_FLAGS, _VARYING = "0", "VQ"
_MOMENTS = "T@"
_EPOCH = date(2000, 1, 1)  # any day
_JULIAN_DAY_0 = 1_721_425  # the Julian day number of the day before 0001-01-01
_NULLABLE = 0x02
_REQUIRED = frozenset(column.code for column in COLUMNS if column.required)
_NUMBER = "XWZSBH"
_WIDE_ENOUGH = {column.code: 4 * column.length for column in COLUMNS if not column.coded or column.code == _NUMBER}
"""Bytes that no text of a column fills by chance: four for a character."""

_TAIL, _FILLER, _BLANK = b"\x1a\0", b"\0 ", (b" ", b"\0")
_MOST_TEXTS = 5_000  # different ones that are looked at in a column
_USUAL_NAME, _AS_NAMES_ARE, _AS_LONG = 3, 0.97, 0.35
"""The ideographs of most names; how many of different names, and of other different texts, have one and the same length
at the most. Of names that were cut to the usual length nothing can be said."""
_MOST_FIELDS = 2046  # dBASE 7
_VERSIONS = frozenset(b"\x02\x03\x04\x05\x30\x31\x32\x43\x63\x7b\x83\x87\x8b\x8e\xcb\xe5\xf5\xfb")
_TYPES = frozenset(b"CNDLMFTIBGYVQPW@0+O")


@dataclass(frozen=True, slots=True)
class _Field:
    """A field; `code` is that of the column that it is, empty for another one."""

    name: str
    code: str
    kind: str
    start: int
    width: int
    nullable: bool

    @property
    def problem(self) -> Problem | None:
        """Why the field cannot be read, if it stands in a column that is."""
        column = COLUMN.get(self.code)
        if column is None or self.kind in _TEXT_TYPES or _WIDTHS.get(self.kind) == self.width:
            return None
        return Problem(column.label, "register_field_type", self.kind)


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the header says."""

    count: int
    header_length: int
    record_length: int
    fields: Sequence[_Field]

    @property
    def end_of_fields(self) -> int:
        return self.fields[-1].start + self.fields[-1].width

    @property
    def is_loose(self) -> bool:
        """Whether records are longer than their fields: some systems fill them up, and a spoilt width looks alike."""
        return self.end_of_fields < self.record_length

    @property
    def end_of_records(self) -> int:
        return self.header_length + self.count * self.record_length


def is_dbf(start: bytes) -> bool:
    """Whether a file begins as DBF does: version, day of the last change, and a first field with its type. No text has
    a month or a day among its first four bytes."""
    if len(start) < _HEADER + _DESCRIPTOR or start[0] not in _VERSIONS:
        return False
    has_day = start[2] <= 12 and start[3] <= 31
    return has_day and start[_HEADER] > ord(" ") and start[_HEADER + 11] in _TYPES


def open_dbf(path: Path) -> AnnualReportFile:
    """The file as one sheet; the header's row is 1, record n is row n + 1.

    Raises:
        Invalid: `register_file_unreadable`, `register_file_cut_off`, `register_record_count`,
            `register_bytes_left_over`, `register_field_type`, `register_encoding_unknown`; and while the rows are read
            `register_record_misplaced`, `register_bytes_left_over` or `register_column_cut`.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        layout = _layout(file)
        parts = _close(file, layout, size)
        if problems := [problem for field in layout.fields if (problem := field.problem)]:
            raise Invalid(problems)
        encoding = "utf-8"
        if layout.count:
            encoding = encoding_of(_Texts(file, layout), layout.header_length, layout.end_of_records)
    report = AnnualReportFile(format="dbf", encoding=encoding, parts=parts)
    sheet = AnnualReportSheet(physical=1)
    sheet.rows = _rows(path, layout, encoding, sheet)
    report.sheets = iter((sheet,))
    return report


def _layout(file: BinaryIO) -> _Layout:
    header = file.read(_HEADER)
    if len(header) < _HEADER:
        raise _unreadable("header")
    count, header_length, record_length = struct.unpack("<IHH", header[4:12])
    fields: list[_Field] = []
    start = 1
    while (descriptor := file.read(_DESCRIPTOR))[:1] != _END_OF_FIELDS:
        if len(descriptor) < _DESCRIPTOR or len(fields) == _MOST_FIELDS:
            raise _unreadable("fields")
        field = _field(descriptor, start)
        fields.append(field)
        start += field.width
    if not fields or start > record_length or header_length < _HEADER + _DESCRIPTOR * len(fields) + 1:
        raise _unreadable(f"fields {start}, record {record_length}, header {header_length}")
    return _Layout(count, header_length, record_length, fields)


def _field(descriptor: bytes, start: int) -> _Field:
    raw_name = descriptor[:11].split(b"\0", 1)[0]
    kind = chr(descriptor[11])
    width = descriptor[16] + (descriptor[17] << 8 if kind == "C" else 0)  # FoxPro: text of more than 255 bytes
    try:
        name = raw_name.decode("utf-8")
    except UnicodeDecodeError:
        name = raw_name.decode("gb18030", "replace")
    return _Field(name, column_code(name), kind, start, width, bool(descriptor[18] & _NULLABLE))


def _close(file: BinaryIO, layout: _Layout, size: int) -> Counter[str]:
    """The bytes that are no record, counted.

    Raises:
        Invalid: the file holds fewer records than the header says, or more, or bytes that belong to none.
    """
    held = max(0, size - layout.header_length) // layout.record_length
    if held < layout.count or size < layout.header_length:
        raise Invalid([Problem("", "register_file_cut_off", f"header {layout.count}, file {held}")])
    file.seek(layout.end_of_records)
    tail = file.read(layout.record_length + 1)
    if held > layout.count and tail[:1] in (_LIVE, _DELETED):
        raise Invalid([Problem("", "register_record_count", f"header {layout.count}, file {held}")])
    if tail.strip(_TAIL) or any(block.strip(_TAIL) for block in iter(lambda: file.read(1 << 20), b"")):
        raise Invalid([Problem("", "register_bytes_left_over", f"{size - layout.end_of_records} after record {held}")])
    return Counter(header_bytes=layout.header_length, tail_bytes=size - layout.end_of_records)


class _Texts:
    """The bytes of a file with a space for each that stands in a field of no text: those say nothing of an encoding."""

    def __init__(self, file: BinaryIO, layout: _Layout) -> None:
        self._file, self._layout = file, layout
        self._others = [(field.start, field.width) for field in layout.fields if field.kind not in _TEXT_TYPES]

    def seek(self, place: int, /) -> int:
        """Go on from a place."""
        return self._file.seek(place)

    def read(self, size: int, /) -> bytes:
        """So many bytes, or those that are left."""
        begin = self._file.tell()
        content = self._file.read(size)
        if not self._others:
            return content
        blanked, length = bytearray(content), self._layout.record_length
        first = (self._layout.header_length - begin) % length - length  # the record in which the bytes begin
        for record in range(first, len(content), length):
            for start, width in self._others:
                at, end = max(record + start, 0), min(max(record + start + width, 0), len(content))
                blanked[at:end] = b" " * (end - at)
        return bytes(blanked)


def _rows(path: Path, layout: _Layout, encoding: str, sheet: AnnualReportSheet) -> Iterator[Row]:
    yield 1, [field.name for field in layout.fields if field.kind != _NULL_FLAGS]
    nulls = _Nulls(layout.fields)
    shown = [field for field in layout.fields if field.kind != _NULL_FLAGS]
    texts = [
        (place, field)
        for place, field in enumerate(shown)
        if field.kind == "C" and field.width < _WIDE_ENOUGH.get(field.code, 0)
    ]
    moments = [field for field in shown if field.code and field.kind in _MOMENTS]
    cut = _CutColumns([field for _, field in texts if field.code != _NUMBER], encoding)
    with path.open("rb") as file:
        file.seek(layout.header_length)
        for number in range(2, layout.count + 2):
            record = file.read(layout.record_length)
            sheet.physical += 1
            if record[:1] == _DELETED:
                sheet.deleted += 1
                sheet.remark("warning_record_deleted", number)
                continue
            if record[:1] != _LIVE:
                raise Invalid([Problem("", "register_record_misplaced", f"record {number - 1}")])
            if record[layout.end_of_fields :].strip(_FILLER) or (layout.is_loose and _is_out_of_place(record, layout)):
                raise Invalid([Problem("", "register_bytes_left_over", f"record {number - 1}")])
            cells = ["" if nulls.is_null(record, field) else _cell(record, field, encoding) for field in shown]
            full = [(place, field.code) for place, field in texts if _is_full(record, field)]
            cut.meet(record)
            if full and _may_be_cut(cells, full):
                sheet.remark("warning_field_full", number)
            if any(_is_rounded(record, field) for field in moments):
                sheet.remark("warning_date_rounded", number)
            if all(cell == "" for cell in cells):
                sheet.blank += 1
            else:
                yield number, cells
    if problems := cut.problems():
        raise Invalid(problems)


def _is_out_of_place(record: bytes, layout: _Layout) -> bool:
    """Whether a text that every row needs was cut at its end, because fields begin later than the header says.

    Each field is then as many bytes late as the record is longer than its fields. A cell that begins with so many
    spaces and fills its field to the last byte has lost as many bytes; one that some system padded has not.
    """
    late = layout.record_length - layout.end_of_fields
    for field in layout.fields:
        if field.kind == "C" and field.code in _REQUIRED:
            cell = record[field.start : field.start + field.width]
            if cell[-1:] != b" " and len(cell) - len(cell.lstrip(b" ")) == late and cell.strip():
                return True
    return False


class _Nulls:
    """Which fields of a record are null (Visual FoxPro): a hidden field has a bit for each that may be null."""

    def __init__(self, fields: Sequence[_Field]) -> None:
        self._flags = next((field for field in fields if field.kind == _NULL_FLAGS), None)
        self._bits: dict[int, int] = {}
        bit = 0
        for field in fields:
            bit += field.kind in _VARYING  # a bit of its own tells of its length
            if field.nullable:
                self._bits[field.start] = bit
                bit += 1

    def is_null(self, record: bytes, field: _Field) -> bool:
        if self._flags is None or not field.nullable:
            return False
        flags = int.from_bytes(record[self._flags.start :][: self._flags.width], "little")
        return bool(flags >> self._bits[field.start] & 1)


class _CutColumns:
    """Which fields have cut the texts of their columns: among many different texts, more fill the field from its first
    to its last byte than have that length by chance."""

    def __init__(self, fields: Sequence[_Field], encoding: str) -> None:
        self._met: list[tuple[_Field, set[bytes]]] = [(field, set()) for field in fields]
        self._usual_name = _USUAL_NAME * (2 if encoding == "gb18030" else 3)

    def meet(self, record: bytes) -> None:
        """Look at a record."""
        for field, met in self._met:
            if len(met) < _MOST_TEXTS:
                met.add(record[field.start : field.start + field.width])

    def problems(self) -> list[Problem]:
        """The columns that were cut, each with how many of its different texts are full."""
        found = []
        for field, met in self._met:
            full = sum(text[:1] not in _BLANK and text[-1:] not in _BLANK for text in met)
            chance = _AS_NAMES_ARE if (field.code, field.width) == ("XM", self._usual_name) else _AS_LONG
            if is_improbable(full, len(met), chance):
                detail = f"{full} of {len(met)}, {field.width} bytes"
                found.append(Problem(COLUMN[field.code].label, "register_column_cut", detail))
        return found


def _is_full(record: bytes, field: _Field) -> bool:
    """Whether a text reaches its field's last byte, so that more of it may have stood there."""
    return record[field.start + field.width - 1 : field.start + field.width] not in _BLANK


def _may_be_cut(cells: list[Cell], full: Sequence[tuple[int, str]]) -> bool:
    """Whether more of a text may have stood there. A certificate number that is whole by its own rules is whole; one
    that begins by them and lacks its end is a fault."""
    doubtful = False
    for place, code in full:
        cell = cells[place]
        number = code_form(cell) if code == _NUMBER and isinstance(cell, str) else ""
        if number and is_cut_short(number):
            cells[place] = CellFault("row_value_cut")
        else:
            doubtful = doubtful or not number or facts_in(number) is None
    return doubtful


def _is_rounded(record: bytes, field: _Field) -> bool:
    """Whether a moment lies within a minute of midnight and not on it."""
    seconds = int.from_bytes(record[field.start + 4 : field.start + field.width], "little") // 1000
    return seconds >= 1 and not isinstance(nearest_day(_EPOCH, seconds), CellFault)


def _cell(record: bytes, field: _Field, encoding: str) -> Cell:
    raw = record[field.start : field.start + field.width]
    if field.kind in _MOMENTS and field.width == _WIDTHS["T"]:
        day, milliseconds = struct.unpack("<II", raw)
        if not day:
            return ""
        if not 0 < day - _JULIAN_DAY_0 < date.max.toordinal():
            return CellFault("row_date_invalid")
        return nearest_day(date.fromordinal(day - _JULIAN_DAY_0), milliseconds / 1000)
    if field.kind == "I" and field.width == _WIDTHS["I"]:
        return int.from_bytes(raw, "little", signed=True)
    if field.kind not in _TEXT_TYPES:
        return raw.hex()  # of a column that is not read
    text = raw.rstrip(_FILLER)
    if b"\0" in text or (b"\0" in raw and raw[-1:] == b" "):
        return CellFault("row_text_unreadable")  # zeros fill a field up to its end, or something was lost here
    return text.decode(encoding, "replace").strip()


def _unreadable(detail: str) -> Invalid:
    return Invalid([Problem("", "register_file_unreadable", detail)])
