"""The contract of the lists of what waits for staff, held by the table in DynamoDB and by its stand-in in memory: exact
after each commit, and put right for cases that an earlier release stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from moto import mock_aws

from degree_auth.adapters.cases.items import CaseItem
from degree_auth.adapters.cases.list_items import WaitingItem
from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.fees.table import FeeItem, FeeTable
from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event
from degree_auth.domain.cases.fold import evolve
from degree_auth.domain.review.work import Stretch, Work, WorkKind, work_of
from degree_auth.domain.verification.centre_deadline import centre_look
from degree_auth.services.shared.ports import Stale
from tests.doubles.memory import MemoryCases
from tests.doubles.tables import create_table
from tests.doubles.world import World, lead_of

Store = CaseTable | MemoryCases
CALENDAR = published_calendar()
EVERYTHING = Stretch("0", "2")


@pytest.fixture(params=["table", "memory"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryCases()
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        table = CaseTable("contract-work", "ap-southeast-1", FeeTable("contract-accounts", "ap-southeast-1"))
        create_table("CasesTable", "contract-work", "ap-southeast-1")
        FeeItem.create_table(billing_mode="PAY_PER_REQUEST")
        yield table


def busy_log() -> list[Event]:
    """A case that is reviewed, asked for urgently, verified, written to, returned, sent on and answered."""
    world = World()
    case = world.mismatched()
    world.own_case_commands.request_urgency(case.case_number, {"reason": "签证"}, world.now)
    world.staff("take_case", case, command="take")
    world.now += timedelta(days=1)
    case = world.attend(world.staff("confirm_material", case, command="confirm").case)
    assert case.task is not None
    world.messages.send(lead_of(case), case.task.task_id, {"text": "请问专业名称？"}, None, world.now)
    world.now += timedelta(days=20)
    world.attend(case)
    case = world.answer(case, "not_this_institution")
    world.staff("open_review", case, command="open")
    case = world.attend(world.staff("redirect_task", case, command="on", reason="转送", institution_code="10002").case)
    world.answer(case, "partly_inconsistent", archive_values={"degree.discipline": "林学"})
    return world.cases.log(case.case_number)


def listed(store: Store) -> list[Work]:
    found = [one for kind in WorkKind for one in store.list_work(kind, EVERYTHING, 10)]
    return sorted(found, key=lambda one: one.kind)


def commit_all(store: Store, log: list[Event]) -> Iterator[Case]:
    """The case after each entry, committed one by one."""
    case: Case | None = None
    for entry in log:
        after = evolve(case, entry)
        store.commit(case, after, [entry])
        case = after
        yield after


@pytest.mark.requirement("A12", "N1")
def test_after_each_commit_the_lists_show_what_the_case_waits_for_and_nothing_else(store: Store) -> None:
    seen = set()
    for case in commit_all(store, busy_log()):
        assert listed(store) == sorted(work_of(case, CALENDAR), key=lambda one: one.kind)
        look = centre_look(case, CALENDAR)
        expected = [] if look is None else [case.case_number]
        assert store.centre_looks(date(2027, 12, 31), 100) == expected
        if look is not None:
            assert store.centre_looks(look - timedelta(days=1), 100) == []
        seen |= {one.kind for one in listed(store)}
    assert seen >= {
        WorkKind.REVIEW,
        WorkKind.REVIEW_WITHOUT_SCAN,
        WorkKind.URGENCY_REQUEST,
        WorkKind.MESSAGE,
        WorkKind.OVERDUE_INSTITUTION,
        WorkKind.RETURNED,
        WorkKind.ANSWER,
    }


@pytest.mark.requirement("A12")
def test_a_stretch_of_a_list_is_read_in_order_and_as_far_as_asked(store: Store) -> None:
    for case in commit_all(store, busy_log()[:5]):
        last = case
    (review,) = [one for one in listed(store) if one.kind in (WorkKind.REVIEW, WorkKind.REVIEW_WITHOUT_SCAN)]
    assert review.case_number == last.case_number
    assert store.list_work(review.kind, Stretch(review.place, "2"), 10) == []
    assert store.list_work(review.kind, Stretch("0", review.place[:5]), 10) == []
    assert store.list_work(review.kind, EVERYTHING, 1) == [review]


def forget_lists(store: Store, case: Case) -> None:
    """The case as a release stored it that knew no lists."""
    former = replace(case, charged=(), sheet_version=None, unread_since=None)
    if isinstance(store, MemoryCases):
        store.cases[case.case_number] = former
        store.work.clear()
        store.looks.clear()
        return
    item = CaseItem.get(case.case_number, "CASE")
    body = {name: value for name, value in item.body.items() if name not in ("charged", "sheet_version", "in_hand")}
    item.update([CaseItem.body.set(body), CaseItem.work_list.remove(), CaseItem.work_place.remove()])
    for one in WaitingItem.query(case.case_number, WaitingItem.sk.startswith("WORK#")):
        one.delete()


@pytest.mark.requirement("A12", "N1")
def test_a_case_of_an_earlier_release_is_read_listed_and_watched_again(store: Store) -> None:
    *_, case = commit_all(store, busy_log())
    right = (listed(store), store.centre_looks(date(2027, 12, 31), 100))
    forget_lists(store, case)
    former = store.load(case.case_number)
    assert former.charged == ()
    assert listed(store) == []
    assert store.relist(former, case)
    assert store.load(case.case_number) == case
    assert (listed(store), store.centre_looks(date(2027, 12, 31), 100)) == right
    assert not store.relist(case, case)


@pytest.mark.requirement("N1")
def test_lists_are_not_put_right_after_a_case_that_has_changed_since(store: Store) -> None:
    *_, before, case = commit_all(store, busy_log())
    with pytest.raises(Stale):
        store.relist(before, before)
    assert store.load(case.case_number) == case


@pytest.mark.requirement("N1")
def test_how_far_stored_cases_were_looked_through_is_kept(store: Store) -> None:
    assert store.relisted() == ("", None)
    store.mark_relisted("1", "RZ5")
    assert store.relisted() == ("1", "RZ5")
    store.mark_relisted("1", None)
    assert store.relisted() == ("1", None)
