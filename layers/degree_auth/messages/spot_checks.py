"""Sentences of spot checks: code, Chinese, English."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "months_count": ("请填写 1 至 24 个不重复的月份。", "Give 1 to 24 months, each once."),
    "sample_size_range": (
        "抽取数量应为 1 至 10000 的整数。",
        "The size of a sample is a whole number from 1 to 10000.",
    ),
    "sampling_method_unknown": ("抽取方式应为 simple 或 risk。", "The method is simple or risk."),
    "seed_format": (
        "种子应为 1 至 64 位字母、数字、连字符或下划线。",
        "A seed has 1 to 64 letters, digits, hyphens or underscores.",
    ),
    "draw_id_format": ("抽查编号应为 20 位十六进制数字。", "A draw's id has 20 hexadecimal digits."),
    "draw_differs": (
        "该命令已按其他条件抽取过，请以新的执行名称再次启动。",
        "This command has drawn by other terms already; start it again under a new name.",
    ),
}
