"""The online check of a report (article 15): by number and code, or by the SHA-256 of a file."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from degree_auth.domain.reports.check_json import SHOWN_FACTS, check_json, written_notice_json
from degree_auth.domain.reports.check_request import parse_check_request
from degree_auth.domain.reports.issued_document import DocumentKind, IssuedDocument
from degree_auth.domain.reports.log import unavailable_log
from degree_auth.domain.reports.printed import COMPARED_FIELDS
from degree_auth.domain.reports.public_notice import cause_words
from degree_auth.domain.shared.working_days import shanghai_day, shanghai_time
from degree_auth.services.cases.check_codes import is_check_code_of
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.readings.ports import CheckCounts
from degree_auth.services.reports.log import entries_with_proofs
from degree_auth.services.reports.ports import LogReader
from degree_auth.services.reports.print_keys import print_key
from degree_auth.services.shared.ports import Sealer

_ERASED_NOTICE: Mapping[str, None] = dict.fromkeys(
    (
        *("holder_name", "birth_date", "institution_name", "institution_code", "level", "category", "discipline"),
        *("study_form", "award_date", "certificate_number"),
    )
)


def check_report(
    store: CaseStore, sealer: Sealer, log: LogReader, body: object, report_fault: Callable[[str], None]
) -> dict[str, Any]:
    """Check a report and give the answer to show; for a known report with what the report log has of it.

    A log that cannot be read is told to `report_fault`, and the answer says that it is unavailable.

    What is typed from the print is compared only when number and code fit.

    A wrong code and an unknown number get the same answer after the same work: the code is derived
    and compared in constant time whether the number exists or not.

    Raises:
        Invalid: the body names neither a file nor a number with its code, or they are misspelt.
    """
    request = parse_check_request(body)
    if "sha256" in request:
        found = store.report_of_file(request["sha256"])
        return _check_result("file", store, found, log, report_fault)
    number = request["report_number"]
    right = is_check_code_of(sealer, number, request["check_code"])
    report = store.report(number)
    if not right or report is None:
        return check_json("code", None)
    return _check_result("code", store, report, log, report_fault, _compare_print(sealer, report, request))


def _check_result(
    by: str,
    store: CaseStore,
    report: IssuedDocument | None,
    log: LogReader,
    report_fault: Callable[[str], None],
    compared: str = "not_checked",
) -> dict[str, Any]:
    if report is None:
        return check_json(by, None)
    if report.kind is DocumentKind.WRITTEN_NOTICE:
        return written_notice_json(by, report.state, _notice_facts(report), _log_json(log, report, report_fault))
    return check_json(by, _report_facts(store, report), _log_json(log, report, report_fault), compared)


def _compare_print(sealer: Sealer, report: IssuedDocument, request: Mapping[str, str]) -> str:
    """What came of comparing what was typed from the print; all at once, so that nobody learns one value alone."""
    if not report.print_key or not COMPARED_FIELDS.keys() <= request.keys():
        return "not_checked"
    typed = print_key(sealer, report.report_number, **{field: request[field] for field in COMPARED_FIELDS})
    return "passed" if hmac.compare_digest(typed, report.print_key) else "failed"


def _log_json(log: LogReader, report: IssuedDocument, report_fault: Callable[[str], None]) -> dict[str, Any]:
    try:
        return entries_with_proofs(log, report)
    except Exception as error:  # the log's trouble must not keep a report from being checked
        report_fault(f"the report log cannot be read: {type(error).__name__}")
        return unavailable_log()


def _report_facts(store: CaseStore, report: IssuedDocument) -> dict[str, Any]:
    return {
        "changed_at": None if report.changed_at is None else shanghai_time(report.changed_at),
        "cause": cause_words(report.cause) if report.cause else None,
        "versions": [
            {
                "report_number": one.report_number,
                "version": one.version,
                "state": one.state,
                "issued_at": shanghai_time(one.issued_at),
            }
            for one in _versions(store, report)
        ],
        "state": report.state,
        "report_number": report.report_number,
        "version": report.version,
        "issued_at": shanghai_time(report.issued_at),
        "timestamp": _timestamp_json(report),
        "erased_at": _erased_at(report),
        # A report from before a fact was kept has none.
        **{fact: report.facts.get(fact) for fact in SHOWN_FACTS},
    }


def _notice_facts(notice: IssuedDocument) -> dict[str, Any]:
    return {
        "notice_number": notice.report_number,
        "version": notice.version,
        "issued_at": shanghai_time(notice.issued_at),
        "timestamp": _timestamp_json(notice),
        "changed_at": None if notice.changed_at is None else shanghai_time(notice.changed_at),
        "superseded_by": notice.superseded_by,
        "erased_at": _erased_at(notice),
        **_ERASED_NOTICE,
        **notice.facts,
    }


def _erased_at(document: IssuedDocument) -> str | None:
    return None if document.erased_at is None else shanghai_time(document.erased_at)


def _timestamp_json(document: IssuedDocument) -> dict[str, str] | None:
    stamp = document.timestamp
    return None if stamp is None else {"at": shanghai_time(stamp.at), "authority": stamp.authority}


def _versions(store: CaseStore, report: IssuedDocument) -> list[IssuedDocument]:
    """The chain of versions that a report stands in, the first one first."""
    chain = [report]
    while (number := chain[0].supersedes) is not None and (former := store.report(number)) is not None:
        chain.insert(0, former)
    while (number := chain[-1].superseded_by) is not None and (later := store.report(number)) is not None:
        chain.append(later)
    return chain


def count_check(
    counts: CheckCounts, answer: Mapping[str, Any], now: datetime, report_fault: Callable[[str], None]
) -> None:
    """Count a check of a report or written notice for its holder, by day. A count that fails keeps nobody from their
    answer; it is told to `report_fault`."""
    report, notice = answer["report"], answer["notice"]
    if report is None and notice is None:
        return
    number = report["report_number"] if notice is None else notice["notice_number"]
    try:
        counts.count_check(number, shanghai_day(now))
    except Exception as error:  # whatever it is: an employer's answer does not depend on it
        report_fault(f"a check was not counted: {type(error).__name__}")
