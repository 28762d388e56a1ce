"""Kinds, channels and states of messages in words, as their recipients see them (N6)."""

from __future__ import annotations

from collections.abc import Mapping

from degree_auth.domain.notifications.notification import NotificationKind
from degree_auth.domain.notifications.outbox import MessageState
from degree_auth.domain.shared.words import Words

KIND_WORDS: Mapping[NotificationKind, Words] = {
    NotificationKind.RECEIVED: Words("申请已受理", "Application received"),
    NotificationKind.ASKED: Words("需要补正", "Something is asked of you"),
    NotificationKind.ASKED_IN_RECHECK: Words("再次核查需要材料", "Material for the second verification"),
    NotificationKind.REMINDED: Words("补正提醒", "Reminder"),
    NotificationKind.REMINDED_IN_RECHECK: Words("再次核查材料提醒", "Reminder for the second verification"),
    NotificationKind.FILE_NOT_TAKEN: Words("文件不能使用", "A file cannot be used"),
    NotificationKind.LAPSED: Words("视为撤回", "Counts as withdrawn"),
    NotificationKind.EXTENDED: Words("核查延期", "The institution needs longer"),
    NotificationKind.OVERDUE: Words("核查逾期", "The institution is late"),
    NotificationKind.CONCLUDED: Words("已有结论", "Concluded"),
    NotificationKind.REJECTED: Words("不予受理", "Not eligible"),
    NotificationKind.RECHECK_OPENED: Words("再次核查开始", "A second look was opened"),
    NotificationKind.RECHECK_ENDED: Words("再次核查结束", "The second look has ended"),
    NotificationKind.CORRECTED: Words("结论更正", "The conclusion was corrected"),
    NotificationKind.LINK_RENEWED: Words("查询链接更换", "The link was renewed"),
    NotificationKind.TASK_NEW: Words("新的核查任务", "A new task"),
    NotificationKind.TASK_MESSAGE: Words("学位中心的消息", "A message from the centre"),
    NotificationKind.TASK_REMINDED: Words("时限将至", "A task is due soon"),
    NotificationKind.TASK_OVERDUE: Words("任务逾期", "A task is overdue"),
    NotificationKind.DIGEST: Words("每日汇总", "Daily digest"),
    NotificationKind.ACCOUNT_OPENED: Words("开设账号（牵头部门）", "An account is opened (lead department)"),
    NotificationKind.ACCOUNT_USER_CHANGED: Words(
        "账号使用人变更（牵头部门）", "An account's user changed (lead department)"
    ),
    NotificationKind.MACHINE_CLIENT_MADE: Words("新设系统接入（牵头部门）", "A system is made (lead department)"),
    NotificationKind.MACHINE_CLIENT_CHANGED: Words(
        "系统接入变更（牵头部门）", "A system or its keys changed (lead department)"
    ),
    NotificationKind.MACHINE_CLIENT_REVOKED: Words("系统接入撤销（牵头部门）", "A system is revoked (lead department)"),
    NotificationKind.CODE: Words("验证码", "Code"),
}
STATE_WORDS: Mapping[MessageState, Words] = {
    MessageState.SENDING: Words("正在发送", "Being sent"),
    MessageState.WAITING: Words("等待重发", "To be sent again"),
    MessageState.SENT: Words("已发出", "Sent"),
    MessageState.REFUSED: Words("地址被拒", "The address was refused"),
    MessageState.BOUNCED: Words("被退回", "Came back"),
    MessageState.HELD_BACK: Words("未发送", "Not sent"),
}


def shown_address(address: str) -> str:
    """An address as it is shown: enough for its owner to know it."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***{at}{domain}" if at else f"{address[:3]}****{address[-2:]}"
