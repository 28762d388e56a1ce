"""Sentences of register changes: code, Chinese, English."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "no_register_change": (
        "本件没有待处理的数据库信息变更。",
        "No register change of this case waits for this action.",
    ),
    "change_being_applied": (
        "该变更已批准，正在写入数据库，不能结束。",
        "The change is approved and is being written to the register; it cannot be closed.",
    ),
    "record_choice_needed": (
        "多条记录相近，请指明要变更的记录。",
        "Several records come near; say which one is to be changed.",
    ),
    "record_unknown": ("没有这条记录。", "There is no such record."),
    "file_change_proposed": ("已提出变更，待两人批准。", "The change is proposed and waits for two people."),
    "file_change_waits": (
        "同一变更先前已提出，仍待批准。",
        "The same change was proposed before and still waits for approval.",
    ),
    "file_change_needs_sender": (
        "未写明谁送交文件，变更尚未提出；请由送交人以 send_register_file 启动导入。",
        "Nobody is known as the file's sender, so no change is proposed yet; who sent it starts send_register_file.",
    ),
    "register_sender_not_proven": (
        "送交人未经证明：只有工作人员操作 send_register_file 可以写明送交人。",
        "The sender is not proven: only the staff action send_register_file names one.",
    ),
    "register_sending_too_old": (
        "送交已超过 30 天，请再次以 send_register_file 送交。",
        "The file was sent more than 30 days ago; send it again by send_register_file.",
    ),
    "register_source_format": (
        "文件应在 incoming/ 之下，且不在 incoming/check/ 之下。",
        "The file lies under incoming/, and not under incoming/check/.",
    ),
    "register_row_number_format": ("行数为非负整数。", "The number of rows is a whole number, zero or more."),
    "file_change_unneeded": ("数据库已是如此，无需变更。", "The register says so already; nothing needs to change."),
    "file_change_was_closed": (
        "同一变更先前已被工作人员结束，此后数据库未变；不再提出。",
        "Staff closed the same change before, and the register is as it was; it is not proposed again.",
    ),
    "file_change_not_found": (
        "数据库中没有此行所指的记录，或该记录已移除。",
        "The register has no record that the row could mean, or it was taken out.",
    ),
    "file_change_ambiguous": (
        "数据库中有多条记录相近，不能确定所指；请用核查程序变更。",
        "Several records come near and none is certain; put it right by a verification.",
    ),
    "file_change_proposed_anew": (
        "所看页面之后又重新提出，请重新打开变更再定。",
        "The change was proposed anew since the page was made; open it again and decide on that.",
    ),
    "file_change_ended": ("该变更已执行或已结束。", "The change was applied or closed."),
    "file_change_format": ("变更编号为 22 个字符。", "A change is named by 22 characters."),
    "change_unneeded": (
        "数据库与核查结果一致，无需变更。",
        "The register says what was verified; nothing needs to change.",
    ),
}
