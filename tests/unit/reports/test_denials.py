"""A denial and a report on the same award never stand side by side unseen (N1, N2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.recheck import Cause, RecheckStatus
from degree_auth.domain.cases.stages import Outcome, Stage
from tests.doubles.world import World, tell_no_other_case
from tests.samples.award_cases import (
    OTHER_NUMBER,
    asking,
    denied_beside,
    notices_in_force,
    number_of,
    renumbered,
    verified_beside,
)
from tests.unit.rechecks.test_rechecks import disputed, reported, verified_again
from tests.unit.reports.test_sharing import body, consistent, corrected, in_force, revoke, second, stands_in_the_way

pytestmark = pytest.mark.requirement("N1", "N2")


# A denial beside a report


@pytest.mark.requirement("A6", "A15")
@pytest.mark.parametrize("result", ["not_awarded", "no_such_person"])
@pytest.mark.parametrize("by_institution", [False, True])
def test_a_denial_that_is_concluded_calls_the_report_in_force_on_the_same_award_into_question(
    result: str, by_institution: bool
) -> None:
    world = World()
    first = verified_beside(world, 3) if by_institution else reported(world)
    other = denied_beside(world, 1, result)
    first = world.cases.load(first.case_number)
    assert (other.stage, first.stage) == (Stage.CONCLUDED, Stage.RECHECK_ADMISSION)
    assert [(one.cause, one.opened_by) for one in first.rechecks] == [(Cause.INSTITUTION_STATEMENT, "system")]
    assert other.written_notice is not None
    assert first.rechecks[-1].notices == (other.written_notice.report_number,)
    assert world.issue(other) == other
    assert world.cases.load(first.case_number) == first
    consistent(world)


@pytest.mark.requirement("A6", "A15")
def test_a_denial_whose_process_dies_as_it_is_concluded_leaves_no_report_beside_it_that_nobody_looks_at() -> None:
    world = World()
    first = reported(world)
    case = world.drive(world.answer(asking(world), "not_awarded").case_number)
    case = world.staff("confirm_denial", case, command="c", reason="档案无记载").case
    commit = world.cases.commit

    def dying(before: Case | None, after: Case, *given: Any, **named: Any) -> None:
        commit(before, after, *given, **named)
        if after.stage is Stage.CONCLUDED:
            raise ConnectionError

    world.cases.commit = dying  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        world.issue(case)
    world.cases.commit = commit  # type: ignore[method-assign]
    # Nothing brings a case back that is concluded.
    case, first = world.cases.load(case.case_number), world.cases.load(first.case_number)
    assert case.written_notice is not None
    assert (first.stage, first.rechecks[-1].cause) == (Stage.RECHECK_ADMISSION, Cause.INSTITUTION_STATEMENT)
    assert first.rechecks[-1].notices == (case.written_notice.report_number,)
    assert world.issue(case) == case
    assert world.cases.load(first.case_number) == first
    consistent(world)


@pytest.mark.requirement("A5", "A6", "A15")
@pytest.mark.parametrize("result", ["no_such_person", "not_awarded"])
def test_whom_an_institution_does_not_know_it_has_awarded_nothing_under_any_number(result: str) -> None:
    world = World()
    first = reported(world)
    case = world.answer(asking(world, 1, certificate_number=OTHER_NUMBER), result)
    case = world.drive(case.case_number)
    world.staff("confirm_denial", case, command="c", reason="查无此人")
    case = world.drive(case.case_number)
    assert case.written_notice is not None
    unknown = result == "no_such_person"
    first = world.cases.load(first.case_number)
    assert [one.notices for one in first.rechecks] == ([(case.written_notice.report_number,)] if unknown else [])
    # What was not awarded under a mistyped number may be awarded under the right one.
    assert stands_in_the_way(second(world, 2)) == ("institution_answered_otherwise" if unknown else None)
    consistent(world)


@pytest.mark.requirement("A6")
def test_an_institution_that_cannot_verify_calls_no_report_into_question() -> None:
    world = World()
    first = reported(world)
    denied_beside(world, 1, "cannot_verify")
    assert world.cases.load(first.case_number) == first
    assert second(world, 2).report == first.report


@pytest.mark.requirement("A2", "A5")
def test_the_register_alone_ends_in_no_report_that_a_notice_in_force_denies() -> None:
    world = World()
    first = reported(world)
    other = denied_beside(world)
    assert other.written_notice is not None
    late = second(world, 2)
    assert stands_in_the_way(late) == "institution_answered_otherwise"
    assert (late.reason or {})["document"] == other.written_notice.report_number
    assert in_force(world) == [number_of(first)]


@pytest.mark.requirement("A2", "A5")
def test_the_register_alone_reports_nothing_that_a_denial_denies_which_waits_for_the_reviewer() -> None:
    world = World()
    case = world.drive(world.answer(asking(world), "not_awarded").case_number)
    late = second(world, 2)
    assert (stands_in_the_way(late), (late.reason or {}).get("case")) == (
        "institution_answered_otherwise",
        case.case_number,
    )
    world.staff("redirect_task", case, command="again", reason="请再查", institution_code=case.institution_code)
    late = world.drive(world.staff("release", late, command="r", reason="再看").case.case_number)
    assert stands_in_the_way(late) == "institution_answered_otherwise"
    case = world.attend(world.cases.load(case.case_number))
    case = world.drive(world.answer(case, "partly_inconsistent", archive_values=as_recorded(world)).case_number)
    case = world.drive(world.staff("accept_archive_values", case, command="a", reason="以档案为准").case.case_number)
    late = world.drive(world.staff("release", late, command="s", reason="单位已更正").case.case_number)
    assert (late.report, in_force(world)) == (case.report, [number_of(case)])
    consistent(world)


def as_recorded(world: World) -> dict[str, str]:
    """What the archive says where it says what the register says."""
    return {"degree.discipline": world.records[0].discipline_name}


@pytest.mark.requirement("A6", "A15")
def test_a_denial_that_comes_while_a_report_is_rechecked_is_looked_at_after_that_recheck() -> None:
    world = World()
    first = disputed(world, reported(world))
    other = denied_beside(world)
    first = world.cases.load(first.case_number)
    assert [one.cause for one in first.rechecks] == [Cause.DISPUTE]
    world.staff("refuse_recheck", first, command="r", reason="证据不足")
    first = world.cases.load(first.case_number)
    assert [one.cause for one in first.rechecks] == [Cause.DISPUTE, Cause.INSTITUTION_STATEMENT]
    assert other.written_notice is not None
    assert first.rechecks[-1].notices == (other.written_notice.report_number,)


@pytest.mark.requirement("A6", "A15")
def test_what_the_institution_had_answered_before_a_denial_does_not_settle_it() -> None:
    world = World()
    first = verified_again(world, disputed(world, reported(world)), "verified")
    denied_beside(world)
    world.staff("decide_recheck", first, command="u", reason="属实", decision="upheld")
    first = world.cases.load(first.case_number)
    assert [one.cause for one in first.rechecks] == [Cause.DISPUTE, Cause.INSTITUTION_STATEMENT]
    assert len(notices_in_force(world)) == 1


@pytest.mark.requirement("A15")
def test_a_spot_check_upholds_nothing_by_itself_that_a_notice_denies() -> None:
    world = World()
    first = reported(world)
    record = world.register.records[0]
    world.forget()
    case = world.attend(world.rechecks.spot_check(first.case_number, "draw-1", number_of(first), world.now))
    world.register.records.append(record)
    denied_beside(world)
    case = world.answer(case, "verified")
    assert (case.stage, case.rechecks[-1].status) == (Stage.RECHECK_DECISION, RecheckStatus.ADMITTED)


@pytest.mark.requirement("A5", "A6", "A15")
def test_a_report_that_the_institution_upholds_against_a_denial_takes_the_place_of_its_notice() -> None:
    world = World()
    first = reported(world)
    other = denied_beside(world)
    first = verified_again(world, world.cases.load(first.case_number), "verified")
    world.staff("decide_recheck", first, command="u", reason="档案已查到", decision="upheld")
    first = world.cases.load(first.case_number)
    assert (first.stage, notices_in_force(world)) == (Stage.CONCLUDED, [])
    other = world.cases.load(other.case_number)
    assert (other.report, other.outcome, other.written_notice) == (first.report, Outcome.REPORTED, None)
    assert second(world, 2).report == first.report
    consistent(world)


@pytest.mark.requirement("A5", "A6", "A15")
def test_a_report_that_a_denial_ends_is_revoked_and_both_notices_stand() -> None:
    world = World()
    first = reported(world)
    denied_beside(world)
    first = revoked(world, first)
    assert (in_force(world), len(notices_in_force(world))) == ([], 2)
    assert stands_in_the_way(second(world, 2)) == "institution_answered_otherwise"
    consistent(world)


def revoked(world: World, case: Case) -> Case:
    """The open recheck of a case ends with its report revoked."""
    verified_again(world, world.cases.load(case.case_number), "not_awarded")
    world.staff("decide_recheck", case, command="revoke", reason="无此授予", decision="revoked")
    return world.drive(case.case_number)


# An institution's report after a denial


@pytest.mark.requirement("A5", "A6")
@pytest.mark.parametrize("denials", [1, 2])
def test_a_report_that_an_institution_bears_out_takes_the_place_of_every_notice_that_denies_the_award(
    denials: int,
) -> None:
    world = World()
    denied = [denied_beside(world, caller) for caller in range(1, 1 + denials)]
    other = verified_beside(world, 5)
    assert (in_force(world), notices_in_force(world)) == ([number_of(other)], [])
    for case in [world.cases.load(one.case_number) for one in denied]:
        assert (case.stage, case.outcome, case.report) == (Stage.CONCLUDED, Outcome.REPORTED, other.report)
        assert "conclusion_followed" in {
            one["event"] for one in world.own_case.status(case.case_number, world.now)["timeline"]
        }
    consistent(world)


@pytest.mark.requirement("A5", "A6")
def test_the_notice_after_a_revocation_gives_way_too() -> None:
    world = World()
    first = world.drive(revoke(world, reported(world)).case_number)
    assert len(notices_in_force(world)) == 1
    other = verified_beside(world, 1)
    assert (in_force(world), notices_in_force(world)) == ([number_of(other)], [])
    assert world.cases.load(first.case_number).report == other.report
    consistent(world)


@pytest.mark.requirement("A5", "A6")
def test_a_case_that_was_not_told_shows_the_report_that_took_the_place_of_its_notice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    denied = denied_beside(world)
    tell_no_other_case(monkeypatch)
    other = verified_beside(world, 5)
    status = world.own_case.status(denied.case_number, world.now)
    assert (status["outcome"], status["notice"]) == ("reported", None)
    assert status["report"]["report_number"] == number_of(other)
    disputed(world, denied)
    assert world.cases.load(denied.case_number).report == other.report
    consistent(world)


@pytest.mark.requirement("A5", "A6")
def test_a_report_revoked_before_a_denied_case_heard_of_it_leaves_that_case_without_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    denied = denied_beside(world)
    tell_no_other_case(monkeypatch)
    revoke(world, verified_beside(world, 5))
    status = world.own_case.status(denied.case_number, world.now)
    assert (status["outcome"], status["report"]) == ("not_confirmed", None)
    assert status["notice"]["code"] == "notice_report_revoked"
    consistent(world)


@pytest.mark.requirement("A5", "A6")
def test_a_second_denial_of_a_disputed_one_is_told_though_another_case_was_reported_meanwhile() -> None:
    world = World()
    denied = verified_again(world, disputed(world, denied_beside(world)), "not_awarded")
    world.staff("decide_recheck", denied, command="u", reason="档案无记载", decision="upheld")
    other = verified_beside(world, 5)
    denied = world.drive(denied.case_number)
    assert (denied.stage, denied.report, len(notices_in_force(world))) == (Stage.CONCLUDED, None, 1)
    other = world.cases.load(other.case_number)
    assert other.rechecks[-1].cause is Cause.INSTITUTION_STATEMENT
    consistent(world)


@pytest.mark.requirement("A6")
def test_what_was_to_be_reported_after_a_dispute_is_reported_once_more_where_another_case_came_first() -> None:
    world = World()
    denied = verified_again(world, disputed(world, denied_beside(world)), "verified")
    world.staff("decide_recheck", denied, command="u", reason="档案已查到", decision="superseded")
    other = verified_beside(world, 5)
    denied = world.drive(denied.case_number)
    assert denied.report == other.report
    assert (in_force(world), notices_in_force(world)) == ([number_of(other)], [])
    consistent(world)


# Who is told


@pytest.mark.requirement("A15", "N6")
@pytest.mark.parametrize("again", ["superseded", "revoked"])
def test_who_followed_one_correction_is_told_of_the_next(again: str) -> None:
    world = World()
    first = reported(world)
    follower = second(world, 2)
    third = corrected(world, second(world, 3))
    assert world.cases.load(first.case_number).report == third.report
    if again == "revoked":
        revoke(world, follower)
        wanted = None
    else:
        verified_again(
            world, disputed(world, follower), "partly_inconsistent", archive_values={"degree.discipline": "林学"}
        )
        world.staff("decide_recheck", follower, command="e", reason="以档案为准", decision="superseded")
        wanted = world.drive(follower.case_number).report
        assert wanted != third.report
    assert [one.report for one in world.cases.cases.values()] == [wanted] * 3
    consistent(world)


@pytest.mark.requirement("A15", "N6")
def test_who_had_what_gave_way_to_an_adopted_report_is_told_of_its_next_correction() -> None:
    world = World()
    first = reported(world)
    follower = second(world, 2)
    world.register.records[0] = replace(world.records[0], certificate_number=OTHER_NUMBER, discipline_name="园艺学")
    stated = body(world, 3)
    stated["degree"] |= {"discipline": "园艺学", "certificate_number": OTHER_NUMBER}
    owner = world.drive(world.submit(stated).case_number)
    world.register.records[0] = world.records[0]
    renumbered(world, 4)
    revoke(world, owner)
    for case in (first, follower):
        assert world.cases.load(case.case_number).report is None
    consistent(world)


@pytest.mark.requirement("A15", "N6")
def test_who_was_denied_is_told_of_every_later_correction() -> None:
    world = World()
    denied = denied_beside(world)
    other = corrected(world, verified_beside(world, 5))
    denied = world.cases.load(denied.case_number)
    assert (denied.report, len(denied.former_reports)) == (other.report, 1)
    consistent(world)
