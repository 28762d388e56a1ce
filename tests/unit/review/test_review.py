"""Material review: every staff decision once, with both values, reviewer and reason kept."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from degree_auth.domain.applications.person import Authority
from degree_auth.domain.applications.submission import parse_submission
from degree_auth.domain.cases.attachment import UPLOAD_TIME
from degree_auth.domain.cases.attachment_decisions import MOST_ATTACHMENTS
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.stages import HeldBy, Stage
from degree_auth.domain.review.staff_actions import parse_staff_action
from degree_auth.domain.shared.errors import Conflict, Invalid, NotFound
from degree_auth.services.cases.advance import advance
from degree_auth.services.cases.attachment_keys import copy_key, stored_key
from degree_auth.services.cases.sealed_parts import seal_submission
from tests.doubles.world import World


@pytest.mark.requirement("A10", "A3")
def test_a_confirmed_entry_goes_to_verification_with_one_task_however_often_it_is_confirmed() -> None:
    world = World()
    case = world.mismatched()
    for _ in range(3):
        done = world.staff("confirm_material", case)
    assert done.case.stage is Stage.VERIFICATION
    assert done.case.held_by is HeldBy.INSTITUTION
    assert list(world.cases.tasks) == [done.case.task_id]
    with pytest.raises(Conflict, match="case_not_in_review"):
        world.staff("confirm_material", case, command="execution-2")


@pytest.mark.requirement("A10")
@pytest.mark.parametrize(
    ("action", "more"),
    [("confirm_material", {}), ("correct_claim", {"reason": "更正", "degree": {"discipline": "法学"}})],
)
def test_without_a_certificate_scan_nothing_is_confirmed_or_corrected(action: str, more: dict[str, object]) -> None:
    world = World()
    case = world.submit(world.body(discipline="园艺学"))
    with pytest.raises(Conflict, match="certificate_scan_missing"):
        world.staff(action, case, **more)
    assert world.cases.load(case.case_number) == case


@pytest.mark.requirement("A10")
def test_a_correction_that_changes_nothing_is_refused() -> None:
    world = World()
    case = world.mismatched()
    with pytest.raises(Invalid):
        world.staff("correct_claim", case, reason="更正", degree={"discipline": "园艺学"})
    assert world.cases.load(case.case_number) == case


@pytest.mark.requirement("A10")
def test_a_correction_keeps_both_values_reviewer_and_reason_and_compares_again() -> None:
    world = World()
    case = world.mismatched()
    right = world.records[0].discipline_name
    world.staff("correct_claim", case, reason="与影印件不符", degree={"discipline": right})
    event = world.cases.log(case.case_number)[-1]
    assert (event.type, event.actor) == (EventType.CLAIM_CORRECTED, "staff:reviewer-1")
    assert event.data["reason"] == "与影印件不符"
    assert event.data["fields"] == ["degree.discipline"]
    kept = json.loads(world.keyring.open(base64.b64decode(event.data["sealed_changes"]), case.case_number))
    assert kept == {"degree.discipline": ["园艺学", right]}
    assert world.drive(case.case_number).stage is Stage.CONCLUDED


@pytest.mark.requirement("A10", "N4")
def test_a_correction_of_the_person_comes_through_the_sheet_and_never_through_the_input() -> None:
    world = World()
    case = world.mismatched()
    with pytest.raises(Invalid) as refused:
        world.staff("correct_claim", case, reason="姓名误填", holder={"name": "某人"})
    assert {problem.field for problem in refused.value.problems} >= {"holder"}
    world.staff("open_review", case)
    sheet = json.loads(world.documents.objects[f"review/{case.case_number}/correction.json"])
    assert sheet["holder"]["name"] == world.records[0].name
    sheet["degree"]["discipline"] = world.records[0].discipline_name
    world.documents.objects[f"case-forms/{case.case_number}/correction.json"] = json.dumps(sheet).encode()
    world.staff("correct_claim", case, reason="与影印件不符", correction_sheet=True)
    assert world.cases.log(case.case_number)[-1].data["fields"] == ["degree.discipline"]


def corrected(world: World, case: Case, **holder: Any) -> Case:
    """The case after a reviewer's correction of its holder by the sheet."""
    place = f"case-forms/{case.case_number}/correction.json"
    world.documents.objects[place] = json.dumps({"holder": holder}).encode()
    return world.staff("correct_claim", case, command="correct", reason="与影印件不符", correction_sheet=True).case


@pytest.mark.requirement("A1", "A10", "N2")
@pytest.mark.parametrize("by", ["identity_provider", "public_security", "reviewer"])
def test_a_correction_that_names_another_person_waits_for_a_review_of_the_identity(by: str) -> None:
    """Who was proven was somebody else; the report of the new holder goes to nobody who was not seen to be them."""
    world = World()
    stated = world.body(discipline="园艺学")
    if by == "identity_provider":
        case = world.submit(stated)
    elif by == "reviewer":
        case = world.attach(world.unproven(stated).case, kind="identity_document")
        case = world.drive(world.staff("confirm_identity", case, command="first").case.case_number)
    else:
        case = world.intake.submit(stated, None, "platform", Authority(by), world.now).case
    assert case.proven_by == by
    victim = world.body(1)
    case = corrected(world, world.attach(case), **victim["holder"])
    assert (case.stage, case.proven_by) == (Stage.IDENTITY_REVIEW, None)
    assert world.drive(case.case_number).comparison is None
    world.attach(case, kind="identity_document")
    confirmed = world.staff("confirm_identity", case, command="second").case
    assert (confirmed.stage, confirmed.proven_by) == (Stage.RECEIVED, "reviewer")


@pytest.mark.requirement("A1", "A10")
def test_a_correction_of_how_the_same_person_is_written_stays_proven() -> None:
    world = World()
    stated = world.body()
    stated["holder"]["name"] = "Synthetic Sample"
    case = world.attach(world.submit(stated))
    after = corrected(world, case, name="SYNTHETIC SAMPLE")
    assert (after.stage, after.proven_by) == (Stage.RECEIVED, "identity_provider")


@pytest.mark.requirement("A10", "N5")
def test_a_correction_sheet_that_is_absent_or_broken_changes_nothing() -> None:
    world = World()
    case = world.mismatched()
    with pytest.raises(NotFound):
        world.staff("correct_claim", case, reason="更正", correction_sheet=True)
    world.documents.objects[f"case-forms/{case.case_number}/correction.json"] = b'{"degree": {"award_date": "never"}}'
    with pytest.raises(Invalid):
        world.staff("correct_claim", case, reason="更正", correction_sheet=True)
    assert world.cases.load(case.case_number) == case


@pytest.mark.requirement("A10", "A13")
def test_a_correction_takes_the_sheet_that_its_reviewer_measured_and_no_other() -> None:
    world = World()
    case = world.mismatched()
    place = f"case-forms/{case.case_number}/correction.json"
    world.documents.objects[place] = json.dumps({"degree": {"discipline": world.records[0].discipline_name}}).encode()
    seen = world.documents.sha256(place)
    given = {"reason": "与影印件不符", "correction_sheet": True}
    world.documents.objects[place] = json.dumps({"degree": {"discipline": "林学"}}).encode()
    for digest, code in ((seen, "staff_file_differs"), (None, "required"), ("x", "sha256_format")):
        with pytest.raises(Invalid) as refused:
            world.staff("correct_claim", case, **given, sha256=digest)
        assert [(one.field, one.code) for one in refused.value.problems] == [("sha256", code)]
    assert world.cases.load(case.case_number) == case
    with pytest.raises(Invalid) as refused:
        world.staff("correct_claim", case, reason="更正", degree={"discipline": "林学"}, sha256=seen)
    assert [(one.field, one.code) for one in refused.value.problems] == [("sha256", "unknown_field")]


@pytest.mark.requirement("A10", "A12")
def test_what_is_returned_waits_for_the_applicant_whose_supplement_is_compared_again() -> None:
    world = World()
    case = world.mismatched()
    world.staff("return_to_applicant", case, reason="请核对专业", fields=["degree.discipline", "certificate_scan"])
    status = world.own_case.status(case.case_number, world.now)
    assert (status["stage"], status["held_by"]) == ("awaiting_applicant", "applicant")
    assert [one["field"] for one in status["request"]["fields"]] == ["degree.discipline", "certificate_scan"]
    world.attach(case)
    supplement = {"degree": {"discipline": world.records[0].discipline_name}}
    first = world.own_case_commands.supplement(case.case_number, supplement, world.now)
    assert world.own_case_commands.supplement(case.case_number, supplement, world.now) == first
    assert world.drive(case.case_number).stage is Stage.CONCLUDED


@pytest.mark.requirement("A10")
def test_a_rejected_application_ends_with_its_reason() -> None:
    world = World()
    case = world.mismatched()
    world.staff("reject", case, reason="非学位证书")
    status = world.own_case.status(case.case_number, world.now)
    assert (status["stage"], status["outcome"]) == ("rejected", "ineligible")
    assert "非学位证书" in status["timeline"][-1]["zh"]


@pytest.mark.requirement("A10")
def test_the_review_sheet_shows_claim_and_record_side_by_side_and_changes_nothing() -> None:
    world = World()
    case = world.mismatched()
    done = world.staff("open_review", case)
    sheet = world.documents.objects[f"review/{case.case_number}/sheet.html"].decode()
    assert "园艺学" in sheet
    assert world.records[0].discipline_name in sheet
    assert done.location == f"s3://documents/review/{case.case_number}/"
    assert world.cases.load(case.case_number) == case


@pytest.mark.requirement("A10", "A12")
def test_the_review_sheet_says_when_the_promise_is_broken() -> None:
    world = World()
    case = world.mismatched()

    def sheet() -> str:
        world.staff("open_review", case)
        return world.documents.objects[f"review/{case.case_number}/sheet.html"].decode()

    assert "已用 0 个工作日，承诺 18 个；" in sheet()
    world.now += timedelta(days=40)
    assert re.search("已用 (\\d+) 个工作日，承诺 18 个，已超过承诺 \\d+ 个；", sheet())


@pytest.mark.requirement("A2", "A10")
def test_the_review_sheet_marks_what_matching_calls_different_and_nothing_else() -> None:
    world = World()
    world.records[0] = world.register.records[0] = replace(world.records[0], discipline_name="Software Engineering")
    case = world.submit(world.body(discipline="software engineering", award_date="2020-01-02"))
    world.staff("open_review", case)
    sheet = world.documents.objects[f"review/{case.case_number}/sheet.html"].decode()
    assert '<td class="same">Software Engineering</td>' in sheet
    assert f'<td class="differs">{world.records[0].award_date}</td>' in sheet


@pytest.mark.requirement("N5", "N4")
@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"action": "delete"}, "action", "unknown_choice"),
        ({"case_number": "x"}, "case_number", "case_number_format"),
        ({"case_number": "RZ20261123AAAAAAAA\n"}, "case_number", "case_number_format"),
        ({"reviewer": "张三"}, "reviewer", "reviewer_format"),
        ({"reason": "身份证 110105491231002"}, "reason", "personal_data_in_text"),
        ({"reason": "１３８００００００００"}, "reason", "personal_data_in_text"),
        ({"reason": "电话 138-0000-0000"}, "reason", "personal_data_in_text"),
        ({"reason": "11010519491231002X"}, "reason", "personal_data_in_text"),
        ({"reason": "2022-06-30 110199199304104591"}, "reason", "personal_data_in_text"),
        ({"reason": "13800138000 13900139000"}, "reason", "personal_data_in_text"),
        ({"reason": "138.0013.8000"}, "reason", "personal_data_in_text"),
        ({"reason": ""}, "reason", "required"),
        ({"action": "return_to_applicant", "fields": None}, "fields", "required"),
        ({"surprise": 1}, "surprise", "unknown_field"),
        ({"degree": {}, "correction_sheet": False}, "degree", "correction_empty"),
        ({"correction_sheet": True}, "degree", "correction_twice"),
        ({"correction_sheet": "yes"}, "correction_sheet", "not_true_or_false"),
    ],
)
def test_the_input_of_an_execution_is_checked_like_any_call(change: dict[str, object], field: str, code: str) -> None:
    good = {
        "action": "correct_claim",
        "case_number": "RZ20261123AAAAAAAA",
        "reviewer": "reviewer-1",
        "reason": "更正",
        "degree": {"discipline": "法学"},
    }
    assert parse_staff_action(good).reviewer == "reviewer-1"
    assert parse_staff_action({**good, "reason": "2022-06-30 授予，证书 1000142022000123"}).reason
    with pytest.raises(Invalid) as refused:
        parse_staff_action({**good, **change})
    assert (field, code) in {(problem.field, problem.code) for problem in refused.value.problems}


@pytest.mark.requirement("A1", "N1")
def test_a_file_announced_again_before_its_upload_is_one_attachment() -> None:
    world = World()
    case = world.mismatched()
    file = {"kind": "evidence", "content_type": "image/png", "size": 9, "sha256": "ab" * 32}
    first, again = (world.own_case_commands.announce_attachment(case.case_number, file, world.now)[0] for _ in range(2))
    other, _, _ = world.own_case_commands.announce_attachment(case.case_number, {**file, "size": 8}, world.now)
    assert first == again != other
    assert len(world.cases.load(case.case_number).attachments) == 3


@pytest.mark.requirement("A1", "N1")
@pytest.mark.parametrize("key", [None, "attachment-1"])
@pytest.mark.parametrize("digest", [{}, {"sha256": "ab" * 32}])
def test_the_same_announcement_twice_is_one_attachment_also_at_once_and_after_a_cut(
    key: str | None, digest: dict[str, str]
) -> None:
    world = World()
    case = world.mismatched()
    file = {"kind": "evidence", "content_type": "image/png", "size": 9, **digest}
    answers: list[tuple[str, str, str]] = []

    def announce(**other: object) -> tuple[str, str, str]:
        return world.own_case_commands.announce_attachment(case.case_number, {**file, **other}, world.now, key)

    def at_once() -> None:
        world.cases.before_commit = lambda: None
        answers.append(announce())

    world.cases.before_commit = at_once
    answers.append(announce())
    link, world.documents.upload_link = world.documents.upload_link, _cut  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        announce()
    world.documents.upload_link = link  # type: ignore[method-assign]
    answers.append(announce())
    assert len(set(answers)) == 1
    assert len(world.cases.load(case.case_number).attachments) == 2
    if key is None:
        assert announce(size=8) != answers[0]
    else:
        with pytest.raises(Conflict, match="idempotency_key_reused"):
            announce(size=8)
        world.documents.put(f"incoming/{case.case_number}/{answers[0][0]}", b"\x89PNG\r\n\x1a\n.", "image/png")
        world.receive(f"incoming/{case.case_number}/{answers[0][0]}")
        assert announce() == answers[0]


def _cut(*_: object) -> str:
    raise ConnectionError


@pytest.mark.requirement("A10", "N1")
def test_a_command_that_comes_again_after_others_changes_nothing() -> None:
    world = World()
    case = world.mismatched()
    asked = {"reason": "补交", "fields": ["certificate_scan"]}
    world.staff("return_to_applicant", case, command="execution-1", **asked)
    world.supplied(case)
    world.drive(case.case_number)
    before = world.cases.load(case.case_number)
    assert world.staff("return_to_applicant", case, command="execution-1", **asked).case == before
    assert world.cases.load(case.case_number) == before


@pytest.mark.requirement("A10", "N3")
def test_of_two_uploads_at_once_the_one_in_the_log_is_the_one_that_is_kept() -> None:
    world = World()
    case = world.submit(world.body(discipline="园艺学"))
    announced = {"kind": "certificate_scan", "content_type": "application/pdf", "size": 9}
    attachment_id, _, _ = world.own_case_commands.announce_attachment(case.case_number, announced, world.now)
    key = f"incoming/{case.case_number}/{attachment_id}"
    world.documents.put(key, b"%PDF-AAAA", "application/pdf")
    put = world.documents.put

    def overtaken(to: str, content: bytes, content_type: str) -> None:
        put(to, content, content_type)
        if content == b"%PDF-AAAA":
            put(key, b"%PDF-BBBB", "application/pdf")
            world.receive(key)

    world.documents.put = overtaken  # type: ignore[method-assign]
    world.receive(key)
    (one,) = world.cases.load(case.case_number).attachments
    kept = world.documents.objects[stored_key(case.case_number, attachment_id, one.sha256 or "")]
    assert hashlib.sha256(kept).hexdigest() == one.sha256 == world.cases.log(case.case_number)[-1].data["sha256"]
    at = (case.case_number, attachment_id, one.sha256 or "")
    assert copies(world, case) == [stored_key(*at), copy_key(*at)]


def copies(world: World, case: Case) -> list[str]:
    """Everything that is kept of a case's files."""
    return [key for key in world.documents.objects if case.case_number in key]


@pytest.mark.requirement("A10")
def test_a_refused_file_is_kept_nowhere() -> None:
    world = World()
    case = world.submit(world.body(discipline="园艺学"))
    world.attach(case, b"<html>not a scan</html>")
    assert world.cases.load(case.case_number).attachments[0].state == "refused"
    assert not [key for key in world.documents.objects if case.case_number in key]


@pytest.mark.requirement("A1", "A10")
def test_announced_files_that_never_came_do_not_lock_the_case_out() -> None:
    world = World()
    case = world.submit(world.body(discipline="园艺学"))
    file = {"kind": "evidence", "content_type": "image/png", "size": 9}
    for size in range(1, MOST_ATTACHMENTS + 1):
        world.own_case_commands.announce_attachment(case.case_number, {**file, "size": size}, world.now)
    file["size"] = MOST_ATTACHMENTS + 1
    with pytest.raises(Conflict, match="too_many_attachments"):
        world.own_case_commands.announce_attachment(case.case_number, file, world.now)
    world.now += UPLOAD_TIME + timedelta(seconds=1)
    assert world.own_case_commands.announce_attachment(case.case_number, file, world.now)


@pytest.mark.requirement("N1")
def test_a_stale_comparison_is_not_recorded_for_a_claim_that_changed() -> None:
    world = World()
    world.register.broken = True
    case = world.submit(world.body(discipline="园艺学"))
    world.register.broken = False
    candidates = world.register.candidates

    def corrected_meanwhile(claim: object) -> object:
        world.register.candidates = candidates  # type: ignore[method-assign]
        right = seal_submission(world.keyring, case.case_number, parse_submission(world.body(), world.now.date()))
        data = {"sealed": right, "sealed_changes": "", "fields": [], "institution_code": "10001", "reason": "更正"}
        event = NewEvent(EventType.CLAIM_CORRECTED, "staff:reviewer-1", data)
        advance(world.cases, case.case_number, lambda _: [event], world.now)
        return candidates(claim)  # type: ignore[arg-type]

    world.register.candidates = corrected_meanwhile  # type: ignore[method-assign, assignment]
    assert world.compare(case).stage is Stage.RECEIVED
    assert world.drive(case.case_number).stage is Stage.CONCLUDED
