"""Over any history of actions: a code proves one execution, and nobody acts by an account without its key."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from degree_auth.domain.accounts.one_time_codes import STEP_SECONDS
from degree_auth.domain.accounts.staff import Role, StaffEventType
from degree_auth.domain.shared.chain import verify
from degree_auth.domain.shared.errors import Conflict, NotSignedIn
from tests.doubles.staff import StaffRoom

pytestmark = pytest.mark.requirement("A13", "N1")
NAMES = ("li.ming", "wang.fang")
attempts = st.lists(
    st.tuples(
        st.sampled_from(NAMES),  # who is named
        st.sampled_from(NAMES),  # whose code it is
        st.integers(-3, 3),  # of which time step, from now
        st.integers(0, 4),  # in which execution
        st.integers(0, 3 * STEP_SECONDS),  # how long after the one before
    ),
    max_size=30,
)


@settings(max_examples=60)
@given(attempts)
def test_each_code_proves_one_execution_of_its_own_account(history: list[tuple[str, str, int, int, int]]) -> None:
    room = StaffRoom()
    for name in NAMES:
        room.open(name, Role.REVIEWER)
    proven: dict[str, set[tuple[str, int]]] = {}
    for name, owner, steps, execution, pause in history:
        room.later(seconds=pause)
        code = room.code(owner, steps)
        with suppress(NotSignedIn, Conflict):
            room.admit(name, code, str(execution), action="open_review")
            assert code in {room.code(name, step) for step in range(-20, 4)}, "the code is not the account's own"
            proven.setdefault(code, set()).add((name, execution))
    assert [uses for uses in proven.values() if len(uses) > 1] == []
    for name in NAMES:
        log = room.store.staff_log(name)
        assert verify(name, [entry.as_dict() for entry in log], named="staff_name") is None
        acted = [entry.data["execution"] for entry in log if entry.type is StaffEventType.ACTED]
        assert len(acted) == sum(account == name for uses in proven.values() for account, _ in uses)
