"""The open register changes that files ask for, as a table in one language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from degree_auth.adapters.review.page import KINDS
from degree_auth.adapters.shared.csv_text import csv_text
from degree_auth.domain.cases.register_change import ChangeKind
from degree_auth.domain.register_changes.open_file_changes import APPROVALS, OpenFileChange
from degree_auth.domain.shared.words import Language, Words
from degree_auth.domain.shared.working_days import SHANGHAI

_HEADINGS = (
    Words("变更编号", "Change"),
    Words("变更", "Kind"),
    Words("等待", "Waits for"),
    Words("提出时间", "Proposed at"),
    Words("已等天数", "Days waited"),
    Words("导入编号", "Import"),
    Words("文件中的行", "Row of the file"),
)
_WRITING = Words("写入（已两人批准）", "being written (two approved)")


def file_change_list(changes: Sequence[OpenFileChange], now: datetime, language: Language) -> str:
    """The changes as CSV, in their order."""
    rows: list[Sequence[str | int]] = [[heading.in_language(language) for heading in _HEADINGS]]
    for one in changes:
        left = APPROVALS - one.approvals
        waits = _WRITING if one.is_unwritten else Words(f"还需 {left} 人批准", f"{left} more to approve")
        proposed = f"{one.proposed_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        kind = KINDS[ChangeKind(one.kind)]
        words = (kind.in_language(language), waits.in_language(language))
        rows.append([one.change_id, *words, proposed, one.days_waited(now), one.import_id, one.place])
    return csv_text(rows)
