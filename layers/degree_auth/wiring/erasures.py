"""Erasing cases: as staff decide, and when the time is over for which they are kept."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.shared.retention import published_retention
from degree_auth.observability import logger
from degree_auth.services.review.erasures import Erasures
from degree_auth.services.review.retention_sweep import RetentionSweep
from degree_auth.wiring import cases, shared
from degree_auth.wiring.notifications import wishes
from degree_auth.wiring.reports import shares


@cache
def erasures() -> Erasures:
    """Erasing cases."""
    return Erasures(
        store=cases.table(),
        sealer=shared.keyring(),
        documents=shared.documents(),
        shares=shares.table(),
        outbox=wishes.table(),
    )


@cache
def sweep() -> RetentionSweep:
    """Ending what is over."""
    return RetentionSweep(
        erasures=erasures(), due=cases.table(), terms=published_retention(), report_fault=logger.error
    )
