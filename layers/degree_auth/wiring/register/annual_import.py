"""The register import; its function loads nothing of cases, and nothing else loads what reads annual reports."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from degree_auth.adapters.register.annual_report_files import open_report
from degree_auth.adapters.register.reader import RegisterTable
from degree_auth.adapters.register.seen_awards import open_seen_awards
from degree_auth.adapters.register.writer import RegisterWriter
from degree_auth.adapters.register_changes.table import FileChangeTable
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.register.annual_import import RegisterImport
from degree_auth.services.register.ports import ImportFiles, MarkedRows
from degree_auth.services.register_changes.file_proposals import FileProposals
from degree_auth.wiring import shared
from degree_auth.wiring.register import import_files


@cache
def bulk_dynamodb() -> Any:
    """A client for writing in bulk: checking every parameter on this side would take most of the time."""
    config = Config(
        connect_timeout=2,
        parameter_validation=False,
        read_timeout=30,
        retries={"mode": "standard", "max_attempts": 6},
    )
    return boto3.client("dynamodb", config=config)


@cache
def annual_import() -> RegisterImport:
    """The import of files in the bucket into the register."""
    return register_import(import_files.files(), shared.setting("REGISTER_TABLE"), shared.keyring(), bulk_dynamodb())


def register_import(
    files: ImportFiles, table_name: str, keyring: Keyring, dynamodb: Any, *, flags_reports: bool = True
) -> RegisterImport:
    """The import into a table; `dynamodb` is a boto3 client."""

    def marked_rows() -> MarkedRows:
        return FileProposals(
            store=FileChangeTable(table_name, dynamodb),
            sealer=keyring,
            register=RegisterTable(table_name, dynamodb.meta.region_name, keyring),
            institutions=shared.institutions(),
        )

    return RegisterImport(
        files=files,
        register=RegisterWriter(table_name, keyring, dynamodb),
        digests=keyring,
        open_report=open_report,
        seen_awards=open_seen_awards,
        today=lambda: shanghai_day(shared.now()),
        institutions=shared.institutions,
        marked_rows=marked_rows,
        flags_reports=flags_reports,
    )
