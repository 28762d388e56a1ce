"""What is expected of an institution: quantiles that keep their share, honest when there are too few answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import forecast as trial
from degree_auth.domain.cases.expectation import AwardAge, Basis, Expectation
from degree_auth.domain.verification.forecast import (
    FEWEST_ANSWERS,
    HALF,
    LONGEST_DAYS,
    MOST,
    age_of,
    expect,
    expectation_json,
    expectation_words,
    expected_by,
    first_period,
    groups_of,
    period_of,
    quantile,
)
from tests.doubles.world import World

pytestmark = pytest.mark.requirement("A12", "N6")
HISTOGRAMS = st.dictionaries(st.integers(0, 60), st.integers(1, 50), max_size=20)


@given(HISTOGRAMS)
def test_a_quantile_has_its_share_behind_it_and_is_an_answer_that_came(histogram: dict[int, int]) -> None:
    count = sum(histogram.values())
    half, most = quantile(histogram, HALF), quantile(histogram, MOST)
    assert (most is None) == (count < 4)
    if half is None or most is None:
        return
    assert half <= most
    assert {half, most} <= histogram.keys()
    assert sum(number for days, number in histogram.items() if days <= most) >= MOST * (count + 1)
    less = sum(number for days, number in histogram.items() if days < most)
    assert less < MOST * (count + 1)


@given(st.integers(20, 200), st.integers(0, 2**32))
def test_a_further_answer_of_the_same_kind_is_within_at_least_as_often_as_is_said(count: int, seed: int) -> None:
    rng = Random(seed)
    answers = [min(60, int(rng.expovariate(0.2))) for _ in range(count + 1)]
    # Each of them, left out, against what the others say: on the average the share is kept.
    within = 0
    counted = Counter(answers)
    for days in answers:
        others = counted.copy()
        others[days] -= 1
        most = quantile(+others, MOST)
        within += most is not None and days <= most
    assert within >= MOST * (count + 1) - 1


@given(st.lists(HISTOGRAMS, min_size=4, max_size=4))
def test_the_nearest_kind_with_enough_answers_is_taken_and_named(found: list[dict[int, int]]) -> None:
    told = expect("bachelor", AwardAge.OLD, list(zip(Basis, found, strict=True)))
    enough = [basis for basis, one in zip(Basis, found, strict=True) if sum(one.values()) >= FEWEST_ANSWERS]
    assert told.basis is (enough[0] if enough else None)
    assert (told.most is None) == (not enough)
    chosen = found[list(Basis).index(enough[0])] if enough else found[-1]
    assert told.answers == sum(chosen.values())


def test_kinds_ages_and_quarters_are_named_alike_everywhere() -> None:
    today = date(2026, 11, 30)
    assert [age_of(today - timedelta(days=years * 365 + 10), today) for years in (0, 4, 6, 14, 16, 60)] == [
        *[AwardAge.RECENT] * 2,
        *[AwardAge.MIDDLE] * 2,
        *[AwardAge.OLD] * 2,
    ]
    assert (period_of(today), first_period(today)) == ("2026Q4", "2025Q4")
    assert first_period(date(2028, 2, 29)) == "2027Q1"
    assert list(groups_of("10001", "bachelor", AwardAge.OLD)) == list(Basis)
    assert len({*groups_of("10001", "bachelor", AwardAge.OLD).values()}) == 4


def history(world: World, days: int, count: int = FEWEST_ANSWERS) -> None:
    """So many answers of every institution about bachelors of late years, each after so many working days."""
    code = world.records[0].institution_code
    age = age_of(world.records[0].award_date, world.now.date())
    for name in groups_of(code, world.records[0].level.value, age).values():
        world.answer_times.counts[name, period_of(world.now.date())] = Counter({days: count})


def test_a_routed_task_says_what_is_usual_and_its_answer_is_counted_once() -> None:
    world = World()
    history(world, 3)
    case = world.asked(discipline="园艺学")
    assert case.task is not None
    told = case.task.expectation
    assert told is not None
    assert (told.half, told.most, told.basis, told.answers) == (3, 3, Basis.LEVEL_AND_AGE, FEWEST_ANSWERS)
    by = expected_by(case, world.calendar)
    assert by == case.task.counted_due(world.calendar, 3)
    shown = world.own_case.status(case.case_number, world.now)["expected"]
    assert shown == expectation_json(case, world.calendar, world.now.date())
    assert by is not None
    assert by.isoformat() in shown["words"]["en"]
    assert "later than usual" not in shown["words"]["en"]
    late = expectation_words(case, world.calendar, by + timedelta(days=1))
    assert late is not None
    assert "later than usual" in late.en
    case = world.answer(case, "verified")
    assert world.own_case.status(case.case_number, world.now)["expected"] is None
    seq = next(entry.seq for entry in world.cases.log(case.case_number) if entry.type == "feedback_received")
    assert world.answer_counting.count(case.case_number, seq - 1) is None
    counted = world.answer_counting.count(case.case_number, seq)
    assert counted is not None
    assert (counted.days, counted.is_within) == (0, True)
    assert world.answer_counting.count(case.case_number, seq) is None
    age = age_of(world.records[0].award_date, world.now.date())
    for basis, name in groups_of(world.records[0].institution_code, world.records[0].level.value, age).items():
        new = {} if basis is Basis.FEW_ANSWERS else {0: 1}
        assert world.answer_times.histogram(name, "2026Q4") == {3: FEWEST_ANSWERS, **new}
    assert world.answer_times.measured("2026Q4") == (1, 1)


@pytest.mark.parametrize("half", [3, LONGEST_DAYS])
def test_what_took_longest_counts_as_the_longest_so_no_day_is_told_but_that_it_is_that_or_more(half: int) -> None:
    world = World()
    history(world, LONGEST_DAYS)
    for counted in world.answer_times.counts.values():
        counted[half] += 40 if half < LONGEST_DAYS else 0
        counted[LONGEST_DAYS] += 10 if half < LONGEST_DAYS else 0
    case = world.asked(discipline="园艺学")
    assert case.task is not None
    told = case.task.expectation
    assert told is not None
    assert (told.half, told.most) == (half, LONGEST_DAYS)
    assert expected_by(case, world.calendar) is None
    shown = world.own_case.status(case.case_number, world.now)["expected"]
    assert (shown["by"], shown["basis"]) == (None, Basis.LEVEL_AND_AGE)
    assert "60 working days or more" in shown["words"]["en"]
    assert "60 个工作日或更久" in shown["words"]["zh"]
    assert ("half came within 3" in shown["words"]["en"]) == (half == 3)
    case = world.answer(case, "verified")
    for entry in world.cases.log(case.case_number):
        world.answer_counting.count(case.case_number, entry.seq)
    assert world.answer_times.measured("2026Q4") == (0, 0), "nothing was stated that could hold or not"


def test_too_little_history_is_said_and_nothing_is_measured() -> None:
    world = World()
    case = world.asked(discipline="园艺学")
    assert expected_by(case, world.calendar) is None
    words = expectation_words(case, world.calendar, world.now.date())
    assert words is not None
    assert "too few answers" in words.en
    case = world.answer(case, "verified")
    for entry in world.cases.log(case.case_number):
        world.answer_counting.count(case.case_number, entry.seq)
    assert world.answer_times.measured("2026Q1") == (0, 0)
    # It is history of the institution, and of those with few answers.
    assert len(world.answer_times.counts) == 4


def test_material_that_is_asked_for_is_no_answer_and_the_expected_day_waits_with_the_clock() -> None:
    world = World()
    history(world, 3)
    case = world.asked(discipline="园艺学")
    case = world.answer(case, "needs_material", reason="请补充", fields=["degree.discipline"])
    assert expected_by(case, world.calendar) is None
    assert world.answer_counting.count(case.case_number, case.version) is None


def test_a_task_of_a_former_release_is_expected_nothing_of() -> None:
    world = World()
    case = world.asked(discipline="园艺学")
    assert case.task is not None
    case = replace(case, tasks=(replace(case.task, expectation=None),))
    assert expected_by(case, world.calendar) is None
    assert expectation_words(case, world.calendar, world.now.date()) is None
    assert Expectation("bachelor", AwardAge.OLD).most is None


def test_over_a_simulated_year_most_answers_come_within_what_was_expected_whatever_the_size() -> None:
    found = {figure.name: figure.value for figure in trial.measure(scale=0.1)}
    for size in trial.SIZES:
        # So few small institutions differ from one another by chance.
        assert found[f"forecast_within_{size}"] >= (60 if size == "small" else 75)
        assert found[f"forecast_told_{size}"] > 90
