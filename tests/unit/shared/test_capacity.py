"""Which quota breaks first at a load, and what to ask for (N6)."""

from __future__ import annotations

import sys

import pytest

from tools import capacity

pytestmark = pytest.mark.requirement("N6")


@pytest.mark.parametrize("partition", capacity.PARTITIONS)
def test_every_quota_has_a_number_for_each_partition_and_a_need(partition: str) -> None:
    quotas = capacity.read_quotas()
    assert {one["name"] for one in quotas} == capacity.PER_SUBMISSION.keys()
    assert all(one[partition] > 0 for one in quotas)


def test_the_quota_that_breaks_first_stands_at_the_head() -> None:
    found = capacity.capacity(100, "aws")
    assert [one.share for one in found] == sorted((one.share for one in found), reverse=True)
    assert found[0].name == "parameter_reads"
    assert found[0].share == 100 / 40


def test_at_one_submission_a_second_nothing_has_to_be_asked_for() -> None:
    assert [one.name for one in capacity.capacity(1, "aws") if one.to_ask_for is not None] == []


def test_what_is_asked_for_leaves_half_as_much_again() -> None:
    (units,) = [one for one in capacity.capacity(100, "aws") if one.name == "write_units"]
    assert (units.warm, units.share, units.to_ask_for) == (4000, 1.0, 6000)


def test_a_tenfold_load_needs_ten_times_as_much() -> None:
    small, large = ({one.name: one.cold for one in capacity.capacity(load, "aws-cn")} for load in (100, 1000))
    assert large == {name: pytest.approx(10 * number) for name, number in small.items()}


def test_the_command_prints_load_sources_and_what_to_ask_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["capacity", "100", "aws-cn"])
    capacity.main()
    told = capsys.readouterr().out
    assert "100 submissions a second, partition aws-cn" in told
    assert "quota from: from memory, to be read in the account" in told
    assert " read on " not in told
    assert "ask for 6000" in told


@pytest.mark.parametrize("given", [[], ["many"], ["0"], ["10", "mars"], ["-3"]])
def test_what_is_no_load_is_told_how_to_ask(monkeypatch: pytest.MonkeyPatch, given: list[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["capacity", *given])
    with pytest.raises(SystemExit, match="SUBMISSIONS_A_SECOND"):
        capacity.main()
