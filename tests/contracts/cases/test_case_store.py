"""The contract of the case store, held by the table in DynamoDB and by its stand-in in memory alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from degree_auth.adapters.cases.items import CaseItem, ChangeItem
from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.fees.table import FeeItem, FeeTable
from degree_auth.adapters.shared.case_keys import CaseKeys, StoredKey
from degree_auth.adapters.shared.retention import published_retention
from degree_auth.domain.applications.claim import Level
from degree_auth.domain.cases import application, attachment_decisions, claim_review, comparing
from degree_auth.domain.cases.attachment import Announcement
from degree_auth.domain.cases.case import Case, DocumentReference
from degree_auth.domain.cases.events import Event, EventType, NewEvent
from degree_auth.domain.cases.fold import append_events, replay
from degree_auth.domain.cases.register_change import ChangeStatus, RegisterChange
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.cases.stages import ChangeStage, Machine, Stage
from degree_auth.domain.cases.task import Task, TaskStatus
from degree_auth.domain.fees.fee import Fee
from degree_auth.domain.reports.holding import Holding
from degree_auth.domain.reports.issued_document import DocumentKind, IssuedDocument, Timestamp
from degree_auth.domain.reports.public_notice import PublicNotice
from degree_auth.domain.shared.errors import NotFound
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.domain.verification.listing import (
    LEAD_DEPARTMENT,
    ListedDegree,
    Seen,
    TaskDetails,
    TaskFilter,
    listed_tasks,
    question_of,
)
from degree_auth.services.cases.ports import Change, Count, Disavowed, Lookups, OpenCase, OpenLimit, SubmissionKey
from degree_auth.services.fees.ports import DoubleFee, FeeStore
from degree_auth.services.shared.ports import Stale, Taken, TooManyOpen, TooOften
from tests.doubles.memory import MemoryCases
from tests.doubles.tables import create_table
from tests.samples.filled import assert_filled, filled

RECEIPT = application.receive("api", "10001", "sealed", "holder", "platform", None)
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
Store = CaseTable | MemoryCases


@pytest.fixture(params=["table", "memory"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryCases()
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        table = CaseTable("contract-cases", "ap-southeast-1", FeeTable("contract-accounts", "ap-southeast-1"))
        create_table("CasesTable", "contract-cases", "ap-southeast-1")
        FeeItem.create_table(billing_mode="PAY_PER_REQUEST")
        yield table


@pytest.fixture
def fees(store: Store) -> FeeStore:
    return store.fees if isinstance(store, MemoryCases) else FeeTable("contract-accounts", "ap-southeast-1")


def received(case_number: str = "RZ1") -> tuple[Case, list[Event]]:
    return append_events(case_number, None, RECEIPT, NOW)


SUPPLIED = {"fields": [], "sealed": "sealed", "sealed_changes": "sealed", "institution_code": "10001", "command": "c"}


def answered(case_number: str = "RZ1", **more: object) -> tuple[Case, list[Event]]:
    """A case whose only task was answered for a fee."""
    data = {
        "task_id": f"{case_number}-1",
        "institution_code": "10001",
        "department_id": None,
        "received_at": NOW.isoformat(),
        "fingerprint": "same",
        "sealed": "sealed",
        "result": "verified",
        "fee": {"level": "master", "fen": 800},
    }
    data |= more
    happened = [
        NewEvent(EventType.MATERIAL_CONFIRMED, "staff:a", data),
        NewEvent(EventType.FEEDBACK_RECEIVED, "account:a", data),
    ]
    return append_events(case_number, None, [*RECEIPT, *happened], NOW)


def then(case: Case, events: list[NewEvent]) -> tuple[Case, list[Event]]:
    return append_events(case.case_number, case, events, NOW)


@pytest.mark.requirement("N1", "N3")
def test_case_and_log_are_stored_together_and_the_log_makes_the_case(store: Store) -> None:
    case, entries = received()
    store.commit(None, case, entries)
    matched, more = then(case, comparing.enter_comparison(case, {"result": "matched"}, printable=True))
    store.commit(case, matched, more)
    assert store.load("RZ1") == matched == replay(store.log("RZ1"))
    assert store.log("RZ1") == entries + more


@pytest.mark.requirement("N1", "N3")
def test_files_requests_and_commands_come_back_as_they_were_stored(store: Store) -> None:
    case, entries = received()
    store.commit(None, case, entries)
    for events in (
        lambda one: comparing.enter_comparison(one, {"result": "not_found"}, printable=True),
        lambda one: attachment_decisions.announce_attachment(
            one, "file", Announcement("certificate_scan", "image/png", 9, None), NOW
        ),
        lambda one: attachment_decisions.settle_file(one, "file", "ab" * 32, "cd" * 32, None),
        lambda one: claim_review.return_to_applicant(one, "reviewer-1", "补交", ["certificate_scan"], "execution-1"),
    ):
        before = store.load("RZ1")
        after, more = then(before, events(before))
        store.commit(before, after, more)
        assert store.load("RZ1") == after
    assert store.load("RZ1") == replay(store.log("RZ1"))
    assert store.load("RZ1").commands == ("execution-1",)


@pytest.mark.requirement("N1")
def test_a_commit_on_an_outdated_case_changes_nothing(store: Store) -> None:
    case, entries = received()
    store.commit(None, case, entries)
    first, first_entries = then(case, comparing.enter_comparison(case, {"result": "not_found"}, printable=True))
    second, second_entries = then(case, application.withdraw(case))
    store.commit(case, first, first_entries)
    with pytest.raises(Stale):
        store.commit(case, second, second_entries)
    assert store.load("RZ1") == first
    assert store.log("RZ1") == entries + first_entries


@pytest.mark.requirement("A1", "N1")
def test_a_submission_name_is_taken_once_and_nothing_of_the_loser_is_stored(store: Store) -> None:
    case, entries = received()
    store.commit(None, case, entries, submissions=[SubmissionKey("name", "content", "RZ1")])
    other, other_entries = received("RZ2")
    with pytest.raises(Taken):
        store.commit(
            None,
            other,
            other_entries,
            submissions=[SubmissionKey("free", "content", "RZ2"), SubmissionKey("name", "content", "RZ2")],
        )
    assert store.submission("free") is None
    with pytest.raises(NotFound):
        store.load("RZ2")
    store.commit(None, other, other_entries, submissions=[SubmissionKey("name", "content", "RZ2", replaces="RZ1")])
    known = store.submission("name")
    assert known is not None
    assert known.case_number == "RZ2"


def asked(store: Store, case_number: str, institution: str = "10001", due: str = "2026-12-07", more: str = "") -> Case:
    """A stored case whose task is with a department of the institution."""
    case, entries = received(case_number)
    data = {"task_id": f"{case_number}-1", "institution_code": institution}
    after, later = then(
        case,
        [
            NewEvent(EventType.MATERIAL_CONFIRMED, "staff:a", data),
            NewEvent(EventType.TASK_ROUTED, "system", {**data, "department_id": more or None, "due": due}),
        ],
    )
    store.commit(None, after, entries + later)
    return after


def advance(store: Store, case: Case, kind: EventType, data: dict[str, object], now: datetime = NOW) -> Case:
    whole = {"task_id": case.task_id, "institution_code": "10001", **data}
    after, entries = append_events(case.case_number, case, [NewEvent(kind, "staff:a", whole)], now)
    store.commit(case, after, entries)
    return after


def ids(
    store: Store, is_unfinished: bool = True, department: str | None = None, institution: str = "10001"
) -> list[str]:
    return [one.task_id for one in store.list_tasks(TaskFilter(institution, is_unfinished, department), 100)]


@pytest.mark.requirement("A3", "A9", "N1")
def test_a_task_is_listed_with_the_change_that_opens_it_or_not_at_all(store: Store) -> None:
    case = asked(store, "RZ1", more="archive")
    (listed,) = store.list_tasks(TaskFilter("10001", True), 10)
    assert [listed] == listed_tasks(case) == store.list_tasks(TaskFilter("10001", True, "archive"), 10)
    assert (
        ids(store, department=LEAD_DEPARTMENT)
        == ids(store, institution="10003")
        == ids(store, is_unfinished=False)
        == []
    )
    other, _ = then(case, application.withdraw(case))
    advance(store, case, EventType.TASK_REASSIGNED, {"department_id": None})
    with pytest.raises(Stale):
        store.commit(case, other, [])
    assert ids(store, department=LEAD_DEPARTMENT) == ["RZ1-1"]
    assert ids(store, department="archive") == ids(store, is_unfinished=False) == []


@pytest.mark.requirement("A9", "A12")
def test_open_tasks_stand_urgent_first_then_by_deadline_and_a_waiting_one_last(store: Store) -> None:
    late, soon = asked(store, "RZ1", due="2026-12-20"), asked(store, "RZ2", due="2026-12-02")
    waiting = asked(store, "RZ3", due="2026-12-01")
    assert ids(store) == ["RZ3-1", "RZ2-1", "RZ1-1"]
    advance(store, late, EventType.URGENCY_APPROVED, {"allowed_days": 3, "due": "2026-12-18"})
    answer = {"result": "needs_material", "received_at": NOW.isoformat(), "fingerprint": "a", "sealed": "sealed"}
    advance(store, waiting, EventType.FEEDBACK_RECEIVED, {**answer, "reason": "补交", "fields": []})
    assert ids(store) == ["RZ1-1", "RZ2-1", "RZ3-1"]
    shown = store.list_tasks(TaskFilter("10001", True), 10)
    assert [(one.urgent, one.due, one.status) for one in shown] == [
        (True, date(2026, 12, 18), TaskStatus.OPEN),
        (False, date(2026, 12, 2), TaskStatus.OPEN),
        (False, None, TaskStatus.WAITING_APPLICANT),
    ]
    advance(store, soon, EventType.TASK_REMINDED, {"due": "2026-12-02"})
    assert [one.reminded for one in store.list_tasks(TaskFilter("10001", True), 10)] == [False, True, False]


@pytest.mark.requirement("A12", "A14")
def test_lists_and_open_cases_know_the_day_a_written_form_arrived_until_it_counts(store: Store) -> None:
    case = asked(store, "RZ1", due="2026-12-07")
    form = {"fingerprint": "a", "sealed": "sealed", "received_on": "2026-12-04", "exemption": "letter", "scan": "5c"}
    case = advance(store, case, EventType.WRITTEN_FEEDBACK_RECORDED, form)
    (listed,) = store.list_tasks(TaskFilter("10001", True), 10)
    (open_case,) = store.open_cases(NOW + timedelta(days=1))
    assert (listed.due, listed.received_on) == (open_case.due, open_case.received_on)
    assert (listed.due, listed.received_on) == (date(2026, 12, 7), date(2026, 12, 4))
    answer = {"result": "not_this_institution", "received_at": NOW.isoformat(), "fingerprint": "a", "sealed": "sealed"}
    advance(store, case, EventType.FEEDBACK_RECEIVED, answer)
    (open_case,) = store.open_cases(NOW + timedelta(days=1))
    assert (open_case.due, open_case.received_on) == (None, None)


@pytest.mark.requirement("A9")
def test_closed_tasks_stand_by_the_time_of_their_answer_the_latest_first(store: Store) -> None:
    answer = {"result": "verified", "fingerprint": "a", "sealed": "sealed"}
    for which, hours in (("RZ1", 2), ("RZ2", 5), ("RZ3", 3)):
        at = NOW + timedelta(hours=hours)
        advance(store, asked(store, which), EventType.FEEDBACK_RECEIVED, {**answer, "received_at": at.isoformat()})
    assert ids(store) == []
    assert ids(store, is_unfinished=False) == ids(store, is_unfinished=False, department=LEAD_DEPARTMENT)
    assert ids(store, is_unfinished=False) == ["RZ2-1", "RZ3-1", "RZ1-1"]


@pytest.mark.requirement("A9")
@pytest.mark.parametrize("is_unfinished", [True, False])
def test_a_list_goes_on_behind_any_place_of_it(store: Store, is_unfinished: bool) -> None:
    for which in range(7):
        case = asked(store, f"RZ{which}", due=f"2026-12-0{1 + which % 3}")
        if not is_unfinished:
            at = {"received_at": (NOW + timedelta(minutes=which % 4)).isoformat()}
            answer = {"result": "verified", "fingerprint": "a", "sealed": "sealed", **at}
            advance(store, case, EventType.FEEDBACK_RECEIVED, answer)
    of = TaskFilter("10001", is_unfinished)
    whole = store.list_tasks(of, 100)
    assert len(whole) == 7
    for cut in range(7):
        assert store.list_tasks(of, 3, whole[cut].place) == whole[cut + 1 : cut + 4]


@pytest.mark.requirement("A4", "A14", "N1")
def test_a_task_comes_back_as_it_was_stored_with_its_clock_its_answer_and_a_written_form(store: Store) -> None:
    case, entries = received()
    data = {"task_id": "RZ1-1", "institution_code": "10001"}
    form = {"fingerprint": "same", "sealed": "sealed"}
    written = {**data, **form, "received_on": "2026-11-23", "exemption": "letter", "scan": "5c"}
    answer = {**data, **form, "result": "not_this_institution", "received_at": NOW.isoformat()}
    happened = [
        NewEvent(EventType.MATERIAL_CONFIRMED, "staff:a", data),
        NewEvent(EventType.TASK_ROUTED, "system", {**data, "department_id": "archive", "due": "2026-12-07"}),
        NewEvent(EventType.TASK_REMINDED, "system", {**data, "due": "2026-12-07"}),
        NewEvent(EventType.FEEDBACK_RECEIVED, "account:a", answer),
        NewEvent(EventType.TASK_REDIRECTED, "staff:a", {"task_id": "RZ1-2", "institution_code": "10003"}),
        NewEvent(EventType.WRITTEN_FEEDBACK_RECORDED, "staff:a", written),
    ]
    asked, more = then(case, happened)
    store.commit(None, case, entries)
    store.commit(case, asked, more)
    assert store.load("RZ1") == asked == replay(store.log("RZ1"))
    assert [task.task_id for task in asked.tasks] == ["RZ1-1", "RZ1-2"]


@pytest.mark.requirement("A7", "N1")
def test_a_fee_is_stored_with_the_answer_and_found_by_its_month(store: Store, fees: FeeStore) -> None:
    store.commit(None, *answered())
    store.commit(None, *answered("RZ2", institution_code="10003", department_id="archive"))
    store.commit(None, *answered("RZ3", received_at="2026-11-30T16:00:00+00:00"))
    store.commit(None, *received("RZ4"))
    own = Fee(date(2026, 11, 23), "RZ1-1", "10001", "", Level.MASTER, 800)
    other = Fee(date(2026, 11, 23), "RZ2-1", "10003", "archive", Level.MASTER, 800)
    assert sorted(fees.fees("2026-11")) == [own, other]
    assert list(fees.fees("2026-11", "10001")) == [own]
    assert [fee.task_id for fee in fees.fees("2026-12")] == ["RZ3-1"]
    assert list(fees.fees("2026-10")) == list(fees.fees("2026-11", "1000")) == []


@pytest.mark.requirement("A7", "N1")
def test_an_answer_is_not_stored_where_its_fee_cannot_be() -> None:
    with pytest.raises(RuntimeError, match="no table for it"):
        CaseTable("contract-cases", "ap-southeast-1").commit(None, *answered())


@pytest.mark.requirement("A7", "N1")
def test_a_task_has_one_fee_for_ever_whatever_the_month(store: Store, fees: FeeStore) -> None:
    store.commit(None, *answered())
    again = {"task_id": "RZ1-1", "received_at": "2027-01-05T02:00:00+00:00"}
    with pytest.raises(DoubleFee):  # repeating would not mend it, so nobody is told to try again
        store.commit(None, *answered("RZ2", **again))
    with pytest.raises(NotFound):
        store.load("RZ2")
    assert len(list(fees.fees("2026-11"))) == 1
    assert list(fees.fees("2027-01")) == []


@pytest.mark.requirement("A2", "N1")
def test_a_report_is_found_by_number_and_by_file_and_never_overwritten(store: Store) -> None:
    case, entries = received()
    report = IssuedDocument(
        "2026-A",
        "RZ1",
        1,
        ReportState.VALID,
        "ab" * 32,
        "reports/x",
        NOW,
        {"level": "master"},
        "award",
        print_key="print",
        timestamp=Timestamp(NOW, "TEST authority"),
    )
    store.commit(None, case, entries, report=report)
    assert store.report("2026-A") == report == store.report_of_file("ab" * 32)
    assert store.reports_of_award("award") == [report]
    assert store.reports_of_award("another") == []
    assert store.report("2026-B") is None
    assert store.report_of_file("cd" * 32) is None
    later, more = then(case, comparing.enter_comparison(case, {"result": "not_found"}, printable=True))
    with pytest.raises(Stale):
        store.commit(case, later, more, report=report)


def about(number: str, case_number: str = "RZ1", **changes: Any) -> IssuedDocument:
    """A report about one award of one holder."""
    report = IssuedDocument(
        number, case_number, 1, ReportState.VALID, number * 8, f"reports/{number}", NOW, {}, "award", content_key="said"
    )
    return replace(report, **changes)


def with_more(case: tuple[Case, list[Event]], *events: NewEvent) -> tuple[Case, list[Event]]:
    """A new case to whose log more is added at once."""
    after, entries = append_events(case[0].case_number, case[0], events, NOW)
    return after, [*case[1], *entries]


def ended(kind: EventType, number: str, by: str | None = None, **more: Any) -> NewEvent:
    """That a report ceases to be in force."""
    data = {"report_number": number, "version": 1, "sha256": "", "cause": "dispute", **more}
    return NewEvent(kind, "system", data if by is None else {**data, "superseded_by": by})


@pytest.mark.requirement("A2", "N1", "N2")
def test_what_was_disavowed_is_noted_once_and_whoever_read_it_before_is_refused(store: Store) -> None:
    """A report is issued to somebody on condition that its holder disavows no other case at this moment."""
    one, entries = received("RZ1")
    other, more = received("RZ2")
    store.commit(None, one, entries)
    store.commit(None, other, more)
    nothing, elsewhere = store.disavowals_under("holder"), store.disavowals_under("award")
    assert (nothing.cases, elsewhere.cases) == ((), ())
    data = {"disavowed_by": "holder", "sealed": "sealed", "disavowed_under": ["holder", "award"]}
    frozen, frozen_entries = append_events("RZ1", one, [NewEvent(EventType.CASE_DISAVOWED, "holder", data)], NOW)
    store.commit(one, frozen, frozen_entries)
    noted = store.disavowals_under("holder")
    assert (noted, store.disavowals_under("award").cases) == (Disavowed("holder", ("RZ1",), 1), ("RZ1",))
    after, urgency = append_events("RZ2", other, [NewEvent(EventType.URGENCY_REQUESTED, "a", {"sealed": "s"})], NOW)
    for read in ([nothing], [noted, elsewhere], [Disavowed("holder", ("RZ1", "RZ9"), 2)]):
        with pytest.raises(Stale):
            store.commit(other, after, urgency, disavowed=read)
    store.commit(
        other, after, urgency, disavowed=[noted, store.disavowals_under("award"), store.disavowals_under("nobody")]
    )
    assert store.load("RZ2") == after


@pytest.mark.requirement("A1", "N1", "N2")
def test_the_same_case_disavowed_once_more_is_another_disavowal_to_whoever_read_the_first(store: Store) -> None:
    """Disavowed, taken back, disavowed again, while the report of another case is pressed: the case is noted already,
    so what tells is how often."""
    case, entries = received("RZ1")
    other, more = received("RZ2")
    store.commit(None, case, entries)
    store.commit(None, other, more)
    data = {"disavowed_by": "holder", "sealed": "sealed", "disavowed_under": ["holder"]}
    back = NewEvent(EventType.DISAVOWAL_TAKEN_BACK, "holder", {"disavowed_by": "holder"})
    read = None
    for event in (NewEvent(EventType.CASE_DISAVOWED, "holder", data), back) * 2:
        after, entries = append_events("RZ1", case, [event], NOW)
        store.commit(case, after, entries)
        case, read = after, read or store.disavowals_under("holder")
    noted = store.disavowals_under("holder")
    assert (read, noted) == (Disavowed("holder", ("RZ1",), 1), Disavowed("holder", ("RZ1",), 2))
    after, urgency = append_events("RZ2", other, [NewEvent(EventType.URGENCY_REQUESTED, "a", {"sealed": "s"})], NOW)
    with pytest.raises(Stale):
        store.commit(other, after, urgency, disavowed=[read])
    store.commit(other, after, urgency, disavowed=[noted])


def test_a_holding_has_one_latest_report_whose_place_is_taken_by_who_saw_it_alone(store: Store) -> None:
    first, other = store.holding("holding"), store.holding("another")
    assert (first, other) == (Holding("holding"), Holding("another"))
    store.commit(None, *received(), report=about("2026-A"), holdings=[first])
    seen = store.holding("holding")
    assert (seen.version, seen.latest, seen.denied_in) == (1, store.report("2026-A"), ())
    with pytest.raises(Stale):
        store.commit(None, *received("RZ2"), report=about("2026-B", "RZ2"), holdings=[first])
    with pytest.raises(NotFound):
        store.load("RZ2")
    # One report may be the latest of several: all of them are as they were read, or nothing is stored.
    store.commit(None, *received("RZ2"), report=about("2026-B", "RZ2"), holdings=[seen, other])
    assert [store.holding(key).latest for key in ("holding", "another")] == [store.report("2026-B")] * 2
    with pytest.raises(Stale):
        store.commit(None, *received("RZ3"), report=about("2026-C", "RZ3"), holdings=[store.holding("holding"), other])
    assert {one.report_number for one in store.reports_of_award("award")} == {"2026-A", "2026-B"}


@pytest.mark.requirement("A5", "A11", "N1", "N2")
def test_a_holding_knows_the_cases_in_which_it_was_denied_and_keeps_its_report(store: Store) -> None:
    notice = about("N2026-A", "RZ1", kind=DocumentKind.WRITTEN_NOTICE, certificate_digest="")
    read = store.holding("holding")
    store.commit(None, *received(), report=notice, holdings=[read])
    with pytest.raises(Stale):
        store.commit(None, *received("RZ2"), report=about("2026-A", "RZ2"), holdings=[read])
    assert store.holding("holding") == Holding("holding", 1, None, ("RZ1",))
    store.commit(None, *received("RZ2"), report=about("2026-A", "RZ2"), holdings=[store.holding("holding")])
    # Also before there is a notice.
    store.commit(None, *received("RZ3"), holdings=[store.holding("holding")])
    assert store.holding("holding") == Holding("holding", 3, store.report("2026-A"), ("RZ1", "RZ3"))


@pytest.mark.requirement("A2", "A11", "N2")
@pytest.mark.parametrize("adopting", [False, True])
def test_a_report_knows_that_an_institution_has_confirmed_it(store: Store, adopting: bool) -> None:
    store.commit(None, *received(), report=about("2026-A"))
    confirmed = NewEvent(EventType.SPOT_CHECKED, "system", {"draw_id": "D1", "confirmed_report": "2026-A"})
    store.commit(None, *with_more(received("RZ2"), confirmed), adopted="2026-A" if adopting else None)
    found = store.report("2026-A")
    assert found is not None
    assert (found.confirmed_by_institution, found.adopted_by) == (True, ("RZ2",) if adopting else ())
    # Who saw it unconfirmed does not supersede it.
    following = about("2026-B", "RZ3")
    unconfirmed = ended(EventType.REPORT_SUPERSEDED, "2026-A", "2026-B", unconfirmed=True)
    with pytest.raises(Stale):
        store.commit(None, *with_more(received("RZ3"), unconfirmed), report=following)
    superseded = ended(EventType.REPORT_SUPERSEDED, "2026-A", "2026-B")
    store.commit(None, *with_more(received("RZ3"), superseded), report=following)
    found = store.report("2026-A")
    assert found is not None
    assert found.state is ReportState.SUPERSEDED
    # Nobody confirms what is no longer in force.
    with pytest.raises(Stale):
        store.commit(None, *with_more(received("RZ4"), confirmed))


@pytest.mark.requirement("A2", "N1", "N2")
def test_a_report_is_adopted_while_it_is_in_force_and_knows_by_whom(store: Store) -> None:
    case, entries = received()
    store.commit(None, case, entries, report=about("2026-A"))
    for number in ("RZ3", "RZ2"):
        store.commit(None, *received(number), adopted="2026-A", holdings=[store.holding(number)])
        assert store.holding(number).latest == store.report("2026-A")
    before = store.load("RZ2")
    store.commit(before, *then(before, application.withdraw(before)), adopted="2026-A")
    assert store.report("2026-A") == about("2026-A", adopted_by=("RZ2", "RZ3"))
    revoked, more = then(case, [ended(EventType.REPORT_REVOKED, "2026-A")])
    store.commit(case, revoked, more)
    with pytest.raises(Stale):
        store.commit(None, *received("RZ4"), adopted="2026-A")
    with pytest.raises(NotFound):
        store.load("RZ4")


@pytest.mark.requirement("N1", "N2", "N4")
def test_no_case_ends_in_a_report_from_the_moment_on_at_which_its_erasure_begins(store: Store) -> None:
    case, entries = received()
    store.commit(None, case, entries, report=about("2026-A"))
    read = store.report("2026-A")
    store.commit(None, *received("RZ2"), adopted="2026-A")
    approved = then(case, [NewEvent(EventType.ERASURE_APPROVED, "system", {"ground": "retention_ended"})])
    # Another case has ended in it since it was read.
    with pytest.raises(Stale):
        store.commit(case, *approved, erasing=read)
    assert store.load("RZ1").version == case.version
    store.commit(case, *approved, erasing=store.report("2026-A"))
    with pytest.raises(Stale):
        store.commit(None, *received("RZ3"), adopted="2026-A")
    assert store.report("2026-A") == about("2026-A", adopted_by=("RZ2",), erasure_began=True)
    # A new report may still take its place.
    superseded = ended(EventType.REPORT_SUPERSEDED, "2026-A", "2026-B")
    store.commit(None, *with_more(received("RZ4"), superseded), report=about("2026-B", "RZ4"))
    found = store.report("2026-A")
    assert found is not None
    assert (found.state, found.superseded_by) == (ReportState.SUPERSEDED, "2026-B")


@pytest.mark.requirement("A15", "N1", "N6")
def test_whoever_had_what_gives_way_has_the_report_that_takes_its_place(store: Store) -> None:
    notice = about("N2026-A", "RZ9", kind=DocumentKind.WRITTEN_NOTICE, certificate_digest="")
    store.commit(None, *received("RZ9"), report=notice)
    store.commit(None, *received(), report=about("2026-A"))
    store.commit(None, *received("RZ2"), adopted="2026-A")
    told = {"notice_number": "N2026-A", "version": 1, "sha256": "", "superseded_by": "2026-B", "cause": "dispute"}
    store.commit(
        None,
        *with_more(
            received("RZ3"),
            ended(EventType.REPORT_SUPERSEDED, "2026-A", "2026-B"),
            NewEvent(EventType.NOTICE_SUPERSEDED, "system", told | {"of_case": "RZ9"}),
        ),
        report=about("2026-B", "RZ3"),
    )
    found = store.report("2026-B")
    assert found is not None
    assert found.adopted_by == ("RZ1", "RZ2", "RZ9")
    # And so on, where a report that is there takes the place.
    store.commit(None, *received("RZ5"), report=about("2026-C", "RZ5"))
    superseded = ended(EventType.REPORT_SUPERSEDED, "2026-B", "2026-C")
    store.commit(None, *with_more(received("RZ4"), superseded), adopted="2026-C")
    found = store.report("2026-C")
    assert found is not None
    assert found.adopted_by == ("RZ1", "RZ2", "RZ3", "RZ4", "RZ9")


@pytest.mark.requirement("A15", "N1")
def test_a_revoked_report_names_the_one_that_came_after_it_and_hands_its_cases_on(store: Store) -> None:
    case, entries = received()
    store.commit(None, case, entries, report=about("2026-A"), holdings=[store.holding("holding")])
    store.commit(None, *received("RZ2"), adopted="2026-A", holdings=[store.holding("another")])
    store.commit(case, *then(case, [ended(EventType.REPORT_REVOKED, "2026-A")]))
    read = [store.holding(key) for key in ("holding", "another")]
    store.commit(None, *received("RZ3"), report=about("2026-B", "RZ3"), holdings=read[:1])
    found, former = store.report("2026-B"), store.report("2026-A")
    assert found is not None
    assert former is not None
    assert (former.state, former.followed_by, former.superseded_by) == (ReportState.REVOKED, "2026-B", None)
    assert found.adopted_by == ("RZ1", "RZ2")
    # Under whatever holding somebody else saw it, one report comes after it.
    with pytest.raises(Stale):
        store.commit(None, *received("RZ4"), report=about("2026-C", "RZ4"), holdings=read[1:])


@pytest.mark.requirement("A6", "A15", "N1", "N2")
def test_a_report_gives_way_only_while_nothing_was_decided_of_it_and_is_upheld_only_while_it_has_not(
    store: Store,
) -> None:
    case, entries = received()
    store.commit(None, case, entries, report=about("2026-A"))
    reference = DocumentReference("2026-A", 1, "", "reports/2026-A", NOW)
    having = replace(case, report=reference)
    superseded = ended(EventType.REPORT_SUPERSEDED, "2026-A", "2026-B")

    def upholding(before: Case) -> tuple[Case, list[Event]]:
        after, (said,) = then(before, application.renew_link(before, "digest"))
        return after, [replace(said, type=EventType.RECHECK_DECIDED, data={"upheld_report": "2026-A"})]

    with pytest.raises(Stale):
        store.commit(
            None,
            *with_more(received("RZ2"), superseded),
            report=about("2026-B", "RZ2"),
            as_read=[replace(having, version=having.version + 1)],
        )
    store.commit(case, *upholding(case))
    case = store.load("RZ1")
    store.commit(
        None,
        *with_more(received("RZ2"), superseded),
        report=about("2026-B", "RZ2"),
        as_read=[replace(having, version=case.version)],
    )
    assert store.load("RZ1") == case
    with pytest.raises(Stale):
        store.commit(case, *upholding(case))
    # Anything else is still done.
    store.commit(case, *then(case, application.renew_link(case, "another")))


@pytest.mark.requirement("N1", "N2", "N3")
@pytest.mark.parametrize("stale", ["none", "the case", "the other"])
def test_a_change_of_another_case_is_stored_with_the_commit_or_neither_is(store: Store, stale: str) -> None:
    case, entries = received()
    store.commit(None, case, entries)
    other, first = answered("RZ2")
    store.commit(None, other, first)
    withdrawn, more = then(case, application.withdraw(case))
    flagged, flag = then(other, [NewEvent(EventType.REPORT_FLAGGED, "system", {"reason": "denied_in_another_case"})])
    if stale != "none":
        overtaken = case if stale == "the case" else other
        store.commit(overtaken, *then(overtaken, application.renew_link(overtaken, "another")))
        before = store.load("RZ1"), store.load("RZ2")
        with pytest.raises(Stale):
            store.commit(case, withdrawn, more, beside=[Change(other, flagged, flag)])
        assert (store.load("RZ1"), store.load("RZ2")) == before
        return
    store.commit(case, withdrawn, more, beside=[Change(other, flagged, flag)])
    assert store.load("RZ1") == withdrawn == replay(store.log("RZ1"))
    assert store.load("RZ2") == flagged == replay(store.log("RZ2"))


@pytest.mark.requirement("N1")
def test_open_cases_are_those_that_a_machine_drives_and_that_rested(store: Store) -> None:
    case, entries = received()
    store.commit(None, case, entries)
    ended, ended_entries = received("RZ2")
    store.commit(None, ended, ended_entries)
    withdrawn, more = then(ended, application.withdraw(ended))
    store.commit(ended, withdrawn, more)
    resting = list(store.open_cases(NOW + timedelta(seconds=1)))
    assert [(one.case_number, one.machine, one.version) for one in resting] == [("RZ1", Machine.MATCHING, 1)]
    assert list(store.open_cases(NOW)) == []


def waits(store: Store, case: Case, until: datetime) -> None:
    """What a waiting machine writes on the case."""
    if isinstance(store, MemoryCases):
        store.tokens[case.case_number], store.waits[case.case_number] = ("token", case.version), until
        return
    wait = {"wait_token": "token", "wait_version": case.version, "wait_until": until.isoformat()}
    CaseItem(case.case_number, "CASE").update(actions=[getattr(CaseItem, name).set(wait[name]) for name in wait])


@pytest.mark.requirement("A12", "N1")
def test_an_open_case_tells_until_when_its_machine_waits_and_which_deadline_its_institution_has(store: Store) -> None:
    case, entries = received()
    data = {"task_id": "RZ1-1", "institution_code": "10001"}
    happened = [
        NewEvent(EventType.MATERIAL_CONFIRMED, "staff:a", data),
        NewEvent(EventType.TASK_ROUTED, "system", {**data, "department_id": None, "due": "2026-12-07"}),
    ]
    asked, more = then(case, happened)
    store.commit(None, case, entries)
    store.commit(case, asked, more)
    until = NOW + timedelta(hours=14)
    waits(store, asked, until)
    (found,) = store.open_cases(NOW + timedelta(seconds=1))
    assert (found.machine, found.wait_version, found.wait_token) == (Machine.VERIFICATION, asked.version, "token")
    assert (found.wait_until, found.due) == (until, date(2026, 12, 7))
    later = {**data, "due": "2026-12-09", "calendar": "2026-12-01"}
    recounted, more = then(asked, [NewEvent(EventType.DEADLINE_RECOUNTED, "system", later)])
    store.commit(asked, recounted, more)
    (found,) = store.open_cases(NOW + timedelta(seconds=1))
    assert (found.wait_version, found.wait_until, found.due) == (asked.version, None, date(2026, 12, 9))
    answer = {**data, "result": "not_this_institution", "received_at": NOW.isoformat()}
    answer |= {"fingerprint": "same", "sealed": "sealed"}
    answered, more = then(recounted, [NewEvent(EventType.FEEDBACK_RECEIVED, "account:a", answer)])
    store.commit(recounted, answered, more)
    (found,) = store.open_cases(NOW + timedelta(seconds=1))
    assert found.due is None


@pytest.mark.requirement("N5")
def test_an_unknown_case_is_not_found(store: Store) -> None:
    for ask in (store.load, store.log, store.wait):
        with pytest.raises(NotFound):
            ask("RZ9")


DUE = date(2026, 12, 7)
REPORT = filled(IssuedDocument, case_number="RZ1")


def whole(status: TaskStatus = TaskStatus.OPEN) -> Case:
    """A case with nothing left out: a closed task and one of this status, a live register change, every field set."""
    closed = filled(Task, task_id="RZ1-1", status=TaskStatus.CLOSED)
    waiting = filled(Task, task_id="RZ1-2", status=status, due=DUE, reminded_for=DUE, overdue_for=DUE)
    return filled(
        Case,
        case_number="RZ1",
        stage=Stage.VERIFICATION,
        task_id="RZ1-2",
        tasks=(closed, waiting),
        register_changes=(filled(RegisterChange, status=ChangeStatus.PROPOSED),),
    )


def entry(**wanted: object) -> Event:
    return filled(Event, **{"case_number": "RZ1", "type": EventType.MESSAGE_SENT, **wanted})


@pytest.mark.requirement("N1", "N3")
def test_every_field_of_what_a_commit_stores_comes_back(store: Store) -> None:
    case, happened, key = (
        whole(TaskStatus.WAITING_APPLICANT),
        entry(),
        filled(SubmissionKey, case_number="RZ1", replaces=None),
    )
    assert_filled(case)
    store.commit(None, case, [happened], submissions=[key], report=REPORT)
    assert store.load("RZ1") == case
    assert store.log("RZ1") == [happened]
    assert store.submission(key.name) == key
    assert store.report(REPORT.report_number) == store.report_of_file(REPORT.sha256) == REPORT
    assert store.reports_of_award(REPORT.certificate_digest) == [REPORT]
    listed = [task for is_unfinished in (False, True) for task in store.list_tasks(filter_of(case, is_unfinished), 10)]
    assert listed == listed_tasks(case)


def filter_of(case: Case, is_unfinished: bool) -> TaskFilter:
    return TaskFilter(case.tasks[is_unfinished].institution_code, is_unfinished)


@pytest.mark.requirement("N1")
def test_what_a_name_replaced_is_no_part_of_the_submission(store: Store) -> None:
    first = filled(SubmissionKey, case_number="RZ1", replaces=None)
    store.commit(None, *received(), submissions=[first])
    store.commit(None, *received("RZ2"), submissions=[replace(first, case_number="RZ2", replaces="RZ1")])
    assert store.submission(first.name) == replace(first, case_number="RZ2")


@pytest.mark.requirement("A12", "N1")
def test_every_field_of_an_open_case_and_of_its_register_change_comes_back(store: Store) -> None:
    case = whole()
    store.commit(None, case, [entry()])
    later = replace(case, version=case.version + 1, changed_at=case.changed_at + timedelta(hours=1))
    until = NOW + timedelta(hours=14)
    waits_for_change(store, case)
    store.commit(case, later, [entry(seq=later.version)])
    waits(store, later, until)
    received_on = later.tasks[-1].received_on
    assert received_on is not None
    driven = (Machine.VERIFICATION, later.version, later.changed_at, later.version, "token")
    of_case = OpenCase("RZ1", *driven, until, DUE, received_on)
    of_change = OpenCase("RZ1", Machine.REGISTER_CHANGE, case.version, case.changed_at, case.version, "change-token")
    assert list(store.open_cases(later.changed_at + timedelta(seconds=1))) == [of_case, of_change]
    assert list(store.open_cases(later.changed_at)) == [of_change]
    assert (store.wait("RZ1"), store.change_wait_token("RZ1")) == (("token", later.version), "change-token")
    assert store.change_standing("RZ1") == (ChangeStage.OUTCOME, case.version)


def waits_for_change(store: Store, case: Case) -> None:
    """What the machine of a register change writes while it waits."""
    if isinstance(store, MemoryCases):
        store.change_tokens[case.case_number] = ("change-token", case.version)
        return
    wait = {"wait_token": "change-token", "wait_version": case.version}
    ChangeItem(case.case_number, "CHANGE").update(actions=[getattr(ChangeItem, name).set(wait[name]) for name in wait])


@pytest.mark.requirement("A12", "N1")
def test_a_case_that_is_stored_with_a_deadline_tells_it(store: Store) -> None:
    case = whole()
    store.commit(None, case, [entry()])
    assert next(iter(store.open_cases(case.changed_at + timedelta(seconds=1)))).due == DUE


@pytest.mark.requirement("A5", "N1")
def test_a_written_notice_gives_way_once_and_nothing_is_published_of_it(store: Store) -> None:
    case = whole()
    notice = replace(
        REPORT,
        state=ReportState.VALID,
        kind=DocumentKind.WRITTEN_NOTICE,
        certificate_digest="",
        superseded_by=None,
        changed_at=None,
        cause="",
    )
    store.commit(None, case, [entry()], report=notice)
    data = {"notice_number": notice.report_number, "superseded_by": "2026-B", "cause": "dispute"}
    ceased = entry(type=EventType.NOTICE_SUPERSEDED, seq=case.version + 1, data=data)
    after = replace(case, version=case.version + 1)
    store.commit(case, after, [ceased])
    expected = replace(
        notice, state=ReportState.SUPERSEDED, superseded_by="2026-B", changed_at=ceased.at, cause="dispute"
    )
    assert store.report(notice.report_number) == store.report_of_file(notice.sha256) == expected
    assert store.notices(ceased.at.year, "", 10) == []
    again = entry(type=EventType.NOTICE_SUPERSEDED, seq=case.version + 2, data=data)
    with pytest.raises(Stale):
        store.commit(after, replace(after, version=after.version + 1), [again])


@pytest.mark.requirement("A15", "N1")
def test_every_field_of_a_correction_comes_back_in_the_report_and_in_the_notice(store: Store) -> None:
    case, valid = whole(), replace(REPORT, state=ReportState.VALID, superseded_by=None, changed_at=None, cause="")
    store.commit(None, case, [entry()], report=valid)
    data = {"report_number": valid.report_number, "superseded_by": "2026-B", "cause": "dispute"}
    ceased = entry(type=EventType.REPORT_SUPERSEDED, seq=case.version + 1, data=data)
    after = replace(case, version=case.version + 1)
    store.commit(case, after, [ceased], report=about("2026-B", certificate_digest=""))
    expected = replace(
        valid, state=ReportState.SUPERSEDED, superseded_by="2026-B", changed_at=ceased.at, cause="dispute"
    )
    assert_filled(expected)
    assert store.report(valid.report_number) == store.report_of_file(valid.sha256) == expected
    assert store.reports_of_award(valid.certificate_digest) == [expected]
    ((_, notice),) = store.notices(ceased.at.year, "", 10)
    assert notice == PublicNotice(valid.report_number, "superseded", "dispute", "2026-B", ceased.at)
    assert_filled(notice)


@pytest.mark.requirement("A15", "N1")
@pytest.mark.parametrize("next_type", [EventType.REPORT_SUPERSEDED, EventType.REPORT_REVOKED])
def test_a_report_ceases_to_be_valid_once(store: Store, next_type: EventType) -> None:
    case, valid = whole(), replace(REPORT, state=ReportState.VALID, superseded_by=None, changed_at=None, cause="")
    store.commit(None, case, [entry()], report=valid)
    data = {"report_number": valid.report_number, "cause": "dispute"}
    revoked = replace(case, version=case.version + 1)
    store.commit(case, revoked, [entry(type=EventType.REPORT_REVOKED, seq=revoked.version, data=data)])
    after = replace(revoked, version=revoked.version + 1)
    with pytest.raises(Stale):
        store.commit(revoked, after, [entry(type=next_type, seq=after.version, data=data)])
    found = store.report(valid.report_number)
    assert found is not None
    assert found.state is ReportState.REVOKED
    assert len(store.notices(found.changed_at.year if found.changed_at else 0, "", 10)) == 1


@pytest.mark.requirement("N1", "N3")
def test_what_is_read_is_a_copy_in_the_form_that_is_stored(store: Store) -> None:
    data = {"fields": ("a", "b"), "kind": EventType.MESSAGE_SENT}
    store.commit(None, replace(whole(), comparison=data), [entry(data=data)], report=replace(REPORT, facts=data))
    data["fields"] = ()
    for _ in range(2):
        report = store.report(REPORT.report_number)
        assert report is not None
        for read in (store.load("RZ1").comparison, store.log("RZ1")[0].data, report.facts):
            assert read == {"fields": ["a", "b"], "kind": "message_sent"}
            assert isinstance(read, dict)
            read.clear()
    with pytest.raises(TypeError):
        store.commit(None, *received("RZ2")[:1], [entry(case_number="RZ2", data={"day": DUE})])
    with pytest.raises(NotFound):
        store.load("RZ2")


@pytest.mark.requirement("A1", "N1", "N4")
def test_cases_are_found_by_the_holders_whom_they_name_or_once_did(store: Store) -> None:
    first, entries = received("RZ1")
    store.commit(None, first, entries)
    second, entries = received("RZ2")
    store.commit(None, second, entries)
    supplied = NewEvent(EventType.APPLICATION_SUPPLEMENTED, "applicant", {**SUPPLIED, "holder_key": "other"})
    after, entries = append_events("RZ1", first, [supplied, supplied], NOW)
    store.commit(first, after, entries)
    assert store.cases_naming("holder", 10) == ["RZ2", "RZ1"]
    assert store.cases_naming("holder", 1) == ["RZ2"]
    assert store.cases_naming("holder", 10, "RZ2") == ["RZ1"]
    assert store.cases_naming("other", 10) == ["RZ1"]
    assert store.cases_naming("nobody", 10) == []


@pytest.mark.requirement("A1", "N4")
def test_something_is_counted_without_a_commit_and_beyond_its_bound(store: Store) -> None:
    today, tomorrow = NOW.date(), NOW.date() + timedelta(days=1)
    assert store.counted(Count("a", today, 1)) == 0
    store.count(Count("a", today, 1))
    store.count(Count("a", today, 1))
    assert [store.counted(Count(*one, 1)) for one in (("a", today), ("a", tomorrow), ("b", today))] == [2, 0, 0]
    case, entries = received("RZ1")
    with pytest.raises(TooOften):
        store.commit(None, case, entries, counts=[Count("a", today, 2)])


@pytest.mark.requirement("A1", "N1", "N4")
def test_what_is_counted_is_counted_with_the_commit_and_up_to_its_bound(store: Store) -> None:
    today, tomorrow = NOW.date(), NOW.date() + timedelta(days=1)

    def make(number: str, *counts: Count, name: str = "") -> None:
        case, entries = received(number)
        names = [SubmissionKey(name, name, number)] if name else []
        store.commit(None, case, entries, submissions=names, counts=counts)

    make("RZ1", Count("a", today, 2), Count("b", today, 2), name="taken")
    make("RZ2", Count("a", today, 2))
    with pytest.raises(TooOften):
        make("RZ3", Count("b", today, 2), Count("a", today, 2))
    with pytest.raises(NotFound):
        store.load("RZ3")
    # What was refused counted nothing: neither for the other count, nor when it was there already.
    with pytest.raises(Taken):
        make("RZ4", Count("b", today, 2), name="taken")
    make("RZ5", Count("b", today, 2))
    make("RZ6", Count("a", tomorrow, 2))
    # What is there already is said before that there are too many.
    with pytest.raises(Taken):
        make("RZ7", Count("a", today, 2), name="taken")


def test_a_case_may_come_to_count_under_a_further_digest_within_its_bound(store: Store) -> None:
    """A disavowal among those of its holder, say."""
    cases = []
    for number in ("RZ1", "RZ2"):
        receipt = application.receive("api", "10001", "sealed", "holder", "platform", None, ["a"])
        case, entries = append_events(number, None, receipt, NOW)
        store.commit(None, case, entries, limits=[OpenLimit("a", 2)])
        cases.append(case)
    first, second = (replace(one, version=one.version + 1, open_under=("a", "b")) for one in cases)
    store.commit(cases[0], first, [], limits=[OpenLimit("b", 1)])
    with pytest.raises(TooManyOpen):
        store.commit(cases[1], second, [], limits=[OpenLimit("b", 1)])
    assert store.load("RZ2") == cases[1]
    store.commit(first, replace(first, version=first.version + 1, open_under=("a",)), [])
    store.commit(cases[1], second, [], limits=[OpenLimit("b", 1)])
    # Under the other one both still count.
    third, entries = append_events("RZ3", None, receipt, NOW)
    with pytest.raises(TooManyOpen):
        store.commit(None, third, entries, limits=[OpenLimit("a", 2)])


def test_what_is_counted_without_a_bound_counts_on_beyond_the_bound_of_others(store: Store) -> None:
    for number, most in (("RZ1", 1), ("RZ2", None), ("RZ3", None)):
        case, entries = received(number)
        store.commit(None, case, entries, counts=[Count("digest", NOW.date(), most)])
    fourth, entries = received("RZ4")
    with pytest.raises(TooOften):
        store.commit(None, fourth, entries, counts=[Count("digest", NOW.date(), 3)])
    store.commit(None, fourth, entries, counts=[Count("digest", NOW.date(), 4)])


def test_so_many_cases_are_open_under_a_digest_and_one_that_ends_makes_room(store: Store) -> None:
    def make(number: str, *digests: str, name: str = "") -> Case:
        receipt = application.receive("api", "10001", "sealed", "holder", "platform", None, digests)
        case, entries = append_events(number, None, receipt, NOW)
        names = [SubmissionKey(name, name, number)] if name else []
        store.commit(None, case, entries, submissions=names, limits=[OpenLimit(one, 2) for one in digests])
        assert store.load(number).open_under == digests
        return case

    first = make("RZ1", "a", "b", name="taken")
    make("RZ2", "a")
    with pytest.raises(TooManyOpen):
        make("RZ3", "b", "a")
    with pytest.raises(NotFound):
        store.load("RZ3")
    # What was refused is nowhere among the open ones, nor is what was there already.
    with pytest.raises(Taken):
        make("RZ4", "b", name="taken")
    make("RZ5", "b")
    with pytest.raises(Taken):
        make("RZ6", "a", name="taken")
    ended, entries = append_events("RZ1", first, application.withdraw(first), NOW)
    store.commit(first, ended, entries)
    with pytest.raises(Stale):
        store.commit(first, ended, entries)
    for number in ("RZ7", "RZ8"):
        if number == "RZ7":
            make(number, "a", "b")
        else:
            with pytest.raises(TooManyOpen):
                make(number, "a")


def test_the_last_open_case_that_ends_leaves_room_for_as_many_as_before(store: Store) -> None:
    for number in ("RZ1", "RZ2", "RZ3"):
        receipt = application.receive("api", "10001", "sealed", "holder", "platform", None, ["a"])
        case, entries = append_events(number, None, receipt, NOW)
        store.commit(None, case, entries, limits=[OpenLimit("a", 1)])
        ended, entries = append_events(number, case, application.withdraw(case), NOW)
        store.commit(case, ended, entries)


@pytest.mark.requirement("N4")
def test_a_new_case_is_stored_with_its_data_key_and_keeps_it(store: Store) -> None:
    first = CaseKeys()
    of_store = store.keys
    of_store.begin("RZ1", b"wrapped", b"key")
    assert store.stored_key("RZ1") is None
    case, entries = received()
    store.commit(None, case, entries)
    assert store.stored_key("RZ1") == StoredKey(b"wrapped")
    further, more = append_events("RZ1", case, [NewEvent(EventType.CASE_PARKED, "system", {"reason": {}})], NOW)
    store.commit(case, further, more)
    first.read_from(store.stored_key)
    assert first.key("RZ1", lambda wrapped: wrapped + b"!") == b"wrapped!"
    store.load("RZ1")
    assert of_store.of_new("RZ1") is None
    assert of_store.key("RZ1", lambda wrapped: wrapped) == b"key"


@pytest.mark.requirement("N4")
def test_a_case_that_was_refused_leaves_no_data_key(store: Store) -> None:
    case, entries = received()
    store.commit(None, case, entries)
    assert store.stored_key("RZ1") == StoredKey()
    store.keys.begin("RZ1", b"another", b"key")
    with pytest.raises(Stale):
        store.commit(None, case, entries)
    assert store.stored_key("RZ1") == StoredKey()


def over(store: Store, case_number: str, at: datetime) -> Case:
    """A case that ended at a moment."""
    case, entries = append_events(case_number, None, RECEIPT, at)
    store.commit(None, case, entries)
    after, more = append_events(case_number, case, application.withdraw(case), at)
    store.commit(case, after, more)
    return after


@pytest.mark.requirement("N3", "N4")
def test_a_case_is_found_by_the_day_on_which_something_of_it_is_over_and_no_other_day(store: Store) -> None:
    term = published_retention().case
    day, next_day = (shanghai_day(NOW) + term + timedelta(days=more) for more in (0, 1))
    open_case, entries = received("RZ0")
    store.commit(None, open_case, entries)
    for number, at in (("RZ1", NOW), ("RZ2", NOW), ("RZ3", NOW + timedelta(days=1))):
        over(store, number, at)
    assert sorted(store.due_on(day.isoformat())) == ["RZ1", "RZ2"]
    assert list(store.due_on(next_day.isoformat())) == ["RZ3"]
    assert list(store.due_on(shanghai_day(NOW).isoformat())) == []


@pytest.mark.requirement("N3", "N4")
def test_a_case_that_changes_after_its_day_is_due_on_the_day_of_the_change(store: Store) -> None:
    late = NOW + published_retention().case + timedelta(days=5)
    case = over(store, "RZ1", NOW)
    flagged = NewEvent(EventType.FILES_REMOVED, "system", {"attachment_ids": []})
    after, entries = append_events("RZ1", case, [flagged], late)
    store.commit(case, after, entries)
    assert list(store.due_on(shanghai_day(late).isoformat())) == ["RZ1"]


@pytest.mark.requirement("N3", "N4")
def test_the_sweep_comes_back_on_the_day_that_it_set_unless_the_case_has_changed(store: Store) -> None:
    case = over(store, "RZ1", NOW)
    store.look_again(case, date(2040, 1, 1))
    assert list(store.due_on("2040-01-01")) == ["RZ1"]
    store.look_again(replace(case, version=case.version - 1), date(2041, 1, 1))
    assert list(store.due_on("2040-01-01")) == ["RZ1"]
    assert list(store.due_on("2041-01-01")) == []


@pytest.mark.requirement("N3", "N4")
def test_up_to_which_day_was_swept_is_remembered(store: Store) -> None:
    assert store.swept_up_to() is None
    for day in ("2026-11-23", "2026-11-24"):
        store.mark_swept(day)
        assert store.swept_up_to() == day


@pytest.mark.requirement("N3", "N4")
def test_what_leads_to_a_case_is_forgotten_as_often_as_it_is_asked_and_nothing_of_another_case(store: Store) -> None:
    unseen = Holding("mine")
    for number, name in (("RZ1", "mine"), ("RZ2", "theirs")):
        case, entries = append_events(number, None, RECEIPT, NOW)
        key = SubmissionKey(f"name of {name}", "f", number)
        report = about(f"2026-{number}", number, certificate_digest=f"digest of {name}")
        store.commit(None, case, entries, submissions=[key], report=report, holdings=[replace(unseen, key=name)])
    found_by = Lookups(
        holders=("holder",),
        disavowed=("nothing",),
        submissions=("name of mine", "name of theirs"),
        holdings=("mine", "theirs"),
        documents=("2026-RZ1",),
    )
    for later in range(2):
        store.forget("RZ1", found_by, NOW + timedelta(days=later))
        assert list(store.cases_naming("holder", 9)) == ["RZ2"]
        assert store.submission("name of mine") is None
        assert store.submission("name of theirs") is not None
        assert store.holding("mine").latest is None
        assert store.holding("theirs").latest is not None
        assert store.reports_of_award("digest of mine") == []
        assert [one.report_number for one in store.reports_of_award("digest of theirs")] == ["2026-RZ2"]
        mine, theirs = store.report("2026-RZ1"), store.report("2026-RZ2")
        assert mine is not None
        assert theirs is not None
        assert (mine.erased_at, mine.certificate_digest, mine.state) == (NOW, "", ReportState.VALID)
        assert "holder_name" not in mine.facts
        assert theirs.erased_at is None
        assert theirs.certificate_digest


@pytest.mark.requirement("N3", "N4")
def test_a_disavowal_of_a_forgotten_case_is_forgotten_and_whoever_read_it_before_is_refused(store: Store) -> None:
    data = {"disavowed_by": "holder", "sealed": "sealed", "disavowed_under": ["d"]}
    disavowed = NewEvent(EventType.CASE_DISAVOWED, "holder", data)
    for number in ("RZ1", "RZ2"):
        case, entries = received(number)
        store.commit(None, case, entries)
        after, more = append_events(number, case, [disavowed], NOW)
        store.commit(case, after, more)
    read = store.disavowals_under("d")
    for _ in range(2):
        store.forget("RZ1", Lookups(disavowed=("d",)), NOW)
    assert store.disavowals_under("d").cases == ("RZ2",)
    with pytest.raises(Stale):
        store.commit(None, *received("RZ3"), disavowed=[read])


DEGREE = ListedDegree("master", "2018", "工学硕士", "计算机科学与技术")


@pytest.fixture
def describing(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store of a function that opens: every task asks about the same degree and certificate."""
    name = "describe" if isinstance(store, MemoryCases) else "_describe"
    monkeypatch.setattr(store, name, lambda case, task: (DEGREE, "digest"))
    return store


def beside(store: Store, account: str = "lead") -> dict[str, TaskDetails]:
    return dict(store.task_details(store.list_tasks(TaskFilter("10001", True), 10), account))


@pytest.mark.requirement("A9", "N4")
def test_a_listed_task_has_its_degree_beside_it_until_it_is_nobodys_business(describing: Store) -> None:
    store = describing
    case, happened = opened()
    store.commit(None, case, happened)
    (details,) = beside(store).values()
    assert details == TaskDetails(DEGREE, question_of(case, case.tasks[0]), Seen())
    assert store.tasks_about("digest", 5) == ["RZ1-1"]
    data = {"task_id": "RZ1-1", "institution_code": "10001", "department_id": None, "received_at": NOW.isoformat()}
    data |= {"fingerprint": "f", "sealed": "sealed", "result": "not_this_institution", "fields": []}
    returned, more = then(case, [NewEvent(EventType.FEEDBACK_RECEIVED, "account:a", data)])
    store.commit(case, returned, more)
    closed = store.list_tasks(TaskFilter("10001", False), 10)
    assert store.task_details(closed, "lead")["RZ1-1"].degree is None


@pytest.mark.requirement("A9", "N4")
def test_what_an_account_has_seen_is_its_own_and_each_part_by_itself(describing: Store) -> None:
    store = describing
    store.commit(None, *opened())
    store.see_task("RZ1-1", "lead", asked="first")
    store.see_task("RZ1-1", "lead", messages=2)
    assert beside(store)["RZ1-1"].seen == Seen("first", 2)
    store.see_task("RZ1-1", "lead", asked="second")
    assert beside(store)["RZ1-1"].seen == Seen("second", 2)
    assert beside(store, "other")["RZ1-1"].seen == Seen()


@pytest.mark.requirement("A9", "N4")
def test_a_certificate_leads_to_its_tasks_the_latest_first_and_to_those_of_an_erased_case_no_more(
    describing: Store,
) -> None:
    store = describing
    for number in ("RZ1", "RZ2", "RZ3"):
        store.commit(None, *opened(number))
    assert store.tasks_about("digest", 2) == ["RZ3-1", "RZ2-1"]
    assert store.tasks_about("other", 2) == []
    store.forget("RZ2", Lookups(certificates=("digest",)), NOW)
    assert store.tasks_about("digest", 5) == ["RZ3-1", "RZ1-1"]


@pytest.mark.requirement("N1")
def test_a_store_that_does_not_open_lists_tasks_without_their_degree(store: Store) -> None:
    case, happened = opened()
    store.commit(None, case, happened)
    (details,) = beside(store).values()
    assert details.degree is None
    assert store.tasks_about("digest", 5) == []
    assert store.task_details([], "lead") == {}


def opened(case_number: str = "RZ1") -> tuple[Case, list[Event]]:
    """A case whose only task waits for an answer."""
    data = {"task_id": f"{case_number}-1", "institution_code": "10001", "department_id": None}
    return append_events(case_number, None, [*RECEIPT, NewEvent(EventType.MATERIAL_CONFIRMED, "staff:a", data)], NOW)
