"""Who may do what with a verification task, as one table (articles 9, 14): by the asker and by who has the task."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from degree_auth.domain.accounts.principal import DEPARTMENT_TIER, LEAD_TIER, Permission, Principal
from degree_auth.domain.cases.task import Task
from degree_auth.domain.shared.errors import DegreeAuthError, Forbidden
from degree_auth.domain.verification.access import TaskAction, listed_department, may, may_see
from tests.doubles.world import World

ARCHIVE, GRADUATE = "archive", "graduate-school"


def asker(institution_code: str, department_id: str | None, tier: int) -> Principal:
    return Principal("a", "u", institution_code, department_id, tier)


LEAD = asker("10001", None, LEAD_TIER)
ASKERS = {
    "lead": LEAD,
    "archive": asker("10001", ARCHIVE, DEPARTMENT_TIER),
    "graduate": asker("10001", GRADUATE, DEPARTMENT_TIER),
    "no department": asker("10001", None, DEPARTMENT_TIER),
    "other lead": asker("10002", None, LEAD_TIER),
    "other archive": asker("10002", ARCHIVE, DEPARTMENT_TIER),
}

UNROUTED = Task("RZ20261123AAAAAAAA-1", "10001", ((datetime(2026, 11, 23, tzinfo=UTC), None),))
TASKS = {
    "not routed yet": UNROUTED,
    "of the lead department": replace(UNROUTED, routed=True),
    "of the archive": replace(UNROUTED, routed=True, department_id=ARCHIVE),
}

ANSWERS = {TaskAction.FEEDBACK, TaskAction.ANSWER_FILES}
FOR_ALL_WHO_SEE = {TaskAction.EXTENSION, TaskAction.MESSAGES, TaskAction.WRONG_ANSWER}
EVERYTHING = {*ANSWERS, *FOR_ALL_WHO_SEE, TaskAction.REASSIGNMENT}
NOTHING: set[TaskAction] | None = None  # not even a look

TABLE = {
    ("lead", "not routed yet"): EVERYTHING,
    ("lead", "of the lead department"): EVERYTHING,
    ("lead", "of the archive"): EVERYTHING - ANSWERS,
    ("archive", "not routed yet"): NOTHING,
    ("archive", "of the lead department"): NOTHING,
    ("archive", "of the archive"): ANSWERS | FOR_ALL_WHO_SEE,
    ("graduate", "not routed yet"): NOTHING,
    ("graduate", "of the lead department"): NOTHING,
    ("graduate", "of the archive"): NOTHING,
    ("no department", "not routed yet"): NOTHING,
    ("no department", "of the lead department"): NOTHING,
    ("no department", "of the archive"): NOTHING,
    ("other lead", "not routed yet"): NOTHING,
    ("other lead", "of the lead department"): NOTHING,
    ("other lead", "of the archive"): NOTHING,
    ("other archive", "not routed yet"): NOTHING,
    ("other archive", "of the lead department"): NOTHING,
    ("other archive", "of the archive"): NOTHING,
}


def test_the_table_is_whole() -> None:
    assert set(TABLE) == {(who, which) for who in ASKERS for which in TASKS}
    assert set(TaskAction) == EVERYTHING


@pytest.mark.requirement("A9", "A14", "N4")
@pytest.mark.parametrize(("who", "which"), TABLE)
def test_who_may_see_a_task_and_who_may_do_what_with_it(who: str, which: str) -> None:
    principal, task, allowed = ASKERS[who], TASKS[which], TABLE[who, which]
    assert may_see(principal, task) == (allowed is not NOTHING)
    assert {action for action in TaskAction if may(principal, task, action)} == (allowed or set())


@pytest.mark.requirement("A9", "N4")
@pytest.mark.parametrize(("who", "which"), TABLE)
def test_a_system_sees_what_its_department_sees_and_acts_within_its_permissions(who: str, which: str) -> None:
    task, allowed = TASKS[which], TABLE[who, which]
    answering = replace(ASKERS[who], permissions=frozenset({Permission.READ, Permission.ANSWER}))
    reading = replace(ASKERS[who], permissions=frozenset({Permission.READ}))
    assert may_see(answering, task) == may_see(reading, task) == (allowed is not NOTHING)
    assert {action for action in TaskAction if may(answering, task, action)} == (allowed or set())
    assert not any(may(reading, task, action) for action in TaskAction)


LISTS: dict[tuple[str, str | None], str | type[DegreeAuthError] | None] = {
    ("lead", None): None,
    ("lead", ARCHIVE): ARCHIVE,
    ("archive", None): ARCHIVE,
    ("archive", ARCHIVE): ARCHIVE,
    ("archive", GRADUATE): Forbidden,
    ("no department", None): Forbidden,
    ("no department", ARCHIVE): Forbidden,
}


@pytest.mark.requirement("A9", "N4")
@pytest.mark.parametrize(("who", "wanted"), LISTS)
def test_a_list_holds_the_tasks_that_its_reader_may_see(who: str, wanted: str | None) -> None:
    expected = LISTS[who, wanted]
    if expected is Forbidden:
        with pytest.raises(Forbidden):
            listed_department(ASKERS[who], wanted)
    else:
        assert listed_department(ASKERS[who], wanted) == expected


@pytest.mark.requirement("A9", "N4")
def test_a_system_that_may_only_read_changes_nothing_by_any_use_case() -> None:
    world = World()
    case = world.asked()
    assert case.task is not None
    task_id, now, before = case.task.task_id, world.now, world.cases.log(case.case_number)
    reading = replace(LEAD, institution_code=case.task.institution_code, permissions=frozenset({Permission.READ}))
    world.forms.form(reading, task_id, now)
    for use in (
        lambda: world.verification.receive_feedback(reading, task_id, {}, now),
        lambda: world.verification.announce_extension(reading, task_id, {}, now),
        lambda: world.verification.reassign(reading, task_id, {}, now),
        lambda: world.answer_files.announce(reading, task_id, {}, now),
        lambda: world.messages.send(reading, task_id, {}, None, now),
        lambda: world.wrong_answers.receive(reading, task_id, {}, now),
    ):
        with pytest.raises(Forbidden) as refused:
            use()
        assert refused.value.code == "scope_missing"
    assert world.cases.log(case.case_number) == before


@pytest.mark.requirement("A9", "N4")
@pytest.mark.parametrize("who", ["graduate", "other lead", "other archive"])
def test_every_use_case_hides_a_task_from_whom_it_is_none_of(who: str) -> None:
    world = World()
    case = world.asked()
    assert case.task is not None
    task_id, code = case.task.task_id, case.task.institution_code
    stranger = ASKERS[who]
    foreign = "10002" if code != "10002" else "10003"
    stranger = replace(stranger, institution_code=code if stranger.institution_code == "10001" else foreign)
    now, before = world.now, world.cases.log(case.case_number)
    uses = [
        lambda: world.forms.form(stranger, task_id, now),
        lambda: world.verification.receive_feedback(stranger, task_id, {}, now),
        lambda: world.verification.announce_extension(stranger, task_id, {}, now),
        lambda: world.verification.reassign(stranger, task_id, {}, now),
        lambda: world.answer_files.announce(stranger, task_id, {}, now),
        lambda: world.messages.read(stranger, task_id, now),
        lambda: world.messages.send(stranger, task_id, {}, None, now),
        lambda: world.wrong_answers.receive(stranger, task_id, {}, now),
    ]
    for use in uses:
        with pytest.raises(DegreeAuthError) as refused:
            use()
        assert refused.value.code == "not_found"
    assert world.cases.log(case.case_number) == before
