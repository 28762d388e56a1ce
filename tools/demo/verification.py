"""Chapter: what no register settles, the institution does: review, routing, questions, feedback, conclusion."""

from __future__ import annotations

from tools.demo.people import claim
from tools.demo.stack import expect, tell
from tools.demo.story import Story

ARCHIVE = "archive"
"""The department whose scope covers degrees of former years."""

TAUGHT = "数据科学与园艺"
"""A discipline that no sample record has."""


def play(story: Story) -> None:
    """One degree is verified as claimed, another with the archive's values."""
    story.office(ARCHIVE).sign_in()
    _play_verified(story)
    _partly_inconsistent(story)


def _play_verified(story: Story) -> None:
    archive = story.office(ARCHIVE)
    applicant = story.apply_and_confirm(claim(story.people.pop(), discipline=TAUGHT), "degree.discipline")
    form = archive.task_of(applicant.case_number)
    expect(form["department_id"] == ARCHIVE, f"{form['task_id']}: {form['department_id']}")
    expect(form["claim"]["degree"]["discipline"] == TAUGHT, f"{form['task_id']}: {form['claim']['degree']}")
    messages = f"tasks/{form['task_id']}/messages"
    archive.ask("POST", messages, 201, json={"text": "请协助确认影印件上的专业名称。"})
    tell("核查部门提问", "the department asks the reviewer a question")
    story.stack.act("send_message", applicant.case_number, text="影印件上的专业名称与申请一致。")
    said = [one["from"] for one in archive.ask("GET", messages)["messages"]]
    expect(said == ["institution", "centre"], f"{messages}: {said}")
    archive.answer(form["task_id"], "verified", archive_reference="档-2026-001")
    report = applicant.report()
    found = story.stack.check(report)
    expect((found["state"], found["report"]["basis"]) == ("valid", "institution"), f"check: {found}")
    number = report["report_number"]
    tell(f"报告 {number}，依据：单位核查", f"report {number} rests on the institution's verification")
    story.verified = applicant
    story.reports["verified"] = report
    story.endings.append(applicant.ending("单位核查属实", "verified as claimed"))


def _partly_inconsistent(story: Story) -> None:
    archive, row = story.office(ARCHIVE), story.people.pop()
    true = claim(row)["degree"]["award_date"]
    mistaken = f"{true[:5]}05-20"
    applicant = story.apply_and_confirm(claim(row, award_date=mistaken), "degree.award_date")
    task_id = archive.task_of(applicant.case_number)["task_id"]
    values = {"degree.award_date": true}
    archive.answer(task_id, "partly_inconsistent", archive_reference="档-2026-002", archive_values=values)
    story.stack.act("accept_archive_values", applicant.case_number, reason="以档案记载为准")
    found = story.stack.check(applicant.report())
    expect((found["state"], found["report"]["award_date"]) == ("valid", true), f"check: {found}")
    tell(
        f"申请填写 {mistaken}，报告载明档案记载 {true}",
        f"the claim says {mistaken}; the report says {true}, as the archive does",
    )
    story.endings.append(applicant.ending("部分信息不一致", "partly inconsistent"))
