"""Sentences of applications: fields, eligibility, submission: code, Chinese, English."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "too_many_applications": (
        "今日的申请次数已达上限，请明日再试；已受理的申请不受影响。",
        "You have reached the limit of applications a day. Please come back tomorrow; what was received goes on.",
    ),
    "too_many_open_cases": (
        "正在办理的申请已达上限，请待其中一件办结或撤回其中一件后再申请；已受理的申请不受影响。",
        "As many applications are under way as there may be; wait until one has ended, or withdraw one. What was "
        "received goes on.",
    ),
    "too_many_links": (
        "本件今日更换查询链接的次数已达上限，请明日再试；现有链接仍然有效。",
        "The link of this case was renewed as often as it may be today. Please come back tomorrow; its present "
        "link is good.",
    ),
    "not_the_holder": (
        "您只能为本人申请：所填姓名、证件类型与证件号码须与登录身份一致。",
        "You can apply for yourself alone: name, document type and number must be those you signed in with.",
    ),
    "too_many_disavowals": (
        "您申报的冒用中待学位中心决定的已达上限，请待其中一件决定后再申报；在此之前，以您名义的其他申请也不会自动出具报告。",
        "As many of your disavowals wait for a decision as there may be. Until one is decided, no other application in "
        "your name that you did not sign in for gets a report by itself either.",
    ),
    "holder_must_sign_in": (
        "此事项须由持有人本人登录后办理；查询链接只能查看本件、提交所要求的材料。",
        "This is for the holder, who has to sign in. A case's link shows the case and takes what was asked for.",
    ),
    "name_has_digits": ("姓名中不应有数字。", "A name has no digits."),
    "name_character": (
        "姓名只能包含文字、间隔号（·）、空格、连字符、撇号、句点、逗号、斜线、@ 和括号。",
        "A name holds only letters or characters, the separator (·), spaces, hyphens, apostrophes, full stops, commas, "
        "slashes, @ and brackets.",
    ),
    "birth_date_too_early": ("出生日期早于 1900 年。", "The birth date lies before 1900."),
    "award_before_degrees": (
        "获学位日期早于《学位条例》施行之日（1981-01-01）。",
        "The award date lies before the Regulations on Academic Degrees came into force (1981-01-01).",
    ),
    "ineligible_honorary_degree": (
        "名誉博士学位不在认证范围内。",
        "Honorary degrees are not authenticated.",
    ),
    "ineligible_region": (
        "认证范围为内地（大陆）学位授予单位授予的学位；港澳台及国外学位请向相应机构申请。",
        "Only degrees of mainland institutions are authenticated; those of Hong Kong, Macao, Taiwan and abroad are "
        "another body's.",
    ),
    "ineligible_institution": (
        "高等专科学校、职业院校等不授予学位；请按学位证书填写授予学位的单位。",
        "Institutions of this kind award no degrees; please give the one that the degree certificate names.",
    ),
    "award_before_birth": ("获学位日期不晚于出生日期。", "The award date is not after the birth date."),
    "identity_resident_identity_card_format": (
        "居民身份证号码应为 18 位（末位可为 X）或旧式 15 位。",
        "A resident identity number has 18 characters (the last may be X), or the 15 digits of old.",
    ),
    "identity_is_permanent_residence_card": (
        "以 9 开头的是外国人永久居留身份证，请改选证件类型。",
        "Numbers beginning with 9 are foreigners' permanent residence cards; please choose that type.",
    ),
    "identity_region": ("身份证号码的地区代码无效。", "The identity number begins with no valid region code."),
    "identity_is_residence_permit": (
        "以 81、82、83 开头的是港澳台居民居住证，请改选证件类型。",
        "Numbers beginning with 81, 82 or 83 are residence permits; please choose that type.",
    ),
    "identity_residence_permit_region": (
        "港澳台居民居住证号码以 81、82 或 83 开头。",
        "A residence permit number begins with 81, 82 or 83.",
    ),
    "identity_birth_date": (
        "证件号码中的出生日期无效。",
        "The birth date inside the identity number is no valid date.",
    ),
    "identity_check_character": (
        "证件号码未通过校验，请核对是否输错或颠倒了数字。",
        "The identity number fails its check; please look for a wrong digit or two digits swapped.",
    ),
    "identity_birth_date_mismatch": (
        "出生日期与证件号码不符。",
        "The birth date differs from the one in the identity number.",
    ),
    "identity_sex_mismatch": ("性别与证件号码不符。", "The sex differs from the one in the identity number."),
    "certificate_number_format": ("学位证书编号中应有数字或文字。", "A certificate number holds digits or letters."),
    "category_level": ("学位类别与学位层级不符。", "The degree category does not fit the degree level."),
    "category_not_in_table": (
        "该层级的代码表中没有此学位类别，请从表中选择（如“教育学学士”）；表中确实没有的，改填 category_other。",
        "The code table has no such category at this level; please choose one (such as 教育学学士). If it truly lacks "
        "yours, send it as category_other.",
    ),
    "category_twice": (
        "学位类别与其他类别只能填写一项。",
        "Give the category or another category, not both.",
    ),
    "mobile_format": (
        "手机号码应为 11 位，境外号码以 + 和国家（地区）代码开头。",
        "A mobile number has 11 digits; one from abroad begins with + and the country code.",
    ),
    "email_format": ("电子邮箱格式有误。", "Not a valid e-mail address."),
    "consent_required": ("须同意核查学位信息方可申请。", "The application needs the consent to verify the degree."),
    "supplement_empty": ("没有需要更改的内容。", "Nothing is changed."),
    "certificate_number_style": (
        "证书编号与授予时的编号规则不同，请再核对一次。",
        "The certificate number does not follow the numbering rule of its time; please check it.",
    ),
    "certificate_number_institution": (
        "证书编号中的单位代码与所填单位不同，请再核对一次。",
        "The institution in the certificate number is not the one named; please check it.",
    ),
    "certificate_number_level": (
        "证书编号中的层级与所填层级不同，请再核对一次。",
        "The level in the certificate number is not the one named; please check it.",
    ),
    "certificate_number_year": (
        "证书编号中的年份与获学位年份不同，请再核对一次。",
        "The year in the certificate number is not that of the award; please check it.",
    ),
    "certificate_number_study_form": (
        "证书编号的字母与所填学习形式不同，请再核对一次。",
        "The letter in the certificate number does not fit the study form named; please check it.",
    ),
    "institution_unknown": (
        "该单位代码不在公开名录中，将由人工核对。",
        "The code is in no public list; a person will look at it.",
    ),
    "institution_name_unknown": (
        "单位名称与代码对应的名称不同，请再核对一次。",
        "The institution with this code has no such name; please check it.",
    ),
    "institution_name_of_another_code": (
        "单位名称与单位代码属于两个不同的单位，请核对代码。",
        "The name and the code belong to different institutions; please check the code.",
    ),
    "institution_name_period": (
        "该单位在授予时使用另一名称，请按证书填写。",
        "The institution had another name at the time of the award; please write it as on the certificate.",
    ),
    "category_unknown": (
        "学位类别不在代码表中，将由人工核对。",
        "The category is not in the code table; a person will look at it.",
    ),
    "idempotency_key_reused": (
        "该 Idempotency-Key 已用于另一份内容不同的申请。",
        "This Idempotency-Key was used for an application with other content.",
    ),
    "report_not_issued": ("报告尚未出具。", "There is no report yet."),
    "identity_residence_permit_format": (
        "港澳台居民居住证号码应为 18 位（末位可为 X）。",
        "A residence permit number has 18 characters (the last may be X).",
    ),
    "identity_permanent_residence_card_format": (
        "外国人永久居留身份证号码应为以 9 开头的 18 位（末位可为 X），旧证为 3 位字母加 12 位数字。",
        "A permanent residence card number has 18 characters beginning with 9 (the last may be X); on old cards three "
        "letters and 12 digits.",
    ),
    "identity_hk_macao_permit_format": (
        "港澳居民来往内地通行证号码应为 H 或 M 加 8 位或 10 位数字。",
        "A Hong Kong or Macao permit number is H or M with 8 or 10 digits.",
    ),
    "identity_taiwan_permit_format": (
        "台湾居民来往大陆通行证号码应为 8 位数字，旧证为 10 位数字加字母。",
        "A Taiwan permit number has 8 digits; on old permits 10 digits and a letter.",
    ),
    "identity_passport_format": (
        "护照号码应为 5 至 17 位字母和数字。",
        "A passport number has 5 to 17 letters and digits.",
    ),
    "identity_military_format": (
        "军人证件号码应以汉字开头，后接数字，如“军字第1234567号”。",
        "A military document number begins with Chinese characters and goes on with digits, such as 军字第1234567号.",
    ),
}
