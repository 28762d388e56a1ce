"""Who of the staff works on a case: shown to the others, who decide nothing on it before they take it over (article
10)."""

from __future__ import annotations

from typing import Any

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.timeline import timeline
from degree_auth.domain.review.staff_actions import WHOEVER_HAS_IT, Action
from degree_auth.domain.review.work import WorkKind
from degree_auth.domain.shared.errors import Conflict
from degree_auth.services.review.staff_decisions import Done
from tests.doubles.world import World, lead_of

FIRST, SECOND = "reviewer-1", "reviewer-2"


def act(world: World, action: str, case: Case, reviewer: str = FIRST, **more: Any) -> Done:
    command = f"{action} by {reviewer} {len(world.cases.log(case.case_number))}"
    return world.staff(action, case, command=command, reviewer=reviewer, **more)


def holder(world: World, case: Case) -> str | None:
    found = world.cases.load(case.case_number).in_hand
    return None if found is None else found.by


@pytest.mark.requirement("A10", "N5")
def test_a_case_in_hand_is_shown_in_the_list_on_the_sheet_and_to_whoever_opens_it() -> None:
    world = World()
    case = world.mismatched()
    taken = act(world, "take_case", case)
    assert all("open_review" in text for text in taken.words)
    assert world.cases.work[WorkKind.REVIEW][case.case_number].taken_by == f"staff:{FIRST}"
    own, others = act(world, "open_review", case), act(world, "open_review", case, SECOND)
    assert FIRST not in own.words.en
    assert all(FIRST in text for text in others.words)
    sheet = world.documents.objects[f"review/{case.case_number}/sheet.html"].decode()
    assert f"领取人 {FIRST}" in sheet


@pytest.mark.requirement("A10")
def test_another_reviewers_decision_is_refused_until_they_take_the_case_over() -> None:
    world = World()
    case = world.mismatched()
    act(world, "take_case", case)
    for action, more in (("confirm_material", {}), ("take_case", {}), ("release_case", {})):
        with pytest.raises(Conflict, match="case_in_other_hands"):
            act(world, action, case, SECOND, **more)
    act(world, "take_case", case, SECOND, take_over=True)
    assert holder(world, case) == f"staff:{SECOND}"
    with pytest.raises(Conflict, match="case_in_other_hands"):
        act(world, "confirm_material", case)
    act(world, "confirm_material", case, SECOND)


@pytest.mark.requirement("A10")
def test_a_case_that_nobody_has_taken_is_open_to_all_and_one_given_back_too() -> None:
    world = World()
    case = world.mismatched()
    act(world, "take_case", case)
    act(world, "release_case", case)
    assert holder(world, case) is None
    act(world, "confirm_material", case, SECOND)


@pytest.mark.requirement("A10", "N1")
def test_taking_and_giving_back_again_change_nothing() -> None:
    world = World()
    case = world.mismatched()
    before = len(world.cases.log(case.case_number))
    act(world, "release_case", case)
    assert len(world.cases.log(case.case_number)) == before
    act(world, "take_case", case)
    act(world, "take_case", case)
    assert len(world.cases.log(case.case_number)) == before + 1


@pytest.mark.requirement("A10")
def test_the_case_is_in_nobodys_hands_once_the_centre_has_handed_it_on() -> None:
    world = World()
    case = world.mismatched()
    act(world, "take_case", case)
    case = act(world, "confirm_material", case).case
    assert holder(world, case) is None


@pytest.mark.requirement("A10")
def test_what_waits_for_nobody_is_not_taken() -> None:
    world = World()
    case = world.submit(world.body())
    with pytest.raises(Conflict, match="nothing_waits"):
        act(world, "take_case", case)


@pytest.mark.requirement("A14")
def test_a_second_person_is_not_refused() -> None:
    assert {Action.CONFIRM_WRITTEN_FEEDBACK, Action.APPROVE_REGISTER_CHANGE} <= WHOEVER_HAS_IT


@pytest.mark.requirement("A1", "A10")
def test_who_works_on_a_case_changes_nothing_of_what_a_sheet_shows() -> None:
    world = World()
    case = world.unproven(world.body()).case
    case = world.attach(case, kind="identity_document")
    shown = act(world, "open_review", case).case.version
    act(world, "take_case", case)
    act(world, "confirm_identity", case, version=shown)


@pytest.mark.requirement("A1", "A10")
def test_what_a_sheet_does_not_show_still_refuses_the_decision() -> None:
    world = World()
    case = world.attach(world.unproven(world.body()).case, kind="identity_document")
    shown = act(world, "open_review", case).case.version
    world.attach(case, kind="identity_document")
    act(world, "take_case", case)
    with pytest.raises(Conflict, match="case_changed"):
        act(world, "confirm_identity", case, version=shown)
    with pytest.raises(Conflict, match="case_changed"):
        act(world, "confirm_identity", case, version=world.cases.load(case.case_number).version + 1)


@pytest.mark.requirement("A14")
def test_a_message_of_an_institution_waits_until_staff_have_opened_the_sheet() -> None:
    world = World()
    case = world.asked()
    assert case.task is not None
    world.staff("send_message", case, command="ask", text="请说明")
    assert world.cases.load(case.case_number).unread_since is None
    world.messages.send(lead_of(case), case.task.task_id, {"text": "档案在途"}, None, world.now)
    assert case.case_number in world.cases.work[WorkKind.MESSAGE]
    act(world, "open_review", case)
    assert case.case_number not in world.cases.work[WorkKind.MESSAGE]
    before = len(world.cases.log(case.case_number))
    act(world, "open_review", case)
    assert len(world.cases.log(case.case_number)) == before


@pytest.mark.requirement("A14", "N1")
def test_a_message_that_came_while_the_sheet_was_made_is_not_taken_for_read(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    case = world.asked()
    task = case.task
    assert task is not None
    world.messages.send(lead_of(case), task.task_id, {"text": "档案在途"}, None, world.now)
    put = world.documents.put

    def put_while_another_comes(key: str, content: bytes, content_type: str) -> None:
        monkeypatch.undo()
        put(key, content, content_type)
        world.messages.send(lead_of(case), task.task_id, {"text": "又查到一份"}, None, world.now)

    monkeypatch.setattr(world.documents, "put", put_while_another_comes)
    act(world, "open_review", case)
    assert case.case_number in world.cases.work[WorkKind.MESSAGE]


@pytest.mark.requirement("N4")
def test_applicants_are_not_shown_who_works_on_their_case() -> None:
    world = World()
    case = world.mismatched()
    act(world, "take_case", case)
    act(world, "release_case", case)
    events = {one["event"] for one in timeline(world.cases.log(case.case_number))}
    assert events.isdisjoint({EventType.TAKEN_IN_HAND, EventType.GIVEN_BACK, EventType.MESSAGES_READ})


@pytest.mark.requirement("A10")
def test_what_was_done_and_what_comes_next_is_said_in_words() -> None:
    world = World()
    done = act(world, "confirm_material", world.mismatched())
    assert done.words.en.startswith("Done: The entry is confirmed and the institution asked. Stage: Verification")
    assert done.words.zh.startswith("已完成：材料审查通过，已转学位授予单位核查。当前阶段：学位授予单位核查。")
    assert "Nothing of it waits for staff now." in done.words.en
