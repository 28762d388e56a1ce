"""The place behind which the next page of a list begins, as callers hand it back: URL-safe base64 without padding.

Lists that only their reader may page seal the place first; public lists need no seal.
"""

from __future__ import annotations

import base64
import binascii

from degree_auth.domain.shared.errors import Invalid, Problem


def invalid_cursor() -> Invalid:
    """The error of a text that no page handed out."""
    return Invalid([Problem("cursor", "cursor_invalid")])


def cursor_of(place: bytes) -> str:
    """The cursor of a place."""
    return base64.urlsafe_b64encode(place).rstrip(b"=").decode()


def place_of(cursor: str) -> bytes:
    """The place of a cursor. Raises `Invalid` for a text that is no cursor."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise invalid_cursor() from None
