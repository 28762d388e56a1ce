"""Every sentence that goes with a code, Chinese first, then English; one place for all of them."""

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
    "name_has_digits": ("姓名中不应有数字。", "A name has no digits."),
    "name_character": (
        "姓名只能包含文字、间隔号（·）、空格、连字符、撇号、句点、逗号、斜线、@ 和括号。",
        "A name holds only letters or characters, the separator (·), spaces, hyphens, apostrophes, full stops, commas, "
        "slashes, @ and brackets.",
    ),
    "date_format": ("日期无效，请按 2022-06-30 的形式填写。", "Not a valid date; please write it like 2022-06-30."),
    "period_order": ("结束月份早于起始月份。", "The last month comes before the first."),
    "period_too_long": ("一次至多查询 24 个月。", "At most 24 months can be asked for at once."),
    "date_in_future": ("日期晚于今天。", "The date lies in the future."),
    "birth_date_too_early": ("出生日期早于 1900 年。", "The birth date lies before 1900."),
    "award_before_degrees": (
        "获学位日期早于《学位条例》施行之日（1981-01-01）。",
        "The award date lies before the Regulations on Academic Degrees came into force (1981-01-01).",
    ),
    "ineligible_level": (
        "该层级的学位不在认证范围内。",
        "Degrees of this level are not authenticated here.",
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
    "identity_residence_permit_format": (
        "港澳台居民居住证号码应为 18 位（末位可为 X）。",
        "A residence permit number has 18 characters (the last may be X).",
    ),
    "identity_permanent_residence_card_format": (
        "外国人永久居留身份证号码应为以 9 开头的 18 位（末位可为 X），旧证为 3 位字母加 12 位数字。",
        "A permanent residence card number has 18 characters beginning with 9 (the last may be X); on old cards three "
        "letters and 12 digits.",
    ),
    "identity_is_permanent_residence_card": (
        "以 9 开头的是外国人永久居留身份证，请改选证件类型。",
        "Numbers beginning with 9 are foreigners' permanent residence cards; please choose that type.",
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
    "institution_code_format": ("学位授予单位代码应为五位数字。", "An institution code has five digits."),
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
        "The certificate number is unlike the rule of its time; please look at it again.",
    ),
    "certificate_number_institution": (
        "证书编号中的单位代码与所填单位不同，请再核对一次。",
        "The unit inside the certificate number is not the institution named; please look at it again.",
    ),
    "certificate_number_level": (
        "证书编号中的层级与所填层级不同，请再核对一次。",
        "The level inside the certificate number is not the level named; please look at it again.",
    ),
    "certificate_number_year": (
        "证书编号中的年份与获学位年份不同，请再核对一次。",
        "The year inside the certificate number is not that of the award; please look at it again.",
    ),
    "certificate_number_study_form": (
        "证书编号的字母与所填学习形式不同，请再核对一次。",
        "The letter of the certificate number does not fit the study form named; please look at it again.",
    ),
    "institution_unknown": (
        "该单位代码不在公开名录中，将由人工核对。",
        "The code is in no public list; a person will look at it.",
    ),
    "institution_name_unknown": (
        "单位名称与代码对应的名称不同，请再核对一次。",
        "The name is none that the code is known by; please look at it again.",
    ),
    "institution_name_of_another_code": (
        "单位名称与单位代码属于两个不同的单位，请核对代码。",
        "The name and the code are those of two different institutions; please look at the code again.",
    ),
    "institution_name_period": (
        "该单位在授予时使用另一名称，请按证书填写。",
        "The institution had another name at the time of the award; please write it as on the certificate.",
    ),
    "category_unknown": (
        "学位类别不在代码表中，将由人工核对。",
        "The category is not in the code table; a person will look at it.",
    ),
    "hint_record_lacks_value": ("数据库中此项为空。", "The register has no value here."),
    "hint_traditional_simplified": ("仅有繁简体之别。", "They differ only in traditional and simplified characters."),
    "hint_punctuation": ("仅有标点或分隔符之别。", "They differ only in punctuation."),
    "hint_one_character": ("相差一个字符。", "They differ in one character."),
    "hint_transposed": ("相邻两个字符颠倒。", "Two neighbouring characters are swapped."),
    "hint_confusable": (
        "字母与数字易混（如 O 与 0、I 与 1）。",
        "A letter stands for a digit that looks like it (O and 0, I and 1).",
    ),
    "hint_contained": ("一方包含另一方。", "One contains the other."),
    "hint_name_separator": ("仅间隔号有无不同。", "They differ only in the separator of the name."),
    "hint_name_order": ("姓与名的次序不同。", "Surname and given name stand in another order."),
    "hint_name_pinyin": ("所填为数据库中姓名的拼音。", "The pinyin of the recorded name was given."),
    "hint_diacritics": ("仅有变音符号之别。", "They differ only in diacritics."),
    "hint_other_person": (
        "姓名与证件号码均不同，可能是他人的记录。",
        "Name and number both differ: perhaps another person's record.",
    ),
    "hint_other_document": (
        "证件类型不同，可能是同一人的另一证件。",
        "Another kind of document, perhaps of the same person.",
    ),
    "hint_document_renewed": ("证件可能已换发。", "The document may have been renewed."),
    "hint_day_month_swapped": ("月与日颠倒。", "Month and day are swapped."),
    "hint_same_month": ("年月相同。", "Year and month are the same."),
    "hint_same_year": ("年份相同。", "The year is the same."),
    "hint_institution_renamed": ("该单位曾用或后用此名称。", "The institution had this name at another time."),
    "hint_institution_merged": ("两个单位已合并。", "The two institutions have merged."),
    "report_number_malformed": (
        "报告编号应为 16 位字母和数字，如 2026-XXXX-XXXX-XXXX。",
        "A report number has 16 letters and digits, such as 2026-XXXX-XXXX-XXXX.",
    ),
    "report_number_mistyped": (
        "报告编号有误，请核对是否输错或颠倒了字符。",
        "The report number has a typing slip; please look at each character again.",
    ),
    "check_code_malformed": (
        "校验码应为 10 位字母和数字，如 XXXXX-XXXXX。",
        "A check code has 10 letters and digits, such as XXXXX-XXXXX.",
    ),
    "check_code_mistyped": (
        "校验码有误，请核对是否输错或颠倒了字符。",
        "The check code has a typing slip; please look at each character again.",
    ),
    "chain_intact": ("记录链完整，未见改动。", "The chain is whole; nothing was changed."),
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
    "chain_unreadable": (
        "文件无法读取，或此行不是有效的记录。",
        "The file cannot be read, or this line is not a valid entry.",
    ),
    "register_file_empty": ("文件中没有数据。", "The file holds nothing."),
    "register_file_type_unsupported": ("仅接受 CSV、XLSX 或 DBF 文件。", "Only CSV, XLSX and DBF files are accepted."),
    "register_file_type_old": (
        "不读取 .xls、.et、.xlsb 文件；请在电子表格软件中另存为 .xlsx。",
        "Files of type .xls, .et and .xlsb are not read; save the file as .xlsx.",
    ),
    "register_file_unreadable": ("文件已损坏或格式不符，无法读取。", "The file is damaged or not what its name says."),
    "register_file_cut_off": (
        "文件不完整：内容少于文件头所载。",
        "The file is cut off: it holds less than its own header says.",
    ),
    "register_last_row_cut": (
        "文件在此行中结束，没有换行；如文件完整，请在末尾补换行，或给出行数或摘要。",
        "The file ends in this row without a line end; if it is complete add one, or give its rows or its digest.",
    ),
    "register_record_count": (
        "文件中的记录多于文件头所载的记录数。",
        "The file holds more records than its own header says.",
    ),
    "register_record_misplaced": (
        "记录错位：删除标志无效。",
        "A record is out of place: its deletion mark is not valid.",
    ),
    "register_bytes_left_over": ("文件中有不属于任何记录的内容。", "The file holds bytes that belong to no record."),
    "register_field_type": (
        "此列的字段类型不能读取；请改为字符型后重新导出。",
        "The column's field type cannot be read; export it again as a character field.",
    ),
    "register_encoding_unknown": (
        "无法判定文件的编码；请以带签名的 UTF-8 或 GB 18030 保存。",
        "The file's encoding cannot be decided; save it as UTF-8 with a byte order mark, or as GB 18030.",
    ),
    "register_text_decoded_twice": (
        "文件的汉字曾以错误的编码打开并保存，已成乱码；请从原系统重新导出。",
        "The file's characters were opened in a wrong encoding and saved; export the file from its system again.",
    ),
    "register_quote_unclosed": (
        "引号未闭合，其后的行并入了此行。",
        "A quotation mark is never closed; the rows after it became part of this row.",
    ),
    "register_quote_swallows_rows": (
        "引号隔行才闭合，吞并了其间的行。",
        "A quotation mark closes some rows later and swallows the rows between.",
    ),
    "register_header_not_found": (
        "未找到表头；所示的行最接近表头。",
        "No header row was found; the row shown comes nearest.",
    ),
    "register_header_changes": (
        "文件中途出现列序不同的另一表头；请拆成两个文件。",
        "Another header with other columns stands further down; make two files of it.",
    ),
    "register_rows_above_header": ("表头之上有数据。", "Data stand above the header."),
    "register_sheet_hidden": (
        "隐藏的工作表中有数据；请取消隐藏或删除。",
        "A hidden sheet holds data; show it or delete it.",
    ),
    "register_sheet_unread": (
        "工作表中有数据，但没有可识别的表头。",
        "A sheet holds data but no header that is recognised.",
    ),
    "register_sheet_damaged": (
        "工作表的行号或单元格位置有误。",
        "The sheet's row numbers or the places of its cells are wrong.",
    ),
    "register_column_spoilt": (
        "此列的号码第 15 位之后均为 0：电子表格只保留 15 位。请从原系统按文本重新导出。",
        "The column's numbers have zeros after the 15th digit, for a spreadsheet keeps 15; export it again as text.",
    ),
    "register_column_days_shifted": (
        "此列的日期整体偏移了相同的天数。",
        "The column's dates are all shifted by the same number of days.",
    ),
    "register_columns_apart": (
        "此列与身份证件号码大多不符：各列可能分别排序过。",
        "The column mostly contradicts the identity numbers: columns may have been sorted apart.",
    ),
    "register_column_faulty": (
        "此列超过半数的行违反同一规则；未导入任何数据。",
        "More than half of the rows break one rule in this column; nothing was imported.",
    ),
    "register_account_open": (
        "文件内容未能全部计入，未导入任何数据。",
        "Not all of the file could be accounted for; nothing was imported.",
    ),
    "register_digest_differs": (
        "文件与发送方给出的摘要不符。",
        "The file is not the one that the sender's digest describes.",
    ),
    "register_rows_differ": (
        "文件的行数与发送方给出的不符。",
        "The file does not have the number of rows that the sender gave.",
    ),
    "register_column_missing": ("表头缺少此列。", "The header lacks this column."),
    "register_column_repeated": ("表头中此列出现多次。", "The header has this column more than once."),
    "register_import_stopped": (
        "导入中断，已完成的部分已保存；排除故障后重新启动即可继续。",
        "The import stopped; what was finished is kept. Once the cause is removed, start it again and it goes on.",
    ),
    "row_cells_surplus": (
        "本行的单元格多于表头，各列可能已错位。",
        "The row has more cells than the header; its columns may be shifted.",
    ),
    "row_cells_missing": ("本行的单元格少于表头。", "The row has fewer cells than the header."),
    "row_text_decoded_twice": (
        "文字曾以错误的编码打开并保存，已成乱码。",
        "The text was opened in a wrong encoding and saved; it is garbled.",
    ),
    "row_date_has_time": ("日期带有时刻。", "The date has a time of day."),
    "row_formula_without_value": ("公式没有保存结果。", "A formula without a stored result."),
    "warning_birth_date_differs": (
        "出生日期与身份证件号码所载不一致；已照原样保存。",
        "The birth date differs from the one in the identity number; it is stored as it stands.",
    ),
    "warning_sex_differs": (
        "性别与身份证件号码所载不一致；已照原样保存。",
        "The sex differs from the one in the identity number; it is stored as it stands.",
    ),
    "warning_number_unit_differs": (
        "证书编号中的单位代码与学位授予单位码不一致；已照原样保存。",
        "The unit in the certificate number is not the one that awarded the degree; it is stored as it stands.",
    ),
    "warning_number_level_differs": (
        "证书编号中的层级与学位类别码不一致；已照原样保存。",
        "The level in the certificate number differs from the category's; it is stored as it stands.",
    ),
    "warning_number_year_differs": (
        "证书编号中的年份与获学位日期不一致；已照原样保存。",
        "The year in the certificate number differs from the award date's; it is stored as it stands.",
    ),
    "warning_null_word": ("以文字表示的空值，按空读取。", "A word that stands for nothing; it is read as empty."),
    "warning_date_rounded": (
        "日期距午夜不足一分钟，按最近的一天读取。",
        "The date lies within a minute of midnight; it is read as the nearest day.",
    ),
    "warning_row_hidden": ("隐藏的行；照常读取。", "A hidden row; it is read as any other."),
    "warning_record_deleted": (
        "文件中标为已删除的记录；未读取，数据库中的记录不受影响。",
        "A record that the file marks as deleted; it is not read, and the register keeps what it has.",
    ),
    "row_value_missing": ("此项不能为空。", "This column must not be empty."),
    "row_value_too_long": ("此项超过规定长度。", "The value is longer than the column allows."),
    "row_text_unreadable": (
        "含有无法识别的字符，请检查文件编码。",
        "A character cannot be read; please look at the file's encoding.",
    ),
    "row_number_spoilt": (
        "号码已被电子表格改为数值，位数已丢失；请将该列设为文本后重新导出。",
        "A spreadsheet turned the number into a quantity and digits are lost; please export the column as text.",
    ),
    "row_zero_lost": ("代码开头的零已丢失。", "The code has lost a leading zero."),
    "row_code_unknown": ("代码不在代码表中。", "The code is not in the code table."),
    "row_date_invalid": ("日期无效，应为 CCYYMMDD。", "Not a valid date; it is written CCYYMMDD."),
    "row_award_before_birth": ("获学位日期早于出生日期。", "The award date lies before the birth date."),
    "row_identity_number_invalid": ("居民身份证号码未通过校验。", "The resident identity number fails its check."),
    "row_institution_code_invalid": ("单位码应为五位数字。", "A unit code has five digits."),
    "row_contradicts_another": (
        "与文件中另一行所记的同一学位不一致。",
        "Another row of the file tells otherwise of the same award.",
    ),
    "internal_error": (
        "系统内部错误，请稍后重试；如仍有问题，请联系咨询专线并提供请求编号。",
        "A fault of ours; please try again, and give the hotline the request id if it stays.",
    ),
    "signature_invalid": ("签名无效、缺失或已过期。", "The signature is wrong, absent or too old."),
    "moment_format": ("时间应为 ISO 8601 格式并带时区。", "A moment is written in ISO 8601 with its offset."),
    "webhook_type_unknown": ("不支持的消息类型。", "This type of message is not known."),
    "idempotency_key_format": (
        "Idempotency-Key 应为 8 至 64 位字母、数字、连字符或下划线。",
        "An Idempotency-Key has 8 to 64 letters, digits, hyphens or underscores.",
    ),
    "idempotency_key_reused": (
        "该 Idempotency-Key 已用于另一份内容不同的申请。",
        "This Idempotency-Key was used for an application with other content.",
    ),
    "case_not_parked": ("该认证件未处于人工处理阶段。", "The case is not parked."),
    "case_not_in_review": (
        "该认证件不在材料审查阶段，不能进行此操作。",
        "The case is not in material review, so this cannot be done.",
    ),
    "certificate_scan_missing": (
        "尚未收到学位证书影印件，无法核对；请先退回申请人补交（fields 填 certificate_scan）。",
        "There is no certificate scan to review against; return the case to the applicant for it (certificate_scan).",
    ),
    "case_already_ended": ("该认证件已办结，不能撤回。", "The case has ended and can no longer be withdrawn."),
    "nothing_was_asked": ("目前没有需要补正的内容。", "Nothing is asked of you at present."),
    "attachments_closed": ("该认证件目前不接收附件。", "The case takes no files at present."),
    "too_many_attachments": ("附件数量已达上限（10 个）。", "The case has as many files as it may (10)."),
    "attachment_type": ("仅接受 JPEG、PNG 或 PDF 文件。", "Only JPEG, PNG and PDF files are accepted."),
    "attachment_size_invalid": ("文件大小应为正整数（字节）。", "The size is a whole number of bytes above zero."),
    "attachment_too_large": ("单个附件不得超过 10 MB。", "A file has at most 10 MB."),
    "attachment_size_differs": ("文件大小与登记的不一致。", "The file's size is not the one announced."),
    "attachment_content_differs": (
        "文件内容与登记的类型或摘要不一致。",
        "The file is not of the announced type, or not the announced file.",
    ),
    "sha256_format": ("SHA-256 应为 64 位十六进制字符。", "A SHA-256 has 64 hexadecimal characters."),
    "file_too_large": ("文件超过大小限制。", "The file is larger than allowed."),
    "report_not_issued": ("报告尚未出具。", "There is no report yet."),
    "report_format_unknown": ("格式应为 pdf 或 json。", "The format is pdf or json."),
    "query_too_long": ("查询内容过长。", "The query is too long."),
    "cursor_invalid": ("分页标记无效。", "The cursor is not one of ours."),
    "case_number_format": ("认证件编号格式有误。", "This is not the form of a case number."),
    "task_id_format": (
        "核查任务编号应为认证件编号加序号，如 RZ20261123K7Q2M9XD-1。",
        "A task is named by its case and its number, such as RZ20261123K7Q2M9XD-1.",
    ),
    "reviewer_format": (
        "审核员标识应为 2 至 32 位小写字母、数字、点、连字符或下划线。",
        "A reviewer identifier has 2 to 32 lower-case letters, digits, dots, hyphens or underscores.",
    ),
    "field_name_unknown": (
        "字段名有误，例如 degree.award_date 或 certificate_scan。",
        "Not a field name such as degree.award_date or certificate_scan.",
    ),
    "not_true_or_false": ("应为 true 或 false。", "This is true or false."),
    "correction_empty": (
        "请在 degree 中填写更正内容，或上传更正单并将 correction_sheet 设为 true。",
        "Give the corrected facts under degree, or upload the correction sheet and set correction_sheet to true.",
    ),
    "correction_twice": ("degree 与 correction_sheet 只能选择一种。", "Use either degree or correction_sheet."),
    "not_a_list": ("此项应为列表。", "This field must be a list."),
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
    "unprintable_character": (
        "报告字体缺少其中的字符，需人工处理。",
        "The report's fonts lack one of the characters; a member of staff must look at it.",
    ),
    "archive_field_unknown": (
        "没有这个档案字段；单位代码不同的，请反馈“非本单位授予”。",
        "The archive has no such field; for another institution's degree, answer that it is not yours.",
    ),
    "archive_values_same": ("与申请信息相同，无需填写。", "This is what the applicant said; leave it out."),
    "attachment_id_format": ("附件编号格式有误。", "This is not the form of an attachment id."),
    "exemption_format": (
        "来函编号应为 1 至 40 位字母、数字、连字符或下划线。",
        "An exemption has 1 to 40 letters, digits, hyphens or underscores.",
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
    "second_person_required": (
        "须由另一名工作人员复核：录入书面反馈者，以及数据库变更所依据的决定的作出者，不得自行复核。",
        "A second person is needed: not who entered the written form, nor anyone whose decisions the register change "
        "rests on.",
    ),
    "institution_not_known": (
        "该单位代码不在公开名录中，也未登记注册，请核对。",
        "The code is in no public list and no such institution is registered; please check it.",
    ),
    "no_archive_values": ("没有待审核的档案信息。", "No archive values wait to be accepted."),
    "task_not_returned": ("该核查任务未被退回，不能转送。", "The task was not returned, so it is not sent on."),
    "institution_returned_task": (
        "该单位已反馈非其授予，请填写其他单位代码。",
        "That institution has answered that the degree is not its own; give another one.",
    ),
    "case_has_ended": ("该认证件已办结。", "The case has ended."),
    "already_answered": (
        "该核查任务已有不同的反馈，不再接收；如需更正请联系审核员。",
        "The task has another answer already; to correct it, please write to the reviewer.",
    ),
    "application_withdrawn": (
        "申请人已撤回申请，无需反馈。",
        "The applicant has withdrawn; no answer is needed.",
    ),
    "application_rejected": ("该申请未予受理，无需反馈。", "The application was not eligible; no answer is needed."),
    "report_already_issued": (
        "报告已出具；如发现有误，请联系审核员。",
        "The report has been issued; if something is wrong, please write to the reviewer.",
    ),
    "waiting_for_applicant": (
        "正在等待申请人补充材料，补充后再反馈。",
        "The applicant has been asked for more; please answer once it is there.",
    ),
    "task_closed": (
        "申请信息已变更，该核查任务已关闭。",
        "The application has changed and the task was closed.",
    ),
    "extension_too_late": (
        "核查时限已过，延期须在时限届满前告知；反馈仍予接收。",
        "The deadline has passed and an extension is announced before it; your answer still counts.",
    ),
    "extension_not_later": ("新时限应晚于现时限。", "The new deadline is later than the present one."),
    "extension_not_working_day": ("新时限应为工作日。", "The new deadline is a working day."),
    "extension_too_long": (
        "一次延长不得超过 30 个工作日。",
        "One extension has at most 30 working days.",
    ),
    "department_id_format": (
        "部门编号应为 1 至 40 位小写字母、数字或连字符；null 表示牵头部门。",
        "A department id has 1 to 40 lower-case letters, digits or hyphens; null is the lead department.",
    ),
    "department_unknown": ("本单位没有这个部门。", "Your institution has no such department."),
    "lead_department_only": (
        "此操作由牵头部门（一级账号）进行。",
        "Only the lead department (tier-1 account) may do this.",
    ),
    "department_accounts_only": (
        "只能结束核查部门账号的登录；牵头部门账号请联系学位中心。",
        "Only sessions of verifying departments' accounts; for a lead department's, please ask the centre.",
    ),
    "version_changed": (
        "内容已被他人更改，请重新读取后再修改。",
        "Somebody has changed this meanwhile; please read it again before you change it.",
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
    "personal_data_in_text": (
        "此处不得填写证件号码、电话等个人信息；涉及个人信息的更正请使用更正单。",
        "No identity or telephone numbers here; staff correct what concerns the person in the correction sheet.",
    ),
    "period_ends_before_it_begins": ("结束早于开始。", "The end lies before the beginning."),
    "file_name_format": (
        "文件名应为 1 至 40 位小写字母、数字或连字符，不含扩展名，不含 11 位以上的数字。",
        "A file is named by 1 to 40 lower-case letters, digits or hyphens, no 11 digits in a row, without its ending.",
    ),
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
        "该单位已用另一份登记表或用户名登记；人员变更请用 change_account_user。",
        "The institution is registered with another form or username; for a change of user, use change_account_user.",
    ),
    "department_registered": (
        "该部门已用另一份登记表或用户名登记；人员变更请用 change_account_user。",
        "The department is registered with another form or username; for a change of user, use change_account_user.",
    ),
    "exemption_known": (
        "该来函编号已用于另一期限，或已撤回；请用新的编号。",
        "This exemption has another period, or was withdrawn; please use a new reference.",
    ),
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
    "recheck_open": (
        "本件已有正在办理的异议或再次核查，请待其办结。",
        "A dispute or recheck of this case is open; please wait for its end.",
    ),
    "task_not_answered": (
        "该任务没有已作的反馈，无从更正。",
        "This task has no answer that could be put right.",
    ),
    "case_not_concluded": (
        "本件尚未办结，无从再次核查。",
        "The case is not concluded, so there is nothing to recheck.",
    ),
    "dispute_period_over": (
        "已超过可提出异议的期限，请致电咨询专线。",
        "The period for a dispute is over; please call the hotline.",
    ),
    "evidence_unknown": (
        "所列附件不存在或尚未上传成功。",
        "One of these files is not stored on the case; please upload it first.",
    ),
    "evidence_not_new": (
        "再次提出异议需附此前异议未用过的新证据。",
        "A dispute needs evidence that no earlier dispute has used.",
    ),
    "no_recheck_to_admit": ("没有待受理的再次核查。", "No recheck waits to be admitted."),
    "no_recheck_to_decide": ("没有待决定的再次核查。", "No recheck waits for a decision."),
    "decision_against_answer": (
        "该决定与学位授予单位的反馈不符：有报告的，属实则维持，档案有不同记载则更正，"
        "未授予或查无此人则撤销，无法核查可维持或撤销；"
        "无报告的，属实或档案有记载则出具报告，否则维持。",
        "The institution's answer does not carry this decision. With a report: verified upholds, archive values "
        "supersede, not awarded or no such person revokes, cannot verify upholds or revokes. Without one: what is "
        "confirmed is reported, anything else upholds.",
    ),
    "case_in_recheck": (
        "本件已有结论，再次核查期间不得更改所填信息或退回、不予受理。",
        "The case has been concluded: in a recheck its entry is not changed, returned or rejected.",
    ),
    "department_answered_before": (
        "该部门此前已就本件反馈，再次核查须由其他部门办理。",
        "This department answered before; a second verification is somebody else's.",
    ),
    "no_register_change": ("本件没有待处理的数据库信息变更。", "No register change of this case waits for this."),
    "recheck_answered": (
        "学位授予单位已再次反馈，异议不能再撤回，请等待学位中心的决定。",
        "The institution has answered again, so the dispute can no longer be taken back; the centre decides.",
    ),
    "change_being_applied": (
        "该变更已批准，正在写入数据库，不能结束。",
        "The change is approved and is being written to the register; it cannot be closed.",
    ),
    "record_choice_needed": (
        "多条记录相近，请指明要变更的记录。",
        "Several records come near; say which one is to be changed.",
    ),
    "record_format": (
        "请填写审查单上的记录名称（22 个字符），或 new。",
        "Name the record as the review sheet does (22 characters), or write new.",
    ),
    "record_unknown": ("没有这条记录。", "There is no such record."),
    "change_unneeded": (
        "数据库与核查结果一致，无需变更。",
        "The register says what was verified; nothing is to change.",
    ),
    "report_conclusion_missing": ("本件没有经单位核实的结论。", "The institution has confirmed nothing in this case."),
    "correction_dispute": ("经申请人异议再次核查", "After a dispute and a second verification"),
    "correction_spot_check": ("经定期抽查再次核查", "After a spot check"),
    "correction_institution_report": ("经学位授予单位报告", "After a report by the institution"),
    "correction_register_change": ("因学位授予信息变更", "After a change of the award register"),
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
        "The task has as many messages as it may (100); please use the hotline.",
    ),
    "page_limit": ("每页数量应为 1 至 100 的整数。", "A page has 1 to 100 entries, as a whole number."),
    "webhook_url_format": (
        "回调地址应为 https 网址，使用域名和默认端口，不含用户名、密码和片段，至多 500 个字符。",
        "A webhook's address is an https URL with a host name and the default port, without user, password or "
        "fragment, of 500 characters at most.",
    ),
    "too_many_watches": (
        "关注该报告的回调地址已达上限（20 个）。",
        "The report has as many watches as it may (20).",
    ),
    "month_format": ("月份应写作 YYYY-MM，如 2026-11。", "A month is written YYYY-MM, such as 2026-11."),
    "months_count": ("请填写 1 至 24 个不重复的月份。", "Give 1 to 24 months, each once."),
    "sample_size_range": (
        "抽取数量应为 1 至 10000 的整数。",
        "The size of a sample is a whole number from 1 to 10000.",
    ),
    "sampling_method_unknown": ("抽取方式应为 simple 或 risk。", "The method is simple or risk."),
    "seed_format": (
        "种子应为 1 至 64 位字母、数字、连字符或下划线。",
        "A seed has 1 to 64 letters, digits, hyphens or underscores.",
    ),
    "draw_id_format": ("抽查编号应为 20 位十六进制数字。", "A draw's id has 20 hexadecimal digits."),
    "draw_differs": (
        "该命令已按其他条件抽取过，请以新的执行名称再次启动。",
        "This command has drawn by other terms already; start it again under a new name.",
    ),
    "register_changed": ("学位授予信息已变更，将重新比对。", "The award record changed; the claim is compared again."),
    "report_valid": ("报告有效。", "The report is valid."),
    "print_differs": (
        "所填姓名、出生日期或学位证书编号与签发的报告不符：您手中的报告不是签发的那一份，或填写有误。",
        "Name, date of birth or certificate number differ from the issued report: the copy before you is not what was "
        "issued, or something was mistyped.",
    ),
    "report_superseded": (
        "该报告已被新报告取代，不再有效。",
        "The report was superseded by a newer one and no longer holds.",
    ),
    "report_revoked": ("该报告已被撤销。", "The report was revoked."),
    "report_unknown": ("未找到与所填信息相符的报告。", "No report fits what was entered."),
    "log_size_invalid": (
        "应为报告日志的条数：1 至最近签名的条数之间的整数。",
        "A size of the report log: a whole number from 1 to the size that was signed last.",
    ),
    "log_size_order": ("先前的条数不得大于后来的条数。", "The first size must not exceed the second."),
    "file_unknown": (
        "该文件不是已出具的报告，或已被改动。",
        "This file is not a report as issued; it may have been changed.",
    ),
    "sign_in_refused": (
        "用户名、密码或动态验证码有误，或因尝试次数过多暂不能登录。",
        "The username, password or one-time code is wrong, or the username is closed after too many attempts.",
    ),
    "session_ended": ("登录已失效，请重新登录。", "You are not, or no longer, signed in; please sign in."),
    "username_format": (
        "用户名应为 4 至 32 位，以小写字母开头，由小写字母、数字、点、连字符或下划线组成，且不含证件或电话号码。",
        "A username has 4 to 32 characters: a lower-case letter, then such letters, digits, dots, hyphens or "
        "underscores, and no identity or telephone number.",
    ),
    "username_taken": ("该用户名已被使用。", "This username is in use."),
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
}


def text(code: str) -> tuple[str, str]:
    """The Chinese and the English sentence of a code.

    Raises:
        KeyError: the code has no sentence; a test holds every code used against this table.
    """
    return MESSAGES[code]
