"""Damaged annual report files, as many as are wanted: what each was, what was done to it, and whether it was noticed.

A mutation knows the rows of the original and which of them its bytes touch; the verdict knows nothing of the readers.
Everybody in the files is invented.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from openpyxl import Workbook, load_workbook

from degree_auth.domain.register.annual_report_columns import COLUMNS
from degree_auth.domain.register.annual_report_header import read_header
from degree_auth.domain.register.annual_report_row import read_row
from degree_auth.domain.register.record import values_of
from tools.sample_files import write_csv, write_dbf, write_xlsx
from tools.sample_rows import Row, rows

ROWS = 40
_SHEET = "xl/worksheets/sheet1.xml"
_FIELDS_OF_COLUMNS = {"XMPY": 1, "GBM": 4, "MZM": 5, "XWSYDW": 9, "PYDWM": 10, "ZYDM": 14}
"""Where the facts of the optional columns stand in a record's values."""


class Verdict(StrEnum):
    """What became of a damaged file."""

    ACCOUNTED = "accounted"
    REFUSED = "refused"
    OTHER_VALUE = "another valid value"
    """The damaged bytes themselves are another valid value: nothing but the file's digest can tell."""

    LOST = "rows lost in silence"
    CHANGED = "values changed in silence"


@dataclass(frozen=True, slots=True)
class Mutation:
    """A damaged file; `touched` are the rows, from 0, whose own bytes were damaged."""

    kind: str
    original: str
    seed: int
    content: bytes
    suffix: str
    touched: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reader made of a file: the values of what it stored, how many rows it named as not stored, which optional
    columns it named as absent, and whether it refused the file."""

    stored: Sequence[tuple[str, ...]]
    named: int = 0
    absent: Sequence[str] = ()
    refused: bool = False


def mutations(seeds: range) -> Iterator[Mutation]:
    """For each original and each kind of damage that it can have, one mutation a seed; the same seed, the same file."""
    for seed in seeds:
        for original, kinds in KINDS.items():
            for kind, damage in kinds.items():
                random = Random(f"{original} {kind} {seed}")
                content, touched = damage(random)
                yield Mutation(kind, original, seed, content, original.split()[0], frozenset(touched))


def verdict(mutation: Mutation, outcome: Outcome) -> Verdict:
    """Whether everything of the original is stored as it was, or named, or the file refused."""
    if outcome.refused:
        return Verdict.REFUSED
    skipped = {_FIELDS_OF_COLUMNS[code] for code in outcome.absent if code in _FIELDS_OF_COLUMNS}
    expected = [_without(values, skipped) for values in _expected()]
    stored = {_without(values, skipped) for values in outcome.stored}
    changed = stored.difference(expected)
    if any(_nearest(values, expected) not in mutation.touched for values in changed):
        return Verdict.CHANGED
    missing = [row for row, values in enumerate(expected) if values not in stored]
    named = outcome.named + len(changed)
    if outcome.named and mutation.touched:
        named += len(mutation.touched) - 1  # damage that joins rows makes one faulty row of them
    if len(missing) > named:
        return Verdict.LOST
    return Verdict.OTHER_VALUE if changed else Verdict.ACCOUNTED


@cache
def _sample() -> tuple[Row, ...]:
    return tuple(rows(ROWS))


@cache
def _expected() -> tuple[tuple[str, ...], ...]:
    header = read_header([column.code for column in COLUMNS])
    return tuple(tuple(values_of(read_row([row.get(column.code) for column in COLUMNS], header))) for row in _sample())


def _without(values: Sequence[str], places: set[int]) -> tuple[str, ...]:
    return tuple(value for place, value in enumerate(values) if place not in places)


def _nearest(values: Sequence[str], expected: Sequence[Sequence[str]]) -> int:
    """The original row that has most values in common with a stored record."""
    return max(range(len(expected)), key=lambda row: sum(map(str.__eq__, values, expected[row])))


def _written(writer: Callable[..., None], lines: Sequence[Row], suffix: str, encoding: str = "utf-8") -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"original{suffix}"
        writer(path, lines, encoding)
        return path.read_bytes()


@cache
def _text(encoding: str) -> bytes:
    return _written(write_csv, _sample(), ".csv", encoding)


@cache
def _dbf() -> bytes:
    return _written(write_dbf, _sample(), ".dbf", "gb18030")


@cache
def _workbook() -> bytes:
    return _written(write_xlsx, _sample(), ".xlsx")


Damaged = tuple[bytes, Sequence[int]]
Damage = Callable[[Random], Damaged]


def _rows_at(content: bytes, *places: int) -> list[int]:
    """The rows of a text to which bytes belong; the header is none, a line end belongs to both its rows."""
    touched = set()
    for place in places:
        line = content.count(b"\n", 0, place) - 1
        touched |= {line, line + (content[place : place + 1] in (b"\n", b"\r"))}
    return sorted(row for row in touched if 0 <= row < ROWS)


def _records_at(content: bytes, *places: int) -> list[int]:
    """The records of a DBF file to which bytes belong."""
    header, length = struct.unpack("<HH", content[8:12])
    return sorted({(place - header) // length for place in places if header <= place < header + ROWS * length})


def _text_damages(encoding: str) -> dict[str, Damage]:
    whole = _text(encoding)

    def cut(random: Random) -> Damaged:
        # Exactly between two rows nothing is cut that a reader could miss: after a line end, or inside of it.
        ends = {place + 1 for place, byte in enumerate(whole) if byte == 10}
        place = random.choice([each for each in range(1, len(whole)) if not {each, each + 1} & ends])
        return whole[:place], ()

    def bit(random: Random) -> Damaged:
        place = random.randrange(len(whole))
        return _flip(whole, place, random), _rows_at(whole, place)

    def quote(random: Random) -> Damaged:
        places = sorted(random.sample([place + 1 for place, byte in enumerate(whole) if byte == 44], 2))
        if random.random() < 0.3:
            return _inserted(whole, places[:1], b'"'), _rows_at(whole, places[0])
        if random.random() < 0.3:
            return _inserted(whole, places[:1], b'""'), _rows_at(whole, places[0])
        return _inserted(whole, places, b'"'), _rows_at(whole, *places)

    def other_encoding(random: Random) -> Damaged:
        choice = random.random()
        if choice < 0.15:
            lines = whole.splitlines(keepends=True)
            half = random.randrange(5, ROWS - 5)
            other = "gb18030" if encoding == "utf-8" else "utf-8"
            return b"".join(lines[:half]) + b"".join(lines[half:]).decode(encoding).encode(other), ()
        if choice < 0.3 and encoding == "utf-8":
            return whole.decode("gb18030", "replace").encode(), ()
        if choice < 0.4:
            few = b"".join(whole.splitlines(keepends=True)[: random.randrange(2, 6)])
            return few.decode(encoding).encode("big5", "replace"), ()
        place = random.randrange(len(whole))
        instead = random.choice((b"", b"\x80", b"\xff", b"\x1a", b"\0", b"\xe5", whole[place : place + 1] * 2))
        return whole[:place] + instead + whole[place + 1 :], _rows_at(whole, place)

    def count(random: Random) -> Damaged:
        lines = whole.splitlines(keepends=True)
        at = random.randrange(1, ROWS)
        more = random.choice((lines[:1], [lines[at]], [b"\r\n"] * 3, [b"," * 17 + b"\r\n"], lines[at : at + 5]))
        return b"".join([*lines[:at], *more, *lines[at:]]) + random.choice((b"", b"\x1a", b"\r\n\r\n")), ()

    def sheet(random: Random) -> Damaged:
        title = random.choice(("学位授予信息年报\r\n", "sep=,\r\n", ",,,\r\n", "2025 年度,,,\r\n", "\ufeff"))
        first, rest = whole.split(b"\r\n", 1)
        names = first.decode(encoding).split(",")
        order = random.sample(names, len(names)) if random.random() < 0.3 else None
        if order is None:
            return title.encode(encoding) + whole, ()
        return whole + ",".join(order).encode(encoding) + b"\r\n" + rest.split(b"\r\n", 1)[0] + b"\r\n", ()

    def type_(random: Random) -> Damaged:
        instead = random.choice((b";", b"\t", b"|", b" ", b""))
        if random.random() < 0.2 and instead.strip(b" "):
            return whole.replace(b",", instead), ()
        places = random.sample([place for place, byte in enumerate(whole) if byte == 44], random.choice((1, 1, 5, 17)))
        damaged = b"".join(instead if place in places else whole[place : place + 1] for place in range(len(whole)))
        return damaged, _rows_at(whole, *places)

    return {
        "cut": cut,
        "bit": bit,
        "quote": quote,
        "encoding": other_encoding,
        "count": count,
        "sheet": sheet,
        "type": type_,
        "digit": _digits(lambda lines: _written(write_csv, lines, ".csv", encoding)),
    }


def _dbf_damages() -> dict[str, Damage]:
    whole = _dbf()

    def cut(random: Random) -> Damaged:
        return whole[: random.randrange(1, len(whole) - 1)], ()

    def bit(random: Random) -> Damaged:
        place = random.randrange(len(whole))
        return _flip(whole, place, random), _records_at(whole, place)

    def quote(random: Random) -> Damaged:
        place = random.randrange(len(whole))
        return whole[:place] + b'"' + whole[place + 1 :], _records_at(whole, place)

    def encoding(random: Random) -> Damaged:
        place = random.randrange(len(whole))
        instead = random.choice((b"", b"\x80", b"\xff", b"\x1a", b"\0", b"\xe5", whole[place : place + 1] * 2))
        return whole[:place] + instead + whole[place + 1 :], _records_at(whole, place)

    def count(random: Random) -> Damaged:
        if random.random() < 0.6:
            other = random.choice((0, 1, ROWS - 1, ROWS + 1, ROWS // 2, 2**31))
            return whole[:4] + struct.pack("<I", other) + whole[8:], ()
        lengths = (each + random.choice((-1, 0, 1, 32)) for each in struct.unpack("<HH", whole[8:12]))
        return whole[:8] + struct.pack("<HH", *lengths) + whole[12:], ()

    def type_(random: Random) -> Damaged:
        descriptor = 32 * (1 + random.randrange(len(COLUMNS)))
        if random.random() < 0.5:
            kind = random.choice(b"MTIBGYV@PW")
            return whole[: descriptor + 11] + bytes((kind,)) + whole[descriptor + 12 :], ()
        width = whole[descriptor + 16] + random.choice((-1, 1, 5))
        return whole[: descriptor + 16] + bytes((width % 256,)) + whole[descriptor + 17 :], ()

    return {
        "cut": cut,
        "bit": bit,
        "quote": quote,
        "encoding": encoding,
        "count": count,
        "type": type_,
        "digit": _digits(lambda lines: _written(write_dbf, lines, ".dbf", "gb18030")),
    }


def _workbook_damages() -> dict[str, Damage]:
    whole = _workbook()
    text = _part(whole, _SHEET).decode()
    starts = [row.start() for row in re.finditer("<row ", text)]

    def row_at(place: int) -> list[int]:
        row = sum(start <= place for start in starts) - 2  # the header is a row as well
        return [row] if 0 <= row < ROWS else []

    def cut(random: Random) -> Damaged:
        return whole[: random.randrange(1, len(whole))], ()

    def bit(random: Random) -> Damaged:
        if random.random() < 0.5:
            return _flip(whole, random.randrange(len(whole)), random), ()
        raw = text.encode()
        place = random.randrange(len(raw))
        return _packed(whole, {_SHEET: _flip(raw, place, random)}), row_at(len(raw[:place].decode(errors="ignore")))

    def quote(random: Random) -> Damaged:
        place = random.randrange(starts[1], len(text))
        return _packed(whole, {_SHEET: (text[:place] + random.choice('"<&>') + text[place:]).encode()}), row_at(place)

    def encoding(random: Random) -> Damaged:
        raw = text.encode()
        place = random.randrange(len(raw))
        damaged = raw[:place] + random.choice((b"", b"\x80", b"\xff", b"\0", b"\xe5")) + raw[place + 1 :]
        return _packed(whole, {_SHEET: damaged}), row_at(len(raw[:place].decode(errors="ignore")))

    def count(random: Random) -> Damaged:
        number = random.randrange(2, ROWS + 2)
        other = random.choice((number - 1, number + 1, 0, 2, ROWS + 5))
        choice = random.random()
        if choice < 0.4:
            return _packed(whole, {_SHEET: text.replace(f'<row r="{number}"', f'<row r="{other}"').encode()}), ()
        if choice < 0.8:
            return _packed(whole, {_SHEET: text.replace(f'"B{number}"', f'"A{other}"').encode()}), (number - 2,)
        dimension = re.sub("<sheetData>", '<dimension ref="A1"/><sheetData>', text)
        return _packed(whole, {_SHEET: dimension.encode()}), ()

    def sheet(random: Random) -> Damaged:
        half = random.randrange(1, ROWS)
        return _two_sheets(_sample()[:half], _sample()[half:], random), ()

    def type_(random: Random) -> Damaged:
        cells = [cell for cell in re.finditer(r'<c r="[A-Z]+([0-9]+)"[^>]*t="(\w+)"', text) if int(cell[1]) > 1]
        cell = random.choice(cells)
        kind = random.choice(("s", "n", "b", "e", "str", "d", "inlineStr", "x"))
        return _packed(whole, {_SHEET: (text[: cell.start(2)] + kind + text[cell.end(2) :]).encode()}), (
            int(cell[1]) - 2,
        )

    def merged(random: Random) -> Damaged:
        return _merged(random)

    def shown(random: Random) -> Damaged:
        return _shown(random)

    def foreign(random: Random) -> Damaged:
        number = random.randrange(2, ROWS + 2)
        choice = random.random()
        if choice < 0.4:
            other = text.replace(f'<row r="{number}"', f'<x:row xmlns:x="urn:other" r="{number}"')
            end = other.index("</row>", other.index("<x:row"))
            return _packed(whole, {_SHEET: (other[:end] + "</x:row>" + other[end + 6 :]).encode()}), ()
        if choice < 0.7:
            return _packed(
                whole, {_SHEET: text.replace(f'<row r="{number}"', f'<row xmlns="" r="{number}"').encode()}
            ), ()
        endless = "<![CDATA[" + "<" * (2 << 20) + "]]>"
        return _packed(whole, {_SHEET: text.replace("</t>", endless + "</t>", 1).encode()}), ()

    return {
        "cut": cut,
        "bit": bit,
        "quote": quote,
        "encoding": encoding,
        "count": count,
        "sheet": sheet,
        "type": type_,
        "digit": _digits(lambda lines: _written(write_xlsx, lines, ".xlsx")),
        "merged": merged,
        "shown": shown,
        "foreign": foreign,
    }


def _merged(random: Random) -> Damaged:
    """A column of some rows merged into one cell, as somebody lays a table out."""
    book = load_workbook(io.BytesIO(_workbook()))
    sheet = book.active
    column = random.randrange(1, len(COLUMNS) + 1)
    first = random.randrange(2, ROWS)
    last = min(ROWS + 1, first + random.randrange(1, 8))
    sheet.merge_cells(start_row=first, end_row=last, start_column=column, end_column=column)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue(), ()


def _shown(random: Random) -> Damaged:
    """A column of codes stored as numbers whose format shows the codes, or something else."""
    book = load_workbook(io.BytesIO(_workbook()))
    sheet = book.active
    code, digits = random.choice((("ZYDM", 6), ("GBM", 3), ("MZM", 2), ("CSRQ", 8), ("XWSYDWM", 5)))
    column = next(place for place, each in enumerate(COLUMNS, start=1) if each.code == code)
    touched = []
    form = random.choice(("0" * digits, "0" * digits, "General", '"X"' + "0" * digits, "0%", "0,", ";;;"))
    for row, line in enumerate(_sample()):
        value = line.get(code, "")
        if value.isdecimal() and len(value) == digits:
            cell = sheet.cell(row=row + 2, column=column)
            cell.value, cell.number_format = int(value), form
            touched.append(row)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue(), touched if form.startswith('"X"') else ()


def _digits(write: Callable[[Sequence[Row]], bytes]) -> Damage:
    """Values that were spoilt before the file was written: in a whole column, or in one row."""

    def damage(random: Random) -> Damaged:
        lines = [dict(row) for row in _sample()]
        choice = random.randrange(10)
        one = random.randrange(ROWS)
        if choice == 0:
            for row in lines:
                row["XWZSBH"] = _rounded(row["XWZSBH"])
        elif choice == 1:
            for row in lines:
                row["ZJHM"] = _rounded(row["ZJHM"])
        elif choice == 2:
            days = random.choice((1, -1, 1462, -1462))
            for row in lines:
                row["CSRQ"] = f"{_day(row['CSRQ']) + timedelta(days=days):%Y%m%d}"
        elif choice == 3:
            for row in lines:
                row["HXWRQ"] = f"{_day(row['HXWRQ']) - timedelta(days=1):%Y-%m-%d} 23:59:17"
        elif choice == 4:
            for row, other in zip(lines, sorted(row["CSRQ"] for row in lines), strict=True):
                row["CSRQ"] = other
        elif choice == 5:
            _round_a_run(lines, random)
        elif choice == 6:
            for row in lines:
                row["XM"] = row["XM"][0] + random.choice("○◯")
        elif choice == 7:
            lines[one]["HXWRQ"] = random.choice(("20990630", "19000101", "19700101", lines[one]["CSRQ"]))
        elif choice == 8:
            lines[one] |= random.choice(_IMPOSSIBLE_NUMBERS)
        else:
            lines[one]["XM"] = random.choice([*_SPOILT_NAMES, lines[one]["XM"] + "_x000D_"])
        return write(lines), (one,) if choice > 6 else ()

    return damage


_SPOILT_NAMES = (
    *("NULL", "无", "", "王?", "锟斤拷", "王&#x4E00;", "王\\u4e00", "王2", '王"伟"', "王○○", "王*", "S & N"),
    *("·王", "%E7%8E%8B%E4%BC%9F"),
)
_IMPOSSIBLE_NUMBERS = (
    {"ZJLXM": "09", "ZJHM": "810000199408230022"},
    {"ZJLXM": "10", "ZJHM": "E12***678"},
    {"XWZSBH": "——"},
    {"XWZSBH": "1.04864E+15"},
)


def _round_a_run(lines: list[Row], random: Random) -> None:
    """Let some rows of one unit beside each other go through a spreadsheet."""
    run = random.randrange(14, 20)
    first = random.randrange(ROWS - run)
    for place in range(first, first + run):
        lines[place]["XWZSBH"] = f"10001420220{random.randrange(10)}{place:03d}0"


def _rounded(number: str) -> str:
    return number[:15] + "0" * (len(number) - 15) if number[:15].isdecimal() and len(number) > 15 else number


def _day(written: str) -> date:
    return date(int(written[:4]), int(written[4:6]), int(written[6:8]))


def _flip(content: bytes, place: int, random: Random) -> bytes:
    return content[:place] + bytes((content[place] ^ 1 << random.randrange(8),)) + content[place + 1 :]


def _inserted(content: bytes, places: Sequence[int], mark: bytes) -> bytes:
    for place in reversed(places):
        content = content[:place] + mark + content[place:]
    return content


def _part(book: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return archive.read(name)


def _packed(book: bytes, parts: dict[str, bytes]) -> bytes:
    """The workbook with some parts replaced; the archive itself is whole."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as archive, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in archive.namelist():
            target.writestr(name, parts.get(name, archive.read(name)))
    return packed.getvalue()


def _two_sheets(first: Sequence[Row], second: Sequence[Row], random: Random) -> bytes:
    """Half of the rows on a second sheet: shown, hidden, without a header, or not listed at all."""
    book = Workbook()
    names = [*(column.label for column in COLUMNS), "备注(BZ)"]
    state, header = random.choice((("visible", 1), ("hidden", 1), ("veryHidden", 1), ("visible", 0), ("hidden", 0)))
    for sheet, lines, with_header in ((book.active, first, 1), (book.create_sheet("续"), second, header)):
        for cells in [names] * with_header + [[row.get(c.code) for c in COLUMNS] for row in lines]:
            sheet.append(cells)
    book.worksheets[1].sheet_state = state
    saved = io.BytesIO()
    book.save(saved)
    if random.random() < 0.2:
        listed = _part(saved.getvalue(), "xl/workbook.xml").decode()
        unlisted = re.sub('<sheet [^>]*name="续"[^>]*/>', "", listed)
        return _packed(saved.getvalue(), {"xl/workbook.xml": unlisted.encode()})
    return saved.getvalue()


KINDS: dict[str, dict[str, Damage]] = {
    ".csv UTF-8": _text_damages("utf-8"),
    ".csv GB 18030": _text_damages("gb18030"),
    ".dbf": _dbf_damages(),
    ".xlsx": _workbook_damages(),
}
"""What can be done to each original."""
