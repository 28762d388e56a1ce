"""Every sentence that goes with a code, Chinese first, then English; one place for all of them."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "invalid_input": ("提交的信息有误，请按提示逐项修改。", "Some fields are not right; each is named below."),
    "malformed_json": ("请求内容不是有效的 JSON。", "The body is not valid JSON."),
    "not_an_object": ("请求内容应为 JSON 对象。", "The body must be a JSON object."),
    "body_too_large": ("请求内容超过大小限制。", "The body is larger than allowed."),
    "content_type_unsupported": ("仅接受 application/json。", "Only application/json is accepted."),
    "access_token_missing": ("请提供查询凭证。", "An access token is required."),
    "not_found": ("未找到，或您无权查看。", "Not found, or not yours to see."),
    "try_again": ("系统暂时繁忙，请稍后重试。", "The system is busy for the moment; please try again."),
    "report_number_malformed": (
        "报告编号应为 16 位字母和数字，如 2026-XXXX-XXXX-XXXX。",
        "A report number has 16 letters and digits, such as 2026-XXXX-XXXX-XXXX.",
    ),
    "report_number_mistyped": (
        "报告编号有误，请核对是否输错或颠倒了字符。",
        "The report number has a typing slip; please look at each character again.",
    ),
    "check_code_malformed": (
        "校验码应为 10 位字母和数字，如 XXXXX-XXXXX。",
        "A check code has 10 letters and digits, such as XXXXX-XXXXX.",
    ),
    "check_code_mistyped": (
        "校验码有误，请核对是否输错或颠倒了字符。",
        "The check code has a typing slip; please look at each character again.",
    ),
    "chain_intact": ("记录链完整，未见改动。", "The chain is whole; nothing was changed."),
    "chain_changed": ("此条记录的内容与其哈希不符，已被改动。", "This entry does not fit its hash: it was changed."),
    "chain_missing": ("缺少此条记录。", "This entry is missing."),
    "chain_reordered": ("记录次序被调换，此处应有的记录排在后面。", "Entries were reordered: the one due here comes later."),
    "chain_repeated": ("此处重复了前面的记录。", "An earlier entry is repeated here."),
    "chain_foreign": ("此条记录属于另一认证件。", "This entry belongs to another case."),
    "chain_unlinked": ("此条记录与前一条不相连，前一条曾被替换。", "This entry does not follow the one before, which was replaced."),
    "chain_truncated": ("记录在末尾被截断，缺少此条及以后的记录。", "The log was cut off: this entry and what follows are missing."),
    "chain_beyond_head": ("此条记录超出已登记的链尾，系后加。", "This entry lies beyond the recorded head: it was added."),
    "chain_wrong_head": ("链尾哈希与已登记的不符，记录曾被整体改写。", "The head differs from the recorded one: the log was rewritten."),
    "chain_unreadable": ("文件无法读取，或此行不是有效的记录。", "The file cannot be read, or this line is not a valid entry."),
}


def text(code: str) -> tuple[str, str]:
    """The Chinese and the English sentence of a code.

    Raises:
        KeyError: the code has no sentence; a test holds every code used against this table.
    """
    return MESSAGES[code]
