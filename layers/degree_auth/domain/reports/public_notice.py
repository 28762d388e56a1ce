"""The public notice (纠正公告, article 15) that a report was superseded or revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.shared.words import words_of
from degree_auth.domain.shared.working_days import shanghai_time


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """A public correction (纠正): which report ceased to be valid, how, why and when; no personal data."""

    report_number: str
    state: ReportState
    cause: str
    superseded_by: str | None
    at: datetime


def public_notice_json(notice: PublicNotice) -> dict[str, Any]:
    """A correction as the public list shows it: the number alone opens nothing, and nobody is named."""
    return {
        "report_number": notice.report_number,
        "state": notice.state,
        "cause": cause_words(notice.cause),
        "superseded_by": notice.superseded_by,
        "at": shanghai_time(notice.at),
    }


def cause_words(cause: str) -> dict[str, str]:
    """Why a report ceased to be valid."""
    chinese, english = words_of(f"correction_{cause}")
    return {"zh": chinese, "en": english}
