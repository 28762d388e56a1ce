"""Tasks as their institution meets them: lists, the form, messages, evidence, and an applicant's haste."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.cases.attachment import UPLOAD_TIME
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.institutions.standing_explanations import explaining_institution
from degree_auth.domain.reports.printable import UnprintableCharacter
from degree_auth.domain.review.staff_actions import parse_staff_action
from degree_auth.domain.shared.errors import Conflict, DegreeAuthError, Forbidden, Invalid, Malformed, NotFound
from degree_auth.domain.shared.working_days import SHANGHAI
from degree_auth.domain.verification.listing import LEAD_DEPARTMENT
from degree_auth.domain.verification.messages import MOST_MESSAGES
from degree_auth.services.verification import task_lists
from tests.doubles.world import World, lead_of, principal

PDF = b"%PDF-1.7 a page of the archive"


def task_of(case: Case) -> str:
    assert case.task is not None
    return case.task.task_id


def department(case: Case, name: str = "archive", account: str = "handler-1") -> Principal:
    assert case.task is not None
    return principal(account, case.task.institution_code, name, 2)


def given_to(world: World, case: Case, name: str) -> Case:
    """The case once its lead department has given the task to another one."""
    world.registrations.departments.add((case.institution_code, name))
    body = {"department_id": name, "reason": "归口"}
    return world.verification.reassign(lead_of(case), task_of(case), body, world.now)


def several(world: World, count: int) -> list[Case]:
    """Cases of one institution that wait for it, each asked a day later than the one before."""
    cases = []
    for which in range(count):
        institution = world.records[0].institution_code
        body = world.body(0, discipline="园艺学", institution_code=institution)
        body["contact"]["email"] = f"{which}@example.org"
        case = world.attach(world.submit(body))
        cases.append(world.attend(world.staff("confirm_material", case, command="confirm").case))
        world.now += timedelta(days=1)
    return cases


@pytest.mark.requirement("A9", "A12")
def test_pages_show_every_task_once_the_nearest_deadline_first_and_urgent_ones_before_all() -> None:
    world = World()
    cases = several(world, 7)
    world.staff("approve_urgency", cases[5], reason="签证", command="u")
    seen: list[str] = []
    cursor = None
    while True:
        asked = {"limit": "3"} | ({"cursor": cursor} if cursor else {})
        page = world.desk.page(lead_of(cases[0]), asked, world.now)
        seen += [one["task_id"] for one in page["tasks"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [task_of(cases[n]) for n in (5, 0, 1, 2, 3, 4, 6)]
    assert world.desk.page(lead_of(cases[0]), {"limit": "7"}, world.now)["next"] is None


@pytest.mark.requirement("A9", "N4")
def test_a_department_sees_its_own_tasks_and_another_institution_none() -> None:
    world = World()
    one, other = several(world, 2)
    one = given_to(world, one, "archive")

    def ids(asker: Principal, **asked: str) -> list[str]:
        return [task["task_id"] for task in world.desk.page(asker, asked, world.now)["tasks"]]

    assert ids(lead_of(one)) == [task_of(one), task_of(other)]
    assert ids(lead_of(one), department_id="archive") == ids(department(one)) == [task_of(one)]
    assert ids(lead_of(one), department_id=LEAD_DEPARTMENT) == [task_of(other)]
    assert ids(department(one, "office")) == ids(principal("x", "99999", None, 1)) == []
    for wanted in ("office", LEAD_DEPARTMENT):
        with pytest.raises(Forbidden, match="own_department_only"):
            ids(department(one), department_id=wanted)
    with pytest.raises(Forbidden, match="own_department_only"):
        ids(principal("x", one.institution_code, None, 2))


@pytest.mark.requirement("A9", "N4")
def test_a_cursor_fits_its_account_and_its_list_alone_and_cannot_be_made_up() -> None:
    world = World()
    case = several(world, 3)[0]
    lead = lead_of(case)
    cursor = world.desk.page(lead, {"limit": "1"}, world.now)["next"]
    assert case.case_number not in cursor
    wrong = [
        (lead, {"cursor": cursor, "status": "closed"}),
        (lead, {"cursor": cursor, "department_id": "archive"}),
        (principal("other", case.institution_code, None, 1), {"cursor": cursor}),
        (principal("lead", "99999", None, 1), {"cursor": cursor}),
        (lead, {"cursor": cursor[:-4] + "AAAA"}),
        (lead, {"cursor": "0"}),
        (lead, {"cursor": "页"}),
        (lead, {"cursor": ""}),
    ]
    for asker, asked in wrong:
        with pytest.raises(Invalid) as refused:
            world.desk.page(asker, asked, world.now)
        assert [(one.field, one.code) for one in refused.value.problems] == [("cursor", "cursor_invalid")]


@pytest.mark.requirement("N5")
def test_everything_that_is_wrong_with_a_query_is_told_at_once() -> None:
    world = World()
    with pytest.raises(Invalid) as refused:
        world.desk.page(
            principal("a", "10001", None, 1), {"status": "all", "department_id": "A B", "limit": "0101"}, world.now
        )
    assert {(one.field, one.code) for one in refused.value.problems} == {
        ("status", "unknown_choice"),
        ("department_id", "department_id_format"),
        ("limit", "page_limit"),
    }


@pytest.mark.requirement("A9", "A12")
def test_progress_counts_the_open_tasks_of_each_department(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    cases = several(world, 4)
    world.staff("approve_urgency", cases[3], reason="签证", command="u")
    given_to(world, cases[0], "archive")
    world.answer(world.cases.load(cases[1].case_number), "needs_material")
    world.now = datetime(2026, 12, 9, 9, 0, tzinfo=SHANGHAI)
    lead = lead_of(cases[0])
    nothing = dict.fromkeys(("open", "due_soon", "overdue", "waiting_applicant", "urgent"), 0)
    progress = world.desk.progress(lead, world.now)
    assert progress["complete"]
    assert progress["departments"] == [
        {
            "department_id": None,
            "figures": nothing | {"open": 2, "waiting_applicant": 1, "due_soon": 1, "overdue": 1, "urgent": 1},
        },
        {"department_id": "archive", "figures": nothing | {"open": 1, "overdue": 1}},
    ]
    assert progress["institution"]["open"] == 3
    with pytest.raises(Forbidden, match="lead_department_only"):
        world.desk.progress(department(cases[0]), world.now)
    monkeypatch.setattr(task_lists, "MOST_COUNTED", 2)
    bounded = world.desk.progress(lead, world.now)
    assert (bounded["complete"], bounded["institution"]["open"]) == (False, 2)


@pytest.mark.requirement("A3", "A12", "N6")
def test_the_form_asks_everything_that_the_archive_needs_to_know() -> None:
    world = World()
    case = world.asked()
    world.now += timedelta(days=2)
    form = world.forms.form(lead_of(case), task_of(case), world.now)
    assert form["claim"]["holder"]["identity_number"] == world.records[0].identity_number
    assert form["claim"]["degree"]["discipline"] == "园艺学"
    assert "contact" not in form["claim"]
    assert form["comparison"]["result"] == "mismatched"
    assert [one["field"] for one in form["comparison"]["fields"]] == ["degree.discipline"]
    assert world.records[0].discipline_name not in str(form)
    assert [(one["kind"], one["state"]) for one in form["scans"]] == [("certificate_scan", "stored")]
    assert form["scans"][0]["url"].startswith("https://")
    assert form["deadline"] == {
        "due": "2026-12-07",
        "working_day": 2,
        "of": 10,
        "provisional": False,
        "overdue": False,
        "reminded": False,
    }
    assert [one["event"] for one in form["history"]] == ["material_confirmed", "task_routed"]
    assert form["allowed_actions"] == ["feedback", "attachments", "extension", "reassignment", "messages"]
    assert form["answer"] is None


@pytest.mark.requirement("A12")
def test_a_deadline_in_a_year_without_a_notice_is_marked_as_provisional() -> None:
    world = World()
    world.now = datetime(2026, 12, 28, 9, 0, tzinfo=SHANGHAI)
    case = world.asked()
    assert world.forms.form(lead_of(case), task_of(case), world.now)["deadline"]["provisional"]
    (listed,) = world.desk.page(lead_of(case), {}, world.now)["tasks"]
    assert listed["provisional"]


@pytest.mark.requirement("A9", "A4")
def test_what_an_account_may_do_is_what_it_can_do() -> None:
    world = World()
    case = given_to(world, world.asked(), "archive")
    world.now = datetime(2026, 12, 8, 0, 0, tzinfo=SHANGHAI)

    def allowed(asker: Principal) -> list[str]:
        found: list[str] = world.forms.form(asker, task_of(case), world.now)["allowed_actions"]
        return found

    assert allowed(lead_of(case)) == ["reassignment", "messages"]
    assert allowed(department(case)) == ["feedback", "attachments", "messages"]
    world.answer(case, "verified", department(case))
    assert allowed(lead_of(case)) == allowed(department(case)) == ["messages"]


@pytest.mark.requirement("N4")
def test_once_the_question_is_no_longer_the_institutions_the_person_is_no_longer_shown() -> None:
    world = World()
    case = world.answer(world.asked(), "not_this_institution")
    former, first = lead_of(case), task_of(case)
    other = "10003" if former.institution_code != "10003" else "10001"
    world.staff("redirect_task", case, reason="转送", institution_code=other)
    form = world.forms.form(former, first, world.now)
    assert (form["claim"], form["comparison"], form["scans"]) == (None, None, [])
    assert form["answer"]["result"] == "not_this_institution"
    assert form["history"][-1]["event"] == "task_redirected"
    again = World()
    case = again.asked()
    again.own_case_commands.withdraw(case.case_number, again.now)
    assert again.forms.form(lead_of(case), task_of(case), again.now)["claim"] is None


@pytest.mark.requirement("A9", "N1")
def test_a_department_that_loses_the_task_while_it_acts_changes_nothing_on_it() -> None:
    world = World()
    case = world.asked()
    code = lead_of(case).institution_code
    world.registrations.departments |= {(code, "dep-b"), (code, "dep-c")}
    archive = principal("b", code, "dep-b", 2)
    evidence = {"content_type": "application/pdf", "size": 9}

    def give(department: str) -> None:
        world.cases.before_commit = lambda: None
        body = {"department_id": department, "reason": "归口"}
        world.verification.reassign(lead_of(case), task_of(case), body, world.now)

    extension = {"due": "2026-12-14", "reason": "需赴校外档案馆"}
    acts: tuple[Callable[[], object], ...] = (
        lambda: world.answer(case, "verified", archive),
        lambda: world.verification.announce_extension(archive, task_of(case), extension, world.now),
        lambda: world.messages.send(archive, task_of(case), {"text": "请稍候"}, None, world.now),
        lambda: world.answer_files.announce(archive, task_of(case), evidence, world.now),
    )
    for act in acts:
        give("dep-b")
        world.cases.before_commit = lambda: give("dep-c")
        with pytest.raises(NotFound):
            act()
        assert world.cases.log(case.case_number)[-1].type is EventType.TASK_REASSIGNED


@pytest.mark.requirement("A3", "N4")
@pytest.mark.parametrize("corrected", [True, False])
def test_what_an_institution_answered_is_no_longer_its_question_once_the_claim_is_another_or_gone(
    corrected: bool,
) -> None:
    world = World()
    case = world.answer(world.asked(), "verified")
    former, first = lead_of(case), task_of(case)
    assert world.forms.form(former, first, world.now)["claim"] is not None
    if corrected:
        world.press.failing = UnprintableCharacter(("\U0003134a",))
        assert world.issue(case).stage is Stage.PARKED
        other = next(code for code in ("10001", "10003") if code != former.institution_code)
        more = {"institution_code": other}
        case = world.staff("correct_claim", case, command="correct", reason="更正", degree=more).case
    else:
        case = world.own_case_commands.withdraw(case.case_number, world.now)
    form = world.forms.form(former, first, world.now)
    assert (form["status"], form["claim"], form["scans"], form["explanations"]) == ("closed", None, [], [])
    assert form["answer"]["result"] == "verified"
    assert explaining_institution(case) == case.institution_code


@pytest.mark.requirement("A9", "N4")
@pytest.mark.parametrize("task_id", ["", "x", "-1", "RZ20261123AAAAAAAA-1", "RZ20261123AAAAAAAA-9", "٣-1"])
def test_whatever_is_asked_of_a_foreign_task_is_answered_as_if_there_were_none(task_id: str) -> None:
    world = World()
    case = given_to(world, world.asked(), "archive")
    strangers = (
        principal("s", "99999", None, 1),
        department(case, "office"),
        principal("s", case.institution_code, None, 2),
        principal("s", "99999", "archive", 2),
    )
    for asker in strangers:
        told = set()
        for number in (task_id, task_of(case), f"{case.case_number}-2"):
            for ask in (
                lambda who, which: world.forms.form(who, which, world.now),
                lambda who, which: world.verification.receive_feedback(who, which, {}, world.now),
                lambda who, which: world.verification.announce_extension(who, which, {}, world.now),
                lambda who, which: world.verification.reassign(who, which, {}, world.now),
                lambda who, which: world.messages.read(who, which, world.now),
                lambda who, which: world.messages.send(who, which, {}, None, world.now),
                lambda who, which: world.answer_files.announce(who, which, {}, world.now),
            ):
                with pytest.raises(NotFound) as refused:
                    ask(asker, number)
                told.add((refused.value.code, refused.value.problems))
        assert told == {("not_found", ())}


@pytest.mark.requirement("A10", "A14", "N1")
def test_handler_and_reviewer_talk_on_the_task_also_after_its_answer_and_a_repeat_is_one_message() -> None:
    world = World()
    case = world.asked()
    lead, task_id = lead_of(case), task_of(case)
    for _ in range(2):
        first = world.messages.send(lead, task_id, {"text": " 请协助确认学号。\n谢谢 "}, None, world.now)
    world.messages.send(lead, task_id, {"text": "好的"}, "key-00001", world.now)
    world.messages.send(lead, task_id, {"text": "好的"}, "key-00002", world.now)
    for _ in range(2):
        world.staff("send_message", case, command="m", text="学号见影印件第二页")
    world.answer(case, "verified")
    world.staff("send_message", case, command="n", text="收到", task_id=task_id)
    said = world.messages.read(lead, task_id, world.now)
    assert [(one["from"], one["text"]) for one in said] == [
        ("institution", "请协助确认学号。\n谢谢"),
        ("institution", "好的"),
        ("institution", "好的"),
        ("centre", "学号见影印件第二页"),
        ("centre", "收到"),
    ]
    assert said[0] == first
    assert [one["account_id"] for one in said] == ["lead"] * 3 + [None] * 2
    with pytest.raises(Conflict, match="message_key_reused"):
        world.messages.send(lead, task_id, {"text": "不同"}, "key-00001", world.now)
    assert world.forms.form(lead, task_id, world.now)["messages"]["count"] == 5


@pytest.mark.requirement("N4", "N3")
def test_messages_are_sealed_shown_to_the_reviewer_and_not_to_the_applicant() -> None:
    world = World()
    case = world.asked()
    world.messages.send(lead_of(case), task_of(case), {"text": "<b>与本人确认姓名</b>"}, None, world.now)
    assert "与本人确认姓名" not in str(world.cases.log(case.case_number))
    world.staff("open_review", case)
    sheet = world.documents.objects[f"review/{case.case_number}/sheet.html"].decode()
    assert "&lt;b&gt;与本人确认姓名&lt;/b&gt;" in sheet
    events = [one["event"] for one in world.own_case.status(case.case_number, world.now)["timeline"]]
    assert "message_sent" not in events


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "required"),
        ({"text": " \n "}, "required"),
        ({"text": 1}, "not_text"),
        ({"text": "字" * 2001}, "too_long"),
        ({"text": "a\x00b"}, "control_character"),
        ({"text": "\ud800"}, "control_character"),
        ({"text": "好", "to": "x"}, "unknown_field"),
    ],
)
def test_a_message_that_is_none_is_refused_with_its_reason(body: dict[str, object], code: str) -> None:
    world = World()
    case = world.asked()
    with pytest.raises(Invalid) as refused:
        world.messages.send(lead_of(case), task_of(case), body, None, world.now)
    assert [one.code for one in refused.value.problems] == [code]
    with pytest.raises(Malformed):
        world.messages.send(lead_of(case), task_of(case), [], None, world.now)


@pytest.mark.requirement("A14", "N1")
def test_a_task_takes_so_many_messages_and_no_more() -> None:
    world = World()
    case = world.asked()
    for which in range(MOST_MESSAGES):
        world.messages.send(lead_of(case), task_of(case), {"text": f"第 {which} 条"}, None, world.now)
    with pytest.raises(Conflict, match="too_many_messages"):
        world.staff("send_message", case, text="再一条")
    world.messages.send(lead_of(case), task_of(case), {"text": "第 7 条"}, None, world.now)
    assert "messages" not in world.forms.form(lead_of(case), task_of(case), world.now)["allowed_actions"]


@pytest.mark.requirement("N4", "N5")
@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({}, ("text", "required")),
        ({"text": "号码 110105200002290021"}, ("text", "personal_data_in_text")),
        ({"text": "好" * 2001}, ("text", "too_long")),
        ({"text": 1}, ("text", "not_text")),
        ({"text": "好", "task_id": "RZ1"}, ("task_id", "task_id_format")),
        ({"text": "好", "task_id": 1}, ("task_id", "not_text")),
    ],
)
def test_a_message_of_staff_is_checked_like_every_input(more: dict[str, object], problem: tuple[str, str]) -> None:
    body = {"action": "send_message", "case_number": "RZ20261123K7Q2M9XD", "reviewer": "li.ming", **more}
    with pytest.raises(Invalid) as refused:
        parse_staff_action(body)
    assert [(one.field, one.code) for one in refused.value.problems] == [problem]


@pytest.mark.requirement("A14")
def test_a_message_of_staff_needs_a_task() -> None:
    world = World()
    case = world.mismatched()
    for more in ({}, {"task_id": f"{case.case_number}-1"}):
        with pytest.raises(NotFound):
            world.staff("send_message", case, text="在吗", **more)


def uploaded(world: World, case: Case, attachment_id: str, content: bytes = PDF) -> str:
    key = f"incoming/{case.case_number}/{attachment_id}"
    world.documents.put(key, content, "application/pdf")
    return world.receive(key)


@pytest.mark.requirement("A4", "N4")
def test_an_answer_names_files_that_were_received_for_its_own_task() -> None:
    world = World()
    case = world.asked()
    lead = lead_of(case)
    announced = {"content_type": "application/pdf", "size": len(PDF)}
    attachment_id, _, _ = world.answer_files.announce(lead, task_of(case), announced, world.now)
    scan = next(one.attachment_id for one in case.attachments)
    for named in (attachment_id, scan, "0" * 32):
        with pytest.raises(Invalid) as refused:
            world.answer(case, "verified", attachments=[named])
        assert [(one.field, one.code) for one in refused.value.problems] == [("attachments", "attachment_unknown")]
    assert uploaded(world, case, attachment_id) == "stored"
    answered = world.answer(case, "verified", attachments=[attachment_id])
    assert world.answer(case, "verified", attachments=[attachment_id]) == answered
    form = world.forms.form(lead, task_of(case), world.now)
    assert [(one["attachment_id"], one["state"]) for one in form["evidence"]] == [(attachment_id, "stored")]
    assert form["answer"]["attachments"] == [attachment_id]
    status = world.own_case.status(case.case_number, world.now)
    assert [one["attachment_id"] for one in status["attachments"]] == [scan]
    assert [one["event"] for one in status["timeline"]].count("attachment_stored") == 1
    world.staff("open_review", case)
    assert task_of(case) in world.documents.objects[f"review/{case.case_number}/sheet.html"].decode()


@pytest.mark.requirement("A4", "N1")
def test_evidence_is_for_the_department_that_answers_while_it_may_and_a_repeat_is_one_file() -> None:
    world = World()
    case = given_to(world, world.asked(), "archive")
    announced = {"content_type": "application/pdf", "size": len(PDF), "sha256": "ab" * 32}
    with pytest.raises(Forbidden, match="verifying_department_only"):
        world.answer_files.announce(lead_of(case), task_of(case), announced, world.now)
    handler = department(case)
    once = world.answer_files.announce(handler, task_of(case), announced, world.now)
    assert world.answer_files.announce(handler, task_of(case), announced, world.now) == once
    for which in range(9):
        world.answer_files.announce(handler, task_of(case), {**announced, "sha256": f"{which:064x}"}, world.now)
    with pytest.raises(Conflict, match="too_many_attachments"):
        world.answer_files.announce(handler, task_of(case), {**announced, "sha256": "cd" * 32}, world.now)
    with pytest.raises(Invalid):
        world.answer_files.announce(handler, task_of(case), {**announced, "kind": "evidence"}, world.now)
    del announced["sha256"]
    world.now += UPLOAD_TIME + timedelta(seconds=1)
    for key in (None, "evidence-1"):
        once = world.answer_files.announce(handler, task_of(case), announced, world.now, key)
        assert world.answer_files.announce(handler, task_of(case), announced, world.now, key) == once
    world.answer(case, "verified", handler)
    with pytest.raises(Conflict, match="already_answered"):
        world.answer_files.announce(handler, task_of(case), announced, world.now)


@pytest.mark.requirement("A12", "N1", "N6")
def test_an_applicant_asks_once_for_urgent_handling_and_staff_see_why() -> None:
    world = World()
    case = world.mismatched()
    for reason in ("入学报到", "入学报到", "另一理由"):
        asked = world.own_case_commands.request_urgency(case.case_number, {"reason": reason}, world.now)
    status = world.own_case.status(case.case_number, world.now)
    assert status["urgency_request"] == {"requested_at": "2026-11-23T10:00:00+08:00", "reason": "入学报到"}
    assert not status["urgent"]
    assert [one["event"] for one in status["timeline"]].count("urgency_requested") == 1
    assert "入学报到" not in str(world.cases.log(case.case_number))
    world.staff("open_review", case)
    assert "入学报到" in world.documents.objects[f"review/{case.case_number}/sheet.html"].decode()
    assert world.staff("approve_urgency", asked, reason="情况属实", command="u").case.urgent
    world.own_case_commands.withdraw(case.case_number, world.now)
    with pytest.raises(Conflict, match="case_has_ended"):
        world.own_case_commands.request_urgency(case.case_number, {"reason": "急"}, world.now)


@pytest.mark.requirement("N5")
def test_urgent_handling_needs_a_reason() -> None:
    world = World()
    case = world.mismatched()
    for body in ({}, {"reason": ""}, {"reason": "急" * 501}, []):
        with pytest.raises(DegreeAuthError):
            world.own_case_commands.request_urgency(case.case_number, body, world.now)
    assert world.cases.load(case.case_number) == case
