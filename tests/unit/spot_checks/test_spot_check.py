"""Spot checks: the draw, its files, the offline command that redoes it, and the estimated error rate."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from math import comb
from pathlib import Path
from typing import Any

import pytest

from degree_auth.domain.cases.report_state import Basis, ReportState
from degree_auth.domain.shared.chain import canonical_json
from degree_auth.domain.shared.errors import Conflict, Invalid, NotFound
from degree_auth.domain.spot_checks.draw import Method, Terms, published_draw, weight
from degree_auth.domain.spot_checks.error_rate import beta_quantile, rate_of_simple_sample, rate_of_weighted_sample
from degree_auth.domain.spot_checks.finding import Finding
from degree_auth.domain.spot_checks.population import FinishedReport, population_file, read_population
from degree_auth.domain.spot_checks.request import DrawRequest, parse_spot_check_action
from degree_auth.domain.spot_checks.sampling import arrival, draw
from degree_auth.domain.spot_checks.summary import summary
from degree_auth.services.spot_checks.draw import SpotCheckDraw
from tests.doubles.world import World
from tools.redo_draw import main

pytestmark = pytest.mark.requirement("A15")

REPORT = FinishedReport("2026-A000", "RZ1", ReportState.VALID, "10001", Basis.REGISTER, "2022", "2026-11-23")


def reports(count: int, **changed: str) -> list[FinishedReport]:
    return [
        REPORT._replace(
            report_number=f"2026-A{serial:03}",
            basis=("register", "institution")[serial % 2],
            institution_code=f"1000{serial % 3}",
            state=ReportState.REVOKED if serial % 30 == 7 else ReportState.VALID,
            award_year=str(1995 + serial % 30),
            **changed,
        )
        for serial in range(count)
    ]


def terms(method: Method = Method.SIMPLE, size: int = 20) -> Terms:
    return Terms(("2026-11",), method, size, "a-public-seed")


def test_the_time_of_a_member_is_what_the_published_rule_gives() -> None:
    # printf 'seed\n2026-A000' | sha256sum begins with these 16 digits; -ln(u) worked out apart, with more digits.
    import hashlib

    digits = hashlib.sha256(b"seed\n2026-A000").hexdigest()[:16]
    uniform = Decimal(int(digits, 16) + 1) / Decimal(2**64)
    assert abs(arrival("seed", "2026-A000", 1) + uniform.ln()) < Decimal("1e-24")
    assert abs(arrival("seed", "2026-A000", 4) * 4 - arrival("seed", "2026-A000", 1)) < Decimal("1e-24")


def test_a_population_that_is_no_larger_than_the_sample_is_drawn_whole() -> None:
    sample = draw("seed", [("b", 1), ("a", 3)], 2)
    assert {one.name for one in sample.drawn} == {"a", "b"}
    assert [one.probability for one in sample.drawn] == [1, 1]
    assert sample.threshold is None
    assert draw("seed", [], 5).drawn == ()


@pytest.mark.parametrize(("population", "size"), [([("a", 1)], 0), ([("a", 0)], 1), ([("a", -2)], 1)])
def test_no_draw_without_size_or_weight(population: list[tuple[str, int]], size: int) -> None:
    with pytest.raises(ValueError, match=r".+"):
        draw("seed", population, size)


def test_risk_weighs_the_institutions_word_its_corrections_and_old_records() -> None:
    assert weight(REPORT, {}) == 1
    assert weight(REPORT._replace(basis=Basis.INSTITUTION), {}) == 2
    assert weight(REPORT, {"10001": 1}) == 2
    assert weight(REPORT, {"10001": 9}) == 4
    assert weight(REPORT._replace(award_year="1990"), {"10001": 9}) == 8
    assert weight(REPORT, {"10003": 9}) == 1


def test_only_reports_in_force_are_drawn_and_the_others_count_as_history() -> None:
    every = reports(120)
    record = published_draw("draw", population_file(every), terms(Method.RISK, 200))
    drawn = {one["report_number"] for one in record["drawn"]}
    assert drawn == {one.report_number for one in every if one.state == "valid"}
    assert record["population"]["reports"] == 120
    assert record["population"]["in_force"] == 116
    corrected = {one.institution_code for one in every if one.state != "valid"}
    weights = {one["report_number"]: one["weight"] for one in record["drawn"]}
    plain = {one.report_number: one for one in every if one.award_year > "2009" and one.basis == "register"}
    for number in plain.keys() & drawn:
        assert weights[number] == (2 if plain[number].institution_code in corrected else 1)


def test_a_population_file_reads_back_and_refuses_repetition_and_disorder() -> None:
    every = reports(5)
    assert list(read_population(population_file(every))) == every
    for wrong in ([every[1], every[0]], [every[0], every[0]]):
        with pytest.raises(ValueError, match="order"):
            population_file(wrong)
    good = population_file(every)
    first, second = good.split(b"\n")[1:3]
    for content in (b"", b"a,b\n", good + b"x,y\n", good.replace(second, first), b"\xff"):
        with pytest.raises(ValueError, match=r".+"):
            list(read_population(content))


def test_a_record_has_one_spelling_and_no_number_that_is_not_whole() -> None:
    record = published_draw("draw", population_file(reports(300)), terms(Method.RISK))
    assert json.loads(canonical_json(record)) == record


def test_the_offline_command_draws_the_same_and_finds_any_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    population = population_file(reports(300))
    record = published_draw("draw", population, terms(Method.RISK))

    def redo(population: bytes, record: object) -> int:
        (tmp_path / "population.csv").write_bytes(population)
        (tmp_path / "draw.json").write_text(json.dumps(record), "utf-8")
        return main([str(tmp_path / "population.csv"), str(tmp_path / "draw.json")])

    assert redo(population, record) == 0
    assert "一致" in capsys.readouterr().out
    assert redo(population.replace(b",register,", b",institution,", 1), record) == 1
    first, second, *rest = record["drawn"]
    for changed in (
        {"seed": "another"},
        {"size": 19},
        {"method": "simple"},
        {"drawn": [second, first, *rest]},
        {"drawn": [second, *rest]},
        {"drawn": [{**first, "probability": "1"}, second, *rest]},
        {"threshold": None},
        {"rules_version": "0"},
        {"population": {**record["population"], "in_force": 1}},
        {"more": True},
    ):
        assert redo(population, {**record, **changed}) == 1, changed
    for broken in ([], {}, "draw", {"population": 3}):
        assert redo(population, broken) == 1
    assert main([str(tmp_path / "absent.csv"), str(tmp_path / "draw.json")]) == 1
    assert main([]) == 1


# Published Clopper-Pearson intervals at 95 %.
@pytest.mark.parametrize(
    ("wrong", "checked", "low", "high"),
    [
        (0, 10, 0, 0.3085),
        (1, 20, 0.0013, 0.2487),
        (5, 50, 0.0333, 0.2181),
        (10, 100, 0.0490, 0.1762),
        (3, 3, 0.2924, 1),
    ],
)
def test_in_a_large_population_the_interval_is_clopper_and_pearsons(
    wrong: int, checked: int, low: float, high: float
) -> None:
    rate = rate_of_simple_sample(wrong, checked, 100_000_000)
    assert (rate.low, rate.high) == pytest.approx((low, high), abs=5e-5)
    weighted = rate_of_weighted_sample([(i < wrong, 1e-7) for i in range(checked)], 100_000_000)
    # The variance of the sum has no n / (n - 1), so the effective size is the sample's own.
    assert (weighted.low, weighted.high) == pytest.approx((low, high), abs=5e-5)


def test_the_interval_is_exact_in_a_small_population() -> None:
    # All numbers of wrong reports among 30 that leave 2 of 12 at least 2.5 % likely on each side, by whole numbers.
    def ways(there: int, counts: range) -> int:
        return sum(comb(there, i) * comb(30 - there, 12 - i) for i in counts)

    plausible = [
        there
        for there in range(2, 21)
        if 40 * ways(there, range(3)) > comb(30, 12) and 40 * ways(there, range(2, 13)) > comb(30, 12)
    ]
    rate = rate_of_simple_sample(2, 12, 30)
    assert (rate.low, rate.high) == (plausible[0] / 30, plausible[-1] / 30)


def test_who_checked_all_knows_all() -> None:
    rate = rate_of_simple_sample(5, 50, 50)
    assert rate.low == rate.estimate == rate.high == 0.1
    rate = rate_of_weighted_sample([(i < 5, 1.0) for i in range(50)], 50)
    assert rate.low == rate.estimate == rate.high == 0.1


@pytest.mark.parametrize("sample", [(1, 0, 5), (3, 2, 5), (1, 6, 5), (-1, 2, 5), (0, 0, 0)])
def test_no_rate_of_no_sample(sample: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        rate_of_simple_sample(*sample)
    for results in ([], [(True, 0.0)], [(True, 1.5)], [(True, 0.5)] * 6):
        with pytest.raises(ValueError, match=r".+"):
            rate_of_weighted_sample(results, 5)


def test_a_beta_quantile_is_what_closed_forms_give() -> None:
    assert beta_quantile(0.3, 1, 1) == pytest.approx(0.3)
    assert beta_quantile(0.975, 1, 10) == pytest.approx(1 - 0.025**0.1)
    assert beta_quantile(0.2, 7, 1) == pytest.approx(0.2 ** (1 / 7))
    assert beta_quantile(0.5, 400, 400) == pytest.approx(0.5)


def test_a_summary_says_what_is_open_and_bounds_what_it_may_come_to() -> None:
    record = published_draw("draw", population_file(reports(300)), terms())
    numbers = [one["report_number"] for one in record["drawn"]]
    assert summary(record, {}).as_dict() == {"drawn": 20, "right": 0, "wrong": 0, "open": 20, "error_rate": None}
    findings = dict.fromkeys(numbers, Finding.RIGHT) | {numbers[0]: Finding.WRONG, "2026-B": Finding.WRONG}
    whole = summary(record, findings)
    assert (whole.right, whole.wrong, whole.open) == (19, 1, 0)
    assert whole.rate == rate_of_simple_sample(1, 20, 290)
    assert whole.as_dict()["error_rate"]["estimate"] == "0.050000"
    part = summary(record, findings | dict.fromkeys(numbers[1:3], Finding.UNDECIDED))
    assert part.open == 2
    assert part.rate is not None
    assert part.rate.low == rate_of_simple_sample(1, 20, 290).low
    assert part.rate.high == rate_of_simple_sample(3, 20, 290).high


def test_a_weighted_summary_counts_by_the_inverse_of_the_probability() -> None:
    record = published_draw("draw", population_file(reports(300)), terms(Method.RISK))
    first = record["drawn"][0]
    found = summary(
        record,
        {one["report_number"]: Finding.RIGHT for one in record["drawn"]} | {first["report_number"]: Finding.WRONG},
    )
    counts = [1 / float(one["probability"]) for one in record["drawn"]]
    assert found.rate is not None
    assert found.rate.method == "hajek"
    assert found.rate.estimate == pytest.approx(counts[0] / sum(counts))
    assert found.rate.low < found.rate.estimate < found.rate.high


def order(**fields: object) -> DrawRequest | None:
    """What an order with these fields has to draw."""
    return parse_spot_check_action({"action": "draw_spot_check", "reviewer": "li.ming", **fields}).request


@pytest.mark.requirement("N5")
def test_all_problems_of_a_request_are_named_at_once() -> None:
    with pytest.raises(Invalid) as told:
        order(months=["2026-13"], method="all", size=True, seed="", x=1)
    assert {(one.field, one.code) for one in told.value.problems} == {
        ("months", "month_format"),
        ("method", "sampling_method_unknown"),
        ("size", "sample_size_range"),
        ("seed", "seed_format"),
        ("x", "unknown_field"),
    }
    for months in (3, [], ["2026-11", "2026-11"], [[]], [f"20{year}-01" for year in range(10, 40)]):
        with pytest.raises(Invalid):
            order(months=months, method="risk", size=1)
    with pytest.raises(Invalid) as told:
        order()
    assert [one.field for one in told.value.problems] == ["months", "method", "size"]
    assert order(months=["2026-11", "2026-10"], method="risk", size=5) == DrawRequest(
        ("2026-10", "2026-11"), Method.RISK, 5
    )


@pytest.fixture
def world() -> World:
    world = World(records=8)
    for which in range(8):
        world.issue(world.submit(world.body(which)))
    return world


def drawing(world: World) -> SpotCheckDraw:
    return SpotCheckDraw(world.cases, world.documents, world.keyring)


ASKED = DrawRequest(("2026-11",), Method.SIMPLE, 3)


def drawn(world: World, command: str, asked: DrawRequest) -> dict[str, Any]:
    """What a command orders, drawn."""
    ordered = drawing(world)
    return ordered.draw(ordered.order(command, asked, "staff:reviewer-1", world.now))


@pytest.mark.requirement("N1")
def test_the_same_command_gives_the_same_draw_whatever_happened_since(world: World) -> None:
    record = drawn(world, "execution-1", ASKED)
    assert len(record["drawn"]) == 3
    assert {one["case_number"] for one in record["drawn"]} <= world.cases.cases.keys()
    number, report = next(iter(world.cases.reports.items()))
    world.cases.reports[number] = replace(report, state=ReportState.REVOKED)
    assert drawn(world, "execution-1", ASKED) == record == drawing(world).load(record["draw_id"])
    assert drawn(world, "execution-2", ASKED)["population"]["in_force"] == 7


@pytest.mark.requirement("N1")
def test_a_crash_after_the_population_leaves_a_draw_from_that_population(world: World) -> None:
    record = drawn(world, "execution-1", ASKED)
    folder = f"spot-checks/{record['draw_id']}"
    assert {key for key in world.documents.objects if "spot-checks" in key} == {
        f"{folder}/order.json",
        f"{folder}/population.csv",
        f"{folder}/draw.json",
    }
    world.documents.delete(f"{folder}/draw.json")
    world.cases.reports.popitem()
    assert drawn(world, "execution-1", ASKED) == record


@pytest.mark.requirement("N1")
def test_of_two_that_draw_at_once_both_give_the_draw_that_is_kept(world: World) -> None:
    first = drawn(world, "execution-1", ASKED)
    kept = dict(world.documents.objects)
    for key in list(world.documents.objects):
        if "spot-checks" in key:
            world.documents.delete(key)
    put_new = world.documents.put_new

    def overtaken(key: str, content: bytes, content_type: str) -> bool:
        world.documents.objects[key] = kept[key]
        return put_new(key, content, content_type)

    world.documents.put_new = overtaken  # type: ignore[method-assign]
    world.cases.reports.popitem()
    assert drawn(world, "execution-1", ASKED) == first


@pytest.mark.requirement("N1")
def test_a_command_that_comes_again_with_other_terms_is_refused(world: World) -> None:
    record = drawn(world, "execution-1", ASKED)
    for other in (replace(ASKED, size=4), replace(ASKED, seed="seed"), replace(ASKED, method=Method.RISK)):
        with pytest.raises(Conflict):
            drawn(world, "execution-1", other)
    assert drawing(world).load(record["draw_id"]) == record
    with pytest.raises(NotFound):
        drawing(world).load("absent")


@pytest.mark.requirement("N4")
def test_the_files_of_a_draw_name_nobody(world: World) -> None:
    drawn(world, "execution-1", ASKED)
    text = b"".join(content for key, content in world.documents.objects.items() if "spot-checks" in key).decode()
    for record in world.records:
        for value in (record.name, record.identity_number, record.certificate_number):
            assert value not in text
