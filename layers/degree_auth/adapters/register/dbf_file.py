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
from degree_auth.domain.register.annual_report_columns import COLUMN, COLUMNS, Cell, CellFault
from degree_auth.domain.register.annual_report_header import Row
from degree_auth.domain.register.report_file import ReportFile, ReportSheet
from degree_auth.domain.shared.errors import Invalid, Problem

_HEADER, _DESCRIPTOR, _END_OF_FIELDS = 32, 32, b"\r"
_LIVE, _DELETED = b" ", b"*"
_TEXT_TYPES, _WIDTHS = "CDNF", {"T": 8, "@": 8, "I": 4}
_NULL_FLAGS, _VARYING = "0", "VQ"
_JULIAN_DAY_0 = 1_721_425  # the Julian day number of the day before 0001-01-01
_NULLABLE = 0x02
_REQUIRED = frozenset(column.code for column in COLUMNS if column.required)
_TAIL, _FILLER = b"\x1a\0", b"\0 "
_MOST_FIELDS = 2046  # dBASE 7


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    kind: str
    start: int
    width: int
    nullable: bool

    @property
    def problem(self) -> Problem | None:
        """Why the field cannot be read, if it stands in a column that is."""
        column = COLUMN.get(self.name.upper())
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


def open_dbf(path: Path) -> ReportFile:
    """The file as one sheet; the header's row is 1, record n is row n + 1.

    Raises:
        Invalid: `register_file_unreadable`, `register_file_cut_off`, `register_record_count`,
            `register_bytes_left_over`, `register_field_type`, `register_encoding_unknown`; and while the rows are read
            `register_record_misplaced` or `register_bytes_left_over`.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        layout = _layout(file)
        parts = _close(file, layout, size)
        if problems := [problem for field in layout.fields if (problem := field.problem)]:
            raise Invalid(problems)
        encoding = encoding_of(file, layout.header_length, layout.end_of_records) if layout.count else "utf-8"
    report = ReportFile(format="dbf", encoding=encoding, parts=parts)
    sheet = ReportSheet(physical=1)
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
    return _Field(name, kind, start, width, bool(descriptor[18] & _NULLABLE))


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


def _rows(path: Path, layout: _Layout, encoding: str, sheet: ReportSheet) -> Iterator[Row]:
    yield 1, [field.name for field in layout.fields if field.kind != _NULL_FLAGS]
    nulls = _Nulls(layout.fields)
    shown = [field for field in layout.fields if field.kind != _NULL_FLAGS]
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
            if all(cell == "" for cell in cells):
                sheet.blank += 1
            else:
                yield number, cells


def _is_out_of_place(record: bytes, layout: _Layout) -> bool:
    """Whether a text that every row needs was cut at its end, because fields begin later than the header says.

    Each field is then as many bytes late as the record is longer than its fields. A cell that begins with so many
    spaces and fills its field to the last byte has lost as many bytes; one that some system padded has not.
    """
    late = layout.record_length - layout.end_of_fields
    for field in layout.fields:
        if field.kind == "C" and field.name.upper() in _REQUIRED:
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


def _cell(record: bytes, field: _Field, encoding: str) -> Cell:
    raw = record[field.start : field.start + field.width]
    if field.kind in "T@" and field.width == _WIDTHS["T"]:
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
    return raw.rstrip(_FILLER).decode(encoding, "replace").strip()


def _unreadable(detail: str) -> Invalid:
    return Invalid([Problem("", "register_file_unreadable", detail)])
