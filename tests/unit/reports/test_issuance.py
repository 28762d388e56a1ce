"""Issuing: one report a case, never a false one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import Any

import pytest

from degree_auth.domain.cases import comparing
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.recheck import Cause
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.reports import issuing
from degree_auth.domain.reports.content import ReportContent
from degree_auth.domain.reports.issued_document import Timestamp
from degree_auth.domain.reports.printable import UnprintableCharacter
from degree_auth.domain.shared.errors import Unavailable
from degree_auth.services.cases.advance import advance
from degree_auth.services.register.award_keys import certificate_digest
from degree_auth.services.reports.check import check_report
from degree_auth.services.reports.ports import PressedReport, TimestampUnavailable
from tests.doubles.report_log import MemoryReportLog
from tests.doubles.world import World


@pytest.mark.requirement("A2", "A5", "N1")
def test_issuing_twice_gives_the_report_that_is_there() -> None:
    world = World()
    case = world.submit(world.body())
    first, second = world.issue(case), world.issue(case)
    assert first == second
    assert first.stage is Stage.CONCLUDED
    assert len(world.cases.reports) == world.press.pressed == 1


@pytest.mark.requirement("N1")
def test_eight_that_issue_at_once_give_one_report() -> None:
    world = World()
    case = world.submit(world.body())
    barrier = Barrier(8)
    press = world.press.press

    def pressed_together(content: object) -> object:
        barrier.wait(timeout=10)
        return press(content)  # type: ignore[arg-type]

    world.press.press = pressed_together  # type: ignore[method-assign, assignment]
    found = []
    threads = [Thread(target=lambda: found.append(world.issue(case))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == world.press.pressed == 8
    assert len({one.report.sha256 for one in found if one.report}) == len(world.cases.reports) == 1
    kept = next(iter(world.cases.reports.values()))
    assert f"{kept.object_key}.pdf" in world.documents.objects


@pytest.mark.requirement("N1")
def test_a_crash_between_file_and_record_leaves_one_report_after_the_retry() -> None:
    world = World()
    case = world.submit(world.body())

    def crash() -> None:
        raise ConnectionError

    world.cases.before_commit = crash
    with pytest.raises(ConnectionError):
        world.issue(case)
    assert not world.cases.reports
    world.cases.before_commit = lambda: None
    issued = world.issue(case)
    assert issued.report is not None
    assert list(world.cases.reports) == [issued.report.report_number]


@pytest.mark.requirement("A5", "N2")
def test_a_report_is_recorded_of_a_case_in_issuing_alone() -> None:
    world = World()
    recorded = ("2026-A", 1, "ab" * 32, "reports/x")
    assert issuing.issue_report(world.submit(world.body()), *recorded)
    assert issuing.issue_report(world.submit(world.body(1, discipline="园艺学")), *recorded) == []


@pytest.mark.requirement("N2")
def test_a_register_that_changed_since_the_match_issues_nothing_and_compares_again() -> None:
    world = World()
    case = world.submit(world.body())
    world.register.records[0] = replace(world.records[0], discipline_name="园艺学")
    assert world.issue(case).stage is Stage.MATERIAL_REVIEW
    assert world.press.pressed == 0


@pytest.mark.requirement("A2", "N2")
def test_a_certificate_number_that_somebody_else_carries_too_is_issued_to_its_holder() -> None:
    world = World()
    twin = replace(world.records[1], certificate_number=world.records[0].certificate_number)
    twin = replace(twin, institution_code=world.records[0].institution_code, duplicate=True)
    world.register.records[:2] = [replace(world.records[0], duplicate=True), twin]
    assert world.drive(world.submit(world.body()).case_number).stage is Stage.CONCLUDED


@pytest.mark.requirement("A2", "N2")
def test_a_report_names_the_institution_also_when_the_record_does_not() -> None:
    world = World()
    named = world.records[0].institution_name
    world.register.records[0] = replace(world.records[0], institution_name="")
    issued = world.issue(world.submit(world.body()))
    assert issued.report is not None
    assert world.cases.reports[issued.report.report_number].facts["institution_name"] == named


@pytest.mark.requirement("N1", "N2")
def test_whatever_changes_while_the_press_is_at_work_is_looked_at_anew() -> None:
    world = World()
    case = world.submit(world.body())
    press, pressed = world.press.press, []

    def changed_meanwhile(content: object) -> object:
        if not pressed:
            # The case comes back to issuing by a way that leaves another version behind.
            for decide in (
                lambda now: comparing.replace_comparison(now, {"result": "not_found", "differences": []}),
                lambda now: [NewEvent(EventType.CASE_RELEASED, "system", {"reason": "test"})],
                lambda now: comparing.enter_comparison(now, {"result": "matched", "differences": []}, printable=True),
            ):
                advance(world.cases, case.case_number, decide, world.now)
        pressed.append(content)
        return press(content)  # type: ignore[arg-type]

    world.press.press = changed_meanwhile  # type: ignore[method-assign, assignment]
    issued = world.issue(case)
    assert issued.stage is Stage.CONCLUDED
    assert len(pressed) == 2
    assert issued.report is not None
    assert world.documents.objects[f"{issued.report.object_key}.pdf"].endswith(b" 2")


@pytest.mark.requirement("A2", "N1")
def test_a_case_that_changed_while_the_press_failed_is_not_parked_for_its_former_claim() -> None:
    world = World()
    case = world.submit(world.body())
    press = world.press.press

    def changed_then_failing(content: object) -> object:
        world.press.press = press  # type: ignore[method-assign]
        for decide in (
            lambda now: comparing.replace_comparison(now, {"result": "not_found", "differences": []}),
            lambda now: [NewEvent(EventType.CASE_RELEASED, "system", {"reason": "test"})],
            lambda now: comparing.enter_comparison(now, {"result": "matched", "differences": []}, printable=True),
        ):
            advance(world.cases, case.case_number, decide, world.now)
        raise UnprintableCharacter(("\U0003134a",))

    world.press.press = changed_then_failing  # type: ignore[method-assign, assignment]
    assert world.issue(case).stage is Stage.CONCLUDED


@pytest.mark.requirement("N2")
def test_a_withdrawal_while_the_report_is_pressed_wins_and_nothing_is_issued() -> None:
    world = World()
    case = world.submit(world.body())
    press = world.press.press

    def withdrawn_meanwhile(content: object) -> object:
        world.own_case_commands.withdraw(case.case_number, world.now)
        return press(content)  # type: ignore[arg-type]

    world.press.press = withdrawn_meanwhile  # type: ignore[method-assign, assignment]
    assert world.issue(case).stage is Stage.WITHDRAWN
    assert not world.cases.reports


@pytest.mark.requirement("A2")
def test_a_character_that_the_press_lacks_parks_the_case() -> None:
    world = World()
    case = world.submit(world.body())
    world.press.failing = UnprintableCharacter(("\U0003134a",))
    assert world.issue(case).stage is Stage.PARKED
    world.press.failing = None
    world.staff("release", case, reason="字体已更新")
    assert world.drive(case.case_number).stage is Stage.CONCLUDED


@pytest.mark.requirement("N1")
def test_a_case_that_others_keep_changing_is_refused_for_the_moment_and_left_whole() -> None:
    world = World()
    case = world.submit(world.body())
    original = world.cases.load

    def always_older(case_number: str) -> object:
        return replace(original(case_number), version=original(case_number).version - 1)

    world.cases.load = always_older  # type: ignore[method-assign, assignment]
    with pytest.raises(Unavailable):
        world.own_case_commands.withdraw(case.case_number, world.now)
    assert original(case.case_number) == case


@pytest.mark.requirement("A15", "N4")
def test_the_online_check_answers_a_wrong_code_and_an_unknown_number_alike() -> None:
    world = World()
    issued = world.issue(world.submit(world.body()))
    assert issued.report is not None
    other = world.issue(world.submit(world.body(1)))
    shown, others = world.shown_report(issued), world.shown_report(other)
    assert shown is not None
    assert others is not None

    def check(**body: str) -> dict[str, object]:
        return check_report(world.cases, world.keyring, MemoryReportLog(), body, pytest.fail)

    right = check(report_number=shown["report_number"], check_code=shown["check_code"])
    assert right["state"] == "valid"
    assert world.body()["holder"]["name"] not in str(right)
    wrong = check(report_number=shown["report_number"], check_code=others["check_code"])
    del world.cases.reports[shown["report_number"]]
    absent = check(report_number=shown["report_number"], check_code=shown["check_code"])
    assert wrong == absent
    assert wrong["state"] == "unknown"
    assert check(sha256=issued.report.sha256)["state"] == "unknown"


@pytest.mark.requirement("A5", "A15")
def test_the_check_tells_who_stamped_a_report_and_when() -> None:
    world = World()
    stamped = Timestamp(datetime(2026, 11, 25, 2, 0, 3, tzinfo=UTC), "TEST authority")
    plain, other = world.issue(world.submit(world.body())), world.submit(world.body(1))
    world.press.timestamp = stamped
    shown = [world.shown_report(one) for one in (plain, world.issue(other))]
    answers = [
        check_report(
            world.cases,
            world.keyring,
            MemoryReportLog(),
            {"report_number": one["report_number"], "check_code": one["check_code"]},
            pytest.fail,
        )["report"]["timestamp"]
        for one in shown
        if one
    ]
    assert answers == [None, {"at": "2026-11-25T10:00:03+08:00", "authority": "TEST authority"}]


@pytest.mark.requirement("N1", "N2")
def test_a_report_that_cannot_be_stamped_is_not_issued_and_waits() -> None:
    world = World()
    case = world.submit(world.body())
    world.press.failing = TimestampUnavailable()
    with pytest.raises(TimestampUnavailable):
        world.issue(case)
    assert (world.cases.load(case.case_number).stage, world.cases.reports) == (Stage.ISSUING, {})
    world.press.failing = None
    assert world.issue(case).stage is Stage.CONCLUDED


def overtaken(world: World) -> list[int]:
    """From now on an import corrects the record, and flags the reports there are, while the press is at work."""
    press, record = world.press.press, world.records[0]
    flagged: list[int] = []

    def pressed_late(content: ReportContent) -> PressedReport:
        world.register.records = [replace(record, discipline_name="园林"), *world.records[1:]]
        key = certificate_digest(world.keyring, record.institution_code, record.certificate_number)
        flagged.append(world.issuance.flags.flag([key], world.now))
        return press(content)

    world.press.press = pressed_late  # type: ignore[method-assign]
    return flagged


@pytest.mark.requirement("A11", "A15", "N1")
def test_a_report_that_an_import_overtook_is_called_into_question() -> None:
    world = World()
    case, flagged = world.submit(world.body()), overtaken(world)
    issued = world.issue(case)
    assert flagged == [0]
    assert (issued.stage, issued.report is not None) == (Stage.RECHECK_ADMISSION, True)
    assert [one.cause for one in issued.rechecks] == [Cause.REGISTER_CHANGE]
    assert world.issue(case) == issued


@pytest.mark.requirement("A11", "A15", "N1")
def test_one_that_was_cut_off_before_it_looked_again_looks_when_it_is_repeated() -> None:
    world = World()
    case = world.submit(world.body())
    overtaken(world)

    commit = world.cases.commit

    def cut_off(*stored: Any, **more: Any) -> None:
        commit(*stored, **more)
        world.cases.commit = commit  # type: ignore[method-assign]
        raise ConnectionError

    world.cases.commit = cut_off  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        world.issue(case)
    assert world.cases.load(case.case_number).stage is Stage.CONCLUDED
    assert world.issue(case).stage is Stage.RECHECK_ADMISSION


@pytest.mark.requirement("A11")
def test_what_the_institution_verified_is_not_held_against_a_register_that_lacks_it() -> None:
    world = World()
    issued = world.issue(world.answer(world.asked(), "verified"))
    assert (issued.stage, issued.rechecks) == (Stage.CONCLUDED, ())
