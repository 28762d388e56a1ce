"""The first sheet of an XLSX workbook, row by row.

The common libraries keep every text of the workbook, and a trace of every row, in memory. Here the XML is read as a
stream of events and the shared texts stand in a temporary file. Document types and entities are refused.
"""

from __future__ import annotations

import posixpath
import re
import tempfile
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812

Value = str | int | float | date | None

_BLOCK_BYTES = 1 << 16
_OFFSET_BYTES = 8
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(50, 59)})  # ECMA-376, 18.8.30
_QUOTED_OR_COLOUR = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)


class UnreadableError(Exception):
    """Not a workbook, or a damaged one."""


def rows(path: Path) -> Iterator[tuple[int, Sequence[Value]]]:
    """The rows of the first sheet with their numbers in the sheet, those that hold no cell left out.

    Raises:
        UnreadableError: not a workbook, or a damaged one.
    """
    try:
        with ExitStack() as stack:
            book = stack.enter_context(ZipFile(path))
            parts = _Parts(book)
            texts = _Texts(stack.enter_context(tempfile.TemporaryFile()), stack.enter_context(tempfile.TemporaryFile()))
            if parts.texts:
                texts.read(book.open(parts.texts))
            dates = _date_styles(book, parts.styles) if parts.styles else frozenset()
            yield from _Sheet(texts, dates, parts.epoch).rows(book.open(parts.sheet))
    except (
        BadZipFile,
        ZlibError,
        EOFError,
        KeyError,
        IndexError,
        ValueError,
        OverflowError,
        expat.ExpatError,
    ) as fault:
        raise UnreadableError from fault


class _Parts:
    """Where the workbook's parts are, and where its days are counted from."""

    def __init__(self, book: ZipFile) -> None:
        workbook = next(target for kind, target in _relations(book, "").values() if kind == "officeDocument")
        relations = _relations(book, workbook)
        sheets: list[str] = []
        self.epoch = _EPOCH

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "sheet":
                sheets.extend(value for key, value in attributes.items() if key.rpartition(":")[2] == "id")
            elif name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
                self.epoch = _EPOCH_1904

        _parse(book.open(workbook), start)
        self.sheet = relations[sheets[0]][1]
        self.texts = next((target for kind, target in relations.values() if kind == "sharedStrings"), "")
        self.styles = next((target for kind, target in relations.values() if kind == "styles"), "")


def _relations(book: ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """The parts that a part refers to, by the reference's id: the last word of the kind, and the path."""
    folder, name = posixpath.split(part)
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            kind = attributes["Type"].rpartition("/")[2]
            found[attributes["Id"]] = (kind, posixpath.normpath(posixpath.join("/", folder, attributes["Target"]))[1:])

    _parse(book.open(posixpath.join(folder, "_rels", f"{name}.rels")), start)
    return found


def _date_styles(book: ZipFile, part: str) -> frozenset[int]:
    """The numbers of the cell styles that show a number as a date."""
    formats = set(_DATE_FORMATS)
    styles: list[int] = []
    inside = [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            if re.search("[yYdD]", _QUOTED_OR_COLOUR.sub("", attributes["formatCode"])):
                formats.add(int(attributes["numFmtId"]))
        elif name in ("cellXfs", "cellStyleXfs"):
            inside[0] = name
        elif name == "xf" and inside[0] == "cellXfs":
            styles.append(int(attributes.get("numFmtId", "0")))

    _parse(book.open(part), start)
    return frozenset(number for number, style in enumerate(styles) if style in formats)


class _Texts:
    """The shared texts, kept in two temporary files: the texts, and where each begins."""

    def __init__(self, texts: IO[bytes], offsets: IO[bytes]) -> None:
        self._texts, self._offsets = texts, offsets

    def read(self, part: IO[bytes]) -> None:
        collected: list[str] = []
        phonetic = [False]
        inside = [False]
        end = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "rPh":
                phonetic[0] = True
            inside[0] = name == "t" and not phonetic[0]

        def stop(name: str) -> None:
            nonlocal end
            inside[0] = False
            if name == "rPh":
                phonetic[0] = False
            elif name == "si":
                text = "".join(collected).encode()
                collected.clear()
                self._offsets.write(end.to_bytes(_OFFSET_BYTES, "little"))
                self._texts.write(text)
                end += len(text)

        _parse(part, start, stop, lambda text: collected.append(text) if inside[0] else None)
        self._offsets.write(end.to_bytes(_OFFSET_BYTES, "little"))

    def __getitem__(self, number: int) -> str:
        self._offsets.seek(number * _OFFSET_BYTES)
        begin, end = array("Q", self._offsets.read(2 * _OFFSET_BYTES))
        self._texts.seek(begin)
        return self._texts.read(end - begin).decode()


class _Sheet:
    """Turns a sheet's events into rows."""

    def __init__(self, texts: _Texts, dates: frozenset[int], epoch: date) -> None:
        self._texts, self._dates, self._epoch = texts, dates, epoch
        self._done: deque[tuple[int, list[Value]]] = deque()
        self._number = 0
        self._cells: list[Value] = []
        self._column = 0
        self._kind = self._style = ""
        self._collected: list[str] = []
        self._inside = self._phonetic = False

    def rows(self, part: IO[bytes]) -> Iterator[tuple[int, Sequence[Value]]]:
        for _ in _feed(part, self._start, self._stop, self._text):
            while self._done:
                yield self._done.popleft()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            reference = attributes.get("r")
            self._column = _column(reference) if reference else len(self._cells)
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
            self._collected.clear()
        elif name in ("v", "t"):
            self._inside = not self._phonetic
        elif name == "rPh":
            self._phonetic = True
        elif name == "row":
            self._number = int(attributes.get("r", self._number + 1))
            self._cells = []

    def _stop(self, name: str) -> None:
        if name in ("v", "t"):
            self._inside = False
        elif name == "c":
            self._cells += [None] * (self._column + 1 - len(self._cells))
            self._cells[self._column] = self._value("".join(self._collected))
        elif name == "rPh":
            self._phonetic = False
        elif name == "row" and self._cells:
            self._done.append((self._number, self._cells))

    def _text(self, text: str) -> None:
        if self._inside:
            self._collected.append(text)

    def _value(self, text: str) -> Value:
        if not text:
            return None
        if self._kind == "s":
            return self._texts[int(text)]
        if self._kind == "d":
            return date.fromisoformat(text[:10])
        if self._kind != "n":
            return text
        if int(self._style) in self._dates:
            return self._epoch + timedelta(days=int(float(text)))
        return int(text) if text.isdecimal() else float(text)


def _column(reference: str) -> int:
    """The column's place, from 0, in a reference such as AB12."""
    place = 0
    for letter in reference:
        if not letter.isalpha():
            break
        place = place * 26 + ord(letter) - 64
    if not 0 < place <= 16384:
        raise ValueError("not a cell's reference")
    return place - 1


def _parse(
    part: IO[bytes],
    start: Callable[[str, dict[str, str]], None],
    stop: Callable[[str], None] = lambda name: None,
    text: Callable[[str], None] = lambda text: None,
) -> None:
    for _ in _feed(part, start, stop, text):
        pass


def _feed(
    part: IO[bytes],
    start: Callable[[str, dict[str, str]], None],
    stop: Callable[[str], None],
    text: Callable[[str], None],
) -> Iterator[None]:
    """Parse a part, pausing after each block; names come without their namespace's prefix."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda name: stop(name.rpartition(":")[2])
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    with part:
        while block := part.read(_BLOCK_BYTES):
            parser.Parse(block, False)
            yield
        parser.Parse(b"", True)
        yield


def _refuse(*_: object) -> None:
    raise ValueError("a workbook's parts have no document type")
