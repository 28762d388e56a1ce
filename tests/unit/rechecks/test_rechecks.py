"""Disputes and other rechecks: each has its end, the old report says what became of it, and nothing false is issued."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.domain.cases.attachment import UPLOAD_TIME
from degree_auth.domain.cases.attachment_decisions import MOST_ANNOUNCED
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.recheck import Cause, RecheckStatus
from degree_auth.domain.cases.stages import Machine, Outcome, Stage
from degree_auth.domain.cases.task import VERIFICATION_DAYS
from degree_auth.domain.shared.errors import Conflict, Invalid
from degree_auth.domain.verification.history import task_history
from degree_auth.services.applications import applicant_actions
from degree_auth.services.register_changes.report_flags import ReportFlags
from degree_auth.services.reports.check import check_report
from degree_auth.services.reports.notices import notices_page
from tests.doubles.report_log import MemoryReportLog
from tests.doubles.world import World, lead_of, principal


def reported(world: World, which: int = 0) -> Case:
    """A case that the register matched, with its report."""
    return world.drive(world.submit(world.body(which)).case_number)


def evidence(world: World, case: Case, content: bytes = b"%PDF-1.7 synthetic evidence") -> str:
    announced = {"kind": "evidence", "content_type": "application/pdf", "size": len(content)}
    attachment_id, _, _ = world.own_case_commands.announce_attachment(case.case_number, announced, world.now)
    key = f"incoming/{case.case_number}/{attachment_id}"
    world.documents.put(key, content, "application/pdf")
    world.receive(key)
    return attachment_id


def disputed(world: World, case: Case) -> Case:
    body = {"reason": "专业名称与证书不符", "evidence": [evidence(world, case)]}
    return world.disputes.dispute(case.case_number, body, world.now)


def verified_again(world: World, case: Case, result: str, **more: Any) -> Case:
    admitted = world.staff("admit_recheck", case, command="admit", reason="符合条件").case
    return world.answer(world.attend(admitted), result, **more)


def checked(world: World, number: str) -> dict[str, object]:
    code = world.shown_report(world.cases.load(world.cases.reports[number].case_number))
    sha256 = world.cases.reports[number].sha256
    assert code is None or code["report_number"]
    return check_report(world.cases, world.keyring, MemoryReportLog(), {"sha256": sha256}, pytest.fail)


@pytest.mark.requirement("A6", "N6")
def test_a_dispute_is_seen_by_the_applicant_in_every_step_and_supersedes_the_report() -> None:
    world = World()
    case = reported(world)
    assert case.report is not None
    first = case.report.report_number
    case = disputed(world, case)
    assert (case.stage, case.recheck.cause if case.recheck else None) == (Stage.RECHECK_ADMISSION, Cause.DISPUTE)
    case = verified_again(world, case, "partly_inconsistent", archive_values={"degree.discipline": "园林"})
    assert case.stage is Stage.RECHECK_DECISION
    assert checked(world, first)["state"] == "valid"
    world.staff("decide_recheck", case, command="decide", reason="以档案为准", decision="superseded")
    case = world.drive(case.case_number)
    assert case.report is not None
    assert (case.stage, case.report.version, case.outcome) == (Stage.CONCLUDED, 2, Outcome.REPORTED)
    old, new = world.cases.reports[first], world.cases.reports[case.report.report_number]
    assert (old.state, old.superseded_by) == ("superseded", new.report_number)
    assert (new.state, new.supersedes, new.facts["discipline"]) == ("valid", first, "园林")
    answer = checked(world, first)
    assert answer["state"] == "superseded"
    report = answer["report"]
    assert isinstance(report, dict)
    assert [(one["version"], one["state"]) for one in report["versions"]] == [(1, "superseded"), (2, "valid")]
    status = world.own_case.status(case.case_number, world.now)
    assert [one["status"] for one in status["rechecks"]] == ["superseded"]
    assert [one["state"] for one in status["former_reports"]] == ["superseded"]
    seen = [one["event"] for one in status["timeline"]]
    steps = ["recheck_opened", "recheck_admitted", "feedback_received", "recheck_decided", "report_superseded"]
    assert [one for one in seen if one in steps][-5:] == steps


@pytest.mark.requirement("A6", "A15", "N4")
def test_a_denied_degree_loses_its_report_and_the_notice_names_nobody() -> None:
    world = World()
    case = reported(world)
    assert case.report is not None
    number = case.report.report_number
    case = verified_again(world, disputed(world, case), "not_awarded")
    case = world.staff("decide_recheck", case, command="d", reason="档案无记载", decision="revoked").case
    assert (case.stage, case.report) == (Stage.CONCLUDING, None)
    with pytest.raises(Conflict, match="attachments_closed"):  # nothing can be disputed before the notice is there
        evidence(world, case)
    case = world.drive(case.case_number)
    assert (case.stage, case.outcome, case.report) == (Stage.CONCLUDED, Outcome.NOT_CONFIRMED, None)
    assert checked(world, number)["state"] == "revoked"
    page = notices_page(world.cases, "", world.now)
    assert [(one["report_number"], one["state"]) for one in page["notices"]] == [(number, "revoked")]
    assert set(page["notices"][0]) == {"report_number", "state", "cause", "superseded_by", "at"}
    status = world.own_case.status(case.case_number, world.now)
    assert status["notice"]["code"] == "notice_not_awarded"
    assert status["report"] is None


@pytest.mark.requirement("A6", "N1")
def test_the_application_is_not_withdrawn_while_a_recheck_comes_to_its_report() -> None:
    world = World()
    case = verified_again(
        world, disputed(world, reported(world)), "partly_inconsistent", archive_values={"degree.discipline": "园林"}
    )
    decided = world.staff("decide_recheck", case, command="d", reason="以档案为准", decision="superseded").case
    assert decided.stage is Stage.ISSUING
    with pytest.raises(Conflict, match="case_already_ended"):
        world.own_case_commands.withdraw(case.case_number, world.now)
    assert world.drive(case.case_number).stage is Stage.CONCLUDED


@pytest.mark.requirement("A6", "N2")
def test_a_negative_conclusion_that_the_archive_takes_back_becomes_a_report() -> None:
    world = World()
    case = world.denied("no_such_person")
    case = verified_again(world, disputed(world, case), "verified")
    with pytest.raises(Conflict, match="decision_against_answer"):
        world.staff("decide_recheck", case, command="a", reason="维持", decision="upheld")
    world.staff("decide_recheck", case, command="b", reason="单位已核实", decision="superseded")
    case = world.drive(case.case_number)
    assert case.report is not None
    assert (case.outcome, case.report.version) == (Outcome.REPORTED, 1)
    assert world.cases.reports[case.report.report_number].facts["basis"] == "institution"


@pytest.mark.requirement("A6", "N2")
@pytest.mark.parametrize(
    ("result", "allowed"),
    [
        ("verified", {"upheld"}),
        ("partly_inconsistent", {"superseded"}),
        ("not_awarded", {"revoked"}),
        ("no_such_person", {"revoked"}),
        ("cannot_verify", {"upheld", "revoked"}),
    ],
)
def test_a_decision_follows_the_institutions_answer(result: str, allowed: set[str]) -> None:
    for decision in ("upheld", "superseded", "revoked"):
        world = World()
        more = {"archive_values": {"degree.discipline": "园林"}} if result == "partly_inconsistent" else {}
        case = verified_again(world, disputed(world, reported(world)), result, **more)
        if decision not in allowed:
            with pytest.raises(Conflict, match="decision_against_answer"):
                world.staff("decide_recheck", case, command="d", reason="决定", decision=decision)
            continue
        decided = world.staff("decide_recheck", case, command="d", reason="决定", decision=decision).case
        again = world.staff("decide_recheck", case, command="d", reason="决定", decision=decision).case
        assert decided == again
        assert decided.rechecks[-1].status is RecheckStatus(decision)


@pytest.mark.requirement("A6", "N1")
def test_one_dispute_is_open_at_a_time_and_a_further_one_needs_new_evidence() -> None:
    world = World()
    case = reported(world)
    first = evidence(world, case)
    body = {"reason": "有误", "evidence": [first]}
    case = world.disputes.dispute(case.case_number, body, world.now)
    assert world.disputes.dispute(case.case_number, body, world.now) == case
    with pytest.raises(Conflict, match="recheck_open"):
        world.disputes.dispute(case.case_number, {**body, "reason": "另一理由"}, world.now)
    world.staff("refuse_recheck", case, command="r", reason="证据不足")
    with pytest.raises(Invalid) as refused:
        world.disputes.dispute(case.case_number, {**body, "reason": "另一理由"}, world.now)
    assert [one.code for one in refused.value.problems] == ["evidence_not_new"]
    more = evidence(world, case, b"%PDF-1.7 more synthetic evidence")
    again = world.disputes.dispute(case.case_number, {"reason": "另一理由", "evidence": [first, more]}, world.now)
    assert again.recheck is not None
    assert again.recheck.number == 2


@pytest.mark.requirement("A6")
def test_a_dispute_comes_within_the_period_and_only_against_a_conclusion() -> None:
    world = World()
    case = reported(world)
    shown = evidence(world, case)
    world.now += timedelta(days=61)
    with pytest.raises(Conflict, match="dispute_period_over"):
        world.disputes.dispute(case.case_number, {"reason": "晚了", "evidence": [shown]}, world.now)
    waiting = world.mismatched()
    stored = [one.attachment_id for one in waiting.attachments]
    with pytest.raises(Conflict, match="case_not_concluded"):
        world.disputes.dispute(waiting.case_number, {"reason": "早了", "evidence": stored}, world.now)


@pytest.mark.requirement("A6", "N4")
def test_evidence_is_a_file_of_the_applicant_and_none_that_an_institution_gave() -> None:
    world = World()
    case = world.asked()
    content = b"%PDF-1.7 synthetic finding"
    announced = {"content_type": "application/pdf", "size": len(content)}
    given, _, _ = world.answer_files.announce(lead_of(case), case.task_id or "", announced, world.now)
    key = f"incoming/{case.case_number}/{given}"
    world.documents.put(key, content, "application/pdf")
    world.receive(key)
    case = world.drive(world.answer(case, "verified", attachments=[given]).case_number)
    own = evidence(world, case)
    for named in ([given], [given, own]):
        with pytest.raises(Invalid) as refused:
            world.disputes.dispute(case.case_number, {"reason": "有误", "evidence": named}, world.now)
        assert [(one.field, one.code) for one in refused.value.problems] == [("evidence", "evidence_unknown")]
    assert (
        world.disputes.dispute(case.case_number, {"reason": "有误", "evidence": [own]}, world.now).recheck is not None
    )


@pytest.mark.requirement("A6", "N5")
def test_evidence_that_is_not_stored_is_refused_with_the_field() -> None:
    world = World()
    case = reported(world)
    with pytest.raises(Invalid) as refused:
        world.disputes.dispute(case.case_number, {"reason": "有误", "evidence": ["0" * 32]}, world.now)
    assert [(one.field, one.code) for one in refused.value.problems] == [("evidence", "evidence_unknown")]


@pytest.mark.requirement("A6", "A9")
def test_the_second_verification_is_the_lead_departments_and_not_the_first_answerers() -> None:
    world = World()
    code = world.records[0].institution_code
    world.registrations.routes[code] = "archive"
    world.registrations.departments |= {(code, "archive"), (code, "graduate")}
    case = world.asked()
    archive = principal("archive-1", code, "archive", 2)
    case = world.denied("no_such_person", case, archive)
    case = world.staff("admit_recheck", disputed(world, case), command="admit", reason="受理").case
    case = world.attend(case)
    assert case.task is not None
    assert (case.task.department_id, case.task.routed) == (None, True)
    task_id = case.task.task_id
    with pytest.raises(Conflict, match="department_answered_before"):
        world.verification.reassign(lead_of(case), task_id, {"department_id": "archive", "reason": "归口"}, world.now)
    moved = world.verification.reassign(
        lead_of(case), task_id, {"department_id": "graduate", "reason": "归口"}, world.now
    )
    assert moved.task is not None
    assert moved.task.department_id == "graduate"


@pytest.mark.requirement("A6", "A12")
def test_a_dispute_runs_a_clock_of_its_own() -> None:
    world = World()
    case = world.asked()
    world.now += timedelta(days=8)
    case = world.denied("not_awarded", case)
    world.now += timedelta(days=20)
    case = disputed(world, case)
    clock = world.own_case.status(case.case_number, world.now)["clock"]
    assert (clock["working_day"], clock["institution"]["used"]) == (0, 0)
    world.now += timedelta(days=1)
    assert world.own_case.status(case.case_number, world.now)["clock"]["working_day"] == 1


@pytest.mark.requirement("A6", "N1")
def test_a_dispute_can_be_taken_back_and_the_application_cannot() -> None:
    world = World()
    case = disputed(world, reported(world))
    back = world.own_case_commands.withdraw(case.case_number, world.now)
    assert (back.stage, back.rechecks[-1].status) == (Stage.CONCLUDED, RecheckStatus.WITHDRAWN)
    assert back.report is not None
    # Again it is the same taking back, and never that of the application.
    assert world.own_case_commands.withdraw(case.case_number, world.now) == back
    undisputed = reported(world, 1)
    with pytest.raises(Conflict, match="case_already_ended"):
        world.own_case_commands.withdraw(undisputed.case_number, world.now)


@pytest.mark.requirement("A6", "A12")
def test_material_asked_for_in_a_recheck_does_not_open_the_claim() -> None:
    world = World()
    case = verified_again(world, disputed(world, reported(world)), "needs_material")
    assert case.stage is Stage.AWAITING_APPLICANT
    with pytest.raises(Conflict, match="case_in_recheck"):
        world.own_case_commands.supplement(case.case_number, {"degree": {"discipline": "法语"}}, world.now)
    with pytest.raises(Conflict, match="case_in_recheck"):
        world.staff("reject", case, command="x", reason="不符")
    case = world.supplied(case)
    assert case.stage is Stage.VERIFICATION


@pytest.mark.requirement("A15", "A2")
def test_a_spot_check_that_the_register_confirms_leaves_the_case_as_it_is() -> None:
    world = World()
    case = reported(world)
    assert case.report is not None
    for _ in range(2):
        after = world.rechecks.spot_check(case.case_number, "draw-1", case.report.report_number, world.now)
    assert (after.stage, after.report, after.rechecks) == (Stage.CONCLUDED, case.report, ())
    types = [one.type for one in world.cases.log(case.case_number)]
    assert types.count(EventType.SPOT_CHECKED) == 1


@pytest.mark.requirement("A15", "A6")
def test_a_spot_check_that_the_register_contradicts_asks_the_institution() -> None:
    world = World()
    case = reported(world)
    assert case.report is not None
    world.register.records = [one for one in world.register.records if one != world.records[0]]
    drawn = case.report.report_number
    case = world.attend(world.rechecks.spot_check(case.case_number, "draw-1", drawn, world.now))
    assert (case.stage, case.rechecks[-1].cause, case.rechecks[-1].draw_id) == (
        Stage.VERIFICATION,
        Cause.SPOT_CHECK,
        "draw-1",
    )
    upheld = world.answer(case, "verified")
    assert (upheld.stage, upheld.report, upheld.rechecks[-1].status) == (
        Stage.CONCLUDED,
        case.report,
        RecheckStatus.UPHELD,
    )


@pytest.mark.requirement("A6", "N1")
def test_a_recheck_without_a_live_machine_is_brought_back() -> None:
    world = World()
    case = disputed(world, reported(world))
    world.workflows.running = {machine: set() for machine in Machine}
    world.reconcile()
    assert world.workflows.live_cases(Machine.DISPUTE) == {case.case_number}


@pytest.mark.requirement("A6", "N1")
def test_after_a_redirected_recheck_the_same_institution_may_be_asked_again() -> None:
    world = World()
    case = verified_again(world, disputed(world, reported(world)), "not_awarded")
    again = world.staff(
        "redirect_task", case, command="again", reason="请再核", institution_code=case.institution_code
    ).case
    assert (again.stage, len(again.tasks)) == (Stage.VERIFICATION, 2)


@pytest.mark.requirement("A6", "N1")
@pytest.mark.parametrize("flagged", [False, True])
def test_a_dispute_taken_back_twice_is_taken_back_once_and_both_hear_so(flagged: bool) -> None:
    world = World()
    case = disputed(world, reported(world))
    if flagged:
        assert case.report is not None
        issued = world.cases.report(case.report.report_number)
        assert issued is not None
        world.register.records = world.register.records[1:]
        for _ in range(2):
            assert world.flags.flag([issued.certificate_digest], world.now) == 1
    once = world.own_case_commands.withdraw(case.case_number, world.now)
    assert [one.cause for one in once.rechecks] == ["dispute", *(["register_change"] if flagged else [])]
    assert world.own_case_commands.withdraw(case.case_number, world.now) == once
    assert "withdrawal" not in applicant_actions.allowed_actions(once, timedelta(days=60), world.now)


@pytest.mark.requirement("A6", "N2")
def test_a_dispute_is_not_taken_back_once_the_institution_has_answered() -> None:
    world = World()
    case = verified_again(world, disputed(world, reported(world)), "not_awarded")
    with pytest.raises(Conflict, match="recheck_answered"):
        world.own_case_commands.withdraw(case.case_number, world.now)
    assert world.cases.load(case.case_number) == case


@pytest.mark.requirement("A6")
def test_what_the_institution_answered_before_a_dispute_is_no_answer_to_the_dispute() -> None:
    world = World()
    case = disputed(world, world.issue(world.answer(world.asked(), "verified")))
    assert "withdrawal" in applicant_actions.allowed_actions(case, timedelta(days=60), world.now)
    back = world.own_case_commands.withdraw(case.case_number, world.now)
    assert (back.stage, back.rechecks[-1].status) == (Stage.CONCLUDED, RecheckStatus.WITHDRAWN)


@pytest.mark.requirement("A11", "A15", "N1")
@pytest.mark.parametrize("end", ["refused", "withdrawn"])
def test_what_the_register_no_longer_bears_out_is_looked_at_after_the_dispute_that_was_open(end: str) -> None:
    world = World()
    case = disputed(world, reported(world))
    world.register.records = [one for one in world.register.records if one != world.records[0]]
    assert case.report is not None
    award = world.cases.reports[case.report.report_number].certificate_digest
    flags = ReportFlags(
        store=world.cases, sealer=world.keyring, register=world.register, institutions=shipped_institutions()
    )
    for _ in range(2):
        assert flags.flag([award], world.now) == 1
    if end == "refused":
        case = world.staff("refuse_recheck", case, command="r", reason="证据不足").case
    else:
        case = world.own_case_commands.withdraw(case.case_number, world.now)
    assert (case.stage, case.rechecks[-1].cause, len(case.rechecks)) == (
        Stage.RECHECK_ADMISSION,
        Cause.REGISTER_CHANGE,
        2,
    )
    assert not case.flagged


@pytest.mark.requirement("A5", "A6", "N6")
def test_the_notice_stands_while_it_is_disputed_and_says_what_the_second_answer_said() -> None:
    world = World()
    case = disputed(world, world.denied("cannot_verify"))
    assert world.own_case.status(case.case_number, world.now)["notice"]["code"] == "notice_cannot_verify"
    case = verified_again(world, case, "not_awarded")
    case = world.staff("decide_recheck", case, command="d", reason="档案已查到", decision="upheld").case
    case = world.drive(case.case_number)
    assert case.outcome is Outcome.NOT_CONFIRMED
    assert world.own_case.status(case.case_number, world.now)["notice"]["code"] == "notice_not_awarded"


@pytest.mark.requirement("A6", "A15", "N2")
@pytest.mark.parametrize(
    ("result", "decision"), [("verified", "superseded"), ("cannot_verify", "revoked"), ("not_awarded", "revoked")]
)
def test_a_report_on_an_institution_that_denies_it_never_stands_on_the_word_of_another(
    result: str, decision: str
) -> None:
    world = World()
    case = reported(world)
    case = verified_again(world, disputed(world, case), "not_this_institution")
    other = next(code for code in ("10001", "10003") if code != case.institution_code)
    case = world.staff("redirect_task", case, command="on", reason="转送", institution_code=other).case
    case = world.answer(world.attend(case), result)
    with pytest.raises(Conflict, match="decision_against_answer"):
        world.staff("decide_recheck", case, command="a", reason="维持", decision="upheld")
    case = world.staff("decide_recheck", case, command="b", reason="依答复", decision=decision).case
    case = world.drive(case.case_number)
    assert case.rechecks[-1].status is RecheckStatus(decision)
    assert (case.report is not None, case.institution_code == other) == (result == "verified", result == "verified")


@pytest.mark.requirement("A6", "N2")
def test_who_denied_a_degree_in_anothers_place_verifies_it_again_in_that_place() -> None:
    world = World()
    case = world.answer(world.asked(), "not_this_institution")
    other = next(code for code in ("10001", "10003") if code != case.institution_code)
    case = world.attend(world.staff("redirect_task", case, command="on", reason="转送", institution_code=other).case)
    case = verified_again(world, disputed(world, world.denied("not_awarded", case)), "verified")
    case = world.staff("decide_recheck", case, command="b", reason="依答复", decision="superseded").case
    assert world.drive(case.case_number).institution_code == other


@pytest.mark.requirement("A6", "A15", "N2")
def test_a_degree_that_its_institution_disowns_in_a_recheck_loses_its_report() -> None:
    world = World()
    case = reported(world)
    case = verified_again(world, disputed(world, case), "not_this_institution")
    for decision in ("upheld", "superseded"):
        with pytest.raises(Conflict, match="decision_against_answer"):
            world.staff("decide_recheck", case, command=decision, reason="决定", decision=decision)
    case = world.staff("decide_recheck", case, command="d", reason="非其授予", decision="revoked").case
    case = world.drive(case.case_number)
    assert (case.stage, case.outcome, case.report) == (Stage.CONCLUDED, Outcome.NOT_CONFIRMED, None)
    told = world.own_case.status(case.case_number, world.now)["notice"]
    assert told["code"] == "notice_not_this_institution"


@pytest.mark.requirement("A6")
def test_a_negative_conclusion_stands_when_the_recheck_is_disowned_too() -> None:
    world = World()
    case = world.denied("no_such_person")
    case = verified_again(world, disputed(world, case), "not_this_institution")
    case = world.staff("decide_recheck", case, command="d", reason="无从核查", decision="upheld").case
    case = world.drive(case.case_number)
    assert (case.stage, case.outcome) == (Stage.CONCLUDED, Outcome.NOT_CONFIRMED)


@pytest.mark.requirement("A6", "A12")
def test_urgent_handling_ends_with_its_chapter_and_may_be_asked_for_again() -> None:
    world = World()
    case = world.mismatched()
    world.own_case_commands.request_urgency(case.case_number, {"reason": "升学"}, world.now)
    world.staff("approve_urgency", case, command="urgent", reason="升学")
    case = world.attend(world.staff("confirm_material", case, command="confirm").case)
    case = disputed(world, world.drive(world.answer(case, "verified").case_number))
    assert (case.urgent, case.urgency_request) == (False, None)
    case = world.attend(world.staff("admit_recheck", case, command="admit", reason="符合条件").case)
    assert case.task is not None
    assert case.task.allowed_days == VERIFICATION_DAYS
    assert world.own_case_commands.request_urgency(case.case_number, {"reason": "入职"}, world.now).urgency_request


@pytest.mark.requirement("A6", "N6")
def test_a_new_report_stands_in_the_history_of_the_task_that_it_came_from() -> None:
    world = World()
    case = disputed(world, world.drive(world.answer(world.asked(), "verified").case_number))
    case = verified_again(world, case, "partly_inconsistent", archive_values={"degree.discipline": "园林"})
    world.staff("decide_recheck", case, command="decide", reason="以档案为准", decision="superseded")
    case = world.drive(case.case_number)
    log = world.cases.log(case.case_number)
    issued = [[one["event"] for one in task_history(log, task.task_id)].count("report_issued") for task in case.tasks]
    assert issued == [1, 1]


@pytest.mark.requirement("A6", "N5")
def test_an_answer_to_a_recheck_that_waits_for_the_applicant_is_told_so() -> None:
    world = World()
    case = verified_again(world, disputed(world, reported(world)), "needs_material")
    with pytest.raises(Conflict, match="waiting_for_applicant"):
        world.answer(case, "verified")


@pytest.mark.requirement("N1", "N5")
def test_files_announced_over_and_over_do_not_fill_the_case_record() -> None:
    world = World()
    case = world.mismatched()
    announced = {"kind": "evidence", "content_type": "application/pdf", "size": 1}
    for _ in range(MOST_ANNOUNCED - 1):
        world.own_case_commands.announce_attachment(case.case_number, announced, world.now)
        world.now += UPLOAD_TIME + timedelta(seconds=1)
    with pytest.raises(Conflict, match="too_many_attachments"):
        world.own_case_commands.announce_attachment(case.case_number, announced, world.now)


@pytest.mark.requirement("A6", "N3")
def test_evidence_is_taken_for_as_long_as_the_conclusion_may_be_disputed() -> None:
    world = World()
    case = reported(world)
    announced = {"kind": "evidence", "content_type": "application/pdf", "size": 1}
    assert case.concluded_at is not None
    world.now = case.concluded_at + world.disputes.period
    assert world.own_case_commands.announce_attachment(case.case_number, announced, world.now)
    world.now += timedelta(days=1)
    with pytest.raises(Conflict, match="dispute_period_over"):
        world.own_case_commands.announce_attachment(case.case_number, announced | {"size": 2}, world.now)
