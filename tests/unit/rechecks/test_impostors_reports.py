"""What becomes of reports, of one case or of others, when an impostor obtained one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from degree_auth.domain.applications.claim import IdentityType
from degree_auth.domain.applications.person import Authority
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.reports.issued_document import DocumentKind
from degree_auth.domain.shared.errors import Conflict, NotFound
from degree_auth.services.cases.report_following import ReportFollowing
from tests.doubles.world import World, tell_no_other_case
from tests.samples.disavowed_cases import (
    EVERY_BEGINNING,
    case_that_waits,
    check,
    end_disavowal,
    platform_case,
    through_the_platform,
    waits_beside,
)
from tests.unit.rechecks.test_rechecks import disputed, reported, verified_again
from tests.unit.reports.test_sharing import body, second

pytestmark = pytest.mark.requirement("A1")


# One award, one report.


@pytest.mark.requirement("N1", "N2")
def test_whoever_ended_in_an_impostors_report_waits_for_a_reviewer_and_gets_a_new_one(world: World) -> None:
    impostor = reported(world)
    assert impostor.report is not None
    number = impostor.report.report_number
    mine = second(world)
    assert mine.report == impostor.report
    world.decide_disavowal(world.disavow(impostor), "impersonation")
    mine = world.cases.load(mine.case_number)
    assert (mine.stage, mine.outcome, mine.report) == (Stage.PARKED, None, None)
    assert (mine.reason or {})["reason"] == "report_misused"
    status = world.own_case.status(mine.case_number, world.now)
    assert (status["report"], status["notice"]) == (None, None)
    assert impostor.case_number not in str(status)
    followed = [one for one in status["timeline"] if one["event"] == "report_followed"]
    assert "冒用" in followed[-1]["zh"]
    sheet = world.staff("open_review", mine, command="o")
    page = world.documents.objects[f"review/{mine.case_number}/sheet.html"].decode()
    assert sheet.location is not None
    assert impostor.case_number in page
    done = world.drive(world.staff("release", mine, command="release", reason="核对无误").case.case_number)
    assert done.report is not None
    assert (done.stage, done.report.version, done.report.report_number != number) == (Stage.CONCLUDED, 2, True)
    assert check(world, number)["state"] == "revoked"
    in_force = [one for one in world.cases.reports.values() if one.state is ReportState.VALID]
    assert [one.report_number for one in in_force] == [done.report.report_number]


@pytest.mark.requirement("N1", "N4")
def test_a_case_that_was_not_reached_does_not_get_the_next_report_either(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    impostor, other = reported(world), second(world, 1)
    with monkeypatch.context() as cut_off:
        tell_no_other_case(cut_off)
        world.decide_disavowal(world.disavow(impostor), "impersonation")
        assert second(world, 2).report is not None
    assert world.own_case.status(other.case_number, world.now)["report"] is None
    other = ReportFollowing(world.cases, world.keyring).catch_up(other.case_number, world.now)
    assert (other.stage, other.report) == (Stage.PARKED, None)


@pytest.mark.requirement("N1", "N2", "N4")
def test_the_next_report_on_the_award_goes_to_nobody_without_a_reviewer(world: World) -> None:
    """Neither to the annulled case nor to another that had the misused report, whatever is issued to the holder."""
    impostor, other = reported(world), second(world, 1)
    assert impostor.report is not None
    world.decide_disavowal(world.disavow(impostor), "impersonation")
    mine = second(world, 2)
    assert mine.report is not None
    assert mine.report.version == 2
    for _ in range(2):
        for case in (impostor, other):
            status = world.own_case.status(case.case_number, world.now)
            assert (status["report"], status["stage"]) == (None, "annulled" if case is impostor else "parked")
            with pytest.raises(NotFound, match="report_not_issued"):
                world.own_case.credential(world.cases.load(case.case_number), world.now)
            assert world.drive(case.case_number).report is None
        # And after a commit that looks at the award once more.
        world.issuance.issue(mine.case_number, world.now)
    released = world.staff("release", other, command="release", reason="核对无误").case
    assert world.drive(released.case_number).report == mine.report


@pytest.mark.requirement("N2")
def test_a_parked_case_that_is_withdrawn_or_rejected_gets_no_report_any_more(world: World) -> None:
    impostor, one, another = reported(world), second(world, 1), second(world, 2)
    world.decide_disavowal(world.disavow(impostor), "impersonation")
    world.own_case_commands.withdraw(one.case_number, world.now)
    world.staff("reject", world.cases.load(another.case_number), command="reject", reason="并非本人申请")
    assert second(world, 3).report is not None
    for case in (one, another):
        assert world.own_case.status(case.case_number, world.now)["report"] is None
        assert world.drive(case.case_number).report is None


@pytest.mark.requirement("N1", "N2")
def test_a_report_that_another_case_issued_stays_in_force_and_the_impostor_loses_it(world: World) -> None:
    mine = reported(world)
    impostor = second(world)
    assert impostor.report == mine.report
    assert mine.report is not None
    annulled = world.decide_disavowal(world.disavow(impostor), "impersonation")
    assert (annulled.report, annulled.former_reports) == (None, ())
    assert check(world, mine.report.report_number)["state"] == "valid"
    assert world.cases.load(mine.case_number) == mine
    assert world.shown_report(annulled) is None


@pytest.mark.requirement("A6", "N1")
@pytest.mark.parametrize("how", ["refused", "withdrawn"])
def test_a_dispute_of_a_report_that_an_impostor_had_obtained_ends_with_a_new_report(world: World, how: str) -> None:
    impostor = reported(world)
    mine = disputed(world, second(world))
    world.decide_disavowal(world.disavow(impostor), "impersonation")
    mine = world.cases.load(mine.case_number)
    assert (mine.stage, mine.report) == (Stage.RECHECK_ADMISSION, None)
    if how == "refused":
        mine = world.staff("refuse_recheck", mine, command="f", reason="不予受理").case
    else:
        mine = world.own_case_commands.withdraw(mine.case_number, world.now)
    assert mine.stage is Stage.PARKED
    done = world.drive(world.staff("release", mine, command="r", reason="核对无误").case.case_number)
    assert (done.stage, done.report is not None) == (Stage.CONCLUDED, True)


@pytest.mark.requirement("A6")
def test_a_dispute_of_such_a_report_that_the_institution_answers_is_decided_by_the_answer(world: World) -> None:
    impostor = reported(world)
    mine = verified_again(world, disputed(world, second(world)), "verified")
    world.decide_disavowal(world.disavow(impostor), "impersonation", "i")
    mine = world.staff("decide_recheck", mine, command="s", reason="属实", decision="superseded").case
    done = world.drive(mine.case_number)
    assert (done.stage, done.report is not None) == (Stage.CONCLUDED, True)


def test_a_frozen_case_learns_what_became_of_a_report_that_another_case_corrected(world: World) -> None:
    mine = reported(world)
    other = world.disavow(second(world))
    case = verified_again(
        world, disputed(world, mine), "partly_inconsistent", archive_values={"degree.discipline": "园林"}
    )
    case = world.staff("decide_recheck", case, command="s", reason="更正", decision="superseded").case
    case = world.drive(case.case_number)
    other = world.cases.load(other.case_number)
    assert (other.stage, other.stood_at, other.report) == (Stage.FROZEN, Stage.CONCLUDED, case.report)
    assert world.decide_disavowal(other, "unfounded").stage is Stage.CONCLUDED


def test_two_cases_of_one_impostor_are_annulled_each_and_no_report_is_left(world: World) -> None:
    first, other = reported(world), second(world)
    frozen = world.disavow(other)
    world.decide_disavowal(world.disavow(first), "impersonation", "d1")
    frozen = world.cases.load(frozen.case_number)
    assert (frozen.stage, frozen.stood_at) == (Stage.FROZEN, Stage.PARKED)
    annulled = world.decide_disavowal(frozen, "impersonation", "d2")
    assert (annulled.stage, annulled.report) == (Stage.ANNULLED, None)
    assert [one.state for one in world.cases.reports.values()] == [ReportState.REVOKED]


def test_a_written_notice_of_an_annulled_case_is_no_longer_in_force_and_still_weighs(world: World) -> None:
    case = world.denied()
    notice = case.written_notice
    assert notice is not None
    annulled = world.decide_disavowal(world.disavow(case), "impersonation")
    kept = world.cases.reports[notice.report_number]
    assert (annulled.written_notice, kept.state, kept.superseded_by) == (None, ReportState.SUPERSEDED, None)
    found = check(world, notice.report_number)
    assert (found["state"], found["notice"]["superseded_by"]) == ("notice_superseded", None)
    assert kept.kind is DocumentKind.WRITTEN_NOTICE
    assert world.own_case.status(case.case_number, world.now)["notice"] is None
    # What the institution answered holds, whoever asked.
    world.register.records = list(world.records)
    by_register = world.drive(world.submit(body(world, 4)).case_number)
    assert (by_register.reason or {})["reason"] == "institution_answered_otherwise"


# The impostor sends it again, with other contact details.


def reports_of(world: World, case: Case) -> list[str]:
    """The reports that a case ever had."""
    log = world.cases.log(case.case_number)
    return [one.data["report_number"] for one in log if one.type in (EventType.REPORT_ISSUED, EventType.REPORT_ADOPTED)]


def confirmed_by_an_institution(world: World) -> Case:
    asked = world.attach(through_the_platform(world, discipline="法语"))
    asked = world.attend(world.staff("confirm_material", asked, command="again").case)
    return world.answer(asked, "verified")


def confirmed_by_a_reviewer(world: World) -> Case:
    case = world.attach(world.unproven(body(world, 6)).case, kind="identity_document")
    return world.staff("confirm_identity", case, command="identity").case


@pytest.mark.requirement("N2", "N4")
@pytest.mark.parametrize("again", [through_the_platform, confirmed_by_an_institution, confirmed_by_a_reviewer])
@pytest.mark.parametrize("decided", [False, True])
@EVERY_BEGINNING
def test_whoever_did_not_sign_in_gets_no_report_in_the_name_of_a_holder_who_disavowed_another_application(
    world: World, beginning: str, decided: bool, again: Callable[[World], Case]
) -> None:
    """Wherever the first one stood, and whatever it had come to."""
    impostor = world.disavow(case_that_waits(world, beginning))
    if decided:
        world.decide_disavowal(impostor, "impersonation")
    case = world.drive(again(world).case_number)
    # The register may have been put right beside the first one: then a reviewer looks at the second one anyway.
    assert case.stage is not Stage.CONCLUDED
    assert reports_of(world, case) == []
    if case.stage is Stage.PARKED:
        assert waits_beside(case) == impostor.case_number
    status = world.own_case.status(case.case_number, world.now)
    assert impostor.case_number not in str(status)
    assert "冒用" not in str(status)


def test_the_holder_who_signs_in_gets_their_report_whatever_is_frozen_or_was_annulled(world: World) -> None:
    impostor = world.disavow(through_the_platform(world))
    case = world.drive(world.submit(body(world, 1)).case_number)
    assert case.report is not None
    world.decide_disavowal(impostor, "impersonation")
    assert world.drive(world.submit(body(world, 2)).case_number).report == case.report


def test_another_award_of_the_holder_is_held_as_well(world: World) -> None:
    """An impostor has the document of a person, and tries what that person has."""
    other = replace(world.records[0], certificate_number="1033522024000999", discipline_name="法语")
    world.register.records.append(other)
    impostor = world.disavow(through_the_platform(world))
    again = through_the_platform(world, 6, certificate_number=other.certificate_number, discipline="法语")
    assert waits_beside(world.drive(again.case_number)) == impostor.case_number


def test_an_application_with_another_document_of_the_same_holder_is_held_as_well(world: World) -> None:
    passport = {"identity_type": "passport", "identity_number": "E12345678"}
    world.register.records = [replace(one, identity_number="") for one in world.records[:1]]
    case = world.attach(through_the_platform(world))
    case = world.attend(world.staff("confirm_material", case, command="m").case)
    impostor = world.disavow(case)
    stated = body(world, 6)
    stated["holder"] |= passport
    other = world.intake.submit(stated, "msg-p", "platform", Authority.PUBLIC_SECURITY, world.now).case
    other = world.attend(world.staff("confirm_material", world.attach(other), command="o").case)
    other = world.drive(world.answer(other, "verified").case_number)
    assert waits_beside(other) == impostor.case_number


def with_passport(world: World) -> AwardRecord:
    """Another award of the first record's holder, whom the register knows by a passport there."""
    return replace(
        world.records[0],
        record_id=world.records[1].record_id,
        certificate_number=world.records[1].certificate_number,
        institution_code=world.records[1].institution_code,
        institution_name=world.records[1].institution_name,
        identity_type=IdentityType.PASSPORT,
        identity_number="G12345678",
    )


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("decided", [False, True])
def test_another_document_with_another_award_of_the_holder_is_held_as_well(
    world: World, first: int, decided: bool
) -> None:
    """The name and the birth date tell whose both are, which the document's number or the register vouches for."""
    records = [world.records[0], with_passport(world)]
    world.register.records = records
    impostor = world.disavow(world.drive(platform_case(world, records[first]).case_number))
    if decided:
        world.decide_disavowal(impostor, "impersonation")
    again = world.drive(platform_case(world, records[1 - first]).case_number)
    assert waits_beside(again) == impostor.case_number
    assert reports_of(world, again) == []


@pytest.mark.parametrize("by", ["signed in", "unproven"])
@pytest.mark.parametrize("decided", [False, True])
def test_a_namesake_who_disavows_a_claim_to_somebodys_award_holds_nobody_up(
    world: World, by: str, decided: bool
) -> None:
    """A passport says nothing of the birth date, and the register has somebody else for the award."""
    stated = body(world, 3)
    stated["holder"] |= {"identity_type": "passport", "identity_number": "G12345678"}
    claimed = (world.submit if by == "signed in" else lambda one: world.unproven(one).case)(stated)
    frozen = world.disavow(claimed)
    if decided:
        world.decide_disavowal(frozen, "impersonation")
    assert world.drive(platform_case(world, world.records[0]).case_number).report is not None
    # With that very document nothing is reported.
    world.register.records = [
        replace(world.records[0], identity_type=IdentityType.PASSPORT, identity_number="G12345678")
    ]
    same = platform_case(world, world.register.records[0])
    assert waits_beside(world.drive(same.case_number)) == frozen.case_number


def test_a_reviewer_decides_on_the_disavowal_first_and_releases_then(world: World) -> None:
    impostor = world.disavow(through_the_platform(world))
    case = world.drive(through_the_platform(world, 6).case_number)
    assert waits_beside(case) == impostor.case_number
    with pytest.raises(Conflict, match="disavowal_undecided"):
        world.staff("release", case, command="early", reason="核对无误")
    with pytest.raises(Conflict, match="case_not_in_review"):
        world.staff("confirm_material", case, command="ask")
    world.decide_disavowal(impostor, "impersonation")
    released = world.staff("release", case, command="release", reason="已与持有人核实").case
    assert released.released_beside == (impostor.case_number,)
    done = world.drive(case.case_number)
    assert (done.stage, len(reports_of(world, done))) == (Stage.CONCLUDED, 1)
    assert replay(world.cases.log(case.case_number)) == done


@pytest.mark.parametrize("how", ["unfounded", "taken back"])
def test_what_was_no_impersonation_after_all_holds_nothing(world: World, how: str) -> None:
    first = world.disavow(through_the_platform(world))
    waiting = world.drive(through_the_platform(world, 6).case_number)
    end_disavowal(world, first, how)
    assert reports_of(world, world.drive(through_the_platform(world, 7).case_number)) != []
    released = world.staff("release", waiting, command="release", reason="已决定").case
    assert released.released_beside == ()
    assert reports_of(world, world.drive(waiting.case_number)) != []


def test_a_release_counts_for_what_the_reviewer_knew_and_not_for_the_next_impersonation(world: World) -> None:
    first = world.disavow(through_the_platform(world))
    world.decide_disavowal(first, "impersonation", "first")
    case = world.drive(through_the_platform(world, 6).case_number)
    released = world.staff("release", case, command="release", reason="已核实").case
    second_one = world.disavow(through_the_platform(world, 7))
    assert waits_beside(world.drive(released.case_number)) == second_one.case_number


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("adopting", [False, True])
def test_a_disavowal_while_the_other_report_is_pressed_or_adopted_comes_first(world: World, adopting: bool) -> None:
    """Between the look at what was disavowed and the commit."""
    if adopting:
        reported(world)
    impostor, case = through_the_platform(world), through_the_platform(world, 6)

    def frozen() -> None:
        world.cases.before_commit = lambda: None
        world.disavow(impostor)

    world.cases.before_commit = frozen
    after = world.issue(case)
    assert (waits_beside(after), reports_of(world, after)) == (impostor.case_number, [])


@pytest.mark.requirement("N1")
def test_a_report_that_was_issued_right_before_the_disavowal_of_another_is_the_holders_to_disavow(world: World) -> None:
    impostor, case = through_the_platform(world), through_the_platform(world, 6)

    def issued() -> None:
        world.cases.before_commit = lambda: None
        world.issue(case)

    world.cases.before_commit = issued
    frozen = world.disavow(impostor)
    assert (frozen.stage, frozen.stood_at) == (Stage.FROZEN, Stage.ISSUING)
    had = world.cases.load(case.case_number)
    assert had.report is not None
    assert world.decide_disavowal(world.disavow(had), "impersonation", "d2").report is None
