"""Chapter: the applicant disputes a report, the lead department verifies again, a new version takes its place."""

from __future__ import annotations

from typing import Any

from tools.demo.applicant import apply, scan_of
from tools.demo.people import claim
from tools.demo.stack import Stack, expect, tell, until
from tools.demo.story import Story
from tools.demo.words import state_words

_TRUE = "园艺学"
"""What the archive says against the register."""


def play(story: Story) -> None:
    """From a report that the register bore out to its second version, and what the first one's check says then."""
    stack, lead = story.stack, story.office()
    body = claim(story.people.pop())
    applicant = apply(stack, body)
    former = applicant.report()
    evidence = applicant.attach("evidence", scan_of(claim_with(body, _TRUE)))
    status = applicant.dispute("证书上的专业名称与报告不同，见所附影印件。", evidence)
    expect(status["stage"] == "recheck_admission", f"{applicant.case_number}: {status['stage']}")
    applicant.until_told("recheck_opened")
    stack.act("admit_recheck", applicant.case_number, reason="证据与报告不符，予以再次核查")
    form = lead.task_of(applicant.case_number)
    expect(form["department_id"] is None, f"{form['task_id']}: {form['department_id']}")
    values = {"degree.discipline": _TRUE}
    lead.answer(form["task_id"], "partly_inconsistent", archive_reference="档-2026-005", archive_values=values)
    applicant.at_stage("recheck_decision")
    stack.act("decide_recheck", applicant.case_number, decision="superseded", reason="以档案记载为准")
    applicant.until_told("report_superseded")
    present = applicant.report()
    found = stack.check(former)
    versions = [(one["report_number"], one["state"]) for one in found["report"]["versions"]]
    wanted = [(former["report_number"], "superseded"), (present["report_number"], "valid")]
    expect((found["state"], versions) == ("superseded", wanted), f"check: {found}")
    tell(f"旧校验码：{found['message']}", f"the former check code: {found['message_en']}")
    found = stack.check(present)
    expect(
        (found["state"], found["report"]["version"], found["report"]["discipline"]) == ("valid", 2, _TRUE),
        f"check: {found}",
    )
    notice = published_notice(stack, former["report_number"])
    expect(notice["superseded_by"] == present["report_number"], f"notice: {notice}")
    story.reports |= {"superseded": former, "version 2": present}
    story.endings.append(applicant.ending("异议后更正", "disputed, superseded"))


def claim_with(body: dict[str, Any], discipline: str) -> dict[str, Any]:
    """An application with another discipline."""
    return {**body, "degree": {**body["degree"], "discipline": discipline}}


def published_notice(stack: Stack, report_number: str) -> dict[str, Any]:
    """The public notice of a report that is no longer in force."""

    def look() -> dict[str, Any] | None:
        notices: list[dict[str, Any]] = stack.ask("GET", "/v1/notices")["notices"]
        return next((one for one in notices if one["report_number"] == report_number), None)

    notice = until(look, "纠正公告", "the public notice")
    state, cause = state_words(notice["state"]), notice["cause"]
    tell(
        f"纠正公告：{report_number} {state.zh}。{cause['zh']}",
        f"public notice: {report_number} {state.en}. {cause['en']}",
    )
    return notice
