"""Files that staff send: their import is started with who sent them."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.register.import_machine import RegisterImportMachine
from degree_auth.services.register.sent_files import SentFiles
from degree_auth.wiring import shared


@cache
def sent_files() -> SentFiles:
    """The staff action on annual report files."""
    machine = RegisterImportMachine(shared.client("stepfunctions"), shared.setting("REGISTER_IMPORT_MACHINE_ARN"))
    return SentFiles(shared.keyring(), machine)
