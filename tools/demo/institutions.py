"""Chapter: staff register institutions, whose users sign in; a supplementary annual report brings the run's people."""

from __future__ import annotations

from degree_auth.domain.shared.working_days import shanghai_day
from tools.demo import fees
from tools.demo.people import import_into, new_people
from tools.demo.stack import expect, tell
from tools.demo.story import Story

_PEOPLE = 8


def play(story: Story) -> None:
    """Provide institutions, accounts and people."""
    tell("登记单位与部门，各账号首次登录并绑定动态验证码", "registering institutions, departments; first sign-ins")
    accounts = story.registrations.provide()
    tell(f"{len(accounts)} 个账号可用", f"{len(accounts)} accounts are ready")
    lead = story.office()
    lead.sign_in()
    coverage = lead.ask("GET", "coverage")
    expect(bool(coverage), "coverage")
    story.first_month = f"{shanghai_day(story.stack.now):%Y-%m}"
    story.fees = fees.total(story)
    story.people = new_people(_PEOPLE)
    import_into(story.stack, story.people)
