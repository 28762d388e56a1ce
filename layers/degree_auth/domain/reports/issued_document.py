"""An issued document, which is a report or a written notice, as it is stored and found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.reports.status_list import StatusPlace


@dataclass(frozen=True, slots=True)
class Timestamp:
    """What a timestamp authority (RFC 3161) says of a report's signature: that it existed at this moment."""

    at: datetime
    authority: str


class DocumentKind(StrEnum):
    """Which of the two an issued document is: a report, or the written notice that there is none."""

    REPORT = "report"
    WRITTEN_NOTICE = "written_notice"


def impersonal_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What is left of a document's facts when those about its holder are erased."""
    return {name: facts[name] for name in ("basis", "outcome", "result", "dispute_until") if name in facts}


@dataclass(frozen=True, slots=True)
class IssuedDocument:
    """A report, or a written notice in its place, as the online check finds it; `facts` are masked, and `report_number`
    is the number of either.

    `certificate_digest` is a keyed digest of institution and certificate number, by which a change of the register
    finds the reports that it touches. `print_key` is one of what the facts have masked, to compare a print; empty for
    reports from before there was one. `content_key` is a keyed digest of all that is printed of holder and award.
    `adopted_by` are the further cases that ended in this report, or that had a report which this one superseded.
    `supersedes` and `superseded_by` name the reports before and after it. `followed_by` is the report that was issued
    after this one was revoked. `changed_at` and `cause` tell when and why this one ceased to be valid. `timestamp` is
    that of the signature; None where no authority was configured. `status` is the place in a status list.
    `confirmed_by_institution` tells that an institution has confirmed the report, at its issue or since. `erased_at` is
    when what it says of its holder was erased: then number and state alone are left, and whose file it is;
    `erasure_began` tells before that it is about to be, so that no further case ends in it.
    """

    report_number: str
    case_number: str
    version: int
    state: ReportState
    sha256: str
    object_key: str
    issued_at: datetime
    facts: Mapping[str, Any]
    certificate_digest: str
    supersedes: str | None = None
    superseded_by: str | None = None
    followed_by: str | None = None
    changed_at: datetime | None = None
    cause: str = ""
    print_key: str = ""
    content_key: str = ""
    adopted_by: tuple[str, ...] = ()
    timestamp: Timestamp | None = None
    status: StatusPlace | None = None
    kind: DocumentKind = DocumentKind.REPORT
    confirmed_by_institution: bool = False
    erased_at: datetime | None = None
    erasure_began: bool = False

    @property
    def is_being_erased(self) -> bool:
        """Whether its erasure was approved, be it carried out or not."""
        return self.erasure_began or self.erased_at is not None

    @property
    def is_in_force(self) -> bool:
        """Whether nothing has taken the place of the document, and nobody has revoked it."""
        return self.state is ReportState.VALID
