"""Which characters the shipped fonts can print; what they cannot must never become an empty box on a report."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Coverage:
    """The code points that the shipped fonts have, as sorted ranges that do not touch."""

    firsts: tuple[int, ...]
    lasts: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> Coverage:
        """Read lines `XXXX-YYYY` (hexadecimal, both ends included; a lone `XXXX` is one character).

        Blank lines and lines beginning with `#` are skipped; order and overlap do not matter.

        Raises:
            ValueError: a line is neither.
        """
        ranges: list[tuple[int, int]] = []
        for line in text.splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            first, _, last = line.strip().partition("-")
            low, high = int(first, 16), int(last or first, 16)
            if low > high:
                raise ValueError(f"range ends before it begins: {line}")
            ranges.append((low, high))
        merged: list[tuple[int, int]] = []
        for low, high in sorted(ranges):
            if merged and low <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(merged[-1][1], high))
            else:
                merged.append((low, high))
        return cls(tuple(low for low, _ in merged), tuple(high for _, high in merged))

    def __contains__(self, character: str) -> bool:
        at = bisect_right(self.firsts, ord(character)) - 1
        return at >= 0 and ord(character) <= self.lasts[at]


def printable_text(text: str, coverage: Coverage) -> str:
    """The text with the code point in the place of what no shipped font has, as `[U+2A6D6]`: never an empty box."""
    return "".join(one if one in coverage or one == "\n" else f"[U+{ord(one):04X}]" for one in text)


def unprintable_characters(text: str, coverage: Coverage) -> tuple[str, ...]:
    """The characters of a text that no shipped font has, each once, in the order of appearance."""
    return tuple(character for character in dict.fromkeys(text) if character not in coverage)


class UnprintableCharacter(Exception):
    """No shipped font has one or more characters of the report: a person has to decide, nothing is issued.

    `characters` come from personal data and stay out of the exception's text.
    """

    def __init__(self, characters: tuple[str, ...]) -> None:
        super().__init__(f"{len(characters)} character(s) without a glyph")
        self.characters = characters
