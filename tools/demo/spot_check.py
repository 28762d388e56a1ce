"""Chapter: a record of the register is wrong, a spot check finds the report that rests on it, and it is revoked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from degree_auth.adapters.register.writer import RegisterWriter
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.register.annual_report_header import read_header
from degree_auth.domain.register.annual_report_row import read_row
from degree_auth.domain.register.award_identity import award_source, join_record_id, partition_of
from degree_auth.domain.shared.working_days import beginning_of, shanghai_day
from degree_auth.services.register.award_keys import award_part
from tools.demo.applicant import Applicant, apply
from tools.demo.dispute import published_notice
from tools.demo.people import claim
from tools.demo.stack import Stack, expect, tell, until
from tools.demo.story import Story
from tools.sample_rows import Row

_REPORTS, _SIZE = 4, 2
_MOST_DRAWS = 20


def play(story: Story) -> None:
    """In a month of its own some reports are issued and a record is falsified; reports are drawn until its own is."""
    stack, lead = story.stack, story.office()
    stack.move_to(_next_month(stack))
    people = [story.people.pop() for _ in range(_REPORTS)]
    applicants = [apply(stack, claim(row)) for row in people]
    reports = [applicant.report() for applicant in applicants]
    wrong, revoked = applicants[0], reports[0]
    _falsify(stack, people[0])
    draw_id = _draw(stack, wrong)
    wrong.until_told("recheck_opened")
    form = lead.task_of(wrong.case_number)
    lead.answer(form["task_id"], "not_awarded")
    wrong.at_stage("recheck_decision")
    stack.act("decide_recheck", wrong.case_number, decision="revoked", reason="单位核查：未授予该学位")
    wrong.until_told("report_revoked")
    found = stack.check(revoked)
    expect(found["state"] == "revoked", f"check: {found}")
    tell(f"旧校验码：{found['message']}", f"the former check code: {found['message_en']}")
    published_notice(stack, revoked["report_number"])
    _summarise(stack, draw_id, revoked["report_number"])
    story.reports["revoked"] = revoked
    story.endings.append(wrong.ending("抽查后撤销", "spot-checked, revoked"))
    story.endings += [one.ending("同月其他报告", "others of that month") for one in applicants[1:]]


def _next_month(stack: Stack) -> Any:
    today = shanghai_day(stack.now)
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return beginning_of(first) + timedelta(hours=9)


def _falsify(stack: Stack, row: Row) -> None:
    """Change what the register's record of an award says, as an error would, past every flow of the system."""
    secret = stack.aws.client("secretsmanager").get_secret_value(SecretId=stack.found["MasterSecretArn"])
    keyring = Keyring(secret["SecretString"].encode())
    record = read_row(list(row.values()), read_header(list(row)))
    partition = partition_of(record)
    record_id = join_record_id(partition, award_part(keyring, partition, award_source(record)))
    changed = replace(record, record_id=record_id, discipline_name="误录专业")
    writer = RegisterWriter(stack.found["RegisterTable"], keyring, stack.aws.client("dynamodb"))
    counts = writer.save([changed], "demo-error", stack.now).counts
    expect(counts.changed == 1, f"register: {counts}")
    tell("数据库中一条记录被悄悄改错（模拟差错）", "a record of the register is silently wrong")


def _draw(stack: Stack, wanted: Applicant) -> str:
    """Draw reports of the present month at random, again until the wanted one is among them; the draw's id."""
    month = f"{shanghai_day(stack.now):%Y-%m}"
    order = {"action": "draw_spot_check", "months": [month], "method": "simple", "size": _SIZE}
    for number in range(1, _MOST_DRAWS + 1):
        output = stack.start(order, f"{wanted.case_number}-draw-{number}")
        drawn = until(partial(_kept, stack, output["draw_id"], "draw.json"), "抽取结果", "the draw")["drawn"]
        tell(f"第 {number} 次抽查：{output['message']}", f"draw {number}: {output['message_en']}")
        if wanted.case_number in {one["case_number"] for one in drawn}:
            return str(output["draw_id"])
    expect(False, f"not drawn in {_MOST_DRAWS} draws")
    return ""


def _summarise(stack: Stack, draw_id: str, report_number: str) -> None:
    summarise = {"action": "summarise_spot_check", "draw_id": draw_id}
    stack.start(summarise, f"{draw_id}-summarise")
    until(
        lambda: (_kept(stack, draw_id, "result.json") or {}).get("findings", {}).get(report_number) == "wrong",
        "抽查结果",
        "the findings",
    )
    output = stack.start(summarise, f"{draw_id}-summarised")
    tell(output["message"], output["message_en"])


def _kept(stack: Stack, draw_id: str, name: str) -> dict[str, Any] | None:
    """A file of a draw, None while it is not there."""
    storage, bucket = stack.aws.client("s3"), stack.found["DocumentsBucket"]
    try:
        stored = storage.get_object(Bucket=bucket, Key=f"spot-checks/{draw_id}/{name}")
    except storage.exceptions.NoSuchKey:
        return None
    found: dict[str, Any] = json.loads(stored["Body"].read())
    return found
