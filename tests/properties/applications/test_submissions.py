"""Whatever arrives is either a submission or a list of named problems, and never anything else."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.domain.applications.fields import FIELDS, SECTIONS
from degree_auth.domain.applications.submission import (
    parse_submission,
    parse_supplement,
    submission_as_dict,
    submission_from_dict,
)
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.messages import MESSAGES
from tests.samples.claims import TODAY, award, body_of, harmless

seeds = st.integers(0, 2**32)
values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=130)
    | st.text(st.characters(codec=None, min_codepoint=0xD800, max_codepoint=0x10FFFF), max_size=5)
    | st.lists(st.integers(), max_size=2)
)
bodies = st.fixed_dictionaries(
    {},
    optional={
        **{
            section: values | st.fixed_dictionaries({}, optional={**dict.fromkeys(names, values), "other": values})
            for section, names in SECTIONS.items()
        },
        "consent": values,
        "other": values,
    },
)


def _problems(body: dict[str, Any]) -> tuple[Problem, ...]:
    try:
        parse_submission(body, TODAY)
    except Invalid as refused:
        return refused.problems
    return ()


def _explained(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        assert problem.code in MESSAGES
        section, _, name = problem.field.partition(".")
        assert section in {*SECTIONS, "consent", "other", "*", ""}
        assert name in {"", "other", "*"} or problem.field in FIELDS


@pytest.mark.requirement("A1", "N5")
@given(bodies)
def test_any_object_is_read_or_its_problems_are_named(body: dict[str, Any]) -> None:
    _explained(_problems(body))


@pytest.mark.requirement("A1", "N5")
@given(seeds, st.sampled_from(sorted(FIELDS)), values)
def test_a_field_that_goes_wrong_is_named_whatever_it_holds(seed: int, path: str, value: Any) -> None:
    body = body_of(award(Random(seed), 1))
    section, _, name = path.partition(".")
    body[section][name] = value
    problems = _problems(body)
    _explained(problems)
    bound = {"holder.birth_date", "holder.sex", "holder.identity_number", "degree.category", "degree.award_date"}
    assert {problem.field for problem in problems} <= {path} | bound


@pytest.mark.requirement("A1", "A2")
@given(seeds)
def test_a_harmless_variant_is_read_as_the_same_submission(seed: int) -> None:
    rng = Random(seed)
    body = body_of(award(rng, 1))
    typed = parse_submission(harmless(rng, body), TODAY).claim
    plain = parse_submission(body, TODAY).claim
    assert typed.holder.identity_number == plain.holder.identity_number
    assert (typed.holder.birth_date, typed.degree.award_date) == (plain.holder.birth_date, plain.degree.award_date)
    assert typed.holder.name.casefold() == plain.holder.name.casefold()
    assert typed.degree.certificate_number == plain.degree.certificate_number


@pytest.mark.requirement("N1")
@given(seeds)
def test_a_submission_survives_storage_and_reading_again(seed: int) -> None:
    submission = parse_submission(body_of(award(Random(seed), 1)), TODAY)
    stored = submission_as_dict(submission)
    assert submission_from_dict(stored) == submission
    assert parse_submission(stored, TODAY) == submission


@pytest.mark.requirement("A1", "A10")
@given(
    seeds,
    seeds,
    st.sets(st.sampled_from(sorted(name for name in FIELDS if not name.startswith("contact"))), min_size=1),
)
def test_a_supplement_equals_submitting_the_merged_whole(first: int, second: int, paths: set[str]) -> None:
    body, other = body_of(award(Random(first), 1)), body_of(award(Random(second), 2))
    claim = parse_submission(body, TODAY).claim
    change: dict[str, dict[str, Any]] = {}
    # A number is kept as its type reads it, so another type is told of together with its number.
    for path in paths | {"holder.identity_number"} if "holder.identity_type" in paths else paths:
        section, _, name = path.partition(".")
        change.setdefault(section, {})[name] = body[section][name] = other[section][name]
    refused = _problems(body)
    if not refused and parse_submission(body, TODAY).claim == claim:
        refused = (Problem("", "supplement_empty"),)
    if refused:
        with pytest.raises(Invalid) as caught:
            parse_supplement(change, claim, TODAY)
        assert caught.value.problems == refused
    else:
        assert parse_supplement(change, claim, TODAY) == parse_submission(body, TODAY).claim
