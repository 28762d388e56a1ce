"""A change that others overtake is decided anew, a bounded number of times (N1)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from degree_auth.domain.shared.errors import Conflict, Unavailable
from degree_auth.services.shared.optimistic import TRIES, until_stored
from degree_auth.services.shared.ports import Stale


def overtaken(times: int, attempts: list[int]) -> Callable[[], str]:
    def attempt() -> str:
        attempts.append(len(attempts))
        if len(attempts) <= times:
            raise Stale
        return "stored"

    return attempt


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("times", [0, 1, TRIES - 1])
def test_an_attempt_is_made_anew_as_often_as_it_is_overtaken(times: int) -> None:
    attempts: list[int] = []
    assert until_stored(overtaken(times, attempts)) == "stored"
    assert len(attempts) == times + 1


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("tries", [1, 3, TRIES])
def test_whoever_is_always_overtaken_is_asked_to_try_again(tries: int) -> None:
    attempts: list[int] = []
    with pytest.raises(Unavailable) as refused:
        until_stored(overtaken(tries, attempts), tries)
    assert refused.value.code == "try_again"
    assert len(attempts) == tries


@pytest.mark.requirement("N1")
def test_a_refusal_is_final() -> None:
    def attempt() -> str:
        raise Conflict("case_has_ended")

    with pytest.raises(Conflict):
        until_stored(attempt)
