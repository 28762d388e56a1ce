"""What waits for staff, page by page (article 12): for an execution, and for the pages of the dashboard.

A list shows case numbers and no person, so nothing is opened for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from degree_auth.domain.cases.names import HELD_BY_NAMES, STAGE_NAMES
from degree_auth.domain.review.work import KIND_NAMES, Work, WorkKind, days_left, next_input, stretches_behind
from degree_auth.domain.review.work_actions import (
    WorkQuery,
    page_place,
    parse_page_place,
    parse_page_query,
    parse_work_query,
)
from degree_auth.domain.shared.actors import staff_of
from degree_auth.domain.shared.words import Words
from degree_auth.domain.shared.working_days import Calendar, shanghai_day, shanghai_time
from degree_auth.services.review.ports import WorkLists
from degree_auth.services.shared.cursors import cursor_of, invalid_cursor, place_of
from degree_auth.services.shared.staff_desk import ActionResult

A_PAGE = 25
FIRST_FEW = 5
"""Entries of each list that are shown where none is asked for."""


@dataclass(frozen=True, slots=True)
class WorkRow:
    """An entry of a list on a day; `left` as `days_left` gives it."""

    work: Work
    left: int | None

    @property
    def is_late(self) -> bool:
        """Whether whoever holds the case is past the last day."""
        return self.left is not None and self.left < 0


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A page of a list; `cursor` is where the next begins, empty at the end."""

    kind: WorkKind
    rows: Sequence[WorkRow]
    cursor: str


@dataclass(frozen=True, slots=True)
class WorkDesk:
    """Reads the lists of what waits. A page costs the same, however much waits: four queries and what it shows."""

    lists: WorkLists
    calendar: Calendar
    page_size: int = A_PAGE

    def carry_out(self, body: object, command: str, now: datetime) -> ActionResult:
        """Tell what waits.

        Raises:
            Malformed, Invalid: what is wrong with the input, a cursor that no page gave included.
        """
        pages = self._pages(parse_work_query(body), now)
        facts = {"lists": [_page_facts(page) for page in pages]}
        return ActionResult(_told(pages), facts)

    def pages(self, body: object, now: datetime) -> tuple[WorkQuery, list[WorkPage]]:
        """What a page of the dashboard shows. Raises as `carry_out` does."""
        query = parse_page_query(body)
        return query, self._pages(query, now)

    def _pages(self, query: WorkQuery, now: datetime) -> list[WorkPage]:
        today = shanghai_day(now)
        if query.kind is not None:
            return [self._page(query.kind, query.cursor, self.page_size, today)]
        found = [self._page(kind, "", FIRST_FEW, today) for kind in WorkKind]
        return [page for page in found if page.rows]

    def _page(self, kind: WorkKind, cursor: str, size: int, today: date) -> WorkPage:
        day, place = today, None
        if cursor:
            given = parse_page_place(place_of(cursor).decode(errors="replace"))
            if given is None:
                raise invalid_cursor()
            day, place = given
        found: list[Work] = []
        for within in stretches_behind(kind, day, place):
            if len(found) > size:
                break
            found += self.lists.list_work(kind, within, size + 1 - len(found))
        shown = found[:size]
        following = cursor_of(page_place(day, shown[-1].place).encode()) if len(found) > size else ""
        return WorkPage(kind, [WorkRow(one, days_left(one.due, today, self.calendar)) for one in shown], following)


def _page_facts(page: WorkPage) -> dict[str, Any]:
    name = KIND_NAMES[page.kind]
    return {
        "list": page.kind.value,
        "name": name.zh,
        "name_en": name.en,
        "next_cursor": page.cursor or None,
        "work": [_row_facts(row) for row in page.rows],
    }


def _row_facts(row: WorkRow) -> Mapping[str, Any]:
    work = row.work
    stage = Words("", "") if work.stage is None else STAGE_NAMES[work.stage]
    return {
        "case_number": work.case_number,
        "stage": stage.zh,
        "stage_en": stage.en,
        "urgent": work.urgent,
        "held_by": HELD_BY_NAMES[work.held_by].zh,
        "held_by_en": HELD_BY_NAMES[work.held_by].en,
        "due": None if work.due is None else work.due.isoformat(),
        "days_left": row.left,
        "waits_since": shanghai_time(work.since),
        "institution_code": work.institution_code,
        "in_hands_of": None if work.taken_by is None else staff_of(work.taken_by),
        "next_input": next_input(work),
    }


def _told(pages: Sequence[WorkPage]) -> Words:
    if not any(page.rows for page in pages):
        return Words("没有待办事项。", "Nothing waits.")
    shown = [(KIND_NAMES[page.kind], len(page.rows), "+" if page.cursor else "") for page in pages]
    zh = "；".join(f"{name.zh} {count}{more}" for name, count, more in shown)
    en = "; ".join(f"{name.en}: {count}{more}" for name, count, more in shown)
    late = sum(row.is_late for page in pages for row in page.rows)
    return Words(
        f"待办：{zh}。其中已超期 {late} 件。办理前请先以 next_input 领取。"
        "标 + 的清单还有下页：填写 list 与 next_cursor。",
        f"What waits: {en}. Past their last day: {late}. Take a case in hand with its next_input first. A list with "
        "a + has more: give list and next_cursor.",
    )
