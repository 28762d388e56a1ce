"""Changes of the award register, and the reports that they touch."""

from __future__ import annotations

from functools import cache

from degree_auth.services.register_changes.changes import RegisterChanges
from degree_auth.services.register_changes.report_flags import ReportFlags
from degree_auth.wiring import cases, shared
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
def report_flags() -> ReportFlags:
    """Reports that a change of the register touches."""
    return ReportFlags(
        store=cases.table(),
        sealer=shared.keyring(),
        register=register.table(),
        institutions=shared.institutions(),
    )
