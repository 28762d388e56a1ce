"""The measurements that need the stack, in their quick form: a process of its own, as `make bench` runs it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bench.__main__ import MEASUREMENTS, RESULTS, measurement_of
from tests.e2e.client import run_module

pytestmark = pytest.mark.alone

NEED_STACK = [name for name in MEASUREMENTS if measurement_of(name).needs_stack]

Values = dict[str, dict[str, float]]
"""The value of each figure, by measurement and name of the figure."""


@pytest.fixture(scope="module")
def values(stack: dict[str, Any]) -> Values:
    run_module("bench", "--quick", "--only", *NEED_STACK)
    lines = [json.loads(line) for line in RESULTS.read_text("utf-8").splitlines()]
    found: Values = {name: {} for name in NEED_STACK}
    for line in lines:
        if line["run"] == lines[-1]["run"] and "figure" in line:
            found[line["measurement"]][line["figure"]["name"]] = line["figure"]["value"]
    return found


@pytest.mark.parametrize("name", NEED_STACK)
def test_the_quick_form_of_a_measurement_of_the_stack_gives_figures(values: Values, name: str) -> None:
    assert values[name]
    assert all(value >= 0 for value in values[name].values())


@pytest.mark.requirement("A14", "N1")
def test_of_feedbacks_at_once_one_a_task_is_acknowledged_and_stored(values: Values) -> None:
    counted = values["feedbacks"]
    assert counted["sent"] == 8
    assert counted["acknowledged"] == counted["stored"] == 2
    assert sum(number for name, number in counted.items() if name.startswith("refused_")) == 6
    assert "refused_no_answer" not in counted
    assert counted["lost"] == counted["twice"] == 0


@pytest.mark.requirement("A1", "N4")
def test_no_guess_of_somebody_unproven_or_of_another_person_is_told_apart(values: Values) -> None:
    counted = values["oracle"]
    assert counted["guesses"] == 10
    apart = {name: number for name, number in counted.items() if "told_apart" in name}
    assert apart == dict.fromkeys(apart, 0)
    assert len(apart) == 8


@pytest.mark.requirement("A1")
def test_what_a_sign_in_costs_comes_on_top_of_the_case(values: Values) -> None:
    counted = values["signed_in_case"]
    assert counted["price_and_sign_in"] == pytest.approx(counted["price"] + counted["sign_in_price"])
    assert counted["calls"] > counted["sign_in_calls"] > 0


@pytest.mark.parametrize("name", ["matched_case", "verified_case"])
def test_the_price_of_a_case_counts_its_signatures(values: Values, name: str) -> None:
    assert values[name]["price"] > values[name]["price_kms_signature"] > 0
