"""What waits for staff as a part of a CloudWatch dashboard, in one language; the console itself runs no script of ours.

`<cwdb-action>` makes the element before it a button that calls the function again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from degree_auth.adapters.review.elements import Markup, element, fragment
from degree_auth.domain.cases.names import HELD_BY_NAMES, STAGE_NAMES
from degree_auth.domain.review.console_links import execution_address, start_address
from degree_auth.domain.review.work import KIND_NAMES, WorkKind, next_input
from degree_auth.domain.review.work_actions import WorkQuery
from degree_auth.domain.shared.actors import staff_of
from degree_auth.domain.shared.errors import DegreeAuthError
from degree_auth.domain.shared.words import Words, words_of
from degree_auth.services.review.work_desk import WorkDesk, WorkPage, WorkRow

_HEADINGS = (
    Words("认证件", "Case"),
    Words("阶段", "Stage"),
    Words("加急", "Urgent"),
    Words("现由谁办理", "With"),
    Words("最后一日", "Last day"),
    Words("剩余工作日", "Working days left"),
    Words("领取人", "In the hands of"),
    Words("输入（补填账号名与验证码）", "Input to paste; add your account and code"),
)
_NOTHING = Words("没有待办事项。", "Nothing waits.")
_MORE, _ALL = Words("下一页", "Next page"), Words("全部清单", "All lists")
_WHOLE = Words("打开清单", "Open the list")
_START = Words("启动工作人员操作", "Start a staff action")
_URGENT = Words("加急", "urgent")
_LATE = "background:#fbe9e7"
_LISTS = ", ".join(f"`{kind}`" for kind in WorkKind)
_USE = Words(
    "## 待办清单\n\n显示待办事项，不含姓名。\n\n"
    "- `list`：清单，不填则列出各清单的开头\n"
    "- `cursor`：下一页的起点\n"
    "- `language`：`zh` 或 `en`\n"
    "- `machine`：工作人员操作状态机的 ARN，用于链接",
    "## What waits for staff\n\nShows what waits, without anybody's name.\n\n"
    "- `list`: one of the lists; without it the beginning of each\n"
    "- `cursor`: where a further page begins\n"
    "- `language`: `zh` or `en`\n"
    "- `machine`: the ARN of the machine for staff actions, to link to",
)
DOCUMENTATION = f"{_USE.zh}\n\n{_USE.en}\n\n{_LISTS}\n"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a page needs beside the lists: the function that makes it, and the executions of cases by number."""

    function_arn: str
    executions: Mapping[str, str]


class Executions(Protocol):
    """Finds the executions of cases."""

    def executions(self, case_numbers: Sequence[str]) -> Mapping[str, str]:
        """The ARN of the execution that waits for each case, or was the last to."""
        ...


@dataclass(frozen=True, slots=True)
class WorkPages:
    """Makes the parts of the dashboard. Who may see them, the permission to call the function says."""

    desk: WorkDesk
    cases: Executions

    def page(self, event: Mapping[str, Any], function_arn: str, now: datetime) -> str | dict[str, str]:
        """What the dashboard's call is answered: HTML, or how to use it where that is asked for."""
        if event.get("describe"):
            return {"markdown": DOCUMENTATION}
        asked = {name: value for name, value in event.items() if name != "widgetContext"}
        try:
            query, pages = self.desk.pages(asked, now)
        except DegreeAuthError as error:
            return _refused(error)
        numbers = [row.work.case_number for page in pages for row in page.rows]
        return work_page(query, pages, Surroundings(function_arn, self.cases.executions(numbers)))


def work_page(query: WorkQuery, pages: Sequence[WorkPage], around: Surroundings) -> str:
    """The lists as HTML."""
    page = _Page(query, around)
    parts = [page.part(one) for one in pages if one.rows] or [element("p", page.say(_NOTHING))]
    return fragment(page.head(), *parts)


def _refused(error: DegreeAuthError) -> str:
    """Why a page is not shown, in both languages, each in a paragraph."""
    codes = [error.code, *(one.code for one in error.problems)]
    return fragment(*(element("p", *(words_of(code)[language] for code in codes)) for language in (0, 1)))


@dataclass(frozen=True, slots=True)
class _Page:
    query: WorkQuery
    around: Surroundings

    def say(self, words: Words) -> str:
        return words.in_language(self.query.language)

    def head(self) -> Markup:
        """Where staff start an action, and the way back to all lists."""
        start = start_address(self.query.machine) if self.query.machine else None
        return element(
            "p",
            *([] if start is None else [_link(start, self.say(_START)), " "]),
            *([] if self.query.kind is None else [self._button(_ALL)]),
        )

    def part(self, page: WorkPage) -> Markup:
        """One list: its name, its rows, and the way on."""
        heads = (element("th", self.say(words)) for words in _HEADINGS)
        whole = [] if self.query.kind is not None or not page.cursor else [self._button(_WHOLE, page.kind)]
        further = [self._button(_MORE, page.kind, page.cursor)] if page.cursor and self.query.kind is not None else []
        return fragment(
            element("h3", self.say(KIND_NAMES[page.kind])),
            element("table", element("tr", *heads), *map(self._row, page.rows)),
            *whole,
            *further,
        )

    def _row(self, row: WorkRow) -> Markup:
        work, execution = row.work, self.around.executions.get(row.work.case_number)
        address = None if execution is None else execution_address(execution)
        number: str = work.case_number if address is None else _link(address, work.case_number)
        cells: list[str] = [
            number,
            "—" if work.stage is None else self.say(STAGE_NAMES[work.stage]),
            self.say(_URGENT) if work.urgent else "",
            self.say(HELD_BY_NAMES[work.held_by]),
            "—" if work.due is None else work.due.isoformat(),
            "—" if row.left is None else str(row.left),
            staff_of(work.taken_by or "") or "",
            element("code", json.dumps(next_input(work) | {"reviewer": "", "code": ""}, ensure_ascii=False)),
        ]
        style = {"style": _LATE} if row.is_late else {}
        return element("tr", *(element("td", cell) for cell in cells), **style)

    def _button(self, words: Words, kind: WorkKind | None = None, cursor: str = "") -> Markup:
        asked = {"list": kind, "cursor": cursor, "machine": self.query.machine}
        given = {name: value for name, value in asked.items() if value} | {"language": self.query.language}
        return fragment(
            element("a", self.say(words), class_="btn"),
            # Lists, cursor, language and ARN are of fixed forms; nothing in them is mark-up.
            element(
                "cwdb-action",
                Markup(json.dumps(given)),
                action="call",
                display="widget",
                endpoint=self.around.function_arn,
            ),
            " ",
        )


def _link(address: str, text: str) -> Markup:
    return element("a", text, href=address, target="_blank", rel="noopener")
