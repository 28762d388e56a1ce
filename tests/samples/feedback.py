"""Complete verification forms."""

from __future__ import annotations

from degree_auth.domain.cases.result import DENIALS, Result


def denial_of(result: str) -> dict[str, str]:
    """The form of a denial, with the outcome that it names."""
    return {
        "result": result,
        "handler": "经办人",
        "archive_searched": "2022 届学位授予名册",
        "archive_reference": "档-2022-001",
        "reason": "名册中无此人",
        "confirmed_outcome": DENIALS[Result(result)].value,
    }
