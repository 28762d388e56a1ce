"""The oracle trial: what somebody who did not sign in can tell of the register by guessing, over HTTP as deployed.

Of each pair of applications one is right in everything and one has a wrong document number; which comes first is drawn.
A pair is told apart when the two answers differ in anything but what is drawn at random, in their length, or in their
headers. Of the times, it counts how often the right one took longer: of pairs that tell nothing, half.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import requests

from bench.figure import Baseline, Figure, Measurement, Run
from degree_auth.domain.applications.identity import check_character
from tools.identity_provider import sign_in
from tools.sample_applications import body_of, undoubted
from tools.sample_files import read_csv

PAIRS = 60
_WARMING = 3
_SECONDS = 60
_HEADERS = ("date", "x-amzn-requestid", "x-amz-request-id")


class _Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: str
    length: int
    seconds: float


def measure(run: Run, pairs: int = PAIRS) -> list[Figure]:
    """Pairs told apart by each thing that can be seen, of strangers and of somebody who signed in as another."""
    session, random = requests.Session(), Random()  # noqa: S311 -- sample data
    url = f"{run.stack['api_url']}/v1/applications"
    rows = undoubted(read_csv(Path(run.stack["sample_register"])))
    chosen = random.sample(rows, pairs + _WARMING)
    strangers = [_ask_twice(session, url, pair, random) for pair in _pairs(chosen)][_WARMING:]
    other = {"Authorization": f"Bearer {sign_in(run.stack['api_url'], body_of(random.choice(rows))['holder'])}"}
    signed_in = [
        _ask_twice(session, url, pair, random, other) for pair in _pairs(random.sample(rows, max(1, pairs // 4)))
    ]
    right, wrong = ([pair[which].seconds * 1000 for pair in strangers] for which in (0, 1))
    slower = sum(one > another for one, another in zip(right, wrong, strict=True)) / len(strangers) * 100
    return [
        Figure("guesses", "未登录者的猜测", "guesses of somebody unproven", 2 * len(strangers), ""),
        *_time_apart("told_apart", strangers),
        Figure("right_ms", "猜中的答复时间，中位数", "answers to right guesses, median", statistics.median(right), "ms",
               Baseline("猜错的", "to wrong ones", statistics.median(wrong))),
        Figure("right_slower", "猜中者较慢的比例", "pairs of which the right one took longer", slower, "%",
               Baseline("无从区分时", "when nothing can be told", 50)),
        Figure("refused_guesses", "以他人身份登录者的猜测", "guesses of somebody who signed in as another",
               2 * len(signed_in), ""),
        *_time_apart("refused_told_apart", signed_in),
    ]  # fmt: skip


MEASUREMENT = Measurement(
    chinese="猜测试验：未证明身份者能否得知数据库内容",
    english="the oracle trial: what guessing tells of the register",
    measure=measure,
    needs_stack=True,
    quick={"pairs": 5},
)


def _time_apart(name: str, pairs: list[tuple[_Answer, _Answer]]) -> Iterator[Figure]:
    for what, chinese, english in (
        ("status", "状态", "status"),
        ("headers", "头部", "headers"),
        ("body", "内容", "body"),
        ("length", "长度", "length"),
    ):
        number = sum(getattr(one, what) != getattr(other, what) for one, other in pairs)
        yield Figure(f"{name}_by_{what}", f"  凭{chinese}可区分的对数", f"  pairs told apart by {english}", number, "")


def _pairs(rows: list[Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Right and wrong applications of one length; the wrong number is of somebody of the same place, day and sex."""
    for row in rows:
        right, wrong = body_of(row), body_of(row)
        number = right["holder"]["identity_number"]
        first = f"{number[:14]}{(int(number[14:17]) + 2) % 1000:03}"
        wrong["holder"]["identity_number"] = first + check_character(first)
        yield right, wrong


def _ask_twice(
    session: requests.Session,
    url: str,
    pair: tuple[dict[str, Any], dict[str, Any]],
    random: Random,
    headers: dict[str, str] | None = None,
) -> tuple[_Answer, _Answer]:
    """The answers to a right and a wrong application, whichever was sent first."""
    answers = {which: _answer(session, url, pair[which], random, headers) for which in random.sample([0, 1], 2)}
    return answers[0], answers[1]


def _answer(
    session: requests.Session, url: str, body: dict[str, Any], random: Random, headers: dict[str, str] | None
) -> _Answer:
    body["contact"]["email"] = f"oracle-{random.getrandbits(64):016x}@example.com"
    started = time.perf_counter()
    answered = session.post(url, json=body, headers=headers, timeout=_SECONDS)
    seconds = time.perf_counter() - started
    told = answered.json()
    text = json.dumps({**told, "request_id": ""}, sort_keys=True)
    for drawn in (told.get("case_number"), told.get("access_token"), told.get("error", {}).get("request_id")):
        text = text.replace(drawn, "") if drawn else text
    seen = {name.lower(): value for name, value in answered.headers.items() if name.lower() not in _HEADERS}
    return _Answer(answered.status_code, seen, text, len(answered.content), seconds)
