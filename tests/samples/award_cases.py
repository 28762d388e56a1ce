"""Several cases of one award, and what institutions say of it in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.cases.result import Result
from tests.doubles.world import World
from tests.unit.rechecks.test_rechecks import reported
from tests.unit.reports.test_sharing import body

OTHER_NUMBER = "1033522024000999"


def asking(world: World, caller: int = 1, **degree: Any) -> Case:
    """Another case of the first award, whose entry differs from the register, so that the institution is asked."""
    stated = body(world, caller)
    stated["degree"] |= {"discipline": "园艺学", **degree}
    case = world.attach(world.submit(stated))
    return world.attend(world.staff("confirm_material", case, command="confirm").case)


def renumbered(world: World, caller: int = 1) -> Case:
    """A case that ends in a report whose certificate number is the archive's."""
    case = world.answer(
        asking(world, caller), "partly_inconsistent", archive_values={"degree.certificate_number": OTHER_NUMBER}
    )
    world.staff("accept_archive_values", case, command="accept", reason="以档案为准")
    return world.drive(case.case_number)


def denied_beside(world: World, caller: int = 1, result: str = "not_awarded") -> Case:
    """Another case of the first award, concluded by a reviewer as the institution denied it."""
    case = world.drive(world.answer(asking(world, caller), result).case_number)
    world.staff("confirm_denial", case, command="c", reason="档案无记载")
    return world.drive(case.case_number)


def verified_beside(world: World, caller: int) -> Case:
    """Another case of the first award, which the institution verified."""
    return world.drive(world.answer(asking(world, caller), "verified").case_number)


def notices_in_force(world: World) -> list[str]:
    return sorted(
        number
        for number, one in world.cases.reports.items()
        if one.kind == "written_notice" and one.state is ReportState.VALID
    )


def number_of(case: Case) -> str:
    """The report that a case has."""
    assert case.report is not None
    return case.report.report_number


def meanwhile(world: World, does: Callable[[], object]) -> None:
    """Right before the next commit something else happens, whole."""

    def overtaken() -> None:
        world.cases.before_commit = lambda: None
        does()

    world.cases.before_commit = overtaken


def spot_checked(world: World) -> Case:
    """A report that the register no longer bears out, drawn; the institution is asked."""
    first = reported(world)
    world.forget()
    return world.attend(world.rechecks.spot_check(first.case_number, "draw-1", number_of(first), world.now))


def renamed(world: World) -> Case:
    """The register has the award again, under another discipline, and somebody applies with that."""
    world.register.records.insert(0, replace(world.records[0], discipline_name="园艺学"))
    stated = body(world, 1)
    stated["degree"]["discipline"] = "园艺学"
    return world.submit(stated)


def asked_again(world: World, case: Case) -> Case:
    """The reviewer asks again: the same institution, unless that has returned the task."""
    assert case.task is not None
    assert case.task.answer is not None
    code = "10003" if case.task.answer.result is Result.NOT_THIS_INSTITUTION else case.institution_code
    return world.attend(
        world.staff("redirect_task", case, command="again", reason="请再核", institution_code=code).case
    )
