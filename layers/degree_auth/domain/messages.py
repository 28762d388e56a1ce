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
}


def text(code: str) -> tuple[str, str]:
    """The Chinese and the English sentence of a code.

    Raises:
        KeyError: the code has no sentence; a test holds every code used against this table.
    """
    return MESSAGES[code]
