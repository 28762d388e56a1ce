"""Reading an annual report file as an XLSX workbook: every sheet, with an account of rows, cells and parts.

The libraries for workbooks keep every text, or the whole sheet, in memory, or give no account of what they leave out
(see the decision record on the readers). Here each row is built by itself and let go, and the shared texts stand in
temporary files. The archive is checked to be whole, and each part that is read is read to its end, where its checksum
is compared.
"""

from __future__ import annotations

import mmap
import posixpath
import re
import tempfile
from array import array
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from struct import error as StructError  # noqa: N812
from typing import IO
from xml.etree.ElementTree import Element, ParseError
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812

from degree_auth.adapters.register.moments import nearest_day
from degree_auth.adapters.register.xml_stream import elements, local_name, root_name
from degree_auth.domain.register.annual_report_columns import Cell, CellFault
from degree_auth.domain.register.annual_report_header import Row
from degree_auth.domain.register.report_file import ReportFile, ReportSheet
from degree_auth.domain.shared.errors import Invalid, Problem

_OFFSETS_HELD = 8192
_MOST_BYTES = 8 << 30  # unpacked, all parts together
_WORKSHEET, _WORKSHEETS = "worksheet", "xl/worksheets/"
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(50, 59)})  # ECMA-376, 18.8.30
_QUOTED_OR_COLOUR = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")  # ECMA-376, 22.4.2.4
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_FALSE_LEAP_DAY = 61  # before this serial, days of 1900 are counted as if it had been a leap year
_DAY = 86_400  # seconds
_TRUE = ("1", "true")
_EXTENSIONS = "extLst"  # may stand after a row's cells
_DAMAGES = (
    *(BadZipFile, ZlibError, StructError, NotImplementedError),
    *(EOFError, KeyError, IndexError, ValueError, OverflowError, ParseError, StopIteration),
)


def open_workbook(path: Path) -> ReportFile:
    """The workbook's sheets in their order, hidden ones too; sheets that hold no cells by nature (charts) are counted.

    Raises:
        Invalid: while it is read: `register_file_unreadable`, `register_sheet_damaged`.
    """
    report = ReportFile(format="xlsx")
    report.sheets = _sheets(path, report.parts)
    return report


@contextmanager
def _damage_refused() -> Iterator[None]:
    try:
        yield
    except _DAMAGES as fault:
        raise Invalid([Problem("", "register_file_unreadable", type(fault).__name__)]) from fault


def _sheets(path: Path, parts: Counter[str]) -> Iterator[ReportSheet]:
    with ExitStack() as stack:
        with _damage_refused():
            book = stack.enter_context(ZipFile(path))
            _check_archive(book, parts)
            contents = _Contents.of(book)
            _check_worksheets_listed(book, contents)
            texts = stack.enter_context(_shared_texts(book, contents.texts))
            dates = _date_styles(book, contents.styles) if contents.styles else frozenset()
        for listed in contents.sheets:
            if listed.kind != _WORKSHEET:
                parts[f"{listed.kind}s"] += 1
                continue
            sheet = ReportSheet(name=listed.name, hidden=listed.hidden, full=False)
            with _damage_refused():
                part = book.open(listed.part)
            sheet.rows = _Rows(sheet, texts, dates, contents.epoch).read(part)
            yield sheet


def _check_archive(book: ZipFile, parts: Counter[str]) -> None:
    """Count the parts, and read those to their end that nothing else reads: their checksums tell damage.

    Raises:
        ValueError: a name stands twice, a part is encrypted, the parts are too large, or bytes belong to no part.
    """
    members = book.infolist()
    if len({member.filename for member in members}) != len(members):
        raise ValueError("a part stands twice")
    if any(member.flag_bits & 1 for member in members) or sum(member.file_size for member in members) > _MOST_BYTES:
        raise ValueError("encrypted or too large")
    if any(member.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for member in members):
        raise ValueError("packed in a way that workbooks are not")
    if min((member.header_offset for member in members), default=1):
        raise ValueError("bytes before the first part")
    parts["archive_parts"] = len(members)
    for member in members:
        if not member.filename.startswith(_WORKSHEETS) and member.filename != "xl/sharedStrings.xml":
            with book.open(member) as part:
                while part.read(1 << 20):
                    pass


def _check_worksheets_listed(book: ZipFile, contents: _Contents) -> None:
    """Raises Invalid for a worksheet that the workbook holds and that would not be read."""
    listed = {sheet.part for sheet in contents.sheets}
    stored = {name for name in book.namelist() if name.startswith(_WORKSHEETS) and "/_rels/" not in name}
    others = (sheet.part for sheet in contents.sheets if sheet.kind != _WORKSHEET)
    disguised = {part for part in others if root_name(book.open(part)) == _WORKSHEET}
    if unread := (stored | contents.worksheets) - listed | disguised:
        raise Invalid([Problem("", "register_sheet_unread", min(unread))])


@dataclass(frozen=True, slots=True)
class _Listed:
    name: str
    hidden: bool
    kind: str
    part: str


@dataclass(slots=True)
class _Contents:
    """Where the workbook's parts are, and where its days are counted from."""

    sheets: list[_Listed] = field(default_factory=list)
    worksheets: set[str] = field(default_factory=set)
    epoch: date = _EPOCH
    texts: str = ""
    styles: str = ""

    @classmethod
    def of(cls, book: ZipFile) -> _Contents:
        """Raises KeyError or StopIteration for an archive that is no workbook."""
        main = next(target for kind, target in _relations(book, "").values() if kind == "officeDocument")
        relations = _relations(book, main)
        contents = cls(worksheets={target for kind, target in relations.values() if kind == _WORKSHEET})
        for child in elements(book.open(main)):
            if local_name(child.tag) == "workbookPr" and child.get("date1904") in _TRUE:
                contents.epoch = _EPOCH_1904
            for listed in child if local_name(child.tag) == "sheets" else ():
                reference = next(value for name, value in listed.items() if local_name(name) == "id")
                hidden = listed.get("state", "visible") != "visible"
                contents.sheets.append(_Listed(listed.get("name", ""), hidden, *relations[reference]))
        contents.texts = next((target for kind, target in relations.values() if kind == "sharedStrings"), "")
        contents.styles = next((target for kind, target in relations.values() if kind == "styles"), "")
        return contents


def _relations(book: ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """The parts that a part refers to, by the reference's id: the last word of the kind, and the path."""
    folder, name = posixpath.split(part)
    return {
        each.attrib["Id"]: (
            each.attrib["Type"].rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, each.attrib["Target"]))[1:],
        )
        for each in elements(book.open(posixpath.join(folder, "_rels", f"{name}.rels")))
    }


def _date_styles(book: ZipFile, part: str) -> frozenset[int]:
    """The numbers of the cell styles that show a number as a date."""
    formats = set(_DATE_FORMATS)
    styles: list[int] = []
    for group in elements(book.open(part)):
        kind = local_name(group.tag)
        if kind == "numFmts":
            formats |= {int(each.attrib["numFmtId"]) for each in group if _shows_date(each.attrib["formatCode"])}
        elif kind == "cellXfs":
            styles += [int(each.get("numFmtId", "0")) for each in group]
    return frozenset(number for number, style in enumerate(styles) if style in formats)


def _shows_date(format_code: str) -> bool:
    return re.search("[yYdD]", _QUOTED_OR_COLOUR.sub("", format_code)) is not None


class _SharedTexts:
    """The shared texts, mapped from two temporary files: the texts, and where each begins."""

    def __init__(self, texts: mmap.mmap | bytes, offsets: memoryview) -> None:
        self._texts, self._offsets = texts, offsets

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise IndexError(number)
        return self._texts[self._offsets[number] : self._offsets[number + 1]].decode()


@contextmanager
def _shared_texts(book: ZipFile, part: str) -> Iterator[_SharedTexts]:
    with ExitStack() as stack:
        texts = stack.enter_context(tempfile.TemporaryFile())
        places = stack.enter_context(tempfile.TemporaryFile())
        end = 0
        offsets = array("Q", [0])
        for item in elements(book.open(part)) if part else ():
            end += texts.write(_text_of(item).encode())
            offsets.append(end)
            if len(offsets) > _OFFSETS_HELD:
                offsets.tofile(places)
                del offsets[:]
        offsets.tofile(places)
        texts.flush()
        places.flush()
        content = stack.enter_context(mmap.mmap(texts.fileno(), 0, access=mmap.ACCESS_READ)) if end else b""
        mapped = stack.enter_context(mmap.mmap(places.fileno(), 0, access=mmap.ACCESS_READ))
        view = stack.enter_context(stack.enter_context(memoryview(mapped)).cast("Q"))
        yield _SharedTexts(content, view)


def _text_of(item: Element) -> str:
    """A text with its runs, without the phonetic reading; escapes are undone (ECMA-376, 22.4.2.4)."""
    written: list[str] = []
    for child in item:
        kind = local_name(child.tag)
        if kind == "t":
            written.append(child.text or "")
        elif kind == "r":
            written += [each.text or "" for each in child if local_name(each.tag) == "t"]
    return _unescaped("".join(written))


def _unescaped(text: str) -> str:
    if "_x" not in text:
        return text
    units = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text)
    # An escape is a unit of UTF-16: two may be one character, and half of one becomes U+FFFD.
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class _Rows:
    """Turns a sheet's elements into rows."""

    def __init__(self, sheet: ReportSheet, texts: _SharedTexts, dates: frozenset[int], epoch: date) -> None:
        self._sheet, self._texts, self._dates, self._epoch = sheet, texts, dates, epoch
        self._columns: dict[str, int] = {}
        self._number = 0

    def read(self, part: IO[bytes]) -> Iterator[Row]:
        """The rows that hold something; their numbers and the places of their cells must rise."""
        rows = elements(part, "sheetData")
        while True:
            with _damage_refused():
                element = next(rows, None)
                if element is None:
                    return
                if local_name(element.tag) != "row":
                    raise _damaged(f"{local_name(element.tag)} after row {self._number}")
                cells = self._cells(element)
            self._sheet.physical += 1
            if element.get("hidden") in _TRUE:
                self._sheet.remark("warning_row_hidden", self._number)
            if any(cell is not None and cell != "" for cell in cells):
                yield self._number, cells
            else:
                self._sheet.blank += 1

    def _cells(self, row: Element) -> list[Cell]:
        number = int(row.get("r", self._number + 1))
        if not self._number < number <= _MOST_ROWS:
            raise _damaged(f"row {number} after row {self._number}")
        self._number = number
        cells: list[Cell] = []
        for element in row:
            if (kind := local_name(element.tag)) != "c":
                if kind == _EXTENSIONS:
                    continue
                raise _damaged(f"row {number}, {kind}")
            place = self._place(element.get("r"), len(cells))
            if place < len(cells):
                raise _damaged(f"row {number}, cell {element.get('r')}")
            cells += [None] * (place - len(cells))
            cells.append(self._cell(element))
        return cells

    def _place(self, reference: str | None, following: int) -> int:
        """The column of a reference such as AB12, counted from 0; without one, the cell follows the one before it."""
        if reference is None:
            return following
        letters = reference.rstrip("0123456789")
        if reference[len(letters) :] != str(self._number):
            raise _damaged(f"row {self._number}, cell {reference}")
        if letters not in self._columns:
            place = 0
            for letter in letters:
                place = place * 26 + ord(letter) - 64
            if not 0 < place <= _MOST_COLUMNS:
                raise _damaged(f"row {self._number}, cell {reference}")
            self._columns[letters] = place - 1
        return self._columns[letters]

    def _cell(self, element: Element) -> Cell:
        value = None
        formula = False
        for child in element:
            kind = local_name(child.tag)
            if kind == "v":
                value = child.text
            elif kind == "is":
                return _text_of(child)
            elif kind == "f":
                formula = True
        if value is None:
            return CellFault("row_formula_without_value") if formula else None
        match element.get("t", "n"):
            case "s":
                return self._texts[int(value)]
            case "n":
                return self._number_or_day(value, int(element.get("s", "0")))
            case "str":
                return _unescaped(value)
            case "d":
                day, _, time = value.partition("T")
                return self._day(date.fromisoformat(day), _seconds(time))
            case "b" | "e":
                return CellFault("row_text_unreadable")
            case unknown:
                raise _damaged(f"row {self._number}, type {unknown}")

    def _number_or_day(self, value: str, style: int) -> Cell:
        if style not in self._dates:
            return int(value) if value.isdecimal() and len(value) < 20 else float(value)
        serial = float(value)
        if self._epoch == _EPOCH and serial < _FALSE_LEAP_DAY:
            return CellFault("row_date_invalid")
        return self._day(self._epoch + timedelta(days=int(serial)), serial % 1 * _DAY)

    def _day(self, day: date, seconds: float) -> Cell:
        nearest = nearest_day(day, seconds)
        if seconds >= 1 and not isinstance(nearest, CellFault):
            self._sheet.remark("warning_date_rounded", self._number)
        return nearest


def _seconds(time: str) -> float:
    hours, minutes, seconds = (*map(float, time.rstrip("Z").split(":")), 0.0, 0.0)[:3] if time else (0.0, 0.0, 0.0)
    return hours * 3600 + minutes * 60 + seconds


def _damaged(detail: str) -> Invalid:
    return Invalid([Problem("", "register_sheet_damaged", detail)])
