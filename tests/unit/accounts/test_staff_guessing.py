"""What somebody achieves in a day who may start executions and guesses the codes of an account of staff, and what it
costs the account's owner. The number stands in `docs/adr/0046-staff-are-accounts.md`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from degree_auth.domain.accounts.one_time_codes import DRIFT_STEPS
from degree_auth.domain.accounts.staff import Role, StaffEventType
from degree_auth.domain.shared.errors import NotSignedIn
from tests.doubles.staff import StaffRoom

pytestmark = pytest.mark.requirement("A13", "N4")
DAY = timedelta(days=1)


def guesses_in_a_day(room: StaffRoom, name: str) -> int:
    """How many wrong codes are judged in a day, of one a minute; an answer that the account is locked judges nothing
    but the guess that locks it."""
    begun, judged, serial = room.now, 0, 0
    while room.now < begun + DAY:
        before = room.store.accounts[name].attempts
        serial += 1
        wrong = f"{(int(room.code(name)) + 500_000) % 1_000_000:06}"
        with pytest.raises(NotSignedIn):
            room.admit(name, wrong, f"guess-{serial}")
        judged += room.store.accounts[name].attempts != before
        room.later(minutes=1)
    return judged


def test_who_may_start_executions_guesses_some_hundred_codes_a_day() -> None:
    room = StaffRoom()
    room.open("li.ming", Role.REVIEWER)
    judged = guesses_in_a_day(room, "li.ming")
    assert 96 <= judged <= 5 + 96
    assert judged * (2 * DRIFT_STEPS + 1) / 10**6 < 0.0004
    # It does not go unseen: each lock is on record, and raises an alarm.
    kinds = [entry.type for entry in room.store.staff_log("li.ming")]
    assert kinds.count(StaffEventType.LOCKED) >= 90


def test_while_they_guess_the_owner_is_locked_out_and_a_new_key_lets_them_in_at_once() -> None:
    room = StaffRoom()
    room.open("li.ming", Role.REVIEWER)
    guesses_in_a_day(room, "li.ming")
    with pytest.raises(NotSignedIn):
        room.admit("li.ming", "000000", "last-guess")
    with pytest.raises(NotSignedIn, match="staff_locked"):
        room.admit("li.ming", room.code("li.ming"), "own")
    room.open("li.ming", Role.REVIEWER)
    room.admit("li.ming", room.code("li.ming"), "own-again")
