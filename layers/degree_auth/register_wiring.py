"""The wiring of the register import, apart from the other services because only two things carry it."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

from degree_auth.adapters.register.annual_report_files import open_rows
from degree_auth.adapters.register.seen_awards import open_seen_awards
from degree_auth.adapters.register.table import RegisterWriter
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.services.register.annual_import import RegisterImport
from degree_auth.services.register.ports import ImportFiles


def bulk_dynamodb() -> Any:
    """A client for writing in bulk: checking every parameter on this side would take most of the time."""
    config = Config(parameter_validation=False, read_timeout=30, retries={"mode": "standard", "max_attempts": 6})
    return boto3.client("dynamodb", config=config)


def register_import(
    files: ImportFiles, table_name: str, keyring: Keyring, dynamodb: Any, *, flags_reports: bool = True
) -> RegisterImport:
    """The import into a table; `dynamodb` is a boto3 client."""
    writer = RegisterWriter(table_name, keyring, dynamodb)
    return RegisterImport(files, writer, keyring, open_rows, open_seen_awards, flags_reports)
