"""What every examination raises for a file that is not taken."""

from __future__ import annotations


class Refused(Exception):
    """The file is not taken, for the reason of this message code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
