"""Feedbacks of institutions, many at once over HTTP: what is acknowledged is stored once, the rest is clearly refused.

Fifty tasks are each answered four times, by forms that differ, from 32 clients. A client that gets no answer of the
API's own (the emulator starts functions one a call) sends the same form again, as a client should.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from bench.figure import Figure, Run
from tests.e2e.client import Portal
from tests.e2e.offices import Office, Question, ask, open_offices

FEEDBACKS = 200
CLIENTS = 32
ANSWERS_A_TASK = 4
_FIRST_RECORD = 360
_SECONDS = 120
_AT_ONCE = 4


def measure(run: Run, feedbacks: int = FEEDBACKS, clients: int = CLIENTS) -> list[Figure]:
    """Counts of what was sent, acknowledged, refused and stored, and what was lost or stored twice: none."""
    portal = Portal(run.stack, run.aws)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        tasks = feedbacks // ANSWERS_A_TASK
        questions = list(pool.map(lambda which: ask(portal, _FIRST_RECORD + which), range(tasks)))
    codes = sorted({one.institution_code for one in questions})
    leads = dict(zip(codes, _opened(portal, codes), strict=True))
    turns = [(question, turn) for turn in range(ANSWERS_A_TASK) for question in questions]
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        sent = list(pool.map(lambda one: _answer(leads[one[0].institution_code], *one), turns))
    seconds = time.perf_counter() - started
    outcomes = Counter(outcome for _, _, outcome, _ in sent)
    acknowledged = Counter((question.task_id, turn) for question, turn, outcome, _ in sent if outcome == "acknowledged")
    stored = Counter(one for question in questions for one in _stored(portal, question, leads))
    lost = acknowledged - stored
    return [
        Figure("sent", "发出的反馈", f"feedbacks sent by {clients} clients", len(sent), ""),
        Figure("acknowledged", "获确认", "acknowledged", outcomes["acknowledged"], ""),
        *(
            Figure(f"refused_{code}", f"被拒绝：{code}", "refused with this code", number, "")
            for code, number in sorted(outcomes.items())
            if code != "acknowledged"
        ),
        Figure("sent_again", "无应答而重发", "sent again for want of an answer", sum(again for *_, again in sent), ""),
        Figure("stored", "已存的反馈", "stored", stored.total(), ""),
        Figure("lost", "确认而未存", "acknowledged and not stored", lost.total(), ""),
        Figure("twice", "存了两次", "stored twice for one task", stored.total() - tasks, ""),
        Figure("a_second", "每秒反馈", "feedbacks a second", len(sent) / seconds, "1/s"),
    ]


def _opened(portal: Portal, codes: list[str]) -> Iterator[Office]:
    """One lead account an institution, signed in no faster than the API admits."""
    for code in codes:
        yield from open_offices(portal, (code, None))


def _answer(lead: Office, question: Question, turn: int) -> tuple[Question, int, str, int]:
    """Send one form until the API answers; gives what came of it and how often it was sent again."""
    form = {"result": "verified", "handler": "经办人", "archive_reference": "档-1", "remark": f"turn {turn}"}
    deadline, again = time.monotonic() + _SECONDS, 0
    while time.monotonic() < deadline:
        try:
            answered = lead.post(f"tasks/{question.task_id}/feedback", form)
        except requests.RequestException:
            again += 1
            continue
        if answered.status_code == 200:
            return question, turn, "acknowledged", again
        if answered.status_code < 500 and answered.status_code != 429:
            return question, turn, str(answered.json()["error"]["code"]), again
        again += 1
        time.sleep(0.2)
    return question, turn, "no_answer", again


def _stored(portal: Portal, question: Question, leads: dict[str, Office]) -> Iterator[tuple[str, int]]:
    """The task and turn of each feedback in the case's log; which turn it was stands in the stored form."""
    entries: list[dict[str, Any]] = [
        one for one in portal.log(question.case.case_number) if one["type"] == "feedback_received"
    ]
    answer = leads[question.institution_code].form(question.task_id)["answer"]
    for _ in entries:
        yield question.task_id, int(answer["remark"].rpartition(" ")[2])
