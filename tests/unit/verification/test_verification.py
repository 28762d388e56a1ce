"""Verification by the institution: every answer has its end, and each deadline its record."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.applications.institution_list import InstitutionName, Institutions
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.held_by_history import held_by_history
from degree_auth.domain.cases.ledger import ledger
from degree_auth.domain.cases.restarts import LOOKS_AGAIN
from degree_auth.domain.cases.stages import HeldBy, Machine, Outcome, Stage
from degree_auth.domain.cases.task import TaskStatus
from degree_auth.domain.notifications.public_event import public_event
from degree_auth.domain.reports.printable import UnprintableCharacter
from degree_auth.domain.shared.errors import Conflict, Forbidden, Invalid, NotFound
from degree_auth.domain.shared.working_days import SHANGHAI, Calendar, beginning_of, shanghai_day
from degree_auth.domain.verification.deadlines import (
    LOOK_AGAIN_WITHOUT_NOTICE,
    LOOKS_APART,
    next_look,
)
from tests.doubles.world import World, lead_of, principal
from tests.samples.feedback import denial_of

CALENDAR = published_calendar()


def types(world: World, case: Case) -> list[EventType]:
    return [event.type for event in world.cases.log(case.case_number)]


def task_of(case: Case) -> str:
    assert case.task is not None
    return case.task.task_id


def written(world: World, case: Case, form: dict[str, object]) -> None:
    """Put a written form where staff would."""
    world.documents.objects[f"case-forms/{case.case_number}/feedback.json"] = json.dumps(form).encode()
    world.documents.objects[f"case-forms/{case.case_number}/feedback.pdf"] = b"%PDF-1.7 a synthetic form"


@pytest.mark.requirement("A3", "A12")
def test_a_task_is_routed_once_with_ten_working_days() -> None:
    world = World()
    case = world.asked()
    assert case.task is not None
    assert (case.task.department_id, case.task.due) == (None, date(2026, 12, 7))
    assert world.attend(case) == case
    assert types(world, case).count(EventType.TASK_ROUTED) == 1


@pytest.mark.requirement("A4", "A5", "N1", "N2")
def test_a_verified_degree_is_reported_once_on_the_institutions_word() -> None:
    world = World()
    case = world.asked()
    for _ in range(3):
        answered = world.answer(case, "verified")
    assert (answered.stage, answered.basis) == (Stage.ISSUING, "institution")
    assert types(world, case).count(EventType.FEEDBACK_RECEIVED) == 1
    concluded = world.drive(case.case_number)
    assert concluded.outcome is Outcome.REPORTED
    assert concluded.report is not None
    facts = world.cases.reports[concluded.report.report_number].facts
    assert (facts["basis"], facts["discipline"]) == ("institution", "园艺学")
    assert world.answer(case, "verified") == concluded
    with pytest.raises(Conflict, match="report_already_issued"):
        world.answer(case, "not_awarded")


@pytest.mark.requirement("A5", "A12", "N2")
def test_archive_values_are_reported_only_after_a_reviewer_accepts_them() -> None:
    world = World()
    case = world.asked()
    case = world.answer(case, "partly_inconsistent", archive_values={"degree.discipline": "园林"})
    assert (case.stage, case.held_by) == (Stage.VERIFICATION, HeldBy.CENTRE)
    assert world.drive(case.case_number).report is None
    done = world.staff("accept_archive_values", case, command="accept", reason="以档案为准")
    assert world.staff("accept_archive_values", case, command="accept", reason="以档案为准").case == done.case
    concluded = world.drive(case.case_number)
    assert concluded.report is not None
    assert world.cases.reports[concluded.report.report_number].facts["discipline"] == "园林"
    timeline = world.own_case.status(case.case_number, world.now)["timeline"]
    assert "以档案为准" in next(one["zh"] for one in timeline if one["event"] == "archive_values_accepted")


@pytest.mark.requirement("A4", "N2")
def test_archive_values_in_doubt_are_asked_about_again_and_never_accepted_afterwards() -> None:
    world = World()
    case = world.answer(world.asked(), "partly_inconsistent", archive_values={"degree.discipline": "园林"})
    institution = task_of(case), case.institution_code
    case = world.staff("redirect_task", case, reason="请再核", institution_code=institution[1]).case
    assert task_of(case) == f"{case.case_number}-2"
    with pytest.raises(Conflict, match="no_archive_values"):
        world.staff("accept_archive_values", case, command="accept", reason="以档案为准")


@pytest.mark.requirement("A5", "N6")
@pytest.mark.parametrize(
    ("result", "outcome"),
    [("not_awarded", "not_confirmed"), ("no_such_person", "not_confirmed"), ("cannot_verify", "cannot_verify")],
)
def test_a_negative_answer_ends_the_case_with_a_written_notice(result: str, outcome: str) -> None:
    world = World()
    case = world.denied(result)
    assert case.report is None
    status = world.own_case.status(case.case_number, world.now)
    assert (status["stage"], status["outcome"], status["held_by"]) == ("concluded", outcome, "nobody")
    assert status["notice"]["code"] == f"notice_{result}"
    assert "再次核查" in status["notice"]["dispute"]["zh"]
    assert world.answer(case, result) == case
    with pytest.raises(Conflict, match="already_answered"):
        world.answer(case, "verified")


@pytest.mark.requirement("A4", "A9", "N1")
def test_what_is_not_this_institutions_goes_on_to_the_right_one_and_back_to_none() -> None:
    world = World()
    first = world.answer(world.asked(), "not_this_institution")
    former = lead_of(first)
    assert (first.stage, first.held_by) == (Stage.VERIFICATION, HeldBy.CENTRE)
    with pytest.raises(Conflict, match="institution_returned_task"):
        world.staff("redirect_task", first, reason="转送", institution_code=former.institution_code)
    other = "10003" if former.institution_code != "10003" else "10001"
    case = world.attend(world.staff("redirect_task", first, reason="转送", institution_code=other).case)
    assert case.task is not None
    assert (case.held_by, case.task.institution_code, case.task.routed) == (HeldBy.INSTITUTION, other, True)
    assert len(world.cases.tasks) == 2
    with pytest.raises(NotFound):
        world.answer(case, "verified", former)
    again = {"result": "not_this_institution", "handler": "经办人"}
    assert world.verification.receive_feedback(former, task_of(first), again, world.now) == case
    assert world.answer(case, "verified").held_by is HeldBy.CENTRE
    world.staff("accept_archive_values", case, command="accept", reason="授予单位已核实")
    assert world.drive(case.case_number).outcome is Outcome.REPORTED


@pytest.mark.requirement("A5", "A10", "N2", "N6")
@pytest.mark.parametrize("result", ["verified", "partly_inconsistent"])
def test_a_report_names_the_institution_that_confirmed_and_not_the_one_that_denied(result: str) -> None:
    world = World()
    case = world.answer(world.asked(), "not_this_institution")
    other = next(code for code in ("10001", "10003") if code != case.institution_code)
    case = world.attend(world.staff("redirect_task", case, command="on", reason="转送", institution_code=other).case)
    asked = world.forms.form(lead_of(case), task_of(case), world.now)["claim"]["degree"]
    name = shipped_institutions().names(other, world.records[0].award_date)[0]
    assert (asked["institution_code"], asked["institution_name"]) == (other, name)
    more = {"archive_values": {"degree.discipline": "园林"}} if result == "partly_inconsistent" else {}
    answered = world.answer(case, result, **more)
    assert (answered.stage, world.drive(case.case_number).report) == (Stage.VERIFICATION, None)
    case = world.staff("accept_archive_values", case, command="accept", reason="授予单位已核实").case
    accepted = world.cases.log(case.case_number)[-1].data
    assert {"degree.institution_code", "degree.institution_name"} <= set(accepted["fields"])
    told = world.own_case.status(case.case_number, world.now)["timeline"]
    assert [name in one["zh"] for one in told if one["event"] == "task_redirected"] == [True]
    case = world.drive(case.case_number)
    assert case.report is not None
    assert case.institution_code == other
    assert world.cases.reports[case.report.report_number].facts["institution_name"] == name
    assert world.keep_register(case).institution_code == other


@pytest.mark.requirement("A3", "N5")
def test_a_task_goes_to_an_institution_that_is_listed_or_registered_and_to_no_other() -> None:
    world = World()
    case = world.answer(world.asked(), "not_this_institution")
    with pytest.raises(Invalid) as refused:
        world.staff("redirect_task", case, command="a", reason="转送", institution_code="99999")
    problems = [(one.field, one.code) for one in refused.value.problems]
    assert problems == [("institution_code", "institution_not_known")]
    world.registrations.names["99999"] = "某研究院"
    case = world.staff("redirect_task", case, command="b", reason="转送", institution_code="99999").case
    assert (case.task.institution_code if case.task else None) == "99999"


@pytest.mark.requirement("A3")
def test_a_task_for_an_institution_that_was_merged_goes_to_its_successor() -> None:
    world = World()
    case = world.asked()
    assert case.task is not None
    merged = date(2026, 11, 1)
    successors = Institutions(
        [
            InstitutionName("90001", "甲大学", None, merged, "90002"),
            InstitutionName("90002", "乙大学", None, merged, "90003"),
            InstitutionName("90003", "丙大学"),
        ]
    )
    world.review = replace(world.review, institutions=successors)
    first = world.answer(case, "not_this_institution")
    case = world.attend(world.staff("redirect_task", first, reason="转送", institution_code="90001").case)
    assert case.task is not None
    assert case.task.institution_code == "90003"
    returned = world.answer(case, "not_this_institution")
    with pytest.raises(Conflict, match="institution_returned_task"):
        world.staff("redirect_task", returned, command="again", reason="转送", institution_code="90002")


@pytest.mark.requirement("A12", "A4")
def test_material_for_the_institution_stops_the_clock_and_the_same_task_goes_on() -> None:
    world = World()
    case = world.asked()
    world.now += timedelta(days=3)
    case = world.answer(case, "needs_material")
    assert (case.stage, case.held_by) == (Stage.AWAITING_APPLICANT, HeldBy.APPLICANT)
    with pytest.raises(Conflict, match="waiting_for_applicant"):
        world.answer(case, "verified")
    world.now += timedelta(days=10)
    case = world.supplied(case)
    case = world.attend(case)
    assert (case.stage, task_of(case)) == (Stage.VERIFICATION, f"{case.case_number}-1")
    assert case.task is not None
    # Three working days were used until Thursday 26 November; seven are left from Sunday 6 December on.
    assert case.task.counted_due(CALENDAR) == case.task.due == date(2026, 12, 15)
    assert (
        ledger(held_by_history(world.cases.log(case.case_number), world.now), world.now, CALENDAR).used(
            HeldBy.INSTITUTION
        )
        == 3
    )
    assert world.drive(world.answer(case, "verified").case_number).report is not None


@pytest.mark.requirement("A4", "N2")
def test_a_claim_that_changed_meanwhile_is_compared_again_and_the_old_task_is_closed() -> None:
    world = World()
    case = world.attach(world.answer(world.asked(), "needs_material"), kind="supplement")
    world.own_case_commands.supplement(case.case_number, {"degree": {"discipline": "法语"}}, world.now)
    with pytest.raises(Conflict, match="task_closed"):
        world.answer(case, "verified")
    reviewed = world.drive(case.case_number)
    assert reviewed.stage is Stage.MATERIAL_REVIEW
    assert task_of(world.staff("confirm_material", reviewed, command="again").case) == f"{case.case_number}-2"


@pytest.mark.requirement("A4", "N1")
def test_an_answer_after_withdrawal_is_refused_and_changes_nothing() -> None:
    world = World()
    case = world.asked()
    withdrawn = world.own_case_commands.withdraw(case.case_number, world.now)
    with pytest.raises(Conflict, match="application_withdrawn"):
        world.answer(case, "verified")
    assert withdrawn.task is not None
    assert withdrawn.task.status is TaskStatus.CLOSED
    assert world.cases.load(case.case_number) == withdrawn


@pytest.mark.requirement("A12")
def test_reminder_and_breach_are_recorded_once_after_the_right_local_midnight_and_a_late_answer_counts() -> None:
    world = World()
    case = world.asked()
    seen: list[tuple[EventType, datetime]] = []
    for _ in range(40):
        case, look = world.clock.attend(case.case_number, world.now)
        assert world.now < look <= world.now + LOOKS_AGAIN + LOOKS_APART
        world.now = look
        case = world.attend(case)
        log = world.cases.log(case.case_number)
        seen = [(one.type, one.at) for one in log if one.type in (EventType.TASK_REMINDED, EventType.TASK_OVERDUE)]
    days = {EventType.TASK_REMINDED: date(2026, 12, 3), EventType.TASK_OVERDUE: date(2026, 12, 8)}
    assert [kind for kind, _ in seen] == list(days)
    assert all(timedelta(0) <= at - beginning_of(days[kind]) < LOOKS_APART for kind, at in seen)
    assert world.own_case.status(case.case_number, world.now)["clock"]["promise_broken"]
    assert world.drive(world.answer(case, "verified").case_number).report is not None


@pytest.mark.requirement("A12", "N5")
def test_a_deadline_out_of_all_reach_is_refused_before_its_days_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    case = world.asked()
    counted: list[date] = []
    is_working_day = Calendar.is_working_day

    def counting(calendar: Calendar, day: date) -> bool:
        counted.append(day)
        return is_working_day(calendar, day)

    monkeypatch.setattr(Calendar, "is_working_day", counting)
    body = {"due": "9999-12-31", "reason": "需赴校外档案馆"}
    with pytest.raises(Invalid):
        world.verification.announce_extension(lead_of(case), task_of(case), body, world.now)
    assert len(counted) < 1000


@pytest.mark.requirement("A12")
def test_an_extension_is_announced_before_the_deadline_or_refused() -> None:
    world = World()
    case = world.asked()
    lead = lead_of(case)

    def extend(due: str) -> Case:
        body = {"due": due, "reason": "需赴校外档案馆"}
        return world.verification.announce_extension(lead, task_of(case), body, world.now)

    for due, code in (
        ("9999-12-31", "extension_too_long"),
        ("2026-12-04", "extension_not_later"),
        ("2026-12-12", "extension_not_working_day"),
        ("2027-06-01", "extension_too_long"),
        ("soon", "date_format"),
    ):
        with pytest.raises(Invalid) as refused:
            extend(due)
        assert [(one.field, one.code) for one in refused.value.problems] == [("due", code)]
    world.now = datetime(2026, 12, 7, 23, 59, tzinfo=SHANGHAI)
    extended = extend("2026-12-14")
    assert extend("2026-12-14") == extended
    assert extended.task is not None
    assert (extended.task.due, extended.task.allowed_days) == (date(2026, 12, 14), 15)
    assert "2026-12-14" in world.own_case.status(case.case_number, world.now)["timeline"][-1]["zh"]
    world.now = datetime(2026, 12, 15, 0, 0, tzinfo=SHANGHAI)
    with pytest.raises(Conflict, match="extension_too_late"):
        extend("2026-12-21")


@pytest.mark.requirement("A9")
def test_reassignment_keeps_the_clock_and_moves_who_sees_the_task() -> None:
    world = World()
    case = world.asked()
    code = case.institution_code
    world.registrations.departments.add((code, "archive"))
    lead = lead_of(case)
    archive, other = principal("a", code, "archive", 2), principal("b", code, "office", 2)
    with pytest.raises(NotFound):
        world.answer(case, "verified", archive)
    with pytest.raises(NotFound):
        world.verification.reassign(archive, task_of(case), {"department_id": "office", "reason": "x"}, world.now)
    world.now += timedelta(days=2)
    moved = world.verification.reassign(lead, task_of(case), {"department_id": "archive", "reason": "归档"}, world.now)
    assert case.task is not None
    assert moved.task is not None
    assert (moved.task.department_id, moved.task.due, moved.held_by) == ("archive", case.task.due, HeldBy.INSTITUTION)
    with pytest.raises(Forbidden, match="lead_department_only"):
        world.verification.reassign(archive, task_of(case), {"department_id": None, "reason": "x"}, world.now)
    with pytest.raises(Invalid):
        world.verification.reassign(lead, task_of(case), {"department_id": "nowhere", "reason": "x"}, world.now)
    with pytest.raises(NotFound):
        world.answer(case, "verified", other)
    with pytest.raises(Forbidden, match="verifying_department_only"):
        world.answer(case, "verified", lead)
    assert world.answer(case, "verified", archive).stage is Stage.ISSUING


@pytest.mark.requirement("A9", "N4")
@pytest.mark.parametrize("task_id", ["", "x", "-1", "RZ20261123AAAAAAAA-1", "RZ20261123AAAAAAAA-9"])
def test_a_task_of_another_institution_is_not_found_like_one_that_does_not_exist(task_id: str) -> None:
    world = World()
    case = world.asked()
    stranger = principal("s", "99999", None, 1)
    for number in (task_id, task_of(case)):
        with pytest.raises(NotFound):
            world.verification.receive_feedback(stranger, number, {}, world.now)


@pytest.mark.requirement("A12")
def test_urgent_handling_is_approved_with_a_reason_and_shortens_the_deadline() -> None:
    world = World()
    case = world.asked()
    world.now += timedelta(days=2)
    case = world.staff("approve_urgency", case, reason="出国签证").case
    assert case.task is not None
    assert (case.urgent, case.task.due) == (True, date(2026, 11, 30))
    early = world.attach(world.submit(world.body(1, discipline="园艺学")))
    world.staff("approve_urgency", early, reason="出国签证", command="u")
    task = world.attend(world.staff("confirm_material", early, command="c").case).task
    assert task is not None
    assert task.due == CALENDAR.add_working_days(date(2026, 11, 25), 3)


@pytest.mark.requirement("A12")
def test_a_notice_that_arrives_later_recounts_an_open_deadline_once() -> None:
    world = World()
    case = world.asked()
    free = Calendar("2026-12-01", CALENDAR.announced, CALENDAR.free_weekdays | {date(2026, 12, 2)}, frozenset())
    clock = replace(world.clock, calendar=free)
    case, _ = clock.attend(case.case_number, world.now)
    assert clock.attend(case.case_number, world.now)[0] == case
    assert case.task is not None
    assert case.task.due == date(2026, 12, 8)
    assert types(world, case).count(EventType.DEADLINE_RECOUNTED) == 1


@pytest.mark.requirement("A12", "N6")
def test_a_deadline_in_a_year_without_notice_is_marked_until_the_notice_comes() -> None:
    world = World()
    until_2026 = frozenset(range(2004, 2027))
    free = frozenset(day for day in CALENDAR.free_weekdays if day.year in until_2026)
    before = Calendar("2025-11-04", until_2026, free, frozenset())
    world.publish(before)
    world.now = datetime(2026, 12, 21, 10, 0, tzinfo=SHANGHAI)
    case = world.asked()
    assert case.task is not None
    assert case.task.due == date(2027, 1, 4)
    routed = world.cases.log(case.case_number)[-1]
    assert public_event(routed.as_dict())["facts"]["provisional"] is True
    body = {"due": "2027-01-08", "reason": "需赴校外档案馆"}
    world.verification.announce_extension(lead_of(case), task_of(case), body, world.now)
    status = world.own_case.status(case.case_number, world.now)
    assert (status["clock"]["provisional"], status["clock"]["promise_broken"]) == (True, False)
    assert "2027-01-08（放假安排公布前为暂定）" in status["timeline"][-1]["zh"]
    assert "provisional" in status["timeline"][-1]["en"]
    world.publish(Calendar("2026-12-22", until_2026 | {2027}, free | {date(2027, 1, 1)}, frozenset()))
    case = world.attend(case)
    assert case.task is not None
    assert case.task.due == date(2027, 1, 11)
    recounted = world.cases.log(case.case_number)[-1]
    assert (recounted.type, recounted.data["due"]) == (EventType.DEADLINE_RECOUNTED, "2027-01-11")
    assert "provisional" not in recounted.data
    assert world.attend(case) == case
    assert not world.own_case.status(case.case_number, world.now)["clock"]["provisional"]


@pytest.mark.requirement("A14", "N3")
def test_a_written_form_from_before_the_applicant_supplied_what_was_asked_is_refused() -> None:
    world = World()
    case = world.answer(world.asked(), "needs_material")
    written(world, case, {"result": "verified", "handler": "经办人", "archive_reference": "档-1"})
    world.registrations.letters.add((case.institution_code, "letter-7"))
    asked_on = shanghai_day(world.now)
    world.now += timedelta(days=10)
    case = world.attend(world.supplied(case))
    for received_on in (asked_on, shanghai_day(world.now) - timedelta(days=1)):
        given = {"exemption": "letter-7", "received_on": received_on.isoformat()}
        with pytest.raises(Invalid) as refused:
            world.staff("record_written_feedback", case, command="r", **given)
        assert [one.code for one in refused.value.problems] == ["received_before_task"]
    given = {"exemption": "letter-7", "received_on": shanghai_day(world.now).isoformat()}
    assert world.staff("record_written_feedback", case, command="r", **given).case.task.written is not None


@pytest.mark.requirement("A14", "N3")
def test_a_written_form_needs_an_exemption_and_a_second_person_and_counts_from_its_receipt() -> None:
    world = World()
    case = world.asked()
    form = {"result": "verified", "handler": "经办人", "archive_reference": "档-1"}
    written(world, case, form)
    more = {"exemption": "letter-7", "received_on": "2026-12-07"}
    world.now = datetime(2026, 12, 9, 10, 0, tzinfo=SHANGHAI)
    with pytest.raises(Conflict, match="exemption_required"):
        world.staff("record_written_feedback", case, command="r", **more)
    world.registrations.letters.add((case.institution_code, "letter-7"))
    for received_on, code in (("2026-12-10", "date_in_future"), ("2026-11-22", "received_before_task")):
        with pytest.raises(Invalid) as refused:
            world.staff("record_written_feedback", case, command="r", **{**more, "received_on": received_on})
        assert [one.code for one in refused.value.problems] == [code]
    scan = world.documents.objects.pop(f"case-forms/{case.case_number}/feedback.pdf")
    with pytest.raises(NotFound):
        world.staff("record_written_feedback", case, command="r", **more)
    world.documents.objects[f"case-forms/{case.case_number}/feedback.pdf"] = b"GIF"
    with pytest.raises(Conflict, match="written_scan_type"):
        world.staff("record_written_feedback", case, command="r", **more)
    written(world, case, form)
    recorded = world.staff("record_written_feedback", case, command="r", **more).case
    digest = world.cases.log(case.case_number)[-1].data["scan"]
    assert world.documents.objects[f"attachments/{case.case_number}/{digest[:32]}/{digest}"] == scan
    assert recorded.stage is Stage.VERIFICATION
    assert world.attend(recorded) == recorded, "received in time, so no breach is recorded"
    with pytest.raises(Conflict, match="second_person_required"):
        world.staff("confirm_written_feedback", case, command="c")
    confirmed = world.staff("confirm_written_feedback", case, command="c", reviewer="reviewer-2").case
    assert confirmed.stage is Stage.ISSUING
    log = world.cases.log(case.case_number)
    used = ledger(held_by_history(log, world.now), world.now, CALENDAR)
    assert (used.used(HeldBy.INSTITUTION), used.used(HeldBy.CENTRE)) == (10, 2)
    assert world.drive(case.case_number).report is not None


@pytest.mark.requirement("A13", "A14")
@pytest.mark.parametrize(("name", "field"), [("feedback.json", "form_sha256"), ("feedback.pdf", "scan_sha256")])
def test_a_written_form_is_recorded_from_the_files_that_were_measured(name: str, field: str) -> None:
    world = World()
    case = world.asked()
    world.registrations.letters.add((case.institution_code, "letter-7"))
    written(world, case, {"result": "verified", "handler": "经办人", "archive_reference": "档-1"})
    place = f"case-forms/{case.case_number}/{name}"
    seen = {field: world.documents.sha256(place)}
    world.documents.objects[place] += b" "
    more = {"exemption": "letter-7", "received_on": f"{shanghai_day(world.now)}"}
    with pytest.raises(Invalid) as refused:
        world.staff("record_written_feedback", case, **more, **seen)
    assert [(one.field, one.code) for one in refused.value.problems] == [(field, "staff_file_differs")]
    assert world.cases.load(case.case_number) == case


@pytest.mark.requirement("N1", "N3")
def test_a_written_form_from_before_its_scan_was_noted_is_still_read_and_shown() -> None:
    world = World()
    case = world.asked()
    world.registrations.letters.add((case.institution_code, "letter-7"))
    written(world, case, {"result": "verified", "handler": "经办人", "archive_reference": "档-1"})
    more = {"exemption": "letter-7", "received_on": f"{shanghai_day(world.now)}"}
    world.staff("record_written_feedback", case, command="r", **more)
    log = list(world.cases.log(case.case_number))
    former = replace(log[-1], data={name: value for name, value in log[-1].data.items() if not name.startswith("scan")})
    read = replay([*log[:-1], former])
    assert read.task is not None
    assert read.task.written is not None
    assert read.task.written.scan == ""
    world.cases.logs[case.case_number][-1] = former
    shown = world.staff("open_review", case)
    sheet = world.documents.objects[f"review/{case.case_number}/sheet.html"].decode()
    assert shown.location is not None
    assert "没有可供查看的扫描件" in sheet


@pytest.mark.requirement("A10", "A14", "N3")
def test_the_second_person_is_shown_the_form_that_was_recorded_and_confirms_that_one_alone() -> None:
    world = World()
    case = world.asked()
    world.registrations.letters.add((case.institution_code, "letter-7"))
    more = {"exemption": "letter-7", "received_on": f"{shanghai_day(world.now)}"}
    written(world, case, denial_of("not_awarded"))
    world.staff("record_written_feedback", case, command="one", **more)
    seen = world.staff("open_review", case, reviewer="reviewer-2").case.version
    # The first person records another form, and puts the honest one back beside the paper.
    written(world, case, {"result": "verified", "handler": "经办人", "archive_reference": "档-伪"})
    world.staff("record_written_feedback", case, command="two", **more)
    written(world, case, denial_of("not_awarded"))
    with pytest.raises(Conflict, match="case_changed"):
        world.staff("confirm_written_feedback", case, command="c", reviewer="reviewer-2", version=seen)
    world.staff("open_review", case, reviewer="reviewer-2")
    sheet = world.documents.objects[f"review/{case.case_number}/sheet.html"].decode()
    shown = sheet.partition("<h2>书面反馈")[2].partition("<h2>")[0]
    assert "属实" in shown
    assert "档-伪" in shown
    assert "staff:reviewer-1" in shown
    scan = world.cases.log(case.case_number)[-1].data["scan"]
    assert f"copies/{case.case_number}/{scan[:32]}/{scan}" in shown


@pytest.mark.requirement("A10", "A14")
def test_a_form_that_nobody_has_to_confirm_any_more_is_not_shown_as_waiting() -> None:
    world = World()
    case = world.asked()
    world.registrations.letters.add((case.institution_code, "letter-7"))
    written(world, case, denial_of("not_awarded"))
    day = f"{shanghai_day(world.now)}"
    world.staff("record_written_feedback", case, command="r", exemption="letter-7", received_on=day)
    world.staff("confirm_written_feedback", case, command="c", reviewer="reviewer-2")
    world.staff("open_review", case)
    assert "<h2>书面反馈" not in world.documents.objects[f"review/{case.case_number}/sheet.html"].decode()


@pytest.mark.requirement("A12", "A14")
@pytest.mark.parametrize(("received_on", "overdue"), [("2026-12-07", False), ("2026-12-08", True)])
def test_log_list_form_figures_and_metric_agree_whether_a_written_form_came_in_time(
    received_on: str, overdue: bool
) -> None:
    world = World()
    case = world.asked()
    world.registrations.letters.add((case.institution_code, "letter-7"))
    world.now = datetime(2026, 12, 8, 9, 0, tzinfo=SHANGHAI)
    written(world, case, denial_of("not_awarded"))
    world.staff("record_written_feedback", case, command="r", exemption="letter-7", received_on=received_on)
    world.now = datetime(2026, 12, 16, 10, 0, tzinfo=SHANGHAI)
    case = world.attend(world.cases.load(case.case_number))
    lead = lead_of(case)
    (entry,) = world.desk.page(lead, {}, world.now)["tasks"]
    figures = world.desk.progress(lead, world.now)["institution"]
    assert (EventType.TASK_OVERDUE in types(world, case)) is overdue
    assert entry["overdue"] is overdue
    assert world.forms.form(lead, task_of(case), world.now)["deadline"]["overdue"] is overdue
    assert (figures["open"], figures["overdue"], figures["due_soon"]) == (1, int(overdue), 0)
    assert world.reconcile().oldest_overdue_days == (9 if overdue else 0)


@pytest.mark.requirement("A14")
def test_a_form_received_in_time_but_entered_after_the_breach_ends_the_breach() -> None:
    world = World()
    case = world.asked()
    world.registrations.letters.add((case.institution_code, "letter-7"))
    world.now = datetime(2026, 12, 8, 9, 0, tzinfo=SHANGHAI)
    case = world.attend(case)
    assert EventType.TASK_OVERDUE in types(world, case)
    written(world, case, denial_of("not_awarded"))
    world.staff("record_written_feedback", case, command="r", exemption="letter-7", received_on="2026-12-07")
    (entry,) = world.desk.page(lead_of(case), {}, world.now)["tasks"]
    assert not entry["overdue"]
    assert not world.forms.form(lead_of(case), task_of(case), world.now)["deadline"]["overdue"]
    assert world.reconcile().oldest_overdue_days == 0


@pytest.mark.requirement("A14", "N1")
def test_an_answer_in_the_system_settles_a_task_whose_written_form_waits() -> None:
    world = World()
    case = world.asked()
    world.registrations.letters.add((case.institution_code, "letter-7"))
    form = denial_of("not_awarded")
    written(world, case, form)
    world.staff("record_written_feedback", case, command="r", exemption="letter-7", received_on="2026-11-23")
    world.answer(case, "verified")
    with pytest.raises(Conflict):
        world.staff("confirm_written_feedback", case, command="c", reviewer="reviewer-2")


@pytest.mark.requirement("N4")
def test_the_log_holds_nothing_of_the_form_in_clear() -> None:
    world = World()
    case = world.asked()
    secret = {"handler": "秘密经办", "remark": "秘密备注", "archive_values": {"holder.name": "秘密姓名"}}
    world.answer(case, "partly_inconsistent", **secret)
    log = json.dumps([event.as_dict() for event in world.cases.log(case.case_number)], ensure_ascii=False)
    assert "秘密" not in log
    assert '"holder.name"' in log


@pytest.mark.requirement("A2", "N2")
def test_a_rare_character_parks_a_verified_case_and_its_release_keeps_the_institutions_word() -> None:
    world = World()
    case = world.answer(world.asked(), "verified")
    world.press.failing = UnprintableCharacter(("\U0003134a",))
    assert world.issue(case).stage is Stage.PARKED
    world.press.failing = None
    world.staff("release", case, reason="字体已更新", command="release")
    assert world.drive(case.case_number).outcome is Outcome.REPORTED


@pytest.mark.requirement("A10", "N2")
def test_a_claim_corrected_after_the_institutions_word_is_never_issued_on_it() -> None:
    world = World()
    case = world.answer(world.asked(), "verified")
    world.press.failing = UnprintableCharacter(("\U0003134a",))
    world.issue(case)
    world.press.failing = None
    corrected = world.staff("correct_claim", case, command="x", reason="更正", degree={"discipline": "法语"}).case
    assert (corrected.stage, corrected.basis) == (Stage.RECEIVED, None)
    assert world.drive(case.case_number).stage is Stage.MATERIAL_REVIEW
    assert not world.cases.reports


@pytest.mark.requirement("N1")
def test_a_task_without_a_live_machine_is_brought_back() -> None:
    world = World()
    case = world.asked()
    world.workflows.running = {machine: set() for machine in Machine}
    # The task's machine, and that of the register change beside it.
    assert world.reconcile().started == 2
    assert world.workflows.live_cases(Machine.VERIFICATION) == {case.case_number}


@pytest.mark.requirement("A12")
def test_an_answered_task_is_looked_at_again_after_a_week_at_the_latest() -> None:
    world = World()
    case = world.answer(world.asked(), "not_this_institution")
    now = datetime(2027, 3, 1, tzinfo=UTC)
    assert now + LOOKS_AGAIN <= next_look(case, now, CALENDAR) < now + LOOKS_AGAIN + LOOKS_APART


@pytest.mark.requirement("A12")
def test_a_deadline_in_a_year_without_a_notice_is_looked_at_daily_because_its_notice_may_move_it() -> None:
    world = World()
    case = world.asked()
    assert world.attend(case).task is not None
    without_notice = replace(CALENDAR, announced=CALENDAR.announced - {2026})
    look = next_look(case, world.now, without_notice)
    assert look < world.now + LOOK_AGAIN_WITHOUT_NOTICE + LOOKS_APART
    assert next_look(case, world.now, CALENDAR) > look


@pytest.mark.requirement("A4", "N1")
def test_what_is_asked_a_second_time_is_supplied_a_second_time() -> None:
    world = World()
    case = world.asked()
    for reason in ("请补充成绩单", "还缺授位名单"):
        case = world.answer(case, "needs_material", reason=reason)
        case = world.supplied(case)
        assert case.stage is Stage.VERIFICATION
        assert world.own_case_commands.supplement(case.case_number, {}, world.now) == case
    assert types(world, case).count(EventType.APPLICATION_SUPPLEMENTED) == 2


@pytest.mark.requirement("A10", "N1")
def test_what_staff_ask_a_second_time_is_supplied_a_second_time() -> None:
    world = World()
    case = world.mismatched()
    for command in ("first", "second"):
        more = {"reason": "请补正", "fields": ["certificate_scan"]}
        case = world.staff("return_to_applicant", case, command=command, **more).case
        case = world.supplied(case)
        assert world.drive(case.case_number).stage is Stage.MATERIAL_REVIEW


@pytest.mark.requirement("A4", "N1")
def test_a_late_repeat_of_an_answer_does_not_ask_the_applicant_again() -> None:
    world = World()
    case = world.asked()
    world.answer(case, "needs_material", reason="请补充成绩单")
    world.supplied(case)
    world.answer(case, "needs_material", reason="还缺授位名单")
    resumed = world.supplied(case)
    for reason in ("请补充成绩单", "还缺授位名单"):
        assert world.answer(case, "needs_material", reason=reason) == resumed
    assert world.answer(case, "verified").stage is Stage.ISSUING


@pytest.mark.requirement("A2", "A4", "N5")
@pytest.mark.parametrize(
    ("field", "claimed", "written"),
    [
        ("holder.name", "Zhang San", str.upper),
        ("degree.discipline", "Software Engineering", str.lower),
        ("degree.category", None, "{}学位".format),
    ],
)
def test_an_archive_value_that_matching_calls_equal_is_the_claimed_one(
    field: str, claimed: str | None, written: Callable[[str], str]
) -> None:
    world = World()
    body = world.body(discipline="园艺学")
    section, _, name = field.partition(".")
    claimed = body[section][name] = claimed or body[section][name]
    case = world.attach(world.submit(body))
    case = world.attend(world.staff("confirm_material", case).case)
    archived = written(claimed)
    with pytest.raises(Invalid) as refused:
        world.answer(case, "partly_inconsistent", archive_values={field: archived})
    assert (f"archive_values.{field}", "archive_values_same") in {(p.field, p.code) for p in refused.value.problems}


@pytest.mark.requirement("A4", "A14", "N5")
def test_archive_values_that_break_a_rule_are_refused_when_they_are_given() -> None:
    world = World()
    case = world.asked()
    born = world.records[0].award_date.isoformat()
    values = {"holder.birth_date": born, "degree.discipline": "园艺学"}
    expected = {
        ("archive_values.degree.award_date", "award_before_birth"),
        ("archive_values.degree.discipline", "archive_values_same"),
    }
    with pytest.raises(Invalid) as refused:
        world.answer(case, "partly_inconsistent", archive_values=values)
    assert expected <= {(one.field, one.code) for one in refused.value.problems}
    form = {"result": "partly_inconsistent", "handler": "经办人", "archive_reference": "档", "archive_values": values}
    written(world, case, form)
    assert case.task is not None
    world.registrations.letters.add((case.task.institution_code, "letter"))
    day = world.now.astimezone(SHANGHAI).date().isoformat()
    with pytest.raises(Invalid) as refused:
        world.staff("record_written_feedback", case, command="w", exemption="letter", received_on=day)
    assert expected <= {(one.field, one.code) for one in refused.value.problems}
    assert world.cases.load(case.case_number) == case


@pytest.mark.requirement("A12")
def test_urgent_handling_that_is_approved_while_the_applicant_is_asked_shortens_the_task_that_goes_on() -> None:
    world = World()
    case = world.answer(world.asked(), "needs_material")
    world.staff("approve_urgency", case, command="urgent", reason="升学")
    case = world.attend(world.supplied(case))
    assert case.task is not None
    assert (case.task.allowed_days, case.task.due) == (3, date(2026, 11, 26))
