"""The verification fee rates that ship with the package."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files

from degree_auth.domain.fees.rates import RateTable


@lru_cache(maxsize=1)
def published_fee_rates() -> RateTable:
    """The rates of `data/verification_fees.json`, read once a process."""
    table = files("degree_auth") / "data" / "verification_fees.json"
    return RateTable.from_data(json.loads(table.read_text("utf-8")))
