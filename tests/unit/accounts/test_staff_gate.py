"""Nobody of the staff is who they type: an account and a one-time code, used once, stand before every action."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from degree_auth.domain.accounts.attempts import OF_STAFF
from degree_auth.domain.accounts.one_time_codes import STEP_SECONDS
from degree_auth.domain.accounts.staff import KEY_TIME, RETRY_TIME, Role, StaffEventType, StaffStatus, close
from degree_auth.domain.shared.actors import SYSTEM
from degree_auth.domain.shared.errors import Conflict, Forbidden, Invalid, Malformed, NotSignedIn
from tests.doubles.staff import StaffRoom

CASE = {"action": "open_review", "case_number": "RZ20261123K7Q2M9XD"}


@pytest.fixture
def room() -> StaffRoom:
    room = StaffRoom()
    room.open("li.ming", Role.REVIEWER)
    room.open("wang.fang", Role.APPROVER)
    return room


def kinds(room: StaffRoom, name: str) -> list[StaffEventType]:
    return [entry.type for entry in room.store.staff_log(name)]


def guessed(room: StaffRoom, name: str, times: int) -> list[str]:
    """How somebody is refused who gives wrong codes."""
    refusals = []
    for _ in range(times):
        with pytest.raises(NotSignedIn) as refused:
            room.admit(name, "000000", "guess", **CASE)
        refusals.append(refused.value.code)
    return refusals


@pytest.mark.requirement("A13", "N3")
def test_account_and_code_admit_and_what_they_admitted_is_on_record(room: StaffRoom) -> None:
    admitted = room.admit("li.ming", room.code("li.ming"), "execution-1", **CASE)
    assert admitted.content == {"reviewer": "li.ming", **CASE}
    entry = room.store.staff_log("li.ming")[-1]
    assert (entry.type, entry.actor) == (StaffEventType.ACTED, "staff:li.ming")
    assert entry.data == {"action": "open_review", "subject": CASE["case_number"], "execution": "execution-1"}


@pytest.mark.requirement("A13", "N1", "N3")
def test_a_name_of_an_execution_that_is_used_again_is_another_command(room: StaffRoom) -> None:
    # AWS lets a name be used again after 90 days, and a temporary password is derived from the command.
    code = room.code("li.ming")
    first = room.admit("li.ming", code, "execution-1", **CASE).command
    room.later(seconds=200)
    assert room.admit("li.ming", code, "execution-1", **CASE).command == first, "a retry is the same command"
    commands = {first}
    for _ in range(2):
        room.later(days=91)
        commands.add(room.admit("li.ming", room.code("li.ming"), "execution-1", **CASE).command)
    assert len(commands) == 3


@pytest.mark.requirement("A13")
def test_a_code_serves_one_execution_and_is_worthless_to_every_other(room: StaffRoom) -> None:
    code = room.code("li.ming")
    room.admit("li.ming", code, "execution-1", **CASE)
    for _ in range(2 * OF_STAFF.most):
        with pytest.raises(NotSignedIn, match="staff_not_proven"):
            room.admit("li.ming", code, "execution-2", **CASE)
    # Who repeats what the history shows has guessed nothing: the owner is not locked out by it.
    room.later(seconds=STEP_SECONDS)
    room.admit("li.ming", room.code("li.ming"), "execution-3", **CASE)


@pytest.mark.requirement("A13", "N1")
def test_the_same_execution_goes_on_with_its_own_code_for_some_minutes(room: StaffRoom) -> None:
    code = room.code("li.ming")
    first = room.admit("li.ming", code, "execution-1", **CASE)
    room.later(seconds=STEP_SECONDS)
    room.admit("li.ming", room.code("li.ming"), "execution-2", **CASE)
    room.now += RETRY_TIME - timedelta(seconds=STEP_SECONDS + 1)
    before = room.store.staff_account("li.ming")
    assert room.admit("li.ming", code, "execution-1", **CASE) == first
    assert room.store.staff_account("li.ming") == before
    room.later(seconds=1)
    with pytest.raises(NotSignedIn):
        room.admit("li.ming", code, "execution-1", **CASE)


@pytest.mark.requirement("A13", "N1")
@pytest.mark.parametrize("other", [{"action": "reject"}, {"case_number": "RZ2026112300000000"}, {"reason": "因故"}])
def test_another_input_under_the_name_of_an_execution_is_no_retry_of_it(room: StaffRoom, other: dict[str, str]) -> None:
    code = room.code("li.ming")
    room.admit("li.ming", code, "execution-1", **CASE)
    with pytest.raises(NotSignedIn):
        room.admit("li.ming", code, "execution-1", **(CASE | other))
    with pytest.raises(NotSignedIn):
        room.admit("wang.fang", code, "execution-1", **CASE)


@pytest.mark.requirement("A13")
@pytest.mark.parametrize("steps", [-3, -2, 2, 3, 2880])
def test_a_code_of_another_time_is_refused(room: StaffRoom, steps: int) -> None:
    with pytest.raises(NotSignedIn, match="staff_not_proven"):
        room.admit("li.ming", room.code("li.ming", steps), "execution-1", **CASE)


@pytest.mark.requirement("A13")
def test_a_code_before_the_one_used_last_is_refused(room: StaffRoom) -> None:
    room.admit("li.ming", room.code("li.ming", 1), "execution-1", **CASE)
    with pytest.raises(NotSignedIn):
        room.admit("li.ming", room.code("li.ming"), "execution-2", **CASE)


@pytest.mark.requirement("A13")
def test_anothers_code_and_nobodys_account_are_refused_in_the_same_words(room: StaffRoom) -> None:
    refusals = []
    for name, code in (("li.ming", room.code("wang.fang")), ("nobody", room.code("li.ming")), ("li.ming", "000000")):
        with pytest.raises(NotSignedIn) as refused:
            room.admit(name, code, "execution-1", **CASE)
        refusals.append(refused.value.code)
    assert refusals == ["staff_not_proven"] * 3


@pytest.mark.requirement("A13", "N3")
def test_wrong_codes_lock_the_account_for_a_time_and_the_lock_is_on_record(room: StaffRoom) -> None:
    refusals = guessed(room, "li.ming", OF_STAFF.most)
    # Also who locks the account is told so: the alarm follows that answer.
    assert refusals == ["staff_not_proven"] * (OF_STAFF.most - 1) + ["staff_locked"]
    with pytest.raises(NotSignedIn, match="staff_locked"):
        room.admit("li.ming", room.code("li.ming"), "execution-1", **CASE)
    entry = room.store.staff_log("li.ming")[-1]
    # The account's owner has not done it.
    assert (entry.type, entry.actor) == (StaffEventType.LOCKED, SYSTEM)
    room.admit("wang.fang", room.code("wang.fang"), "execution-2", **CASE)
    room.now += OF_STAFF.every
    room.admit("li.ming", room.code("li.ming"), "execution-3", **CASE)


@pytest.mark.requirement("A13", "N1")
def test_a_code_given_while_the_account_is_locked_is_used_up_and_proves_nothing(room: StaffRoom) -> None:
    guessed(room, "li.ming", OF_STAFF.most)
    room.now += OF_STAFF.every - timedelta(seconds=10)
    code, attempts = room.code("li.ming"), room.store.accounts["li.ming"].attempts
    with pytest.raises(NotSignedIn, match="staff_locked"):
        room.admit("li.ming", code, "execution-1", **CASE)
    assert room.store.accounts["li.ming"].attempts == attempts
    assert room.store.proofs == {}
    # The history of executions shows the code by now, and the account opens while it would still be good.
    room.later(seconds=20)
    for execution in ("execution-1", "execution-2"):
        with pytest.raises(NotSignedIn, match="staff_not_proven"):
            room.admit("li.ming", code, execution, **CASE)
    room.later(seconds=STEP_SECONDS)
    room.admit("li.ming", room.code("li.ming"), "execution-3", **CASE)


@pytest.mark.requirement("A13")
def test_the_owners_own_actions_do_not_forgive_the_guesses_of_others(room: StaffRoom) -> None:
    refusals: list[str] = []
    for number in range(4):
        refusals += guessed(room, "li.ming", 1)
        room.later(seconds=STEP_SECONDS)
        room.admit("li.ming", room.code("li.ming"), f"execution-{number}", **CASE)
    assert [*refusals, *guessed(room, "li.ming", 1)][-1] == "staff_locked"


@pytest.mark.requirement("A13", "N1")
def test_a_retry_goes_on_though_strangers_have_locked_the_account_meanwhile(room: StaffRoom) -> None:
    code = room.code("li.ming")
    room.admit("li.ming", code, "execution-1", **CASE)
    for _ in range(OF_STAFF.most):
        with pytest.raises(NotSignedIn):
            room.admit("li.ming", "000000", "guess", **CASE)
    room.admit("li.ming", code, "execution-1", **CASE)


@pytest.mark.requirement("A13", "N1")
def test_of_two_executions_at_once_with_one_code_one_is_admitted(room: StaffRoom) -> None:
    code = room.code("li.ming")

    def overtake() -> None:
        room.store.before_replace = lambda: None
        room.admit("li.ming", code, "execution-2", **CASE)

    room.store.before_replace = overtake
    with pytest.raises(NotSignedIn, match="staff_not_proven"):
        room.admit("li.ming", code, "execution-1", **CASE)
    assert set(room.store.proofs) == {"execution-2"}


@pytest.mark.requirement("A13", "N3")
def test_what_an_account_proved_is_not_overwritten_by_another_under_the_same_name(room: StaffRoom) -> None:
    room.admit("li.ming", room.code("li.ming"), "execution-1", **CASE)
    code = room.code("wang.fang")
    with pytest.raises(Conflict, match="staff_execution_taken"):
        room.admit("wang.fang", code, "execution-1", **CASE)
    assert room.store.proofs["execution-1"].staff_name == "li.ming"
    # The history shows that code too.
    with pytest.raises(NotSignedIn):
        room.admit("wang.fang", code, "execution-2", **CASE)


@pytest.mark.requirement("A13", "N1")
def test_of_two_accounts_at_once_under_one_name_one_is_admitted(room: StaffRoom) -> None:
    def overtake() -> None:
        room.store.before_replace = lambda: None
        room.admit("wang.fang", room.code("wang.fang"), "execution-1", **CASE)

    room.store.before_replace = overtake
    with pytest.raises(Conflict, match="staff_execution_taken"):
        room.admit("li.ming", room.code("li.ming"), "execution-1", **CASE)
    assert room.store.proofs["execution-1"].staff_name == "wang.fang"


@pytest.mark.requirement("A13", "N1")
def test_guesses_at_once_are_all_counted(room: StaffRoom) -> None:
    def overtake() -> None:
        room.store.before_replace = lambda: None
        with pytest.raises(NotSignedIn):
            room.admit("li.ming", "000000", "guess-2", **CASE)

    room.store.before_replace = overtake
    with pytest.raises(NotSignedIn):
        room.admit("li.ming", "000000", "guess-1", **CASE)
    attempts = room.store.accounts["li.ming"].attempts
    assert attempts is not None
    assert attempts.forgotten_at == room.now + 2 * OF_STAFF.every


@pytest.mark.requirement("A13")
def test_a_closed_account_proves_nothing_nor_does_a_retry_of_its_own(room: StaffRoom) -> None:
    code = room.code("li.ming")
    room.admit("li.ming", code, "execution-1", **CASE)
    before = room.store.accounts["li.ming"]
    after, entries = close(before, "wang.fang", "离职", "staff:1", room.now)
    room.store.replace_staff_account(before, after, entries)
    assert after.status is StaffStatus.CLOSED
    assert after.code_secret is None
    for steps in (0, 1):
        with pytest.raises(NotSignedIn, match="staff_not_proven"):
            room.admit("li.ming", room.code("li.ming", steps), "execution-1", **CASE)


@pytest.mark.requirement("A13")
def test_a_key_that_nobody_used_is_void_after_a_fortnight(room: StaffRoom) -> None:
    room.now += KEY_TIME
    with pytest.raises(NotSignedIn, match="staff_not_proven"):
        room.admit("li.ming", room.code("li.ming"), "execution-1", **CASE)


@pytest.mark.requirement("A13", "N5")
@pytest.mark.parametrize("action", ["delete", None, 7, "Open_review"])
def test_an_action_that_is_in_no_table_of_roles_is_nobodys(room: StaffRoom, action: object) -> None:
    with pytest.raises(Invalid) as refused:
        room.admit("li.ming", room.code("li.ming"), "execution-1", action=action)
    code = "required" if action is None else "unknown_choice"
    assert [(one.field, one.code) for one in refused.value.problems] == [("action", code)]


@pytest.mark.requirement("A13")
def test_who_has_not_the_role_is_refused_and_the_code_is_used_up(room: StaffRoom) -> None:
    code = room.code("wang.fang")
    with pytest.raises(Forbidden, match="staff_role_missing"):
        room.admit("wang.fang", code, "execution-1", action="reject", case_number=CASE["case_number"])
    with pytest.raises(NotSignedIn):
        room.admit("wang.fang", code, "execution-2", **CASE)


@pytest.mark.requirement("A13", "N5")
@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["reviewer", "code"]),
        ({"reviewer": "Li Ming", "code": True}, ["reviewer", "code"]),
        ({"reviewer": "li.ming", "code": "12345"}, ["code"]),
        ({"reviewer": "li.ming", "code": -123456}, ["code"]),
        ({"reviewer": "li.ming", "code": 1234567}, ["code"]),
        ({"reviewer": "li.ming", "code": "123456!"}, ["code"]),
        ({"reviewer": None, "code": "123456"}, ["reviewer"]),
    ],
)
def test_account_and_code_have_a_form_and_everything_wrong_is_told_at_once(
    room: StaffRoom, body: dict[str, Any], fields: list[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        room.gate.admit(body, "execution-1", room.now)
    assert [one.field for one in refused.value.problems] == fields
    with pytest.raises(Malformed):
        room.gate.admit([], "execution-1", room.now)


def full_width(digits: str) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in digits)


@pytest.mark.requirement("A13")
@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("li.ming", lambda code: f"{code[:3]} {code[3:]}"),
        ("li.ming", lambda code: f"{code[:3]}-{code[3:]}\u200b"),
        ("li.ming", int),
        ("li.ming", full_width),
        ("Li.Ming", lambda code: code),
        (" li.ming\t", lambda code: f"{code} "),
    ],
)
def test_account_and_code_are_read_as_people_write_them(
    room: StaffRoom, name: str, typed: Callable[[str], object]
) -> None:
    body = {"reviewer": name, "code": typed(room.code("li.ming")), **CASE}
    admitted = room.gate.admit(body, "execution-1", room.now)
    assert admitted.content == {"reviewer": "li.ming", **CASE}
    assert room.gate.admit(body, "execution-1", room.now) == admitted
    with pytest.raises(NotSignedIn):
        room.admit("li.ming", room.code("li.ming"), "execution-2", **CASE)


@pytest.mark.requirement("A13")
@pytest.mark.parametrize(
    "input_of",
    [
        lambda name, code: {"reviewer": name, "code": f"code {code}"},
        lambda name, code: {"reviewer": name, "code": f"{code}.0"},
        lambda name, code: {"reviewer": name, "code": [code]},
        lambda name, code: {"reviewer": name, "cod": code},
        lambda name, code: {"Reviewer": name.upper(), "code": f"{code[:3]} {code[3:]}"},
        lambda name, code: {"reviewer": f"{name} (he)", "code": code},
        lambda name, code: [{"reviewer": name, "code": code}],
        lambda name, code: json.dumps({"reviewer": name, "code": code}),
        lambda name, code: {"input": json.dumps({"reviewer": name, "code": code})},
    ],
)
def test_a_code_that_a_refused_input_shows_is_used_up(room: StaffRoom, input_of: Callable[[str, str], object]) -> None:
    code = room.code("li.ming")
    with pytest.raises((Invalid, Malformed)):
        room.gate.admit(input_of("li.ming", code), "execution-1", room.now)
    assert room.store.proofs == {}
    room.later(seconds=20)
    for _ in range(2 * OF_STAFF.most):
        with pytest.raises(NotSignedIn, match="staff_not_proven"):
            room.admit("li.ming", code, "execution-2", **CASE)
    room.later(seconds=STEP_SECONDS)
    room.admit("li.ming", room.code("li.ming"), "execution-3", **CASE)


@pytest.mark.requirement("A13")
@pytest.mark.parametrize("name", ["li.ming", "nobody", "closed"])
def test_a_refused_input_counts_no_guess_and_changes_nothing_where_its_code_is_wrong(
    room: StaffRoom, name: str
) -> None:
    before = dict(room.store.accounts)
    wrong = "000000" if room.code("li.ming") != "000000" else "000001"
    with pytest.raises(Invalid):
        room.gate.admit({"reviewer": name, "code": f"code {wrong}"}, "execution-1", room.now)
    assert room.store.accounts == before


@pytest.mark.requirement("A13", "N1")
def test_a_code_in_a_refused_input_is_used_up_though_the_account_changes_meanwhile(room: StaffRoom) -> None:
    code = room.code("li.ming")

    def overtake() -> None:
        room.store.before_replace = lambda: None
        guessed(room, "li.ming", 1)

    room.store.before_replace = overtake
    with pytest.raises(Invalid):
        room.gate.admit({"reviewer": "li.ming", "code": f"code {code}"}, "execution-1", room.now)
    with pytest.raises(NotSignedIn):
        room.admit("li.ming", code, "execution-2", **CASE)


@pytest.mark.requirement("A13", "N4")
def test_only_known_actions_and_numbers_of_cases_are_kept_of_an_input(room: StaffRoom) -> None:
    typed = {"action": "张三 110105194912310029", "case_number": "张三", "change": 7, "half": "\ud800"}
    with pytest.raises(Invalid):
        room.admit("li.ming", room.code("li.ming"), "execution-1", **typed)
    assert room.store.staff_log("li.ming")[-1].data == {"action": "", "subject": "", "execution": "execution-1"}


@pytest.mark.requirement("A13")
def test_an_account_does_not_close_itself(room: StaffRoom) -> None:
    with pytest.raises(Conflict, match="second_person_required"):
        close(room.store.accounts["wang.fang"], "wang.fang", "离职", "staff:1", room.now)
