"""Sentences of institutions, departments and their forms: code, Chinese, English."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "telephone_format": (
        "电话或传真号码应为 7 至 20 位数字，可带区号和分机号，如 010-12345678-801。",
        "A telephone or fax number has 7 to 20 digits with area code and extension, such as 010-12345678-801.",
    ),
    "seal_missing": ("登记表未盖章，请退回补盖。", "The form bears no seal; return it to be sealed."),
    "signature_missing": ("登记表未签字，请退回补签。", "The form is not signed; return it to be signed."),
    "department_repeated": ("部门名称重复。", "The department is named twice."),
    "too_many_departments": ("核查部门过多（最多 30 个）。", "Too many verifying departments (30 at most)."),
    "other_years_missing": ("选择 H（其他）时请注明授予年份。", "H (other) needs the award years in words."),
    "other_years_not_ticked": (
        "注明其他授予年份时须选择 H（其他）。",
        "Award years in words need H (other) to be chosen.",
    ),
    "study_forms_missing": (
        "可核查学士学位的部门须选择学习形式（I 至 L）。",
        "A department that verifies bachelor's degrees must choose its study forms (I to L).",
    ),
    "routed_by_narrowest_scope": (
        "由可核查信息范围最窄且包含该学位的部门核查。",
        "Sent to the department with the narrowest scope that covers the degree.",
    ),
    "routed_to_lead_not_covered": (
        "没有部门登记可核查该学位，由牵头部门处理。",
        "No department's scope covers the degree, so the lead department has it.",
    ),
    "routed_to_lead_tie": (
        "多个部门均可核查该学位，由牵头部门分配。",
        "Several departments cover the degree equally, so the lead department assigns it.",
    ),
    "department_accounts_only": (
        "只能结束核查部门账号的登录；牵头部门账号请联系学位中心。",
        "Only sessions of verifying departments' accounts; for a lead department's, please ask the centre.",
    ),
    "version_changed": (
        "内容已被他人更改，请重新读取后再修改。",
        "Somebody has changed this meanwhile; please read it again before you change it.",
    ),
    "not_a_proposal": ("提议编号应为正整数。", "A proposal has a whole number above 0."),
    "account_user_proposal_differs": (
        "没有可以此编号批准的使用人提议：已被新的提议取代、已撤回、已逾期或已批准。未变更任何内容。",
        "No user can be approved or withdrawn under this number: another is proposed since, or the proposal lapsed, "
        "was withdrawn or approved. Nothing was changed.",
    ),
    "account_user_proposer_closed": (
        "提议人的账号已停用，提议失效；请由在任登记员重新提议。",
        "The account of whoever proposed the user is closed since; another registrar has to propose anew.",
    ),
    "not_a_version": (
        "版本号应为读取时的版本号，新建时为 0。",
        "The version is the one that was read, 0 for something new.",
    ),
    "not_a_year": ("年份应为 1981 年以后的四位数字。", "A year is a number of four digits, from 1981 on."),
    "explanation_id_format": (
        "口径编号应为 1 至 40 位小写字母、数字或连字符。",
        "An explanation id has 1 to 40 lower-case letters, digits or hyphens.",
    ),
    "too_many_explanations": ("口径过多（最多 200 条）。", "Too many standing explanations (200 at most)."),
    "period_ends_before_it_begins": ("结束早于开始。", "The end lies before the beginning."),
    "form_not_found": (
        "未找到登记表文件，请先以 .json 上传到 documents 桶的 registration/ 下。",
        "There is no such form; upload it as .json under registration/ in the documents bucket first.",
    ),
    "institution_code_differs": (
        "登记表上的单位代码与输入不同。",
        "The form has another institution code than the input.",
    ),
    "institution_succeeded": (
        "该单位已并入其他单位，请登记其承接单位。",
        "The institution was merged into another; please register its successor.",
    ),
    "institution_registered": (
        "该单位已用另一份登记表或用户名登记；人员变更请用 propose_account_user。",
        "The institution is registered with another form or username; for a change of user, use propose_account_user.",
    ),
    "department_registered": (
        "该部门已用另一份登记表或用户名登记；人员变更请用 propose_account_user。",
        "The department is registered with another form or username; for a change of user, use propose_account_user.",
    ),
    "machine_client_id_format": (
        "对接系统编号应为 1 至 40 位小写字母、数字或连字符。",
        "The id of a machine client has 1 to 40 lower-case letters, digits or hyphens.",
    ),
    "machine_client_revoked": (
        "该对接系统已撤销，不能再启用；请用新的编号。",
        "This machine client was revoked for good; please use another id.",
    ),
    "too_many_machine_clients": (
        "对接系统过多：可登录的最多 20 个，连同已撤销的最多 1000 个。",
        "Too many machine clients: 20 at most that can sign in, and 1,000 with the revoked ones.",
    ),
    "scope_needs_read": ("权限须含 read。", "The scopes need read among them."),
    "too_many_keys": ("公钥过多（同时最多 2 个）。", "Too many keys (2 at a time)."),
    "key_repeated": ("公钥重复。", "The key is there twice."),
    "key_private": (
        "只登记公钥：所填内容含有私钥部分，请勿发送私钥，并更换该密钥。",
        "Register the public key alone: this holds the private half. Never send it, and use another key.",
    ),
    "key_format": (
        "公钥应为 JSON Web Key：P-256 椭圆曲线公钥，或 2048 至 4096 位 RSA 公钥。",
        "A public key is a JSON Web Key: on the curve P-256, or RSA with 2048 to 4096 bits.",
    ),
    "invalid_request": (
        "请求应为表单，含 grant_type、client_assertion_type 与 client_assertion。",
        "The request is a form with grant_type, client_assertion_type and client_assertion.",
    ),
    "invalid_client": (
        "断言无效：核对 iss、sub、aud、exp、jti 与签名；每个断言只能用一次。",
        "The assertion is not good: look at iss, sub, aud, exp, jti and the signature. Each is used once.",
    ),
    "invalid_scope": ("scope 超出该对接系统的权限。", "The scope is more than the machine client was granted."),
    "unsupported_grant_type": ("grant_type 应为 client_credentials。", "The grant_type is client_credentials."),
    "exemption_known": (
        "该来函编号已用于另一期限，或已撤回；请用新的编号。",
        "This exemption has another period, or was withdrawn; please use a new reference.",
    ),
}
