"""Sentences of every room: code, Chinese, English."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "invalid_input": ("提交的信息有误，请按提示逐项修改。", "Some fields are not right; each is named below."),
    "malformed_json": ("请求内容不是有效的 JSON。", "The body is not valid JSON."),
    "body_not_utf8": (
        "请求内容不是 UTF-8 编码，请转换编码后重新提交。",
        "The body is not UTF-8; please convert it and send it again.",
    ),
    "not_an_object": ("请求内容应为 JSON 对象。", "The body must be a JSON object."),
    "body_too_large": ("请求内容超过大小限制。", "The body is larger than allowed."),
    "other_origin": (
        "请求并非由本站网页发出，未予执行。请在本站网页上重试。",
        "A page of another site sent this request; nothing was done. Please try again on a page of this one.",
    ),
    "method_not_allowed": ("此地址不支持该请求方法。", "This address does not take that method."),
    "content_type_unsupported": ("仅接受 application/json。", "Only application/json is accepted."),
    "access_token_missing": ("请提供查询凭证。", "An access token is required."),
    "not_found": ("未找到，或您无权查看。", "Not found, or not yours to see."),
    "try_again": ("系统暂时繁忙，请稍后重试。", "The system is busy for the moment; please try again."),
    "required": ("此项必填。", "This field is required."),
    "not_text": ("此项应为文本。", "This field must be text."),
    "too_long": ("内容超过长度限制。", "The value is longer than allowed."),
    "unknown_field": ("没有这个字段。", "There is no such field."),
    "more_unknown_fields": (
        "另有 {count} 个不存在的字段，此处不再列出。",
        "{count} more fields do not exist; they are not named here.",
    ),
    "unknown_choice": ("不是可选的值。", "Not one of the values to choose from."),
    "control_character": (
        "含有不可见的控制字符，请删除后重新输入。",
        "It holds invisible control characters; please type it anew.",
    ),
    "private_use_character": (
        "含有造字区字符，他人的设备无法显示；请改用标准汉字。",
        "It holds a private-use character that other machines cannot show; please use the standard character.",
    ),
    "replacement_character": (
        "含有替代符（�），原来的文字已丢失；请重新输入。",
        "It holds a sign that stands for a lost character (�); please type the original text.",
    ),
    "date_format": ("日期无效，请按 2022-06-30 的形式填写。", "Not a valid date; please write it like 2022-06-30."),
    "date_in_future": ("日期晚于今天。", "The date lies in the future."),
    "institution_code_format": ("学位授予单位代码应为五位数字。", "An institution code has five digits."),
    "chain_changed": ("此条记录的内容与其哈希不符，已被改动。", "This entry does not fit its hash: it was changed."),
    "chain_missing": ("缺少此条记录。", "This entry is missing."),
    "chain_reordered": (
        "记录次序被调换，此处应有的记录排在后面。",
        "Entries were reordered: the one due here comes later.",
    ),
    "chain_repeated": ("此处重复了前面的记录。", "An earlier entry is repeated here."),
    "chain_foreign": ("此条记录属于另一认证件。", "This entry belongs to another case."),
    "chain_unlinked": (
        "此条记录与前一条不相连，前一条曾被替换。",
        "This entry does not follow the one before, which was replaced.",
    ),
    "chain_truncated": (
        "记录在末尾被截断，缺少此条及以后的记录。",
        "The log was cut off: this entry and what follows are missing.",
    ),
    "chain_beyond_head": (
        "此条记录超出已登记的链尾，系后加。",
        "This entry lies beyond the recorded head: it was added.",
    ),
    "chain_wrong_head": (
        "链尾哈希与已登记的不符，记录曾被整体改写。",
        "The head differs from the recorded one: the log was rewritten.",
    ),
    "internal_error": (
        "系统内部错误，请稍后重试；如仍有问题，请联系咨询专线并提供请求编号。",
        "This is a fault of the system. Please try again; if it stays, give the hotline the request id.",
    ),
    "idempotency_key_format": (
        "Idempotency-Key 应为 8 至 64 位字母、数字、连字符或下划线。",
        "An Idempotency-Key has 8 to 64 letters, digits, hyphens or underscores.",
    ),
    "institution_has_answered": (
        "学位授予单位已有不同于申请信息的反馈，不能撤回申请或更改所填信息，请等待学位中心的决定。",
        "The institution has answered otherwise than claimed, so the application can no longer be withdrawn, nor its "
        "claim be changed; the centre decides.",
    ),
    "case_already_ended": ("该认证件已办结，不能撤回。", "The case has ended and can no longer be withdrawn."),
    "too_many_attachments": ("附件数量已达上限（10 个）。", "The case has reached its limit of 10 files."),
    "staff_file_differs": (
        "文件的 SHA-256 与所填不符：上传后被改动，或量的是另一份文件。请核对文件内容后重新计算。",
        "The file has another SHA-256 than was given: it was changed since, or another file was measured. "
        "Look at its content and measure it anew.",
    ),
    "sha256_format": ("SHA-256 应为 64 位十六进制字符。", "A SHA-256 has 64 hexadecimal characters."),
    "file_too_large": ("文件超过大小限制。", "The file is larger than allowed."),
    "report_format_unknown": ("格式应为 pdf 或 json。", "The format is pdf or json."),
    "query_too_long": ("查询内容过长。", "The query is too long."),
    "cursor_invalid": ("分页标记无效。", "The cursor is not one of ours."),
    "reviewer_format": (
        "审核员标识应为 2 至 32 位小写字母、数字、点、连字符或下划线。",
        "A reviewer identifier has 2 to 32 lower-case letters, digits, dots, hyphens or underscores.",
    ),
    "field_name_unknown": (
        "字段名有误，例如 degree.award_date 或 certificate_scan。",
        "Not a field name such as degree.award_date or certificate_scan.",
    ),
    "not_true_or_false": ("应为 true 或 false。", "This is true or false."),
    "not_a_list": ("此项应为列表。", "This field must be a list."),
    "unprintable_character": (
        "报告字体缺少其中的字符，需人工处理。",
        "The report's fonts lack one of the characters; a member of staff must look at it.",
    ),
    "attachment_id_format": ("附件编号格式有误。", "This is not the form of an attachment id."),
    "exemption_format": (
        "来函编号应为 1 至 40 位字母、数字、连字符或下划线。",
        "An exemption has 1 to 40 letters, digits, hyphens or underscores.",
    ),
    "second_person_required": (
        "须由另一账号的工作人员复核：录入书面反馈者、提议或关闭自己账号者，提议单位账号使用人者，以及数据库变更所依据的决定的作出者，"
        "不得自行复核。",
        "A second person with an account of their own is needed, who neither entered the written form, nor proposed or "
        "closes that account, nor proposed its user, nor decided what the register change rests on.",
    ),
    "case_has_ended": ("该认证件已办结。", "The case has ended."),
    "application_withdrawn": (
        "申请人已撤回申请，无需反馈。",
        "The applicant has withdrawn; no answer is needed.",
    ),
    "application_rejected": ("该申请未予受理，无需反馈。", "The application was not eligible; no answer is needed."),
    "department_id_format": (
        "部门编号应为 1 至 40 位小写字母、数字或连字符；null 表示牵头部门。",
        "A department id has 1 to 40 lower-case letters, digits or hyphens; null is the lead department.",
    ),
    "lead_department_only": (
        "此操作由牵头部门（一级账号）进行。",
        "Only the lead department (tier-1 account) may do this.",
    ),
    "personal_data_in_text": (
        "此处不得填写证件号码、电话等个人信息；涉及个人信息的更正请使用更正单。",
        "No identity or telephone numbers here; staff correct what concerns the person in the correction sheet.",
    ),
    "file_name_format": (
        "文件名应为 1 至 40 位小写字母、数字或连字符，不含扩展名，不含 11 位以上的数字。",
        "A file is named by 1 to 40 lower-case letters, digits or hyphens, no 11 digits in a row, without its ending.",
    ),
    "month_format": ("月份应写作 YYYY-MM，如 2026-11。", "A month is written YYYY-MM, such as 2026-11."),
    "register_changed": ("学位授予信息已变更，将重新比对。", "The award record changed; the claim is compared again."),
    "report_superseded": (
        "该报告已被新报告取代，不再有效。",
        "The report was superseded by a newer one and no longer holds.",
    ),
    "report_revoked": ("该报告已被撤销。", "The report was revoked."),
    "report_unknown": ("未找到与所填信息相符的报告。", "No report fits what was entered."),
    "username_taken": ("该用户名已被使用。", "This username is in use."),
    "chain_intact": ("记录链完整，未见改动。", "The chain is whole; nothing was changed."),
    "chain_unreadable": (
        "文件无法读取，或此行不是有效的记录。",
        "The file cannot be read, or this line is not a valid entry.",
    ),
}
