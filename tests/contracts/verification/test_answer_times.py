"""The contract of the counts of answers, held by the table in DynamoDB and its stand-in in memory alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest

from degree_auth.adapters.verification.answer_times import AnswerTimesTable
from degree_auth.domain.cases.expectation import AwardAge, Expectation
from degree_auth.domain.verification.forecast import Answered
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.memory import MemoryAnswerTimes
from tests.doubles.tables import create_table

pytestmark = pytest.mark.requirement("A12", "N1")
REGION = "ap-southeast-1"
Store = AnswerTimesTable | MemoryAnswerTimes
ANSWER = Answered("RZ1-1", ("a", "b"), "2026Q4", 4, Expectation("bachelor", AwardAge.OLD, most=5))


@pytest.fixture(params=["table", "memory"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryAnswerTimes()
        return
    with cloud_in_memory():
        create_table("CasesTable", "contract-answers", REGION)
        yield AnswerTimesTable(boto3.client("dynamodb", region_name=REGION), "contract-answers")


def test_an_answer_counts_under_each_of_its_kinds_and_once(store: Store) -> None:
    assert store.histogram("a", "2025Q4") == {}
    assert store.count(ANSWER)
    assert not store.count(ANSWER)
    assert store.count(replace(ANSWER, task_id="RZ2-1", groups=("a",), days=60))
    assert store.histogram("a", "2025Q4") == {4: 1, 60: 1}
    assert store.histogram("b", "2025Q4") == {4: 1}


def test_what_is_older_than_a_quarter_counts_no_more(store: Store) -> None:
    store.count(replace(ANSWER, period="2025Q3"))
    store.count(replace(ANSWER, task_id="RZ2-1", period="2025Q4", days=0))
    assert store.histogram("a", "2025Q4") == {0: 1}
    assert store.histogram("a", "2025Q3") == {0: 1, 4: 1}


def test_it_is_measured_whether_answers_came_as_expected(store: Store) -> None:
    store.count(ANSWER)
    store.count(replace(ANSWER, task_id="RZ2-1", days=6))
    store.count(replace(ANSWER, task_id="RZ3-1", expectation=Expectation("bachelor", AwardAge.OLD)))
    assert store.measured("2026Q4") == (2, 1)
    assert store.measured("2027Q1") == (0, 0)
