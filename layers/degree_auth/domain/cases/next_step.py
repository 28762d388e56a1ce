"""What happens next in a case, as its applicant is told, and whether it waits for them (N6)."""

from __future__ import annotations

from collections.abc import Mapping

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.stages import HeldBy, Stage
from degree_auth.domain.cases.task import VERIFICATION_DAYS
from degree_auth.domain.cases.written_notice_words import DISPUTE_INVITATION
from degree_auth.domain.shared.words import Words

_NEXT: Mapping[Stage, Words] = {
    Stage.IDENTITY_REVIEW: Words(
        "已收到身份证件影印件，审核员核验身份之后才会比对，目前无需您操作。",
        "Your identity document is here. A reviewer confirms who you are before the claim is compared; there is "
        "nothing you need to do now.",
    ),
    Stage.RECEIVED: Words("系统将与学位授予信息年报数据库比对。", "The claim is compared with the award register."),
    Stage.MATERIAL_REVIEW: Words(
        "已收到学位证书影印件，审核员将与所填信息核对，目前无需您操作。",
        "The certificate scan is here. A reviewer compares it with the entry; there is nothing you need to do now.",
    ),
    Stage.AWAITING_APPLICANT: Words(
        "请按要求补正；补正前计时暂停。", "Please supply what is asked for; the clock is stopped until then."
    ),
    Stage.ISSUING: Words(
        "信息一致，正在出具电子报告，通常数秒完成。",
        "The claim matches; the report is being issued, usually within seconds.",
    ),
    Stage.CONCLUDING: Words(
        "学位授予单位未能证实；学位中心核对数据库后出具书面告知。",
        "The institution could not confirm it; once the centre has looked at the register, a written notice follows.",
    ),
    Stage.CONCLUDED: Words(
        "报告已出具，可下载；用人单位可在线校验。", "The report is ready to download; employers check it online."
    ),
    Stage.WITHDRAWN: Words("申请已撤回，无后续步骤；可重新申请。", "Withdrawn; nothing follows. You may apply again."),
    Stage.REJECTED: Words(
        "申请不符合受理条件，原因见办理记录；更正后可重新申请。",
        "Not eligible, for the reason given; you may apply again with it put right.",
    ),
    Stage.PARKED: Words(
        "信息需人工处理（例如生僻字），工作人员将尽快完成，无需您操作。",
        "A member of staff must look at it (for instance a rare character); there is nothing you need to do.",
    ),
    Stage.RECHECK_ADMISSION: Words(
        "学位中心将决定是否再次核查；在此之前原结论有效。",
        "The centre decides whether to verify again; until then the conclusion stands.",
    ),
    Stage.FROZEN: Words(
        "持有人申报本件并非本人申请，本件已冻结、计时暂停，由学位中心查明后作出决定。",
        "The holder says that they did not make this application. It is frozen and the clock is stopped until the "
        "centre has decided.",
    ),
    Stage.ANNULLED: Words(
        "经查本件系冒用他人身份申请，已作废；据此出具的报告已撤销并公布。持有人可自行申请。",
        "Somebody else applied in the holder's name: the case is annulled, and a report issued so is revoked in "
        "public. The holder may apply.",
    ),
    Stage.RECHECK_DECISION: Words(
        "学位授予单位已再次核查，学位中心将作出维持、更正或撤销的决定。",
        "The institution has verified again; the centre now upholds, supersedes or revokes the conclusion.",
    ),
}
_AFTER_FEEDBACK = Words(
    "学位授予单位已反馈，学位中心正在处理。", "The institution has answered; the centre is dealing with its answer."
)
_LAPSED = Words(
    "逾期未补正，申请视为撤回，无后续步骤；可重新申请。",
    "What was asked for did not come in time, so the application counts as withdrawn. You may apply again.",
)
_RECHECKED = Words(
    "学位授予单位牵头部门正依据档案再次核查；在作出决定之前原结论有效。",
    "The institution's lead department verifies again against its archive; until it is decided the conclusion stands.",
)


_SCAN_MISSING = Words(
    "请在本件进度页面上传学位证书影印件。收到影印件后，审核员才能核对所填信息。",
    "Please upload the certificate scan on this case's page. A reviewer needs it to check the entry.",
)


_IDENTITY_DOCUMENT_MISSING = Words(
    "请在本件进度页面上传身份证件影印件，或登录后重新申请。身份核验之前不作比对。",
    "Please upload a copy of your identity document on this case's page, or sign in and apply anew. Nothing is "
    "compared before your identity is confirmed.",
)


def next_step(case: Case) -> Words:
    """What happens next."""
    if _identity_document_missing(case):
        return _IDENTITY_DOCUMENT_MISSING
    if _scan_missing(case):
        return _SCAN_MISSING
    if case.stage is Stage.VERIFICATION and case.held_by is HeldBy.CENTRE:
        return _AFTER_FEEDBACK
    if case.stage is Stage.CONCLUDED and case.report is None:
        return DISPUTE_INVITATION
    if case.stage is Stage.VERIFICATION and case.recheck is not None:
        return _RECHECKED
    if case.stage is Stage.VERIFICATION:
        return _verified_within(VERIFICATION_DAYS if case.task is None else case.task.allowed_days)
    if case.stage is Stage.WITHDRAWN and "lapsed" in (case.reason or {}):
        return _LAPSED
    return _NEXT[case.stage]


def asks_applicant(case: Case) -> bool:
    """Whether the case waits for something that the applicant has to do."""
    return case.stage is Stage.AWAITING_APPLICANT or _identity_document_missing(case) or _scan_missing(case)


def _identity_document_missing(case: Case) -> bool:
    return case.stage is Stage.IDENTITY_REVIEW and not case.has_identity_document


def _scan_missing(case: Case) -> bool:
    return case.stage is Stage.MATERIAL_REVIEW and not case.has_certificate_scan


def _verified_within(days: int) -> Words:
    return Words(
        f"学位授予单位将依据档案核查，核查时限原则上为 {days} 个工作日。",
        f"The institution verifies against its archive, as a rule within {days} working days.",
    )
