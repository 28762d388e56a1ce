"""Sentences of decisions of staff: code, Chinese, English."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "reader_format": (
        "查看人应写作 staff:账号名，或 account: 加单位账号的编号、对接系统的编号，与查看记录中所列相同。",
        "A reader is staff: and an account's name, or account: and the id of an institution's account or machine "
        "client, as the record has it.",
    ),
    "reader_or_case": (
        "请填写认证编号或查看人，二者取一。",
        "Give a case number or a reader, one of the two.",
    ),
    "reader_and_day": (
        "按查看人查询须填写日期；按认证编号查询不填。",
        "A reader is asked for with a day, a case without.",
    ),
    "case_number_format": ("认证件编号格式有误。", "This is not the form of a case number."),
    "task_id_format": (
        "核查任务编号应为认证件编号加序号，如 RZ20261123K7Q2M9XD-1。",
        "A task is named by its case and its number, such as RZ20261123K7Q2M9XD-1.",
    ),
    "correction_empty": (
        "请在 degree 中填写更正内容，或上传更正单并将 correction_sheet 设为 true。",
        "Give the corrected facts under degree, or upload the correction sheet and set correction_sheet to true.",
    ),
    "correction_twice": ("degree 与 correction_sheet 只能选择一种。", "Use either degree or correction_sheet."),
    "institution_not_known": (
        "该单位代码不在公开名录中，也未登记注册，请核对。",
        "The code is in no public list and no such institution is registered; please check it.",
    ),
    "record_format": (
        "请填写审查单上的记录名称（22 个字符），或 new。",
        "Name the record as the review sheet does (22 characters), or write new.",
    ),
    "case_in_other_hands": (
        "本件已由另一名审核员领取，领取人见待办清单与审查单。确需接办，请先以 take_case 并将 take_over 设为 true。",
        "Another reviewer has this case in hand; the work list and the review sheet say who. To go on with it, take it "
        "over first: take_case with take_over set to true.",
    ),
    "machine_arn_format": ("这不是状态机的 ARN。", "This is not the ARN of a state machine."),
    "nothing_waits": (
        "本件目前没有需要工作人员办理的事项，无需领取。",
        "Nothing of this case waits for staff, so there is nothing to take in hand.",
    ),
}
