"""What the register alone does not report, because of what institutions have said of the award (N1, N2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.recheck import Cause, RecheckStatus
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.shared.errors import Conflict
from tests.doubles.world import World, tell_no_other_case
from tests.samples.award_cases import asked_again, asking, meanwhile, number_of, renamed, spot_checked, verified_beside
from tests.unit.rechecks.test_rechecks import disputed, reported, verified_again
from tests.unit.reports.test_sharing import body, consistent, in_force, second, stands_in_the_way

pytestmark = pytest.mark.requirement("N1", "N2")


# The register alone and what waits for a decision


@pytest.mark.requirement("A6", "A11")
@pytest.mark.parametrize("result", ["not_awarded", "partly_inconsistent", "verified"])
@pytest.mark.parametrize("by_owner", [True, False])
def test_the_register_alone_voids_no_answer_that_waits_for_a_decision(result: str, by_owner: bool) -> None:
    world = World()
    cases = [reported(world), second(world, 2)]
    case = cases[0] if by_owner else cases[1]
    more = {"archive_values": {"degree.discipline": "园林"}} if result == "partly_inconsistent" else {}
    case = verified_again(world, disputed(world, case), result, **more)
    world.register.records[0] = replace(world.records[0], discipline_name="园艺学")
    stated = body(world, 1)
    stated["degree"]["discipline"] = "园艺学"
    other = world.drive(world.submit(stated).case_number)
    assert stands_in_the_way(other) == "recheck_undecided"
    assert (other.reason or {})["case"] == case.case_number
    assert world.cases.load(case.case_number) == case
    consistent(world)


@pytest.mark.requirement("A2", "A6")
@pytest.mark.parametrize(("result", "adopted"), [("not_awarded", False), ("verified", True), ("cannot_verify", True)])
def test_the_register_alone_ends_in_no_report_about_which_a_denial_waits(result: str, adopted: bool) -> None:
    world = World()
    case = verified_again(world, disputed(world, reported(world)), result)
    other = second(world)
    assert (other.report == case.report) is adopted
    consistent(world)


@pytest.mark.requirement("A6")
def test_the_register_alone_supersedes_a_report_about_which_the_institution_has_only_been_asked() -> None:
    world = World()
    first = world.attend(world.staff("admit_recheck", disputed(world, reported(world)), reason="受理").case)
    world.register.records[0] = replace(world.records[0], discipline_name="园艺学")
    stated = body(world, 1)
    stated["degree"]["discipline"] = "园艺学"
    other = world.drive(world.submit(stated).case_number)
    assert other.report is not None
    first = world.cases.load(first.case_number)
    assert (first.stage, first.report) == (Stage.RECHECK_ADMISSION, other.report)
    consistent(world)


@pytest.mark.requirement("A15")
def test_a_report_that_a_spot_check_upholds_at_this_moment_is_not_superseded_by_the_register() -> None:
    world = World()
    case = spot_checked(world)
    other = renamed(world)
    meanwhile(world, lambda: world.answer(case, "verified"))
    other = world.issue(other)
    assert stands_in_the_way(other) == "report_in_force_differs"
    case = world.cases.load(case.case_number)
    assert (case.rechecks[-1].status, in_force(world)) == (RecheckStatus.UPHELD, [number_of(case)])
    consistent(world)


@pytest.mark.requirement("A15")
@pytest.mark.parametrize("told", [True, False])
def test_a_spot_check_upholds_no_report_that_is_superseded_at_this_moment(
    told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World()
    if not told:
        tell_no_other_case(monkeypatch)
    case = spot_checked(world)
    other = renamed(world)
    meanwhile(world, lambda: world.issue(other))
    with pytest.raises(Conflict, match="task_closed"):
        world.answer(case, "verified")
    case, other = world.cases.load(case.case_number), world.cases.load(other.case_number)
    assert (case.stage, case.report, case.recheck is not None) == (Stage.RECHECK_ADMISSION, other.report, True)
    consistent(world)


@pytest.mark.requirement("A6")
@pytest.mark.parametrize("told", [True, False])
def test_staff_uphold_no_report_that_is_superseded_at_this_moment(told: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    if not told:
        tell_no_other_case(monkeypatch)
    first = reported(world)
    other = second(world, 2)
    first = verified_again(world, disputed(world, first), "verified")
    verified_again(world, disputed(world, other), "partly_inconsistent", archive_values={"degree.discipline": "园林"})
    world.staff("decide_recheck", other, command="d", reason="以档案为准", decision="superseded")
    meanwhile(world, lambda: world.issue(world.cases.load(other.case_number)))
    with pytest.raises(Conflict, match="no_recheck_to_decide"):
        world.staff("decide_recheck", first, command="u", reason="属实", decision="upheld")
    assert world.cases.load(first.case_number).stage is Stage.RECHECK_ADMISSION
    consistent(world)


@pytest.mark.requirement("A5")
def test_a_denial_concluded_while_a_report_is_issued_calls_that_report_into_question() -> None:
    world = World()
    case = world.drive(world.answer(asking(world), "not_awarded").case_number)
    case = world.staff("confirm_denial", case, command="c", reason="档案无记载").case
    first = world.submit(world.body())
    meanwhile(world, lambda: verified_beside(world, 4))
    case = world.issue(case)
    assert (len(in_force(world)), case.written_notice is not None) == (1, True)
    (issued,) = (one for one in world.cases.cases.values() if one.report and one.recheck)
    assert issued.rechecks[-1].cause is Cause.INSTITUTION_STATEMENT
    assert stands_in_the_way(world.issue(first)) == "institution_answered_otherwise"
    consistent(world)


# A case that its holder disavows


@pytest.mark.requirement("A1", "A4", "A5")
@pytest.mark.parametrize("frozen_first", [False, True])
def test_a_denial_in_a_frozen_case_stands_against_the_register_alone_also_once_the_case_is_annulled(
    frozen_first: bool,
) -> None:
    world = World()
    case = asking(world)
    case = world.disavow(case) if frozen_first else case
    case = world.answer(case, "not_awarded")
    case = case if frozen_first else world.disavow(case)
    assert case.stage is Stage.FROZEN
    frozen = second(world, 2)
    world.decide_disavowal(case, "impersonation")
    annulled = second(world, 3)
    for late in (frozen, annulled):
        assert stands_in_the_way(late) == "institution_answered_otherwise"
        assert (late.reason or {})["case"] == case.case_number
    # Until an institution bears the award out.
    other = verified_beside(world, 4)
    assert other.report is not None
    assert registered_otherwise(world).report == other.report
    consistent(world)


def registered_otherwise(world: World) -> Case:
    """A further case, which the register bears out now that it has what the other cases claimed."""
    world.register.records[0] = replace(world.records[0], discipline_name="园艺学")
    stated = body(world, 5)
    stated["degree"]["discipline"] = "园艺学"
    return world.drive(world.submit(stated).case_number)


@pytest.mark.requirement("A1", "A6", "A15")
def test_an_answer_to_the_dispute_of_an_impostor_stands_against_the_register_alone() -> None:
    world = World()
    first = reported(world)
    follower = second(world, 2)
    verified_again(world, disputed(world, first), "not_awarded")
    world.decide_disavowal(world.disavow(first), "impersonation")
    assert in_force(world) == []
    follower = world.staff("release", world.cases.load(follower.case_number), command="r", reason="再看").case
    for late in (world.drive(follower.case_number), second(world, 3)):
        assert stands_in_the_way(late) == "institution_answered_otherwise"
        assert (late.reason or {})["case"] == first.case_number
    consistent(world)


@pytest.mark.requirement("A1", "A6", "A15")
@pytest.mark.parametrize("disputing", [True, False])
def test_an_answer_in_an_annulled_case_calls_the_report_that_others_have_into_question(disputing: bool) -> None:
    world = World()
    first = reported(world)
    if disputing:
        other = verified_again(world, disputed(world, second(world, 2)), "not_awarded")
    else:
        other = world.answer(asking(world), "not_awarded")
    other = world.disavow(other)
    assert world.cases.load(first.case_number) == first
    for _ in range(2):
        world.decide_disavowal(other, "impersonation")
    first = world.cases.load(first.case_number)
    assert [one.cause for one in first.rechecks] == [Cause.INSTITUTION_STATEMENT]
    assert stands_in_the_way(second(world, 3)) == "institution_answered_otherwise"
    verified_again(world, first, "verified")
    world.staff("decide_recheck", first, command="u", reason="档案已查到", decision="upheld")
    assert second(world, 4).report == first.report
    consistent(world)


@pytest.mark.requirement("A1", "A5")
def test_a_denial_after_a_redirection_stands_under_both_institutions_when_its_case_is_frozen() -> None:
    world = World()
    case = asked_again(world, world.answer(asking(world), "not_this_institution"))
    assert case.task is not None
    assert case.task.named_instead is not None
    named = case.task.named_instead
    world.decide_disavowal(world.disavow(world.answer(case, "not_awarded")), "impersonation")
    world.register.records.append(
        replace(world.records[0], institution_code=named.code, institution_name=named.name, record_id="")
    )
    stated = body(world, 4)
    stated["degree"] |= {"institution_code": named.code, "institution_name": named.name}
    late = [world.drive(world.submit(stated).case_number), second(world, 5)]
    assert [stands_in_the_way(one) for one in late] == ["institution_answered_otherwise"] * 2


@pytest.mark.requirement("A1", "A6", "A15")
@pytest.mark.parametrize("by_owner", [True, False])
def test_what_an_archive_says_otherwise_than_a_report_is_not_lost_with_an_annulled_case(by_owner: bool) -> None:
    world = World()
    cases = [reported(world), second(world, 2)]
    disputing, other = cases if by_owner else cases[::-1]
    verified_again(
        world, disputed(world, disputing), "partly_inconsistent", archive_values={"degree.discipline": "园林"}
    )
    world.decide_disavowal(world.disavow(disputing), "impersonation")
    other = world.cases.load(other.case_number)
    if by_owner:
        other = world.drive(world.staff("release", other, command="r", reason="再看").case.case_number)
        assert stands_in_the_way(other) == "institution_answered_otherwise"
    else:
        assert [one.cause for one in other.rechecks] == [Cause.INSTITUTION_STATEMENT]
    assert stands_in_the_way(second(world, 3)) == "institution_answered_otherwise"
    consistent(world)


@pytest.mark.requirement("A1", "A15")
def test_a_case_that_is_annulled_without_an_answer_calls_nothing_into_question() -> None:
    world = World()
    first = reported(world)
    other = world.disavow(world.answer(asking(world), "cannot_verify"))
    world.decide_disavowal(other, "impersonation")
    assert world.cases.load(first.case_number) == first
    assert second(world, 3).report == first.report
