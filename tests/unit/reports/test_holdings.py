"""What institutions have said of one award in different cases never stands side by side unseen (N1, N2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.recheck import Cause, RecheckStatus
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.cases.result import Result
from degree_auth.domain.cases.stages import Outcome, Stage
from degree_auth.domain.shared.errors import Conflict
from degree_auth.services.applications import applicant_actions
from tests.doubles.world import World
from tests.unit.rechecks.test_rechecks import disputed, reported, verified_again
from tests.unit.reports.test_sharing import body, consistent, corrected, in_force, revoke, second, stands_in_the_way

pytestmark = pytest.mark.requirement("N1", "N2")

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
    monkeypatch.setattr(
        "degree_auth.services.cases.report_following.ReportFollowing.update_other_cases", lambda *_: None
    )
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
    monkeypatch.setattr(
        "degree_auth.services.cases.report_following.ReportFollowing.update_other_cases", lambda *_: None
    )
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
        monkeypatch.setattr(
            "degree_auth.services.cases.report_following.ReportFollowing.update_other_cases", lambda *_: None
        )
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
        monkeypatch.setattr(
            "degree_auth.services.cases.report_following.ReportFollowing.update_other_cases", lambda *_: None
        )
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


# What an applicant may not escape


def answered_case(world: World, result: str) -> Case:
    """A case whose institution has answered, and whose reviewer has not decided."""
    more = {"archive_values": {"degree.discipline": "园林"}} if result == "partly_inconsistent" else {}
    return world.drive(world.answer(asking(world), result, **more).case_number)


ANSWERS_OTHERWISE = ["not_awarded", "no_such_person", "cannot_verify", "partly_inconsistent", "not_this_institution"]


@pytest.mark.requirement("A4", "A5")
@pytest.mark.parametrize("result", ANSWERS_OTHERWISE)
def test_an_application_is_not_withdrawn_once_the_institution_has_answered_otherwise(result: str) -> None:
    world = World()
    case = answered_case(world, result)
    assert case.stage is Stage.VERIFICATION
    with pytest.raises(Conflict, match="institution_has_answered"):
        world.own_case_commands.withdraw(case.case_number, world.now)
    assert world.cases.load(case.case_number) == case
    actions = applicant_actions.allowed_actions(case, world.own_case.dispute_period, world.now)
    assert "withdrawal" not in actions
    assert actions == world.own_case.status(case.case_number, world.now)["allowed_actions"]


@pytest.mark.requirement("A4", "A5")
@pytest.mark.parametrize("result", ANSWERS_OTHERWISE)
def test_an_application_is_not_withdrawn_while_the_institution_is_asked_again(result: str) -> None:
    world = World()
    case = asked_again(world, answered_case(world, result))
    with pytest.raises(Conflict, match="institution_has_answered"):
        world.own_case_commands.withdraw(case.case_number, world.now)


def asked_again(world: World, case: Case) -> Case:
    """The reviewer asks again: the same institution, unless that has returned the task."""
    assert case.task is not None
    assert case.task.answer is not None
    code = "10003" if case.task.answer.result is Result.NOT_THIS_INSTITUTION else case.institution_code
    return world.attend(
        world.staff("redirect_task", case, command="again", reason="请再核", institution_code=code).case
    )


@pytest.mark.requirement("A4", "A5")
@pytest.mark.parametrize("result", ANSWERS_OTHERWISE)
def test_the_claim_is_not_changed_under_an_answer_that_waits(result: str) -> None:
    world = World()
    case = world.answer(asked_again(world, answered_case(world, result)), "needs_material")
    for change in ({"degree": as_claimed(world)}, {"holder": {"name": "另一·样例"}}):
        with pytest.raises(Conflict, match="institution_has_answered"):
            world.own_case_commands.supplement(case.case_number, change, world.now)
    with pytest.raises(Conflict, match="institution_has_answered"):
        world.own_case_commands.withdraw(case.case_number, world.now)
    # Files are taken, and the question goes on.
    assert world.supplied(case).stage is Stage.VERIFICATION


def as_claimed(world: World) -> dict[str, str]:
    """The register's value, with which the claim would match."""
    return {"discipline": world.records[0].discipline_name}


@pytest.mark.requirement("A4")
def test_an_application_is_withdrawn_while_the_institution_has_said_nothing_of_it() -> None:
    world = World()
    case = world.answer(asking(world), "needs_material")
    assert world.own_case_commands.withdraw(case.case_number, world.now).stage is Stage.WITHDRAWN


@pytest.mark.requirement("A6")
@pytest.mark.parametrize("result", [*ANSWERS_OTHERWISE, "verified"])
def test_a_dispute_is_not_taken_back_while_the_institution_is_asked_again(result: str) -> None:
    world = World()
    more = {"archive_values": {"degree.discipline": "园林"}} if result == "partly_inconsistent" else {}
    case = verified_again(world, disputed(world, reported(world)), result, **more)
    case = asked_again(world, case)
    for _ in range(2):
        with pytest.raises(Conflict, match="recheck_answered"):
            world.own_case_commands.withdraw(case.case_number, world.now)
        if case.stage is Stage.VERIFICATION:
            case = world.answer(case, "needs_material")


@pytest.mark.requirement("A4", "A5")
def test_a_reviewer_concludes_what_an_institution_returned_and_no_other_awarded() -> None:
    world = World()
    first = reported(world)
    case = world.answer(asking(world), "not_this_institution")
    case = world.staff("confirm_denial", case, command="c", reason="无其他授予单位").case
    case = world.drive(case.case_number)
    assert (case.stage, case.outcome) == (Stage.CONCLUDED, Outcome.NOT_CONFIRMED)
    notice = world.own_case.status(case.case_number, world.now)["notice"]
    assert notice["code"] == "notice_not_this_institution"
    assert world.cases.load(first.case_number).rechecks[-1].cause is Cause.INSTITUTION_STATEMENT


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
