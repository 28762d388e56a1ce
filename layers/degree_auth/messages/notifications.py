"""Sentences of webhooks and watches: code, Chinese, English."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "signature_invalid": ("签名无效、缺失或已过期。", "The signature is wrong, absent or too old."),
    "moment_format": ("时间应为 ISO 8601 格式并带时区。", "A moment is written in ISO 8601 with its offset."),
    "webhook_type_unknown": ("不支持的消息类型。", "This type of message is not known."),
    "delivery_id_format": (
        "推送中每件申请的 id 为 8 至 64 个字母、数字、下划线或连字符。",
        "The id of an application in a delivery has 8 to 64 letters, digits, underscores or hyphens.",
    ),
    "delivery_id_twice": (
        "同一次推送中有另一件申请使用了这个 id。",
        "Another application of this delivery has the same id.",
    ),
    "too_many_in_delivery": (
        "一次推送至多 100 件申请。",
        "A delivery holds 100 applications at most.",
    ),
    "webhook_url_format": (
        "回调地址应为 https 网址，使用域名和默认端口，不含用户名、密码和片段，至多 500 个字符。",
        "A webhook's address is an https URL with a host name and the default port, without user, password or "
        "fragment, of 500 characters at most.",
    ),
    "watch_unproven": (
        '该地址未能证明自己：系统发出的验证消息须在数秒内以 2xx 和 {"challenge": …} 原样应答。',
        "The address did not prove itself: it has to answer the challenge within seconds with 2xx and "
        '{"challenge": …}.',
    ),
    "watch_exists": (
        "该地址已在关注此报告。密钥不会再次显示；没有密钥时请换用另一个地址。",
        "This address watches the report already. The secret is not shown again; without it, use another address.",
    ),
    "watch_unknown": (
        "没有这样的关注，或密钥不符。",
        "There is no such watch, or the secret does not fit.",
    ),
    "watch_id_format": ("关注编号应为 22 位字符。", "A watch's id has 22 characters."),
    "watch_secret_format": (
        "密钥应为 whsec_ 加 44 位 base64 字符。",
        "A secret is whsec_ and 44 characters of base64.",
    ),
    "too_many_challenges": (
        "今天为该报告或向该主机发送的验证消息已达上限，请明天再试。",
        "Today's limit of challenges for this report, or to this host, is reached; please try again tomorrow.",
    ),
    "too_many_watches": (
        "关注该报告的回调地址已达上限（20 个）。",
        "The report has reached its limit of 20 watches.",
    ),
    "notification_mandatory": (
        "此类通知不能关闭，或不适用。",
        "This kind of notification cannot be switched off, or is not for you.",
    ),
    "digest_for_institutions": ("每日汇总仅供学位授予单位选用。", "The daily digest is for institutions alone."),
    "address_missing": (
        "收件人没有可验证的地址，或此通知方式未开通。",
        "There is no such address, or no such way to be told.",
    ),
    "address_proven": ("该地址已验证。", "This address is proven already."),
    "address_of_registration": (
        "联系方式以登记表为准，变更请来函。",
        "The address is that of the registration form; a change needs a written notice.",
    ),
    "code_void": (
        "验证码已失效、未申请或尝试次数过多，请重新获取。",
        "The code is too old, was not asked for, or was tried too often; please ask for another.",
    ),
    "too_many_codes": (
        "今日获取验证码的次数已达上限，请明日再试。",
        "As many codes were asked for today as may be; please come back tomorrow.",
    ),
    "address_code_format": ("验证码应为 6 位数字。", "The code has six digits."),
    "address_code_wrong": ("验证码错误。", "The code is wrong."),
}
