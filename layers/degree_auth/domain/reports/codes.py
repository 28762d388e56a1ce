"""The number and the check code of a report (电子认证报告) or a written notice, as made and as typed."""

from __future__ import annotations

import unicodedata
from datetime import date

from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.shared.text import DASHES

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The 32 symbols of a code: digits and capitals without I, L, O and U, which are read as 1, 1, 0 and V."""

NOTICE_MARK = "N"
"""Begins the number of a written notice, so that it is not taken for a report's."""

_MEANT = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
_SEPARATORS = f"-{DASHES}"
_NUMBER_SYMBOLS = 16
_CODE_SYMBOLS = 10


def report_number(digest: bytes, issued_on: date) -> str:
    """The number of a report, as `2026-XXXX-XXXX-XXXX`: the year, 55 bits of a keyed digest, a check symbol.

    `digest` has at least 16 bytes and is keyed, so that a number cannot be guessed from a case.
    """
    return _group(_with_check_symbol(f"{issued_on.year:04d}" + _symbols(digest, _NUMBER_SYMBOLS - 5)), 4)


def notice_number(digest: bytes, issued_on: date) -> str:
    """The number of a written notice, as `N2026-XXXX-XXXX-XXXX`; `digest` is keyed for notices alone."""
    return NOTICE_MARK + report_number(digest, issued_on)


def check_code(digest: bytes) -> str:
    """The check code of a report, as `XXXXX-XXXXX`: 45 bits of a keyed digest and a check symbol.

    `digest` has at least 16 bytes and is keyed for this purpose alone: whoever knows the number must not know the code.
    """
    return _group(_with_check_symbol(_symbols(digest, _CODE_SYMBOLS - 1)), 5)


def normalise_report_number(typed: str) -> str:
    """The number of a report or a written notice that somebody typed, in its printed form.

    Letter case, spaces, dashes and full-width characters do not matter; I, L, O and U are read as 1, 1, 0 and V.

    Raises:
        Invalid: `report_number_malformed`, or `report_number_mistyped` when the check symbol does not fit, which
            tells a slip of the finger without asking the register of reports.
    """
    plain = _typed_symbols(typed)
    noticed = plain.startswith(NOTICE_MARK) and len(plain) == len(NOTICE_MARK) + _NUMBER_SYMBOLS
    mark = NOTICE_MARK if noticed else ""
    return mark + _normalise(plain.removeprefix(mark), _NUMBER_SYMBOLS, 4, "report_number")


def normalise_check_code(typed: str) -> str:
    """The check code that somebody typed, in its printed form; tolerant as `normalise_report_number` is.

    Raises:
        Invalid: `check_code_malformed` or `check_code_mistyped`.
    """
    return _normalise(typed, _CODE_SYMBOLS, 5, "check_code")


def check_link(check_url: str, number: str, code: str) -> str:
    """The address behind the QR code; number and code stand in the fragment, which no browser sends to a server."""
    return f"{check_url}#n={number}&c={code}"


def _symbols(digest: bytes, count: int) -> str:
    if len(digest) < 16:
        raise ValueError("the digest needs at least 16 bytes")
    number = int.from_bytes(digest[:16], "big")
    return "".join(SYMBOLS[(number >> 5 * place) & 31] for place in range(count))


def _with_check_symbol(body: str) -> str:
    return body + SYMBOLS[_syndrome(body + SYMBOLS[0])]


def _syndrome(text: str) -> int:
    """The sum of the symbols, each weighted by its own power of the generator of GF(32); 0 for a code that stands.

    Weights of 31 places differ and the last is 1, so one wrong symbol or any two exchanged ones never sum to 0.
    """
    total = 0
    for symbol in text:
        total = _double(total) ^ SYMBOLS.index(symbol)
    return total


def _double(value: int) -> int:
    value <<= 1
    return value ^ 0b100101 if value & 32 else value


def _group(text: str, size: int) -> str:
    return "-".join(text[start : start + size] for start in range(0, len(text), size))


def _typed_symbols(typed: str) -> str:
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(c for c in plain if not c.isspace() and c not in _SEPARATORS).translate(_MEANT)


def _normalise(typed: str, length: int, group: int, field: str) -> str:
    plain = _typed_symbols(typed)
    if len(plain) != length or any(c not in SYMBOLS for c in plain):
        raise Invalid([Problem(field, f"{field}_malformed")])
    if _syndrome(plain) != 0:
        raise Invalid([Problem(field, f"{field}_mistyped")])
    return _group(plain, group)
