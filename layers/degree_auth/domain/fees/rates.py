"""What an answered task is paid (article 7): rates by degree level, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from degree_auth.domain.applications.claim import Level


@dataclass(frozen=True, slots=True)
class Rate:
    """What a task is paid, in fen by degree level, when it is answered in a period.

    `valid_from` is the first day, `valid_until` the first day no longer; None is until further notice.
    """

    valid_from: date
    valid_until: date | None
    fen: Mapping[Level, int]

    def is_valid_on(self, on: date) -> bool:
        """Whether the rate holds on a day."""
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)


class RateTable:
    """The rates one after the other without a gap, the last until further notice: no answer goes without its fee."""

    def __init__(self, rates: Iterable[Rate]) -> None:
        """Put the rates in order.

        Raises:
            ValueError: there is none, periods overlap or leave a gap, the last one ends, a level has no amount, or an
                amount is not a whole number of fen from 0.
        """
        self._rates = tuple(sorted(rates, key=lambda rate: rate.valid_from))
        if not self._rates or self._rates[-1].valid_until is not None:
            raise ValueError("the last rate must hold until further notice")
        if any(rate.valid_until != following.valid_from for rate, following in pairwise(self._rates)):
            raise ValueError("rates must follow each other without gap or overlap")
        for rate in self._rates:
            if rate.fen.keys() != set(Level) or any(type(fen) is not int or fen < 0 for fen in rate.fen.values()):
                raise ValueError("a rate needs a whole number of fen from 0 for every level")

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> RateTable:
        """Read the form of `data/verification_fees.json`.

        Raises:
            KeyError: a key is missing.
            ValueError: as for the table, or a date or level is none.
        """
        return cls(_rate(row) for row in data["rates"])

    def fee_of(self, answered_on: date, level: Level) -> int:
        """The fee in fen of a task about a degree of this level, answered on a day in Shanghai.

        A written answer counts from the day it was received.

        Raises:
            ValueError: the day lies before the first rate.
        """
        for rate in self._rates:
            if rate.is_valid_on(answered_on):
                return rate.fen[level]
        raise ValueError("the day lies before the first rate")


def _rate(row: Mapping[str, Any]) -> Rate:
    until = row["until"]
    return Rate(
        date.fromisoformat(row["from"]),
        None if until is None else date.fromisoformat(until),
        {Level(level): fen for level, fen in row["fen"].items()},
    )
