"""Recognizing text. Apart from everything else: the function that does it has packages that no other has."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from degree_auth.adapters.review.recognition import recognized_lines
from degree_auth.domain.review.scan_advice import ScanLine


@cache
def recognition() -> Callable[[bytes, str], list[ScanLine]]:
    """What reads the lines of a file by its content and type; raises `ValueError` when no page can be made of it."""
    return recognized_lines
