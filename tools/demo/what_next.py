"""What to try once the journey has been played: pages, reports, checks, accounts, staff actions."""

from __future__ import annotations

import hashlib
import json
import shlex
from typing import Any

from degree_auth.domain.accounts.accounts import LEAD_TIER
from degree_auth.domain.shared.working_days import shanghai_day
from tools.demo.applicant import REPORTS
from tools.demo.stack import REVIEWER, SECOND_PERSON
from tools.demo.story import Story
from tools.environment import OUTPUTS, ROOT

_REPORTS = (
    ("matched", "依据数据库的报告", "rests on the register"),
    ("verified", "依据单位核查的报告", "rests on the institution"),
    ("superseded", "被取代的报告", "superseded"),
    ("version 2", "取代它的报告", "takes its place"),
    ("revoked", "被撤销的报告", "revoked"),
)
_DECISIONS: tuple[tuple[str, str, str, dict[str, str], str, str], ...] = (
    ("open_review", "confirm_material", REVIEWER, {}, "打开审查单", "review sheet"),
    ("confirm_material", "confirm_material", REVIEWER, {}, "材料审查", "review"),
    (
        "approve_register_change",
        "approve_register_change",
        SECOND_PERSON,
        {"reason": "已核对"},
        "第二人批准",
        "approve",
    ),
)
"""Staff actions on the cases that wait: the action, what the case waits for, who, what else, and two words for it."""


def show(story: Story) -> None:
    """Print it."""
    api_url = story.stack.found["api_url"]
    print("\n接下来 What to try next")
    print(f"  申请页 apply  {api_url}/apply")
    _reports(story)
    for action, applicant in story.waiting.items():
        print(f"  办理进度 follow a case ({action})  {applicant.answer['links']['page']}")
    _accounts(story, api_url)
    _staff(story)
    print(f"  全部地址 all addresses  {OUTPUTS.relative_to(ROOT)}    停止 stop  make down")


def _reports(story: Story) -> None:
    for name, chinese, english in _REPORTS:
        if report := story.reports.get(name):
            print(f"  {chinese} {english}")
            print(f"    在线校验 check  {story.stack.check_link(report)}")
            path = REPORTS / f"{report['report_number']}.pdf"
            if path.exists():
                print(f"    打开 open       {path.relative_to(ROOT)}")
    if report := story.reports.get("matched"):
        digest = hashlib.sha256((REPORTS / f"{report['report_number']}.pdf").read_bytes()).hexdigest()
        body = shlex.quote(json.dumps({"sha256": digest}))
        url = f"{story.stack.found['api_url']}/v1/report-checks"
        print(f"  按文件校验 check a file  curl -sd {body} -H 'content-type: application/json' {url}")
    print(f"  更正公告 notices  {story.stack.found['api_url']}/notices")
    print(f"  单位门户 portal  {story.stack.found['api_url']}/portal")


def _accounts(story: Story, api_url: str) -> None:
    print("  单位账号 institution accounts")
    for office in story.offices:
        account = story.registrations.account(office.username)
        tier = "一级 tier 1" if account.tier == LEAD_TIER else "二级 tier 2"
        print(f"    {account.username}  {tier}  {account.password}  {account.otpauth_uri}")
    username = story.office().username
    print(f"  现在可用的动态验证码 a one-time code that is good now  make code USERNAME={username}")
    password = story.registrations.account(username).password
    code = f"""'"$(make -s code USERNAME={username})"'"""
    body = f"""'{{"username": "{username}", "password": "{password}", "one_time_code": "{code}"}}'"""
    print(f"  登录 sign in  curl -sd {body} -H 'content-type: application/json' {api_url}/v1/sessions")


def _staff(story: Story) -> None:
    for action, awaited, reviewer, more, chinese, english in _DECISIONS:
        if applicant := story.waiting.get(awaited):
            given = {"action": action, "case_number": applicant.case_number, "reviewer": reviewer, **more}
            _make_staff(chinese, english, given)
    month = f"{shanghai_day(story.stack.now):%Y-%m}"
    span = {"from": story.first_month or month, "to": month, "by": ["institution", "department"]}
    _make_staff("劳务费报表", "fees", {"action": "fee_statement", "reviewer": REVIEWER, **span})
    drawn = {"months": [month], "method": "risk", "size": 2}
    _make_staff("抽查", "spot check", {"action": "draw_spot_check", "reviewer": REVIEWER, **drawn})
    print("  拨快时钟 move the clock  make clock DAYS=3")


def _make_staff(chinese: str, english: str, given: dict[str, Any]) -> None:
    print(f"  {chinese} {english}  make staff INPUT={shlex.quote(json.dumps(given, ensure_ascii=False))}")
