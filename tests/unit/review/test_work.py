"""What waits for staff (articles 10, 12): in which list, in what order, page by page, and as the dashboard shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from degree_auth.adapters.review.work_page import WorkPages
from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.cases.erasure import Erasure, ErasureStatus
from degree_auth.domain.cases.stages import HeldBy, Stage
from degree_auth.domain.notifications.platform_line import Line, LineState
from degree_auth.domain.review.console_links import execution_address, start_address
from degree_auth.domain.review.work import (
    KIND_NAMES,
    Stretch,
    Work,
    WorkKind,
    days_left,
    failed_delivery,
    next_input,
    stretches,
    stretches_behind,
    work_of,
)
from degree_auth.domain.shared.errors import Invalid
from degree_auth.services.review.work_desk import WorkDesk
from tests.doubles.world import World

CALENDAR = published_calendar()

NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 30)
FUNCTION = "arn:aws-cn:lambda:cn-north-1:123456789012:function:show-work"
MACHINE = "arn:aws-cn:states:cn-north-1:123456789012:stateMachine:staff-actions"
EXECUTION = "arn:aws-cn:states:cn-north-1:123456789012:execution:matching:RZ20261123K7Q2M9XD-3"


def work(number: str, days: int | None, *, urgent: bool = False, kind: WorkKind = WorkKind.REVIEW) -> Work:
    due = None if days is None else TODAY + timedelta(days=days)
    return Work(f"RZ{number}", kind, HeldBy.CENTRE, NOW, Stage.MATERIAL_REVIEW, urgent, due, "10001")


@dataclass
class Lists:
    """`WorkLists` over plain entries, which count what is read."""

    entries: list[Work] = field(default_factory=list)
    queries: int = 0
    read: int = 0

    def list_work(self, kind: WorkKind, within: Stretch, limit: int) -> Sequence[Work]:
        of_kind = sorted((one for one in self.entries if one.kind is kind), key=lambda one: one.place)
        found = [one for one in of_kind if within.above < one.place < within.below][:limit]
        self.queries += 1
        self.read += len(found)
        return found

    def executions(self, case_numbers: Sequence[str]) -> dict[str, str]:
        return dict.fromkeys(case_numbers, EXECUTION)


def shown(desk: WorkDesk, **asked: Any) -> tuple[list[str], str]:
    _, (page,) = desk.pages({"list": "review"} | asked, NOW)
    return [row.work.case_number for row in page.rows], page.cursor


@pytest.mark.requirement("A12")
def test_what_is_late_comes_first_then_what_is_urgent_then_by_the_last_day() -> None:
    entries = [
        work("1", 5),
        work("2", 3, urgent=True),
        work("3", -1),
        work("4", -9),
        work("5", -2, urgent=True),
        work("6", None),
        work("7", 0),
        work("8", None, urgent=True),
    ]
    numbers, _ = shown(WorkDesk(Lists(entries), CALENDAR))
    assert numbers == ["RZ5", "RZ4", "RZ3", "RZ2", "RZ8", "RZ7", "RZ1", "RZ6"]


@pytest.mark.requirement("A12")
def test_pages_show_every_entry_once_in_the_order_of_the_first_page_also_when_a_day_passes() -> None:
    entries = [work(f"{which:03}", which % 11 - 5, urgent=which % 7 == 0) for which in range(60)]
    desk = WorkDesk(Lists(entries), CALENDAR, page_size=7)
    whole, _ = shown(WorkDesk(Lists(entries), CALENDAR, page_size=100))
    seen, cursor, now = [], "", NOW
    while True:
        _, (page,) = desk.pages({"list": "review"} | ({"cursor": cursor} if cursor else {}), now)
        seen += [row.work.case_number for row in page.rows]
        cursor, now = page.cursor, now + timedelta(hours=5)
        if not cursor:
            break
    assert seen == whole


@pytest.mark.requirement("A12")
@pytest.mark.parametrize("waiting", [30, 3000])
def test_a_page_reads_as_much_however_much_waits(waiting: int) -> None:
    lists = Lists([work(f"{which:05}", 1 + which % 8) for which in range(waiting)])
    shown(WorkDesk(lists, CALENDAR))
    assert (lists.queries, lists.read) == (4, 26)


@pytest.mark.requirement("A12")
def test_an_institution_is_listed_from_the_day_after_its_last_one_on() -> None:
    kind = WorkKind.OVERDUE_INSTITUTION
    desk = WorkDesk(Lists([work(f"{days + 5}", days, kind=kind) for days in (-1, 0, 1)]), CALENDAR)
    assert shown(desk, list=kind.value)[0] == ["RZ4"]


@pytest.mark.requirement("A12")
@pytest.mark.parametrize(("due", "left"), [(-3, -3), (0, 0), (1, 1), (5, 4), (None, None)])
def test_days_left_are_working_days_and_below_zero_the_days_that_have_passed(due: int | None, left: int | None) -> None:
    assert days_left(work("1", due).due, TODAY, CALENDAR) == left


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(
    "asked",
    [
        {"list": "everything"},
        {"cursor": "MjAyNi0xMS0zMHw"},
        {"list": "review", "cursor": "!"},
        {"list": "review", "cursor": "MjAyNi0xMS0zMHw"},
        {"list": "review", "machine": "https://example.org"},
        {"who": "me"},
    ],
)
def test_what_no_page_gave_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        WorkDesk(Lists(), CALENDAR).pages(asked, NOW)


@pytest.mark.requirement("N5")
def test_a_place_that_a_list_cannot_have_ends_it() -> None:
    assert stretches_behind(WorkKind.REVIEW, TODAY, "2#") == []
    assert stretches_behind(WorkKind.REVIEW, TODAY, None) == stretches(WorkKind.REVIEW, TODAY)


@pytest.mark.requirement("A12")
def test_the_answer_of_list_work_says_in_words_and_facts_what_waits_and_what_to_do() -> None:
    lists = Lists([work("1", -1), work("2", 2, kind=WorkKind.PARKED)])
    done = WorkDesk(lists, CALENDAR).carry_out({"action": "list_work", "reviewer": "li.ming"}, "c", NOW)
    assert "To be reviewed, the scan is here: 1" in done.words.en
    assert "Past their last day: 1" in done.words.en
    assert "待审查（影印件已到） 1" in done.words.zh
    review, parked = done.facts["lists"]
    assert (review["list"], parked["list"]) == ("review", "parked")
    (row,) = review["work"]
    assert (row["case_number"], row["days_left"], row["due"]) == ("RZ1", -1, "2026-11-29")
    assert row["next_input"] == {"action": "take_case", "case_number": "RZ1"}
    assert json.dumps(dict(done.facts))


@pytest.mark.requirement("A12")
def test_where_nothing_waits_that_is_said() -> None:
    done = WorkDesk(Lists(), CALENDAR).carry_out({"action": "list_work", "reviewer": "li.ming"}, "c", NOW)
    assert (done.words.zh, done.words.en) == ("没有待办事项。", "Nothing waits.")


@pytest.mark.requirement("A15")
def test_a_line_that_was_given_up_waits_for_staff() -> None:
    given_up = Line("RZ1", version=3, state=LineState.GIVEN_UP, look_at=NOW)
    one = failed_delivery(given_up)
    assert one is not None
    assert next_input(one)["action"] == "resume_platform"
    assert failed_delivery(Line("RZ1", version=3, state=LineState.WAITING, look_at=NOW)) is None


@pytest.mark.requirement("A1")
def test_what_is_being_erased_waits_for_nobody() -> None:
    case = World().mismatched()
    assert [one.kind for one in work_of(case, CALENDAR)] == [WorkKind.REVIEW]
    erasing = Erasure("holder_request", "staff:reviewer-1", ErasureStatus.APPROVED)
    assert work_of(replace(case, erasure=erasing), CALENDAR) == []


@pytest.mark.requirement("N6")
def test_every_list_has_its_name_in_both_languages() -> None:
    assert list(KIND_NAMES) == list(WorkKind)


def page(event: dict[str, Any], *entries: Work) -> Any:
    lists = Lists(list(entries))
    return WorkPages(WorkDesk(lists, CALENDAR), lists).page(event, FUNCTION, NOW)


@pytest.mark.requirement("A12")
def test_the_dashboard_is_told_how_the_widget_is_used() -> None:
    told = page({"describe": True})
    assert set(told) == {"markdown"}
    assert all(f"`{kind}`" in told["markdown"] for kind in WorkKind)


@pytest.mark.requirement("A12", "N6")
def test_a_row_links_to_its_execution_in_its_own_partition_and_gives_the_input_to_paste() -> None:
    html = page({"list": "review", "machine": MACHINE, "widgetContext": {"locale": "en"}}, work("1", -1), work("2", 3))
    console = "https://cn-north-1.console.amazonaws.cn/states/home?region=cn-north-1#/v2"
    assert f'href="{console}/executions/details/{EXECUTION}"' in html
    assert f'href="{console}/statemachines/start-execution/{MACHINE}"' in html
    assert html.index(">RZ1<") < html.index(">RZ2<")
    assert "{&quot;action&quot;: &quot;take_case&quot;, &quot;case_number&quot;: &quot;RZ1&quot;" in html
    assert "<script" not in html


@pytest.mark.requirement("A12")
def test_the_way_on_calls_the_function_again() -> None:
    html = page({"list": "review", "language": "en"}, *(work(f"{which:03}", 3) for which in range(30)))
    actions = re.findall(r'<cwdb-action action="call" display="widget" endpoint="([^"]*)">(.*?)</cwdb-action>', html)
    assert {endpoint for endpoint, _ in actions} == {FUNCTION}
    asked = [json.loads(parameters) for _, parameters in actions]
    assert asked[0] == {"language": "en"}
    following = page(asked[-1], *(work(f"{which:03}", 3) for which in range(30)))
    assert "RZ029" in following
    assert "RZ029" not in html


@pytest.mark.requirement("N5")
def test_what_is_wrong_with_a_widgets_parameters_is_said_in_its_place() -> None:
    html = page({"list": "everything"})
    assert html.count("<p>") == 2


@pytest.mark.requirement("N6")
@pytest.mark.parametrize(
    ("partition", "host"),
    [
        ("aws", "eu-west-1.console.aws.amazon.com"),
        ("aws-cn", "eu-west-1.console.amazonaws.cn"),
        ("aws-us-gov", "eu-west-1.console.amazonaws-us-gov.com"),
        ("aws-iso", None),
    ],
)
def test_the_console_is_that_of_the_partition(partition: str, host: str | None) -> None:
    arn = f"arn:{partition}:states:eu-west-1:123456789012:execution:m:RZ1"
    for address in (execution_address(arn), start_address(arn)):
        assert address is None if host is None else str(address).startswith(f"https://{host}/")
