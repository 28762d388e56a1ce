"""From submitting an application over HTTP until its answer holds the report, against three empty tasks in a row.

Both run in turn on the same emulator with warm functions, so that its own slowness falls on both.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import requests

from bench.figure import Baseline, Figure, Measurement, Run
from bench.three_tasks import run_to_its_end, three_tasks
from tools.build_layers import Target
from tools.identity_provider import sign_in
from tools.sample_applications import body_of, undoubted
from tools.sample_files import read_csv

ROUNDS = 30
WARMING = 4
_SECONDS = 60
_PAUSE_SECONDS = 0.05


def measure(run: Run, rounds: int = ROUNDS, warming: int = WARMING) -> list[Figure]:
    """Milliseconds of matched applications and of the baseline, medians and ninetieth percentiles."""
    machines, session = run.aws.client("stepfunctions"), requests.Session()
    bodies = fresh_bodies(Path(run.stack["sample_register"]))
    submissions, baselines, at_once = [], [], 0
    with three_tasks(run.aws, f"python{Target.here().python}") as machine:
        for turn in range(warming + rounds):
            seconds, status = _submit(session, run.stack["api_url"], bodies)
            empty = run_to_its_end(machines, machine)
            if turn >= warming:
                submissions.append(seconds * 1000)
                baselines.append(empty * 1000)
                at_once += status == 201
    return [
        Figure(
            f"{name}_ms",
            f"提交到报告，{chinese}",
            f"submission to report, {english}",
            of(submissions),
            "ms",
            Baseline("三个空任务依次执行", "three empty tasks in a row", of(baselines)),
        )
        for name, chinese, english, of in (
            ("median", "中位数", "median", statistics.median),
            ("p90", "第 90 百分位", "90th percentile", _ninetieth),
        )
    ] + [
        Figure(
            "answered_at_once",
            "提交的答复即含报告",
            "reports in the submission's own answer",
            at_once / rounds * 100,
            "%",
        )
    ]


MEASUREMENT = Measurement(
    chinese="提交到报告（HTTP）",
    english="submission to report over HTTP",
    measure=measure,
    needs_stack=True,
    quick={"rounds": 2, "warming": 1},
)


def fresh_bodies(register: Path) -> Iterator[dict[str, Any]]:
    """Applications that match the sample register, none of them submitted before: each has its own e-mail address."""
    random = Random()  # noqa: S311 -- sample data
    rows = undoubted(read_csv(register))
    while True:
        body = body_of(random.choice(rows))
        body["contact"]["email"] = f"bench-{random.getrandbits(64):x}@example.com"
        yield body


def _submit(session: requests.Session, api_url: str, bodies: Iterator[dict[str, Any]]) -> tuple[float, int]:
    """Seconds until the report is there, and the status of the first answer; what does not match is passed over."""
    while True:
        body = next(bodies)
        token = {"Authorization": f"Bearer {sign_in(api_url, body['holder'])}"}
        started = time.perf_counter()
        answered = session.post(f"{api_url}/v1/applications", json=body, headers=token, timeout=_SECONDS)
        answered.raise_for_status()
        answer = answered.json()
        while answer["stage"] in ("received", "issuing") and time.perf_counter() - started < _SECONDS:
            time.sleep(_PAUSE_SECONDS)
            answer = session.get(answer["links"]["self"], headers=token, timeout=_SECONDS).json()
        if answer["report"] is not None:
            return time.perf_counter() - started, answered.status_code


def _ninetieth(times: list[float]) -> float:
    return statistics.quantiles(times, n=10)[8]
