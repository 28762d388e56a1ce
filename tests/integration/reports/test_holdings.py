"""Several cases of one award on the real table: what is stored beside a report, and what refuses to be stored (N1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from moto import mock_aws

from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.fees.table import FeeItem, FeeTable
from degree_auth.adapters.shared.case_keys import CaseKeys
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.recheck import Cause, RecheckStatus
from degree_auth.domain.cases.stages import Outcome, Stage
from degree_auth.domain.shared.errors import Conflict
from degree_auth.services.cases.ports import DescribeTask
from tests.doubles import world as world_module
from tests.doubles.tables import create_table
from tests.doubles.world import World, tell_no_other_case
from tests.samples.award_cases import (
    asking,
    denied_beside,
    meanwhile,
    number_of,
    renamed,
    renumbered,
    spot_checked,
    verified_beside,
)
from tests.unit.rechecks.test_rechecks import disputed, reported, verified_again
from tests.unit.reports.test_sharing import body, corrected, revoke, second, stands_in_the_way

pytestmark = pytest.mark.requirement("A2", "A5", "A15", "N1", "N2")
REGION = "ap-southeast-1"


class TableCases(CaseTable):
    """The table, and something that happens right before a commit."""

    def __init__(self, keys: CaseKeys, describe: DescribeTask) -> None:
        super().__init__("holdings-cases", REGION, FeeTable("holdings-accounts", REGION), keys, describe)
        self.before_commit: Callable[[], None] = lambda: None

    def commit(self, *given: Any, **named: Any) -> None:
        self.before_commit()
        super().commit(*given, **named)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(world_module, "MemoryCases", TableCases)
    with mock_aws():
        there = World()
        create_table("CasesTable", "holdings-cases", REGION)
        FeeItem.create_table(billing_mode="PAY_PER_REQUEST")
        yield there


def now(world: World, case: Case) -> Case:
    return world.cases.load(case.case_number)


def test_a_number_put_right_is_the_award_that_was_asked_about(world: World) -> None:
    first, other = reported(world), renumbered(world)
    assert (now(world, first).report, other.report and other.report.version) == (other.report, 2)
    assert stands_in_the_way(second(world, 2)) == "report_in_force_differs"
    assert renumbered(world, 3).report == other.report


def test_a_denial_and_a_report_of_one_award_meet(world: World) -> None:
    first = reported(world)
    denied = denied_beside(world)
    first = now(world, first)
    assert (first.rechecks[-1].cause, first.rechecks[-1].notices) == (
        Cause.INSTITUTION_STATEMENT,
        (denied.written_notice.report_number if denied.written_notice else "",),
    )
    assert stands_in_the_way(second(world, 2)) == "institution_answered_otherwise"
    verified_again(world, first, "verified")
    world.staff("decide_recheck", first, command="u", reason="档案已查到", decision="upheld")
    denied = now(world, denied)
    assert (denied.outcome, denied.report, denied.written_notice) == (Outcome.REPORTED, first.report, None)


def test_every_case_that_had_what_gave_way_hears_of_each_correction(world: World) -> None:
    denied = [denied_beside(world, caller) for caller in (1, 2)]
    other = corrected(world, verified_beside(world, 3))
    assert [now(world, one).report for one in denied] == [other.report] * 2
    world.drive(revoke(world, now(world, denied[0])).case_number)
    assert [now(world, one).report for one in (*denied, other)] == [None] * 3
    later = verified_beside(world, 4)
    assert [now(world, one).report for one in (*denied, other)] == [later.report] * 3


@pytest.mark.parametrize("told", [True, False])
def test_a_spot_check_and_the_register_do_not_overtake_each_other(
    world: World, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not told:
        tell_no_other_case(monkeypatch)
    case = spot_checked(world)
    other = renamed(world)
    meanwhile(world, lambda: world.issue(other))
    with pytest.raises(Conflict, match="task_closed"):
        world.answer(case, "verified")
    case, other = now(world, case), now(world, other)
    assert (case.stage, case.report) == (Stage.RECHECK_ADMISSION, other.report)


def test_the_register_does_not_overtake_a_spot_check(world: World) -> None:
    case = spot_checked(world)
    other = renamed(world)
    meanwhile(world, lambda: world.answer(case, "verified"))
    assert stands_in_the_way(world.issue(other)) == "report_in_force_differs"
    assert now(world, case).rechecks[-1].status is RecheckStatus.UPHELD


@pytest.mark.parametrize("by_owner", [True, False])
def test_the_register_supersedes_no_report_whose_recheck_is_answered_at_this_moment(
    world: World, by_owner: bool
) -> None:
    cases = [reported(world), second(world, 2)]
    asked = disputed(world, cases[0] if by_owner else cases[1])
    world.forget()
    other = renamed(world)
    meanwhile(world, lambda: verified_again(world, asked, "not_awarded"))
    assert stands_in_the_way(world.issue(other)) == "recheck_undecided"
    assert (now(world, asked).stage, number_of(now(world, asked))) == (Stage.RECHECK_DECISION, number_of(cases[0]))


def confirmed_denial(world: World, caller: int) -> Case:
    """A case whose denial a reviewer has confirmed, and of which nothing is concluded yet."""
    case = world.drive(world.answer(asking(world, caller), "not_awarded").case_number)
    return world.staff("confirm_denial", case, command="c", reason="档案无记载").case


def test_a_report_that_is_issued_as_a_denial_is_concluded_is_called_into_question_with_it(world: World) -> None:
    case, issued = confirmed_denial(world, 1), []
    meanwhile(world, lambda: issued.append(verified_beside(world, 2)))
    case = world.issue(case)
    assert case.written_notice is not None
    assert now(world, issued[0]).rechecks[-1].notices == (case.written_notice.report_number,)


def test_the_register_reports_nothing_whose_denial_is_concluded_at_this_moment(world: World) -> None:
    first, case = world.submit(body(world, 1)), confirmed_denial(world, 2)
    meanwhile(world, lambda: world.issue(case))
    assert stands_in_the_way(world.issue(first)) == "institution_answered_otherwise"
    assert now(world, case).written_notice is not None


@pytest.mark.requirement("A6")
def test_a_denial_that_is_concluded_as_the_report_is_disputed_is_looked_at_after_that(world: World) -> None:
    first, case = reported(world), confirmed_denial(world, 1)
    meanwhile(world, lambda: disputed(world, first))
    case = world.issue(case)
    assert case.written_notice is not None
    first = now(world, first)
    assert ([one.cause for one in first.rechecks], first.contested_by) == (
        [Cause.DISPUTE],
        (case.written_notice.report_number,),
    )


@pytest.mark.requirement("A1", "A6")
@pytest.mark.parametrize("disputed_now", [True, False])
def test_a_case_is_annulled_and_the_report_that_its_institution_denied_is_called_into_question_or_neither(
    world: World, disputed_now: bool
) -> None:
    first = reported(world)
    other = world.disavow(world.answer(asking(world), "not_awarded"))
    if disputed_now:
        meanwhile(world, lambda: disputed(world, first))
    other = world.decide_disavowal(other, "impersonation")
    first = now(world, first)
    assert (other.stage, first.flagged) == (Stage.ANNULLED, disputed_now)
    assert [one.cause for one in first.rechecks] == [Cause.DISPUTE if disputed_now else Cause.INSTITUTION_STATEMENT]
    assert stands_in_the_way(second(world, 2)) == "institution_answered_otherwise"


@pytest.mark.requirement("A4", "A6")
def test_nothing_is_withdrawn_that_the_institution_denies_at_this_moment(world: World) -> None:
    case = asking(world, 1)
    meanwhile(world, lambda: world.answer(case, "not_awarded"))
    with pytest.raises(Conflict, match="case_already_ended"):
        world.own_case_commands.withdraw(case.case_number, world.now)
    waiting = now(world, world.drive(case.case_number))
    with pytest.raises(Conflict, match="institution_has_answered"):
        world.own_case_commands.withdraw(case.case_number, world.now)
    assert now(world, waiting) == waiting


@pytest.mark.requirement("A11", "A15")
def test_a_flag_that_comes_as_a_report_is_upheld_on_nothing_is_looked_at(world: World) -> None:
    first = verified_again(world, disputed(world, reported(world)), "cannot_verify")
    issued = world.cases.report(number_of(first))
    assert issued is not None
    world.forget()
    meanwhile(world, lambda: world.flags.flag([issued.certificate_digest], world.now))
    first = world.staff("decide_recheck", first, command="u", reason="维持", decision="upheld").case
    assert [one.cause for one in first.rechecks] == [Cause.DISPUTE, Cause.REGISTER_CHANGE]
