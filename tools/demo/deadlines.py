"""Chapter: ten working days pass; one institution's department extends in time, another lets its task go overdue."""

from __future__ import annotations

from datetime import date, timedelta

from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.shared.working_days import beginning_of
from degree_auth.domain.verification.deadlines import LOOKS_APART, REMINDER_DAYS
from tools.demo.applicant import Applicant, events
from tools.demo.people import claim, new_people
from tools.demo.stack import expect, tell
from tools.demo.story import Story
from tools.demo.verification import ARCHIVE, TAUGHT

LATE = "continuing"
"""The department that covers adult education, as another does."""

_EXTENSION_DAYS = 5


def play(story: Story) -> None:
    """The clock is moved to the day of the reminder, and past the deadline; then both answer."""
    lead, archive, late = story.office(), story.office(ARCHIVE), story.office(LATE)
    # Nobody of this name is in the register: that alone says nothing against the degree.
    extending = story.apply_and_confirm(claim(new_people(1)[0]))
    adult = claim(story.people.pop(), study_form="adult", discipline=TAUGHT)
    silent = story.apply_and_confirm(adult, "degree.study_form", "degree.discipline")
    for applicant in (extending, silent):
        applicant.prove_mailbox()
    extended = archive.task_of(extending.case_number)
    overdue = lead.task_of(silent.case_number)
    expect(overdue["department_id"] is None, f"{overdue['task_id']}: {overdue['department_id']}")
    task = f"tasks/{overdue['task_id']}"
    lead.ask("POST", f"{task}/reassignment", json={"department_id": LATE, "reason": "成人教育归口继续教育学院"})
    tell(
        f"牵头部门把 {overdue['task_id']} 分配给继续教育学院，时限不变",
        f"the lead department gives {overdue['task_id']} to the department of adult education; the deadline stays",
    )

    due = date.fromisoformat(extended["deadline"]["due"])
    story.stack.move_to(beginning_of(reminder_day(due)) + timedelta(hours=9))
    for applicant in (extending, silent):
        applicant.until_told("task_reminded")
    _extend(story, extending, extended["task_id"], due)

    story.stack.move_to(beginning_of(due + timedelta(days=1)) + LOOKS_APART)
    silent.until_told("task_overdue")
    expect(
        "task_overdue" not in events(extending.status()), f"{extending.case_number}: overdue in spite of its extension"
    )
    expect(lead.ask("GET", task)["deadline"]["overdue"], f"{task}: the lead department is not shown that it is overdue")
    late.answer(overdue["task_id"], "verified", archive_reference="档-2026-003", remark="逾期反馈")
    archive.answer(extended["task_id"], "verified", archive_reference="档-2026-004")
    for applicant, kind in (
        (silent, ("逾期后反馈", "answered late")),
        (extending, ("延期内反馈", "answered within the extension")),
    ):
        expect(story.stack.check(applicant.report())["state"] == "valid", f"{applicant.case_number}: check")
        story.endings.append(applicant.ending(*kind))
    silent.until_told("register_change_proposed")
    story.waiting["approve_register_change"] = silent


def _extend(story: Story, applicant: Applicant, task_id: str, due: date) -> None:
    later = published_calendar().add_working_days(due, _EXTENSION_DAYS)
    body = {"due": later.isoformat(), "reason": "需赴校外档案馆查阅"}
    story.office(ARCHIVE).ask("POST", f"tasks/{task_id}/extension", json=body)
    applicant.until_told("extension_announced")


def reminder_day(due: date) -> date:
    """The day after which so many working days are left as a reminder is sent at."""
    day = due
    while published_calendar().working_days_between(day, due) < REMINDER_DAYS:
        day -= timedelta(days=1)
    return day
