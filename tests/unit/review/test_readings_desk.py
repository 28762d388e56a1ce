"""Auditors look at who has read what: by person and by reader, page by page, itself on record (N3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from degree_auth.adapters.readings.listing import reading_list
from degree_auth.domain.accounts.staff import Role
from degree_auth.domain.cases.case import Case
from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import staff
from degree_auth.domain.readings.record import ReadingEntry, Record
from degree_auth.domain.review.reading_actions import ReadingAction
from degree_auth.domain.review.staff_roles import PERMITS, ROLES_OF
from degree_auth.domain.shared.errors import Invalid, NotFound, Unavailable
from degree_auth.services.accounts.staff_readers import StaffReaders
from degree_auth.services.review import readings_desk
from degree_auth.services.review.readings_desk import ReadingsDesk
from degree_auth.services.shared.staff_desk import ActionResult
from tests.doubles.readings import MemoryReadings
from tests.doubles.staff import StaffRoom
from tests.doubles.world import World, lead_of

pytestmark = pytest.mark.requirement("N3", "N4")


class Audit:
    """An auditor before the desk."""

    def __init__(self) -> None:
        self.world, room = World(), StaffRoom()
        room.open("auditor", Role.AUDITOR)
        self.desk = ReadingsDesk(
            store=self.world.reading_store,
            cases=self.world.cases,
            readings=self.world.readings,
            readers=StaffReaders(room.store, ROLES_OF),
            documents=self.world.documents,
            bucket="documents",
            lay_out=reading_list,
        )
        self.asked = 0

    def list(self, **query: Any) -> ActionResult:
        self.asked += 1
        self.world.now += timedelta(seconds=1)
        body = {"action": "list_readings", "reviewer": "auditor", "language": "en", **query}
        return self.desk.carry_out(body, f"staff:audit-{self.asked}", self.world.now)

    def rows(self, result: ActionResult) -> list[list[str]]:
        key = str(result.facts["location"]).removeprefix("s3://documents/")
        text = self.world.documents.objects[key].decode("utf-8-sig")
        return [[cell.strip('"') for cell in line.split(",")] for line in text.splitlines()[1:]]

    def reviewed(self, case: Case, execution: str, name: str = "li.ming") -> None:
        reader = staff(name, [Role.REVIEWER], execution)
        self.world.readings.begin(case.case_number, reader, Purpose.REVIEW, self.world.now)


@pytest.fixture
def audit() -> Audit:
    return Audit()


def test_by_person_every_case_of_theirs_is_listed_and_the_look_itself_stands_first(audit: Audit) -> None:
    world = audit.world
    first = world.submit(world.body(0))
    body = world.body(0, discipline="园艺学")
    body["contact"]["email"] = "another@example.org"
    second, other = world.submit(body), world.submit(world.body(1))
    audit.reviewed(first, "run-1")
    audit.reviewed(second, "run-2")
    audit.reviewed(other, "run-3")
    world.own_case_list.page(world.holder_of(first), None, "192.0.2.1", world.now)
    result = audit.list(case_number=first.case_number)
    rows = audit.rows(result)
    of = {(row[2], row[4], row[8], row[10]) for row in rows}
    assert {one for one in of if one[1] == "staff:li.ming"} == {
        (first.case_number, "staff:li.ming", "Reviewing and deciding", "run-1"),
        (second.case_number, "staff:li.ming", "Reviewing and deciding", "run-2"),
    }
    assert any(row[0 + 2].startswith("list/") and row[4] == "holder" for row in rows)
    # Each record that was looked at has it, with the auditor's name and role.
    looked = [row for row in rows if row[4] == "staff:auditor"]
    assert {row[2] for row in looked} >= {first.case_number, second.case_number}
    assert {(row[6], row[8]) for row in looked} == {("Auditor", "Auditing who has viewed")}
    assert other.case_number not in {row[2] for row in rows}
    text = world.documents.objects[str(result.facts["location"]).removeprefix("s3://documents/")].decode()
    assert "192.0.2.1" not in text
    assert world.records[0].name not in text
    assert result.facts["next_cursor"] is None


def test_by_reader_and_day_what_they_read_is_listed_in_order_and_the_look_is_on_record(audit: Audit) -> None:
    world = audit.world
    cases = [world.submit(world.body(which)) for which in range(3)]
    for which, case in enumerate(cases):
        world.now += timedelta(minutes=1)
        audit.reviewed(case, f"run-{which}")
    audit.reviewed(cases[0], "run-9", "wang.fang")
    world.now += timedelta(days=1)
    audit.reviewed(cases[0], "run-4")
    rows = audit.rows(audit.list(reader="staff:li.ming", day="2026-11-23"))
    assert [(row[2], row[10]) for row in rows] == [(one.case_number, f"run-{n}") for n, one in enumerate(cases)]
    (look,) = world.reading_store.entries("staff:li.ming", 9)
    assert (look.actor, look.data["role"], look.data["purpose"]) == ("staff:auditor", "auditor", "audit")


def test_an_institutions_account_is_found_as_the_record_names_it(audit: Audit) -> None:
    world = audit.world
    case = world.asked()
    world.forms.form(lead_of(case), case.task_id or "", world.now)
    entry = world.reading_store.entries(case.case_number, 1)[0]
    assert entry.actor == "account:lead"
    with pytest.raises(Invalid):
        audit.list(reader="account:lead", day="2026-11-23")
    assert audit.rows(audit.list(reader=f"account:{'0' * 32}", day="2026-11-23")) == []


@pytest.mark.parametrize("page", [1, 2, 3, 7])
def test_pages_miss_nothing_and_repeat_nothing(audit: Audit, page: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings_desk, "A_PAGE", page)
    world = audit.world
    case = world.submit(world.body(0))
    for which in range(9):
        world.now += timedelta(seconds=1)
        audit.reviewed(case, f"run-{which}")
    for query in ({"case_number": case.case_number}, {"reader": "staff:li.ming", "day": "2026-11-23"}):
        seen: list[str] = []
        cursor: dict[str, str] = {}
        for _ in range(60):
            result = audit.list(**query, **cursor)
            seen += [row[10] for row in audit.rows(result) if row[4] == "staff:li.ming"]
            if result.facts["next_cursor"] is None:
                break
            cursor = {"cursor": str(result.facts["next_cursor"])}
        assert sorted(seen) == [f"run-{which}" for which in range(9)]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"reader": "staff:li.ming"},
        {"day": "2026-11-23"},
        {"case_number": "RZ20261123K7Q2M9XD", "reader": "staff:li.ming", "day": "2026-11-23"},
        {"case_number": "RZ20261123K7Q2M9XD", "day": "2026-11-23"},
        {"reader": "holder", "day": "2026-11-23"},
        {"reader": "staff:13800000000x y", "day": "2026-11-23"},
        {"case_number": "110101199001011234"},
    ],
)
def test_a_query_that_says_nothing_or_too_much_is_refused(audit: Audit, query: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        audit.list(**query)
    assert audit.world.documents.objects == {}


def test_a_cursor_that_no_page_gave_and_a_case_that_is_not_there_are_refused(audit: Audit) -> None:
    case = audit.world.submit(audit.world.body(0))
    for cursor in ("x", "AAAA", "_-_-"):
        with pytest.raises(Invalid):
            audit.list(case_number=case.case_number, cursor=cursor)
    with pytest.raises(NotFound):
        audit.list(case_number="RZ2026112300000000")


def test_auditors_alone_may_ask() -> None:
    assert PERMITS[ReadingAction.LIST_READINGS].roles == {Role.AUDITOR}


def test_by_person_who_was_shown_their_award_record_beside_somebody_elses_case_is_listed_too(audit: Audit) -> None:
    world = audit.world
    owner, beside = world.submit(world.body(0)), world.mismatched()
    (choice,) = {(world.cases.load(one.case_number).comparison or {})["record"] for one in (owner, beside)}
    world.staff("open_review", beside)
    rows = audit.rows(audit.list(case_number=owner.case_number))
    (shown,) = [row for row in rows if row[2] == f"record/{choice}" and row[8] == "Comparing with the register"]
    assert shown[4].startswith("staff:")


def test_without_its_entry_no_award_record_is_shown_beside_a_case(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, append = audit.world, MemoryReadings.append
    case = world.mismatched()

    def broken(store: MemoryReadings, before: Record, after: Record, entry: ReadingEntry) -> None:
        if before.subject.startswith("record/"):
            raise Unavailable("try_again")
        append(store, before, after, entry)

    monkeypatch.setattr(MemoryReadings, "append", broken)
    with pytest.raises(Unavailable):
        world.staff("open_review", case)
    assert not [key for key in world.documents.objects if key.startswith("review/")]
