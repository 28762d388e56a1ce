"""Reading what a spot check is to draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from degree_auth.domain.shared.action_input import read_action
from degree_auth.domain.shared.identifiers import MONTH
from degree_auth.domain.shared.reading import (
    BrokenRule,
    Field,
    Fields,
    choice,
    optional,
    pattern,
    required_list,
    whole_number,
)
from degree_auth.domain.spot_checks.draw import Method

LARGEST_SAMPLE = 10_000
MOST_MONTHS = 24


def _months(raw: object) -> tuple[str, ...]:
    """Different months, in order."""
    months = [MONTH.read(month) for month in required_list(raw)]
    if not 1 <= len(months) <= MOST_MONTHS or len(set(months)) != len(months):
        raise BrokenRule("months_count")
    return tuple(sorted(months))


DRAW: Fields = {
    "months": Field(_months, {"type": "array", "items": MONTH.schema, "minItems": 1, "maxItems": MOST_MONTHS}),
    "method": choice(Method, "sampling_method_unknown"),
    "size": whole_number(1, LARGEST_SAMPLE, "sample_size_range"),
    "seed": optional(pattern("[A-Za-z0-9_-]{1,64}", "seed_format")),
}
_DRAW_ID = pattern("[0-9a-f]{20}", "draw_id_format")


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """Months of issue (YYYY-MM, in order), the method, how many; `seed` None to have one made."""

    months: tuple[str, ...]
    method: Method
    size: int
    seed: str | None = None


class SpotCheckAction(StrEnum):
    """What staff can start about spot checks; it concerns no case."""

    DRAW_SPOT_CHECK = "draw_spot_check"
    SUMMARISE_SPOT_CHECK = "summarise_spot_check"


SPOT_CHECK_ACTIONS: Mapping[SpotCheckAction, Fields] = {
    SpotCheckAction.DRAW_SPOT_CHECK: DRAW,
    SpotCheckAction.SUMMARISE_SPOT_CHECK: {"draw_id": _DRAW_ID},
}


@dataclass(frozen=True, slots=True)
class SpotCheckOrder:
    """An order to draw, or to add up the findings of a draw, and the member of staff who gives it (`reviewer`)."""

    action: SpotCheckAction
    reviewer: str
    request: DrawRequest | None = None
    draw_id: str = ""


def parse_spot_check_action(body: object) -> SpotCheckOrder:
    """Read the input of an execution: who asks (`reviewer`), and a `draw_id`, or what to draw: `months`, `method`,
    `size`, and `seed` for a draw whose seed comes from elsewhere, such as a public lot.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it.
    """
    values = read_action(body, SPOT_CHECK_ACTIONS).complete()
    order = SpotCheckOrder(values.pop("action"), values.pop("reviewer"), draw_id=values.pop("draw_id", ""))
    return replace(order, request=DrawRequest(**values)) if values else order
