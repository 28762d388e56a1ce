"""What a page of what waits for staff reads, with ten waiting cases and with a hundred thousand.

The service runs in this process over a table as the template declares it, in an emulator in memory; every query is
recorded, and what it read is counted by AWS's published rules, from the items that DynamoDB would have looked at.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bench.figure import Baseline, Figure, Measurement
from bench.listing import Reads, case_table, record_reads
from degree_auth.adapters.cases.list_items import WaitingItem, waiting_item
from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.cases.stages import HeldBy, Stage
from degree_auth.domain.review.work import Work, WorkKind
from degree_auth.services.review.work_desk import WorkDesk

FEW, MANY = 10, 100_000
PAGE = 4
_NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
_PAGES = {
    "review": ("一张清单首页", "first page of a list"),
    "next": ("一张清单次页", "a further page of a list"),
    "all": ("全部清单的开头", "the beginning of all lists"),
}


def measure(few: int = FEW, many: int = MANY) -> list[Figure]:
    """Queries, items and read units of pages with many cases that wait, each against the same with few."""
    with case_table() as table:
        desk = WorkDesk(table, published_calendar(), page_size=PAGE)
        _put(few)
        before = {name: _page(desk, name) for name in _PAGES}
        _put(many)
        after = {name: _page(desk, name) for name in _PAGES}
    return [
        Figure(
            f"{name}_{what}",
            f"{_PAGES[name][0]}（待办 {many:,} 件），{chinese}",
            f"{_PAGES[name][1]} ({many:,} waiting), {english}",
            getattr(after[name], what),
            "",
            Baseline(f"待办 {few} 件", f"{few} waiting", getattr(before[name], what)),
        )
        for name in _PAGES
        for what, chinese, english in (
            ("queries", "查询", "queries"),
            ("items", "读到的条目", "items read"),
            ("units", "读容量单位", "read units"),
        )
    ]


MEASUREMENT = Measurement(
    chinese="待办清单的读取",
    english="reads of the lists of what waits for staff",
    measure=measure,
    needs_stack=False,
    quick={"many": 100},
)


def _put(count: int) -> None:
    """Cases that wait for a review, none of them late."""
    with WaitingItem.batch_write() as batch:
        for which in range(count):
            batch.save(
                waiting_item(
                    Work(
                        f"RZ20261130{which:08d}",
                        WorkKind.REVIEW,
                        HeldBy.CENTRE,
                        _NOW,
                        stage=Stage.MATERIAL_REVIEW,
                        urgent=False,
                        due=date(2026, 12, 1) + timedelta(days=which % 8),
                        institution_code="10001",
                    )
                )
            )


def _page(desk: WorkDesk, name: str) -> Reads:
    asked = {} if name == "all" else {"list": WorkKind.REVIEW.value}
    if name == "next":
        _, (first,) = desk.pages(asked, _NOW)
        asked["cursor"] = first.cursor
    with record_reads() as reads:
        _, pages = desk.pages(asked, _NOW)
    reads.found = [row.work.case_number for page in pages for row in page.rows]
    return reads
