"""The rules by which the bench counts and shows."""

from __future__ import annotations

import pytest

from bench import capacity, transparency
from bench.figure import Baseline, Figure
from bench.recording import Written, index_units


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({"pk": {"S": "甲乙"}}, 2 + 6),
        ({"n": {"N": "20261123"}}, 1 + 5),
        ({"b": {"B": b"\0" * 10}, "yes": {"BOOL": True}}, 1 + 10 + 3 + 1),
        ({"m": {"M": {"k": {"S": "v"}}}, "l": {"L": [{"S": "v"}]}}, 1 + 3 + 3 + 1 + 3 + 2),
        ({"s": {"SS": ["ab", "c"]}}, 1 + 3),
    ],
)
def test_an_item_is_as_large_as_its_names_and_values(item, size):
    assert capacity.item_bytes(item) == size


@pytest.mark.parametrize(("length", "consistent", "eventual"), [(0, 1, 0.5), (4093, 1, 0.5), (4094, 2, 1)])
def test_a_read_costs_a_unit_for_every_four_kilobytes_begun_and_half_if_eventual(length, consistent, eventual):
    items = [{"abc": {"S": "x" * length}}]
    assert capacity.read_units(items, consistent=True) == consistent
    assert capacity.read_units(items, consistent=False) == eventual


def test_a_read_that_finds_nothing_costs_the_smallest_unit():
    assert capacity.read_units([], consistent=True) == 1


@pytest.mark.parametrize(("length", "units"), [(1, 2), (1021, 2), (1022, 4)])
def test_a_write_in_a_transaction_costs_two_units_for_every_kilobyte_begun(length, units):
    assert capacity.transaction_write_units({"abc": {"S": "x" * length}}) == units


def test_an_index_is_charged_for_what_is_projected_alone():
    item = {"pk": {"S": "p"}, "body": {"S": "x" * 5000}}
    assert capacity.index_write_units(item, {"pk"}.__contains__) == 1


def test_a_ratio_is_the_figure_over_its_baseline():
    assert Figure("name", "名", "name", 3.0, "ms", Baseline("基准", "baseline", 2.0)).ratio == 1.5
    assert Figure("name", "名", "name", 3.0, "ms").ratio is None


def test_the_index_of_fees_is_charged_with_the_fee_and_that_of_open_cases_when_an_entry_goes_or_comes():
    fee = {"sk": {"S": "FEE#RZ-1"}, "fee_period": {"S": "2026-11"}}
    ended = {"sk": {"S": "CASE"}, "body": {"S": "x" * 5000}}
    opened = {**ended, "open_shard": {"S": "matching#0"}}
    assert index_units([Written(fee, replaced=False)]) == 1
    assert index_units([Written(opened, replaced=False)]) == 1
    assert index_units([Written(opened, replaced=True)]) == 2
    assert index_units([Written(ended, replaced=True)]) == 1
    assert index_units([Written({"sk": {"S": "EVENT#000001"}}, replaced=False)]) == 0


def test_every_proof_that_is_measured_holds_and_weighs_what_the_arithmetic_says():
    figures = {one.name: one.value for one in transparency.measure(sizes=(100,), proofs=20)}
    assert figures["inclusion_100_hashes"] <= 7
    assert figures["consistency_100_hashes"] <= 8
    assert figures["entries_per_second_100"] > 0
