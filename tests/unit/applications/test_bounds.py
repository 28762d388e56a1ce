"""How often somebody may apply: counted once a case, by person and by record, anew each day."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from degree_auth.domain.applications.bounds import (
    MOST_APPLICATIONS,
    MOST_FAILED_COMPARISONS,
    MOST_LINKS,
    MOST_OPEN_CASES,
    MOST_OPEN_CASES_OF_A_RECORD,
    MOST_OPEN_DISAVOWALS,
    OWN_FAILED_COMPARISONS,
    OWN_OPEN_CASES_OF_A_RECORD,
    tomorrow,
)
from degree_auth.domain.applications.person import Authority
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.shared.errors import TooMany
from tests.doubles.world import World

pytestmark = pytest.mark.requirement("A1", "N1", "N4")


@pytest.fixture
def world() -> World:
    return World()


def numbered(body: dict[str, Any], number: int) -> dict[str, Any]:
    """The same application from another address, which makes it another case."""
    return {**body, "contact": {**body["contact"], "email": f"{number}@example.org"}}


def wrong(world: World, which: int = 0) -> dict[str, Any]:
    """An application that a person must look at."""
    return world.body(which, discipline="园艺学")


def test_a_person_has_so_many_applications_a_day_and_repeats_do_not_count(world: World) -> None:
    for number in range(MOST_APPLICATIONS):
        for _ in range(2):
            # What matches has its report at once, and then no longer counts as open.
            world.drive(world.submit(numbered(world.body(), number)).case_number)
    with pytest.raises(TooMany) as refused:
        world.submit(numbered(world.body(), MOST_APPLICATIONS))
    assert (refused.value.code, refused.value.until) == ("too_many_applications", tomorrow(world.now))
    assert len(world.cases.cases) == MOST_APPLICATIONS
    # Another person is not held up, nor is a repeat of what was taken.
    world.submit(world.body(1))
    world.submit(numbered(world.body(), 0))
    world.now += timedelta(seconds=refused.value.retry_after)
    world.submit(numbered(world.body(), MOST_APPLICATIONS))


def test_strangers_in_a_holders_name_are_bounded_by_themselves_and_do_not_hold_the_holder_up(world: World) -> None:
    for number in range(MOST_APPLICATIONS):
        case = world.unproven(numbered(world.body(), number)).case
        world.own_case_commands.withdraw(case.case_number, world.now)
    with pytest.raises(TooMany) as refused:
        world.unproven(numbered(world.body(), MOST_APPLICATIONS))
    assert refused.value.code == "too_many_applications"
    assert world.submit(world.body()).proven_by == "identity_provider"


def guessing_at(world: World, which: int, number: int, victim: int = 0) -> dict[str, Any]:
    """What a person applies with who has nothing but the certificate number of somebody else's award."""
    guess = world.body(which)
    named = world.body(victim)["degree"]
    guess["degree"] |= {name: named[name] for name in ("certificate_number", "institution_code")}
    return numbered(guess, number)


def use_up_what_is_shared(world: World) -> None:
    """Others, each of whom withdraws and tries again, use up how often a record may be guessed at in a day."""
    for number in range(OWN_FAILED_COMPARISONS * 2 + MOST_FAILED_COMPARISONS):
        case = world.submit(guessing_at(world, 1 + number % 2, number))
        world.own_case_commands.withdraw(case.case_number, world.now)
    for which in (1, 2):
        with pytest.raises(TooMany):
            world.submit(guessing_at(world, which, 1000))


def test_others_who_guess_at_a_record_are_bounded_together_and_leave_everybody_their_own(world: World) -> None:
    """One person who withdraws and tries again shuts nobody out: neither the holder nor somebody new."""
    use_up_what_is_shared(world)
    for number in range(OWN_FAILED_COMPARISONS):
        world.submit(numbered(wrong(world), number))
        world.submit(guessing_at(world, 3, number))
    for refused in (numbered(wrong(world), 99), guessing_at(world, 3, 99)):
        with pytest.raises(TooMany) as bound:
            world.submit(refused)
        assert bound.value.code == "too_many_applications"
    # The holder's own claim, as it is in the register, is none of these.
    assert world.submit(world.body(0)).stage is Stage.ISSUING


@pytest.mark.parametrize("channel", ["platform", "nobody"])
def test_who_did_not_sign_in_uses_up_nothing_of_who_does(world: World, channel: str) -> None:
    """Whoever applies in the holder's name through the platform, or without proof."""
    for number in range(MOST_OPEN_CASES):
        by = Authority.PUBLIC_SECURITY if channel == "platform" else None
        source = "platform" if by else "api"
        world.intake.submit(numbered(wrong(world), 100 + number), f"key-0000{number:04}", source, by, world.now)
    open_cases(world)


def open_cases(world: World, most: int = MOST_OPEN_CASES) -> list[Case]:
    """As many open cases of a person as there may be; one more is refused."""
    cases = [world.submit(numbered(wrong(world), number)) for number in range(most)]
    assert_full(world)
    return cases


def assert_full(world: World) -> None:
    with pytest.raises(TooMany) as refused:
        world.submit(numbered(wrong(world), 1000))
    assert_to_look_again(refused.value, "too_many_open_cases")


def assert_to_look_again(refused: TooMany, code: str) -> None:
    """No moment frees a place, so none is named; a day is how often it makes sense to ask."""
    assert (refused.code, refused.until, refused.retry_after) == (code, None, 86400)


def test_a_person_has_so_many_open_cases_and_repeats_and_matches_do_not_count(world: World) -> None:
    cases = open_cases(world)
    assert world.submit(numbered(wrong(world), 0)) == cases[0]
    assert world.drive(world.submit(world.body()).case_number).stage is Stage.CONCLUDED
    world.submit(wrong(world, 1))
    # A day changes nothing: they are open still.
    world.now += timedelta(days=1)
    assert_full(world)


def through_the_platform(world: World, number: int) -> Case:
    """What matches, in the first record's holder's name, as far as the machines bring it."""
    body = numbered(world.body(), number)
    received = world.intake.submit(body, f"message-{number:04}", "platform", Authority.PUBLIC_SECURITY, world.now)
    return world.drive(received.case.case_number)


def test_matches_that_are_parked_fill_no_queue_beyond_the_bound_and_hold_up_nobody_else(world: World) -> None:
    """After an impersonation nothing in the holder's name is reported through the platform without a reviewer."""
    world.decide_disavowal(world.disavow(through_the_platform(world, 0)), "impersonation")
    parked = [through_the_platform(world, 1 + number) for number in range(MOST_OPEN_CASES)]
    assert {case.stage for case in parked} == {Stage.PARKED}
    for _ in range(2):
        with pytest.raises(TooMany) as refused:
            through_the_platform(world, 100)
        assert refused.value.code == "too_many_open_cases"
        world.now += timedelta(days=1)
    # Whoever signs in, and another holder, has places of their own.
    assert world.drive(world.submit(world.body()).case_number).stage is Stage.CONCLUDED
    # A case that ends makes room for one other.
    assert world.staff("reject", parked[0], reason="非本人申请").case.open_under == ()
    assert through_the_platform(world, 101).stage is Stage.PARKED
    with pytest.raises(TooMany):
        through_the_platform(world, 102)


def test_what_waits_for_reviewers_holds_up_no_match(world: World) -> None:
    open_cases(world)
    # The one that was refused counts, too.
    for number in range(MOST_APPLICATIONS - MOST_OPEN_CASES - 1):
        assert world.drive(world.submit(numbered(world.body(), 100 + number)).case_number).stage is Stage.CONCLUDED


def ended(world: World, how: str, case: Case) -> Case:
    """The same case after its end."""
    if how == "withdrawn":
        return world.own_case_commands.withdraw(case.case_number, world.now)
    if how == "rejected":
        return world.staff("reject", case, reason="不符合受理条件").case
    asked = world.attend(world.staff("confirm_material", world.attach(case), command="confirm").case)
    if how == "denied":
        return world.denied(asked=asked)
    return world.issue(world.answer(asked, "verified"))


@pytest.mark.parametrize("how", ["withdrawn", "rejected", "denied", "reported"])
def test_a_case_that_ends_makes_room_for_one_other_however_often_it_ends(world: World, how: str) -> None:
    case = ended(world, how, open_cases(world)[0])
    assert case.open_under == ()
    if how == "reported":
        world.now += timedelta(days=1)
        evidence = world.attach(case, kind="evidence").attachments[-1].attachment_id
        world.disputes.dispute(case.case_number, {"reason": "与证书不符", "evidence": [evidence]}, world.now)
        # A dispute is bounded by itself, and ends once more.
        world.own_case_commands.withdraw(case.case_number, world.now)
    world.submit(numbered(wrong(world), 999))
    assert_full(world)


@pytest.mark.parametrize("how", ["taken back", "unfounded", "impersonation"])
def test_a_disavowal_frees_no_place_and_what_ends_does(world: World, how: str) -> None:
    """Otherwise a person would disavow what is open, apply again, and take it all back."""
    case = open_cases(world)[0]
    frozen = world.disavow(case)
    assert_full(world)
    assert set(frozen.open_under) > set(case.open_under)
    after = world.take_back(case) if how == "taken back" else world.decide_disavowal(case, how)
    assert after.open_under == (() if how == "impersonation" else case.open_under)
    if how == "impersonation":
        world.submit(numbered(wrong(world), 998))
    assert_full(world)


def disavowable(world: World) -> list[Case]:
    """One more case of a holder than may be disavowed at once: of what matches as many as come in two days."""
    cases = []
    for number in range(MOST_OPEN_DISAVOWALS + 1):
        world.now += timedelta(days=number % MOST_APPLICATIONS == 0)
        cases.append(world.drive(world.submit(numbered(world.body(), number)).case_number))
    return cases


@pytest.mark.parametrize("how", ["taken back", "unfounded", "impersonation"])
def test_so_many_disavowals_of_a_holder_wait_at_once(world: World, how: str) -> None:
    *first, last = disavowable(world)
    for case in first:
        world.disavow(case)
        assert world.disavow(case).stage is Stage.FROZEN
    with pytest.raises(TooMany) as refused:
        world.disavow(last)
    assert_to_look_again(refused.value, "too_many_disavowals")
    assert world.cases.load(last.case_number) == last
    after = world.take_back(first[0]) if how == "taken back" else world.decide_disavowal(first[0], how)
    assert after.open_under == ()
    assert world.disavow(last).stage is Stage.FROZEN
    # Another holder is not held up.
    world.disavow(world.submit(world.body(1)))


def test_strangers_cases_in_the_holders_name_count_on_when_they_are_disavowed(world: World) -> None:
    cases = [world.unproven(numbered(wrong(world), number)).case for number in range(MOST_OPEN_CASES)]
    frozen = world.disavow(cases[0])
    assert set(frozen.open_under) > set(cases[0].open_under)
    with pytest.raises(TooMany):
        world.unproven(numbered(wrong(world), 999))
    assert world.decide_disavowal(frozen, "impersonation").open_under == ()
    world.unproven(numbered(wrong(world), 999))


def test_strangers_cases_count_apart_and_only_until_the_identity_is_confirmed(world: World) -> None:
    """Otherwise their number would tell strangers how comparisons came out."""
    for guess in (world.body(), wrong(world)):
        world.now += timedelta(days=1)
        cases = [world.unproven(numbered(guess, number)).case for number in range(MOST_OPEN_CASES)]
        with pytest.raises(TooMany) as refused:
            world.unproven(numbered(guess, 1000))
        assert_to_look_again(refused.value, "too_many_open_cases")
        for case in cases:
            world.attach(case, kind="identity_document")
            world.drive(world.staff("confirm_identity", case).case.case_number)
    world.unproven(numbered(wrong(world), 1001))
    world.submit(wrong(world))


@pytest.mark.parametrize("proven", [True, False])
def test_a_certificate_number_has_so_many_open_cases_and_a_proven_person_one_of_their_own(proven: bool) -> None:
    """Three people who fill a record lock nobody out who is proven; strangers are bounded among themselves."""
    others = 1 + MOST_OPEN_CASES_OF_A_RECORD // (MOST_OPEN_CASES - OWN_OPEN_CASES_OF_A_RECORD)
    world = World(2 + others)
    apply = world.submit if proven else world.unproven
    taken, refused = 0, []
    for number in range(others * MOST_OPEN_CASES):
        world.now += timedelta(days=number % OWN_FAILED_COMPARISONS == 0)
        try:
            apply(guessing_at(world, 1 + number // MOST_OPEN_CASES, number))
            taken += 1
        except TooMany as bound:
            refused.append(bound.code)
    assert set(refused) == {"too_many_open_cases"}
    assert taken == MOST_OPEN_CASES_OF_A_RECORD + (others * OWN_OPEN_CASES_OF_A_RECORD if proven else 0)
    if proven:
        # Whose record it is, and whoever else is new to it, still has a place.
        for which in (0, 1 + others):
            world.submit(wrong(world) if which == 0 else guessing_at(world, which, 1))
            with pytest.raises(TooMany):
                world.submit(numbered(wrong(world), 2) if which == 0 else guessing_at(world, which, 2))
    else:
        with pytest.raises(TooMany):
            world.unproven(wrong(world))
    # The holder who signs in is in either case not among these.
    assert world.submit(world.body()).stage is Stage.ISSUING
    if not proven:
        world.submit(wrong(world))


def counted(world: World) -> int:
    """How many comparisons that did not match were counted, as one's own and beyond."""
    return sum(world.cases.counts.values()) - len(world.cases.cases)


def returned(world: World) -> Case:
    case = world.mismatched()
    return world.staff("return_to_applicant", case, command="r", reason="请核对", fields=["degree.discipline"]).case


def received_without_register(world: World) -> Case:
    world.register.broken = True
    case = world.submit(wrong(world))
    world.register.broken = False
    return case


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("where", ["submission", "later", "supplement", "identity", "correction", "issuing"])
def test_every_comparison_that_does_not_match_is_counted_once_wherever_it_happens(world: World, where: str) -> None:
    before = 0
    if where == "submission":
        case = world.submit(wrong(world))
    elif where == "later":
        case = received_without_register(world)
    elif where == "supplement":
        case = returned(world)
        before = counted(world)
        world.own_case_commands.supplement(case.case_number, {"degree": {"discipline": "法语"}}, world.now)
    elif where == "identity":
        case = world.attach(world.unproven(wrong(world)).case, kind="identity_document")
        world.staff("confirm_identity", case)
    elif where == "correction":
        case = world.mismatched()
        before = counted(world)
        world.staff("correct_claim", case, reason="更正", degree={"discipline": "法语"})
    else:
        case = world.submit(world.body())
        world.register.records = []
    for _ in range(3):
        world.drive(case.case_number)
    assert counted(world) == before + 1
    assert world.cases.load(case.case_number).comparison is not None


@pytest.mark.requirement("N1")
def test_a_comparison_that_two_machines_record_at_once_is_counted_once(world: World) -> None:
    case = received_without_register(world)

    def overtaken() -> None:
        world.cases.before_commit = lambda: None
        world.compare(case)

    world.cases.before_commit = overtaken
    assert world.compare(case).stage is Stage.MATERIAL_REVIEW
    assert counted(world) == 1


def test_a_machines_comparison_is_not_refused_beyond_the_bound_and_counts_on(world: World) -> None:
    for _ in range(OWN_FAILED_COMPARISONS):
        world.submit(numbered(wrong(world), _))
    use_up_what_is_shared(world)
    case = received_without_register(world)
    assert world.compare(case).stage is Stage.MATERIAL_REVIEW
    assert max(world.cases.counts.values()) == MOST_FAILED_COMPARISONS + 1


def test_a_repeat_is_not_told_of_a_case_that_names_somebody_else_by_now(world: World) -> None:
    """The submitter is no longer the holder: what the comparison came to, and the report, are another's."""
    case = world.mismatched()
    sheet = json.dumps({"holder": world.body(1)["holder"], "degree": world.body(1)["degree"]}).encode()
    world.documents.objects[f"case-forms/{case.case_number}/correction.json"] = sheet
    world.staff("correct_claim", case, reason="更正", correction_sheet=True)
    world.attach(case, kind="identity_document")
    world.staff("confirm_identity", case, command="confirm")
    assert world.drive(case.case_number).report is not None
    again = world.received(wrong(world))
    told = world.intake.receipt(again)
    assert again.case.case_number != case.case_number
    assert (told["stage"], told["comparison"]["result"], told["outcome"]) == ("material_review", "mismatched", None)


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        (datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC), 1),
        (datetime(2026, 11, 23, 16, 0, 0, tzinfo=UTC), 86400),
        (datetime(2026, 11, 23, 15, 59, 59, 999999, tzinfo=UTC), 1),
    ],
)
def test_a_day_begins_at_midnight_in_shanghai(now: datetime, seconds: int) -> None:
    assert TooMany.before(tomorrow(now), "too_many_applications", now).retry_after == seconds


def test_a_refused_comparison_counts_and_whoever_is_refused_has_nothing_more_compared(world: World) -> None:
    for number in range(MOST_OPEN_CASES):
        world.submit(numbered(world.body(discipline="园艺学", certificate_number=f"NO{number:06}"), number))
    compared = []
    find = world.register.candidates
    world.register.candidates = lambda claim: (compared.append(claim), find(claim))[1]  # type: ignore[method-assign]
    refusals = []
    for number in range(MOST_APPLICATIONS):
        with pytest.raises(TooMany) as refused:
            world.submit(numbered(world.body(certificate_number=f"XX{number:06}"), 100 + number))
        refusals.append(refused.value.code)
    left = MOST_APPLICATIONS - MOST_OPEN_CASES
    assert refusals == ["too_many_open_cases"] * left + ["too_many_applications"] * (MOST_APPLICATIONS - left)
    seen = len(compared)
    # The right guess is refused as the wrong ones are, and neither is compared.
    with pytest.raises(TooMany) as last:
        world.submit(numbered(world.body(), 999))
    assert (last.value.code, len(compared)) == ("too_many_applications", seen)


def test_a_case_has_so_many_new_links_a_day(world: World) -> None:
    case, other = world.submit(wrong(world)), world.submit(wrong(world, 1))
    for _ in range(MOST_LINKS):
        world.own_case_commands.renew_link(case.case_number, world.now)
    with pytest.raises(TooMany) as refused:
        world.own_case_commands.renew_link(case.case_number, world.now)
    assert (refused.value.code, refused.value.until) == ("too_many_links", tomorrow(world.now))
    renewed = [one for one in world.cases.log(case.case_number) if one.type is EventType.ACCESS_LINK_RENEWED]
    assert len(renewed) == MOST_LINKS
    world.own_case_commands.renew_link(other.case_number, world.now)
    world.now += timedelta(seconds=refused.value.retry_after)
    world.own_case_commands.renew_link(case.case_number, world.now)
