"""Chapter: what the institution has earned by this run's answers, as its lead department sees it."""

from __future__ import annotations

from degree_auth.domain.shared.working_days import shanghai_day
from tools.demo.stack import expect, tell, until
from tools.demo.story import Story


def total(story: Story) -> dict[str, int]:
    """Tasks and fen from the month in which the run began to the present one."""
    months = {"from": story.first_month, "to": f"{shanghai_day(story.stack.now):%Y-%m}", "by": "department,period"}
    answer = story.office().ask("GET", "fees", params=months)
    rows = answer["rows"]
    for name in ("tasks", "fen"):
        expect(sum(row[name] for row in rows) == answer[name], f"fees do not add up: {answer}")
    return {name: answer[name] for name in ("tasks", "fen")}


def play(story: Story) -> None:
    """One fee for each task answered, no more and no less."""
    wanted, found = story.fees["tasks"] + len(story.answered), story.fees

    def all_stated() -> bool:
        nonlocal found
        found = total(story)
        return found["tasks"] >= wanted

    until(all_stated, "劳务费入账", "the fees to be stated")
    expect(found["tasks"] == wanted, f"fees: {found['tasks']} != {wanted}")
    earned, fen = found["tasks"] - story.fees["tasks"], found["fen"] - story.fees["fen"]
    tell(
        f"牵头部门查看劳务费：本轮 {earned} 件，{fen / 100:.2f} 元",
        f"the lead department's fees of this run: {earned} tasks, CNY {fen / 100:.2f}",
    )
