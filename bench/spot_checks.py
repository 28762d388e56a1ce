"""A thousand reports, 5 % of whose register records were silently falsified after issue: what a spot check finds.

Each drawn report is compared with the register again by the real rules; draws and estimates are the real ones, over
many seeds, against what the hypergeometric distribution leads to expect. Institutions that were corrected before have
more of the falsified records than others, as risk weights suppose. Synthetic records.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from bench.figure import Baseline, Figure, Measurement
from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.domain.cases.report_state import Basis, ReportState
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.matching import MatchResult, compare_claim
from degree_auth.domain.spot_checks.draw import Method, Terms, published_draw
from degree_auth.domain.spot_checks.finding import Finding
from degree_auth.domain.spot_checks.population import FinishedReport, population_file
from degree_auth.domain.spot_checks.summary import summary
from tests.samples.claims import award, claim_of

REPORTS = 1_000
FALSIFIED = 0.05
SIZES = (20, 50, 100, 200, 400)
SEEDS = 200
_CONFIDENCE = 0.95
_ISSUED = date(2026, 11, 2)
_CORRECTED = 30
_SUSPECT_UNITS = 3


def measure(reports: int = REPORTS, sizes: Sequence[int] = SIZES, seeds: int = SEEDS) -> Iterator[Figure]:
    """The share of the falsified that each sample size finds, and how often the interval contains the truth."""
    issued, findings = _simulate(reports)
    population = population_file(issued)
    in_force = sum(one.state is ReportState.VALID for one in issued)
    wrong = sum(finding is Finding.WRONG for finding in findings.values())
    truth = wrong / in_force
    yield Figure("falsified", "登记被篡改的报告", "reports falsified in the register", wrong, "")
    for method, chinese, english in (
        (Method.SIMPLE, "简单随机", "simple"),
        (Method.RISK, "按风险加权", "weighted"),
    ):
        held_ever, draws_ever = 0, 0
        for size in sizes:
            found, held, estimates, width = 0, 0, 0.0, 0.0
            for seed in range(seeds):
                terms = Terms(("2026-11",), method, size, f"bench-{seed}")
                result = summary(published_draw("bench", population, terms), findings, _CONFIDENCE)
                found += result.wrong
                if result.rate is None:
                    continue
                held += result.rate.low <= truth <= result.rate.high
                estimates += result.rate.estimate
                width += result.rate.high - result.rate.low
            held_ever, draws_ever = held_ever + held, draws_ever + seeds
            expected = Baseline("超几何分布的期望", "hypergeometric expectation", size / in_force)
            name = f"{method.value}_{size}"
            what = f"抽 {size} 份（{chinese}）", f"of {size} drawn, {english}"
            yield from (
                Figure(
                    f"{name}_found",
                    f"{what[0]}查出的占全部篡改",
                    f"share of the falsified found {what[1]}",
                    found / seeds / wrong,
                    "",
                    expected,
                ),
                Figure(
                    f"{name}_estimate",
                    f"{what[0]}估计的错误率（平均）",
                    f"mean estimate {what[1]}",
                    estimates / seeds,
                    "",
                    Baseline("实际错误率", "the true rate", truth),
                ),
                Figure(
                    f"{name}_width",
                    f"{what[0]}区间宽度（平均）",
                    f"mean width of the interval {what[1]}",
                    width / seeds,
                    "",
                ),
                Figure(
                    f"{name}_coverage",
                    f"{what[0]}区间含真值的比例",
                    f"intervals that contain the truth {what[1]}",
                    held / seeds,
                    "",
                    Baseline("承诺的置信度", "the confidence promised", _CONFIDENCE),
                ),
            )
        yield Figure(
            f"{method.value}_coverage",
            f"全部抽取中区间含真值的比例（{chinese}）",
            f"intervals that contain the truth, all {english} draws",
            held_ever / draws_ever,
            "",
            Baseline("承诺的置信度", "the confidence promised", _CONFIDENCE),
        )


MEASUREMENT = Measurement(
    chinese="抽查（模拟）",
    english="spot checks, simulated",
    measure=measure,
    needs_stack=False,
    quick={"reports": 200, "sizes": (20, 50), "seeds": 2},
)


def _simulate(reports: int) -> tuple[list[FinishedReport], dict[str, Finding]]:
    """The population, corrected reports beside those in force, and what comparing each report again finds."""
    rng = Random(20261125)  # noqa: S311 -- sample data
    institutions = shipped_institutions()
    records = [award(rng, serial) for serial in range(reports)]
    claims = [claim_of(record) for record in records]
    suspect = sorted({record.institution_code for record in records})[:_SUSPECT_UNITS]
    chances = [3 if record.institution_code in suspect else 1 for record in records]
    falsified: set[int] = set()
    while len(falsified) < round(reports * FALSIFIED):
        falsified.update(rng.choices(range(reports), chances))
    issued, findings = [], {}
    for serial, (record, claim) in enumerate(zip(records, claims, strict=True)):
        number = f"2026-{serial:06}"
        basis = Basis.INSTITUTION if rng.random() < 0.2 else Basis.REGISTER
        issued.append(_finished_report(number, ReportState.VALID, record, basis))
        now_there = _falsify(rng, record) if serial in falsified else record
        matched = compare_claim(claim, (now_there,), institutions).result is MatchResult.MATCHED
        findings[number] = Finding.RIGHT if matched else Finding.WRONG
    corrected = (record for record in records if record.institution_code in suspect)
    issued += [
        _finished_report(f"2026-C{serial:05}", ReportState.REVOKED, record, Basis.REGISTER)
        for serial, record in zip(range(_CORRECTED), corrected, strict=False)
    ]
    return issued, findings


def _finished_report(number: str, state: ReportState, record: AwardRecord, basis: Basis) -> FinishedReport:
    year = str(record.award_date.year)
    return FinishedReport(number, f"RZ{number}", state, record.institution_code, basis, year, _ISSUED.isoformat())


def _falsify(rng: Random, record: AwardRecord) -> AwardRecord:
    """The record after somebody made it another person's, another discipline's or another day's."""
    match rng.randrange(3):
        case 0:
            return replace(record, name=f"{record.name}甲")
        case 1:
            return replace(record, discipline_name=f"{record.discipline_name}工程")
        case _:
            return replace(record, award_date=record.award_date + timedelta(days=365))
