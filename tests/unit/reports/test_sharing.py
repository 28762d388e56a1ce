"""One award has one report in force, however many cases ask for it, at once, after a cut, and through every correction
(N1, N2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.recheck import RecheckStatus
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.cases.stages import Outcome, Stage
from tests.doubles.world import World
from tests.unit.rechecks.test_rechecks import disputed, reported, verified_again

pytestmark = pytest.mark.requirement("A2", "N1", "N2")


def body(world: World, caller: int = 0) -> dict[str, Any]:
    """The application for the first award, under a telephone number of the caller's own."""
    stated = world.body()
    stated["contact"]["mobile"] = f"1380013800{caller}"
    return stated


def second(world: World, caller: int = 1) -> Case:
    """Another case about the same award, driven to its end."""
    return world.drive(world.submit(body(world, caller)).case_number)


def in_force(world: World) -> list[str]:
    return sorted(number for number, one in world.cases.reports.items() if one.state is ReportState.VALID)


def shown(world: World, case: Case) -> str | None:
    """The report that the applicant's page shows."""
    report = world.own_case.status(case.case_number, world.now)["report"]
    return None if report is None else report["report_number"]


def consistent(world: World) -> None:
    """Every case is the fold of its log, each report is corrected at most once, and no page shows what is not in
    force."""
    notices = [notice.report_number for year in world.cases.published.values() for _, notice in year]
    assert len(notices) == len(set(notices))
    assert len(in_force(world)) <= 1
    for case in list(world.cases.cases.values()):
        assert replay(world.cases.log(case.case_number)) == case
        assert shown(world, case) in (None, *in_force(world))


def test_the_same_claim_by_another_caller_ends_in_the_same_report() -> None:
    world = World()
    first = reported(world)
    other = second(world)
    assert first.report is not None
    assert other.case_number != first.case_number
    assert (other.stage, other.outcome, other.report) == (Stage.CONCLUDED, Outcome.REPORTED, first.report)
    assert (in_force(world), world.press.pressed) == ([first.report.report_number], 1)
    assert world.own_case.credential(other) == world.own_case.credential(first)
    assert world.issue(other) == other
    assert [one.type for one in world.cases.log(other.case_number)].count(EventType.REPORT_ADOPTED) == 1
    consistent(world)


@pytest.mark.parametrize("cases", [2, 5])
def test_cases_that_are_issued_at_once_end_in_one_report(cases: int) -> None:
    world = World()
    waiting = [world.submit(body(world, caller)) for caller in range(cases)]

    def overtaken(left: list[Case]) -> None:
        if left:
            world.cases.before_commit = lambda: overtaken(left[1:])
            world.issue(left[0])
        world.cases.before_commit = lambda: None

    world.cases.before_commit = lambda: overtaken(waiting[1:])
    world.issue(waiting[0])
    ended = [world.drive(case.case_number) for case in waiting]
    assert len({case.report for case in ended}) == 1
    assert len(in_force(world)) == 1
    consistent(world)


@pytest.mark.parametrize("after", [False, True])
def test_an_adoption_that_is_cut_off_is_complete_after_a_repeat(after: bool) -> None:
    world = World()
    first = reported(world)
    case = world.submit(body(world, 1))
    commit = world.cases.commit

    def cut(*given: Any, **named: Any) -> None:
        world.cases.commit = commit  # type: ignore[method-assign]
        if after:
            commit(*given, **named)
        raise ConnectionError

    world.cases.commit = cut  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        world.issue(case)
    case = world.issue(case)
    assert case.report == first.report
    assert len(world.cases.log(case.case_number)) == 3
    consistent(world)


def revoke(world: World, case: Case) -> Case:
    """The case's report is revoked after a dispute."""
    verified_again(world, disputed(world, case), "not_awarded")
    return world.staff("decide_recheck", case, command="revoke", reason="无此授予", decision="revoked").case


@pytest.mark.requirement("A6", "A15")
@pytest.mark.parametrize("by_owner", [True, False])
@pytest.mark.parametrize("told", [True, False])
def test_a_report_that_one_case_revokes_is_revoked_for_all(
    by_owner: bool, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World()
    first = reported(world)
    other = second(world)
    if not told:
        # Cut off right after the commit: each page says so all the same, and each log with its next command.
        monkeypatch.setattr("degree_auth.services.cases.report_following.ReportFollowing.tell", lambda *_: None)
    disputing, remaining = (first, other) if by_owner else (other, first)
    revoke(world, disputing)
    assert in_force(world) == []
    assert shown(world, remaining) is None
    assert world.own_case.status(remaining.case_number, world.now)["notice"]["code"] == "notice_report_revoked"
    consistent(world)
    monkeypatch.undo()
    after = disputed(world, world.cases.load(remaining.case_number))
    assert (after.report, after.former_reports[-1].state) == (None, ReportState.REVOKED)
    assert len(world.cases.published[2026]) == 1
    consistent(world)


@pytest.mark.requirement("A6", "A15")
def test_a_report_superseded_through_another_case_is_superseded_for_all() -> None:
    world = World()
    first = reported(world)
    other = second(world)
    third = second(world, 2)
    verified_again(world, disputed(world, other), "partly_inconsistent", archive_values={"degree.discipline": "园林"})
    world.staff("decide_recheck", other, command="d", reason="以档案为准", decision="superseded")
    other = world.drive(other.case_number)
    assert other.report is not None
    assert (in_force(world), other.report.version) == ([other.report.report_number], 2)
    for case in (first, third):
        assert world.cases.load(case.case_number).report == other.report
        assert shown(world, case) == other.report.report_number
    consistent(world)
    # From here the first case's dispute is of the new version.
    verified_again(world, disputed(world, first), "not_awarded")
    world.staff("decide_recheck", first, command="e", reason="无此授予", decision="revoked")
    assert in_force(world) == []
    assert shown(world, third) is None
    consistent(world)


@pytest.mark.requirement("A6", "A15")
@pytest.mark.parametrize("answers", [("not_awarded", "not_awarded"), ("not_awarded", "verified")])
def test_two_disputes_of_one_report_act_on_it_once(answers: tuple[str, str]) -> None:
    world = World()
    cases = [reported(world), second(world)]
    for case, result in zip(cases, answers, strict=True):
        verified_again(world, disputed(world, case), result)
    world.staff("decide_recheck", cases[0], command="a", reason="依档案", decision="revoked")
    late = world.cases.load(cases[1].case_number)
    assert late.report is None
    decision = "upheld" if answers[1] == "not_awarded" else "superseded"
    world.staff("decide_recheck", cases[1], command="b", reason="依档案", decision=decision)
    late = world.drive(cases[1].case_number)
    assert len(world.cases.published[2026]) == 1
    assert late.rechecks[-1].status is RecheckStatus(decision)
    assert (late.report is None) is (decision == "upheld")
    consistent(world)


@pytest.mark.requirement("A11", "A15")
def test_a_case_that_says_otherwise_supersedes_and_never_ends_in_what_the_register_has_put_right() -> None:
    world = World()
    first = reported(world)
    record = world.register.records[0]
    world.register.records[0] = replace(record, discipline_name="园艺学")
    stated = body(world, 1)
    stated["degree"]["discipline"] = "园艺学"
    other = world.drive(world.submit(stated).case_number)
    assert first.report is not None
    assert other.report is not None
    assert (in_force(world), other.report.version) == ([other.report.report_number], 2)
    assert world.cases.reports[first.report.report_number].superseded_by == other.report.report_number
    assert shown(world, first) == other.report.report_number
    assert world.cases.load(first.case_number).report == other.report
    consistent(world)


@pytest.mark.requirement("A11")
def test_the_register_alone_supersedes_nothing_that_an_institution_confirmed() -> None:
    world = World()
    case = world.drive(world.answer(world.asked(discipline="园艺学"), "verified").case_number)
    assert case.report is not None
    other = second(world)
    assert (other.stage, in_force(world)) == (Stage.PARKED, [case.report.report_number])
    released = world.staff("release", other, command="r", reason="再看").case
    assert world.drive(released.case_number).stage is Stage.PARKED
    case = world.keep_register(case)
    world.staff("approve_register_change", case, command="a", reason="同意", reviewer="reviewer-2")
    world.keep_register(case)
    released = world.staff("release", other, command="s", reason="数据库已更正").case
    assert world.drive(released.case_number).stage is Stage.MATERIAL_REVIEW
    consistent(world)


def test_after_a_revocation_a_new_case_gets_a_report_of_its_own() -> None:
    world = World()
    first = revoke(world, reported(world))
    other = second(world)
    assert other.report is not None
    assert in_force(world) == [other.report.report_number]
    assert other.report.version == 2
    assert world.cases.load(first.case_number).report is None
    consistent(world)


def test_no_case_ends_in_a_report_that_is_revoked_at_this_moment() -> None:
    world = World()
    first = reported(world)
    verified_again(world, disputed(world, first), "not_awarded")
    case = world.submit(body(world, 1))

    def revoked() -> None:
        world.cases.before_commit = lambda: None
        world.staff("decide_recheck", first, command="d", reason="无此授予", decision="revoked")

    world.cases.before_commit = revoked
    case = world.issue(case)
    assert first.report is not None
    assert case.report is not None
    assert case.report.report_number != first.report.report_number
    consistent(world)


@pytest.mark.parametrize(
    "change",
    [
        lambda record: replace(record, name="李雷", identity_number="110101199003070011"),
        lambda record: replace(record, birth_date=record.birth_date.replace(year=record.birth_date.year - 1)),
    ],
)
def test_another_person_of_the_same_certificate_number_has_a_report_of_their_own(
    change: Callable[[Any], Any],
) -> None:
    from degree_auth.services.register.award_keys import holding_key
    from degree_auth.services.register_changes.changes import open_submission

    world = World()
    case = reported(world)
    claim = open_submission(world.keyring, case).claim
    other = change(claim.holder)
    assert holding_key(world.keyring, claim) != holding_key(world.keyring, replace(claim, holder=other))
    renewed = replace(claim.holder, identity_number="E12345678")
    assert holding_key(world.keyring, claim) == holding_key(world.keyring, replace(claim, holder=renewed))
