"""A random sample that anybody can draw again (article 15): every member runs a race whose time follows from the seed.

A member's uniform number u is made of SHA-256 of the seed and the member's name; its time is -ln(u) / weight, and the
sample is the first to arrive. So the draw needs no order of the population and no state of a generator, a member's
time does not depend on who else runs, a weight of two doubles the chance of being next, and nobody is drawn twice.

Given the time of the first one left out, the threshold t, every member arrived before it with probability
1 - exp(-weight * t), independently of the others' weights. With these probabilities sums over the sample, each value
divided by its probability, are unbiased for sums over the population, and the terms are uncorrelated ("bottom-k
sampling with rank conditioning").

Times are decimals of 28 digits, each operation correctly rounded, so that every machine and language agrees on them.
"""

from __future__ import annotations

import hashlib
import heapq
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import NamedTuple

_EXACTLY = Context(prec=28, rounding=ROUND_HALF_EVEN)
_BITS = 64
_SPARE = 64
"""How many more than needed the quick race lets through to the exact one."""


class Drawn(NamedTuple):
    """A member of the sample: its weight, and the probability with which it arrived before the threshold."""

    name: str
    weight: int
    probability: Decimal


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample in the order of arrival. `threshold` is the time of the first one left out, None when nobody was."""

    drawn: tuple[Drawn, ...]
    threshold: Decimal | None
    population: int


def arrival(seed: str, name: str, weight: int) -> Decimal:
    """A member's time in the race: -ln(u) / weight, where u is (h + 1) / 2^64 and h the first 64 bits, big endian, of
    SHA-256 over `seed`, a line feed and `name` in UTF-8."""
    whole = _uniform(seed, name)
    uniform = _EXACTLY.divide(Decimal(whole), Decimal(2**_BITS))
    return _EXACTLY.divide(_EXACTLY.ln(uniform).copy_abs(), Decimal(weight))


def draw(seed: str, population: Iterable[tuple[str, int]], size: int) -> Sample:
    """Draw `size` members of a population of names with weights; all of them when it has no more.

    The order of the population makes no difference. The caller makes sure that no name stands in it twice: that name
    would count twice.

    Raises:
        ValueError: nothing is to be drawn, or a weight is not at least 1.
    """
    if size < 1:
        raise ValueError("at least one is drawn")
    count = 0

    def quick_arrivals() -> Iterator[tuple[float, str, int]]:
        nonlocal count
        for name, weight in population:
            if weight < 1:
                raise ValueError("a weight is a whole number of at least 1")
            count += 1
            yield _quick_arrival(seed, name, weight), name, weight

    # Floating point is ten times as fast, and wrong by less than the time between two arrivals.
    near = heapq.nsmallest(size + 1 + _SPARE, quick_arrivals())
    first = sorted((arrival(seed, name, weight), name, weight) for _, name, weight in near)
    threshold = first[size][0] if len(first) > size else None
    drawn = tuple(Drawn(name, weight, _probability(weight, threshold)) for _, name, weight in first[:size])
    return Sample(drawn, threshold, count)


def _quick_arrival(seed: str, name: str, weight: int) -> float:
    whole = _uniform(seed, name)
    rest = 2**_BITS - whole
    # Near one, the logarithm of a number says little that its distance from one does not say better.
    time = -math.log1p(-rest / 2**_BITS) if rest < whole else -math.log(whole / 2**_BITS)
    return time / weight


def _uniform(seed: str, name: str) -> int:
    """The member's uniform number in units of 2^-64, from 1 up to 2^64."""
    digest = hashlib.sha256(f"{seed}\n{name}".encode()).digest()
    return int.from_bytes(digest[: _BITS // 8], "big") + 1


def _probability(weight: int, threshold: Decimal | None) -> Decimal:
    if threshold is None:
        return Decimal(1)
    missed = _EXACTLY.exp(_EXACTLY.multiply(Decimal(weight), threshold).copy_negate())
    return _EXACTLY.subtract(Decimal(1), missed)
