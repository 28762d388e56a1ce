"""What institutions have said of one award in different cases never stands side by side unseen (N1, N2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from degree_auth.domain.cases.recheck import Cause
from degree_auth.domain.cases.stages import Outcome, Stage
from tests.doubles.world import World
from tests.samples.award_cases import OTHER_NUMBER, asked_again, asking, number_of, renumbered, verified_beside
from tests.unit.rechecks.test_rechecks import disputed, reported, verified_again
from tests.unit.reports.test_sharing import body, consistent, in_force, second, stands_in_the_way

pytestmark = pytest.mark.requirement("N1", "N2")


# An archive that has another number on the certificate


@pytest.mark.requirement("A5", "A6")
def test_a_number_that_the_archive_puts_right_supersedes_the_report_that_another_case_has_under_the_claimed_one() -> (
    None
):
    world = World()
    first = reported(world)
    other = renumbered(world)
    assert in_force(world) == [number_of(other)]
    assert (world.cases.load(first.case_number).report, other.report and other.report.version) == (other.report, 2)
    assert stands_in_the_way(second(world, 2)) == "report_in_force_differs"
    consistent(world)


@pytest.mark.requirement("A2", "A5")
def test_the_register_alone_does_not_report_a_number_that_the_archive_has_put_right() -> None:
    world = World()
    renumbered(world)
    late = second(world, 2)
    assert (stands_in_the_way(late), len(in_force(world))) == ("report_in_force_differs", 1)
    consistent(world)


@pytest.mark.requirement("A5", "A11")
def test_two_cases_whose_number_the_archive_puts_right_end_in_one_report() -> None:
    world = World()
    first = reported(world)
    once, again = renumbered(world, 1), renumbered(world, 2)
    assert once.report == again.report == world.cases.load(first.case_number).report
    assert in_force(world) == [number_of(once)]
    consistent(world)


@pytest.mark.requirement("A5", "A11")
def test_a_number_put_right_ends_in_the_report_there_is_under_it_and_that_takes_the_place_of_the_other() -> None:
    world = World()
    first = reported(world)
    world.register.records[0] = replace(world.records[0], certificate_number=OTHER_NUMBER, discipline_name="园艺学")
    stated = body(world, 3)
    stated["degree"] |= {"discipline": "园艺学", "certificate_number": OTHER_NUMBER}
    under_the_right_one = world.drive(world.submit(stated).case_number)
    assert len(in_force(world)) == 2
    world.register.records[0] = world.records[0]
    other = renumbered(world)
    assert in_force(world) == [number_of(under_the_right_one)]
    assert world.cases.load(first.case_number).report == other.report == under_the_right_one.report
    consistent(world)


@pytest.mark.requirement("A5", "A11")
def test_what_took_the_place_of_a_report_is_found_under_every_number_that_led_to_it() -> None:
    world = World()
    renumbered(world)
    # Another discipline, under the archive's number alone.
    case = world.answer(
        asking(world, 2, certificate_number=OTHER_NUMBER),
        "partly_inconsistent",
        archive_values={"degree.discipline": "园林"},
    )
    world.staff("accept_archive_values", case, command="accept", reason="以档案为准")
    latest = world.drive(case.case_number)
    assert in_force(world) == [number_of(latest)]
    other = verified_beside(world, 3)
    assert in_force(world) == [number_of(other)]
    consistent(world)


# A task that was sent on


@pytest.mark.requirement("A5")
@pytest.mark.parametrize("in_register", [True, False])
def test_a_denial_after_a_redirection_stands_under_the_institution_that_was_asked(in_register: bool) -> None:
    world = World()
    case = asked_again(world, world.answer(asking(world), "not_this_institution"))
    assert case.task is not None
    assert case.task.named_instead is not None
    named = case.task.named_instead
    if not in_register:
        world.forget()
    case = world.drive(world.answer(case, "not_awarded").case_number)
    if in_register:
        assert case.stage is Stage.VERIFICATION
        world.staff("confirm_denial", case, command="c", reason="档案无记载")
        case = world.drive(case.case_number)
    assert case.written_notice is not None
    # The register has the award under either institution.
    world.register.records = [
        world.records[0],
        replace(world.records[0], institution_code=named.code, institution_name=named.name),
    ]
    stated = body(world, 4)
    stated["degree"] |= {"institution_code": named.code, "institution_name": named.name}
    late = [world.drive(world.submit(stated).case_number), second(world, 5)]
    assert [stands_in_the_way(one) for one in late] == ["institution_answered_otherwise"] * 2
    assert in_force(world) == []


@pytest.mark.requirement("A5")
def test_an_institution_that_returned_a_task_stands_against_its_report_whatever_the_next_one_answers() -> None:
    world = World()
    first = reported(world)
    case = asked_again(world, world.answer(asking(world), "not_this_institution"))
    case = world.drive(world.answer(case, "cannot_verify").case_number)
    world.staff("confirm_denial", case, command="c", reason="档案缺失")
    case = world.drive(case.case_number)
    assert case.outcome is Outcome.CANNOT_VERIFY
    assert world.cases.load(first.case_number).rechecks[-1].cause is Cause.INSTITUTION_STATEMENT
    assert stands_in_the_way(second(world, 2)) == "institution_answered_otherwise"


@pytest.mark.requirement("A5")
def test_a_report_after_a_redirection_supersedes_the_one_that_names_the_institution_first_asked() -> None:
    world = World()
    first = reported(world)
    case = asked_again(world, world.answer(asking(world), "not_this_institution"))
    case = world.answer(case, "verified")
    world.staff("accept_archive_values", case, command="a", reason="经核实")
    case = world.drive(case.case_number)
    assert in_force(world) == [number_of(case)]
    assert world.cases.load(first.case_number).report == case.report
    consistent(world)


# A flag


@pytest.mark.requirement("A11", "A15")
@pytest.mark.parametrize(("result", "looked_at"), [("cannot_verify", True), ("verified", False)])
def test_a_flag_outlives_an_upholding_that_says_nothing_of_the_register(result: str, looked_at: bool) -> None:
    world = World()
    first = disputed(world, reported(world))
    world.forget()
    issued = world.cases.report(number_of(first))
    assert issued is not None
    assert world.flags.flag([issued.certificate_digest], world.now) == 1
    first = verified_again(world, first, result)
    first = world.staff("decide_recheck", first, command="u", reason="维持", decision="upheld").case
    assert [one.cause for one in first.rechecks] == [Cause.DISPUTE, *([Cause.REGISTER_CHANGE] if looked_at else [])]
    assert not first.flagged
