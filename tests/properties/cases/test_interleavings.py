"""Pairs of commands, interleaved at every call to a port, come to what one after the other comes to (N1, N2).

The suite tries a part of all, another one each time unless under CI. `python -m` with this module's name tries all, and
tells how many were tried, how many were equal to a serial order, and which differed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from degree_auth.domain.applications.person import Authority
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.reports.printable import UnprintableCharacter
from degree_auth.domain.shared.errors import Conflict
from tests.doubles.interleaved import Command, Snapshot, answer, interleaved, settle, state
from tests.doubles.world import World
from tests.samples.award_cases import asking, denied_beside, renamed, spot_checked
from tests.unit.rechecks.test_rechecks import disputed, reported, verified_again

TRIED = 1000
"""So many interleavings are tried in the suite."""


def body(world: World, caller: int, **degree: Any) -> dict[str, Any]:
    """The application for the first award under a caller's own telephone number."""
    stated = world.body(**degree)
    stated["contact"]["mobile"] = f"1380013800{caller}"
    return stated


def _approved(world: World) -> Case:
    case = world.keep_register(world.answer(world.asked(discipline="园艺学"), "verified"))
    return world.staff("approve_register_change", case, command="ap", reason="同意", reviewer="reviewer-2").case


def _parked(world: World) -> Case:
    world.press.failing = UnprintableCharacter(("x",))
    case = world.issue(world.submit(world.body()))
    world.press.failing = None
    return case


def _shared(world: World) -> Case:
    reported(world)
    return world.drive(world.submit(body(world, 1)).case_number)


def _frozen_first(world: World) -> Case:
    """Of two cases with one report, that which issued it."""
    _shared(world)
    return world.disavow(next(iter(world.cases.cases.values())))


def _frozen_denial(world: World) -> Case:
    """A case whose denial nobody decides on, beside the report of another one."""
    reported(world)
    return world.disavow(world.answer(asking(world, 1), "not_awarded"))


def _two_issuing(world: World) -> Case:
    world.submit(body(world, 1))
    return world.submit(world.body())


def _two_issuing_one_of_another(world: World) -> Case:
    """The first came through the platform, and who disavows the second has not signed in for it."""
    world.intake.submit(body(world, 1), "msg-1", "platform", Authority.PUBLIC_SECURITY, world.now)
    return world.submit(world.body())


def _two_disputed(world: World) -> Case:
    first = reported(world)
    verified_again(world, disputed(world, world.drive(world.submit(body(world, 1)).case_number)), "not_awarded")
    return verified_again(
        world, disputed(world, first), "partly_inconsistent", archive_values={"degree.discipline": "园林"}
    )


def _answered_otherwise(world: World) -> Case:
    case = verified_again(world, disputed(world, reported(world)), "not_awarded")
    world.staff("decide_recheck", case, command="rv", reason="档案无记载", decision="revoked")
    world.drive(case.case_number)
    return world.attach(world.drive(world.submit(body(world, 1)).case_number))


def _denied_beside_a_report(world: World) -> Case:
    reported(world)
    case = world.drive(world.answer(asking(world, 1), "not_awarded").case_number)
    return world.staff("confirm_denial", case, command="cd", reason="档案无记载").case


def _contested(world: World) -> Case:
    first = reported(world)
    denied_beside(world, 1)
    return verified_again(world, world.cases.load(first.case_number), "verified")


def _spot_checked(world: World) -> Case:
    spot_checked(world)
    return renamed(world)


def _received(world: World) -> Case:
    world.register.broken = True
    case = world.submit(world.body())
    world.register.broken = False
    return case


BEGINNINGS: dict[str, Callable[[World], Case]] = {
    "received": _received,
    "confirmed": lambda world: world.staff("confirm_material", world.mismatched(), command="confirm").case,
    "confirmed again": lambda world: verified_again(world, disputed(world, _shared(world)), "verified"),
    "reviewed": lambda world: world.mismatched(),
    "asked": lambda world: world.asked(discipline="园艺学"),
    "returned": lambda world: (
        world.staff(
            "return_to_applicant", world.mismatched(), command="rt", reason="补交", fields=["degree.discipline"]
        ).case
    ),
    "partly inconsistent": lambda world: world.answer(
        world.asked(), "partly_inconsistent", archive_values={"degree.discipline": "园林"}
    ),
    "issuing": lambda world: world.submit(world.body()),
    "two issuing": _two_issuing,
    "two issuing, one of another": _two_issuing_one_of_another,
    "verified": lambda world: world.answer(world.asked(discipline="园艺学"), "verified"),
    "proposed": lambda world: world.keep_register(world.answer(world.asked(discipline="园艺学"), "verified")),
    "approved": _approved,
    "approved and issued": lambda world: world.drive(_approved(world).case_number),
    "parked": _parked,
    "reported": reported,
    "shared": _shared,
    "denied": lambda world: world.answer(world.asked(), "not_awarded"),
    "questioned": lambda world: world.issue(world.answer(world.asked(), "not_awarded")),
    "answered otherwise": _answered_otherwise,
    "denied beside a report": _denied_beside_a_report,
    "contested": _contested,
    "spot-checked": _spot_checked,
    "disputed": lambda world: disputed(world, reported(world)),
    "answered again": lambda world: verified_again(world, disputed(world, reported(world)), "not_awarded"),
    "corrected again": lambda world: verified_again(
        world, disputed(world, _shared(world)), "partly_inconsistent", archive_values={"degree.discipline": "园林"}
    ),
    "two disputed": _two_disputed,
    "frozen": lambda world: world.disavow(world.asked(discipline="园艺学")),
    "frozen with a report that another has": _frozen_first,
    "frozen with another's report": lambda world: world.disavow(_shared(world)),
    "frozen and answered": lambda world: world.answer(world.disavow(world.asked(discipline="园艺学")), "verified"),
    "frozen and denied beside a report": _frozen_denial,
    "frozen in dispute": lambda world: world.disavow(disputed(world, reported(world))),
}


def commands(case: Case, evidence: str) -> dict[str, Command]:
    """What anybody may do to a case, by name; what does not fit its state is refused."""
    number = case.case_number

    def staff(action: str, **more: Any) -> Command:
        return lambda world: world.staff(action, world.cases.load(number), command=action + str(more), **more)

    def answered(result: str, **more: Any) -> Command:
        return lambda world: world.answer(asked(world), result, **more)

    def asked(world: World) -> Case:
        return _asked(world.cases.load(number))

    def other(world: World) -> Case:
        others = [one for one in world.cases.cases.values() if one.case_number != number]
        return others[0] if others else world.cases.load(number)

    def issued(world: World, case: Case) -> Case:
        # No machine issues for a case in another stage.
        return world.issue(case) if case.stage in (Stage.ISSUING, Stage.CONCLUDING) else case

    def imported(world: World) -> None:
        """A file corrects the record, which is one write, and reports about it are looked at."""
        record = world.register.records[0]
        world.register.records = [replace(record, discipline_name="法语"), *world.register.records[1:]]

    return {
        "withdraw": lambda world: world.own_case_commands.withdraw(number, world.now),
        "supplement": lambda world: world.own_case_commands.supplement(
            number, {"degree": {"discipline": "法语"}}, world.now
        ),
        "urgency": lambda world: world.own_case_commands.request_urgency(number, {"reason": "出国"}, world.now),
        "announce": lambda world: world.own_case_commands.announce_attachment(
            number, {"kind": "evidence", "content_type": "image/png", "size": 9}, world.now
        ),
        "dispute": lambda world: world.disputes.dispute(
            number, {"reason": "有误", "evidence": [evidence]} if evidence else {}, world.now
        ),
        "submit again": lambda world: world.submit(body(world, 7)),
        "submit otherwise": lambda world: world.submit(body(world, 8, discipline="园艺学")),
        "confirm": staff("confirm_material"),
        "return": staff("return_to_applicant", reason="补交", fields=["certificate_scan"]),
        "reject": staff("reject", reason="不属受理范围"),
        "correct": staff("correct_claim", reason="更正", degree={"discipline": "法语"}),
        "accept": staff("accept_archive_values", reason="以档案为准"),
        "release": staff("release", reason="已处理"),
        "approve urgency": staff("approve_urgency", reason="同意"),
        "open recheck": staff("open_recheck", reason="复核", cause="institution_report"),
        "admit": staff("admit_recheck", reason="受理"),
        "refuse": staff("refuse_recheck", reason="不予受理"),
        "uphold": staff("decide_recheck", reason="维持", decision="upheld"),
        "supersede": staff("decide_recheck", reason="更正", decision="superseded"),
        "revoke": staff("decide_recheck", reason="撤销", decision="revoked"),
        # The approver has seen the case as it stood before both.
        "approve change": staff("approve_register_change", reason="同意", reviewer="reviewer-2", version=case.version),
        "close change": staff("close_register_change", reason="另行处理"),
        "redirect": staff("redirect_task", reason="请再核", institution_code=case.institution_code),
        "confirm denial": staff("confirm_denial", reason="档案无记载"),
        "verified": answered("verified"),
        "the other verified": lambda world: world.answer(_asked(other(world)), "verified"),
        "not awarded": answered("not_awarded"),
        "partly": answered("partly_inconsistent", archive_values={"degree.discipline": "园林"}),
        "needs material": answered("needs_material"),
        "wrong answer": lambda world: world.answer_wrong(asked(world)),
        "compare": lambda world: world.compare(world.cases.load(number)),
        "attend": lambda world: world.clock.attend(number, world.now),
        "issue": lambda world: world.issue(world.cases.load(number)),
        "issue the other": lambda world: issued(world, other(world)),
        "keep register": lambda world: world.keep_register(world.cases.load(number)),
        "import": imported,
        "disavow": lambda world: world.disavow(world.cases.load(number)),
        "take back": lambda world: world.take_back(world.cases.load(number)),
        "impersonation": staff("decide_disavowal", reason="查实", decision="impersonation"),
        "unfounded": staff("decide_disavowal", reason="并非冒用", decision="unfounded"),
    }


def _asked(case: Case) -> Case:
    if case.task is None:
        raise Conflict("nothing_was_asked")
    return case


class Pairs:
    """Every pair of commands from every beginning."""

    def __init__(self) -> None:
        self.tried = self.equal = 0
        self.differing: list[str] = []
        self.known: set[str] = set()
        self.effective: set[str] = set()

    def run(self, random: Random | None = None, tried: int | None = None) -> None:
        names = list(BEGINNINGS)
        if random is not None:
            random.shuffle(names)
        for place, name in enumerate(names, start=1):
            self._begin(name, random, None if tried is None else tried * place // len(names))

    def _begin(self, name: str, random: Random | None, until: int | None) -> None:
        world = World()
        case = BEGINNINGS[name](world)
        case = world.cases.load(case.case_number)
        stored = [one.attachment_id for one in case.attachments if one.kind == "evidence"]
        if not stored and case.is_final:
            case = world.attach(case, kind="evidence")
            stored = [case.attachments[-1].attachment_id]
        self._commands = commands(case, stored[-1] if stored else "")
        self._world, self._snapshot = world, Snapshot(world)
        self._alone = {one: self._effect(one) for one in self._commands}
        self.known |= set(self._commands)
        self.effective |= {one for one, does in self._alone.items() if does}
        pairs = list(self._pairs())
        if random is not None:
            random.shuffle(pairs)
        for first, second in pairs:
            if until is not None and self.tried >= until:
                return
            self._try(name, first, second)

    def _effect(self, one: str) -> bool:
        """Whether a command does anything from this beginning by itself."""
        self._snapshot.restore()
        before = (
            {number: case.version for number, case in self._world.cases.cases.items()},
            self._world.register.records,
        )
        heard = self._hear(one)
        after = {number: case.version for number, case in self._world.cases.cases.items()}, self._world.register.records
        return heard == "done" and before != after

    def _hear(self, one: str) -> str:
        return answer(self._world, self._commands[one])

    def _pairs(self) -> Iterator[tuple[str, str]]:
        # Two of which neither does anything are equal to either order.
        for first in self._commands:
            for second, does in self._alone.items():
                if does:
                    yield first, second

    def _serial(self, *order: str) -> tuple[dict[str, str], dict[str, Any]]:
        self._snapshot.restore()
        heard = {f"{place}": "" for place in order}
        for one in order:
            heard[one] = self._hear(one)
        settle(self._world)
        return heard, state(self._world)

    def _try(self, name: str, first: str, second: str) -> None:
        orders = [self._serial(first, second), self._serial(second, first)]
        at = calls = 1
        while at <= calls:
            self._snapshot.restore()
            one, other, calls = interleaved(self._world, self._commands[first], self._commands[second], at)
            settle(self._world)
            came = ({first: one, second: other} if first != second else {first: other}, state(self._world))
            self.tried += 1
            if came in orders:
                self.equal += 1
            else:
                told = "\n  ".join(map(str, (came, *orders)))
                self.differing.append(f"{name}: {second} before call {at} of {first}\n  {told}")
            at += 1


@pytest.mark.requirement("N1", "N2", "N3")
def test_interleaved_commands_come_to_what_one_after_the_other_comes_to() -> None:
    pairs = Pairs()
    pairs.run(Random(0 if "CI" in os.environ else None), TRIED)
    assert (pairs.tried >= TRIED, pairs.differing) == (True, [])
    assert pairs.known == pairs.effective


if __name__ == "__main__":
    every = Pairs()
    every.run()
    idle = sorted(set(every.known) - every.effective)
    print(f"{every.tried} tried, {every.equal} equal to a serial order, {len(every.differing)} differing; idle: {idle}")
    print("\n".join(every.differing[:20]))
