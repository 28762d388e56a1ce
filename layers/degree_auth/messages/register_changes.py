"""Sentences of register changes: code, Chinese, English."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "no_register_change": ("本件没有待处理的数据库信息变更。", "No register change of this case waits for this."),
    "change_being_applied": (
        "该变更已批准，正在写入数据库，不能结束。",
        "The change is approved and is being written to the register; it cannot be closed.",
    ),
    "record_choice_needed": (
        "多条记录相近，请指明要变更的记录。",
        "Several records come near; say which one is to be changed.",
    ),
    "record_unknown": ("没有这条记录。", "There is no such record."),
    "change_unneeded": (
        "数据库与核查结果一致，无需变更。",
        "The register says what was verified; nothing is to change.",
    ),
}
