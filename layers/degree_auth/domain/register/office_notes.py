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


def holds_corrections(heading: str) -> bool:
    """Whether a column that is not read holds what is right in the place of another column's, such as 更正后姓名."""
    return _OF_CORRECTIONS.search(heading) is not None
