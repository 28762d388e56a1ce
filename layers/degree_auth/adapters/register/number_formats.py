"""What a workbook's number format shows in the place of the number that is stored (ECMA-376, 18.8.31).

An annual report holds codes and numbers. A format may give them the leading zeros, or a part, that the stored number
lacks: who wrote the file saw the whole. A format that shows something else again is told as a fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(50, 59)})  # ECMA-376, 18.8.30
PERCENTAGES = {9: "0%", 10: "0.00%"}
"""Formats that need not be written down and show something else; the others of the kind show the number."""

_SCIENTIFIC = re.compile("[0#?]E[+-]", re.IGNORECASE)  # a long number in short: the stored one is exact
_QUOTED_OR_COLOUR = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[(?P<bracketed>[^\]]*)\]|[_*].|(?P<digits>[0#?][0#?,]*(?:\.[0#?]*)?)'
    r"|(?P<text>@)|(?P<general>General)|(?P<literal>[-+/() :!^&'~{}<>=$¥￥])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_COLOUR = re.compile("black|blue|cyan|green|magenta|red|white|yellow|color ?[0-9]+|dbnum[0-9]", re.IGNORECASE)


def shows_date(format_code: str) -> bool:
    """Whether a format shows a number as a date."""
    return re.search("[yYdD]", _QUOTED_OR_COLOUR.sub("", format_code)) is not None


@dataclass(frozen=True, slots=True)
class Shown:
    """How a format shows a number or a text: literal text around it, and at least so many digits.

    `is_plain` says that a number is shown as it is stored, `is_known` is False for a format that is not understood.
    """

    before: str = ""
    after: str = ""
    digits: int = 1
    is_known: bool = True

    @property
    def is_plain(self) -> bool:
        """Whether it shows what is stored."""
        return self.is_known and not self.before and not self.after and self.digits <= 1

    def number(self, value: float) -> str | None:
        """What is shown of a number; None when that is not known, or the number is no whole one."""
        if not self.is_known or value < 0 or value != int(value):
            return None
        return f"{self.before}{int(value):0{self.digits}d}{self.after}"

    def text(self, value: str) -> str:
        """What is shown of a text."""
        return f"{self.before}{value}{self.after}"


PLAIN = Shown()
_UNKNOWN = Shown(is_known=False)


def shown_number(format_code: str) -> Shown:
    """How a format shows a number that is not below zero."""
    sections = _sections(format_code)
    if len(sections) == 1 and "@" in sections[0]:
        return PLAIN if sections[0].strip() == "@" else _read(sections[0])
    return _read(sections[0])


def shown_text(format_code: str) -> Shown:
    """How a format shows a text: by its fourth section, or by its only one when that is for text."""
    sections = _sections(format_code)
    section = sections[3] if len(sections) > 3 else sections[-1] if "@" in sections[-1] else "@"
    shown = _read(section)
    return shown if shown.is_known else PLAIN


def _sections(format_code: str) -> list[str]:
    """The sections of a format; a semicolon inside quotation marks parts none."""
    return re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', format_code)


def _read(section: str) -> Shown:
    if _SCIENTIFIC.search(_QUOTED_OR_COLOUR.sub("", section)):
        return PLAIN
    before = after = ""
    digits: int | None = None
    for token in _TOKEN.finditer(section):
        kind, found = token.lastgroup, token[token.lastgroup] if token.lastgroup else ""
        if kind is None or (kind == "bracketed" and (_COLOUR.fullmatch(found) or found.startswith("$-"))):
            continue
        if kind in ("quoted", "escaped", "literal"):
            if digits is None:
                before += found
            else:
                after += found
        elif kind in ("digits", "text", "general") and digits is None and not found.endswith(","):
            # Decimals and separators of thousands show the same number.
            whole = found.partition(".")[0]
            digits = whole.count("0") if kind == "digits" else 1
        else:
            return _UNKNOWN  # a scale, a percentage, a fraction, a condition, digits in two groups
    return _UNKNOWN if digits is None else Shown(before.strip(), after.strip(), max(digits, 1))
