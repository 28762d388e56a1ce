"""What fees need from outside, as small protocols; the adapters implement them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from degree_auth.domain.fees.fee import Fee


class DoubleFee(Exception):
    """A task would earn a second fee: fees and cases disagree, and nothing was stored. Repeating does not mend it."""


class FeeStore(Protocol):
    """Fees of answered tasks; they are written with the answer, by `CaseStore.commit`."""

    def fees(self, period: str, institution_code: str | None = None) -> Iterable[Fee]:
        """The fees of a month, YYYY-MM, of one institution or of all."""
        ...
