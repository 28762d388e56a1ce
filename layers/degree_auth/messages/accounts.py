"""Sentences of accounts and sign-in: code, Chinese, English."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "sign_in_refused": (
        "用户名、密码或动态验证码有误。",
        "The username, password or one-time code is wrong.",
    ),
    "sign_in_closed": (
        "尝试次数过多，暂不接受从此处登录；请稍后再试，或换用曾登录过的设备或网络。急需时请联系学位中心解除。",
        "Too many attempts: signing in from here is not accepted for the time being. Please try again later, or use a "
        "device or network that you signed in from before. The centre can unlock the account.",
    ),
    "one_time_code_used": (
        "此动态验证码已用过，请等待下一个验证码。",
        "This one-time code was used already; please wait for the next one.",
    ),
    "one_time_code_wrong": (
        "动态验证码有误。一次登录中累计错五次，登录即告失效。",
        "The one-time code is wrong. Five wrong ones end the session.",
    ),
    "session_ended": ("登录已失效，请重新登录。", "You are not signed in, or your session has ended; please sign in."),
    "username_format": (
        "用户名应为 4 至 32 位，以小写字母开头，由小写字母、数字、点、连字符或下划线组成，且不含证件或电话号码。",
        "A username has 4 to 32 characters: a lower-case letter, then such letters, digits, dots, hyphens or "
        "underscores, and no identity or telephone number.",
    ),
    "tier_department": (
        "一级账号属于牵头部门，不填核查部门；二级账号须填核查部门。",
        "A tier-1 account is the lead department's and names no department; a tier-2 account names one.",
    ),
    "one_time_code_format": ("动态验证码应为 6 位数字。", "A one-time code has six digits."),
    "password_too_short": ("密码至少 12 个字符。", "A password has at least 12 characters."),
    "password_has_username": ("密码中不得含有用户名。", "A password does not hold the username."),
    "password_common": ("密码过于常见或过于简单，请换一个。", "This password is too common or too simple."),
    "password_unchanged": ("新密码不得与现用密码相同。", "The new password is the present one."),
    "second_factor_missing": (
        "请先用临时密码登录一次，绑定动态验证码后再设置密码。",
        "Please sign in with the temporary password first, and bind the second factor that you are then given.",
    ),
    "scope_missing": (
        "该对接系统没有此项权限（scope）。",
        "The machine client was not granted the scope that this needs.",
    ),
    "people_only": ("此项只由人员登录后办理。", "Only people who are signed in do this."),
    "identity_not_proven": (
        "身份认证服务没有给出可用的姓名、证件类型和证件号码，无法登录。",
        "The identity provider did not tell a usable name, document type and document number; you cannot sign in.",
    ),
    "sign_in_not_proven": (
        "身份认证服务未能证明您的身份，请重新登录。",
        "The identity provider did not prove who you are; please sign in again.",
    ),
    "sign_in_over": (
        "本次登录已超时、已使用，或不是在此浏览器中发起的，请重新登录。",
        "This sign-in took too long, was used already, or began in another browser; please sign in again.",
    ),
    "identity_provider_unavailable": (
        "身份认证服务暂时没有应答，请稍后重试。",
        "The identity provider does not answer for the moment; please try again.",
    ),
    "staff_not_proven": (
        "账号或动态验证码有误，或该验证码已用过、已过期；请等下一个验证码再以新名称启动。未查看、未变更任何内容。",
        "The account or its one-time code is wrong, or the code was used or is too old; wait for the next code and "
        "start again under a new name. Nothing was looked at or changed.",
    ),
    "staff_locked": (
        "该账号因多次输错验证码暂时停用，请稍后再试，或由批准人换发密钥。",
        "The account is locked for a time after too many wrong codes; try later, or have approvers give out a new key.",
    ),
    "staff_role_missing": (
        "您的账号没有执行此操作所需的角色；角色有审核员、批准人、登记员、抽查员、审计员。",
        "Your account has not the role that this action asks for; roles are reviewer, approver, registrar, inspector "
        "and auditor.",
    ),
    "staff_name_format": (
        "账号名应为 2 至 32 位，以小写字母开头，由小写字母、数字、点、连字符或下划线组成，且不含五位以上连续数字。",
        "An account's name has 2 to 32 characters: a lower-case letter, then such letters, digits, dots, hyphens or "
        "underscores, and no five digits in a row.",
    ),
    "staff_name_taken": (
        "已有同名或仅标点不同的账号；账号名不重复使用。",
        "Another account has this name, or one that differs in its marks alone; a name is never given twice.",
    ),
    "staff_account_closed": ("该账号已永久关闭。", "The account is closed for good."),
    "staff_execution_taken": (
        "该执行名已由另一账号用过；请等下一个验证码，再以新名称启动。未变更任何内容。",
        "Another account has used this name of an execution; wait for the next code and start again under a new name. "
        "Nothing was changed.",
    ),
    "staff_proposal_differs": (
        "没有现任批准人以这些角色提出的提议。请先提议，或按清单中的角色批准。",
        "No approver proposes these roles; propose them first, or approve the roles that the list shows.",
    ),
    "staff_has_approvers": (
        "已有足够的批准人，请由其通过工作人员操作开通账号。",
        "There are approvers enough; they open accounts by staff actions.",
    ),
}
