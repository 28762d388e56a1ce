"""Looking into files. Apart from everything else: the function that does it has packages that no other has."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from degree_auth.adapters.cases.examination import copied_file


@cache
def examination() -> Callable[[bytes, str], bytes | str]:
    """What makes the copy of a file by its content and type, or says why it is refused."""
    return copied_file
