"""Sentences of the register: comparison and annual report files: code, Chinese, English."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
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
    "register_file_empty": ("文件中没有数据。", "The file holds nothing."),
    "register_file_type_unsupported": (
        "仅接受 CSV、XLSX 或 DBF 文件；请从原系统导出其中一种。",
        "Only CSV, XLSX and DBF files are read; export one of them from the system that holds the data.",
    ),
    "register_file_type_old": (
        "不读取 .xls、.et、.xlsb 文件，也不读取有密码的工作簿；请另存为没有密码的 .xlsx。",
        "Files of type .xls, .et and .xlsb and workbooks with a password are not read; save as .xlsx without one.",
    ),
    "register_file_packed": (
        "这是压缩包；请解压后逐个送交其中的文件。",
        "This is a packed archive; unpack it and send the files in it one by one.",
    ),
    "register_file_opendocument": (
        "这是 OpenDocument 文件（.ods 等）；请用电子表格软件打开，另存为 .xlsx。",
        "This is an OpenDocument file such as .ods; open it in a spreadsheet program and save it as .xlsx.",
    ),
    "register_file_markup": (
        "这是网页或 XML，并非其扩展名所示的文件；请用电子表格软件打开，另存为 .xlsx。",
        "This is a web page or XML, whatever its name says; open it in a spreadsheet program and save it as .xlsx.",
    ),
    "register_file_text_misnamed": (
        "这是文本，并非其扩展名所示的文件；如是以分隔符分列的表，请把扩展名改为 .csv。",
        "This is text, whatever its name says; if it is a table with separators, name it .csv.",
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
    "register_bytes_left_over": (
        "文件中有不属于任何记录或部件的内容，可能是另一个文件；请重新导出。",
        "The file holds bytes that belong to no record and no part of it, perhaps another file; export it again.",
    ),
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
    "register_zero_bytes": (
        "文件中有零字节，此处的内容已丢失，可能不止一行；请重新导出。",
        "The file holds bytes of zero, where its content, perhaps of several rows, was lost; export it again.",
    ),
    "register_quote_unclosed": (
        "引号未闭合，其后的行并入了此行。",
        "A quotation mark is never closed; the rows after it became part of this row.",
    ),
    "register_quote_stray": (
        "引号闭合之后还有文字；单元格内的引号应写作两个。",
        "Text follows a closed quotation mark; a mark inside a cell is written twice.",
    ),
    "register_cell_too_long": (
        "单元格超过 131,072 个字符，不可能是年报的内容；请检查此行的分隔符。",
        "A cell has more than 131,072 characters; no annual report has such a cell. Check the separators of the row.",
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
    "register_rows_above_header": (
        "表头之上或表头行中有数据。",
        "Data stand above the header or in its row.",
    ),
    "register_sheet_hidden": (
        "隐藏的工作表中有数据；请取消隐藏或删除。",
        "A hidden sheet holds data; show it or delete it.",
    ),
    "register_list_withdrawn": (
        "标题或工作表名称写明所列为作废、撤销、删除的学位或示例；要从数据库删除的，请加“变更标识”列并标为“删除”，否则请更名。",
        "A title or the sheet's name says that these are void, withdrawn or deleted degrees, or examples; to delete "
        "them from the register add the column BGBZ with the mark 删除, or else change the title.",
    ),
    "register_sheet_unread": (
        "工作表中有数据，但没有可识别的表头。",
        "A sheet holds data but no header that is recognised.",
    ),
    "register_sheet_damaged": (
        "工作表的结构、行号或单元格位置有误。",
        "The sheet's structure, its row numbers or the places of its cells are wrong.",
    ),
    "register_column_spoilt": (
        "此列的号码末几位已被电子表格或数值类型改写（只保留约 15 位）。请从原系统按文本重新导出。",
        "A spreadsheet or number type, which keeps some 15 digits, changed the last ones; export the column as text.",
    ),
    "register_names_veiled": (
        "此列的姓名以符号代替了部分文字；请用完整姓名重新导出。",
        "Signs stand for parts of the names in this column; export it again with the whole names.",
    ),
    "register_column_days_shifted": (
        "此列的日期整体偏移了相同的天数。",
        "The column's dates are all shifted by the same number of days.",
    ),
    "register_columns_apart": (
        "此列与同一行其他列矛盾的行（行数见后）远多于偶然：此列可能被单独排序、错位，或被粘贴覆盖。请从原系统重新导出。",
        "In more rows than chance explains (see how many) this column contradicts its row: it may have been sorted "
        "alone, moved or pasted over. Export the file from its system again.",
    ),
    "register_column_filled": (
        "此列的内容在所示各行中逐行加一，应是用填充柄下拉所致，原有内容已被覆盖。请从原系统重新导出。",
        "The column counts up by one in each of the rows shown, as pulling down a fill handle does; what stood there "
        "was overwritten. Export the file from its system again.",
    ),
    "register_column_cut": (
        "此列的内容被过窄的字段截断，末尾的字已丢失。请加宽字段后从原系统重新导出。",
        "The column's field is too narrow and has cut its texts; their ends are lost. Export the file from its system "
        "again with a wider field.",
    ),
    "register_rows_uneven": (
        "有的行比表头多出空单元格，有的行没有；可能有单元格内含未加引号的分隔符，无法判定是哪些行。请重新导出。",
        "Some rows have more cells than the header and others have not; a separator inside a cell, without quotation "
        "marks, may have moved the columns. Export the file again.",
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
    "register_marks_too_many": (
        "标有删除或更正的行过多；请拆成几个文件。",
        "Too many rows are marked as deletions or corrections; make several files of them.",
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
    "row_cells_missing": (
        "本行或其相邻行的单元格少于表头：单元格中的换行可能将一行分成两行，或电子表格略去了行末的空单元格（请把每行都填写的列放在最后）。",
        "The row or one beside it has fewer cells than the header: a line end inside a cell may have parted them, or a "
        "spreadsheet left out empty cells at the end (put a column last that every row fills).",
    ),
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
    "warning_person_differs": (
        "文件中另一行的同一身份证件号码属于姓名或出生日期不同的人；已照原样保存。",
        "Another row of the file gives this identity number to somebody of another name or birth date; it is stored as "
        "it stands.",
    ),
    "warning_discipline_code_differs": (
        "学科专业码与专业名称都常见而只在一行中同时出现的情况偏多，专业名称可能错位；请核对。",
        "Codes and names of disciplines that are common, but stand together in one row only, are more than chance "
        "explains; the names may have moved; please compare.",
    ),
    "warning_field_differs": (
        "学科专业码与学位类别码不属于同一学科门类的行偏多；有的专业可以如此，请核对。",
        "More rows than usual have a discipline of another field than their category. Some disciplines allow it; "
        "please compare.",
    ),
    "warning_births_on_first_of_year": (
        "没有身份证件号码的行中，出生日期为 1 月 1 日的偏多，可能是不明时代用的日期；请核对。",
        "Among rows without an identity number, more births than usual are on 1 January, perhaps for want of the real "
        "date; please compare.",
    ),
    "warning_name_note": (
        "姓名的括号中像是说明（如曾用名）；已照原样保存，请确认证书上的姓名如此。",
        "What stands in brackets in the name may be a note, such as a former name; it is stored as it stands; "
        "please make sure that the certificate prints it so.",
    ),
    "warning_stored_as_number": (
        "号码在文件中存为数值，开头的零可能已丢失；已照原样保存，请与证书或证件核对。",
        "The file stores the number as a quantity, so that leading zeros may be lost; it is stored as it stands; "
        "please compare.",
    ),
    "warning_remark_corrects": (
        "未读取的列（如备注）像是说本行内容有误；已照原样保存，请核对。",
        "A column that is not read, such as remarks, seems to say that something in the row is wrong; it is stored as "
        "it stands; please compare.",
    ),
    "warning_row_noted": (
        "本行附有批注，批注不读取；请确认其中没有更正或作废的说明。",
        "A note stands beside a cell of the row and is not read; please make sure that it corrects nothing.",
    ),
    "warning_pinyin_differs": (
        "姓名拼音与姓名不符，可能属于另一人；已照原样保存。",
        "The pinyin does not read like the name and may be another person's; it is stored as it stands.",
    ),
    "warning_unit_name_differs": (
        "学位授予单位名称与单位码不符；已照原样保存。",
        "The unit's name is not one of the unit with this code; it is stored as it stands.",
    ),
    "warning_unit_name_misspelt": (
        "学位授予单位名称与名录中该代码的名称只差一两个字；已照原样保存。",
        "The unit's name differs from one that the code has in the list by a character or two; it is stored as it "
        "stands.",
    ),
    "warning_name_of_foreigner": (
        "外国人的姓名为汉字而拼音未能印证，可能写入时用了其他编码；已照原样保存，请与证件核对。",
        "A foreigner's name in Chinese characters that no pinyin confirms may have been written in another encoding; "
        "it is stored as it stands; please compare.",
    ),
    "warning_number_form": (
        "证书编号不是获学位时规定的写法；已照原样保存。",
        "The certificate number does not have the form in force at the award; it is stored as it stands.",
    ),
    "warning_number_shared": (
        "文件中另一行的学位使用同一证书编号；已照原样保存。",
        "Another award of the file has the same certificate number; it is stored as it stands.",
    ),
    "warning_sign_alone": (
        "括号或引号不成对，或姓名以撇号开头，文字可能已被截去；已照原样保存。",
        "A bracket or quotation mark has no partner, or an apostrophe stands before the name; text may have been cut; "
        "it is stored as it stands.",
    ),
    "warning_mark_inside": (
        "文字中有字节顺序标记，其处可能有过其他文字；已去掉标记后保存。",
        "A byte order mark stands inside the text, where other text may have been; it is stored without the mark.",
    ),
    "warning_age_unusual": (
        "获学位时不满十六岁或超过八十岁；已照原样保存。",
        "The holder was under sixteen or over eighty at the award; it is stored as it stands.",
    ),
    "warning_date_in_future": (
        "获学位日期尚未到；已照原样保存，到期前无法申请。",
        "The award date has not come yet; it is stored as it stands, and cannot be claimed before.",
    ),
    "warning_identity_number_form": (
        "身份证件号码不符合此类证件的写法；已照原样保存，以此号码申请不会一致。",
        "The number does not have the form of such a document; it is stored as it stands, and no claim equals it.",
    ),
    "warning_numbers_end_in_zero": (
        "超过 15 位的证书编号以 0 结尾的多于偶然，但不能断定被电子表格改写，请核对。",
        "More numbers of over 15 digits end in 0 than chance explains well; they may be spoilt, so please compare.",
    ),
    "warning_null_word": ("以文字表示的空值，按空读取。", "A word that stands for nothing; it is read as empty."),
    "warning_against_register_change": (
        "与已批准的信息变更不符，未导入；如变更有误，须另经信息变更更正。",
        "It stands against an approved register change and was not imported; only another such change can alter it.",
    ),
    "warning_field_full": (
        "文字写满了 DBF 字段，其后可能已被截去；已照原样保存，请与证书核对。",
        "A text fills its DBF field to the end and may have been cut there; it is stored as it stands; please compare.",
    ),
    "warning_date_rounded": (
        "日期距午夜不足一分钟，按最近的一天读取。",
        "The date lies within a minute of midnight; it is read as the nearest day.",
    ),
    "warning_row_hidden": ("隐藏的行；照常读取。", "A hidden row; it is read as any other."),
    "warning_row_passed_over": (
        "工作表没有可识别的表头；此行未读取。",
        "The sheet has no header that is recognised; the row is not read.",
    ),
    "warning_record_deleted": (
        "文件中标为已删除的记录；未读取，数据库中的记录不受影响。",
        "A record that the file marks as deleted; it is not read, and the register keeps what it has.",
    ),
    "row_value_missing": ("此项不能为空。", "This column must not be empty."),
    "row_value_elsewhere": (
        "此处写的是“同上”“见备注”“示例”之类，不是内容本身；请填写内容。",
        "The cell says ditto, see remarks, example or the like; write the value itself.",
    ),
    "row_value_struck": (
        "内容带有删除线；如此行作废请删除该行，否则请去掉删除线。",
        "The text is struck out; delete the row if it is void, or remove the line.",
    ),
    "row_name_note": (
        "姓名中写有“作废”“重复”“示例”之类；请删除此行，或只填写姓名。",
        "The name says that it is void, repeated, an example or the like; delete the row, or write the name alone.",
    ),
    "row_withdrawn": (
        "未读取的列（如备注）写明学位、证书或本行作废或撤销；应删除的请用“变更标识”列标出，否则请清除该说明。",
        "A column that is not read, such as remarks, says that the degree, certificate or row is void; mark the row as "
        "a deletion (BGBZ), or clear the remark.",
    ),
    "row_corrected_beside": (
        "未读取的“更正后”之类的列另有内容，不知以何者为准；请把正确的内容填入本列，并清空该列。",
        "A column of corrections, which is not read, has another value, and which of them is right cannot be known; "
        "put the right one into the column itself and clear the other.",
    ),
    "row_is_example": (
        "本行标为示例；请删除示例行，或清除该字样。",
        "The row is marked as an example; delete it, or clear the mark.",
    ),
    "row_value_cut": (
        "编号写满了 DBF 字段，末位已被截去；请加宽该字段后重新导出。",
        "The number fills its DBF field and has lost its end; make the field wider and export the file again.",
    ),
    "row_value_too_long": ("此项超过规定长度。", "The value is longer than the column allows."),
    "row_text_unreadable": (
        "含有无法识别的字符，请检查文件编码。",
        "A character cannot be read; please look at the file's encoding.",
    ),
    "row_number_spoilt": (
        "内容已被电子表格改为数值或日期，或以符号遮盖，原文已丢失；请将该列设为文本后重新导出。",
        "A spreadsheet made a quantity or a date of the value, or signs veil it; please export the column as text.",
    ),
    "row_zero_lost": ("代码开头的零已丢失。", "The code has lost a leading zero."),
    "row_code_unknown": ("代码不在代码表中。", "The code is not in the code table."),
    "row_date_invalid": ("日期无效，应为 CCYYMMDD。", "Not a valid date; it is written CCYYMMDD."),
    "row_award_before_birth": ("获学位日期早于出生日期。", "The award date lies before the birth date."),
    "row_identity_number_invalid": ("居民身份证号码未通过校验。", "The resident identity number fails its check."),
    "row_name_has_digits": (
        "姓名中有数字，申请人无法以此姓名申请；请按证书改正。",
        "The name has digits, so that nobody could claim it; put it right by the certificate.",
    ),
    "row_name_character": (
        "姓名中有姓名不会有的字符，申请人无法以此姓名申请；请按证书改正。",
        "The name has a character that is in no name, so that nobody could claim it; put it right by the certificate.",
    ),
    "row_text_escaped": (
        "文字中有网页或程序的转义写法（如 &#x4E00;），请从原系统按文本重新导出。",
        "The text has characters written as a web page or program writes them; export it again as text.",
    ),
    "row_value_of_another_column": (
        "内容像是另一列的（如单位名称、编号或汉字姓名）；各列可能已错位。",
        "The value looks like another column's, such as a unit's name, a number or a name in characters; "
        "the columns may have moved.",
    ),
    "row_certificate_number_invalid": (
        "证书编号中没有字母或数字，或有编号不会有的符号。",
        "The certificate number has neither letter nor digit, or a sign that is in no such number.",
    ),
    "row_cell_merged": (
        "单元格已合并，本行没有自己的值；请取消合并并填写每一行。",
        "The cell is merged and the row has no value of its own; undo the merge and fill in every row.",
    ),
    "row_number_format": (
        "单元格的数字格式使显示的内容不同于存储的数值；请改为文本。",
        "The cell's number format shows something other than the number stored; make it text.",
    ),
    "row_mark_unknown": ("变更标识应为“删除”或“更正”，或留空。", "The mark is 删除, 更正 or empty."),
    "row_birth_date_too_early": ("出生日期早于 1900 年。", "The birth date lies before 1900."),
    "row_award_before_degrees": (
        "获学位日期早于 1981 年 1 月 1 日，当时尚无学位制度。",
        "The award date lies before 1981-01-01, when there were no degrees.",
    ),
    "row_date_in_future": (
        "获学位日期比今天晚一年以上。",
        "The award date lies more than a year in the future.",
    ),
    "row_dates_apart": (
        "按两个日期计算，获学位时不满十岁或超过一百岁。",
        "By the two dates the holder was under ten or over a hundred at the award.",
    ),
    "row_institution_code_invalid": ("单位码应为五位数字。", "A unit code has five digits."),
    "row_contradicts_another": (
        "与文件中另一行所记的同一学位不一致，或一行填写的内容在另一行中为空。",
        "Another row of the file tells otherwise of the same award, or one of the two lacks what the other says.",
    ),
}
