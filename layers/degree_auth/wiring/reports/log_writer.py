"""The writer of the report log, which signs its heads, and the signer of status lists."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.reports.credentials import Credentials
from degree_auth.adapters.reports.signing_key import SigningKey, read_chain
from degree_auth.adapters.shared.dynamo import pause
from degree_auth.services.reports.log import ReportLog
from degree_auth.services.reports.status_lists import StatusLists
from degree_auth.wiring import shared
from degree_auth.wiring.reports import issuer, log
from degree_auth.wiring.reports import status_lists as status_lists_table


@cache
def signing_key() -> SigningKey:
    """The centre's signing key, for what is signed outside the press."""
    certificates = read_chain(shared.parameter("SIGNING_CERTIFICATE_PARAMETER"))
    return SigningKey(shared.client("kms"), shared.setting("SIGNING_KEY_ID"), certificates, issuer.keys().record)


@cache
def log_writer() -> ReportLog:
    """The writer of the report log."""
    return ReportLog(log.table(), signing_key, pause)


@cache
def credentials() -> Credentials:
    """What signs credentials outside the press."""
    return Credentials(signing_key())


@cache
def status_lists() -> StatusLists:
    """The signer of status lists."""
    return StatusLists(status_lists_table.table(), credentials, shared.parameter("CHECK_URL_PARAMETER"))
