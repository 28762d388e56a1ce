"""Register changes beside manual verifications: the register comes to say what was verified, with a second person."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.register_change import ChangeKind, ChangeStatus
from degree_auth.domain.cases.stages import CHOICE_OF_RECORD, ChangeStage, Machine, Stage
from degree_auth.domain.reports.printable import UnprintableCharacter
from degree_auth.domain.shared.errors import Conflict
from degree_auth.services.cases.ports import CaseStore, Standing
from degree_auth.services.register_changes.changes import Attended, RegisterChanges
from tests.doubles.world import World
from tests.unit.rechecks.test_rechecks import disputed, reported, verified_again
from tools.environment import ROOT


def approved(world: World, case: Case, command: str = "approve") -> Case:
    """The proposed change, approved by somebody else than the reviewer."""
    return world.staff(
        "approve_register_change", case, command=command, reason="与单位反馈相符", reviewer="reviewer-2"
    ).case


def last(case: Case) -> ChangeStatus:
    return case.register_changes[-1].status


@pytest.mark.requirement("A11", "N3")
def test_a_change_is_opened_with_every_manual_verification_and_waits_for_its_outcome() -> None:
    world = World()
    case = world.asked()
    assert case.change_stage is ChangeStage.OUTCOME
    assert world.workflows.live_cases(Machine.REGISTER_CHANGE) == {case.case_number}
    assert world.keep_register(case) == world.cases.load(case.case_number)


@pytest.mark.requirement("A11", "A2")
def test_the_same_claim_matches_at_once_after_the_register_was_put_right() -> None:
    world = World()
    case = world.answer(world.asked(discipline="园艺学"), "verified")
    case = world.keep_register(case)
    change = case.register_changes[-1]
    assert (change.status, change.kind, change.fields) == (
        ChangeStatus.PROPOSED,
        ChangeKind.UPDATE,
        ("degree.discipline",),
    )
    assert world.keep_register(case) == case
    case = world.keep_register(approved(world, case))
    assert (last(case), case.change_stage) == (ChangeStatus.APPLIED, None)
    assert world.keep_register(case) == case
    again = world.body(discipline="园艺学")
    again["contact"]["email"] = "second@example.com"
    assert world.submit(again).stage is Stage.ISSUING


@pytest.mark.requirement("A11")
def test_the_second_person_is_none_of_those_whose_decisions_the_change_rests_on() -> None:
    world = World()
    case = world.answer(world.asked(), "partly_inconsistent", archive_values={"degree.discipline": "园林"})
    case = world.staff("accept_archive_values", case, command="a", reason="以档案为准", reviewer="reviewer-3").case
    case = world.keep_register(case)
    for reviewer in ("reviewer-1", "reviewer-3"):
        with pytest.raises(Conflict, match="second_person_required"):
            world.staff("approve_register_change", case, command=reviewer, reason="同意", reviewer=reviewer)
    assert last(approved(world, case)) is ChangeStatus.APPROVED


@pytest.mark.requirement("A11", "A10")
def test_who_corrected_the_claim_before_the_institution_was_asked_is_no_second_person() -> None:
    world = World()
    case = world.attach(world.submit(world.body(discipline="园艺学")))
    case = world.staff(
        "correct_claim", case, command="x", reason="按影印件更正", reviewer="reviewer-3", degree={"discipline": "法语"}
    ).case
    case = world.attend(world.staff("confirm_material", world.compare(case), command="confirm").case)
    assert_no_second_person(world, world.keep_register(world.answer(case, "verified")), "reviewer-3")


@pytest.mark.requirement("A11", "A10")
def test_who_corrected_the_claim_beside_the_change_is_no_second_person() -> None:
    world = World()
    world.press.failing = UnprintableCharacter(("x",))
    case = world.drive(world.answer(world.asked(), "verified").case_number)
    assert (case.stage, last(case)) == (Stage.PARKED, ChangeStatus.OPEN)
    case = world.staff(
        "correct_claim", case, command="x", reason="更正", reviewer="reviewer-3", degree={"discipline": "法语"}
    ).case
    case = world.attend(world.staff("confirm_material", world.compare(case), command="again").case)
    world.press.failing = None
    assert_no_second_person(world, world.keep_register(world.answer(case, "verified")), "reviewer-3")


@pytest.mark.requirement("A11", "A3")
def test_who_sent_the_question_to_another_institution_is_no_second_person() -> None:
    world = World()
    case = world.answer(world.asked(), "not_this_institution")
    other = "10003" if case.institution_code != "10003" else "10001"
    sent = {"reason": "转送", "reviewer": "reviewer-3", "institution_code": other}
    case = world.attend(world.staff("redirect_task", case, command="to", **sent).case)
    case = world.answer(case, "verified")
    case = world.staff("accept_archive_values", case, command="accept", reason="以档案为准").case
    assert_no_second_person(world, world.keep_register(case), "reviewer-3")


def assert_no_second_person(world: World, case: Case, reviewer: str) -> None:
    """What this member of staff decided shaped the change, so that another one has to approve it."""
    with pytest.raises(Conflict, match="second_person_required"):
        world.staff("approve_register_change", case, command="same", reason="同意", reviewer=reviewer)
    assert last(approved(world, case)) is ChangeStatus.APPROVED


@pytest.mark.requirement("A11", "N1")
def test_an_approved_change_is_proposed_anew_when_the_register_changed_meanwhile() -> None:
    world = World()
    case = world.keep_register(world.answer(world.asked(), "verified"))
    case = approved(world, case)
    record = world.register.records[0]
    world.register.records[0] = replace(record, award_date=record.award_date.replace(day=1))
    case = world.keep_register(case)
    assert last(case) is ChangeStatus.PROPOSED
    assert world.register.records[0].discipline_name == record.discipline_name


@pytest.mark.requirement("A11")
def test_what_the_archive_has_as_the_register_has_it_leaves_the_register_alone() -> None:
    world = World()
    truth = world.records[0].discipline_name
    case = world.answer(world.asked(), "partly_inconsistent", archive_values={"degree.discipline": truth})
    case = world.staff("accept_archive_values", case, command="a", reason="以档案为准").case
    before = list(world.register.records)
    case = world.keep_register(case)
    assert last(case) is ChangeStatus.CLOSED
    assert world.register.records == before


@pytest.mark.requirement("A11", "N2")
@pytest.mark.parametrize("result", ["cannot_verify", "not_awarded"])
def test_a_negative_answer_to_a_claim_that_the_register_denies_too_changes_nothing(result: str) -> None:
    world = World()
    case = world.keep_register(world.denied(result))
    assert last(case) is ChangeStatus.CLOSED


@pytest.mark.requirement("A11")
def test_an_award_that_the_register_lacks_is_added() -> None:
    world = World()
    world.register.records = world.register.records[1:]
    case = world.attach(world.submit(world.body()))
    case = world.attend(world.staff("confirm_material", case, command="confirm").case)
    case = world.keep_register(world.answer(case, "verified"))
    assert case.register_changes[-1].kind is ChangeKind.ADD
    case = world.keep_register(approved(world, case))
    assert last(case) is ChangeStatus.APPLIED
    assert len(world.register.records) == len(world.records)


@pytest.mark.requirement("A11", "A6")
def test_a_record_that_the_archive_denies_is_removed_after_the_dispute() -> None:
    world = World()
    case = disputed(world, reported(world))
    case = world.attend(world.staff("admit_recheck", case, command="admit", reason="受理").case)
    case = world.answer(case, "not_awarded")
    world.staff("decide_recheck", case, command="d", reason="无此授予", decision="revoked")
    case = world.keep_register(world.drive(case.case_number))
    assert case.register_changes[-1].kind is ChangeKind.REMOVE
    world.keep_register(approved(world, case))
    assert world.records[0] not in world.register.records


@pytest.mark.requirement("A11")
def test_of_several_near_records_a_person_says_which_one_is_meant() -> None:
    world = World()
    record = replace(world.records[0], record_id="10001#1#" + "a" * 22)
    twin = replace(world.records[0], record_id="10001#1#" + "b" * 22, discipline_name="林学")
    world.register.records[0:1] = [record, twin]
    case = world.answer(world.asked(), "verified")
    case = world.keep_register(case)
    assert case.change_stage is ChangeStage.PROPOSAL
    with pytest.raises(Conflict, match="record_unknown"):
        world.staff("propose_register_change", case, command="p", record="c" * 22)
    case = world.staff("propose_register_change", case, command="q", record="b" * 22).case
    assert last(case) is ChangeStatus.PROPOSED
    with pytest.raises(Conflict, match="second_person_required"):
        world.staff("approve_register_change", case, command="r", reason="同意", reviewer="reviewer-1")


@pytest.mark.requirement("A11", "A15")
def test_a_change_that_touches_another_cases_report_calls_that_into_question() -> None:
    world = World()
    other = reported(world)
    again = world.body(discipline="园艺学")
    case = world.attach(world.submit(again))
    case = world.attend(world.staff("confirm_material", case, command="confirm").case)
    case = world.keep_register(world.answer(case, "verified"))
    world.keep_register(approved(world, case))
    flagged = world.cases.load(other.case_number)
    assert (flagged.stage, flagged.report) == (Stage.RECHECK_ADMISSION, other.report)
    types = [one.type for one in world.cases.log(other.case_number)]
    assert types.count(EventType.RECHECK_OPENED) == 1


@pytest.mark.requirement("A11", "N1")
def test_staff_close_a_change_with_a_reason_and_the_register_stays() -> None:
    world = World()
    case = world.keep_register(world.answer(world.asked(), "verified"))
    before = list(world.register.records)
    case = world.staff("close_register_change", case, command="c", reason="另行处理").case
    assert last(case) is ChangeStatus.CLOSED
    assert world.keep_register(case) == case
    assert world.register.records == before
    with pytest.raises(Conflict, match="no_register_change"):
        approved(world, case)


@pytest.mark.requirement("A6", "A11", "N2")
@pytest.mark.parametrize("approved_before", [False, True])
def test_what_was_proposed_before_a_dispute_gives_way_to_what_is_verified_again(approved_before: bool) -> None:
    world = World()
    case = world.keep_register(world.answer(world.asked(discipline="园艺学"), "verified"))
    case = world.drive(case.case_number)
    if approved_before:
        approved(world, case)
    case = verified_again(
        world, disputed(world, case), "partly_inconsistent", archive_values={"degree.discipline": "园林"}
    )
    with pytest.raises(Conflict, match="no_register_change"):
        world.staff("approve_register_change", case, command="late", reason="同意", reviewer="reviewer-2")
    before = list(world.register.records)
    assert world.keep_register(case) == case
    assert world.register.records == before
    world.staff("decide_recheck", case, command="decide", reason="以档案为准", decision="superseded")
    case = world.keep_register(world.drive(case.case_number))
    assert [one.status for one in case.register_changes] == [ChangeStatus.CLOSED, ChangeStatus.PROPOSED]
    world.keep_register(approved(world, case, command="again"))
    number = world.records[0].certificate_number
    assert [one.discipline_name for one in world.register.records if one.certificate_number == number] == ["园林"]


@pytest.mark.requirement("A11", "N2")
def test_a_change_waits_while_the_case_is_verified_again_and_an_old_one_is_not_approved() -> None:
    world = World()
    case = world.keep_register(world.drive(world.answer(world.asked(), "verified").case_number))
    assert last(case) is ChangeStatus.PROPOSED
    world.answer_wrong(case)
    case = world.cases.load(case.case_number)
    with pytest.raises(Conflict, match="no_register_change"):
        approved(world, case)
    case = world.attend(world.staff("admit_recheck", case, command="admit", reason="受理").case)
    case = world.answer(case, "not_awarded")
    world.staff("decide_recheck", case, command="d", reason="无此授予", decision="revoked")
    before = list(world.register.records)
    case = world.keep_register(world.drive(case.case_number))
    # The register has something else of the person, so nobody but a person closes the change.
    assert case.change_stage is ChangeStage.PROPOSAL
    case = world.staff("close_register_change", case, command="close", reason="另有一学位").case
    assert last(case) is ChangeStatus.CLOSED
    assert world.register.records == before


@pytest.mark.requirement("A11", "N2")
def test_a_change_proposed_for_a_claim_that_was_corrected_since_is_proposed_anew() -> None:
    world = World()
    world.press.failing = UnprintableCharacter(("x",))
    case = world.keep_register(world.answer(world.asked(), "verified"))
    case = world.drive(case.case_number)
    assert case.stage is Stage.PARKED
    case = world.staff("correct_claim", case, command="x", reason="更正", degree={"discipline": "法语"}).case
    assert (last(case), case.change_stage) == (ChangeStatus.OPEN, ChangeStage.OUTCOME)


@pytest.mark.requirement("A11", "N1")
def test_an_approved_change_is_not_closed_beside_its_application() -> None:
    world = World()
    case = approved(world, world.keep_register(world.answer(world.asked(), "verified")))
    with pytest.raises(Conflict, match="change_being_applied"):
        world.staff("close_register_change", case, command="c", reason="另行处理")
    assert last(world.keep_register(case)) is ChangeStatus.APPLIED


@pytest.mark.requirement("A11", "N1")
def test_an_approved_change_that_has_become_ambiguous_waits_for_a_choice() -> None:
    world = World()
    case = approved(world, world.keep_register(world.answer(world.asked(), "verified")))
    record = world.register.records[0]
    moved = replace(record, award_date=record.award_date.replace(day=1), record_id="10001#1#" + "a" * 22)
    world.register.records[0:1] = [moved, replace(moved, record_id="10001#1#" + "b" * 22)]
    case = world.keep_register(case)
    assert (last(case), case.change_stage) == (ChangeStatus.OPEN, ChangeStage.PROPOSAL)
    assert world.keep_register(case) == case
    case = world.staff("propose_register_change", case, command="q", record="b" * 22).case
    assert last(case) is ChangeStatus.PROPOSED


@pytest.mark.requirement("A11", "A15")
def test_a_register_that_the_institution_showed_to_be_wrong_is_put_right_after_upholding() -> None:
    world = World()
    case = reported(world)
    assert case.report is not None
    world.register.records[0] = replace(world.register.records[0], discipline_name="林学")
    number = case.report.report_number
    case = world.attend(world.rechecks.spot_check(case.case_number, "draw-1", number, world.now))
    case = world.answer(case, "verified")
    assert (case.stage, case.basis) == (Stage.CONCLUDED, "institution")
    case = world.keep_register(case)
    assert (last(case), case.register_changes[-1].fields) == (ChangeStatus.PROPOSED, ("degree.discipline",))


def interrupted(world: World, name: str, other: Callable[[], object], *, after: bool = False) -> None:
    """Somebody else acts once, before or after the register is changed, or before a commit."""
    target, attribute = (world.cases, "before_commit") if name == "commit" else (world.register, name)
    call = getattr(target, attribute)

    def interrupting(*given: Any) -> Any:
        setattr(target, attribute, call)
        if after:
            done = call(*given)
            other()
            return done
        other()
        return call(*given)

    setattr(target, attribute, interrupting)


@pytest.mark.requirement("A11", "N1")
def test_what_was_not_decided_is_looked_at_again_and_asks_no_person() -> None:
    world = World()
    case = world.answer(world.asked(), "verified")
    interrupted(world, "commit", lambda: world.issue(case))
    attended = world.changes.attend(case.case_number, world.now)
    assert (attended.case.stage, attended.case.change_stage) == (Stage.CONCLUDED, ChangeStage.PROPOSAL)
    assert not attended.needs_choice
    attended = world.changes.attend(case.case_number, world.now)
    assert (last(attended.case), attended.needs_choice) == (ChangeStatus.PROPOSED, False)


@pytest.mark.requirement("A11", "N1")
def test_a_person_is_asked_when_several_records_come_near_and_only_then() -> None:
    world = World()
    twins = [replace(world.records[0], record_id=f"10001#1#{letter * 22}") for letter in "ab"]
    world.register.records[0:1] = [twins[0], replace(twins[1], discipline_name="林学")]
    case = world.answer(world.asked(), "verified")
    for _ in range(2):
        attended = world.changes.attend(case.case_number, world.now)
        assert (attended.case.change_stage, attended.needs_choice) == (ChangeStage.PROPOSAL, True)


@pytest.mark.requirement("A11", "N1")
def test_the_machine_is_told_of_a_choice_alone_that_a_person_has_to_make() -> None:
    world = World()
    twins = [replace(world.records[0], record_id=f"10001#1#{letter * 22}") for letter in "ab"]
    world.register.records[0:1] = [twins[0], replace(twins[1], discipline_name="林学")]
    case = world.answer(world.asked(), "verified")
    standing = world.cases.change_standing(case.case_number)
    assert standing is not None
    assert world.changes.go_on(case.case_number, world.now) == (CHOICE_OF_RECORD, standing.version)
    follows = {
        choice.get("StringEquals"): choice["Next"] for choice in machine_states()["WhatDoesTheChangeWaitFor"]["Choices"]
    }
    assert follows[CHOICE_OF_RECORD] == "WaitForChoice"
    assert follows[ChangeStage.PROPOSAL] == "Propose", "it is looked at again at once"
    assert follows[None] == "ReadChange", "an execution that was told nothing reads"


@pytest.mark.requirement("A11", "N1")
def test_the_machine_waits_for_no_choice_in_a_change_that_began_anew_while_it_was_looked_at() -> None:
    world = World()
    case = world.answer(world.asked(), "verified")
    later = Standing(ChangeStage.PROPOSAL, case.version + 1)
    changes = replace(world.changes, store=cast(CaseStore, SimpleNamespace(change_standing=lambda _: later)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RegisterChanges, "attend", lambda *_: Attended(case, needs_choice=True))
        assert changes.go_on(case.case_number, world.now) == later


def machine_states() -> dict[str, Any]:
    machine: dict[str, Any] = json.loads((ROOT / "statemachines/register-change.asl.json").read_text(encoding="utf-8"))
    return dict(machine["States"])


@pytest.mark.requirement("A6", "A11", "N1", "N3")
@pytest.mark.parametrize("admitted", [False, True])
@pytest.mark.parametrize("moment", ["commit", "before", "after", "cut"])
@pytest.mark.parametrize("moved", [False, True])
def test_register_and_log_say_the_same_when_a_recheck_opens_beside_the_application(
    admitted: bool, moment: str, moved: bool
) -> None:
    world = World()
    case = world.keep_register(world.answer(world.asked(discipline="园艺学"), "verified"))
    case = world.drive(approved(world, case).case_number)
    if moved:
        world.register.records[0] = replace(world.register.records[0], award_date=date(2001, 1, 1))
    before = list(world.register.records)

    def recheck() -> None:
        disputed(world, case)
        if admitted:
            world.staff("admit_recheck", case, command="admit", reason="受理")
        if moment == "cut":
            raise ConnectionError

    if moment == "commit":
        interrupted(world, "commit", recheck)
    else:
        interrupted(world, "revise", recheck, after=moment != "before")
    if moment == "cut":
        with pytest.raises(ConnectionError):
            world.keep_register(case)
    for _ in range(3):
        case = world.keep_register(case)
    first = case.register_changes[0]
    is_changed = world.register.records != before
    # Before its beginning is on record a change gives way to the recheck; from then on it is carried out.
    assert is_changed is (moment != "commit" and not moved)
    if is_changed:
        assert first.status is ChangeStatus.APPLIED
    elif admitted:
        assert first.status is ChangeStatus.CLOSED
    else:
        assert first.status is (ChangeStatus.APPROVED if moment == "commit" else ChangeStatus.OPEN)
    assert replay(world.cases.log(case.case_number)) == case
    if admitted:
        assert [one.status for one in case.register_changes[1:]] == [ChangeStatus.OPEN]
        assert case.change_stage is ChangeStage.OUTCOME
    else:
        assert len(case.register_changes) == 1


@pytest.mark.requirement("A11", "N1", "N3")
def test_a_change_that_was_written_before_a_crash_is_applied_though_another_one_followed_it() -> None:
    world = World()
    case = approved(world, world.keep_register(world.answer(world.asked(), "verified")))

    def cut() -> None:
        raise ConnectionError

    interrupted(world, "revise", cut, after=True)
    with pytest.raises(ConnectionError):
        world.keep_register(case)
    record = next(one for one in world.register.records if one.discipline_name == "园艺学")
    assert world.register.revise(record, replace(record, discipline_name="林学"), "RZ-other-R1", world.now)
    case = world.keep_register(case)
    assert last(case) is ChangeStatus.APPLIED


@pytest.mark.requirement("A10", "A11", "N3")
def test_a_change_is_approved_as_the_review_sheet_showed_it_or_not_at_all() -> None:
    world = World()
    case = world.keep_register(world.issue(world.answer(world.asked(discipline="园艺学"), "verified")))
    seen = world.staff("open_review", case, reviewer="reviewer-2").case.version
    with pytest.raises(Conflict, match="case_changed"):
        world.staff("approve_register_change", case, reason="同意", reviewer="reviewer-2", version=seen - 1)
    after = world.staff("approve_register_change", case, reason="同意", reviewer="reviewer-2", version=seen).case
    assert after.register_changes[-1].status is ChangeStatus.APPROVED
