"""The writer of the report log, which signs its heads."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.reports.signing_key import SigningKey, read_chain
from degree_auth.services.reports.log import ReportLog
from degree_auth.wiring import shared
from degree_auth.wiring.reports import log


@cache
def signing_key() -> SigningKey:
    """The centre's signing key, for what is signed outside the press."""
    certificates = read_chain(shared.parameter("SIGNING_CERTIFICATE_PARAMETER"))
    return SigningKey(shared.client("kms"), shared.setting("SIGNING_KEY_ID"), certificates)


@cache
def log_writer() -> ReportLog:
    """The writer of the report log."""
    return ReportLog(log.table(), signing_key)
