"""Receiving applications: stored once, before the answer, whatever fails beside it."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Lock, Thread

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.stages import Machine, Stage
from degree_auth.domain.cases.timeline import event_words
from degree_auth.domain.reports.printable import Coverage
from degree_auth.domain.shared.errors import Conflict, Invalid
from tests.doubles.world import World


@pytest.mark.requirement("A1", "A2")
def test_a_matching_claim_goes_straight_to_issuing_and_starts_issuance() -> None:
    world = World()
    case = world.submit(world.body())
    assert case.stage is Stage.ISSUING
    assert list(world.workflows.started) == [(Machine.ISSUANCE, f"{case.case_number}-{case.version}")]
    assert world.cases.load(case.case_number) == case


@pytest.mark.requirement("A2", "N2")
@pytest.mark.parametrize(
    ("change", "result"),
    [({"discipline": "园艺学"}, "mismatched"), ({"award_date": "2026-07-01"}, "mismatched")],
)
def test_what_does_not_match_is_never_issued_automatically(change: dict[str, str], result: str) -> None:
    world = World()
    case = world.submit(world.body(**change))
    assert case.comparison is not None
    assert (case.stage, case.comparison["result"]) == (Stage.MATERIAL_REVIEW, result)
    assert world.drive(case.case_number).report is None
    assert world.press.pressed == 0


@pytest.mark.requirement("A1", "A2")
def test_a_receipt_gives_the_token_the_stage_and_what_is_unusual_in_the_claim() -> None:
    world = World()
    level = world.body()["degree"]["category"][-2:]
    received = world.received(world.body(category=None, category_other=f"魔法{level}"))
    case, receipt = received.case, world.intake.receipt(received)
    assert (receipt["case_number"], receipt["stage"], receipt["outcome"]) == (case.case_number, "material_review", None)
    world.own_cases.authorise_link(receipt["access_token"], case.case_number)
    assert [(one["field"], one["code"]) for one in receipt["warnings"]] == [("degree.category", "category_unknown")]
    assert world.intake.receipt(world.received(world.body(1)))["warnings"] == []


@pytest.mark.requirement("A1", "N1")
def test_the_same_submission_twice_is_one_case_whose_link_is_handed_out_once() -> None:
    world = World()
    first = world.received(world.body(), "key-00000001")
    assert first.access_token
    for key in ("key-00000001", "key-00000002", None):
        again = world.received(world.body(), key)
        assert (again.case.case_number, again.access_token) == (first.case.case_number, None)
    assert len(world.cases.cases) == 1


@pytest.mark.requirement("A1", "N1")
def test_sixteen_at_once_with_the_same_submission_are_one_case() -> None:
    world = World()
    barrier, lock, found = Barrier(16), Lock(), []
    guard = Lock()
    original = world.cases.commit

    def commit(*arguments: object, **named: object) -> None:
        with guard:
            original(*arguments, **named)  # type: ignore[arg-type]

    world.cases.commit = commit  # type: ignore[method-assign]

    def client() -> None:
        barrier.wait()
        case = world.submit(world.body(), "key-00000001")
        with lock:
            found.append(case.case_number)

    threads = [Thread(target=client) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
    assert len(set(found)) == len(world.cases.cases) == 1


@pytest.mark.requirement("A1")
def test_one_idempotency_key_with_other_content_is_a_conflict_and_stores_nothing() -> None:
    world = World()
    world.submit(world.body(), "key-00000001")
    with pytest.raises(Conflict, match="idempotency_key_reused"):
        world.submit(world.body(discipline="园艺学"), "key-00000001")
    assert len(world.cases.cases) == 1


@pytest.mark.requirement("A1", "N4")
def test_a_guessed_idempotency_key_of_somebody_else_means_nothing() -> None:
    world = World()
    mine = world.submit(world.body(0), "key-00000001")
    theirs = world.submit(world.body(1), "key-00000001")
    assert mine.case_number != theirs.case_number


@pytest.mark.requirement("A1")
def test_after_withdrawal_the_same_application_may_come_again() -> None:
    world = World()
    first = world.submit(world.body(discipline="园艺学"), "key-00000001")
    world.own_case_commands.withdraw(first.case_number, world.now)
    second = world.submit(world.body(discipline="园艺学"), "key-00000001")
    assert second.case_number != first.case_number
    assert second.stage is Stage.MATERIAL_REVIEW
    assert world.submit(world.body(discipline="园艺学")).case_number == second.case_number


@pytest.mark.requirement("A1", "A10")
def test_after_rejection_the_same_application_may_come_again() -> None:
    world = World()
    first = world.mismatched()
    again = world.body(discipline="园艺学")
    assert world.submit(again).case_number == first.case_number
    world.staff("reject", first, reason="非学位证书")
    second = world.submit(again)
    assert second.case_number != first.case_number
    assert second.stage is Stage.MATERIAL_REVIEW


@pytest.mark.requirement("N5", "N1")
def test_an_invalid_application_stores_nothing() -> None:
    world = World()
    with pytest.raises(Invalid):
        world.submit(world.body(award_date="never"))
    assert not world.cases.cases
    assert not world.workflows.started


@pytest.mark.requirement("N1")
def test_a_register_out_of_order_does_not_lose_the_application() -> None:
    world = World()
    world.register.broken = True
    case = world.submit(world.body())
    assert case.stage is Stage.RECEIVED
    world.register.broken = False
    assert world.drive(case.case_number).stage is Stage.CONCLUDED


@pytest.mark.requirement("N1")
def test_a_start_that_fails_is_made_good_by_the_reconciler() -> None:
    world = World()
    world.workflows.refuse = True
    case = world.submit(world.body())
    assert case.stage is Stage.ISSUING
    assert world.faults
    world.workflows.refuse = False
    assert world.reconcile().started == 1
    assert world.reconcile().started == 0


@pytest.mark.requirement("A2", "N2")
def test_a_match_that_no_font_can_print_waits_for_a_person() -> None:
    world = World(coverage=Coverage.parse("0020-007E"))
    case = world.submit(world.body())
    assert case.stage is Stage.PARKED
    assert [one.type for one in world.cases.log(case.case_number)][-1] is EventType.CASE_PARKED


@pytest.mark.requirement("N4")
def test_neither_case_nor_log_holds_the_holder_in_clear() -> None:
    world = World()
    case: Case = world.submit(world.body(discipline="园艺学"))
    stored = repr(case) + repr(world.cases.log(case.case_number)) + repr(world.cases.submissions)
    holder = world.body()["holder"]
    for value in (holder["name"], holder["identity_number"], world.body()["contact"]["email"]):
        assert value not in stored


@pytest.mark.requirement("A1", "N4")
def test_no_guess_at_one_of_several_strangers_is_answered_otherwise() -> None:
    """Two records share a certificate number; whoever has neither's identity number guesses at birth dates."""
    world = World()
    victim = world.records[0]
    twin = replace(victim, birth_date=victim.birth_date.replace(year=victim.birth_date.year - 1), record_id="twin")
    world.register.records = [victim, twin, *world.records[1:]]
    told, results = [], set()
    for number, born in enumerate(
        ("1960-01-01", "1961-01-01", *(one.birth_date.isoformat() for one in (victim, twin)))
    ):
        body = world.body(2)
        body["contact"]["email"] = f"{number}@example.org"
        body["holder"] |= {"name": "陈外人", "identity_type": "passport", "identity_number": "E12345678"}
        body["holder"]["birth_date"] = born
        body["degree"] |= {
            "institution_code": victim.institution_code,
            "certificate_number": victim.certificate_number,
            "award_date": "2025-12-31",
        }
        received = world.received(body)
        assert received.case.comparison is not None
        results.add(received.case.comparison["result"])
        told.append(
            (world.intake.receipt(received)["comparison"], event_words(world.cases.log(received.case.case_number)[1]))
        )
        world.own_case_commands.withdraw(received.case.case_number, world.now)
    # Staff are told.
    assert results == {"ambiguous", "mismatched"}
    assert all(one == told[0] for one in told)
