"""Standing explanations (口径, article 8) on the cases that they concern: whose they are, and how they are shown."""

from __future__ import annotations

from collections.abc import Iterable

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import UNANSWERED, TaskStatus
from degree_auth.domain.institutions.institution import Explanation

_BY_HAND = frozenset({Stage.MATERIAL_REVIEW, Stage.AWAITING_APPLICANT, Stage.PARKED})
_ASKED = UNANSWERED | {TaskStatus.ANSWERED}


def explaining_institution(case: Case) -> str | None:
    """The institution whose explanations are shown on a case: the one that is asked, or else the one claimed.

    None while nobody has to handle the case by hand, because the register confirms it or has not been asked yet.
    """
    if not (case.tasks or case.rechecks or case.stood_at in _BY_HAND):
        return None
    asked = case.task is not None and case.task.status in _ASKED
    return case.task.institution_code if asked and case.task is not None else case.institution_code


def shown_explanations(explanations: Iterable[Explanation]) -> list[dict[str, str]]:
    """The explanations in both languages; `en` may be empty."""
    return [{"zh": one.text, "en": one.text_en} for one in explanations]
