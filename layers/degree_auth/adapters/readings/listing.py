"""Readings as a table in one language, for auditors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from degree_auth.adapters.shared.csv_text import csv_text
from degree_auth.domain.readings.names import PURPOSE_NAMES, READER_NAMES, role_words
from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import ReaderKind
from degree_auth.domain.readings.record import ReadingEntry
from degree_auth.domain.shared.words import Language, Words
from degree_auth.domain.shared.working_days import SHANGHAI

_HEADINGS = (
    Words("时间", "Time"),
    Words("至", "Until"),
    Words("查看对象", "Subject"),
    Words("序号", "Entry"),
    Words("查看人", "Reader"),
    Words("类别", "Kind"),
    Words("角色", "Role"),
    Words("单位代码", "Institution"),
    Words("目的", "Purpose"),
    Words("来源（摘要）", "Source (digest)"),
    Words("执行", "Execution"),
)
_MINUTES = "%Y-%m-%d %H:%M:%S"


def reading_list(entries: Sequence[ReadingEntry], language: Language) -> str:
    """The entries as CSV, in their order; times are Shanghai's."""
    rows: list[Sequence[str | int]] = [[heading.in_language(language) for heading in _HEADINGS]]
    for one in entries:
        data, role = one.data, role_words(one.data["role"])
        until = datetime.fromisoformat(data["until"])
        rows.append(
            [
                f"{one.at.astimezone(SHANGHAI):{_MINUTES}}",
                f"{until.astimezone(SHANGHAI):{_MINUTES}}",
                one.readings_of,
                one.seq,
                one.actor,
                READER_NAMES[ReaderKind(data["kind"])].in_language(language),
                "" if role is None else role.in_language(language),
                data["institution_code"],
                PURPOSE_NAMES[Purpose(data["purpose"])].in_language(language),
                data["source"],
                data["execution"],
            ]
        )
    return csv_text(rows)
