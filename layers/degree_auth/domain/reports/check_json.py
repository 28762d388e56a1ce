"""What the online check answers of a report or a written notice (article 15)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.shared.words import words_of

_STATE_OF_REPORT = {"valid": "report_valid", "superseded": "report_superseded", "revoked": "report_revoked"}


SHOWN_FACTS = (
    *("holder_name", "sex", "birth_date", "institution_name", "institution_code", "level", "category"),
    *("discipline", "study_form", "award_date", "certificate_number", "basis"),
)
"""What the answer has of an issued report's facts, three of them masked."""


def check_json(
    by: str,
    report: Mapping[str, Any] | None,
    log: Mapping[str, Any] | None = None,
    compared: str = "not_checked",
) -> dict[str, Any]:
    """The answer to a check.

    `by` is code or file. `report` is what the register of reports has, or None. `log` is what the report log has of it.
    `compared` is the result of comparing values from the print. The answer lists every possible check, also those that
    were not made: a number and code prove nothing about a file, and a file needs no code.
    """
    if report is None:
        chinese, english = words_of("file_unknown" if by == "file" else "report_unknown")
        state, standing = "unknown", "not_checked"
    else:
        state = report["state"]
        chinese, english = words_of("print_differs" if compared == "failed" else _STATE_OF_REPORT[state])
        standing = "passed" if state == ReportState.VALID else "failed"
    found = "failed" if report is None else "passed"
    return {
        "state": state,
        "report": None if report is None else {name: value for name, value in report.items() if name != "state"},
        "notice": None,
        "checked": _checks(by, found, compared, standing),
        "log": log,
        "message": chinese,
        "message_en": english,
    }


def written_notice_json(
    by: str, state: ReportState, notice: Mapping[str, Any], log: Mapping[str, Any]
) -> dict[str, Any]:
    """The answer to a check of a written notice: it is genuine, and it states that no degree was confirmed.

    Its states have names of their own, so that nobody who looks at the state alone takes it for a report.
    """
    in_force = state == ReportState.VALID
    told = "notice" if in_force else "notice_superseded"
    chinese, english = words_of(f"written_notice_{notice['outcome'] if in_force else 'superseded'}")
    return {
        "state": told,
        "report": None,
        "notice": dict(notice),
        "checked": _checks(by, "passed", "not_checked", "passed" if in_force else "failed"),
        "log": log,
        "message": chinese,
        "message_en": english,
    }


def _checks(by: str, found: str, compared: str, standing: str) -> list[dict[str, str]]:
    return [
        {"what": "code", "result": found if by == "code" else "not_checked"},
        {"what": "print", "result": compared},
        {"what": "file", "result": found if by == "file" else "not_checked"},
        {"what": "standing", "result": standing},
    ]
