"""What can be done to an annual report file as text."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tests.samples.damaged_base import (
    CODES,
    LABELS,
    ROWS,
    Damage,
    Damaged,
    any_length,
    cells_of,
    flip,
    inserted,
    sample,
    sixteenth,
    text_of,
    text_under,
)
from tests.samples.damaged_values import decimals, digits, swapped
from tools.sample_rows import Row


def text_damages(encoding: str) -> dict[str, Damage]:
    """By kind, what can be done to the original as CSV."""
    whole = text_of(sample(), encoding)

    def cut(random: Random) -> Damaged:
        # Exactly between two rows nothing is cut that a reader could miss: after a line end, or inside of it.
        ends = {place + 1 for place, byte in enumerate(whole) if byte == 10}
        place = random.choice([each for each in range(1, len(whole)) if not {each, each + 1} & ends])
        return whole[:place], ()

    def bit(random: Random) -> Damaged:
        place = random.randrange(len(whole))
        return flip(whole, place, random), _rows_at(whole, place)

    def quote(random: Random) -> Damaged:
        places = sorted(random.sample([place + 1 for place, byte in enumerate(whole) if byte == 44], 2))
        if random.random() < 0.3:
            return inserted(whole, places[:1], b'"'), _rows_at(whole, places[0])
        if random.random() < 0.3:
            return inserted(whole, places[:1], b'""'), _rows_at(whole, places[0])
        return inserted(whole, places, b'"'), _rows_at(whole, *places)

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

    def by_sixteenth(random: Random) -> Damaged:
        place = sixteenth(whole, random)
        while whole[place - 1 : place] in (b"\n", b"\r") or whole[place : place + 1] in (b"\n", b"\r"):
            place += 1  # between two rows nothing is cut that a reader could miss
        return whole[:place], ()

    def block(random: Random) -> Damaged:
        start, end = any_length(whole, random)
        return whole[:end] + whole[start:], _rows_at(whole, start, end)

    def header(random: Random) -> Damaged:
        names = list(LABELS)
        choice = random.random()
        if choice < 0.3:
            first, second = random.sample(range(len(CODES)), 2)
            names[first], names[second] = names[second], names[first]
        elif choice < 0.5:
            names = random.sample(names, len(names))
        elif choice < 0.7:
            del names[random.randrange(len(names))]
        elif choice < 0.85:
            names.insert(random.randrange(len(names)), random.choice(("学号(XH)", "备注2", "DS.XM", "姓名(XM)")))
        else:
            lines = [cells_of(row) for row in sample()]
            again = text_of([], encoding) if random.random() < 0.5 else ",".join(CODES).encode() + b"\r\n"
            return text_under(names, lines, encoding) + again, ()
        return text_under(names, [cells_of(row) for row in sample()], encoding), ()

    def each_row(random: Random) -> Damaged:
        lines = whole.decode(encoding).splitlines(keepends=True)
        among = random.choice((("utf-8", "gb18030"), (encoding, "big5"), (encoding, "utf-16-le"), (encoding, "cp1252")))
        share = random.choice((0.05, 0.3, 0.5))
        return b"".join(
            line.encode(among[1] if number and random.random() < share else among[0], "replace")
            for number, line in enumerate(lines)
        ), ()

    def nuls(random: Random) -> Damaged:
        start = random.randrange(len(whole))
        length = random.choice((1, 2, 7, 64, 512))
        kept = whole[start:] if random.random() < 0.4 else whole[start + length :]
        return whole[:start] + b"\0" * length + kept, ()

    def mark(random: Random) -> Damaged:
        places = [place + 1 for place, byte in enumerate(whole) if byte in (44, 10)][18:-1]
        marks = ("\ufeff".encode(), "\ufeff".encode(encoding), b"\xff\xfe", b"\xfe\xff", "\u200b".encode())
        return inserted(whole, sorted(random.sample(places, random.choice((1, 1, 3)))), random.choice(marks)), ()

    def unbalanced(random: Random) -> Damaged:
        first, last = whole.index(b"\n") + 1, whole.rindex(b"\r\n", 0, -2) + 2
        row = random.choice((0, first, len(whole) // 2, last, len(whole) - 2))
        place = whole.find(b",", row) + random.choice((0, 1)) if random.random() < 0.6 and row < last else row
        quote = random.choice((b'"', b'"""', b'""', "“".encode(encoding), b"'"))
        return inserted(whole, [place], quote), _rows_at(whole, place) if quote in (b"'", b'""') else ()

    def line_ends(random: Random) -> Damaged:
        lines = whole.decode(encoding).split("\r\n")
        ends = random.choice(
            (("\r", "\n", "\r\n"), ("\x85",), ("\u2028", "\u2029"), ("\x0b", "\x0c", "\x1c"), ("\n\r",))
        )
        share = random.choice((0.05, 0.3, 1.0))
        written, joined = "", set()
        for row, line in enumerate(lines[:-1], start=-1):
            end = random.choice(ends) if random.random() < share else "\r\n"
            written += line + end
            if "\r" not in end and "\n" not in end:
                joined |= {row, row + 1}
        if random.random() < 0.3:
            place = random.choice([at for at, char in enumerate(written) if char == ","][20:])
            written = written[:place] + random.choice(ends) + written[place:]
        return written.encode(encoding), sorted(row for row in joined if 0 <= row < ROWS)

    def write(lines: Sequence[Row]) -> bytes:
        return text_of(lines, encoding)

    return {
        "cut": cut,
        "bit": bit,
        "quote": quote,
        "encoding": other_encoding,
        "count": count,
        "sheet": sheet,
        "type": type_,
        "digit": digits(write),
        "sixteenth": by_sixteenth,
        "block": block,
        "swap": swapped(write),
        "header": header,
        "encoding of each row": each_row,
        "NUL": nuls,
        "mark inside": mark,
        "unbalanced quote": unbalanced,
        "line ends": line_ends,
        "decimal": decimals(write),
    }


def wide_damages() -> dict[str, Damage]:
    """By kind, what can be done to the original in UTF-16, its cells parted by tabs, as a spreadsheet saves it."""
    whole = text_of(sample(), "utf-16").decode("utf-16").replace(",", "\t").encode("utf-16")

    def row_at(place: int) -> list[int]:
        return [row for row in (whole[: place + 1].decode("utf-16", "ignore").count("\n") - 1,) if 0 <= row < ROWS]

    def cut(random: Random) -> Damaged:
        place = random.randrange(3, len(whole) - 4)
        while whole[:place].decode("utf-16", "ignore")[-1] in "\r\n":
            place += 2
        return whole[:place], ()

    def bit(random: Random) -> Damaged:
        place = random.randrange(2, len(whole))
        return flip(whole, place, random), row_at(place)

    def byte(random: Random) -> Damaged:
        place = random.randrange(2, len(whole))
        instead = random.choice((b"", b"\0", b" ", whole[place : place + 1] * 2))
        return whole[:place] + instead + whole[place + 1 :], row_at(place)

    def block(random: Random) -> Damaged:
        start, end = any_length(whole, random)
        return whole[:end] + whole[start:], [*row_at(start), *row_at(end)]

    def nuls(random: Random) -> Damaged:
        start, length = random.randrange(2, len(whole)), random.choice((1, 2, 7, 64, 512))
        return whole[:start] + b"\0" * length + whole[start + length :], ()

    def unmarked(random: Random) -> Damaged:
        mark = random.choice((b"", b"\xfe\xff", b"\xef\xbb\xbf", b"\0\0\xfe\xff", b"\xff\xfe\xff\xfe"))
        return mark + whole[2:], ()

    return {"cut": cut, "bit": bit, "byte": byte, "block": block, "NUL": nuls, "mark": unmarked}


def _rows_at(content: bytes, *places: int) -> list[int]:
    """The rows of a text to which bytes belong; the header is none, a line end belongs to both its rows."""
    touched = set()
    for place in places:
        line = content.count(b"\n", 0, place) - 1
        touched |= {line, line + (content[place : place + 1] in (b"\n", b"\r"))}
    return sorted(row for row in touched if 0 <= row < ROWS)
