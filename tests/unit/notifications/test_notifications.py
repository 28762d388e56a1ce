"""Who is told what, in which words: from the log alone, nothing that has been overtaken, nothing personal."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from degree_auth.domain.cases.attachment import ScannedFile
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.notifications.letter import Language, letter, text_message
from degree_auth.domain.notifications.notification import (
    FOR_INSTITUTIONS,
    IN_DIGEST,
    SWITCHABLE,
    TEXTED,
    Department,
    NotificationKind,
    notifications_of,
    report_before,
    told_events,
)
from degree_auth.domain.notifications.public_event import public_event
from degree_auth.domain.shared.actors import account_of
from degree_auth.messages import notification_texts
from degree_auth.services.cases.applicant_deadlines import remind_applicants
from degree_auth.services.cases.attachments import withdraw_upload
from degree_auth.services.cases.nudge import Nudge
from tests.doubles.world import World, lead_of
from tests.unit.reports.test_sharing import body, corrected, disputed, reported, second, verified_again
from tools.environment import ROOT
from tools.notifications_page import SAMPLE, page

Told = list[tuple[str, str, str | None]]


def told(world: World, case: Case) -> Told:
    """Every notification of the log of a case, as (event, kind, department); by the case as it stands now."""
    case = world.cases.load(case.case_number)
    found: Told = []
    for entry in world.cases.log(case.case_number):
        event = public_event(entry.as_dict())
        by_institution = account_of(entry.actor) is not None
        former = report_before(world.cases.log(case.case_number), entry.seq)
        for notification in notifications_of(event, case, by_institution=by_institution, former_report=former):
            to = "applicant" if notification.to is None else notification.to.department_id
            found.append((entry.type.value, notification.kind.value, to))
    return found


def latest(world: World, case: Case) -> list[str]:
    """What the last entry that tells anything tells, seen at once."""
    seen = told(world, case)
    last = seen[-1][0] if seen else ""
    return [kind for event, kind, _ in seen if event == last]


@pytest.mark.requirement("A1", "A12")
def test_each_turn_of_a_case_is_told_to_whom_it_concerns() -> None:
    world = World()
    case = world.submit(world.body(discipline="园艺学"))
    assert told(world, case) == [
        ("application_received", "received", "applicant"),
        ("claim_compared", "asked", "applicant"),
    ]
    case = world.attach(case)
    assert told(world, case) == [("application_received", "received", "applicant")], "the scan is here"
    world.now += timedelta(minutes=1)
    case = world.staff("return_to_applicant", case, command="r", reason="请补正", fields=["certificate_scan"]).case
    assert latest(world, case) == ["asked"]
    world.now += timedelta(minutes=1)
    case = world.compare(world.supplied(case))
    assert ("returned_to_applicant", "asked", "applicant") not in told(world, case)
    case = world.attend(world.staff("confirm_material", case, command="confirm").case)
    assert told(world, case)[-1] == ("task_routed", "task_new", None)
    task = case.task
    assert task is not None
    world.now += timedelta(days=12)
    case = world.attend(case)
    assert latest(world, case) == ["task_reminded"]
    world.now += timedelta(days=6)
    case = world.attend(case)
    assert told(world, case)[-2:] == [("task_overdue", "overdue", "applicant"), ("task_overdue", "task_overdue", None)]
    case = world.issue(world.answer(case, "verified"))
    assert [one for one in told(world, case) if one[0] != "application_received"] == [
        ("report_issued", "concluded", "applicant")
    ]


@pytest.mark.requirement("A6", "A15")
def test_a_dispute_and_its_correction_are_told_and_the_new_report_is_not_told_as_a_first_one() -> None:
    world = World()
    case = world.denied()
    assert latest(world, case) == ["concluded"]
    shown = world.attach(case, kind="evidence").attachments[-1].attachment_id
    case = world.disputes.dispute(case.case_number, {"reason": "有误", "evidence": [shown]}, world.now)
    assert latest(world, case) == ["recheck_opened"]
    refused = world.staff("refuse_recheck", case, command="r", reason="证据不足").case
    assert latest(world, refused) == ["recheck_ended"]
    assert all(kind != "recheck_opened" for _, kind, _ in told(world, refused))


@pytest.mark.requirement("A11", "A15")
def test_who_supersedes_anothers_report_is_told_a_conclusion_and_the_other_a_correction() -> None:
    world = World()
    first = reported(world)
    record = world.register.records[0]
    world.register.records[0] = replace(record, discipline_name="园艺学")
    stated = body(world, 1)
    stated["degree"]["discipline"] = "园艺学"
    other = world.drive(world.submit(stated).case_number)
    assert [one for one in told(world, other) if one[0] != "application_received"] == [
        ("report_issued", "concluded", "applicant")
    ]
    assert latest(world, first) == ["corrected"]


@pytest.mark.requirement("A6", "A15")
def test_a_case_whose_own_report_gives_way_is_told_a_correction_once() -> None:
    world = World()
    case = corrected(world, reported(world))
    late = [one for one in told(world, case) if one[0].startswith("report")]
    assert late == [("report_superseded", "corrected", "applicant")]


@pytest.mark.requirement("A6", "A15")
def test_a_conclusion_after_a_report_was_revoked_is_told() -> None:
    world = World()
    cases = [reported(world), second(world)]
    for case, result in zip(cases, ("not_awarded", "verified"), strict=True):
        verified_again(world, disputed(world, case), result)
    world.staff("decide_recheck", cases[0], command="a", reason="依档案", decision="revoked")
    late = cases[1]
    assert latest(world, late) == ["corrected"]
    world.now += timedelta(minutes=1)
    world.staff("decide_recheck", late, command="b", reason="依档案", decision="superseded")
    late = world.drive(late.case_number)
    assert late.report is not None
    assert latest(world, late) == ["concluded"]


@pytest.mark.requirement("A14")
def test_a_message_is_told_to_the_department_and_never_to_who_wrote_it() -> None:
    world = World()
    case = world.asked()
    world.staff("send_message", case, command="m", text="请核对姓名")
    assert latest(world, case) == ["task_message"]
    assert case.task is not None
    before = told(world, case)
    world.messages.send(lead_of(case), case.task.task_id, {"text": "好的"}, None, world.now)
    assert told(world, case) == before


@pytest.mark.requirement("A12", "N1")
def test_a_breach_is_told_to_the_department_and_its_lead_department() -> None:
    world = World()
    case = world.asked()
    task = case.task
    assert task is not None
    event: dict[str, Any] = {"type": "task_overdue", "at": world.now.isoformat()}
    world.now += timedelta(days=30)
    case = world.attend(case)
    assert case.task is not None
    moved = replace(case, tasks=(replace(case.task, department_id="archive"),))
    assert case.task.overdue_for is not None
    facts = {"task_id": task.task_id, "due": case.task.overdue_for.isoformat()}
    found = notifications_of({**event, "facts": facts}, moved)
    code = task.institution_code
    assert [one.to for one in found] == [None, Department(code, "archive"), Department(code, None)]


@pytest.mark.requirement("A10", "A12")
def test_what_lapses_was_reminded_of_and_both_are_told_once_they_hold() -> None:
    world = World()
    case = world.submit(world.body(discipline="园艺学"))
    nudge = Nudge(world.cases, world.workflows, world.faults.append)
    for day in range(1, 32):
        world.now += timedelta(days=1)
        remind_applicants(world.cases, nudge, world.now)
        if day == 16:
            assert latest(world, case) == ["reminded"]
    assert latest(world, case) == ["lapsed"]
    assert not {"asked", "reminded", "received"} & {kind for _, kind, _ in told(world, case)}


@pytest.mark.requirement("A10", "A12")
def test_a_file_that_cannot_be_used_is_told_while_something_is_asked() -> None:
    world = World()
    case = world.submit(world.body(discipline="园艺学"))
    world.now += timedelta(minutes=1)
    world.examiner.refuse[b"locked"] = "attachment_encrypted"
    case = world.attach(case, content=b"locked")
    assert told(world, case)[-1] == ("attachment_refused", "file_not_taken", "applicant")
    case = world.attach(case)
    assert all(kind != "file_not_taken" for _, kind, _ in told(world, case)), "the scan is here"
    scan = case.attachments[-1]
    world.now += timedelta(minutes=1)
    found = ScannedFile(case.case_number, scan.attachment_id, scan.sha256 or "")
    assert withdraw_upload(world.cases, world.documents, found, world.now)
    assert told(world, case)[-1] == ("attachment_withdrawn", "file_not_taken", "applicant")


@pytest.mark.requirement("N1")
def test_what_no_rule_lets_through_tells_nobody_anything() -> None:
    world = World()
    case = world.issue(world.answer(world.asked(), "verified"))
    for kind in EventType:
        if kind not in told_events():
            event = {"type": kind.value, "at": world.now.isoformat(), "facts": {}}
            assert notifications_of(event, case) == []


@pytest.mark.requirement("N6", "N4")
@pytest.mark.parametrize("kind", NotificationKind)
def test_every_kind_has_its_texts_in_two_languages_that_are_not_mixed(kind: NotificationKind) -> None:
    allowed = set(SAMPLE)
    forms = ["mail", "text"] if kind in TEXTED else ["mail"]
    for form in forms:
        chinese, english = (notification_texts.template(kind, form, one) for one in ("zh", "en"))
        assert re.search("[一-鿿]", chinese)
        assert not re.search("[一-鿿，。：]", english)
        named = [set(re.findall(r"\$(\w+)", one)) for one in (chinese, english)]
        assert named[0] == named[1] <= allowed
        assert "t=" not in chinese + english
    if kind not in FOR_INSTITUTIONS:
        return
    assert "$name" not in notification_texts.template(kind, "mail", "zh")


def test_no_text_is_left_that_belongs_to_no_kind() -> None:
    folder = Path(notification_texts.__file__).parent
    known = {
        f"{kind}.{form}.{one}.txt"
        for kind in [*NotificationKind, "footer"]
        for form in ("mail",)
        for one in ("zh", "en")
    }
    known |= {f"{kind}.text.{one}.txt" for kind in TEXTED for one in ("zh", "en")}
    assert {path.name for path in folder.glob("*.txt")} == known


def test_what_ends_something_or_asks_for_something_cannot_be_switched_off() -> None:
    assert not SWITCHABLE & {
        NotificationKind.ASKED,
        NotificationKind.REMINDED,
        NotificationKind.LAPSED,
        NotificationKind.CORRECTED,
    }
    assert IN_DIGEST <= SWITCHABLE
    assert NotificationKind.TASK_OVERDUE not in IN_DIGEST


@pytest.mark.requirement("N6")
def test_a_mail_has_the_language_first_that_is_read_first() -> None:
    chinese, english = (letter(NotificationKind.ASKED, SAMPLE, one) for one in Language)
    assert chinese.subject.startswith("请补充")
    assert english.subject.startswith("Please")
    parted = "-" * 40
    assert english.body.split(parted)[0].strip() == chinese.body.split(parted)[1].strip()
    assert SAMPLE["page"] in text_message(NotificationKind.ASKED, SAMPLE)


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("language", Language)
def test_the_page_of_the_documentation_shows_the_texts_as_they_are(language: Language) -> None:
    name = "notifications.md" if language is Language.EN else "notifications.zh.md"
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == page(language)
