"""A disavowal that is cut off, or that comes at the same time as something else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from degree_auth.domain.applications.person import Authority
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.disavowal import DisavowalStatus
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.cases.stages import Machine, Stage
from degree_auth.domain.shared.errors import Conflict, NotFound
from degree_auth.services.applications.callers import ByHolder
from tests.doubles.world import World
from tests.samples.disavowed_cases import DECISIONS, end_disavowal
from tests.unit.rechecks.test_rechecks import evidence, reported
from tests.unit.reports.test_sharing import body

pytestmark = pytest.mark.requirement("A1")


# Cut off and at once.


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("how", sorted(DECISIONS))
def test_whatever_is_cut_off_there_is_a_machine_for_the_case(world: World, how: str) -> None:
    def driven_by() -> set[Machine]:
        world.reconcile()
        return {one for one in Machine if case.case_number in world.workflows.live_cases(one)}

    case = world.asked()
    world.workflows.refuse = True
    frozen = world.disavow(case)
    world.workflows.refuse = False
    for one in Machine:
        world.workflows.running[one].clear()
    assert driven_by() == {Machine.DISPUTE, Machine.REGISTER_CHANGE}
    world.workflows.refuse = True
    end_disavowal(world, frozen, how)
    world.workflows.refuse = False
    for one in Machine:
        world.workflows.running[one].clear()
    expected = set() if how == "impersonation" else {Machine.VERIFICATION, Machine.REGISTER_CHANGE}
    assert driven_by() == expected


@pytest.mark.requirement("N6")
def test_a_frozen_case_that_is_forgotten_is_told_in_days(world: World) -> None:
    case = world.mismatched()
    world.now += timedelta(days=9)
    assert world.reconcile().oldest_frozen_days == 0
    frozen = world.disavow(case)
    world.now += timedelta(days=4)
    assert world.reconcile().oldest_frozen_days == 4
    world.decide_disavowal(frozen, "unfounded")
    world.now += timedelta(days=4)
    assert world.reconcile().oldest_frozen_days == 0


@pytest.mark.requirement("N1", "N2")
def test_a_report_that_is_being_pressed_is_not_issued_once_the_case_is_frozen(world: World) -> None:
    case = world.submit(world.body())
    assert case.stage is Stage.ISSUING

    def freeze() -> None:
        world.cases.before_commit = lambda: None
        world.disavow(case)

    world.cases.before_commit = freeze
    after = world.issue(case)
    assert (after.stage, after.report, world.press.pressed) == (Stage.FROZEN, None, 1)
    assert world.cases.reports == {}
    done = world.drive(world.decide_disavowal(after, "unfounded").case_number)
    assert (done.stage, done.report is not None) == (Stage.CONCLUDED, True)


@pytest.mark.requirement("N1")
def test_a_report_issued_between_look_and_disavowal_is_frozen_with_its_case(world: World) -> None:
    case = world.submit(world.body())

    def issued() -> None:
        world.cases.before_commit = lambda: None
        world.issue(case)

    world.cases.before_commit = issued
    frozen = world.disavow(case)
    assert (frozen.stage, frozen.stood_at, frozen.report is not None) == (Stage.FROZEN, Stage.CONCLUDED, True)
    annulled = world.decide_disavowal(frozen, "impersonation")
    assert [one.state for one in annulled.former_reports] == [ReportState.REVOKED]


@pytest.mark.requirement("N1")
def test_of_a_taking_back_and_a_decision_at_once_the_first_one_counts(world: World) -> None:
    frozen = world.disavow(reported(world))

    def decided() -> None:
        world.cases.before_commit = lambda: None
        world.decide_disavowal(frozen, "impersonation")

    world.cases.before_commit = decided
    with pytest.raises(Conflict, match="case_not_frozen"):
        world.take_back(frozen)
    case = world.cases.load(frozen.case_number)
    assert case.stage is Stage.ANNULLED
    assert case.disavowals[-1].status is DisavowalStatus.IMPERSONATION


def test_a_file_that_comes_after_the_annulment_is_refused(world: World) -> None:
    case = world.unproven(body(world, 3)).case
    announced = {"kind": "identity_document", "content_type": "application/pdf", "size": 8}
    attachment_id, _, _ = world.own_case_commands.announce_attachment(case.case_number, announced, world.now)
    annulled = world.decide_disavowal(world.disavow(case), "impersonation")
    key = f"incoming/{case.case_number}/{attachment_id}"
    world.documents.put(key, b"%PDF-1.7", "application/pdf")
    world.receive(key)
    after = world.cases.load(case.case_number)
    assert (after.stage, after.attachments[0].state, after.attachments[0].reason) == (
        annulled.stage,
        "refused",
        "attachments_closed",
    )
    assert not kept_files(world, case)


def kept_files(world: World, case: Case) -> list[str]:
    return [
        key
        for key in world.documents.objects
        if key.startswith(("incoming/", "attachments/", "copies/", "examined/")) and case.case_number in key
    ]


@pytest.mark.requirement("N1", "N4")
@pytest.mark.parametrize("cut_off", [False, True])
def test_of_a_file_that_was_copied_while_the_case_was_annulled_no_copy_stays(world: World, cut_off: bool) -> None:
    """Also when the function ends right after the entry, and the file is announced to it once more."""
    case = world.unproven(body(world, 3)).case
    announced = {"kind": "identity_document", "content_type": "application/pdf", "size": 8}
    attachment_id, _, _ = world.own_case_commands.announce_attachment(case.case_number, announced, world.now)
    key, put, delete = f"incoming/{case.case_number}/{attachment_id}", world.documents.put, world.documents.delete
    put(key, b"%PDF-1.7", "application/pdf")

    def annulled_meanwhile(to: str, content: bytes, content_type: str) -> None:
        put(to, content, content_type)
        world.documents.put = put  # type: ignore[method-assign]
        world.decide_disavowal(world.disavow(case), "impersonation")

    def ends_here(of: str) -> None:
        if of.startswith("examined/"):
            return delete(of)
        world.documents.delete = delete  # type: ignore[method-assign]
        raise ConnectionError

    world.documents.put = annulled_meanwhile  # type: ignore[method-assign]
    if cut_off:
        world.documents.delete = ends_here  # type: ignore[method-assign]
        with pytest.raises(ConnectionError):
            world.receive(key)
    assert world.receive(key) == ("ignored" if cut_off else "refused")
    assert world.cases.load(case.case_number).attachments[0].state == "refused"
    assert not kept_files(world, case)


def test_a_file_that_was_on_its_way_is_kept(world: World) -> None:
    case = reported(world)
    attachment_id = evidence(world, case)
    frozen = world.disavow(case)
    assert next(one for one in frozen.attachments if one.attachment_id == attachment_id).state == "stored"


@pytest.mark.requirement("N4")
def test_the_reason_is_sealed_and_the_holder_is_a_digest(world: World) -> None:
    frozen = world.disavow(world.mismatched(), "身份证遗失后被他人使用")
    kept = repr(frozen) + repr([entry.as_dict() for entry in world.cases.log(frozen.case_number)])
    number = world.holder_of(frozen).identity_number
    assert "身份证遗失" not in kept
    assert number not in kept
    status = str(world.own_case.status(frozen.case_number, world.now)["timeline"])
    assert "身份证遗失" not in status


@pytest.mark.requirement("A1", "N4")
def test_whoever_has_the_document_sees_and_disavows_what_calls_them_otherwise_and_does_nothing_else(
    world: World,
) -> None:
    body = world.body()
    case = world.intake.submit(body, "msg-1", "platform", Authority.PLATFORM, world.now).case
    renamed = replace(world.person(body), name=f"{body['holder']['name']}一")
    listed = world.own_case_list.page(renamed, None, "", world.now)["applications"]
    assert [(one["case_number"], one["allowed_actions"]) for one in listed] == [(case.case_number, ["disavow"])]
    mine = replace(world.own_case_commands, caller=ByHolder(world.own_cases, renamed))
    with pytest.raises(NotFound):
        mine.withdraw(case.case_number, world.now)
    frozen = world.disavowals.disavow(renamed, case.case_number, {"reason": "不是我"}, world.now)
    assert frozen.disavowal is not None
    with pytest.raises(NotFound):
        world.disavowals.disavow(world.person(world.body(1)), case.case_number, {"reason": "不是我"}, world.now)


@pytest.mark.requirement("A1", "N4")
def test_a_passports_number_alone_is_nobody(world: World) -> None:
    body = world.body()
    body["holder"] |= {"identity_type": "passport", "identity_number": "E12345678"}
    case = world.submit(body)
    renamed = replace(world.person(body), name=f"{body['holder']['name']}一")
    assert world.own_case_list.page(renamed, None, "", world.now)["applications"] == []
    with pytest.raises(NotFound):
        world.disavowals.disavow(renamed, case.case_number, {"reason": "不是我"}, world.now)
