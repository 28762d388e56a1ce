"""Reading an annual report file as an XLSX workbook: every sheet, with an account of rows, cells and parts.

The libraries for workbooks keep every text, or the whole sheet, in memory, or give no account of what they leave out
(see the decision record on the readers). Here each row is built by itself and let go, and the shared texts stand in
temporary files. The archive is checked to be whole, and each part that is read is read to its end, where its checksum
is compared.
"""

from __future__ import annotations

import codecs
import mmap
import posixpath
import re
import tempfile
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from os import SEEK_END
from pathlib import Path
from string import ascii_uppercase
from struct import error as StructError  # noqa: N812
from struct import unpack
from typing import IO, NamedTuple
from xml.etree.ElementTree import Element, ParseError
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812

from degree_auth.adapters.register.moments import nearest_day
from degree_auth.adapters.register.number_formats import (
    DATE_FORMATS,
    PERCENTAGES,
    PLAIN,
    Shown,
    shown_number,
    shown_text,
    shows_date,
)
from degree_auth.adapters.register.xml_stream import elements, local_name, own_name, root_name
from degree_auth.domain.register.annual_report_columns import CELL_MERGED, Cell, CellFault
from degree_auth.domain.register.annual_report_file import AnnualReportFile, AnnualReportSheet
from degree_auth.domain.register.annual_report_header import Row
from degree_auth.domain.shared.errors import Invalid, Problem

_OFFSETS_HELD = 8192
_BLOCK_BYTES = 1 << 20
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MERGED, _MOST_MERGED_BYTES = b"mergeCells", 64 << 20
_MERGED_CELL = re.compile(rb"""<(?:[\w.-]+:)?mergeCell\s[^>]*?ref\s*=\s*["']([^"']*)["']""")
_COMMENT = re.compile(b"<!--.*?-->", re.DOTALL)
_RANGE = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6}):([A-Z]{1,3})([1-9][0-9]{0,6})")
_MOST_BYTES = 8 << 30  # unpacked, all parts together
_WORKSHEET, _WORKSHEETS = "worksheet", "xl/worksheets/"
_NO_SHEET = re.compile(r"/_rels/|/$|/\.[^/]*$|/Thumbs\.db$", re.IGNORECASE)
"""Names beside the worksheets of an archive that was packed anew: folders, and what Finder and Windows leave."""

_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")  # ECMA-376, 22.4.2.4
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_FALSE_LEAP_DAY = 61  # before this serial, days of 1900 are counted as if it had been a leap year
_NAME_LENGTH, _LOCAL_HEADER, _HAS_DESCRIPTOR, _DESCRIPTOR = 26, 30, 8, 24  # of a part in a ZIP archive, in bytes
_END_RECORD, _END_SIGNATURE = 22, b"PK\x05\x06"
_LAST_SERIAL = 2_957_003  # the last day of the year 9999, counted from 1904; no award comes near
_DAY = 86_400  # seconds
_TRUE = ("1", "true")
_MOST_EXACT = 10**15  # a spreadsheet number keeps fifteen digits
_EXTENSIONS = "extLst"  # may stand after a row's cells
_STRUCK = "\ufdd0"
"""Stands in a text for a run that is struck out; no text of a workbook holds this noncharacter."""

_BESIDE_TEXT = frozenset({"rPh", "phoneticPr", _EXTENSIONS})
_DAMAGES = (
    *(BadZipFile, ZlibError, StructError, NotImplementedError),
    *(EOFError, KeyError, IndexError, ValueError, OverflowError, ParseError, StopIteration),
)


def open_workbook(path: Path) -> AnnualReportFile:
    """The workbook's sheets in their order, hidden ones too; sheets that hold no cells by nature (charts) are counted.

    Raises:
        Invalid: while it is read: `register_file_unreadable`, `register_sheet_damaged`.
    """
    report = AnnualReportFile(format="xlsx")
    report.sheets = _sheets(path, report.parts)
    return report


@contextmanager
def _damage_refused() -> Iterator[None]:
    try:
        yield
    except _DAMAGES as fault:
        raise Invalid([Problem("", "register_file_unreadable", type(fault).__name__)]) from fault


def _sheets(path: Path, parts: Counter[str]) -> Iterator[AnnualReportSheet]:
    with ExitStack() as stack:
        with _damage_refused():
            book = stack.enter_context(ZipFile(path))
            _check_archive(book, parts)
            contents = _Contents.of(book)
            _check_worksheets_listed(book, contents)
            texts = stack.enter_context(_shared_texts(book, contents.texts))
            styles = _Styles.of(book, contents.styles) if contents.styles else _Styles()
        for listed in contents.sheets:
            if listed.kind != _WORKSHEET:
                parts[f"{listed.kind}s"] += 1
                continue
            sheet = AnnualReportSheet(name=listed.name, hidden=listed.hidden, full=False)
            with _damage_refused():
                sheet.noted = _noted_rows(book, listed.part)
                merged = _read_merged_cells(book.open(listed.part))
                part = book.open(listed.part)
            sheet.rows = _Rows(sheet, texts, styles, contents.epoch, merged).read(part)
            yield sheet


def _check_archive(book: ZipFile, parts: Counter[str]) -> None:
    """Count the parts, and read those to their end that nothing else reads: their checksums tell damage.

    Raises:
        ValueError: a name stands twice, a part is encrypted, or the parts are too large.
        Invalid: `register_bytes_left_over`.
    """
    members = book.infolist()
    if len({member.filename for member in members}) != len(members):
        raise ValueError("a part stands twice")
    if any(member.flag_bits & 1 for member in members) or sum(member.file_size for member in members) > _MOST_BYTES:
        raise ValueError("encrypted or too large")
    if any(member.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for member in members):
        raise ValueError("packed in a way that workbooks are not")
    if min((member.header_offset for member in members), default=1):
        raise _left_over("before the first part")
    if _bytes_beside(book, members):
        raise _left_over("between the parts")
    if _bytes_behind(book):
        raise _left_over("behind the directory")
    parts["archive_parts"] = len(members)
    if book.comment:
        parts["comment_bytes"] = len(book.comment)
    for member in members:
        if not member.filename.startswith(_WORKSHEETS) and member.filename != "xl/sharedStrings.xml":
            with book.open(member) as part:
                while part.read(1 << 20):
                    pass


def _bytes_beside(book: ZipFile, members: Sequence[ZipInfo]) -> bool:
    """Whether bytes stand between the parts, or between them and the directory, that no part has: a part that the
    directory does not name would be passed over."""
    if book.fp is None:
        return True
    places = sorted(member.header_offset for member in members)
    following = dict(zip(places, [*places[1:], book.start_dir], strict=True))
    for member in members:
        book.fp.seek(member.header_offset + _NAME_LENGTH)
        name, extra = unpack("<HH", book.fp.read(4))
        end = member.header_offset + _LOCAL_HEADER + name + extra + member.compress_size
        spare = _DESCRIPTOR if member.flag_bits & _HAS_DESCRIPTOR else 0
        if not 0 <= following[member.header_offset] - end <= spare:
            return True
    return False


def _bytes_behind(book: ZipFile) -> bool:
    """Whether the archive goes on behind its last record, which ends with a comment of the length that it says."""
    if book.fp is None:
        return True
    book.fp.seek(-_END_RECORD - len(book.comment), SEEK_END)
    record = book.fp.read(_END_RECORD)
    return not record.startswith(_END_SIGNATURE) or unpack("<H", record[-2:]) != (len(book.comment),)


def _left_over(where: str) -> Invalid:
    return Invalid([Problem("", "register_bytes_left_over", where)])


def _check_worksheets_listed(book: ZipFile, contents: _Contents) -> None:
    """Raises Invalid for a worksheet that the workbook holds and that would not be read."""
    listed = {sheet.part for sheet in contents.sheets}
    stored = {name for name in book.namelist() if name.startswith(_WORKSHEETS) and not _NO_SHEET.search(name)}
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


def _noted_rows(book: ZipFile, sheet: str) -> frozenset[int]:
    """The rows of a sheet with a note beside one of their cells."""
    folder, name = posixpath.split(sheet)
    if posixpath.join(folder, "_rels", f"{name}.rels") not in book.namelist():
        return frozenset()
    notes = (target for kind, target in _relations(book, sheet).values() if kind == "comments")
    return frozenset(
        int(note.attrib["ref"].lstrip("$" + ascii_uppercase).lstrip("$"))
        for part in notes
        for note in elements(book.open(part), "commentList")
    )


@dataclass(frozen=True, slots=True)
class _Styles:
    """Cell styles by number: those that show a number as a date, those that strike the cell out, and those that show
    something else than is stored."""

    dates: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    numbers: Mapping[int, Shown] = field(default_factory=dict)
    texts: Mapping[int, Shown] = field(default_factory=dict)

    @classmethod
    def of(cls, book: ZipFile, part: str) -> _Styles:
        """The styles of a workbook."""
        formats: dict[int, str] = dict(PERCENTAGES)
        styles: list[int] = []
        struck_fonts: set[int] = set()
        struck: set[int] = set()
        for group in elements(book.open(part)):
            kind = local_name(group.tag)
            if kind == "numFmts":
                formats |= {int(each.attrib["numFmtId"]): each.attrib["formatCode"] for each in group}
            elif kind == "fonts":
                struck_fonts = {number for number, font in enumerate(group) if _is_struck(font)}
            elif kind == "cellXfs":
                styles += [int(each.get("numFmtId", "0")) for each in group]
                struck = {style for style, each in enumerate(group) if int(each.get("fontId", "0")) in struck_fonts}
        dates = DATE_FORMATS | {number for number, code in formats.items() if shows_date(code)}
        custom = {style: formats[number] for style, number in enumerate(styles) if number in formats}
        numbers = {style: shown for style, code in custom.items() if not (shown := shown_number(code)).is_plain}
        texts = {style: shown for style, code in custom.items() if not (shown := shown_text(code)).is_plain}
        with_dates = frozenset(style for style, number in enumerate(styles) if number in dates)
        return cls(with_dates, frozenset(struck), numbers, texts)


def _is_struck(font: Element) -> bool:
    """Whether a font, or the properties of a run of text, strike it out."""
    return any(local_name(each.tag) == "strike" and each.get("val", "1") in _TRUE for each in font)


class _Merged(NamedTuple):
    """A merged cell: its rows, counted from 1, and its columns, counted from 0, the last of each included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


def _read_merged_cells(part: IO[bytes]) -> list[_Merged]:
    """The merged cells of a sheet, by their first row. They stand behind the rows that they concern, so the sheet is
    searched through for them first; that costs a small part of reading it. Whether these are they, is known once the
    sheet was parsed (`_Rows`)."""
    with part:
        blocks = _in_utf_8(part)
        kept = b""
        while (at := kept.find(_MERGED)) < 0 and (block := next(blocks, b"")):
            kept = kept[1 - len(_MERGED) :] + block
        if at < 0:
            return []
        tail = kept[at:]
        while len(tail) < _MOST_MERGED_BYTES and (block := next(blocks, b"")):
            tail += block
    references = _MERGED_CELL.findall(_COMMENT.sub(b"", tail))
    merged = sorted(_merged_range(reference.decode()) for reference in references)
    if len(merged) > 1:
        _check_apart(merged)
    return merged


def _in_utf_8(part: IO[bytes]) -> Iterator[bytes]:
    """The blocks of a part, which is written in UTF-8 or UTF-16, in UTF-8."""
    block = part.read(_BLOCK_BYTES)
    recoder = codecs.getincrementaldecoder("utf-16")("replace") if block.startswith(_UTF_16) else None
    while block:
        yield block if recoder is None else recoder.decode(block).encode("utf-8", "replace")
        block = part.read(_BLOCK_BYTES)


def _check_apart(merged: Sequence[_Merged]) -> None:
    """Raises ValueError where two merged cells overlap, as in no workbook: each row would be covered many times."""
    current: list[_Merged] = []
    for each in merged:
        current = [other for other in current if other.last_row >= each.first_row]
        if len(current) >= _MOST_COLUMNS or any(
            other.first_column <= each.last_column and each.first_column <= other.last_column for other in current
        ):
            raise ValueError("merged cells overlap")
        current.append(each)


def _merged_range(reference: str) -> _Merged:
    """Raises ValueError for what is no range of cells."""
    corners = _RANGE.fullmatch(reference)
    if corners is None:
        raise ValueError("no range of cells")
    left, top, right, bottom = corners.groups()
    return _Merged(int(top), int(bottom), _column(left), _column(right))


def _column(letters: str) -> int:
    """The column of letters such as AB, counted from 0."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


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
        number, told = 0, ""

        def count(root: Element) -> None:
            nonlocal told
            told = root.get("uniqueCount", "")

        for item in elements(book.open(part), at_end=count) if part else ():
            number += 1
            end += texts.write(_text_of(item).encode())
            offsets.append(end)
            if len(offsets) > _OFFSETS_HELD:
                offsets.tofile(places)
                del offsets[:]
        if told.isdecimal() and int(told) != number:
            raise _damage(f"{number} shared texts")  # one that is lost or stands twice moves all after it
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
        kind = own_name(child, item)
        if kind == "t":
            written.append(child.text or "")
        elif kind == "r":
            for each in child:
                name = own_name(each, child)
                if name == "t":
                    written.append(each.text or "")
                elif name == "rPr" and _is_struck(each):
                    written.append(_STRUCK)
        elif kind not in _BESIDE_TEXT:
            raise _damage(f"{local_name(child.tag)} in a text")
    return _unescape("".join(written))


def _unescape(text: str) -> str:
    if "_x" not in text:
        return text
    units = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text)
    # An escape is a unit of UTF-16: two may be one character, and half of one becomes U+FFFD.
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class _Rows:
    """Turns a sheet's elements into rows."""

    def __init__(
        self, sheet: AnnualReportSheet, texts: _SharedTexts, styles: _Styles, epoch: date, merged: Sequence[_Merged]
    ) -> None:
        self._sheet, self._texts, self._styles, self._epoch = sheet, texts, styles, epoch
        self._columns: dict[str, int] = {}
        self._number = 0
        self._all_merged, self._merged = merged, iter(merged)
        self._next_merged = next(self._merged, None)
        self._covering: list[_Merged] = []
        self._row_tag = self._cell_tag = ""
        self._widest = 0
        self._names: dict[str, str] = {}

    def read(self, part: IO[bytes]) -> Iterator[Row]:
        """The rows that hold something; their numbers and the places of their cells must rise."""
        rows = elements(part, "sheetData", self._check_merged)
        while True:
            with _damage_refused():
                element = next(rows, None)
                if element is None:
                    return
                cells = self._cells(element)
                self._widest = max(self._widest, len(cells))
                if self._next_merged or self._covering:
                    self._fill_covered_cells(cells)
            self._sheet.physical += 1
            if element.get("hidden") in _TRUE:
                self._sheet.remark("warning_row_hidden", self._number)
            if any(cell is not None and cell != "" and cell is not CELL_MERGED for cell in cells):
                yield self._number, cells
            else:
                self._sheet.blank += 1

    def _check_merged(self, sheet: Element) -> None:
        """Raises Invalid where the sheet, now parsed, has other merged cells than those that were found in its text: in
        comments, or written in another way."""
        holders = (child for child in sheet if own_name(child, sheet) == "mergeCells")
        merged = sorted(_merged_range(each.attrib["ref"]) for holder in holders for each in holder)
        if merged != self._all_merged:
            raise _damage("merged cells")

    def _cells(self, row: Element) -> list[Cell]:
        if row.tag != self._row_tag:
            self._know_names(row)
        number = int(row.get("r", self._number + 1))
        if not self._number < number <= _MOST_ROWS:
            raise _damage(f"row {number} after row {self._number}")
        self._number = number
        cells: list[Cell] = []
        for element in row:
            if element.tag != self._cell_tag:
                if self._names.get(element.tag) == _EXTENSIONS:
                    continue
                raise _damage(f"row {number}, {local_name(element.tag)}")
            place = self._place(element.get("r"), len(cells))
            if place < len(cells):
                raise _damage(f"row {number}, cell {element.get('r')}")
            cells += [None] * (place - len(cells))
            cells.append(self._cell(element))
        return cells

    def _know_names(self, row: Element) -> None:
        """Learn the namespace of the sheet's elements; those of another are none of its own."""
        namespace, _, name = row.tag.rpartition("}")
        if name != "row" or self._row_tag:
            raise _damage(f"{name} after row {self._number}")
        prefix = f"{namespace}}}" if namespace else ""
        self._names = {f"{prefix}{kind}": kind for kind in ("c", "v", "f", "is", _EXTENSIONS)}
        self._row_tag, self._cell_tag = row.tag, f"{prefix}c"

    def _fill_covered_cells(self, cells: list[Cell]) -> None:
        """Say of each empty cell that a merged one covers that it is so."""
        while self._next_merged and self._next_merged.first_row <= self._number:
            self._covering.append(self._next_merged)
            self._next_merged = next(self._merged, None)
        self._covering = [each for each in self._covering if each.last_row >= self._number]
        for each in self._covering:
            # Beyond the widest row so far, a covered cell hides nothing.
            last_column = min(each.last_column, max(self._widest, len(cells)) - 1)
            cells += [None] * (last_column + 1 - len(cells))
            for place in range(each.first_column, last_column + 1):
                is_its_first = (self._number, place) == (each.first_row, each.first_column)
                if not is_its_first and (cells[place] is None or cells[place] == ""):
                    cells[place] = CELL_MERGED

    def _place(self, reference: str | None, following: int) -> int:
        """The column of a reference such as AB12, counted from 0; without one, the cell follows the one before it."""
        if reference is None:
            if following >= _MOST_COLUMNS:
                raise _damage(f"row {self._number}, cell {following + 1}")
            return following
        letters = reference.rstrip("0123456789")
        if reference[len(letters) :] != str(self._number):
            raise _damage(f"row {self._number}, cell {reference}")
        if letters not in self._columns:
            place = _column(letters)
            if not 0 <= place < _MOST_COLUMNS:
                raise _damage(f"row {self._number}, cell {reference}")
            self._columns[letters] = place
        return self._columns[letters]

    def _cell(self, element: Element) -> Cell:
        value = inline = None
        formula = False
        for child in element:
            kind = self._names.get(child.tag)
            if kind == "v":
                value = child.text
            elif kind == "is":
                inline = _text_of(child)
            elif kind == "f":
                formula = True
            elif kind != _EXTENSIONS:
                raise _damage(f"row {self._number}, {local_name(child.tag)} in a cell")
        if inline is not None:
            is_struck = self._styles.struck and int(element.get("s", "0")) in self._styles.struck
            return CellFault("row_value_struck") if is_struck else self._text(inline, element)
        if value is None:
            return CellFault("row_formula_without_value") if formula else None
        if self._styles.struck and int(element.get("s", "0")) in self._styles.struck:
            return CellFault("row_value_struck")
        match element.get("t", "n"):
            case "s":
                return self._text(self._texts[int(value)], element)
            case "n":
                return self._number_or_day(value, int(element.get("s", "0")))
            case "str":
                return self._text(_unescape(value), element)
            case "d":
                return self._written_day(value)
            case "b" | "e":
                return CellFault("row_text_unreadable")
            case unknown:
                raise _damage(f"row {self._number}, type {unknown}")

    def _text(self, text: str, element: Element) -> str | CellFault:
        if _STRUCK in text:
            return CellFault("row_value_struck")
        if not self._styles.texts:
            return text
        shown = self._styles.texts.get(int(element.get("s", "0")), PLAIN).text(text)
        return CellFault("row_number_format") if shown is None else shown

    def _number_or_day(self, value: str, style: int) -> Cell:
        if style not in self._styles.dates:
            number = int(value) if value.isdecimal() and len(value) < 20 else float(value)
            shown = self._styles.numbers.get(style)
            if shown is None or abs(number) >= _MOST_EXACT:
                return number
            text = shown.number(number)
            return CellFault("row_number_format") if text is None else text
        serial = float(value)
        earliest = _FALSE_LEAP_DAY if self._epoch == _EPOCH else 0
        if not earliest <= serial < _LAST_SERIAL:
            return CellFault("row_date_invalid")
        return self._day(self._epoch + timedelta(days=int(serial)), serial % 1 * _DAY)

    def _written_day(self, value: str) -> Cell:
        day, _, time = value.partition("T")
        try:
            return self._day(date.fromisoformat(day), _seconds(time))
        except ValueError:  # no such day, or a time with a zone
            return CellFault("row_date_invalid")

    def _day(self, day: date, seconds: float) -> Cell:
        nearest = nearest_day(day, seconds)
        if seconds >= 1 and not isinstance(nearest, CellFault):
            self._sheet.remark("warning_date_rounded", self._number)
        return nearest


def _seconds(time: str) -> float:
    hours, minutes, seconds = (*map(float, time.rstrip("Z").split(":")), 0.0, 0.0)[:3] if time else (0.0, 0.0, 0.0)
    return hours * 3600 + minutes * 60 + seconds


def _damage(detail: str) -> Invalid:
    return Invalid([Problem("", "register_sheet_damaged", detail)])
