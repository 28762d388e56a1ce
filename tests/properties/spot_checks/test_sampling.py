"""Properties of the draw and of the estimates made from it."""

from __future__ import annotations

from math import fsum, sqrt
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from degree_auth.domain.spot_checks.error_rate import rate_of_simple_sample, rate_of_weighted_sample
from degree_auth.domain.spot_checks.sampling import arrival, draw

pytestmark = pytest.mark.requirement("A15")

populations = st.dictionaries(st.text(max_size=8), st.integers(1, 50), max_size=40)
seeds = st.text(max_size=16)


@given(seeds, populations, st.integers(1, 50), st.randoms())
def test_a_draw_does_not_depend_on_order_and_draws_nobody_twice(seed, weights, size, rng):
    shuffled = list(weights.items())
    rng.shuffle(shuffled)
    sample = draw(seed, shuffled, size)
    assert sample == draw(seed, weights.items(), size)
    names = [one.name for one in sample.drawn]
    assert len(names) == len(set(names)) == min(size, len(weights))
    assert all(0 < one.probability <= 1 and one.weight == weights[one.name] for one in sample.drawn)


@given(seeds, populations, st.integers(1, 20))
def test_the_sample_is_the_first_to_arrive_by_the_exact_times(seed, weights, size):
    every = sorted((arrival(seed, name, weight), name) for name, weight in weights.items())
    sample = draw(seed, weights.items(), size)
    assert [one.name for one in sample.drawn] == [name for _, name in every[:size]]
    assert sample.threshold == (every[size][0] if len(every) > size else None)


@given(seeds, populations, st.integers(1, 20))
def test_a_larger_sample_holds_the_smaller_one(seed, weights, size):
    smaller, larger = (draw(seed, weights.items(), many).drawn for many in (size, size + 5))
    assert [one.name for one in larger[: len(smaller)]] == [one.name for one in smaller]


@given(seeds, populations, st.integers(1, 20), st.text(max_size=8))
def test_who_joins_displaces_at_most_one(seed, weights, size, newcomer):
    before = {one.name for one in draw(seed, weights.items(), size).drawn}
    after = {one.name for one in draw(seed, {newcomer: 7, **weights}.items(), size).drawn}
    assert after - before <= {newcomer}
    assert len(before - after) <= 1


@given(st.integers(1, 200), st.data())
def test_an_interval_holds_its_estimate_and_narrows_to_a_point(population, data):
    checked = data.draw(st.integers(1, population))
    wrong = data.draw(st.integers(0, checked))
    rate = rate_of_simple_sample(wrong, checked, population)
    assert 0 <= rate.low <= rate.estimate <= rate.high <= 1
    assert rate.low * population >= wrong - 1e-9
    if checked == population:
        assert rate.low == rate.high


@given(st.integers(0, 60), st.integers(1, 60))
@settings(max_examples=60)
def test_the_interval_contains_the_truth_as_often_as_it_says(there, checked):
    # Every possible sample of a population of 60, by its exact probability.
    from math import comb

    population = 60
    holding = sum(
        comb(there, found) * comb(population - there, checked - found)
        for found in range(max(0, checked - (population - there)), min(checked, there) + 1)
        if (rate := rate_of_simple_sample(found, checked, population)).low * population <= there + 1e-9
        and there - 1e-9 <= rate.high * population
    )
    assert holding / comb(population, checked) >= 0.95


def test_inverse_probabilities_give_unbiased_totals():
    rng = Random(3)
    values = {f"member-{i}": (1 + i % 7, rng.random()) for i in range(60)}
    truth = fsum(value for _, value in values.values())
    weights = [(name, weight) for name, (weight, _) in values.items()]
    totals, spread = [], []
    for seed in range(1500):
        drawn = draw(f"seed-{seed}", weights, 12).drawn
        totals.append(fsum(values[one.name][1] / float(one.probability) for one in drawn))
        spread.append(
            fsum((1 - float(one.probability)) * (values[one.name][1] / float(one.probability)) ** 2 for one in drawn)
        )
    mean = fsum(totals) / len(totals)
    variance = fsum((total - mean) ** 2 for total in totals) / (len(totals) - 1)
    assert abs(mean - truth) < 4 * sqrt(variance / len(totals))
    assert fsum(spread) / len(spread) == pytest.approx(variance, rel=0.15)


@pytest.mark.parametrize("related", [False, True], ids=["errors anywhere", "errors where the risk is"])
def test_the_weighted_interval_contains_the_truth_nearly_as_often_as_it_says(related):
    rng = Random(5)
    weights = {f"report-{i:03}": rng.choice((1, 1, 1, 2, 4, 8)) for i in range(400)}
    likely = [name for name, weight in weights.items() for _ in range(weight if related else 1)]
    wrong = set()
    while len(wrong) < 24:
        wrong.add(rng.choice(likely))
    truth, held, draws = len(wrong) / len(weights), 0, 400
    for seed in range(draws):
        drawn = draw(f"seed-{seed}", weights.items(), 80).drawn
        rate = rate_of_weighted_sample([(one.name in wrong, float(one.probability)) for one in drawn], len(weights))
        held += rate.low <= truth <= rate.high
    assert held / draws >= 0.92
