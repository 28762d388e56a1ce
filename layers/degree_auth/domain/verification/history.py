"""A verification task in words, for the institution that has it (N6): its status, and what has happened to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.task import TaskStatus
from degree_auth.domain.cases.timeline import event_words
from degree_auth.domain.shared.actors import account_of, side_of
from degree_auth.domain.shared.words import Words
from degree_auth.domain.shared.working_days import shanghai_time

STATUS_NAMES: Mapping[TaskStatus, Words] = {
    TaskStatus.OPEN: Words("待反馈", "To be answered"),
    TaskStatus.WAITING_APPLICANT: Words("等待申请人补充材料", "Waiting for the applicant"),
    TaskStatus.PAUSED: Words("学位中心已暂停办理", "Suspended by the centre"),
    TaskStatus.ANSWERED: Words("已反馈", "Answered"),
    TaskStatus.NOT_ITS_OWN: Words("已退回（非本单位授予）", "Returned as not this institution's"),
    TaskStatus.CLOSED: Words("已关闭，无需反馈", "Closed; no answer is needed"),
}

_ENDS = frozenset(
    {
        EventType.APPLICATION_WITHDRAWN,
        EventType.APPLICATION_LAPSED,
        EventType.APPLICATION_REJECTED,
        EventType.REPORT_ISSUED,
        EventType.REPORT_ADOPTED,
    }
)
_OPENS = frozenset({EventType.MATERIAL_CONFIRMED, EventType.TASK_REDIRECTED, EventType.RECHECK_ADMITTED})
_FOR_INSTITUTIONS: Mapping[EventType, Words] = {
    # Why a case is frozen is between its holder and the centre.
    EventType.CASE_DISAVOWED: Words(
        "学位中心暂停办理本件，核查时限同时暂停；仍可反馈。",
        "The centre has suspended the case and the deadline stands; an answer is taken all the same.",
    ),
    EventType.DISAVOWAL_TAKEN_BACK: Words("本件恢复办理。", "The case goes on."),
    EventType.DISAVOWAL_DECIDED: Words("本件不再暂停。", "The case is no longer suspended."),
    EventType.ATTACHMENT_ANNOUNCED: Words("登记了核查材料。", "A file for the answer was announced."),
    EventType.ATTACHMENT_STORED: Words("核查材料已收到。", "The file for the answer was received."),
    EventType.ATTACHMENT_REFUSED: Words(
        "核查材料未通过检查，未被接收。", "The file for the answer did not pass the check."
    ),
    EventType.ATTACHMENT_WITHDRAWN: Words(
        "扫描发现核查材料含有恶意内容，已停止使用。",
        "A scan found the file for the answer to be harmful; it is used no more.",
    ),
}


def task_history(log: Iterable[Event], task_id: str) -> list[dict[str, Any]]:
    """The entries of a case's log that its institution sees, earliest first, and which side acted; the centre's staff
    are not named."""
    told, last = [], None
    for event in log:
        named = (event.data.get("task_id"), event.data.get("resumes"), event.data.get("previous_task_id"))
        if event.type in _OPENS:
            last = event.data["task_id"]
        if task_id not in named and not (event.type in _ENDS and last == task_id):
            continue
        words = _words(event)
        told.append(
            {
                "at": shanghai_time(event.at),
                "event": event.type.value,
                "by": side_of(event.actor),
                "account_id": account_of(event.actor),
                "zh": words.zh,
                "en": words.en,
            }
        )
    return told


def _words(event: Event) -> Words:
    words = _FOR_INSTITUTIONS.get(event.type) or event_words(event)
    if event.type is EventType.TASK_REASSIGNED:
        return Words(f"{words.zh}说明：{event.data['reason']}", f"{words.en} Reason: {event.data['reason']}")
    return words
