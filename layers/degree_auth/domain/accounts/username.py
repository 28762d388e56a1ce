"""Usernames of accounts (article 13)."""

from __future__ import annotations

import re

USERNAME_PATTERN = r"^(?!.*[0-9]{11})[a-z][a-z0-9._-]{3,31}$"
"""Assigned by staff. No run of digits is long enough for a mobile or an identity number."""

_USERNAME = re.compile(USERNAME_PATTERN.replace("$", r"\Z"), re.ASCII)


def is_username(text: str) -> bool:
    """Whether a text has the form of a username."""
    return _USERNAME.match(text) is not None
