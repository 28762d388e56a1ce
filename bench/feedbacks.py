"""Feedbacks of institutions, many at once over HTTP: what is acknowledged is stored once, the rest is clearly refused.

Fifty tasks are each answered four times, by forms that differ, from 32 clients. A client that gets no answer of the
API's own (the emulator starts functions one a call) sends the same form again, as a client should.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import requests

from bench.figure import Figure, Measurement, Run
from tests.e2e.client import Portal, bring_in_awards
from tests.e2e.offices import DEPARTMENT, Office, Question, ask, asked_awards, office
from tools.sample_institutions import SampleInstitutions

FEEDBACKS = 200
CLIENTS = 32
ANSWERS_A_TASK = 4
_SECONDS = 120
_AT_ONCE = 4

Form = tuple[Question, int]
"""The task that is answered, and the turn: a number that makes the form differ."""


def measure(run: Run, feedbacks: int = FEEDBACKS, clients: int = CLIENTS) -> list[Figure]:
    """Counts of what was sent, acknowledged, refused and stored, and what was lost or stored twice: none."""
    portal = Portal(run.stack, run.aws)
    bring_in_awards(run.stack)
    department = _department(portal)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        questions = list(pool.map(lambda which: _ask_question(portal, which), range(feedbacks // ANSWERS_A_TASK)))
    forms = [(question, turn) for turn in range(ANSWERS_A_TASK) for question in questions]
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        outcomes = list(pool.map(lambda form: _answer(department, form), forms))
    seconds = time.perf_counter() - started
    numbers = Counter(outcome for outcome, _ in outcomes)
    acknowledged = Counter(
        (question.task_id, turn)
        for (question, turn), (outcome, _) in zip(forms, outcomes, strict=True)
        if outcome == "acknowledged"
    )
    stored = Counter(answer for question in questions for answer in _count_stored(portal, question, department))
    lost = acknowledged - stored
    twice = Counter(task_id for task_id, _ in stored.elements()) - Counter(question.task_id for question in questions)
    return [
        Figure("sent", "发出的反馈", f"feedbacks sent by {clients} clients", len(forms), ""),
        Figure("acknowledged", "获确认", "acknowledged", numbers["acknowledged"], ""),
        *(
            Figure(f"refused_{code}", f"被拒绝：{code}", "refused with this code", number, "")
            for code, number in sorted(numbers.items())
            if code != "acknowledged"
        ),
        Figure(
            "sent_again", "无应答而重发", "sent again for want of an answer", sum(again for _, again in outcomes), ""
        ),
        Figure("stored", "已存的反馈", "stored", stored.total(), ""),
        Figure("lost", "确认而未存", "acknowledged and not stored", lost.total(), ""),
        Figure("twice", "存了两次", "stored twice for one task", twice.total(), ""),
        Figure("a_second", "每秒反馈", "feedbacks a second", len(forms) / seconds, "1/s"),
    ]


MEASUREMENT = Measurement(
    chinese="同时到达的反馈",
    english="feedbacks at once",
    measure=measure,
    needs_stack=True,
    quick={"feedbacks": 8, "clients": 4},
)


def _department(portal: Portal) -> Office:
    """The department that verifies what the tasks ask, signed in."""
    sample = SampleInstitutions(portal.stack)
    sample.provide()
    return office(portal, sample, DEPARTMENT)


def _ask_question(portal: Portal, which: int) -> Question:
    """A task of the department's institution; several cases may tell of one award, as their applicants differ."""
    return ask(portal, which % len(asked_awards()))


def _answer(department: Office, form: Form) -> tuple[str, int]:
    """Send one form until the API answers; the outcome and how often the form was sent again."""
    question, turn = form
    body = {"result": "verified", "handler": "经办人", "archive_reference": "档-1", "remark": f"turn {turn}"}
    deadline, again = time.monotonic() + _SECONDS, 0
    while time.monotonic() < deadline:
        try:
            answered = department.post(f"tasks/{question.task_id}/feedback", body)
        except requests.RequestException:
            again += 1
            continue
        if answered.status_code == 200:
            return "acknowledged", again
        if answered.status_code < 500 and answered.status_code != 429:
            return str(answered.json()["error"]["code"]), again
        again += 1
        time.sleep(0.2)
    return "no_answer", again


def _count_stored(portal: Portal, question: Question, department: Office) -> Iterator[tuple[str, int]]:
    """The task and turn of each feedback in the case's log; the stored form's remark tells the turn."""
    entries = [entry for entry in portal.log(question.case.case_number) if entry["type"] == "feedback_received"]
    answer = department.form(question.task_id)["answer"]
    for _ in entries:
        yield question.task_id, int(answer["remark"].rpartition(" ")[2])
