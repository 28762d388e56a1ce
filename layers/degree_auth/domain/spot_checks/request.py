"""Reading what a spot check is to draw."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from degree_auth.domain.shared.action_input import REVIEWER, FieldForm, pattern
from degree_auth.domain.shared.errors import Invalid, Malformed, Problem, shown_key
from degree_auth.domain.spot_checks.draw import Method

LARGEST_SAMPLE = 10_000
MOST_MONTHS = 24
_MONTH = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])\Z", re.ASCII)
_SEED = re.compile(r"[A-Za-z0-9_-]{1,64}\Z", re.ASCII)
_DRAW_ID = pattern("[0-9a-f]{20}", "draw_id_format")
_FIELDS = ("months", "method", "size", "seed")


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


@dataclass(frozen=True, slots=True)
class SpotCheckOrder:
    """A draw to be made, or a draw whose findings are to be added up, and which of the staff (`reviewer`) asks."""

    action: SpotCheckAction
    reviewer: str
    request: DrawRequest | None = None
    draw_id: str = ""


def parse_spot_check_action(body: object) -> SpotCheckOrder:
    """Read the input of an execution: who asks (`reviewer`), and what `parse_draw_request` reads or a `draw_id`.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it.
    """
    if not isinstance(body, dict):
        raise Malformed("not_an_object")
    action = SpotCheckAction(body["action"])
    problems = _named(body, "reviewer", REVIEWER)
    rest = {field: value for field, value in body.items() if field not in ("action", "reviewer")}
    if action is SpotCheckAction.SUMMARISE_SPOT_CHECK:
        problems += _named(body, "draw_id", _DRAW_ID)
        problems += [Problem(shown_key(field), "unknown_field") for field in rest if field != "draw_id"]
        if problems:
            raise Invalid(problems)
        return SpotCheckOrder(action, body["reviewer"], draw_id=body["draw_id"])
    try:
        request = parse_draw_request(rest)
    except Invalid as invalid:
        raise Invalid([*problems, *invalid.problems]) from None
    if problems:
        raise Invalid(problems)
    return SpotCheckOrder(action, body["reviewer"], request)


def _named(body: Mapping[str, object], field: str, form: FieldForm) -> list[Problem]:
    value = body.get(field)
    if field not in body:
        return [Problem(field, "required")]
    return [] if isinstance(value, str) and form.fits(value) else [Problem(field, form.code)]


def parse_draw_request(body: Mapping[str, object]) -> DrawRequest:
    """`{"months", "method", "size"}`, and `seed` for a draw whose seed was made elsewhere, such as by lot in public.

    Raises:
        Invalid: fields are missing, unknown or break a rule; all are named.
    """
    problems = [Problem(shown_key(field), "unknown_field") for field in body if field not in _FIELDS]
    problems += [Problem(field, "required") for field in _FIELDS[:3] if field not in body]
    months, method, size, seed = (body.get(field) for field in _FIELDS)
    if "months" in body:
        problems += _month_problems(months)
    if "method" in body and method not in list(Method):
        problems.append(Problem("method", "sampling_method_unknown"))
    if "size" in body and not (type(size) is int and 1 <= size <= LARGEST_SAMPLE):
        problems.append(Problem("size", "sample_size_range"))
    if seed is not None and not (isinstance(seed, str) and _SEED.match(seed)):
        problems.append(Problem("seed", "seed_format"))
    if problems or not isinstance(months, list) or type(size) is not int:
        raise Invalid(problems)
    return DrawRequest(tuple(sorted(months)), Method(str(method)), size, None if seed is None else str(seed))


def _month_problems(months: object) -> list[Problem]:
    if not isinstance(months, list):
        return [Problem("months", "not_a_list")]
    if not all(isinstance(month, str) and _MONTH.match(month) for month in months):
        return [Problem("months", "month_format")]
    if not 1 <= len(months) <= MOST_MONTHS or len(set(months)) != len(months):
        return [Problem("months", "months_count")]
    return []
