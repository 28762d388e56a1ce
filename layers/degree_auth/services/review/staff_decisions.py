"""Carrying out staff decisions on a case (article 10): each once, or not at all, with the reason why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.applications.claim import Claim, Degree
from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.applications.submission import parse_supplement
from degree_auth.domain.cases import claim_review
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.disavowal import DisavowalStatus
from degree_auth.domain.cases.events import NewEvent
from degree_auth.domain.cases.preconditions import require_thawed
from degree_auth.domain.cases.task import NamedInstitution
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.review import in_hand
from degree_auth.domain.review.done_words import done_words
from degree_auth.domain.review.staff_actions import (
    WHILE_FROZEN,
    WHOEVER_HAS_IT,
    Action,
    StaffAction,
    parse_staff_action,
)
from degree_auth.domain.review.work import work_of
from degree_auth.domain.shared.actors import staff_of
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.shared.words import Words
from degree_auth.domain.shared.working_days import Calendar, shanghai_day
from degree_auth.domain.verification.assignment import redirect_task
from degree_auth.domain.verification.tasks import next_task_id
from degree_auth.services.accounts.staff_readers import StaffReaders
from degree_auth.services.cases.advance import advance, unless_changed
from degree_auth.services.cases.carry_out import carry_out
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.cases.ports import CaseStore, Change
from degree_auth.services.cases.report_following import ReportFollowing
from degree_auth.services.cases.sealed_parts import changed_claim, is_case_of, open_submission
from degree_auth.services.rechecks.commands import Rechecks
from degree_auth.services.rechecks.disavowals import Disavowals
from degree_auth.services.register_changes.changes import RegisterChanges
from degree_auth.services.review.sheets import ReviewSheets
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.ports import Documents, Sealer
from degree_auth.services.shared.staff_desk import ActionResult
from degree_auth.services.shared.staff_files import case_form_key, json_file
from degree_auth.services.verification.commands import Verification
from degree_auth.services.verification.messages import staff_message
from degree_auth.services.verification.written_forms import WrittenForms


@dataclass(frozen=True, slots=True)
class Done:
    """What an action did, in words, and where it put something, if it did."""

    case: Case
    words: Words
    location: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Carries out staff decisions; `documents` has the correction sheets."""

    store: CaseStore
    sealer: Sealer
    institutions: Institutions
    documents: Documents
    nudge: Nudge
    verification: Verification
    written_forms: WrittenForms
    rechecks: Rechecks
    disavowals: Disavowals
    changes: RegisterChanges
    sheets: ReviewSheets
    readers: StaffReaders
    calendar: Calendar

    def carry_out(self, action: StaffAction, command: str, now: datetime) -> Done:
        """Carry out one decision. `command` names the execution, so that its retries do nothing twice.

        Raises:
            NotFound: no such case, or no correction sheet.
            Conflict: the case's stage does not allow it.
            Malformed, Invalid: what is wrong with a correction.
        """
        if action.action is Action.OPEN_REVIEW:
            return self._open_review(action, command, now)
        decide = self._decision(action, command, now)
        if action.action not in WHILE_FROZEN:
            decide = unless_frozen(decide)
        if action.action not in WHOEVER_HAS_IT:
            decide = in_hand.unless_in_other_hands(decide, action.reviewer)
        # A report that another case has, too, is corrected once: what became of it comes first.
        case = carry_out(
            self.nudge,
            self.sealer,
            action.case_number,
            decide,
            now,
            command,
            lambda one: self._changes_of_other_cases(one, action, now),
        )
        ReportFollowing(self.store, self.sealer).update_other_cases(case, now)
        return Done(case, done_words(action.action, case, work_of(case, self.calendar)))

    def _changes_of_other_cases(self, case: Case, action: StaffAction, now: datetime) -> list[Change]:
        """What a decision does to other cases, with it or not at all."""
        return self.disavowals.contesting_changes(case, action, now) if action.action is Action.DECIDE_DISAVOWAL else []

    def _open_review(self, action: StaffAction, command: str, now: datetime) -> Done:
        ReportFollowing(self.store, self.sealer).catch_up(action.case_number, now)
        reader = self.readers.reader(action.reviewer, action.action, command)
        case, location = self.sheets.write(action.case_number, action.language, reader, now)
        self._mark_messages_read(case, action.reviewer, command, now)
        words = Words(
            f"审查单与更正单已生成：{location}，三十天后删除。",
            f"Review sheet and correction sheet are at {location}; they are removed after thirty days.",
        )
        return Done(case, _with_holder(words, case, action.reviewer), location)

    def _mark_messages_read(self, shown: Case, reviewer: str, command: str, now: datetime) -> None:
        """Messages that the sheet shows are read now. One that came meanwhile is not, so a case that has changed is
        left as it is."""
        read = unless_changed(shown, lambda case: in_hand.read_messages(case, reviewer, command))
        advance(self.store, shown.case_number, read, now, command=command)

    def _decision(self, action: StaffAction, command: str, now: datetime) -> Callable[[Case], list[NewEvent]]:
        reviewer, reason = action.reviewer, action.reason
        match action.action:
            case Action.CONFIRM_IDENTITY:
                return lambda case: claim_review.confirm_identity(case, reviewer, reason, command, action.version)
            case Action.CONFIRM_MATERIAL:
                return lambda case: claim_review.confirm_material(
                    case,
                    reviewer,
                    reason,
                    next_task_id(case),
                    command,
                    self.institutions.answering(case.institution_code, now),
                )
            case Action.CORRECT_CLAIM:
                return lambda case: self._correction(case, action, command, now)
            case Action.RETURN_TO_APPLICANT:
                return lambda case: claim_review.return_to_applicant(case, reviewer, reason, action.fields, command)
            case Action.REJECT:
                return lambda case: claim_review.reject(case, reviewer, reason, command)
            case Action.RELEASE:
                return lambda case: claim_review.release(case, reviewer, reason, command, self._disavowal_status(case))
            case Action.REDIRECT_TASK:
                return lambda case: self._redirection(case, action, command, now)
            case Action.OPEN_RECHECK | Action.ADMIT_RECHECK | Action.REFUSE_RECHECK | Action.DECIDE_RECHECK:
                return lambda case: self.rechecks.staff_decision(case, action, command, now)
            case Action.DECIDE_DISAVOWAL:
                return lambda case: self.disavowals.staff_decision(case, action, command, now)
            case Action.PROPOSE_REGISTER_CHANGE | Action.APPROVE_REGISTER_CHANGE | Action.CLOSE_REGISTER_CHANGE:
                return lambda case: self.changes.staff_decision(case, action, command)
            case Action.TAKE_CASE:
                return lambda case: in_hand.take(case, reviewer, command, self.calendar, take_over=action.take_over)
            case Action.RELEASE_CASE:
                return lambda case: in_hand.release_case(case, reviewer, command)
            case Action.RECORD_WRITTEN_FEEDBACK:
                return self.written_forms.entry(action, command, now)
            case Action.SEND_MESSAGE:
                return lambda case: staff_message(self.sealer, case, reviewer, action.task_id, action.text, command)
            case _:
                return lambda case: self.verification.staff_decision(case, action, command, now)

    def _disavowal_status(self, case: Case) -> DisavowalStatus | None:
        """Where the disavowal stands because of which a case is parked."""
        number = claim_review.disavowed_case_number(case)
        disavowals = () if number is None else self.store.load(number).disavowals
        standing = [one.status for one in disavowals if one.stands]
        return standing[-1] if standing else None

    def _redirection(self, case: Case, action: StaffAction, command: str, now: datetime) -> list[NewEvent]:
        degree = open_submission(for_nobody(self.sealer, MachinePurpose.ROUTING), case).claim.degree
        code = action.institution_code
        claimed = (degree.institution_code, self.institutions.answering(degree.institution_code, now))
        named = None if code in claimed else NamedInstitution(code, self._printed_name(code, degree))
        asked = self.institutions.answering(code, now)
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
        before = open_submission(for_nobody(self.sealer, MachinePurpose.DECISION), case)
        body = (
            json_file(self.documents, case_form_key(case.case_number, "correction.json"), action.sha256)
            if action.correction_sheet
            else {"degree": action.degree}
        )
        claim: Claim = parse_supplement(body, before.claim, shanghai_day(now))
        return claim_review.correct_claim(
            case,
            action.reviewer,
            action.reason,
            changed_claim(self.sealer, case.case_number, before, claim),
            command,
            other_person=not is_case_of(self.sealer, claim.holder, case),
        )


@dataclass(frozen=True, slots=True)
class CaseDecisions:
    """Staff's decisions on a case, as a group of actions."""

    review: Review

    def carry_out(self, body: object, command: str, now: datetime) -> ActionResult:
        """Raises as `parse_staff_action` and `Review.carry_out` do."""
        done = self.review.carry_out(parse_staff_action(body), command, now)
        case = done.case
        facts = {
            "case_number": case.case_number,
            "stage": case.stage.value,
            "version": case.version,
            "location": done.location,
        }
        return ActionResult(done.words, facts)


def _with_holder(words: Words, case: Case, reviewer: str) -> Words:
    """The words, and in whose hands the case is when it is in another's."""
    if case.in_hand is None or in_hand.has_in_hand(case, reviewer):
        return words
    name = staff_of(case.in_hand.by)
    return Words(
        f"{words.zh}本件已由 {name} 领取；确需接办，请先以 take_case 并将 take_over 设为 true。",
        f"{words.en} The case is in the hands of {name}; to go on with it, take it over first: take_case with "
        "take_over set to true.",
    )


def unless_frozen(decide: Callable[[Case], list[NewEvent]]) -> Callable[[Case], list[NewEvent]]:
    """The decision, refused while the case is frozen."""

    def decide_if_thawed(case: Case) -> list[NewEvent]:
        require_thawed(case)
        return decide(case)

    return decide_if_thawed
