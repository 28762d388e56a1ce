"""Sentences of cases and their attachments: code, Chinese, English."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "erasure_too_early": (
        "认证件尚未办结，或其数据库信息变更尚未结束，不能删除。",
        "The case has not ended, or its register change is still open; it cannot be erased yet.",
    ),
    "erasure_report_shared": (
        "同一持有人的其他认证件也依据本件的报告办结，请先删除那些认证件。",
        "Other cases of the holder ended in this case's report; erase those first.",
    ),
    "erasure_not_proposed": ("尚未有人提出删除该认证件。", "Nobody has proposed to erase the case."),
    "case_erased": (
        "该认证件的个人信息已删除，不能再查看或办理。",
        "The personal data of this case was erased; it can no longer be seen or acted on.",
    ),
    "case_not_parked": ("该认证件未处于人工处理阶段。", "The case is not parked."),
    "case_not_in_review": (
        "该认证件不在材料审查阶段，不能进行此操作。",
        "The case is not in material review, so this cannot be done.",
    ),
    "case_changed": (
        "本件在审查单生成之后有变化，请重新打开审查单核对。",
        "The case has changed since the review sheet was made; open the review anew.",
    ),
    "case_not_in_identity_review": (
        "该认证件不在身份核验阶段。",
        "The case is not in identity review.",
    ),
    "identity_document_missing": (
        "尚未收到身份证件影印件，无法核验身份；请退回申请人补交（fields 填 identity_document）。",
        "There is no identity document to confirm by; return the case to the applicant for it (identity_document).",
    ),
    "certificate_scan_missing": (
        "尚未收到学位证书影印件，无法核对；请先退回申请人补交（fields 填 certificate_scan）。",
        "There is no certificate scan to review against; return the case to the applicant for it (certificate_scan).",
    ),
    "supplement_missing": (
        "尚未补正：请更正此项，或上传能说明它的材料，再提交。",
        "Not supplied yet: correct it, or upload a file that shows it, and send again.",
    ),
    "person_not_confirmed": (
        "申请信息已改为另一人的，身份确认前不能更改；请只上传所要求的材料。",
        "The application has come to name another person; until the identity is confirmed it takes files alone.",
    ),
    "nothing_was_asked": ("目前没有需要补正的内容。", "Nothing is asked of you at present."),
    "attachments_closed": ("该认证件目前不接收附件。", "The case takes no files at present."),
    "attachment_type": ("仅接受 JPEG、PNG 或 PDF 文件。", "Only JPEG, PNG and PDF files are accepted."),
    "attachment_size_invalid": ("文件大小应为正整数（字节）。", "The size is a whole number of bytes above zero."),
    "attachment_too_large": ("单个附件不得超过 10 MB。", "A file has at most 10 MB."),
    "attachment_size_differs": ("文件大小与登记的不一致。", "The file's size is not the one announced."),
    "attachment_content_differs": (
        "文件内容与登记的类型或摘要不一致。",
        "The file is not of the announced type, or not the announced file.",
    ),
    "attachment_not_read": (
        "文件无法完整读取，可能已损坏或未传完整。请重新拍照、扫描或导出后再上传。",
        "The file cannot be read to its end: it is damaged or cut off. Take, scan or export it anew and upload that.",
    ),
    "attachment_appended": (
        "文件末尾之后另有内容（如动态照片的视频）。请另存为普通照片，或重新导出 PDF 后再上传。",
        "Something follows the end of the file, such as the video of a moving photo. Save it as a plain photo, or "
        "export the PDF anew, and upload that.",
    ),
    "attachment_too_many_pixels": (
        "图像尺寸过大（至多 6400 万像素）。请降低分辨率（300 dpi 即可）后再上传。",
        "The picture is too large: 64 million pixels at most. Scan it at a lower resolution, such as 300 dpi.",
    ),
    "attachment_moving": (
        "仅接受静态图像。请另存为普通图片后再上传。",
        "Only still pictures are accepted. Save it as a plain picture and upload that.",
    ),
    "attachment_encrypted": (
        "PDF 已加密或设有密码。请去除密码，或打印为 PDF 后再上传。",
        "The PDF is encrypted or has a password. Remove it, or print the document to a PDF, and upload that.",
    ),
    "attachment_too_many_pages": (
        "PDF 页数过多（至多 50 页）。请只上传有关的页。",
        "The PDF has too many pages: 50 at most. Upload only the pages that matter.",
    ),
    "attachment_too_complex": (
        "PDF 内容过多或过于复杂。请打印为 PDF 或上传扫描件。",
        "The PDF holds too much or is too complex. Print it to a PDF, or upload a scan.",
    ),
    "attachment_active": (
        "PDF 含有脚本、多媒体或可提交的表单。请打印为 PDF 后再上传。",
        "The PDF holds scripts, media or a form that submits itself. Print it to a PDF and upload that.",
    ),
    "attachment_infected": (
        "扫描发现文件含有恶意内容，已停止使用。请用其他设备重新制作文件后上传。",
        "A scan found the file to be harmful, and it is used no more. Make the file anew on another device and upload "
        "that.",
    ),
    "case_frozen": (
        "持有人申报本件并非本人申请，本件已冻结，待学位中心决定。",
        "The holder says that they did not make this application: it is frozen until the centre has decided.",
    ),
    "disavowal_undecided": (
        "持有人的冒用申报尚未决定，请先决定该件。",
        "The holder's disavowal of the other case is to be decided first.",
    ),
    "case_in_recheck": (
        "本件已有结论，再次核查期间不得更改所填信息或退回、不予受理。",
        "The case has been concluded: in a recheck its entry is not changed, returned or rejected.",
    ),
}
