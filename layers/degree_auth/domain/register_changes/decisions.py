"""What a verification says of the register (article 11): the change that follows, and the commands on that change.

Plain decisions, repeatable (N1), as in `decisions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from degree_auth.domain.applications.categories import code_of_name
from degree_auth.domain.applications.claim import Claim, IdentityType
from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.preconditions import require_seen_case
from degree_auth.domain.cases.register_change import ChangeKind, ChangeStatus, RegisterChange
from degree_auth.domain.cases.register_change_decisions import closing_event
from degree_auth.domain.cases.report_state import Basis
from degree_auth.domain.cases.result import NO_SUCH_AWARD
from degree_auth.domain.cases.stages import ChangeStage, Outcome, Stage
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.award_identity import record_choice
from degree_auth.domain.register.matching import COMPARED_FIELDS, RECORDED_AS, MatchResult, compare_claim
from degree_auth.domain.register_changes.plan import RecordChoiceNeeded, RegisterPlan, corrected_record
from degree_auth.domain.shared.actors import SYSTEM, require_second_person, staff_actor
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.verification.denials import contradicting_records

NEW_RECORD = "new"
"""The choice "new", in place of a record: the register lacks the award and gets a record."""


def plan_change(
    case: Case, claim: Claim, candidates: Sequence[AwardRecord], institutions: Institutions, choice: str = ""
) -> RegisterPlan | None:
    """The change that the outcome of a case's verification implies; None when the register is right as it is.

    The register is to say what the institution confirmed. A record of an award that the archive denies is removed. A
    case that ended without the institution's answer changes nothing.

    Args:
        case: at or past its outcome.
        claim: as it was confirmed, or denied.
        candidates: the records that the register has for the claim; after a denial, for its person.
        institutions: the code list.
        choice: the last part of the id of the record that is meant, or `NEW_RECORD`, when a person chose.

    Raises:
        RecordChoiceNeeded: several records come near and none was chosen.
        Conflict: the chosen record is not among the candidates.
    """
    if calls_for_removal(case):
        return _removal(claim, candidates, institutions, choice)
    comparison = compare_claim(claim, candidates, institutions)
    if not _is_confirmed(case) or comparison.result is MatchResult.MATCHED:
        return None
    if comparison.result is MatchResult.NOT_FOUND or choice == NEW_RECORD:
        return RegisterPlan(ChangeKind.ADD, None, _new_record(claim), COMPARED_FIELDS)
    if comparison.result is MatchResult.AMBIGUOUS and not choice:
        raise RecordChoiceNeeded
    chosen = next((one for one in candidates if _is_meant(one, choice, comparison.record_id)), None)
    if chosen is None:
        raise Conflict("record_unknown")
    fields = tuple(
        one.field for one in compare_claim(claim, [replace(chosen, duplicate=False)], institutions).differences
    )
    return RegisterPlan(ChangeKind.UPDATE, chosen, _corrected_record(chosen, claim, fields), fields) if fields else None


def _removal(
    claim: Claim, candidates: Sequence[AwardRecord], institutions: Institutions, choice: str
) -> RegisterPlan | None:
    """The record that the archive denies is to go. Where other records of the person speak against the denial, a person
    says which of them was meant, or closes the change."""
    against = contradicting_records(claim, candidates)
    chosen = [one for one in against if _is_meant(one, choice, None)]
    if choice and not chosen:
        raise Conflict("record_unknown")
    if not choice:
        comparison = compare_claim(claim, candidates, institutions)
        chosen = [one for one in candidates if one.record_id == comparison.record_id]
        if comparison.result is not MatchResult.MATCHED:
            if against:
                raise RecordChoiceNeeded
            return None
    return RegisterPlan(ChangeKind.REMOVE, chosen[0], None, ())


def propose(case: Case, plan: RegisterPlan, sealed: str, actor: str = SYSTEM, command: str = "") -> list[NewEvent]:
    """The change is proposed, with before and after, for a second person to look at; `sealed` holds the plan.

    One that was approved is proposed anew when the register no longer says what it said.
    """
    change = case.register_change
    if change is None or case.change_stage not in (ChangeStage.PROPOSAL, ChangeStage.WRITING):
        return []
    data: dict[str, Any] = {
        "change_id": change.change_id,
        "kind": plan.kind.value,
        "fields": list(plan.fields),
        "sealed": sealed,
    }
    if command:
        data["command"] = command
    return [NewEvent(EventType.REGISTER_CHANGE_PROPOSED, actor, data)]


def approve(case: Case, reviewer: str, reason: str, command: str, version: int) -> list[NewEvent]:
    """The second person approves a proposed change, as the review sheet of that version of the case shows it.

    Raises:
        Conflict: none is proposed, it is no second person, or the case has changed since.
    """
    change, actor = _require_live_change(case), staff_actor(reviewer)
    if case.change_stage is not ChangeStage.SECOND_PERSON:
        raise Conflict("no_register_change")
    require_second_person(actor, change.first_persons)
    require_seen_case(case, version)
    data = {"change_id": change.change_id, "reason": reason, "command": command}
    return [NewEvent(EventType.REGISTER_CHANGE_APPROVED, actor, data)]


def close(case: Case, actor: str, reason: str, command: str = "") -> list[NewEvent]:
    """The change is closed and the register stays as it is; `reason` holds no personal data. Raises `Conflict`."""
    change = _require_live_change(case)
    if case.change_stage is ChangeStage.OUTCOME:
        raise Conflict("no_register_change")
    if case.change_stage is ChangeStage.WRITING and actor != SYSTEM:
        raise Conflict("change_being_applied")
    return [closing_event(change, actor, reason, command)]


def reopen(case: Case, reason: str = "record_choice_needed") -> list[NewEvent]:
    """A change is open again: a person has to say which record is meant, or the verification that a recheck has opened
    comes first. None for one that is open."""
    change = case.register_change
    if change is None or change.status is ChangeStatus.OPEN:
        return []
    data = {"change_id": change.change_id, "reason": reason}
    return [NewEvent(EventType.REGISTER_CHANGE_REOPENED, SYSTEM, data)]


def begin(case: Case, change_id: str) -> list[NewEvent]:
    """An approved change is about to be written to the register. On record before the first write, so that whatever
    opens beside it, a recheck among it, leaves the change to its end. None where it does not wait for that."""
    change = case.register_change
    if change is None or change.change_id != change_id or change.status is not ChangeStatus.APPROVED:
        return []
    if case.change_stage is not ChangeStage.WRITING:
        return []
    return [NewEvent(EventType.REGISTER_CHANGE_BEGUN, SYSTEM, {"change_id": change_id})]


def mark_applied(case: Case, change_id: str) -> list[NewEvent]:
    """The register was changed as approved; none when that is on record already."""
    if is_being_applied(case, change_id):
        return [NewEvent(EventType.REGISTER_CHANGE_APPLIED, SYSTEM, {"change_id": change_id})]
    return []


def is_being_applied(case: Case, change_id: str) -> bool:
    """Whether this change has begun and has not come to its end."""
    return any(one.change_id == change_id and one.status is ChangeStatus.APPLYING for one in case.register_changes)


def resolve_unapplied(case: Case) -> list[NewEvent] | None:
    """A change could not be applied and the case is verified again.

    A newer change replaces it; otherwise it is reopened. None where the case has an outcome; a proposal follows then.
    """
    change = case.register_change
    if change is not None and case.register_changes[-1].change_id != change.change_id:
        return close(case, SYSTEM, "verified_again")
    return None if case.is_outcome_known else reopen(case, "register_changed")


def _is_meant(record: AwardRecord, choice: str, nearest: str | None) -> bool:
    return record_choice(record) == choice if choice else record.record_id == nearest


def _require_live_change(case: Case) -> RegisterChange:
    if case.register_change is None:
        raise Conflict("no_register_change")
    return case.register_change


def _is_confirmed(case: Case) -> bool:
    """Whether the institution confirmed the claim as it stands."""
    reported = case.stage is Stage.ISSUING or (case.stage is Stage.CONCLUDED and case.report is not None)
    return reported and case.basis is Basis.INSTITUTION


def calls_for_removal(case: Case) -> bool:
    """Whether a case comes to its end because there was no such award: the register is not to have it either."""
    answer = None if case.task is None else case.task.answer
    concluded = case.stage is Stage.CONCLUDED and case.outcome is Outcome.NOT_CONFIRMED
    return answer is not None and answer.result in NO_SUCH_AWARD and (concluded or case.stage is Stage.CONCLUDING)


def _corrected_record(record: AwardRecord, claim: Claim, fields: Sequence[str]) -> AwardRecord:
    values = {RECORDED_AS[field]: _claimed_value(claim, field) for field in fields}
    name = values.get("category_name", record.category_name)
    category_code = code_of_name(name, claim.degree.level) or record.category_code
    return corrected_record(record, values, category_code=category_code, discipline_code="")


def _claimed_value(claim: Claim, field: str) -> Any:
    section, _, name = field.partition(".")
    return getattr(getattr(claim, section), name)


def _new_record(claim: Claim) -> AwardRecord:
    """A record of what was confirmed; what only the annual report files carry stays empty."""
    holder, degree = claim.holder, claim.degree
    mainland = holder.identity_type is IdentityType.RESIDENT_IDENTITY_CARD
    return AwardRecord(
        record_id="",
        name=holder.name,
        name_pinyin="",
        sex=holder.sex,
        birth_date=holder.birth_date,
        country_code="156" if mainland else "",
        ethnic_group_code="",
        identity_type=holder.identity_type,
        identity_number=holder.identity_number,
        institution_code=degree.institution_code,
        institution_name=degree.institution_name,
        training_institution_code=degree.institution_code,
        level=degree.level,
        category_code=code_of_name(degree.category, degree.level) or "",
        category_name=degree.category,
        discipline_code="",
        discipline_name=degree.discipline,
        study_form=degree.study_form,
        award_date=degree.award_date,
        certificate_number=degree.certificate_number,
    )
