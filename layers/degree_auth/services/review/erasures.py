"""Erasing a case: what leads to it is removed first, its data key is destroyed last; it can be cut off anywhere (N1).

The log stays as it is, with its chain: what is personal in it is sealed, and opens no more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from degree_auth.domain.applications.submission import submission_as_dict
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.erasure_decisions import (
    approve_erasure,
    end_retention,
    finish_erasure,
    propose_erasure,
    remove_files,
    withdraw_erasure,
)
from degree_auth.domain.cases.events import Event, NewEvent
from degree_auth.domain.cases.retention import RetentionTerms, is_over, overdue_files
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.domain.review.personal_data_actions import PersonalDataAction, PersonalDataDecision
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.shared.words import Words
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.cases.advance import advance, advance_once
from degree_auth.services.cases.attachment_keys import FOLDERS_OF_FILES
from degree_auth.services.cases.ports import CaseStore, Lookups
from degree_auth.services.cases.sealed_parts import sealed_submissions
from degree_auth.services.notifications.notification_ports import Outbox
from degree_auth.services.register.award_keys import holding_key
from degree_auth.services.reports.ports import ShareStore
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Sealer, Stale
from degree_auth.services.shared.staff_desk import ActionResult
from degree_auth.services.shared.staff_files import CASE_FORMS
from degree_auth.services.verification.listed_degrees import task_certificate_digest

_FOLDERS = (*FOLDERS_OF_FILES, "incoming", "examined", "review", CASE_FORMS, "exports")
"""Folders of the documents bucket that have one for each case."""

_KINDS = ("signed-in", "platform", "unproven")
KEPT_FOR_OTHERS = timedelta(days=30)
"""A case whose report other cases still have is not erased. The sweep looks at this case again after so long."""


class Prefixes(Protocol):
    """Object storage, by what keys begin with."""

    def delete_all(self, prefix: str) -> int:
        """Remove every object whose key begins so; how many there were."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasures:
    """Erases cases; `documents` has their files and documents, `shares` the links to their results, `outbox` whom they
    told, and what."""

    store: CaseStore
    sealer: Sealer
    documents: Prefixes
    shares: ShareStore
    outbox: Outbox

    def decide(self, decision: PersonalDataDecision, command: str, now: datetime) -> ActionResult:
        """Carry out one action of staff; a repeat goes on where a crash has cut it off.

        Raises:
            NotFound: no such case.
            Conflict: it has not ended, others have its report, or the approver is the one who proposed.
        """
        approves = decision.action is PersonalDataAction.APPROVE_ERASURE
        case = self._change(decision.case_number, self._decision(decision, command), now, command, approves=approves)
        if case.erasure is not None and case.erasure.is_approved:
            self.erase(case.case_number, now)
            words = Words(
                "已删除：数据密钥已销毁，记录链保留。", "Erased: the data key is destroyed; the chain of the log stays."
            )
        elif case.erasure is not None:
            words = Words("已提出删除，待另一名批准人批准。", "Proposed; a second person, an approver, approves it.")
        else:
            words = Words("已撤回删除。", "The proposal was withdrawn.")
        erasure = "none" if case.erasure is None else case.erasure.status.value
        return ActionResult(words, {"case_number": case.case_number, "erasure": erasure})

    def _decision(self, decision: PersonalDataDecision, command: str) -> Callable[[Case, bool], list[NewEvent]]:
        reviewer, reason = decision.reviewer, decision.reason
        match decision.action:
            case PersonalDataAction.PROPOSE_ERASURE:
                return lambda case, shared: propose_erasure(
                    case, reviewer, decision.ground, reason, command, report_is_shared=shared
                )
            case PersonalDataAction.APPROVE_ERASURE:
                return lambda case, shared: approve_erasure(case, reviewer, reason, command, report_is_shared=shared)
            case _:
                return lambda case, _: withdraw_erasure(case, reviewer, reason, command)

    def _change(
        self,
        case_number: str,
        decide: Callable[[Case, bool], list[NewEvent]],
        now: datetime,
        command: str | None = None,
        *,
        approves: bool,
    ) -> Case:
        """Carry out a decision that knows whether other cases have the report. With the approval of its erasure a
        report takes no further case: of two that approve and end in it at once, one comes first.

        Raises as `advance` does.
        """

        def attempt() -> Case:
            read = self.store.load(case_number)
            document = self._own_report(read)

            def as_read(case: Case) -> list[NewEvent]:
                if case.version != read.version:
                    raise Stale
                return decide(case, self._is_shared(document))

            erasing = document if approves else None
            return advance_once(self.store, case_number, as_read, now, command=command, erasing=erasing)

        return until_stored(attempt)

    def erase(self, case_number: str, now: datetime) -> Case:
        """Carry out an erasure that was approved. Nothing is left that leads to the case before its key is destroyed.

        Raises `NotFound`.
        """
        case = self.store.load(case_number)
        if not finish_erasure(case):
            return case
        log = self.store.log(case_number)
        documents = self._documents(case_number, log)
        for folder in _FOLDERS:
            self.documents.delete_all(f"{folder}/{case_number}/")
        for number in documents:
            self.documents.delete_all(f"reports/{number}/")
        self.shares.forget(case_number)
        self.outbox.forget(case_number)
        self.store.forget(case_number, self._lookups(case, log, documents), now)
        return advance(self.store, case_number, finish_erasure, now)

    def end_time_of(self, case_number: str, terms: RetentionTerms, now: datetime) -> str:
        """What of a case is over by now: its files are removed, or it is erased. Gives which: `files`, `erased`, or
        `kept` where nothing is over."""
        today = shanghai_day(now)
        case = self.store.load(case_number)
        case_is_over = is_over(case, terms, today)
        if case_is_over and self._end(case_number, now):
            self.erase(case_number, now)
            return "erased"
        gone = overdue_files(case, terms, today)
        if gone:
            for one in gone:
                for folder in FOLDERS_OF_FILES:
                    self.documents.delete_all(f"{folder}/{case_number}/{one.attachment_id}/")
            ids = [one.attachment_id for one in gone]
            case = advance(self.store, case_number, lambda one: remove_files(one, ids), now)
        if case_is_over:
            self.store.look_again(case, today + KEPT_FOR_OTHERS)
        return "files" if gone else "kept"

    def _end(self, case_number: str, now: datetime) -> bool:
        """Approve the erasure of a case whose time is over; False where others still have its report."""
        try:
            self._change(
                case_number, lambda one, shared: end_retention(one, report_is_shared=shared), now, approves=True
            )
        except Conflict as error:
            if error.code == "erasure_report_shared":
                return False
            raise
        return True

    def _own_report(self, case: Case) -> IssuedDocument | None:
        """The report that the case has, if it issued that itself."""
        document = None if case.report is None else self.store.report(case.report.report_number)
        return document if document is not None and document.case_number == case.case_number else None

    def _is_shared(self, document: IssuedDocument | None) -> bool:
        """Whether another case that is not erased has this report."""
        if document is None:
            return False
        others = map(self.store.load, sorted({*document.adopted_by} - {document.case_number}))
        return any(not one.is_being_erased for one in others)

    def _documents(self, case_number: str, log: Sequence[Event]) -> list[str]:
        """The numbers of the documents that the case itself has issued."""
        named = {
            value for entry in log for name in ("report_number", "notice_number") if (value := entry.data.get(name))
        }
        found = (self.store.report(number) for number in sorted(named))
        return [one.report_number for one in found if one is not None and one.case_number == case_number]

    def _lookups(self, case: Case, log: Sequence[Event], documents: Sequence[str]) -> Lookups:
        opener = for_nobody(self.sealer, MachinePurpose.DECISION)
        holders, disavowed, submissions, holdings = set[str](), set[str](), set[str](), set(case.asked)
        certificates, asked = set[str](), {task.institution_code for task in case.tasks}
        for entry in log:
            data: dict[str, Any] = dict(entry.data)
            holders |= {data["holder_key"]} if "holder_key" in data else set()
            disavowed |= set(data.get("disavowed_under", ()))
        for submission in sealed_submissions(opener, case, log):
            holdings.add(holding_key(self.sealer, submission.claim))
            content = json.dumps(submission_as_dict(submission), ensure_ascii=False, sort_keys=True)
            number = submission.claim.degree.certificate_number
            certificates |= {task_certificate_digest(self.sealer, code, number) for code in asked}
            submissions |= {self.sealer.token(f"{kind}-submission", content) for kind in _KINDS}
        return Lookups(
            holders=tuple(sorted(holders)),
            disavowed=tuple(sorted(disavowed)),
            submissions=tuple(sorted(submissions)),
            holdings=tuple(sorted(holdings)),
            documents=tuple(documents),
            certificates=tuple(sorted(certificates)),
        )
