"""What a stranger achieves in a day against one account, and what it costs the account's owner.

The numbers stand in `docs/adr/0043-attempts-by-place.md`. Who guesses has the password already and lacks the second
factor: each guess is a one-time code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count

import pytest

from degree_auth.domain.accounts.one_time_codes import DRIFT_STEPS
from degree_auth.domain.accounts.places import Place
from degree_auth.domain.shared.errors import NotSignedIn, TooMany
from tests.doubles.office import HERE, PASSWORD, Office

pytestmark = pytest.mark.requirement("A13", "N4")
LEAD = "lead-10001"
DAY = timedelta(days=1)


def addresses(how_many: int | None) -> Iterator[str]:
    """Addresses to guess from in turn; None for a new one each time."""
    for number in count():
        which = number if how_many is None else number % how_many
        yield f"2001:db8:{which >> 16:x}:{which & 0xFFFF:x}::1"


def guesses_in_a_day(office: Office, sources: Iterator[str], meanwhile: Callable[[int], None]) -> int:
    """How many guesses are judged in a day: as many as are judged at once, again every five minutes."""
    begun, judged, wrong = office.now, 0, 0
    while office.now < begun + DAY:
        try:
            code = "000000" if office.code(LEAD) != "000000" else "111111"
            body = {"username": LEAD, "password": PASSWORD, "one_time_code": code}
            office.sessions.sign_in(body, Place(next(sources)), office.now)
        except NotSignedIn:
            judged, wrong = judged + 1, 0
        except TooMany:
            wrong += 1
            if wrong > 40:  # from every source that has tried so far
                office.later(minutes=5)
                wrong = 0
                meanwhile(int((office.now - begun).total_seconds() // 60))
    return judged


@pytest.mark.parametrize(("sources", "most"), [(1, 5 + 24), (4, 20 + 96), (40, 20 + 96), (None, 20 + 96)])
def test_strangers_guess_some_hundred_codes_a_day_and_the_owner_does_not_notice(sources: int | None, most: int) -> None:
    office = Office()
    office.ready()
    device = office.sign_in().device
    signed_in = []

    def owner(minute: int) -> None:
        if minute % 60 == 0:
            # At the usual place, or with the usual device wherever it is; with the first password and code.
            place = HERE if minute % 120 else Place(f"198.51.100.{minute // 60}", device)
            before = office.now
            signed_in.append(office.sign_in(place=place))
            office.now = before

    judged = guesses_in_a_day(office, addresses(sources), owner)
    assert 0.9 * most <= judged <= most
    assert len(signed_in) == 24
    chance = judged * (2 * DRIFT_STEPS + 1) / 10**6
    assert chance < 0.0004


def test_one_stranger_does_not_even_keep_out_an_owner_from_a_new_place() -> None:
    office = Office()
    office.ready()
    sources = iter(range(1, 200))

    def owner(minute: int) -> None:
        if minute % 60 == 0:
            before = office.now
            office.sign_in(place=Place(f"198.51.100.{next(sources)}"))
            office.now = before

    guesses_in_a_day(office, addresses(1), owner)
    assert next(sources) == 25
