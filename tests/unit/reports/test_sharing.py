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
from degree_auth.domain.cases.register_change import ChangeStatus
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.cases.stages import ChangeStage, Outcome, Stage
from degree_auth.domain.reports.issued_document import DocumentKind
from degree_auth.domain.reports.printable import Coverage
from degree_auth.domain.shared.errors import Conflict
from degree_auth.messages import text
from degree_auth.services.reports.notices import notices_page
from tests.doubles.world import World, lead_of, tell_no_other_case
from tests.unit.rechecks.test_rechecks import disputed, reported, verified_again
from tests.unit.spot_checks.test_spot_checks import Centre

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
    return sorted(
        number
        for number, one in world.cases.reports.items()
        if one.state is ReportState.VALID and one.kind is DocumentKind.REPORT
    )


def shown(world: World, case: Case) -> str | None:
    """The report that the applicant's page shows."""
    report = world.own_case.status(case.case_number, world.now)["report"]
    return None if report is None else report["report_number"]


def consistent(world: World) -> None:
    """Every case is the fold of its log, each report is corrected at most once, no page shows what is not in force, and
    a case that is concluded has its report or tells why it has none."""
    notices = [notice.report_number for year in world.cases.published.values() for _, notice in year]
    assert len(notices) == len(set(notices))
    assert len(in_force(world)) <= 1
    for case in list(world.cases.cases.values()):
        assert replay(world.cases.log(case.case_number)) == case
        assert shown(world, case) in (None, *in_force(world))
        status = world.own_case.status(case.case_number, world.now)
        if status["stage"] == Stage.CONCLUDED:
            assert (status["report"] is not None) is (status["outcome"] == Outcome.REPORTED)
            assert (status["report"] is None) is (status["notice"] is not None)


def test_the_same_claim_by_another_caller_ends_in_the_same_report() -> None:
    world = World()
    first = reported(world)
    other = second(world)
    assert first.report is not None
    assert other.case_number != first.case_number
    assert (other.stage, other.outcome, other.report) == (Stage.CONCLUDED, Outcome.REPORTED, first.report)
    assert (in_force(world), world.press.pressed) == ([first.report.report_number], 1)
    assert world.own_case.credential(other, world.now) == world.own_case.credential(first, world.now)
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
        tell_no_other_case(monkeypatch)
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


def corrected(world: World, case: Case) -> Case:
    """The case with a new report, whose discipline is the archive's."""
    verified_again(world, disputed(world, case), "partly_inconsistent", archive_values={"degree.discipline": "园林"})
    world.staff("decide_recheck", case, command="d", reason="以档案为准", decision="superseded")
    return world.drive(case.case_number)


def asked_about(world: World, case: Case) -> str:
    """The discipline that the institution is asked about."""
    assert case.task is not None
    discipline: str = world.forms.form(lead_of(case), case.task.task_id, world.now)["claim"]["degree"]["discipline"]
    return discipline


@pytest.fixture
def untold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever corrects a report is cut off before the other cases are told."""
    tell_no_other_case(monkeypatch)


@pytest.mark.requirement("A10", "N2")
@pytest.mark.usefixtures("untold")
def test_a_review_sheet_shows_what_the_report_in_force_says() -> None:
    world = World()
    first = reported(world)
    corrected(world, second(world))
    world.staff("open_review", first)
    sheet = world.documents.objects[f"review/{first.case_number}/sheet.html"].decode()
    assert "<td>园林</td>" in sheet
    consistent(world)


@pytest.mark.requirement("A15", "N2")
@pytest.mark.usefixtures("untold")
def test_an_institution_that_takes_its_answer_back_calls_the_report_in_force_into_question() -> None:
    world = World()
    first = world.drive(world.answer(world.asked(discipline="园艺学"), "verified").case_number)
    stated = body(world, 1)
    stated["degree"]["discipline"] = "园艺学"
    other = world.attach(world.submit(stated))
    other = world.attend(world.staff("confirm_material", other, command="c").case)
    other = world.drive(world.answer(other, "verified").case_number)
    assert first.report == other.report
    revoke(world, other)
    first = world.answer_wrong(first)
    assert (first.stage, first.report, first.outcome) == (Stage.RECHECK_ADMISSION, None, Outcome.NOT_CONFIRMED)
    consistent(world)


@pytest.mark.requirement("A6", "N2")
@pytest.mark.usefixtures("untold")
def test_nothing_is_supplied_to_a_question_about_a_report_that_has_been_replaced() -> None:
    world = World()
    first = reported(world)
    other = second(world)
    first = verified_again(world, disputed(world, first), "needs_material")
    corrected(world, other)
    world.attach(first, kind="supplement")
    with pytest.raises(Conflict, match="nothing_was_asked"):
        world.own_case_commands.supplement(first.case_number, {}, world.now)
    consistent(world)


@pytest.mark.requirement("A15")
@pytest.mark.usefixtures("untold")
def test_a_drawn_report_that_another_case_has_corrected_since_counts_as_wrong() -> None:
    centre = Centre(1)
    world = centre.world
    draw_id = centre.draw()
    world.forget()
    centre.carry_out(draw_id)
    world.register.records = list(world.records)
    corrected(world, second(world))
    found = centre.checks.summarise(draw_id, world.now)
    assert (found.wrong, found.open) == (1, 0)


@pytest.mark.requirement("A6", "N6")
@pytest.mark.parametrize("end", ["withdrawn", "refused"])
@pytest.mark.parametrize("told", [True, False])
def test_who_disputed_a_report_that_another_case_revoked_is_told_so_when_the_dispute_ends(
    end: str, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World()
    if not told:
        tell_no_other_case(monkeypatch)
    first = reported(world)
    other = disputed(world, second(world))
    revoke(world, first)
    if end == "withdrawn":
        other = world.own_case_commands.withdraw(other.case_number, world.now)
    else:
        other = world.staff("refuse_recheck", other, command="r", reason="证据不足").case
    assert (other.stage, other.outcome, other.report) == (Stage.CONCLUDED, Outcome.NOT_CONFIRMED, None)
    assert world.own_case.status(other.case_number, world.now)["notice"]["code"] == "notice_report_revoked"
    consistent(world)


@pytest.mark.requirement("A15", "N2")
@pytest.mark.parametrize("told", [True, False])
def test_a_spot_check_upholds_by_itself_only_what_is_in_force(told: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    if not told:
        tell_no_other_case(monkeypatch)
    first = reported(world)
    other = second(world)
    assert first.report is not None
    world.forget()
    world.rechecks.spot_check(first.case_number, "draw-1", first.report.report_number, world.now)
    revoke(world, other)
    first = world.answer(world.attend(first), "verified")
    assert (first.stage, first.report) == (Stage.RECHECK_DECISION, None)
    world.staff("decide_recheck", first, command="s", reason="属实", decision="superseded")
    first = world.drive(first.case_number)
    assert (first.outcome, first.report is None) == (Outcome.REPORTED, False)
    consistent(world)


@pytest.mark.requirement("A6", "N2")
@pytest.mark.parametrize("told", [True, False])
def test_who_disputes_what_another_case_has_corrected_disputes_what_the_report_says(
    told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World()
    first = reported(world)
    other = second(world)
    if not told:
        tell_no_other_case(monkeypatch)
    other = corrected(world, other)
    assert world.own_case.status(first.case_number, world.now)["claim"]["degree"]["discipline"] == "园林"
    first = world.staff("admit_recheck", disputed(world, first), command="admit", reason="受理").case
    first = world.attend(first)
    assert (first.report, asked_about(world, first)) == (other.report, "园林")
    identity = world.own_case.status(first.case_number, world.now)["claim"]["holder"]["identity_number"]
    assert identity == world.records[0].identity_number
    consistent(world)


@pytest.mark.requirement("A15", "N6")
@pytest.mark.parametrize("cause", ["verification", "register_change", "dispute"])
def test_the_public_list_says_what_led_to_a_correction_and_nothing_else(cause: str) -> None:
    world = World()
    first = reported(world)
    if cause == "verification":
        world.drive(world.answer(world.asked(discipline="园艺学"), "verified").case_number)
    elif cause == "register_change":
        world.drive(renamed(world, 1).case_number)
    else:
        corrected(world, first)
    (notice,) = notices_page(world.cases, "", world.now)["notices"]
    assert first.report is not None
    assert world.cases.reports[first.report.report_number].cause == cause
    assert notice["cause"] == dict(zip(("zh", "en"), text(f"correction_{cause}"), strict=True))


@pytest.mark.requirement("A6", "N1")
@pytest.mark.parametrize("by_owner", [True, False])
def test_two_disputes_with_one_result_make_one_report(by_owner: bool) -> None:
    world = World()
    cases = [reported(world), second(world)]
    if not by_owner:
        cases.reverse()
    for case in cases:
        verified_again(
            world, disputed(world, case), "partly_inconsistent", archive_values={"degree.discipline": "园林"}
        )
        world.staff("decide_recheck", case, command="d", reason="以档案为准", decision="superseded")
    ended = [world.drive(case.case_number) for case in cases]
    assert ended[0].report == ended[1].report
    assert [one.stage for one in ended] == [Stage.CONCLUDED] * 2
    assert (len(world.cases.published[2026]), len(world.cases.reports)) == (1, 2)
    assert world.issue(ended[1]) == ended[1]
    consistent(world)


@pytest.mark.requirement("A11", "N2")
@pytest.mark.parametrize("answer", ["verified", "not_awarded"])
def test_what_a_superseded_verification_proposed_for_the_register_is_never_approved(answer: str) -> None:
    world = World()
    first = world.keep_register(world.drive(world.answer(world.asked(discipline="园艺学"), "verified").case_number))
    assert first.change_stage is ChangeStage.SECOND_PERSON
    stated = body(world, 1)
    stated["degree"]["discipline"] = "园林" if answer == "verified" else "园艺学"
    other = world.attach(world.submit(stated))
    other = world.attend(world.staff("confirm_material", other, command="c").case)
    other = world.drive(world.answer(other, "verified").case_number)
    if answer == "not_awarded":
        revoke(world, other)
    first = world.cases.load(first.case_number)
    assert (first.change_stage, first.register_changes[-1].status) == (None, ChangeStatus.CLOSED)
    with pytest.raises(Conflict, match="no_register_change"):
        world.staff("approve_register_change", first, command="a", reason="同意", reviewer="reviewer-2")
    assert world.cases.load(other.case_number).register_change is not None
    consistent(world)


@pytest.mark.requirement("A11", "N2")
def test_what_was_approved_before_another_case_corrected_the_report_is_not_applied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    tell_no_other_case(monkeypatch)
    first = world.keep_register(world.drive(world.answer(world.asked(discipline="园艺学"), "verified").case_number))
    world.staff("approve_register_change", first, command="a", reason="同意", reviewer="reviewer-2")
    stated = body(world, 1)
    stated["degree"]["discipline"] = "园林"
    other = world.attach(world.submit(stated))
    other = world.attend(world.staff("confirm_material", other, command="c").case)
    world.drive(world.answer(other, "verified").case_number)
    first = world.keep_register(first)
    assert first.register_changes[-1].status is ChangeStatus.CLOSED
    assert world.register.records == world.records
    consistent(world)


@pytest.mark.requirement("A6", "N2")
@pytest.mark.parametrize("answer", [None, "verified", "needs_material"])
def test_a_question_about_a_report_that_has_been_replaced_since_decides_nothing(answer: str | None) -> None:
    world = World()
    first = reported(world)
    other = second(world)
    first = world.attend(world.staff("admit_recheck", disputed(world, first), command="admit", reason="受理").case)
    if answer is not None:
        first = world.answer(first, answer)
    other = corrected(world, other)
    first = world.cases.load(first.case_number)
    # Whether to ask again is decided anew, and then the report that is in force is asked about.
    assert (first.stage, first.report) == (Stage.RECHECK_ADMISSION, other.report)
    with pytest.raises(Conflict):
        world.staff("decide_recheck", first, command="u", reason="属实", decision="upheld")
    first = world.attend(world.staff("admit_recheck", first, command="again", reason="受理").case)
    assert asked_about(world, first) == "园林"
    world.staff("decide_recheck", world.answer(first, "verified"), command="v", reason="属实", decision="upheld")
    assert world.drive(first.case_number).report == other.report
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


def stands_in_the_way(case: Case) -> str | None:
    """Why the case waits for a person, if it does."""
    return (case.reason or {}).get("reason") if case.stage is Stage.PARKED else None


@pytest.mark.requirement("A5", "A6")
def test_the_register_alone_does_not_report_what_an_institution_has_just_denied() -> None:
    world = World()
    revoke(world, reported(world))
    other = second(world)
    assert (stands_in_the_way(other), in_force(world)) == ("institution_answered_otherwise", [])
    consistent(world)


@pytest.mark.requirement("A6", "A11")
def test_the_register_alone_does_not_report_what_an_archive_has_just_corrected() -> None:
    world = World()
    first = reported(world)
    number = "1033522024000999"
    verified_again(
        world, disputed(world, first), "partly_inconsistent", archive_values={"degree.certificate_number": number}
    )
    world.staff("decide_recheck", first, command="d", reason="以档案为准", decision="superseded")
    first = world.drive(first.case_number)
    other = second(world)
    assert first.report is not None
    assert (stands_in_the_way(other), in_force(world)) == ("report_in_force_differs", [first.report.report_number])
    consistent(world)


@pytest.mark.requirement("A5", "A11")
@pytest.mark.parametrize("result", ["not_awarded", "no_such_person"])
def test_the_register_alone_does_not_report_what_a_notice_in_force_denies(result: str) -> None:
    world = World()
    case = world.issue(world.answer(world.asked(), result))
    world.staff("confirm_denial", case, command="c", reason="档案无记载")
    case = world.drive(case.case_number)
    assert case.written_notice is not None
    other = second(world)
    assert (stands_in_the_way(other), in_force(world)) == ("institution_answered_otherwise", [])
    consistent(world)


def renamed(world: World, caller: int) -> Case:
    """The register says another discipline than before, and somebody applies with that."""
    world.register.records[0] = replace(world.records[0], discipline_name="园艺学")
    stated = body(world, caller)
    stated["degree"]["discipline"] = "园艺学"
    return world.submit(stated)


@pytest.mark.requirement("A6", "A11")
def test_the_register_alone_supersedes_nothing_that_an_institution_upheld() -> None:
    world = World()
    first = reported(world)
    verified_again(world, disputed(world, first), "verified")
    world.staff("decide_recheck", first, command="d", reason="属实", decision="upheld")
    other = world.drive(renamed(world, 1).case_number)
    assert first.report is not None
    assert (stands_in_the_way(other), in_force(world)) == ("report_in_force_differs", [first.report.report_number])
    consistent(world)


@pytest.mark.requirement("A11", "A15")
def test_the_register_alone_supersedes_nothing_that_a_spot_check_upheld() -> None:
    world = World()
    first = reported(world)
    assert first.report is not None
    world.forget()
    case = world.rechecks.spot_check(first.case_number, "draw-1", first.report.report_number, world.now)
    world.answer(world.attend(case), "verified")
    world.register.records.insert(0, world.records[0])
    other = world.drive(renamed(world, 1).case_number)
    assert (stands_in_the_way(other), in_force(world)) == ("report_in_force_differs", [first.report.report_number])
    consistent(world)


@pytest.mark.requirement("A11")
def test_the_register_alone_supersedes_nothing_that_an_institution_confirmed_in_a_case_that_adopted_it() -> None:
    world = World()
    first = reported(world)
    world.register.records[0] = replace(world.records[0], identity_number="")
    other = world.attach(world.submit(body(world, 1)))
    other = world.attend(world.staff("confirm_material", other, command="c").case)
    other = world.drive(world.answer(other, "verified").case_number)
    assert first.report == other.report
    third = world.drive(renamed(world, 2).case_number)
    assert first.report is not None
    assert (stands_in_the_way(third), in_force(world)) == ("report_in_force_differs", [first.report.report_number])
    consistent(world)


@pytest.mark.requirement("A11", "N1")
def test_the_register_alone_supersedes_nothing_that_an_institution_confirms_at_this_moment() -> None:
    world = World()
    first = disputed(world, reported(world))
    other = renamed(world, 1)

    def upheld() -> None:
        world.cases.before_commit = lambda: None
        verified_again(world, first, "verified")
        world.staff("decide_recheck", first, command="d", reason="属实", decision="upheld")

    world.cases.before_commit = upheld
    other = world.issue(other)
    assert first.report is not None
    assert (stands_in_the_way(other), in_force(world)) == ("report_in_force_differs", [first.report.report_number])
    consistent(world)


@pytest.mark.requirement("A3", "A10", "A11")
def test_a_case_that_waits_for_an_institutions_word_may_be_put_to_the_institution() -> None:
    world = World()
    revoke(world, reported(world))
    other = second(world)
    with pytest.raises(Conflict, match="certificate_scan_missing"):
        world.staff("confirm_material", other, command="c")
    other = world.staff("confirm_material", world.attach(other), command="e").case
    assert other.stage is Stage.VERIFICATION
    other = world.drive(world.answer(world.attend(other), "verified").case_number)
    assert other.report is not None
    assert (other.outcome, in_force(world), other.report.version) == (
        Outcome.REPORTED,
        [other.report.report_number],
        2,
    )
    assert second(world, 2).report == other.report
    consistent(world)


@pytest.mark.requirement("A10", "A11")
def test_a_case_that_says_otherwise_than_the_report_in_force_goes_on_once_that_report_is_decided() -> None:
    world = World()
    first = world.drive(world.answer(world.asked(discipline="园艺学"), "verified").case_number)
    other = second(world)
    assert stands_in_the_way(other) == "report_in_force_differs"
    named = world.records[0].discipline_name
    opened = world.staff("open_recheck", first, command="o", reason="与数据库不一致", cause="register_change").case
    verified_again(world, opened, "partly_inconsistent", archive_values={"degree.discipline": named})
    world.staff("decide_recheck", opened, command="d", reason="以档案为准", decision="superseded")
    first = world.drive(first.case_number)
    other = world.drive(world.staff("release", other, command="r", reason="已更正").case.case_number)
    assert (other.outcome, other.report) == (Outcome.REPORTED, first.report)
    consistent(world)


@pytest.mark.requirement("A10")
def test_a_case_whose_report_cannot_be_printed_is_not_put_to_the_institution() -> None:
    world = World(coverage=Coverage.parse("0020-007E"))
    case = world.attach(world.submit(world.body()))
    assert case.stage is Stage.PARKED
    with pytest.raises(Conflict, match="case_not_in_review"):
        world.staff("confirm_material", case, command="c")


@pytest.mark.requirement("A5", "A15")
def test_what_an_institution_confirms_after_its_denial_is_reported_in_the_place_of_the_notice() -> None:
    world = World()
    case = world.issue(world.answer(world.asked(), "not_awarded"))
    world.staff("confirm_denial", case, command="c", reason="档案无记载")
    case = world.drive(case.case_number)
    case = verified_again(world, disputed(world, case), "verified")
    world.staff("decide_recheck", case, command="d", reason="档案已查到", decision="superseded")
    case = world.drive(case.case_number)
    assert case.report is not None
    assert (case.report.version, in_force(world)) == (1, [case.report.report_number])
    assert world.cases.published == {}
    consistent(world)


@pytest.mark.requirement("A5")
def test_an_institution_that_cannot_verify_says_nothing_against_the_register() -> None:
    world = World()
    case = world.issue(world.answer(world.asked(), "cannot_verify"))
    world.staff("confirm_denial", case, command="c", reason="档案缺失")
    world.drive(case.case_number)
    other = second(world)
    assert (other.stage, len(in_force(world))) == (Stage.CONCLUDED, 1)
    consistent(world)


def test_no_case_ends_in_a_report_that_is_revoked_at_this_moment() -> None:
    world = World()
    first = disputed(world, reported(world))
    case = world.submit(body(world, 1))

    def revoked() -> None:
        world.cases.before_commit = lambda: None
        verified_again(world, first, "not_awarded")
        world.staff("decide_recheck", first, command="d", reason="无此授予", decision="revoked")

    world.cases.before_commit = revoked
    case = world.issue(case)
    assert (stands_in_the_way(case), in_force(world)) == ("institution_answered_otherwise", [])
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
