"""Issuing reports, with the press, which only one function carries."""

from __future__ import annotations

import os
from functools import cache
from importlib.resources import files
from pathlib import Path

from degree_auth.adapters.reports.press import ReportPress, TimeAuthority
from degree_auth.adapters.reports.signing_key import read_chain
from degree_auth.services.reports.issuance import Issuance
from degree_auth.services.reports.written_notices import WrittenNotices
from degree_auth.wiring import cases, rechecks, register_changes, shared
from degree_auth.wiring.register import table as register
from degree_auth.wiring.reports import issuer


@cache
def press() -> ReportPress:
    """What makes reports and signs them."""
    return ReportPress(
        shared.client("kms"),
        shared.setting("SIGNING_KEY_ID"),
        shared.parameter("SIGNING_CERTIFICATE_PARAMETER"),
        shared.setting("ENVIRONMENT"),
        Path(str(files("degree_auth_fonts"))),
        _authority(),
        issuer.keys().record,
    )


def _authority() -> TimeAuthority | None:
    """Who timestamps reports, if anybody. Raises `ValueError` while its root certificates are not in place."""
    url = os.environ.get("TIMESTAMP_URL", "")
    return TimeAuthority(url, read_chain(shared.parameter("TIMESTAMP_ROOTS_PARAMETER"))) if url else None


@cache
def written_notices() -> WrittenNotices:
    """Conclusions without a report."""
    return WrittenNotices(
        store=cases.table(),
        sealer=shared.keyring(),
        register=register.table(),
        documents=shared.documents(),
        press=press(),
        check_url=shared.parameter("CHECK_URL_PARAMETER"),
        dispute_period=rechecks.dispute_period(),
    )


@cache
def issuance() -> Issuance:
    """Issuing reports."""
    return Issuance(
        store=cases.table(),
        sealer=shared.keyring(),
        register=register.table(),
        institutions=shared.institutions(),
        documents=shared.documents(),
        press=press(),
        check_url=shared.parameter("CHECK_URL_PARAMETER"),
        flags=register_changes.report_flags(),
        written_notices=written_notices(),
    )
