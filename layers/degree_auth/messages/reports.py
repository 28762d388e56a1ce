"""Sentences of reports and their online check: code, Chinese, English."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "share_unknown": (
        "链接无效：它不存在、已停用、已到期、次数已用完，或认证件的个人信息已删除。请向持有人索取新的链接。",
        "This link shows nothing: it does not exist, was closed, has expired or is used up, or the personal data of "
        "the case was erased. Ask the holder for another.",
    ),
    "share_token_format": ("链接不完整。", "The link is not complete."),
    "share_days_invalid": ("有效天数应为 1 至 90 的整数。", "A link lasts a whole number of days, 1 to 90."),
    "share_views_invalid": ("查看次数应为 1 至 1000 的整数。", "A link allows a whole number of views, 1 to 1000."),
    "too_many_shares": (
        "有效的分享链接已达上限（20 个），请先停用一个。",
        "The case has reached its limit of 20 open links; close one first.",
    ),
    "report_valid": (
        "该报告由本系统出具，未被取代，也未被撤销。",
        "The report was issued by this system and was neither superseded nor revoked.",
    ),
    "print_differs": (
        "所填姓名、出生日期或学位证书编号与签发的报告不符：您手中的报告不是签发的那一份，或填写有误。",
        "Name, date of birth or certificate number differ from the issued report: the copy before you is not what was "
        "issued, or something was mistyped.",
    ),
    "written_notice_not_confirmed": (
        "这是真实的书面告知，现行有效。其结论为“未能证实”：没有出具认证报告。",
        "This is a genuine written notice, in force. Its outcome is “not confirmed”: no report was issued.",
    ),
    "written_notice_cannot_verify": (
        "这是真实的书面告知，现行有效。其结论为“无法核查”：没有出具认证报告；这不表示学位不属实。",
        "This is a genuine written notice, in force. Its outcome is “cannot be verified”: no report was issued. "
        "This does not say that the degree is false.",
    ),
    "written_notice_superseded": (
        "这是真实的书面告知，但已不再有效：此后另有结论。",
        "This is a genuine written notice that is no longer in force: another conclusion has followed it.",
    ),
    "log_size_invalid": (
        "应为报告日志的条数：1 至最近签名的条数之间的整数。",
        "A size of the report log: a whole number from 1 to the size that was signed last.",
    ),
    "log_size_order": ("先前的条数不得大于后来的条数。", "The first size must not exceed the second."),
    "file_unknown": (
        "该文件不是已出具的报告，或已被改动。",
        "This file is not a report as issued; it may have been changed.",
    ),
    "report_number_malformed": (
        "报告编号应为 16 位字母和数字，如 2026-XXXX-XXXX-XXXX。",
        "A report number has 16 letters and digits, such as 2026-XXXX-XXXX-XXXX.",
    ),
    "report_number_mistyped": (
        "报告编号有误，请核对是否输错或颠倒了字符。",
        "The report number has a typing slip; please look at each character again.",
    ),
    "report_conclusion_missing": ("本件没有经单位核实的结论。", "The institution has confirmed nothing in this case."),
    "check_code_malformed": (
        "校验码应为 10 位字母和数字，如 XXXXX-XXXXX。",
        "A check code has 10 letters and digits, such as XXXXX-XXXXX.",
    ),
    "check_code_mistyped": (
        "校验码有误，请核对是否输错或颠倒了字符。",
        "The check code has a typing slip; please look at each character again.",
    ),
    "correction_dispute": ("经申请人异议再次核查", "After a dispute and a second verification"),
    "correction_spot_check": ("经定期抽查再次核查", "After a spot check"),
    "correction_institution_report": ("经学位授予单位报告", "After a report by the institution"),
    "report_in_force_differs": (
        "同一学位已有经学位授予单位核实的有效报告，其内容与年报数据库不一致，由审核员处理。",
        "A report in force, which the institution confirmed, says otherwise than the register; a reviewer looks at it.",
    ),
    "institution_answered_otherwise": (
        "年报数据库与申请信息一致，但学位授予单位已就同一学位另作答复：原报告已失效，或另一认证件作出了否定反馈，"
        "由审核员处理。",
        "The register matches, but an institution answered otherwise about this degree: the report on it is no longer "
        "in force, or it was denied within another case; a reviewer looks at it.",
    ),
    "recheck_undecided": (
        "同一学位的有效报告正在再次核查，学位授予单位已反馈，尚待学位中心决定，由审核员处理。",
        "The report in force on this degree is being verified again, and the institution's answer waits for the "
        "centre's decision; a reviewer looks at it.",
    ),
    "notice_report_revoked": (
        "该学位的认证报告经再次核查已撤销，本件不再有有效报告。",
        "The report on this degree was revoked after it was verified again; this case has no report in force any more.",
    ),
    "report_misused": (
        "本件所依报告系他人在另一认证件中冒用身份取得，已撤销；核对后可恢复办理，另行出具报告。",
        "Somebody else had obtained the report of this case in the holder's name, in another case, and it was revoked; "
        "once you have looked at it, release the case to have a new one issued.",
    ),
    "holder_disavowed_another": (
        "持有人申报另一认证件系他人冒用其身份，该件待决定或已认定为冒用；请先决定该件，"
        "核对本件申请人确为持有人后恢复办理。",
        "The holder disavowed another application, which is to be decided or was found an impersonation. Decide "
        "on that first; once you know that the holder made this one, release it.",
    ),
    "holder_unsure": (
        "另一认证件涉及同一姓名、出生日期和学位，但身份证件不同，本件的出生日期系申请人自报；"
        "请核对两件是否同一人：是则恢复办理，否则不予恢复。",
        "Another case has the same name, birth date and degree, but another identity document, and the birth date of "
        "this case is self-stated. Find out whether both are of one person; release this case only if they are.",
    ),
    "correction_impersonation": (
        "经查系冒用他人身份申请取得",
        "Obtained by somebody else in the holder's name",
    ),
    "correction_verification": (
        "经学位授予单位在另一认证件中核查",
        "After the institution verified the degree in another case",
    ),
    "correction_register_change": ("因学位授予信息变更", "After a change of the award register"),
}
