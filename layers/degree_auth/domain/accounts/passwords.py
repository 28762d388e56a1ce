"""Passwords: what one must be like, and how a temporary one is written."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
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

MOST_GUESSABLE = 10.0**8
"""A password that is found within so many guesses, by the measure of zxcvbn, is refused (its scores 0 to 2)."""

_MOSTLY_WORDS, _SHORTEST_WORDS, _SHORTEST_WORD = 0.7, 5, 3
"""Letters and digits are judged without the signs among them where words, dates and rows make up as much of them: what
was drawn at random has a word of three letters now and then, and few letters among its signs."""

_JUDGED = 32
"""So many characters are judged, because judging takes longer the more there are; the rest only makes it better."""

_CHINESE_HABITS = (
    *("woaini", "woaini1314", "5201314", "1314520", "520520", "aini1314", "wodemima", "mima", "zhongguo", "beijing"),
    *("shanghai", "daxue", "xuexiao", "xuewei", "xueweiban", "dangan", "danganguan", "yanjiusheng", "jiaowuchu"),
    *("guanliyuan", "admin", "woaizhongguo", "nihao", "qq123456", "a123456", "wang", "zhang", "liu", "chen"),
    *("xueweibangongshi", "bangongshi", "jiaowu", "yanjiushengyuan", "beijingdaxue", "qinghuadaxue", "qinghua"),
    *("beida", "bjdx", "qhdx", "pku", "thu"),
)
"""What Chinese users put into passwords and the English and leaked words of the package lack, the commonest first."""


def normal_form(password: str) -> str:
    """The password as it is hashed: full-width and other compatibility forms are the same password (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def password_faults(password: str, username: str) -> list[str]:
    """The codes of the rules of form that a new password breaks; lengths count characters."""
    plain = normal_form(password).casefold()
    faults = []
    if len(plain) < SHORTEST:
        faults.append("password_too_short")
    if username and username in plain:
        faults.append("password_has_username")
    if len(set(plain)) < FEWEST_DIFFERENT:
        faults.append("password_common")
    return faults


def is_guessable(password: str, username: str, institution_code: str, names: Sequence[str] = ()) -> bool:
    """Whether a password is common, was leaked, or is made of such words, dates, rows of keys and repetitions.

    `names` are what the user's institution is called, in any script. Up to two seconds for one that is made to take
    long, so it is asked of who has proven password and code.
    """
    from zxcvbn import zxcvbn  # when a password is set alone, so that no cold start pays for its lists

    judged = normal_form(password)[:_JUDGED]
    known = [username, institution_code, *names, *_CHINESE_HABITS]
    if float(zxcvbn(judged, user_inputs=known)["guesses"]) < MOST_GUESSABLE:
        return True
    # Signs and the code, wherever they stand, are guessed as soon as the words are; zxcvbn holds them for random.
    bare = "".join(one for one in judged if one.isalnum()).replace(institution_code, "")
    if len(bare) < _SHORTEST_WORDS:
        return False
    found = zxcvbn(bare, user_inputs=known)
    words = [one["token"] for one in found["sequence"] if one["pattern"] != "bruteforce"]
    in_words = sum(len(word) for word in words if len(word) >= _SHORTEST_WORD)
    return float(found["guesses"]) < MOST_GUESSABLE and in_words >= _MOSTLY_WORDS * len(bare)


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
