"""The table of what is kept for how long, as it ships with the package; its values are the operator's to set."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

from degree_auth.domain.cases.retention import RetentionTerms


def retention_table() -> list[dict[str, Any]]:
    """The rows of `data/retention.json`."""
    rows: list[dict[str, Any]] = json.loads((files("degree_auth") / "data" / "retention.json").read_text("utf-8"))
    return rows


@lru_cache(maxsize=1)
def published_retention() -> RetentionTerms:
    """The terms of cases and their files, read once a process."""
    return RetentionTerms.from_table(retention_table())
