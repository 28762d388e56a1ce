"""Scans of written forms go the way of every other file: examined, shown as copies, withdrawn, ended."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from degree_auth.adapters.shared.retention import published_retention
from degree_auth.domain.cases.attachment import Attachment, AttachmentState, ScannedFile
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.retention import overdue_files
from degree_auth.domain.shared.errors import Conflict, Unavailable
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.cases.attachment_keys import copy_key, stored_key
from degree_auth.services.cases.attachments import withdraw_upload
from tests.doubles.world import World, lead_of
from tests.unit.verification.test_verification import written

pytestmark = pytest.mark.requirement("A10", "A14", "N1", "N4")
TERMS = published_retention()
SENT = b"%PDF-1.7 a synthetic form"
DIGEST = hashlib.sha256(SENT).hexdigest()
FORM: dict[str, object] = {"result": "verified", "handler": "经办人", "archive_reference": "档-1"}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def case(world: World) -> Case:
    asked = world.asked()
    world.registrations.letters.add((asked.institution_code, "letter-7"))
    written(world, asked, FORM)
    return asked


def record(world: World, case: Case, command: str = "record") -> Case:
    day = f"{shanghai_day(world.now)}"
    return world.staff("record_written_feedback", case, command=command, exemption="letter-7", received_on=day).case


def confirm(world: World, case: Case) -> Case:
    return world.staff("confirm_written_feedback", case, command="second person", reviewer="reviewer-2").case


def scan(world: World, case: Case) -> Attachment:
    """The scan as the case has it; the log tells the same."""
    log = world.cases.log(case.case_number)
    assert replay(log) == world.cases.load(case.case_number)
    (found,) = [one for one in replay(log).attachments if one.kind == "written_form"]
    return found


def scans(world: World) -> set[str]:
    return {key for key, content in world.documents.objects.items() if content.endswith(SENT)} - {
        key for key in world.documents.objects if key.startswith("case-forms/")
    }


def finding(case: Case) -> ScannedFile:
    return ScannedFile(case.case_number, DIGEST[:32], DIGEST)


def sheet(world: World, case: Case) -> str:
    world.staff("open_review", case, reviewer="reviewer-2")
    return world.documents.objects[f"review/{case.case_number}/sheet.html"].decode()


def test_the_scan_and_its_copy_are_kept_and_the_second_person_is_shown_the_copy(world: World, case: Case) -> None:
    recorded = record(world, case)
    kept = scan(world, recorded)
    copy = hashlib.sha256(b"copy of " + SENT).hexdigest()
    assert (kept.state, kept.sha256, kept.copy_sha256) == (AttachmentState.STORED, DIGEST, copy)
    entry = world.cases.log(case.case_number)[-1]
    assert (entry.data["scan"], entry.data["scan_copy"]) == (DIGEST, copy)
    original = stored_key(case.case_number, kept.attachment_id, DIGEST)
    shown = copy_key(case.case_number, kept.attachment_id, DIGEST)
    assert scans(world) == {original, shown}
    page = sheet(world, case).partition("<h2>书面反馈")[2]
    assert f"/{shown}?" in page
    assert "attachments/" not in sheet(world, case)


def test_a_bad_scan_is_refused_with_its_reason_and_nothing_is_changed_or_kept(world: World, case: Case) -> None:
    world.examiner.refuse[SENT] = "attachment_active"
    with pytest.raises(Conflict, match="attachment_active"):
        record(world, case)
    assert world.cases.load(case.case_number) == case
    assert scans(world) == set()
    world.examiner.refuse.clear()
    assert record(world, case).task.written is not None  # type: ignore[union-attr]


def test_an_examination_that_cannot_be_done_changes_nothing_and_is_made_up_for(world: World, case: Case) -> None:
    def broken() -> None:
        raise Unavailable("try_again")

    world.examiner.before_answer = broken
    with pytest.raises(Unavailable):
        record(world, case)
    assert world.cases.load(case.case_number) == case
    assert scans(world) == set()
    world.examiner.before_answer = lambda: None
    record(world, case)
    assert scan(world, case).is_stored


def test_a_scan_is_examined_once_though_its_form_is_recorded_again_or_others_change_the_case(
    world: World, case: Case
) -> None:
    examined = 0

    def meanwhile() -> None:
        nonlocal examined
        examined += 1
        world.staff("send_message", case, command="message", task_id=case.task_id, text="请尽快反馈")

    world.examiner.before_answer = meanwhile
    record(world, case)
    record(world, case, "again")
    assert examined == 1
    assert scan(world, case).is_stored


def test_of_a_form_that_is_refused_at_last_nothing_is_kept(world: World, case: Case) -> None:
    def meanwhile() -> None:
        world.examiner.before_answer = lambda: None
        world.answer(case, "verified")

    world.examiner.before_answer = meanwhile
    with pytest.raises(Conflict):
        record(world, case)
    assert scans(world) == set()


def test_a_form_that_is_refused_leaves_the_scan_that_another_execution_has_put_on_record_meanwhile(
    world: World, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_exempt = world.registrations.is_exempt
    asked: list[str] = []

    def changed_meanwhile() -> None:
        world.examiner.before_answer = lambda: None
        world.staff("send_message", case, command="message", task_id=case.task_id, text="请尽快反馈")

    def exempt(institution_code: str, exemption: str, day: date) -> bool:
        asked.append(exemption)
        if len(asked) == 2:  # the decision is made anew, on the case as it is before the other execution
            monkeypatch.setattr(world.registrations, "is_exempt", is_exempt)
            record(world, case, "another")
            return False
        return is_exempt(institution_code, exemption, day)

    world.examiner.before_answer = changed_meanwhile
    monkeypatch.setattr(world.registrations, "is_exempt", exempt)
    with pytest.raises(Conflict, match="exemption_required"):
        record(world, case)
    kept = scan(world, case)
    assert kept.is_stored
    original = stored_key(case.case_number, kept.attachment_id, DIGEST)
    assert scans(world) == {original, copy_key(case.case_number, kept.attachment_id, DIGEST)}


def test_a_finding_withdraws_the_scan_and_its_form_cannot_be_confirmed(world: World, case: Case) -> None:
    record(world, case)
    for _ in range(2):
        assert withdraw_upload(world.cases, world.documents, finding(case), world.now)
    kept = scan(world, case)
    assert (kept.state, kept.reason) == (AttachmentState.WITHDRAWN, "attachment_infected")
    assert scans(world) == {stored_key(case.case_number, kept.attachment_id, DIGEST)}
    page = sheet(world, case)
    assert copy_key(case.case_number, kept.attachment_id, DIGEST) not in page
    with pytest.raises(Conflict, match="written_scan_not_shown"):
        confirm(world, case)
    with pytest.raises(Conflict, match="attachment_infected"):
        record(world, case, "the same scan")
    clean = b"%PDF-1.7 scanned anew"
    world.documents.objects[f"case-forms/{case.case_number}/feedback.pdf"] = clean
    record(world, case, "another scan")
    assert f"/copies/{case.case_number}/" in sheet(world, case).partition("<h2>书面反馈")[2]
    assert confirm(world, case).stage is not case.stage


def test_a_finding_between_the_keeping_and_the_entry_is_told_again(world: World, case: Case) -> None:
    """The scanner hears of the object before its entry stands: its word is refused, so that it comes once more."""
    heard: list[bool] = []
    put = world.documents.put

    def told(key: str, content: bytes, content_type: str) -> None:
        put(key, content, content_type)
        if key.startswith("attachments/"):
            with pytest.raises(Unavailable):
                withdraw_upload(world.cases, world.documents, finding(case), world.now)
            heard.append(True)

    world.documents.put = told  # type: ignore[method-assign]
    record(world, case)
    assert heard
    assert withdraw_upload(world.cases, world.documents, finding(case), world.now)


def test_the_institution_and_the_applicant_are_shown_nothing_of_it_and_it_counts_for_neither(
    world: World, case: Case
) -> None:
    record(world, case)
    recorded = world.cases.load(case.case_number)
    assert recorded.stored_files(case.task_id) == ()
    form: dict[str, Any] = world.forms.form(lead_of(case), case.task_id or "", world.now)
    assert DIGEST[:32] not in str(form)
    assert DIGEST[:32] not in str(world.own_case.status(case.case_number, world.now))


def test_its_time_ends_as_that_of_other_files(world: World, case: Case) -> None:
    record(world, case)
    confirm(world, case)
    ended = world.drive(case.case_number)
    assert ended.is_final
    today = shanghai_day(world.now)
    assert not [one for one in overdue_files(ended, TERMS, today) if one.kind == "written_form"]
    over = overdue_files(ended, TERMS, today + TERMS.files + timedelta(days=1))
    assert [one.attachment_id for one in over if one.kind == "written_form"] == [DIGEST[:32]]


def test_a_form_of_a_former_release_is_read_but_its_unexamined_scan_is_shown_to_nobody(
    world: World, case: Case
) -> None:
    record(world, case)
    log = list(world.cases.log(case.case_number))
    data = {name: value for name, value in log[-1].data.items() if not name.startswith("scan_")}
    former = replace(log[-1], data=data)
    read = replay([*log[:-1], former])
    assert read.task is not None
    assert read.task.written is not None
    assert read.task.written.scan == DIGEST
    assert not [one for one in read.attachments if one.kind == "written_form"]
    world.cases.logs[case.case_number][-1] = former
    world.cases.cases[case.case_number] = read
    assert former.type is EventType.WRITTEN_FEEDBACK_RECORDED
    page = sheet(world, case)
    assert "attachments/" not in page
    assert "请重新登记" in page
    with pytest.raises(Conflict, match="written_scan_not_shown"):
        confirm(world, case)
    record(world, case, "anew")
    assert confirm(world, case).stage is not case.stage
