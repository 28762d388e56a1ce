"""What lists of tasks show of a degree, what is marked as unread, and what a search finds."""

from __future__ import annotations

from typing import Any

import pytest

from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.cases.case import Case
from degree_auth.domain.shared.errors import Invalid, Unavailable
from degree_auth.domain.verification.listing import TaskDetails
from tests.doubles.world import World, lead_of, principal
from tests.unit.verification.test_tasks import department, given_to, several, task_of

pytestmark = pytest.mark.requirement("A9", "N4")


def entry(world: World, asker: Principal, **asked: str) -> dict[str, Any]:
    (found,) = world.desk.page(asker, asked, world.now)["tasks"]
    return dict(found)


def found(world: World, asker: Principal, number: str) -> list[str]:
    return [one["task_id"] for one in world.desk.search(asker, {"number": number}, world.now)["tasks"]]


def certificate(world: World) -> str:
    return world.records[0].certificate_number


def test_a_list_shows_the_degree_and_nothing_of_the_person() -> None:
    world = World()
    case = several(world, 1)[0]
    record = world.records[0]
    shown = entry(world, lead_of(case))
    assert shown["degree"] == {
        "level": record.level,
        "award_year": f"{record.award_date:%Y}",
        "category": record.category_name,
        "discipline": "园艺学",
    }
    said = str(shown)
    for secret in (record.name, record.identity_number, record.certificate_number):
        assert secret not in said
    assert not world.reading_store.heads


def test_what_a_former_release_stored_is_shown_without_and_filled_with_the_next_change() -> None:
    world = World()
    case = several(world, 1)[0]
    world.cases.details[task_of(case)] = TaskDetails()
    world.cases.certificates.clear()
    shown = entry(world, lead_of(case))
    assert (shown["degree"], shown["unread"]) == (None, None)
    assert found(world, lead_of(case), certificate(world)) == []
    given_to(world, case, "archive")
    assert entry(world, lead_of(case))["degree"]["discipline"] == "园艺学"
    assert found(world, lead_of(case), certificate(world)) == [task_of(case)]


def test_a_list_stops_showing_the_degree_when_it_is_no_longer_the_institutions_business() -> None:
    world = World()
    case = several(world, 1)[0]
    lead = lead_of(case)
    world.answer(case, "not_this_institution")
    shown = entry(world, lead, status="closed")
    assert shown["degree"] is None
    assert found(world, lead, certificate(world)) == []
    assert found(world, lead, case.case_number) == [task_of(case)]


@pytest.mark.requirement("A12")
def test_a_list_counts_the_working_days_that_are_left() -> None:
    world = World()
    case = several(world, 1)[0]
    shown = entry(world, lead_of(case))
    assert shown["due"] == "2026-12-07"
    assert shown["days_left"] == 9
    waiting = world.answer(case, "needs_material")
    assert entry(world, lead_of(waiting))["days_left"] is None


def test_a_task_is_unread_until_its_account_opens_it_and_again_when_it_is_given_on() -> None:
    world = World()
    case = several(world, 1)[0]
    lead, archive = lead_of(case), department(case)
    assert entry(world, lead)["unread"] == "task"
    world.forms.form(lead, task_of(case), world.now)
    assert entry(world, lead)["unread"] is None
    case = given_to(world, case, "archive")
    assert entry(world, archive)["unread"] == "task"
    world.forms.form(archive, task_of(case), world.now)
    assert entry(world, archive)["unread"] is None


def test_a_message_is_unread_until_it_is_read_by_each_account_and_ones_own_is_not() -> None:
    world = World()
    case = several(world, 1)[0]
    lead, other = lead_of(case), principal("other", case.institution_code, None, 1)
    for asker in (lead, other):
        world.forms.form(asker, task_of(case), world.now)
    world.staff("send_message", case, command="m", text="请看附件", task_id=task_of(case))
    assert [entry(world, asker)["unread"] for asker in (lead, other)] == ["messages", "messages"]
    world.messages.read(lead, task_of(case), world.now)
    assert [entry(world, asker)["unread"] for asker in (lead, other)] == [None, "messages"]
    world.messages.send(lead, task_of(case), {"text": "已看"}, None, world.now)
    assert entry(world, lead)["unread"] is None


def test_a_task_that_waits_for_the_applicant_comes_back_unread() -> None:
    world = World()
    case = several(world, 1)[0]
    world.forms.form(lead_of(case), task_of(case), world.now)
    case = world.supplied(world.answer(case, "needs_material"))
    assert entry(world, lead_of(case))["unread"] == "task"


def test_a_mark_that_cannot_be_set_keeps_nobody_from_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    case = several(world, 1)[0]

    def fails(*_: object, **__: object) -> None:
        raise Unavailable("try_again")

    monkeypatch.setattr(world.cases, "see_task", fails)
    assert world.forms.form(lead_of(case), task_of(case), world.now)["claim"] is not None
    assert world.faults == ["a task was not marked as seen: Unavailable"]


@pytest.mark.parametrize("write", [str, str.lower, lambda number: f" {number} ", lambda number: f"{number}-1"])
def test_a_case_is_found_by_its_number_as_people_write_it(write: Any) -> None:
    world = World()
    case, _ = several(world, 2)
    assert found(world, lead_of(case), write(case.case_number)) == [task_of(case)]


def test_every_task_about_a_certificate_is_found_the_latest_first_and_by_exact_number() -> None:
    world = World()
    cases = several(world, 3)
    lead = lead_of(cases[0])
    assert set(found(world, lead, certificate(world))) == {task_of(case) for case in cases}
    assert found(world, lead, certificate(world).lower()) == found(world, lead, certificate(world))
    assert found(world, lead, certificate(world)[:-1]) == []


def test_a_search_finds_only_what_its_account_may_see() -> None:
    world = World()
    case: Case = given_to(world, several(world, 1)[0], "archive")
    for number in (case.case_number, certificate(world)):
        assert found(world, department(case), number) == [task_of(case)]
        assert found(world, department(case, "office"), number) == []
        assert found(world, principal("x", "99999", None, 1), number) == []
    assert found(world, lead_of(case), "RZ20260101AAAAAAAA") == []


@pytest.mark.parametrize("number", ["", "   ", "--", "x" * 65, 5, None])
@pytest.mark.requirement("N5")
def test_what_is_no_number_is_not_searched(number: object) -> None:
    with pytest.raises(Invalid):
        World().desk.search(principal("x", "10001", None, 1), {"number": number}, World().now)
