"""Passwords: what one must be like, and how a temporary one is written."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

SHORTEST = 12
LONGEST = 128
FEWEST_DIFFERENT = 5

# No 0/O, 1/I/L: temporary passwords are read out and copied by hand.
_SYMBOLS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_GROUPS, _GROUP = 4, 4
TEMPORARY_ENTROPY_BYTES = 32

TEMPORARY_PASSWORD_TIME = timedelta(days=14)
"""How long a temporary password waits for the first sign-in."""

_COMMON = frozenset(
    {
        "123456789012",
        "1234567890123",
        "1234567890abc",
        "0123456789ab",
        "abcdefghijkl",
        "abcd12345678",
        "abc123456789",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwertyuiop[]",
        "1qaz2wsx3edc",
        "1qaz2wsx3edc4rfv",
        "qazwsxedcrfv",
        "zxcvbnmasdfg",
        "asdfghjkl123",
        "password1234",
        "passw0rd1234",
        "password@123",
        "administrator",
        "admin1234567",
        "admin@123456",
        "woaini1314520",
        "5201314woaini",
        "iloveyou1234",
        "letmein12345",
        "welcome12345",
    }
)


def normal_form(password: str) -> str:
    """The password as it is hashed: full-width and other compatibility forms are the same password (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def password_faults(password: str, username: str) -> list[str]:
    """The codes of all rules that a new password breaks; lengths count characters."""
    plain = normal_form(password).casefold()
    faults = []
    if len(plain) < SHORTEST:
        faults.append("password_too_short")
    if username and username in plain:
        faults.append("password_has_username")
    if plain in _COMMON or len(set(plain)) < FEWEST_DIFFERENT:
        faults.append("password_common")
    return faults


def temporary_password(entropy: bytes) -> str:
    """A temporary password such as `7KQM-X2HD-RWT9-C5VB` (79 bits) from 32 uniformly random bytes.

    Raises:
        ValueError: fewer bytes than that.
    """
    if len(entropy) < TEMPORARY_ENTROPY_BYTES:
        raise ValueError("a temporary password needs 32 random bytes")
    number = int.from_bytes(entropy, "big")  # of 256 bits, so that no symbol is likelier than another
    symbols = []
    for _ in range(_GROUPS * _GROUP):
        number, place = divmod(number, len(_SYMBOLS))
        symbols.append(_SYMBOLS[place])
    text = "".join(symbols)
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
