"""Sentences of webhooks and watches: code, Chinese, English."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "signature_invalid": ("签名无效、缺失或已过期。", "The signature is wrong, absent or too old."),
    "moment_format": ("时间应为 ISO 8601 格式并带时区。", "A moment is written in ISO 8601 with its offset."),
    "webhook_type_unknown": ("不支持的消息类型。", "This type of message is not known."),
    "webhook_url_format": (
        "回调地址应为 https 网址，使用域名和默认端口，不含用户名、密码和片段，至多 500 个字符。",
        "A webhook's address is an https URL with a host name and the default port, without user, password or "
        "fragment, of 500 characters at most.",
    ),
    "too_many_watches": (
        "关注该报告的回调地址已达上限（20 个）。",
        "The report has reached its limit of 20 watches.",
    ),
}
