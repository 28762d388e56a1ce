"""Changes of the award register, and the reports that they touch."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.register_changes.listing import FileChangeList
from degree_auth.adapters.register_changes.table import FileChangeTable
from degree_auth.adapters.review.file_change import file_change_page
from degree_auth.adapters.review.file_change_list import file_change_list
from degree_auth.services.register_changes.changes import RegisterChanges
from degree_auth.services.register_changes.file_change_desk import FileChangeDesk
from degree_auth.services.register_changes.file_proposals import FileProposals
from degree_auth.services.register_changes.report_flags import ReportFlags
from degree_auth.wiring import accounts, cases, readings, shared
from degree_auth.wiring.register import table as register


@cache
def changes() -> RegisterChanges:
    """Register changes beside manual verifications."""
    return RegisterChanges(
        store=cases.table(),
        sealer=shared.keyring(),
        register=register.table(),
        keeper=register.writer(),
        institutions=shared.institutions(),
    )


@cache
def file_changes() -> FileChangeDesk:
    """Register changes that annual report files ask for, for staff to decide."""
    store = file_change_table()
    return FileChangeDesk(
        store=store,
        listed=open_file_changes(),
        proposals=FileProposals(
            store=store, sealer=shared.keyring(), register=register.table(), institutions=shared.institutions()
        ),
        keeper=register.writer(),
        flags=report_flags(),
        documents=shared.documents(),
        bucket=shared.setting("DOCUMENTS_BUCKET"),
        readings=readings.readings(),
        readers=accounts.staff_readers(),
        lay_out=file_change_page,
        lay_out_list=file_change_list,
    )


@cache
def file_change_table() -> FileChangeTable:
    """The changes that files ask for."""
    return FileChangeTable(shared.setting("REGISTER_TABLE"), shared.client("dynamodb"))


@cache
def open_file_changes() -> FileChangeList:
    """The changes that files ask for and that are open."""
    return FileChangeList(shared.setting("REGISTER_TABLE"), shared.client("dynamodb"))


@cache
def report_flags() -> ReportFlags:
    """Reports that a change of the register touches."""
    return ReportFlags(
        store=cases.table(),
        sealer=shared.keyring(),
        register=register.table(),
        institutions=shared.institutions(),
    )
