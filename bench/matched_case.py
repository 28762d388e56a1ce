"""What one matched case asks of AWS: calls, units, transitions, invocations; and its price at public list prices.

The real handlers of the submission, the issue, the publication and the report log run in this process against the
emulator, and every call of an AWS client is recorded. The machine's place is taken by a thread that runs the issuing
handler as soon as the submission starts the machine, so that the submission waits for its report as it does when
deployed. The transitions are read from the history of a case that was submitted over HTTP. Durations are those of this
machine.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import requests

from bench import capacity
from bench.case_figures import call_figures, function_figures, gigabyte_seconds, median_of
from bench.figure import Baseline, Figure, Measurement, Run
from bench.prices import price_figures
from bench.recording import (
    Recorder,
    Tally,
    configure,
    handler,
    index_units,
    logged_elsewhere,
    published,
    request,
)
from bench.submission import fresh_bodies
from bench.three_tasks import run_to_its_end, three_tasks
from tools.build_layers import Target
from tools.environment import LAYERS
from tools.identity_provider import sign_in

ROUNDS = 5
_SECONDS = 60

FUNCTIONS = {
    "applicant_api": "ApplicantApiFunction",
    "issue_report": "IssueReportFunction",
    "publish_events": "PublishEventsFunction",
    "log_reports": "LogReportsFunction",
}


def measure(run: Run, rounds: int = ROUNDS) -> list[Figure]:
    """Counts of the median case, what its first cold run asked beyond them, and prices in US dollars."""
    sys.path.append(str(LAYERS / "fonts" / "python"))
    bodies, reader = fresh_bodies(Path(run.stack["sample_register"])), run.aws.client("dynamodb")
    with three_tasks(run.aws, f"python{Target.here().python}") as machine:
        configure(run.stack, machine)
        functions = {name: handler(name) for name in FUNCTIONS}
        tallies = [matched_case(reader, run.stack, functions, bodies) for _ in range(rounds + 1)]
        run_to_its_end(run.aws.client("stepfunctions"), machine)
        empty = _transitions(run, machine, "")
    transitions = _transitions(run, run.stack["IssuanceMachineArn"], _over_http(run, bodies))
    cold, *warm = tallies
    tally = median_of(warm)
    # How often the submission looks while it waits differs; what a warm case never asks is the cold start's own.
    loads = Counter({call: number for call, number in cold.calls.items() if call not in tally.calls})
    return [
        *_figures_of(tally, warm, transitions, empty),
        *call_figures("cold_calls", "仅冷启动时另有的调用", "calls of a cold start alone", loads),
    ]


MEASUREMENT = Measurement(
    chinese="一件比对一致的申请（清点）",
    english="one matched case, counted",
    measure=measure,
    needs_stack=True,
    quick={"rounds": 1},
)


def _figures_of(tally: Tally, warm: list[Tally], transitions: int, empty: int) -> list[Figure]:
    index, used = index_units(tally.writes), used_by(tally, warm, transitions)
    return [
        *call_figures("aws_calls", "AWS 调用", "AWS calls", tally.calls),
        Figure("reads", "DynamoDB 读次数（含等待）", "DynamoDB reads, looks while waiting too", len(tally.reads), ""),
        Figure("read_units", "读容量单位", "read units", used["read unit"], ""),
        Figure("writes", "DynamoDB 写入条目", "items written, all in transactions",
               len(tally.writes), ""),
        Figure("write_units", "写容量单位（含索引）", f"write units, {index} of them for the index",
               used["write unit"], ""),
        Figure("transitions", "状态转换", "state transitions", transitions, "",
               Baseline("三个空任务", "three empty tasks", empty)),
        *function_figures(FUNCTIONS, tally, warm),
        Figure("s3_puts", "S3 存储", "S3 puts", used["S3 put"], ""),
        Figure("signatures", "KMS 签名", "KMS signatures", used["KMS signature"], ""),
        Figure("events", "EventBridge 事件", "events on the bus", tally.events, ""),
        *price_figures(used, empty),
    ]  # fmt: skip


def used_by(tally: Tally, warm: list[Tally], transitions: int) -> dict[str, float]:
    """What a case used, by the names of the price list."""
    return {
        "API request": 1,
        "Lambda request": len(tally.seconds),
        "Lambda GB-second": sum(gigabyte_seconds(FUNCTIONS, warm).values()),
        "state transition": transitions,
        "read unit": sum(capacity.read_units(items, consistent=consistent) for items, consistent in tally.reads),
        "write unit": sum(capacity.transaction_write_units(one.item) for one in tally.writes)
        + index_units(tally.writes),
        "S3 put": tally.calls["s3", "PutObject"],
        "KMS signature": tally.calls["kms", "Sign"],
        "event": tally.events,
    }


def matched_case(
    reader: Any, stack: Mapping[str, Any], functions: dict[str, ModuleType], bodies: Iterator[dict[str, Any]]
) -> Tally:
    """Carry one matched case of a holder who signed in through the handlers and record what they ask for."""
    submit, issue, publish, enter = (
        functions["applicant_api"].app,
        functions["issue_report"].handler,
        functions["publish_events"].handler,
        functions["log_reports"].handler,
    )
    while True:
        body = next(bodies)
        token = sign_in(stack["api_url"], body["holder"])
        recorder = Recorder(reader, lambda recorder, case: recorder.run("issue_report", issue, {"case_number": case}))
        with recorder.recording():
            answered = recorder.run("applicant_api", submit, request(body, token=token))
            if not recorder.finish():
                continue  # not one of those that match
            answer = json.loads(answered["body"])
            if answer["report"] is None:
                raise RuntimeError(f"no report was issued: {answer['stage']}")
            published(recorder, publish, reader, stack["CasesTable"], answer["case_number"])
            logged_elsewhere(recorder, enter, reader, stack["CasesTable"], answer["case_number"])
        return recorder.tally


def _over_http(run: Run, bodies: Iterator[dict[str, Any]]) -> str:
    """The number of a case that matched, submitted as an applicant submits it."""
    url = run.stack["api_url"]
    while True:
        body = next(bodies)
        token = {"Authorization": f"Bearer {sign_in(url, body['holder'])}"}
        answered = requests.post(f"{url}/v1/applications", json=body, headers=token, timeout=_SECONDS)
        if not answered.ok:
            raise RuntimeError(answered.text)
        answer = answered.json()
        if answer["stage"] in ("issuing", "concluded"):
            return str(answer["case_number"])


def _transitions(run: Run, machine: str, name: str) -> int:
    """How many states the latest finished execution of this machine entered whose name begins so."""
    machines, deadline = run.aws.client("stepfunctions"), time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        for execution in machines.list_executions(stateMachineArn=machine, statusFilter="SUCCEEDED")["executions"]:
            if execution["name"].startswith(name):
                history = machines.get_execution_history(executionArn=execution["executionArn"], maxResults=1000)
                return sum(event["type"].endswith("StateEntered") for event in history["events"])
        time.sleep(0.2)
    raise RuntimeError(f"the machine did not finish: {machine}")
