"""What is refused as damage while a workbook is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from struct import error as StructError  # noqa: N812
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile
from zlib import error as ZlibError  # noqa: N812

from degree_auth.domain.shared.errors import Invalid, Problem

_DAMAGES = (
    *(BadZipFile, ZlibError, StructError, NotImplementedError),
    *(EOFError, KeyError, IndexError, ValueError, OverflowError, ParseError, StopIteration),
)


@contextmanager
def damage_refused() -> Iterator[None]:
    """Turns what the libraries say of a damaged file into Invalid: `register_file_unreadable`."""
    try:
        yield
    except _DAMAGES as fault:
        raise Invalid([Problem("", "register_file_unreadable", type(fault).__name__)]) from fault


def sheet_damage(detail: str) -> Invalid:
    """The error for a sheet that no program writes so; `detail` holds no value of a cell."""
    return Invalid([Problem("", "register_sheet_damaged", detail)])
