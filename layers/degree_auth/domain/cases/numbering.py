"""Case numbers: the day of receipt and forty random bits, in letters that are not mistaken for one another."""

from __future__ import annotations

import re
from datetime import datetime

from degree_auth.domain.shared.working_days import shanghai_day

_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CASE_NUMBER_PATTERN = r"^RZ[0-9]{8}[0-9A-HJKMNP-TV-Z]{8}$"
_CASE_NUMBER = re.compile(CASE_NUMBER_PATTERN.replace("$", r"\Z"), re.ASCII)


def new_case_number(now: datetime, entropy: bytes) -> str:
    """A case number such as `RZ20261123K7Q2M9XD`; `entropy` has five random bytes or more."""
    bits = int.from_bytes(entropy[:5], "big")
    return f"RZ{shanghai_day(now):%Y%m%d}" + "".join(_SYMBOLS[(bits >> shift) & 31] for shift in range(35, -5, -5))


def is_case_number(text: str) -> bool:
    """Whether a text has the form of a case number."""
    return _CASE_NUMBER.match(text) is not None
