"""Chapter: what the institution confirmed, the register says afterwards; a second person approves."""

from __future__ import annotations

from tools.demo.applicant import apply
from tools.demo.stack import SECOND_PERSON, expect
from tools.demo.story import Story


def play(story: Story) -> None:
    """The change is proposed by its machine, approved, applied; then the same claim matches at once, and ends in the
    report that is in force."""
    applicant = story.verified
    if applicant is None:
        expect(False, "no verification to change the register by")
        return
    applicant.until_told("register_change_proposed")
    number = applicant.case_number
    shown = story.stack.act("open_review", number, SECOND_PERSON)["version"]
    story.stack.act("approve_register_change", number, SECOND_PERSON, reason="与核查结果相符", version=shown)
    applicant.until_told("register_change_applied")
    again = apply(story.stack, applicant.body)
    comparison = again.until_settled()["comparison"]
    expect(comparison["result"] == "matched", f"{again.case_number}: {comparison}")
    found = story.stack.check(again.report())
    expect((found["state"], found["report"]["basis"]) == ("valid", "institution"), f"check: {found}")
    story.endings.append(again.ending("变更后同样申请", "same claim, changed register"))
