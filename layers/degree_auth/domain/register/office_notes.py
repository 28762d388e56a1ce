"""What offices write into and beside the cells of an annual report: examples, references to other cells, notes.

None of it is a value of the award. A row that such a note takes back or alters is not stored as if it were not there.
"""

from __future__ import annotations

import re

REFERENCES = frozenset(
    {
        *(
            "同上",
            "同前",
            "同上行",
            "同上一行",
            "同左",
            "如上",
            "〃",
            "″",
            "见备注",
            "见附件",
            "见附表",
            "见说明",
            "详见备注",
        ),
        *("详见附件", "略", "待补", "待定", "待核", "待查", "待核实", "待补充", "示例", "样例", "范例", "测试", "例"),
    }
)
"""Words that send the reader elsewhere, or hold the place of a value."""

_VOID_IN_NAME = re.compile(r"\([^)]*(?:示例|样例|范例|作废|撤销|注销|吊销|取消|删除|无效|重复)[^)]*\)")
_NOTE_IN_NAME = re.compile(
    r"\([^)]*(?:曾用|原名|又名|现名|更名|改名|化名|已故|去世|病故|死亡|补发|换发|更正|变更|退学|结业|肄业|同名|重名|补授|补报)"
    r"|\([男女大小一二三四五六七八九甲乙丙丁]\)"
)
_SHORTEST_WITH_NOTE = 4

_TAKEN_BACK = "撤销|取消|吊销|注销|撤回|收回"
_VOID = f"{_TAKEN_BACK}|作废|无效"
_WITHDRAWN = re.compile(
    rf"\W*已?(?:{_VOID}|删除|废)\W*"
    rf"|.*(?:{_TAKEN_BACK})(?:了|其|该生?|此|所授|授予的?)*(?:[博硕学]士)?学位.*"
    rf"|.*学位(?:证书?)?(?:编号)?(?:已|被|予以)*(?:{_VOID}).*"
    r"|.*(?:证书|编号|[此该本][行条人]|记录|数据)(?:已|予以)*(?:作废|无效|删除).*",
    re.DOTALL,
)
_EXAMPLE = re.compile(r"(?:填[写表报])?(?:示例|样例|范例|举例|例)\W*[0-9]*\W*|(?:示例|样例|范例|例)[:：].*", re.DOTALL)


_CORRECTS = re.compile("应为|应是|改为|更正为|变更为|修改为|更名为|有误|填错|录错|写错|错误|为准|待核|存疑")
_OF_CORRECTIONS = re.compile(
    "(?:更正|变更|修改|修正|勘误|更名|改名)后|正确的?(?:姓名|证件|编号|日期|专业)|新(?:姓名|证件|证书|编号)|现姓名"
)


_LISTS = "名单|名册|人员|数据|记录|汇总|一览|明细|统计|清单|表"
_WITHDRAWN_LIST = re.compile(
    rf"(?:作废|删除|{_TAKEN_BACK})的?(?:[博硕学]士)?(?:学位|证书|编号|授予)*(?:信息|人员|证书)*(?:{_LISTS})"
    rf"|(?:学位|证书)(?:信息)?(?:作废|删除|{_TAKEN_BACK})(?:人员|情况)*(?:{_LISTS})"
)
_WITHDRAWN_SHEET = re.compile(rf"作废|删除|{_TAKEN_BACK}|示例|样例|样表|范例|模[板版]|(?:更正|修改|变更)前")
_LONGEST_TITLE = 40  # characters; a longer text explains how the form is filled in


def voids_name(name: str) -> bool:
    """Whether a name says of itself that it is none, or void, such as 张三(作废)."""
    return len(name) >= _SHORTEST_WITH_NOTE and _VOID_IN_NAME.search(name) is not None


def has_note(name: str) -> bool:
    """Whether a name holds what may be a note, such as 张三(曾用名李四); certificates print some names so."""
    return len(name) >= _SHORTEST_WITH_NOTE and _NOTE_IN_NAME.search(name) is not None


def rule_of_remark(text: str) -> str:
    """The rule that a row breaks by a cell in a column that is not read: it takes the award back, or marks the row as
    an example; or the warning that it is worth: it says that something else is right. Empty for any other text."""
    if text.isascii():
        return ""
    if _WITHDRAWN.fullmatch(text):
        return "row_withdrawn"
    if _EXAMPLE.fullmatch(text):
        return "row_is_example"
    return "warning_remark_corrects" if _CORRECTS.search(text) else ""


def is_list_of_withdrawn(title: str) -> bool:
    """Whether a title says that what stands below it are no awards in force, such as 撤销学位人员名单."""
    return len(title) <= _LONGEST_TITLE and _WITHDRAWN_LIST.search(title) is not None


def is_sheet_of_withdrawn(name: str) -> bool:
    """Whether a sheet's name says that it holds no awards in force: void or deleted ones, examples, a former state."""
    return _WITHDRAWN_SHEET.search(name) is not None or is_list_of_withdrawn(name)


def holds_corrections(heading: str) -> bool:
    """Whether a column that is not read holds what is right in the place of another column's, such as 更正后姓名."""
    return _OF_CORRECTIONS.search(heading) is not None
