"""A register change that an annual report file asks for, before and after: one HTML page in one language."""

from __future__ import annotations

from degree_auth.adapters.review.elements import element
from degree_auth.adapters.review.page import KINDS, before_and_after, document
from degree_auth.domain.register_changes.file_change import FileChange, FileChangeEvent
from degree_auth.domain.register_changes.plan import RegisterPlan
from degree_auth.domain.shared.words import Language, Words
from degree_auth.domain.shared.working_days import SHANGHAI

_TITLE, _ROW = Words("数据库信息变更", "Register change"), Words("文件中的行", "Row of the file")
_PROPOSAL = Words("提议编号（proposal）", "Proposal")
_HISTORY = Words("经过", "History")
_PRIVATE = Words("本页含个人信息，仅限办理本项变更使用。", "Personal data; for this change only.")
_EVENTS = {
    FileChangeEvent.PROPOSED: Words("已提出", "proposed"),
    FileChangeEvent.SENT: Words("又有文件提出", "asked for by a further file"),
    FileChangeEvent.APPROVED: Words("已批准", "approved"),
    FileChangeEvent.APPLIED: Words("已写入", "written"),
    FileChangeEvent.CLOSED: Words("已结束", "closed"),
}


def file_change_page(change: FileChange, plan: RegisterPlan, place: str, language: Language) -> str:
    """The change as an HTML document; `place` is the row's place in the file."""

    def say(words: Words) -> str:
        return words.in_language(language)

    history = [
        f"{entry.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} {say(_EVENTS[FileChangeEvent(entry.type)])} {entry.actor} "
        f"{entry.data.get('reason', '')}"
        for entry in change.log
    ]
    return document(
        change.change_id,
        language,
        element("h1", f"{say(_TITLE)} · {change.change_id}"),
        element("p", f"{say(KINDS[plan.kind])} · {say(_ROW)} {place} · {change.mark.value}"),
        element("p", f"{say(_PROPOSAL)} {change.proposal}"),
        before_and_after(plan, language),
        element("h2", say(_HISTORY)),
        element("ul", *(element("li", line.strip()) for line in history)),
        element("p", say(_PRIVATE)),
    )
