"""Sentences of verification fees: code, Chinese, English."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "period_order": ("结束月份早于起始月份。", "The last month comes before the first."),
    "period_too_long": ("一次至多查询 24 个月。", "At most 24 months can be asked for at once."),
}
