"""The table of the award register."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.register.reader import RegisterTable
from degree_auth.adapters.register.writer import RegisterWriter
from degree_auth.wiring import shared


@cache
def table() -> RegisterTable:
    """The award register."""
    return RegisterTable(shared.setting("REGISTER_TABLE"), shared.setting("AWS_REGION"), shared.keyring())


@cache
def writer() -> RegisterWriter:
    """What writes single awards."""
    return RegisterWriter(shared.setting("REGISTER_TABLE"), shared.keyring(), shared.client("dynamodb"))
