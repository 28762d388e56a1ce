"""What stages, holders, disavowals, rechecks, fields, choices and kinds of file are called (N6)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from degree_auth.domain.applications.claim import IdentityType, Level, Sex, StudyForm
from degree_auth.domain.applications.person import Authority
from degree_auth.domain.cases.attachment import Attachment, FileKind
from degree_auth.domain.cases.disavowal import DisavowalStatus
from degree_auth.domain.cases.recheck import Cause, RecheckStatus
from degree_auth.domain.cases.report_state import Basis
from degree_auth.domain.cases.stages import HeldBy, Stage
from degree_auth.domain.shared.words import Words, words_of

STAGE_NAMES: Mapping[Stage, Words] = {
    Stage.IDENTITY_REVIEW: Words("身份核验", "Identity review"),
    Stage.RECEIVED: Words("已受理", "Received"),
    Stage.MATERIAL_REVIEW: Words("材料审查", "Material review"),
    Stage.AWAITING_APPLICANT: Words("等待申请人补正", "Waiting for the applicant"),
    Stage.VERIFICATION: Words("学位授予单位核查", "Verification by the institution"),
    Stage.ISSUING: Words("出具报告", "Issuing the report"),
    Stage.CONCLUDING: Words("出具书面告知", "Written notice"),
    Stage.CONCLUDED: Words("已办结", "Concluded"),
    Stage.WITHDRAWN: Words("已撤回", "Withdrawn"),
    Stage.REJECTED: Words("不予受理", "Not eligible"),
    Stage.PARKED: Words("转人工处理", "With a member of staff"),
    Stage.RECHECK_ADMISSION: Words("再次核查受理审查", "Admission of the recheck"),
    Stage.RECHECK_DECISION: Words("再次核查决定", "Decision on the recheck"),
    Stage.FROZEN: Words("已冻结", "Frozen"),
    Stage.ANNULLED: Words("已作废", "Annulled"),
}

HELD_BY_NAMES: Mapping[HeldBy, Words] = {
    HeldBy.CENTRE: Words("学位中心", "The degree centre"),
    HeldBy.INSTITUTION: Words("学位授予单位", "The institution"),
    HeldBy.APPLICANT: Words("申请人", "The applicant"),
    HeldBy.NOBODY: Words("已结束", "Nobody; it has ended"),
}

AUTHORITY_NAMES: Mapping[Authority, Words] = {
    Authority.IDENTITY_PROVIDER: Words("身份认证服务", "The identity provider"),
    Authority.REVIEWER: Words("学位中心审核员", "A reviewer of the degree centre"),
    Authority.PLATFORM: Words("国家政务服务平台", "The national government service platform"),
    Authority.PUBLIC_SECURITY: Words(
        "公安机关，经国家政务服务平台", "The public security authority, told by the platform"
    ),
    Authority.IMMIGRATION: Words("移民管理机构，经国家政务服务平台", "The immigration authority, told by the platform"),
    Authority.BANK: Words("银行，经国家政务服务平台", "A bank, told by the platform"),
    Authority.CERTIFICATE_AUTHORITY: Words(
        "电子认证服务机构，经国家政务服务平台", "A certificate authority, told by the platform"
    ),
}

CAUSE_NAMES: Mapping[Cause, Words] = {
    Cause.DISPUTE: Words("申请人异议", "Dispute by the applicant"),
    Cause.SPOT_CHECK: Words("定期抽查", "Spot check"),
    Cause.INSTITUTION_STATEMENT: Words("学位授予单位报告", "Report by the institution"),
    Cause.REGISTER_CHANGE: Words("数据库信息变更", "Change of the award register"),
}

DISAVOWAL_NAMES: Mapping[DisavowalStatus, Words] = {
    DisavowalStatus.OPEN: Words("待决定", "To be decided"),
    DisavowalStatus.TAKEN_BACK: Words("已收回", "Taken back"),
    DisavowalStatus.IMPERSONATION: Words("属冒用，本件作废", "Impersonation; the case is annulled"),
    DisavowalStatus.UNFOUNDED: Words("不属冒用，恢复办理", "Not an impersonation; the case goes on"),
}

RECHECK_NAMES: Mapping[RecheckStatus, Words] = {
    RecheckStatus.SUBMITTED: Words("待受理", "Waiting to be admitted"),
    RecheckStatus.ADMITTED: Words("再次核查中", "Being verified again"),
    RecheckStatus.REFUSED: Words("未予受理", "Not admitted"),
    RecheckStatus.WITHDRAWN: Words("已撤回", "Taken back"),
    RecheckStatus.UPHELD: Words("维持原结论", "Upheld"),
    RecheckStatus.SUPERSEDED: Words("更正并出具新报告", "Superseded by a new report"),
    RecheckStatus.REVOKED: Words("撤销报告", "Report revoked"),
    RecheckStatus.VOID: Words("因本件作废而终止", "Void with its case"),
}

FIELD_NAMES: Mapping[str, Words] = {
    "holder": Words("个人信息", "Personal information"),
    "holder.name": Words("姓名", "Name"),
    "holder.sex": Words("性别", "Sex"),
    "holder.birth_date": Words("出生日期", "Date of birth"),
    "holder.identity_type": Words("证件类型", "Identity document"),
    "holder.identity_number": Words("证件号码", "Identity number"),
    "degree.institution_code": Words("学位授予单位代码", "Institution code"),
    "degree.institution_name": Words("学位授予单位", "Institution"),
    "degree.level": Words("学位层级", "Degree level"),
    "degree.category": Words("学位类别", "Degree category"),
    "degree.discipline": Words("学科专业", "Discipline"),
    "degree.study_form": Words("学习形式", "Study form"),
    "degree.award_date": Words("授予日期", "Award date"),
    "degree.certificate_number": Words("证书编号", "Certificate number"),
    "certificate_scan": Words("学位证书影印件", "Certificate scan"),
    "identity_document": Words("身份证件影印件", "Copy of the identity document"),
}


KIND_NAMES: Mapping[str, Words] = {
    "certificate_scan": Words("学位证书影印件", "Certificate scan"),
    "identity_document": Words("身份证件影印件", "Copy of the identity document"),
    "evidence": Words("证明材料", "Evidence"),
    "supplement": Words("补充材料", "Supplement"),
    FileKind.WRITTEN_FORM.value: Words("书面反馈影印件", "Scan of a written form"),
}


CHOICE_NAMES: Mapping[StrEnum, Words] = {
    Sex.MALE: Words("男", "Male"),
    Sex.FEMALE: Words("女", "Female"),
    Level.BACHELOR: Words("学士", "Bachelor"),
    Level.MASTER: Words("硕士", "Master"),
    Level.DOCTOR: Words("博士", "Doctor"),
    StudyForm.REGULAR: Words("普通高等教育", "Regular higher education"),
    StudyForm.ADULT: Words("成人高等教育", "Adult higher education"),
    StudyForm.SELF_STUDY: Words("高等教育自学考试", "Self-study examination"),
    StudyForm.INTERNATIONAL: Words("来华留学", "International student"),
    IdentityType.RESIDENT_IDENTITY_CARD: Words("居民身份证", "Resident identity card"),
    IdentityType.HK_MACAO_PERMIT: Words("港澳居民来往内地通行证", "Mainland travel permit, Hong Kong and Macao"),
    IdentityType.TAIWAN_PERMIT: Words("台湾居民来往大陆通行证", "Mainland travel permit, Taiwan"),
    IdentityType.RESIDENCE_PERMIT: Words("港澳台居民居住证", "Residence permit"),
    IdentityType.PERMANENT_RESIDENCE_CARD: Words("外国人永久居留身份证", "Foreigner's permanent residence card"),
    IdentityType.PASSPORT: Words("护照", "Passport"),
    IdentityType.MILITARY: Words("军官证等军队证件", "Military document"),
    Basis.REGISTER: Words("与学位授予信息年报数据库比对一致", "Matched with the national register of degree awards"),
    Basis.INSTITUTION: Words(
        "经学位授予单位依据档案核查属实", "Verified by the degree-awarding institution against its archive"
    ),
}
"""Every value of a claim and of a report that is one of a few."""


def named_field(field: str) -> dict[str, str]:
    """A field with its names: `field`, `zh`, `en`."""
    words = FIELD_NAMES[field]
    return {"field": field, "zh": words.zh, "en": words.en}


def attachment_json(file: Attachment) -> dict[str, Any]:
    """A file as the applicant and the institution see it, with the reason for which it was refused."""
    return {
        "attachment_id": file.attachment_id,
        "kind": file.kind,
        "content_type": file.content_type,
        "size": file.size,
        "state": file.state,
        "reason": None if file.reason is None else words_of(file.reason)._asdict(),
    }


def request_json(request: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What the applicant is asked for, and why; None where nothing is."""
    if request is None:
        return None
    return {"reason": request["reason"], "fields": [named_field(field) for field in request["fields"]]}


def proof_json(proven_by: str | None) -> dict[str, Any]:
    """By whose authority the applicant is the holder, in the same words to everybody; null before a reviewer has
    confirmed it."""
    name = None if proven_by is None else AUTHORITY_NAMES[Authority(proven_by)]._asdict()
    return {"proven_by": proven_by, "proven_by_name": name}
