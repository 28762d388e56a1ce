"""The two people of a case whose holder an archive has renamed: each speaks for themselves alone (article 1)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from degree_auth.domain.applications.claim import IdentityType
from degree_auth.domain.applications.person import Authority, ProvenPerson
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.disavowal import DisavowalStatus
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import TaskStatus
from degree_auth.domain.shared.errors import Conflict, NotFound
from degree_auth.domain.verification.history import task_history
from degree_auth.services.applications.callers import ByHolder, ByLink
from tests.doubles.platform_events import told_of_log
from tests.doubles.world import World
from tests.samples.disavowed_cases import platform_case, waits_beside
from tests.unit.rechecks.test_rechecks import disputed, reported

pytestmark = pytest.mark.requirement("A1")


def people(world: World) -> tuple[ProvenPerson, ProvenPerson]:
    """Who applied, and whom the archive has for the award."""
    return world.person(world.body()), world.person(world.body(1))


def renamed(world: World, proven_by: Authority = Authority.IDENTITY_PROVIDER, **only: str) -> Case:
    """The archive has another person for the award, and a reviewer accepts that; or only something of that person."""
    body = world.body(discipline="园艺学")
    if proven_by is Authority.IDENTITY_PROVIDER:
        case = world.submit(body)
    else:
        case = world.intake.submit(body, f"msg-{len(world.cases.cases)}", "platform", proven_by, world.now).case
    asked = world.attend(world.staff("confirm_material", world.attach(case), command="confirm").case)
    holder = world.body(1)["holder"]
    values = only or {f"holder.{name}": holder[name] for name in ("name", "sex", "birth_date", "identity_number")}
    answered = world.answer(asked, "partly_inconsistent", archive_values=values)
    world.staff("accept_archive_values", answered, command="accept", reason="以档案为准")
    return world.drive(case.case_number)


def disavow(world: World, person: ProvenPerson, case: Case, reason: str = "不是我申请的") -> Case:
    return world.disavowals.disavow(person, case.case_number, {"reason": reason}, world.now)


def take_back(world: World, person: ProvenPerson, case: Case) -> Case:
    return world.disavowals.take_back(person, case.case_number, world.now)


def actions(world: World, person: ProvenPerson, case: Case) -> list[str]:
    listed = {one["case_number"]: one for one in world.own_case_list.page(person, None, "", world.now)["applications"]}
    return listed[case.case_number]["allowed_actions"]


@pytest.mark.parametrize("first", [0, 1])
def test_each_of_two_people_disavows_and_takes_back_for_themselves(world: World, first: int) -> None:
    case = renamed(world)
    one, other = people(world)[first], people(world)[1 - first]
    assert case.stage is Stage.CONCLUDED
    frozen = disavow(world, one, case, "第一人")
    assert (actions(world, one, case), actions(world, other, case)) == (["take_back"], ["disavow"])
    with pytest.raises(Conflict, match="disavowal_of_another"):
        take_back(world, other, case)
    both = disavow(world, other, case, "第二人")
    assert [one.is_open for one in both.disavowals] == [True, True]
    assert (both.disavowals[0], both.stood_at) == (frozen.disavowals[0], Stage.CONCLUDED)
    assert disavow(world, other, case) == both
    still = take_back(world, one, case)
    assert [one.status for one in still.disavowals] == [DisavowalStatus.TAKEN_BACK, DisavowalStatus.OPEN]
    assert (still.stage, still.stood_at) == (Stage.FROZEN, Stage.CONCLUDED)
    assert take_back(world, one, case) == still
    back = take_back(world, other, case)
    assert (back.stage, back.report) == (Stage.CONCLUDED, case.report)
    assert replay(world.cases.log(case.case_number)) == back
    assert all(not world.cases.open[one.counts_under] for one in both.disavowals)
    # Each has taken back once.
    disavow(world, one, case)
    with pytest.raises(Conflict, match="disavowal_stands"):
        take_back(world, one, case)
    assert (actions(world, one, case), actions(world, other, case)) == ([], ["disavow"])


@pytest.mark.parametrize("decision", ["unfounded", "impersonation"])
def test_one_decision_on_the_application_ends_what_both_have_said(world: World, decision: str) -> None:
    case = renamed(world)
    one, other = people(world)
    disavow(world, one, case, "第一人说")
    both = disavow(world, other, case, "第二人说")
    world.staff("open_review", both, command="sheet")
    page = world.documents.objects[f"review/{case.case_number}/sheet.html"].decode()
    assert all(said in page for said in ("第一人说", "第二人说", one.name, other.name))
    after = world.decide_disavowal(both, decision)
    assert {one.status.value for one in after.disavowals} == {decision}
    assert after.stage is (Stage.CONCLUDED if decision == "unfounded" else Stage.ANNULLED)
    assert all(not world.cases.open[one.counts_under] for one in both.disavowals)
    for person in (one, other):
        assert actions(world, person, case) == []
        if decision == "unfounded":
            with pytest.raises(Conflict, match="disavowal_decided"):
                disavow(world, person, case)
        with pytest.raises(Conflict, match="case_not_frozen"):
            take_back(world, person, case)
    with pytest.raises(NotFound):
        disavow(world, world.person(world.body(2)), case)


@pytest.mark.requirement("A1", "A12")
def test_the_clock_goes_on_and_everybody_is_told_so_when_the_last_of_two_has_taken_it_back(world: World) -> None:
    case = disputed(world, renamed(world))
    case = world.attend(world.staff("admit_recheck", case, command="admit", reason="符合条件").case)
    one, other = people(world)
    disavow(world, one, case)
    disavow(world, other, case)
    still = take_back(world, other, case)
    assert still.task is not None
    assert still.task.status is TaskStatus.PAUSED
    after = take_back(world, one, case)
    assert after.task is not None
    assert after.task.is_with_institution
    log = world.cases.log(case.case_number)
    told = [entry["event"] for entry in task_history(log, after.task.task_id)]
    assert [told.count(name) for name in ("case_disavowed", "disavowal_taken_back")] == [1, 1]
    facts = [one["data"]["facts"] for one in told_of_log(log) if one["data"]["event"] == "disavowal_taken_back"]
    assert [one.get("still_frozen") for one in facts] == [True, None]
    timeline = world.own_case.status(case.case_number, world.now)["timeline"]
    said = [one["en"] for one in timeline if one["event"] == "disavowal_taken_back"]
    assert ["stays frozen" in one for one in said] == [True, False]


def test_a_name_that_an_archive_has_for_one_document_makes_no_second_person(world: World) -> None:
    case = renamed(world, **{"holder.name": "曾用名"})
    me = world.person(world.body())
    former = replace(me, name="曾用名")
    disavow(world, me, case)
    assert disavow(world, former, case).disavowals == world.cases.load(case.case_number).disavowals
    assert take_back(world, former, case).stage is Stage.CONCLUDED


@pytest.mark.requirement("A1", "N4")
def test_neither_of_two_people_is_shown_the_others_document(world: World) -> None:
    case = renamed(world)
    for person in people(world):
        own = replace(world.own_case, caller=ByHolder(world.own_cases, person))
        shown = own.status(case.case_number, world.now)
        other = next(one for one in people(world) if one != person)
        assert shown["claim"]["holder"]["identity_number"] == person.identity_number
        assert other.identity_number not in json.dumps(shown)
        # What the report prints is the same for both.
        assert shown["claim"]["holder"]["name"] == people(world)[1].name


@pytest.mark.requirement("A1", "N4")
def test_whoever_has_the_link_is_shown_the_applicants_own_document(world: World) -> None:
    case = renamed(world, Authority.BANK)
    applicant, archived = people(world)
    token = world.own_case_commands.renew_link(case.case_number, world.now)
    own = replace(world.own_case, caller=ByLink(world.own_cases, token))
    shown = json.dumps(own.status(case.case_number, world.now))
    assert applicant.identity_number in shown
    assert archived.identity_number not in shown


# What stands in the way of other applications in their names.


@pytest.mark.parametrize("decided", [False, True])
@pytest.mark.parametrize("who", [0, 1])
def test_who_disavows_a_renamed_case_holds_up_applications_in_their_own_name_alone(
    world: World, who: int, decided: bool
) -> None:
    """By document, by name and birth date, and by award: neither is told by the other's."""
    person = people(world)[who]
    frozen = disavow(world, person, renamed(world))
    if decided:
        world.decide_disavowal(frozen, "impersonation")
    own = world.drive(platform_case(world, world.records[who]).case_number)
    assert waits_beside(own) == frozen.case_number
    others = platform_case(world, world.records[1 - who])
    assert waits_beside(world.drive(others.case_number)) is None
    # With a passport that nobody knows, the name and the birth date tell.
    world.register.records = [
        replace(one, identity_type=IdentityType.PASSPORT, identity_number=f"G1234567{n}")
        for n, one in enumerate(world.records)
    ]
    for n in (0, 1):
        passport = world.drive(platform_case(world, world.register.records[n]).case_number)
        assert (waits_beside(passport) is not None) is (n == who), n


def test_what_one_of_two_has_taken_back_holds_nothing_of_theirs_while_the_other_has_not(world: World) -> None:
    case = renamed(world)
    one, other = people(world)
    disavow(world, one, case)
    disavow(world, other, case)
    take_back(world, one, case)
    assert waits_beside(world.drive(platform_case(world, world.records[0]).case_number)) is None
    assert waits_beside(world.drive(platform_case(world, world.records[1]).case_number)) == case.case_number


@pytest.mark.requirement("A1", "N2")
def test_whoever_signed_in_is_excused_for_themselves_alone(world: World) -> None:
    """The archive has another person, who has disavowed an application: that stands in the way of this report."""
    impostors = platform_case(world, world.records[1])
    disavow(world, people(world)[1], impostors)
    case = renamed(world)
    assert waits_beside(case) == impostors.case_number
    assert EventType.REPORT_ISSUED not in [one.type for one in world.cases.log(case.case_number)]


def test_what_the_person_who_signed_in_has_disavowed_is_not_held_against_their_former_name(world: World) -> None:
    impostors = platform_case(world, world.records[0])
    disavow(world, people(world)[0], impostors)
    assert renamed(world, **{"holder.name": "曾用名"}).report is not None


@pytest.mark.requirement("A1", "N2")
def test_who_did_not_sign_in_is_held_by_what_either_has_disavowed(world: World) -> None:
    for who in (0, 1):
        world = World()
        impostors = platform_case(world, world.records[who])
        disavow(world, people(world)[who], impostors)
        assert waits_beside(renamed(world, Authority.BANK)) == impostors.case_number


# The number alone.


def test_a_passport_number_that_two_states_gave_out_holds_up_nobody_else(world: World) -> None:
    number: dict[str, Any] = {"identity_type": IdentityType.PASSPORT, "identity_number": "E12345678"}
    records = [replace(one, **number) for one in world.records[:2]]
    records.append(replace(records[0], record_id="another", certificate_number="1033522024000999"))
    world.register.records = records
    first = world.drive(platform_case(world, records[0]).case_number)
    frozen = world.disavow(first)
    assert world.drive(platform_case(world, records[1]).case_number).report is not None
    again = platform_case(world, records[2])
    assert waits_beside(world.drive(again.case_number)) == frozen.case_number


def test_a_residents_number_is_one_persons_whatever_they_are_called(world: World) -> None:
    """An impostor takes a former name of the holder's, under which the register has another award."""
    former = replace(world.records[0], record_id="former", name="曾用名", certificate_number="1033522024000999")
    world.register.records = [world.records[0], former]
    frozen = world.disavow(world.drive(platform_case(world, world.records[0]).case_number))
    assert waits_beside(world.drive(platform_case(world, former).case_number)) == frozen.case_number


def test_what_is_in_the_way_of_a_report_is_read_again_when_the_same_case_is_disavowed_once_more(world: World) -> None:
    """Disavowed, taken back, and disavowed again while the other report is pressed."""
    impostors = reported(world)
    world.take_back(world.disavow(impostors))
    press = world.press.press
    times = []

    def pressed(content: Any) -> Any:
        times.append(1)
        if len(times) == 1:
            world.disavow(impostors)
        return press(content)

    other = replace(world.records[0], certificate_number="1033522024000999")
    world.register.records.append(other)
    case = platform_case(world, other)
    world.press.press = pressed  # type: ignore[method-assign]
    after = world.drive(case.case_number)
    assert times
    assert (after.report, waits_beside(after)) == (None, impostors.case_number)


@pytest.mark.requirement("A1", "N4")
def test_no_guess_at_the_other_persons_number_is_answered_otherwise(world: World) -> None:
    case = disputed(world, renamed(world))
    case = world.staff("admit_recheck", case, command="admit", reason="受理").case
    case = world.answer(world.attend(case), "needs_material")
    one, other = people(world)
    mine = replace(world.own_case_commands, caller=ByHolder(world.own_cases, one))
    told = []
    for guess in (other.identity_number, one.identity_number, world.body(2)["holder"]["identity_number"], "1"):
        with pytest.raises(Conflict) as refused:
            mine.supplement(case.case_number, {"holder": {"identity_number": guess}}, world.now)
        told.append((refused.value.code, refused.value.problems))
    assert len(set(told)) == 1
