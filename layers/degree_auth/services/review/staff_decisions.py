"""Carrying out staff decisions on a case (article 10): each once, or not at all, with the reason why."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.applications.claim import Claim, Degree, Submission
from degree_auth.domain.applications.claim_changes import changed_fields, changes
from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.applications.submission import parse_supplement, warnings
from degree_auth.domain.cases import decisions
from degree_auth.domain.cases.case import Attachment, Case
from degree_auth.domain.cases.events import Event, EventType, NewEvent
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.holding import held_by_history
from degree_auth.domain.cases.ledger import ledger
from degree_auth.domain.cases.names import STAGE_NAMES
from degree_auth.domain.cases.next_step import next_step
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import NamedInstitution
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.reports.issued import IssuedReport
from degree_auth.domain.review.sheet import ReviewSheet, correction_sheet
from degree_auth.domain.review.staff_actions import Action, StaffAction, parse_staff_action
from degree_auth.domain.shared.errors import Invalid, Malformed, Problem
from degree_auth.domain.shared.words import Language, Words
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.domain.verification.assignment import redirect_task
from degree_auth.domain.verification.tasks import next_task_id
from degree_auth.services.cases.advance import (
    Nudge,
    holder_key,
    open_submission,
    seal_submission,
    urgency_reason,
)
from degree_auth.services.cases.attachments import stored_key
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.cases.report_following import ReportFollowing
from degree_auth.services.institutions.standing_explanations import explanations_of
from degree_auth.services.rechecks.commands import Rechecks
from degree_auth.services.register.ports import Register
from degree_auth.services.register_changes.changes import RegisterChanges
from degree_auth.services.shared.ports import Documents, Sealer
from degree_auth.services.shared.sealing import seal_json
from degree_auth.services.shared.staff_desk import Answer
from degree_auth.services.verification.archive_values import latest_answer
from degree_auth.services.verification.commands import Verification
from degree_auth.services.verification.messages import messages_of, staff_message

_LARGEST_SHEET = 64 * 1024
_SCAN_LINK_SECONDS = 12 * 3600


@dataclass(frozen=True, slots=True)
class Done:
    """What an action did, in words, and where it put something, if it did."""

    case: Case
    words: Words
    location: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Carries out staff decisions; `bucket` is where review and correction sheets lie, `lay_out` makes a sheet HTML."""

    store: CaseStore
    sealer: Sealer
    register: Register
    institutions: Institutions
    documents: Documents
    nudge: Nudge
    bucket: str
    verification: Verification
    rechecks: Rechecks
    changes: RegisterChanges
    lay_out: Callable[[ReviewSheet, Language], str]

    def carry_out(self, action: StaffAction, command: str, now: datetime) -> Done:
        """Carry out one decision. `command` names the execution, so that its retries do nothing twice.

        Raises:
            NotFound: no such case, or no correction sheet.
            Conflict: the case's stage does not allow it.
            Malformed, Invalid: what is wrong with a correction.
        """
        if action.action is Action.OPEN_REVIEW:
            return self._open_review(action, now)
        decide = self._decision(action, command, now)
        # A report that another case has, too, is corrected once: what became of it comes first.
        reports = ReportFollowing(self.store, self.sealer)
        case = reports.carry_out(action.case_number, decide, now, command=command)
        self.nudge(case)
        reports.tell(case, now)
        stage, following = STAGE_NAMES[case.stage], next_step(case)
        return Done(
            case,
            Words(f"已完成。当前阶段：{stage.zh}。{following.zh}", f"Done. Stage: {stage.en}. {following.en}"),
        )

    def _decision(self, action: StaffAction, command: str, now: datetime) -> Callable[[Case], list[NewEvent]]:
        reviewer, reason = action.reviewer, action.reason
        match action.action:
            case Action.CONFIRM_IDENTITY:
                return lambda case: decisions.confirm_identity(case, reviewer, reason, command)
            case Action.CONFIRM_MATERIAL:
                return lambda case: decisions.confirm_material(
                    case,
                    reviewer,
                    reason,
                    next_task_id(case),
                    command,
                    self.institutions.successor(case.institution_code, shanghai_day(now)),
                )
            case Action.CORRECT_CLAIM:
                return lambda case: self._correction(case, action, command, now)
            case Action.RETURN_TO_APPLICANT:
                return lambda case: decisions.return_to_applicant(case, reviewer, reason, action.fields, command)
            case Action.REJECT:
                return lambda case: decisions.reject(case, reviewer, reason, command)
            case Action.RELEASE:
                return lambda case: decisions.release(case, reviewer, reason, command)
            case Action.REDIRECT_TASK:
                return lambda case: self._redirection(case, action, command, now)
            case Action.OPEN_RECHECK | Action.ADMIT_RECHECK | Action.REFUSE_RECHECK | Action.DECIDE_RECHECK:
                return lambda case: self.rechecks.staff_decision(case, action, command, now)
            case Action.PROPOSE_REGISTER_CHANGE | Action.APPROVE_REGISTER_CHANGE | Action.CLOSE_REGISTER_CHANGE:
                return lambda case: self.changes.staff_decision(case, action, command)
            case Action.SEND_MESSAGE:
                return lambda case: staff_message(self.sealer, case, reviewer, action.task_id, action.text, command)
            case _:
                return self.verification.staff_decision(action, command, now)

    def _redirection(self, case: Case, action: StaffAction, command: str, now: datetime) -> list[NewEvent]:
        degree = open_submission(self.sealer, case).claim.degree
        today, code = shanghai_day(now), action.institution_code
        claimed = (degree.institution_code, self.institutions.successor(degree.institution_code, today))
        named = None if code in claimed else NamedInstitution(code, self._printed_name(code, degree))
        # Who succeeded the institution answers for it (article 3).
        asked = self.institutions.successor(code, today)
        return redirect_task(case, action.reviewer, action.reason, asked, command, named)

    def _printed_name(self, code: str, degree: Degree) -> str:
        """The name under which a degree of an institution is reported: the claimed one where it is one of its names.

        Raises:
            Invalid: the institution is in no list and not registered.
        """
        names = self.institutions
        listed = names.names(code, degree.award_date)
        name = (
            names.listed_name(code, degree.institution_name, degree.award_date)
            or (listed[0] if listed else None)
            or self.verification.registrations.registered_name(code)
        )
        if name is None:
            raise Invalid([Problem("institution_code", "institution_not_known")])
        return name

    def _correction(self, case: Case, action: StaffAction, command: str, now: datetime) -> list[NewEvent]:
        before = open_submission(self.sealer, case)
        body = self._sheet(case.case_number) if action.correction_sheet else {"degree": action.degree}
        claim: Claim = parse_supplement(body, before.claim, shanghai_day(now))
        after = Submission(claim, before.contact, before.consent)
        return decisions.correct_claim(
            case,
            action.reviewer,
            action.reason,
            changed_fields(before.claim, claim),
            seal_submission(self.sealer, case.case_number, after),
            seal_json(self.sealer, case.case_number, changes(before.claim, claim)),
            claim.degree.institution_code,
            holder_key(self.sealer, claim.holder),
            command,
        )

    def _sheet(self, case_number: str) -> object:
        try:
            return json.loads(self.documents.get(f"review/{case_number}/correction.json", _LARGEST_SHEET))
        except ValueError:
            raise Malformed("malformed_json") from None

    def _open_review(self, action: StaffAction, now: datetime) -> Done:
        ReportFollowing(self.store, self.sealer).catch_up(action.case_number, now)
        log = self.store.log(action.case_number)
        case = replay(log)
        sheet = self._sheet_of(case, log, now)
        folder = f"review/{case.case_number}"
        page = self.lay_out(sheet, action.language).encode()
        self.documents.put(f"{folder}/sheet.html", page, "text/html; charset=utf-8")
        correction = json.dumps(correction_sheet(sheet.claim), ensure_ascii=False, indent=2)
        self.documents.put(f"{folder}/correction.json", correction.encode(), "application/json")
        location = f"s3://{self.bucket}/{folder}/"
        return Done(
            case,
            Words(
                f"审查单与更正单已生成：{location}，三十天后删除。",
                f"Review sheet and correction sheet are at {location}; they are removed after thirty days.",
            ),
            location,
        )

    def _sheet_of(self, case: Case, log: Sequence[Event], now: datetime) -> ReviewSheet:
        claim = open_submission(self.sealer, case).claim
        return ReviewSheet(
            case=case,
            claim=claim,
            clock=ledger(held_by_history(log, now), now, self.verification.calendar),
            candidates=self._records(claim),
            warnings=[*warnings(claim, self.institutions), *_register_doubts(case)],
            scans={one: self._link(case, one) for one in case.attachments if one.state == "stored"},
            messages=messages_of(log, self.sealer),
            explanations=explanations_of(self.verification.registrations, self.sealer, case, now),
            urgency=urgency_reason(self.sealer, case),
            recheck_statement=self._recheck_statement(case, log),
            answer=latest_answer(self.sealer, case),
            plan=self.changes.proposed(case),
            against=self._against(case),
            at=now,
        )

    def _records(self, claim: Claim) -> Sequence[AwardRecord]:
        """The records near to the claim and, since a denial is held against them, all of its person."""
        near = self.register.candidates(claim)
        known = {one.record_id for one in near}
        return [*near, *(one for one in self.register.of_person(claim) if one.record_id not in known)]

    def _against(self, case: Case) -> IssuedReport | None:
        number = (case.reason or {}).get("document") if case.stage is Stage.PARKED else None
        return None if number is None else self.store.report(number)

    def _link(self, case: Case, file: Attachment) -> str:
        key = stored_key(case.case_number, file.attachment_id, file.sha256 or "")
        return self.documents.download_link(key, file.attachment_id, _SCAN_LINK_SECONDS)

    def _recheck_statement(self, case: Case, log: Sequence[Event]) -> str:
        """What the applicant or the institution said for the recheck that is open, or else staff's own reason."""
        if case.recheck is None:
            return ""
        reasons = [entry.data.get("reason", "") for entry in log if entry.type is EventType.RECHECK_OPENED]
        return str(self.rechecks.statement(case) or reasons[-1])


@dataclass(frozen=True, slots=True)
class CaseDecisions:
    """Staff's decisions on a case, as a group of actions."""

    review: Review

    def carry_out(self, body: object, command: str, now: datetime) -> Answer:
        """Raises as `parse_staff_action` and `Review.carry_out` do."""
        done = self.review.carry_out(parse_staff_action(body), command, now)
        case = done.case
        facts = {"case_number": case.case_number, "stage": case.stage.value, "location": done.location}
        return Answer(done.words, facts)


def _register_doubts(case: Case) -> list[Problem]:
    """What the award record nearest to the claim says against itself."""
    return [Problem("register", code) for code in (case.comparison or {}).get("contradictions", ())]
