"""Sentences of verification tasks and feedback: code, Chinese, English."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "task_paused": (
        "学位中心已暂停办理本件，核查时限同时暂停；仍可提交反馈。",
        "The centre has suspended the case and the deadline stands; an answer is taken all the same.",
    ),
    "archive_field_unknown": (
        "没有这个档案字段；单位代码不同的，请反馈“非本单位授予”。",
        "The archive has no such field; for another institution's degree, answer that it is not yours.",
    ),
    "archive_values_same": ("与申请信息相同，无需填写。", "This is what the applicant said; leave it out."),
    "sheet_unreadable": (
        "文件不是可读取的 XLSX 或 CSV 表格。",
        "The file is no XLSX or CSV table that can be read.",
    ),
    "sheet_headings_missing": (
        "表头缺少必需的列（任务编号、核查结果、经办人、核对码）；请使用下载的任务表，保留方括号内的代码。",
        "Needed columns are missing; use the sheet as it was downloaded and keep the codes in square brackets.",
    ),
    "sheet_heading_twice": ("表头中有重复的列。", "A column stands twice in the headings."),
    "sheet_too_many_rows": ("一个表最多 {count} 行，请分开提交。", "A sheet has at most {count} rows; split it."),
    "sheet_several": ("工作簿中有多个任务表，请只保留一个。", "The workbook has several sheets of tasks; keep one."),
    "sheet_cell_unreadable": ("单元格无法读取，请直接填写文字。", "The cell cannot be read; write plain text in it."),
    "sheet_task_twice": ("该任务在表中出现不止一次。", "The task stands more than once in the sheet."),
    "sheet_task_missing": ("该行没有任务编号。", "The row names no task."),
    "sheet_mark_missing": ("核对码已丢失，请重新下载任务表。", "The check mark is missing; download the sheet anew."),
    "task_changed": (
        "下载任务表之后该任务已有变化，请重新查看后答复。",
        "The task has changed since the sheet was downloaded; look at it again, then answer.",
    ),
    "too_many_answers": ("一次最多提交 50 份反馈。", "At most 50 answers are taken at once."),
    "search_number_format": (
        "请填写认证件编号或学位证书编号，不超过 64 个字符。",
        "The number of a case or of a certificate, of at most 64 characters.",
    ),
    "exemption_required": (
        "该单位没有经批准且在有效期内的书面反馈说明函，书面反馈不予录入；请其登录系统反馈。",
        "The institution has no approved exemption for that day, so a written form is not entered; it answers online.",
    ),
    "received_before_task": (
        "收到日期早于核查任务发出之日。",
        "The day of receipt lies before the institution was asked.",
    ),
    "no_written_feedback": ("没有待复核的书面反馈。", "No written form waits to be confirmed."),
    "written_scan_type": (
        "书面反馈的影印件应为 PDF。",
        "The scan of the written form is a PDF.",
    ),
    "written_scan_not_shown": (
        "书面反馈没有可供复核的扫描件（未经检查或已停用），请重新扫描并登记。",
        "No scan of the written form can be shown: it was not examined or was withdrawn. Scan and record it anew.",
    ),
    "no_archive_values": ("没有待审核的档案信息。", "No archive values wait to be accepted."),
    "confirmed_outcome_differs": (
        "所确认的结论不是该反馈将产生的结论。",
        "This is not the outcome that follows from the answer.",
    ),
    "no_denial_to_confirm": (
        "没有待决定的否定反馈。",
        "No denial waits for a decision.",
    ),
    "task_not_returned": ("该核查任务未被退回，不能转送。", "The task was not returned, so it is not sent on."),
    "institution_returned_task": (
        "该单位已反馈非其授予，请填写其他单位代码。",
        "That institution has answered that the degree is not its own; give another one.",
    ),
    "already_answered": (
        "该核查任务已有不同的反馈，不再接收；如需更正请联系审核员。",
        "The task has another answer already; to correct it, please write to the reviewer.",
    ),
    "report_already_issued": (
        "报告已出具；如发现有误，请联系审核员。",
        "The report has been issued; if something is wrong, please write to the reviewer.",
    ),
    "waiting_for_applicant": (
        "正在等待申请人补充材料，补充后再反馈。",
        "The applicant has been asked for more material; please answer once it has arrived.",
    ),
    "task_closed": (
        "申请信息已变更，该核查任务已关闭。",
        "The application has changed and the task was closed.",
    ),
    "extension_too_late": (
        "核查时限已过，延期须在时限届满前告知；反馈仍予接收。",
        "The deadline has passed; an extension must be announced before it. Your answer still counts.",
    ),
    "extension_not_later": ("新时限应晚于现时限。", "The new deadline is later than the present one."),
    "extension_not_working_day": ("新时限应为工作日。", "The new deadline is a working day."),
    "extension_too_long": (
        "一次延长不得超过 30 个工作日。",
        "One extension has at most 30 working days.",
    ),
    "department_unknown": ("本单位没有这个部门。", "Your institution has no such department."),
    "own_department_only": (
        "二级账号只能查看本部门的核查任务。",
        "A tier-2 account sees the tasks of its own department only.",
    ),
    "verifying_department_only": (
        "由该任务所属的核查部门反馈；如需改由他人核查，请先重新分配。",
        "The department that has the task answers it; to change that, reassign it first.",
    ),
    "routed_to_lead_recheck": (
        "再次核查由牵头部门办理。",
        "A second verification goes to the lead department.",
    ),
    "department_answered_before": (
        "该部门此前已就本件反馈，再次核查须由其他部门办理。",
        "This department answered before; another department verifies the second time.",
    ),
    "attachment_unknown": (
        "附件不属于该核查任务，或尚未上传成功。",
        "The attachment is not one of this task's, or has not been received.",
    ),
    "message_key_reused": (
        "该 Idempotency-Key 已用于另一条内容不同的消息。",
        "This Idempotency-Key was used for a message with other content.",
    ),
    "too_many_messages": (
        "该核查任务的消息已达上限（100 条），请改用咨询专线。",
        "The task has reached its limit of 100 messages; please use the hotline.",
    ),
    "page_limit": ("每页数量应为 1 至 100 的整数。", "A page has 1 to 100 entries, as a whole number."),
    "notice_not_awarded": (
        "经学位授予单位依据档案核查，未授予该学位，不出具认证报告。",
        "The institution's archive says that the degree was not awarded; no report is issued.",
    ),
    "notice_not_this_institution": (
        "经学位授予单位核查，该学位非其授予，不出具认证报告。",
        "The institution says that the degree is not its own; no report is issued.",
    ),
    "notice_no_such_person": (
        "学位授予单位未查到申请人的学位档案，不出具认证报告。",
        "The institution's archive has nothing of this person; no report is issued.",
    ),
    "notice_cannot_verify": (
        "学位授予单位因档案缺失等原因无法核查，暂不能出具认证报告；这不表示学位不属实。",
        "The institution cannot verify it, for instance for want of an archive, so no report can be issued. "
        "This does not say that the degree is false.",
    ),
}
