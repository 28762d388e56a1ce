"""The platform's names and codes: every field of a submission has one, and errors name the platform's own."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.adapters.applications.platform_fields import published_platform_fields
from degree_auth.domain.applications.fields import FIELDS
from degree_auth.domain.applications.submission import parse_submission
from degree_auth.domain.shared.errors import Invalid, Problem
from tests.samples.claims import award, body_of
from tools.platform_words import as_platform

TODAY = date(2026, 11, 23)
PLATFORM = published_platform_fields()


@pytest.mark.requirement("A1")
def test_every_field_of_a_submission_has_one_name_and_every_choice_a_code() -> None:
    assert sorted(PLATFORM.fields.values()) == sorted([*FIELDS, "consent"])
    for name, place in PLATFORM.fields.items():
        choices = FIELDS[place].choices if place in FIELDS else None
        if choices is not None:
            assert set(PLATFORM.codes[name].values()) == set(choices)
        elif name != "sqty":
            assert name not in PLATFORM.codes
    assert PLATFORM.codes["sqty"] == {"1": True, "0": False}


@pytest.mark.requirement("A1")
@given(st.integers(0, 10_000))
def test_an_application_is_the_same_under_either_names(serial: int) -> None:
    body = body_of(award(Random(serial), serial))
    read, wrong = PLATFORM.submission(as_platform(body))
    assert wrong == []
    assert parse_submission(read, TODAY) == parse_submission(body, TODAY)


def problems_of(**changed: object) -> set[tuple[str, str]]:
    data = as_platform(body_of(award(Random(1), 1))) | changed
    body, wrong = PLATFORM.submission({name: value for name, value in data.items() if value != "absent"})
    try:
        parse_submission(body, TODAY)
    except Invalid as refused:
        wrong = PLATFORM.problems(refused.problems, wrong)
    return {(one.field, one.code) for one in wrong}


@pytest.mark.requirement("A1", "N5")
def test_all_that_is_wrong_is_said_at_once_of_the_platforms_own_fields() -> None:
    assert problems_of() == set()
    assert problems_of(xm="absent", xb="9", csrq="yesterday", sqty="0", sjhm=1, more="x") == {
        ("xm", "required"),
        ("xb", "unknown_choice"),
        ("csrq", "date_format"),
        ("sqty", "consent_required"),
        ("sjhm", "not_text"),
        ("more", "unknown_field"),
    }
    assert problems_of(xwlb="absent") == {("xwlb", "required")}


@pytest.mark.requirement("A1", "N4", "N5")
def test_names_of_ours_are_not_the_platforms_and_no_text_of_the_sender_is_repeated() -> None:
    assert problems_of(holder={"name": "测试"}) == {("holder", "unknown_field")}
    assert problems_of(**{"张三丰": "x"}) == {("*", "unknown_field")}
    # A value of ours in the place of a code is none.
    assert problems_of(xb="male") == {("xb", "unknown_choice")}
    assert PLATFORM.problems([Problem("", "more_unknown_fields", count=3)], []) == [
        Problem("", "more_unknown_fields", count=3)
    ]
