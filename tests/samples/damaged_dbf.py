"""What can be done to an annual report file as DBF."""

from __future__ import annotations

import struct
from functools import cache
from random import Random

from tests.samples.damaged_base import (
    CODES,
    ROWS,
    Damage,
    Damaged,
    any_length,
    dbf_of,
    flip,
    records_at,
    sample,
    sixteenth,
)
from tests.samples.damaged_values import decimals, digits, swapped


def dbf_damages() -> dict[str, Damage]:
    """By kind, what can be done to the original as DBF."""
    whole = dbf_of(sample())

    def cut(random: Random) -> Damaged:
        return whole[: random.randrange(1, len(whole) - 1)], ()

    def bit(random: Random) -> Damaged:
        place = random.randrange(len(whole))
        return flip(whole, place, random), records_at(whole, place)

    def quote(random: Random) -> Damaged:
        place = random.randrange(len(whole))
        return whole[:place] + b'"' + whole[place + 1 :], records_at(whole, place)

    def encoding(random: Random) -> Damaged:
        place = random.randrange(len(whole))
        instead = random.choice((b"", b"\x80", b"\xff", b"\x1a", b"\0", b"\xe5", whole[place : place + 1] * 2))
        return whole[:place] + instead + whole[place + 1 :], records_at(whole, place)

    def count(random: Random) -> Damaged:
        if random.random() < 0.6:
            other = random.choice((0, 1, ROWS - 1, ROWS + 1, ROWS // 2, 2**31))
            return whole[:4] + struct.pack("<I", other) + whole[8:], ()
        lengths = (each + random.choice((-1, 0, 1, 32)) for each in struct.unpack("<HH", whole[8:12]))
        return whole[:8] + struct.pack("<HH", *lengths) + whole[12:], ()

    def type_(random: Random) -> Damaged:
        descriptor = 32 * (1 + random.randrange(len(CODES)))
        if random.random() < 0.5:
            kind = random.choice(b"MTIBGYV@PW")
            return whole[: descriptor + 11] + bytes((kind,)) + whole[descriptor + 12 :], ()
        width = whole[descriptor + 16] + random.choice((-1, 1, 5))
        return whole[: descriptor + 16] + bytes((width % 256,)) + whole[descriptor + 17 :], ()

    def by_sixteenth(random: Random) -> Damaged:
        return whole[: sixteenth(whole, random)], ()

    def block(random: Random) -> Damaged:
        start, end = any_length(whole, random)
        return whole[:end] + whole[start:], records_at(whole, start, end)

    def header(random: Random) -> Damaged:
        names = [whole[32 * (1 + place) : 32 * (1 + place) + 11] for place in range(len(CODES))]
        if random.random() < 0.6:
            first, second = random.sample(range(len(CODES)), 2)
            names[first], names[second] = names[second], names[first]
        else:
            random.shuffle(names)
        content = bytearray(whole)
        for place, name in enumerate(names):
            content[32 * (1 + place) : 32 * (1 + place) + 11] = name
        return bytes(content), ()

    def header_byte(random: Random) -> Damaged:
        place = random.choice((*range(12), *range(12, 32), 8, 9, 10, 11, 14, 15, 28, 29))
        return whole[:place] + bytes((random.randrange(256),)) + whole[place + 1 :], ()

    def descriptor(random: Random) -> Damaged:
        place = 32 * (1 + random.randrange(len(CODES))) + random.choice((*range(11, 19), *range(16)))
        return whole[:place] + bytes((random.randrange(256),)) + whole[place + 1 :], ()

    def flag(random: Random) -> Damaged:
        start, length = struct.unpack("<HH", whole[8:12])
        place = start + random.randrange(ROWS) * length
        return whole[:place] + random.choice((b"*", b"\0", b"\x1a", b"+", b"D", b"\xff")) + whole[place + 1 :], ()

    def each_row(random: Random) -> Damaged:
        start, length = struct.unpack("<HH", whole[8:12])
        other = random.choice(("utf-8", "big5", "utf-16-le"))
        share = random.choice((0.05, 0.3, 0.5))
        records = [whole[at : at + length] for at in range(start, start + ROWS * length, length)]
        return whole[:start] + b"".join(
            each if random.random() >= share else _in_fields(each, other) for each in records
        ) + b"\x1a", ()

    def nuls(random: Random) -> Damaged:
        start = random.randrange(32, len(whole))
        length = random.choice((1, 2, 7, 64, 512))
        kept = whole[start:] if random.random() < 0.3 else whole[start + length :]
        return whole[:start] + b"\0" * length + kept, records_at(whole, start) if length < 8 else ()

    def mark(random: Random) -> Damaged:
        start, length = struct.unpack("<HH", whole[8:12])
        place = start + 1 + random.randrange(ROWS) * length + random.choice((0, 240))
        mark = random.choice(("\ufeff".encode(), "\ufeff".encode("gb18030"), b"\xff\xfe"))
        kept = whole[place : place + 60 - len(mark)] if random.random() < 0.7 else whole[place + len(mark) : place + 60]
        return whole[:place] + mark + kept + whole[place + 60 :], ()

    return {
        "cut": cut,
        "bit": bit,
        "quote": quote,
        "encoding": encoding,
        "count": count,
        "type": type_,
        "digit": digits(dbf_of),
        "sixteenth": by_sixteenth,
        "block": block,
        "swap": swapped(dbf_of),
        "header": header,
        "header byte": header_byte,
        "descriptor": descriptor,
        "deletion flag": flag,
        "encoding of each row": each_row,
        "NUL": nuls,
        "mark inside": mark,
        "decimal": decimals(dbf_of),
    }


def _in_fields(record: bytes, encoding: str) -> bytes:
    """A record with its texts in another encoding, each in its own field."""
    place, written = 1, [record[:1]]
    for width in _widths():
        text = record[place : place + width].decode("gb18030", "replace").strip()
        written.append(text.encode(encoding, "replace")[:width].ljust(width))
        place += width
    return b"".join(written)


@cache
def _widths() -> tuple[int, ...]:
    head = dbf_of(sample()[:1])
    return tuple(head[at + 16] for at in range(32, struct.unpack("<H", head[8:10])[0] - 1, 32))
