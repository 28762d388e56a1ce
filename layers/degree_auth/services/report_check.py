"""The online check of a report (article 15): by number and code, or by the SHA-256 of a file."""

from __future__ import annotations

import hmac
from typing import Any

from degree_auth.domain.public_answers import check_answer
from degree_auth.domain.report import check_code
from degree_auth.domain.report_check import parse_check_request
from degree_auth.domain.workdays import SHANGHAI
from degree_auth.services.log_ports import LogReader
from degree_auth.services.ports import CaseStore, IssuedReport, Sealer
from degree_auth.services.report_log import logged


def check_report(store: CaseStore, sealer: Sealer, log: LogReader, body: object) -> dict[str, Any]:
    """Check a report and give the answer to show; for a known report with what the report log has of it.

    A wrong code and an unknown number get the same answer after the same work: the code is derived
    and compared in constant time whether the number exists or not.

    Raises:
        Invalid: the body names neither a file nor a number with its code, or they are misspelt.
    """
    request = parse_check_request(body)
    if "sha256" in request:
        found = store.report_of_file(request["sha256"])
        return _answer("file", found, log)
    number = request["report_number"]
    right = hmac.compare_digest(request["check_code"], check_code(sealer.digest("check-code", number)))
    report = store.report(number)
    return _answer("code", report if right else None, log)


def _answer(by: str, report: IssuedReport | None, log: LogReader) -> dict[str, Any]:
    return check_answer(by, _shown(report), None if report is None else logged(log, report))


def _shown(report: IssuedReport | None) -> dict[str, Any] | None:
    if report is None:
        return None
    return {
        "state": report.state,
        "report_number": report.report_number,
        "version": report.version,
        "issued_at": report.issued_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        **report.facts,
    }
