"""Answers to everybody: what a check of a report found, the institution list, hotline and promises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from degree_auth.domain.applications.categories import categories_of
from degree_auth.domain.applications.claim import Level
from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.cases.attachment import LARGEST_BYTES, SIGNATURES
from degree_auth.domain.cases.decisions import MOST_ATTACHMENTS
from degree_auth.domain.cases.ledger import CENTRE_DAYS, INSTITUTION_DAYS, PROMISED_DAYS
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.shared.working_days import SHANGHAI
from degree_auth.messages import text

PAGE_SIZE = 100

LONGEST_QUERY = 50
"""Characters of a search for institutions."""

_STATE_OF_REPORT = {"valid": "report_valid", "superseded": "report_superseded", "revoked": "report_revoked"}


SHOWN_FACTS = (
    *("holder_name", "sex", "birth_date", "institution_name", "institution_code", "level", "category"),
    *("discipline", "study_form", "award_date", "certificate_number", "basis"),
)
"""What the answer has of an issued report's facts, three of them masked."""


def check_answer(
    by: str,
    report: Mapping[str, Any] | None,
    log: Mapping[str, Any] | None = None,
    compared: str = "not_checked",
) -> dict[str, Any]:
    """The answer to a check; `by` is code or file, `report` what the register of reports has, or none, `log` what
    the report log has of it, and `compared` what came of comparing values from the print.

    Every thing that could be looked at is listed, also what was not: a code says nothing of the file in
    hand, and a file's hash needs no code.
    """
    if report is None:
        chinese, english = text("file_unknown" if by == "file" else "report_unknown")
        state, standing = "unknown", "not_checked"
    else:
        state = report["state"]
        chinese, english = text("print_differs" if compared == "failed" else _STATE_OF_REPORT[state])
        standing = "passed" if state == ReportState.VALID else "failed"
    found = "failed" if report is None else "passed"
    return {
        "state": state,
        "report": None if report is None else {name: value for name, value in report.items() if name != "state"},
        "notice": None,
        "checked": _checked(by, found, compared, standing),
        "log": log,
        "message": chinese,
        "message_en": english,
    }


def written_notice_answer(
    by: str, state: ReportState, notice: Mapping[str, Any], log: Mapping[str, Any]
) -> dict[str, Any]:
    """The answer to a check of a written notice: it is genuine, and it states that no degree was confirmed.

    Its states have names of their own, so that nobody who looks at the state alone takes it for a report.
    """
    in_force = state == ReportState.VALID
    told = "notice" if in_force else "notice_superseded"
    chinese, english = text(f"written_notice_{notice['outcome'] if in_force else 'superseded'}")
    return {
        "state": told,
        "report": None,
        "notice": dict(notice),
        "checked": _checked(by, "passed", "not_checked", "passed" if in_force else "failed"),
        "log": log,
        "message": chinese,
        "message_en": english,
    }


def _checked(by: str, found: str, compared: str, standing: str) -> list[dict[str, str]]:
    return [
        {"what": "code", "result": found if by == "code" else "not_checked"},
        {"what": "print", "result": compared},
        {"what": "file", "result": found if by == "file" else "not_checked"},
        {"what": "standing", "result": standing},
    ]


class CorrectionNotice(Protocol):
    """A public correction."""

    @property
    def report_number(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def cause(self) -> str: ...
    @property
    def superseded_by(self) -> str | None: ...
    @property
    def at(self) -> datetime: ...


def notice_answer(notice: CorrectionNotice) -> dict[str, Any]:
    """A correction as the public list shows it: the number alone opens nothing, and nobody is named."""
    return {
        "report_number": notice.report_number,
        "state": notice.state,
        "cause": cause_words(notice.cause),
        "superseded_by": notice.superseded_by,
        "at": notice.at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
    }


def cause_words(cause: str) -> dict[str, str]:
    """Why a report ceased to be valid."""
    chinese, english = text(f"correction_{cause}")
    return {"zh": chinese, "en": english}


def institutions_page(institutions: Institutions, query: str, after: str) -> dict[str, Any]:
    """One page of codes and names, former names too; `after` is the `next` of the page before.

    `found_by` is the short, English or former name that the text stands in when `name` itself does not hold it.
    """
    hits, following = institutions.page(query, after, PAGE_SIZE)
    found = [{"code": hit.listed.code, "name": hit.listed.name, "found_by": hit.alias} for hit in hits]
    return {"institutions": found, "next": following}


def categories_answer() -> dict[str, Any]:
    """The degree categories to choose from, by level; each name stands once."""
    return {
        "categories": {
            level.value: [
                {"code": category.code, "name": {"zh": category.name, "en": category.name_in_english}}
                for category in categories_of(level)
            ]
            for level in Level
        }
    }


def help_answer(environment: str, hotline: str, base_url: str) -> dict[str, Any]:
    """Hotline, promises in working days, limits of files, and the pages (articles 7 and 12)."""
    return {
        "environment": environment,
        "centre": {"zh": "学位认证中心", "en": "Degree Authentication Centre"},
        "hotline": {
            "telephone": hotline,
            "hours": {"zh": "工作日 9:00—17:00", "en": "Working days, 9:00 to 17:00"},
        },
        "promise": {"working_days": PROMISED_DAYS, "centre": CENTRE_DAYS, "institution": INSTITUTION_DAYS},
        "attachments": {
            "content_types": list(SIGNATURES),
            "largest_bytes": LARGEST_BYTES,
            "most": MOST_ATTACHMENTS,
        },
        "pages": {name: f"{base_url}/{name}" for name in ("apply", "my", "case", "check", "docs", "notices", "portal")},
    }
