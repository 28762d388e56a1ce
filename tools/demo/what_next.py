"""What to try once the journey has been played: pages, reports, checks, accounts, staff actions."""

from __future__ import annotations

import hashlib
import json
import shlex
from pathlib import Path
from typing import Any

from degree_auth.domain.shared.words import Words
from degree_auth.domain.shared.working_days import shanghai_day
from tools.demo.applicant import REPORTS
from tools.demo.stack import SECOND_PERSON
from tools.demo.story import Story
from tools.demo.words import action_words
from tools.environment import OUTPUTS, ROOT
from tools.mail_receiver import mails

_MAILS = 6

_REPORTS = (
    ("matched", "依据数据库的报告", "a report that rests on the register"),
    ("verified", "依据单位核查的报告", "a report that rests on the institution's verification"),
    ("superseded", "被取代的报告", "a report that was superseded"),
    ("version 2", "取代它的报告", "the report in its place"),
    ("revoked", "被撤销的报告", "a report that was revoked"),
)
_DECISIONS: tuple[tuple[str, str, str, dict[str, str], str, str], ...] = (
    ("open_review", "confirm_material", "", {}, "打开审查单", "open the review sheet"),
    ("confirm_material", "confirm_material", "", {}, "材料审查", "confirm the material"),
    (
        "approve_register_change",
        "approve_register_change",
        SECOND_PERSON,
        {"reason": "已核对"},
        "第二人批准数据库信息变更",
        "approve the register change as second person",
    ),
)
"""Staff actions on the cases that wait: the action, what the case waits for, who it must be where not just anyone will
do, what else, and two words for it."""


def show(story: Story) -> None:
    """Print it: what each thing is, in a line of each language, and below these what to open or to type."""
    api_url = story.stack.found["api_url"]
    print()
    print(Words("接下来", "What to try next").lines)
    _print("先打开：在线校验", "open this first: the online check", story.stack.found["check_url"])
    _print("申请页", "apply", f"{api_url}/apply")
    _print("我的认证（登录，选择样例人员）", "my cases: sign in as one of the sample people", f"{api_url}/my")
    _reports(story)
    for action, applicant in story.waiting.items():
        # The link of a case that an earlier run made opens nothing: its token was handed out once.
        if applicant.answer["access_token"]:
            awaited = action_words(action)
            page = applicant.answer["links"]["page"]
            _print(f"办理进度（等待工作人员{awaited.zh}）", f"a case that waits until somebody {awaited.en}", page)
    _mails(Path(story.stack.found["mails"]))
    _accounts(story, api_url)
    _staff(story)
    _print("全部地址", "all addresses", str(OUTPUTS.relative_to(ROOT)))
    _print("停止", "stop", "make down")


def _reports(story: Story) -> None:
    for name, chinese, english in _REPORTS:
        if report := story.reports.get(name):
            path = REPORTS / f"{report['report_number']}.pdf"
            file = [str(path.relative_to(ROOT))] if path.exists() else []
            _print(chinese, english, story.stack.check_link(report), *file)
    if report := story.reports.get("matched"):
        digest = hashlib.sha256((REPORTS / f"{report['report_number']}.pdf").read_bytes()).hexdigest()
        body = shlex.quote(json.dumps({"sha256": digest}))
        url = f"{story.stack.found['api_url']}/v1/report-checks"
        asked = f"curl -sd {body} -H 'content-type: application/json' {url}"
        path = (REPORTS / f"{report['report_number']}.pdf").relative_to(ROOT)
        _print("按文件校验（需 curl）", "check a file (with curl)", asked)
        _print(
            "离线验证该报告已记入日志",
            "verify offline that this report was logged",
            f"{asked} > .local/check.json",
            f"make verify-log REPORT={path} ANSWER=.local/check.json",
        )
    _print("纠正公告", "public notices of corrections", f"{story.stack.found['api_url']}/notices")
    _print("单位门户", "the institutions' portal", f"{story.stack.found['api_url']}/portal")


def _mails(folder: Path) -> None:
    """The mails that were sent last, each with the file that a mail reader opens."""
    latest = sorted(folder.glob("*.eml"))[-_MAILS:]
    shown = [f"{mail['To']}  {mail['Subject']}" for mail in mails(folder)[-_MAILS:]]
    lines = [f"{said}  {path.relative_to(ROOT)}" for said, path in zip(shown, latest, strict=True)]
    _print("最近发出的邮件", "the mails that were sent last", *lines)


def _accounts(story: Story, api_url: str) -> None:
    accounts = [story.registrations.account(office.username) for office in story.offices]
    _print(
        "单位账号：用户名、级别、密码、动态验证码绑定地址",
        "institution accounts: username, tier, password, address that binds an authenticator",
        *(f"{one.username}  {one.tier}  {one.password}  {one.otpauth_uri}" for one in accounts),
    )
    username = story.office().username
    _print("现在可用的动态验证码", "a one-time code that is valid now", f"make code USERNAME={username}")
    password = story.registrations.account(username).password
    code = f"""'"$(make -s code USERNAME={username})"'"""
    body = f"""'{{"username": "{username}", "password": "{password}", "one_time_code": "{code}"}}'"""
    _print("登录", "sign in", f"curl -sd {body} -H 'content-type: application/json' {api_url}/v1/sessions")


def _staff(story: Story) -> None:
    for action, awaited, reviewer, more, chinese, english in _DECISIONS:
        if applicant := story.waiting.get(awaited):
            who = {"reviewer": reviewer} if reviewer else {}
            number = applicant.case_number
            # As a review sheet opened now shows it; nothing moves the case before somebody approves.
            seen = {"version": story.stack.act("open_review", number)["version"]} if reviewer else {}
            given = {"action": action, "case_number": number, **who, **more, **seen}
            _make_staff(chinese, english, given)
    month = f"{shanghai_day(story.stack.now):%Y-%m}"
    span = {"from": story.first_month or month, "to": month, "by": ["institution", "department"]}
    fees = {"action": "fee_statement", **span}
    _make_staff("劳务费报表", "write a statement of verification fees", fees)
    drawn = {"months": [month], "method": "risk", "size": 2}
    _make_staff("抽查", "draw a spot check", {"action": "draw_spot_check", **drawn})
    _print("拨快时钟", "move the clock forward", "make clock DAYS=3")


def _make_staff(chinese: str, english: str, given: dict[str, Any]) -> None:
    _print(chinese, english, f"make staff INPUT={shlex.quote(json.dumps(given, ensure_ascii=False))}")


def _print(chinese: str, english: str, *things: str) -> None:
    print(Words(f"  {chinese}", f"  {english}").lines)
    for thing in things:
        print(f"      {thing}")
