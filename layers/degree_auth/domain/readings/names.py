"""What kinds of readers, their roles and purposes are called, and an entry as the case's holder sees it (N3, N6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from degree_auth.domain.accounts.staff import Role
from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import DEPARTMENT, LEAD_DEPARTMENT, ReaderKind
from degree_auth.domain.readings.record import ReadingEntry
from degree_auth.domain.shared.words import Words
from degree_auth.domain.shared.working_days import shanghai_time

READER_NAMES: Mapping[ReaderKind, Words] = {
    ReaderKind.HOLDER: Words("您本人（登录后）", "You, signed in"),
    ReaderKind.LINK: Words("持有查询链接的人", "Whoever has the case's link"),
    ReaderKind.PLATFORM: Words("国家政务服务平台", "The national government service platform"),
    ReaderKind.INSTITUTION: Words("学位授予单位工作人员", "Somebody at an institution"),
    ReaderKind.MACHINE_CLIENT: Words("学位授予单位的系统", "A system of an institution"),
    ReaderKind.STAFF: Words("学位中心工作人员", "Staff of the degree centre"),
}

ROLE_NAMES: Mapping[str, Words] = {
    LEAD_DEPARTMENT: Words("牵头部门", "Lead department"),
    DEPARTMENT: Words("核查部门", "Verifying department"),
    Role.REVIEWER: Words("审核员", "Reviewer"),
    Role.APPROVER: Words("批准人", "Approver"),
    Role.REGISTRAR: Words("登记员", "Registrar"),
    Role.INSPECTOR: Words("抽查员", "Inspector"),
    Role.AUDITOR: Words("审计员", "Auditor"),
}

PURPOSE_NAMES: Mapping[Purpose, Words] = {
    Purpose.OWN_CASE: Words("查看办理情况", "Following the case"),
    Purpose.OWN_LIST: Words("查看本人全部认证件", "Listing one's own cases"),
    Purpose.OWN_DOCUMENT: Words("下载报告", "Fetching the report"),
    Purpose.APPLICATION_REPEATED: Words("重复提交同一申请", "The same application sent again"),
    Purpose.VERIFICATION: Words("核查学位", "Verifying the degree"),
    Purpose.TASK_SHEET: Words("核查学位（下载任务表）", "Verifying the degree, in a sheet of tasks"),
    Purpose.MESSAGES: Words("就核查与学位中心联系", "Messages on the verification"),
    Purpose.REVIEW: Words("审查材料与作出决定", "Reviewing and deciding"),
    Purpose.COMPARISON: Words("与学位信息比对", "Comparing with the register"),
    Purpose.REGISTER_CHANGE: Words("批准数据库信息变更", "Approving a change of the register"),
    Purpose.STAFF_ACCOUNTS: Words("查看工作人员账号", "Looking at accounts of staff"),
    Purpose.EXPORT: Words("导出本人信息", "Giving the person what is held about them"),
    Purpose.AUDIT: Words("审计查看记录", "Auditing who has viewed"),
}


def role_words(role: str) -> Words | None:
    """What a role is called, several of them together; None without one."""
    names = [ROLE_NAMES[one] for one in role.split("+") if one in ROLE_NAMES]
    if not names:
        return None
    return Words("、".join(name.zh for name in names), ", ".join(name.en for name in names))


def reading_json(entry: ReadingEntry, institution_name: str | None) -> dict[str, Any]:
    """An entry as the holder sees it: kind, role, institution, purpose and time. No member of staff and no account of
    an institution is named, and no source is told."""
    data = entry.data
    kind, purpose, role = ReaderKind(data["kind"]), Purpose(data["purpose"]), role_words(data["role"])
    return {
        "at": shanghai_time(entry.at),
        "until": shanghai_time(datetime.fromisoformat(data["until"])),
        "reader": {"kind": kind.value, **READER_NAMES[kind]._asdict()},
        "role": None if role is None else role._asdict(),
        "institution_name": institution_name,
        "purpose": {"code": purpose.value, **PURPOSE_NAMES[purpose]._asdict()},
    }
