"""What a spot check came to (article 15): findings counted, and the error rate they tell of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from degree_auth.domain.spot_checks.draw import Method
from degree_auth.domain.spot_checks.error_rate import (
    CONFIDENCE,
    ErrorRate,
    rate_of_simple_sample,
    rate_of_weighted_sample,
)
from degree_auth.domain.spot_checks.finding import Finding


@dataclass(frozen=True, slots=True)
class Summary:
    """The results of a spot check. `open` counts the reports that nobody has decided on yet, or ever can.

    While any is open, `rate` is the estimate over the decided ones, with an interval from the low end if all open
    ones are right to the high end if all are wrong; None when nothing is decided.
    """

    drawn: int
    right: int
    wrong: int
    open: int
    rate: ErrorRate | None

    def as_dict(self) -> dict[str, Any]:
        """The summary as it is published; shares are text of six decimals."""
        counts = {"drawn": self.drawn, "right": self.right, "wrong": self.wrong, "open": self.open}
        if self.rate is None:
            return {**counts, "error_rate": None}
        shares = {name: f"{getattr(self.rate, name):.6f}" for name in ("estimate", "low", "high", "confidence")}
        return {**counts, "error_rate": {**shares, "method": self.rate.method}}


def summary(record: Mapping[str, Any], findings: Mapping[str, Finding], confidence: float = CONFIDENCE) -> Summary:
    """The results of a stored draw, from findings by report number; reports that were not drawn do not count."""
    found = [
        (findings.get(one["report_number"], Finding.UNDECIDED), float(one["probability"])) for one in record["drawn"]
    ]
    counted = Counter(finding for finding, _ in found)
    right, wrong, undecided = (counted[each] for each in Finding)
    population = record["population"]["in_force"]
    method = Method(record["method"])

    def rate(results: list[tuple[bool, float]]) -> ErrorRate:
        if method is Method.SIMPLE:
            return rate_of_simple_sample(sum(each for each, _ in results), len(results), population, confidence)
        return rate_of_weighted_sample(results, population, confidence)

    decided = [(finding is Finding.WRONG, chance) for finding, chance in found if finding is not Finding.UNDECIDED]
    if not decided:
        return Summary(len(found), right, wrong, undecided, None)
    if not undecided:
        return Summary(len(found), right, wrong, undecided, rate(decided))
    best = rate([(finding is Finding.WRONG, chance) for finding, chance in found])
    worst = rate([(finding is not Finding.RIGHT, chance) for finding, chance in found])
    estimate = rate(decided).estimate
    return Summary(
        len(found), right, wrong, undecided, ErrorRate(estimate, best.low, worst.high, confidence, best.method)
    )
