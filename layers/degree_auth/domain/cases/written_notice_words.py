"""The written notice of a case that ended without a report, in words (article 5, N6)."""

from __future__ import annotations

from typing import Any

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.shared.words import Words, words_of

DISPUTE_INVITATION = Words(
    "如有异议，可在本件进度页面附证据提出，学位中心将再次核查。",
    "If you disagree, dispute it on this case's page with your evidence; it is verified again.",
)


def written_notice_words(case: Case) -> dict[str, Any] | None:
    """The written notice of a case that ended without a report: its code, the reason, and the way to dispute it."""
    if case.report is not None or "notice" not in (case.reason or {}) or case.stage is Stage.CONCLUDING:
        return None
    code = (case.reason or {})["notice"]
    return {"code": code, "reason": words_of(code)._asdict(), "dispute": DISPUTE_INVITATION._asdict()}
