"""The estimated error rate of finished reports, from a spot check, with its confidence interval (article 15).

Simple sample. The estimate is the share that was wrong. The interval is exact: it holds every number of wrong reports
in the population under which the sample is not too surprising, by the hypergeometric distribution, with half of the
permitted error on each side. This is the Clopper-Pearson interval with the finite population taken into account: it
contains the truth at least as often as promised, narrows as more is checked, and is a point when all is.

Weighted sample. The estimate is Hajek's: wrong reports over all reports, each counted as often as the inverse of its
inclusion probability. Its variance is that of the inverse-probability sum of its residuals, whose terms are
uncorrelated (see `sampling`). The interval is Clopper-Pearson for the size of a simple sample that would have the same
variance (Korn and Graubard), at most what a simple sample of the same finite population could have; while nothing, or
everything, is wrong, the size follows from the spread of the probabilities (Kish).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

CONFIDENCE = 0.95
_STEPS = 60
_SMALLEST = 1e-300
_PRECISE = 1e-14


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """An estimated share between 0 and 1, the interval that contains the true one with `confidence`, and how it was
    made: `hypergeometric` or `hajek`."""

    estimate: float
    low: float
    high: float
    confidence: float
    method: str


def rate_of_simple_sample(wrong: int, checked: int, population: int, confidence: float = CONFIDENCE) -> ErrorRate:
    """The error rate of a population of which `checked` were drawn, all alike, and `wrong` found wrong.

    Raises:
        ValueError: not 0 <= wrong <= checked <= population with something checked, or no confidence between 0 and 1.
    """
    if not 0 <= wrong <= checked <= population or not checked or not 0 < confidence < 1:
        raise ValueError("no such sample")
    tail = (1 - confidence) / 2
    fewest, most = wrong, population - (checked - wrong)
    # Both tails are monotone in the number of wrong reports there are.
    low = _first(fewest, most, lambda there: _at_least(wrong, checked, there, population) > tail)
    high = _first(low, most + 1, lambda there: there > most or _at_most(wrong, checked, there, population) <= tail) - 1
    return ErrorRate(wrong / checked, low / population, max(low, high) / population, confidence, "hypergeometric")


def rate_of_weighted_sample(
    results: Sequence[tuple[bool, float]], population: int, confidence: float = CONFIDENCE
) -> ErrorRate:
    """The error rate of a population from a weighted sample: whether each report was wrong, and its probability.

    Raises:
        ValueError: nothing was checked, more than there is, a probability is not in (0, 1], or no confidence between
            0 and 1.
    """
    if not 0 < len(results) <= population or not 0 < confidence < 1:
        raise ValueError("no such sample")
    if not all(0 < probability <= 1 for _, probability in results):
        raise ValueError("a probability lies above 0 and is at most 1")
    counts = [1 / probability for _, probability in results]
    everything = math.fsum(counts)
    rate = math.fsum(count for (wrong, _), count in zip(results, counts, strict=True) if wrong) / everything
    if all(probability == 1 for _, probability in results):
        return ErrorRate(rate, rate, rate, confidence, "hajek")
    residuals = (
        (count * (wrong - rate)) ** 2 * (1 - 1 / count) for (wrong, _), count in zip(results, counts, strict=True)
    )
    variance = math.fsum(residuals) / everything**2
    checked = len(results)
    most = checked / max(1 - checked / population, 1 / population)
    kish = everything**2 / math.fsum(count**2 for count in counts)
    size = min(rate * (1 - rate) / variance, most) if variance > 0 else kish
    tail = (1 - confidence) / 2
    found = rate * size
    low = 0.0 if found <= 0 else beta_quantile(tail, found, size - found + 1)
    high = 1.0 if found >= size else beta_quantile(1 - tail, found + 1, size - found)
    return ErrorRate(rate, min(low, rate), max(high, rate), confidence, "hajek")


def beta_quantile(probability: float, a: float, b: float) -> float:
    """The value below which a beta distribution with parameters `a` and `b` has this probability."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _beta_below(middle, a, b) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The smallest number of a range from which on a condition holds; at the end of the range it holds."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _at_most(found: int, checked: int, there: int, population: int) -> float:
    return _chance(range(max(0, checked - (population - there)), found + 1), checked, there, population)


def _at_least(found: int, checked: int, there: int, population: int) -> float:
    return _chance(range(found, min(checked, there) + 1), checked, there, population)


def _chance(counts: range, checked: int, there: int, population: int) -> float:
    """The probability that so many of `checked` are wrong, when `there` of the population are."""
    right = population - there
    all_ways = _log_ways(population, checked)
    return math.fsum(
        math.exp(_log_ways(there, count) + _log_ways(right, checked - count) - all_ways)
        for count in counts
        if count <= there and checked - count <= right
    )


def _log_ways(of: int, chosen: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(chosen + 1) - math.lgamma(of - chosen + 1)


def _beta_below(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction on the side where that converges fast."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta function, evaluated from its front (Lentz)."""
    upper, lower = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = lower
    step, change = 1, 0.0
    while abs(change - 1) > _PRECISE and step < 10_000:
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        for coefficient in (even, odd):
            lower = 1 / _away_from_zero(1 + coefficient * lower)
            upper = _away_from_zero(1 + coefficient / upper)
            change = upper * lower
            value *= change
        step += 1
    return value


def _away_from_zero(number: float) -> float:
    return number if abs(number) > _SMALLEST else _SMALLEST
