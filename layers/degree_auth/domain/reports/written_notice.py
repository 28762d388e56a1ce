"""The written notice (书面告知, article 5): what it states, as a document with number, check code and version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from degree_auth.domain.applications.categories import category_in_english
from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.cases.comparison_words import result_as_told
from degree_auth.domain.cases.names import CHOICE_NAMES
from degree_auth.domain.cases.result import Result
from degree_auth.domain.cases.stages import Outcome
from degree_auth.domain.cases.timeline import result_words
from degree_auth.domain.reports.masked_name import masked_name
from degree_auth.domain.reports.printed import check_page, day_in_words, masked_date, masked_number
from degree_auth.domain.shared.words import words_of

_NOT_SAID = "—"
_COMPARED = {
    "matched": ("与申请信息一致", "Agrees with the claim"),
    "mismatched": ("与申请信息不一致", "Differs from the claim"),
    "not_found": ("未查到；这不表示学位不属实", "Not found, which does not say that the degree is false"),
    "ambiguous": ("有多条相近记录", "Several records come near"),
}


@dataclass(frozen=True, slots=True)
class WrittenNoticeContent:
    """Everything that one written notice states. Personal data: never logged.

    `claim` is what was stated, under the name of the institution that was asked; `asked_code` is that institution's
    code. `code` names the sentence of the outcome; `reason` is the institution's, `decided` the centre's, empty when no
    person decided. `dispute_until` is the last day of a dispute. `issued_at` carries the offset +08:00.
    """

    notice_number: str
    check_code: str
    version: int
    issued_at: datetime
    claim: Claim
    comparison: Mapping[str, Any]
    asked_code: str
    result: Result
    outcome: Outcome
    code: str
    archive_searched: str
    archive_reference: str
    reason: str
    decided: str
    dispute_until: date
    check_url: str


def notice_page_texts(content: WrittenNoticeContent) -> dict[str, str | tuple[str, ...]]:
    """Every text of the page that differs from notice to notice; of two, the Chinese one first."""
    holder, degree = content.claim.holder, content.claim.degree
    category = category_in_english(degree.category)
    until = day_in_words(content.dispute_until)
    return {
        "number": content.notice_number,
        "code": content.check_code,
        "version": str(content.version),
        "issued": content.issued_at.strftime("%Y-%m-%d %H:%M:%S"),
        "issued-on": day_in_words(content.issued_at.date()),
        "name": holder.name,
        "birth": day_in_words(holder.birth_date),
        "institution": f"{degree.institution_name}（{degree.institution_code}）",
        "level": CHOICE_NAMES[degree.level],
        "category": (degree.category, category) if category else (degree.category,),
        "discipline": degree.discipline,
        "study-form": CHOICE_NAMES[degree.study_form],
        "award": day_in_words(degree.award_date),
        "certificate": degree.certificate_number,
        "compared": _COMPARED[result_as_told(content.comparison)] if content.comparison else (_NOT_SAID,),
        "asked": f"{degree.institution_name}（{content.asked_code}）",
        "archive-searched": content.archive_searched or _NOT_SAID,
        "archive-reference": content.archive_reference or _NOT_SAID,
        "result": result_words(content.result),
        "reason": _in_one(content.reason) or _NOT_SAID,
        "decided": _in_one(content.decided),
        "outcome": words_of(content.code),
        "dispute": (
            f"如有异议，可在{until[0]}（含当日）以前，在本件进度页面附证据提出，由学位授予单位牵头部门再次核查。",
            f"If you disagree, dispute it with your evidence on this case's page until {until[1]}, that day included; "
            "the institution's lead department then verifies again.",
        ),
        "check-page": check_page(content.check_url),
    }


def _in_one(words: str) -> str:
    """A text of several lines in one: a page has room for its characters, not for its breaks."""
    return " ".join(words.split())


def notice_facts(content: WrittenNoticeContent) -> dict[str, Any]:
    """What the online check shows of a notice: whom and what it is about, masked as on a report, and its outcome."""
    holder, degree = content.claim.holder, content.claim.degree
    return {
        "holder_name": masked_name(holder.name),
        "birth_date": masked_date(holder.birth_date),
        "institution_name": degree.institution_name,
        "institution_code": degree.institution_code,
        "level": degree.level.value,
        "category": degree.category,
        "discipline": degree.discipline,
        "study_form": degree.study_form.value,
        "award_date": degree.award_date.isoformat(),
        "certificate_number": masked_number(degree.certificate_number),
        "outcome": content.outcome.value,
        "result": content.result.value,
        "dispute_until": content.dispute_until.isoformat(),
    }
