"""The log of a case in words: one sentence an entry, and the entries that the applicant reads (N6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from degree_auth.domain.cases.comparison_words import compared_words
from degree_auth.domain.cases.disavowal import DisavowalStatus
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.ledger import CENTRE_DAYS
from degree_auth.domain.cases.names import DISAVOWAL_NAMES, RECHECK_NAMES
from degree_auth.domain.cases.recheck import Cause, RecheckStatus
from degree_auth.domain.cases.result import Result
from degree_auth.domain.shared.words import Words, words_of
from degree_auth.domain.shared.working_days import shanghai_time

_EVENTS: Mapping[EventType, Words] = {
    EventType.APPLICATION_RECEIVED: Words("申请已受理。", "The application was received."),
    EventType.IDENTITY_CONFIRMED: Words("申请人身份已核验。", "The applicant's identity was confirmed."),
    EventType.ACCESS_LINK_RENEWED: Words(
        "查询链接已更换，旧链接作废。", "The case link was renewed; the former one is void."
    ),
    EventType.ACCESS_LINK_REVOKED: Words("查询链接已作废。", "The case link was revoked."),
    EventType.MATERIAL_CONFIRMED: Words(
        "材料审查通过，已转学位授予单位核查。", "The review confirmed the entry; the institution was asked to verify."
    ),
    EventType.CLAIM_CORRECTED: Words(
        "审核员更正了所填信息，将重新比对。", "The reviewer corrected the entry; it is compared again."
    ),
    EventType.RETURNED_TO_APPLICANT: Words("审核员请申请人补正。", "The reviewer asked the applicant for more."),
    EventType.APPLICATION_SUPPLEMENTED: Words(
        "申请人已补正，将重新比对。", "The applicant supplied what was asked; it is compared again."
    ),
    EventType.APPLICATION_REJECTED: Words("申请不符合受理条件。", "The application is not eligible."),
    EventType.APPLICATION_WITHDRAWN: Words("申请人撤回了申请。", "The applicant withdrew the application."),
    EventType.APPLICATION_LAPSED: Words(
        "申请人逾期未补正，申请视为撤回。",
        "What was asked for did not come in time; the application counts as withdrawn.",
    ),
    EventType.ATTACHMENT_ANNOUNCED: Words("申请人登记了附件。", "The applicant announced a file."),
    EventType.ATTACHMENT_STORED: Words("附件已收到。", "The file was received."),
    EventType.ATTACHMENT_REFUSED: Words(
        "附件未通过检查，未被接收。", "The file did not pass the check and was not taken."
    ),
    EventType.ATTACHMENT_WITHDRAWN: Words(
        "扫描发现附件含有恶意内容，已停止使用。", "A scan found the file to be harmful; it is used no more."
    ),
    EventType.CASE_PARKED: Words("转人工处理。", "Passed to a member of staff."),
    EventType.CASE_RELEASED: Words("恢复办理。", "The case goes on."),
    EventType.REPORT_ISSUED: Words("电子认证报告已出具。", "The report was issued."),
    EventType.REPORT_ADOPTED: Words(
        "该学位已有有效的电子认证报告，本件即以该报告办结。",
        "The degree has a report in force already; this case ends in it.",
    ),
    EventType.REPORT_FOLLOWED: Words(
        "本件所依报告经另一认证件再次核查，已被取代或撤销。",
        "The report of this case was superseded or revoked after a second look within another case.",
    ),
    EventType.CONCLUSION_FOLLOWED: Words(
        "学位授予单位在另一认证件中核实了同一学位，本件原结论不再有效。",
        "The institution verified the same degree within another case; the former conclusion of this one no longer "
        "holds.",
    ),
    EventType.TASK_ROUTED: Words(
        "核查任务已送达学位授予单位的核查部门。", "The question reached the institution's verifying department."
    ),
    EventType.TASK_REASSIGNED: Words(
        "学位授予单位已转由另一部门核查，时限不变。",
        "The institution gave it to another of its departments; the deadline stays.",
    ),
    EventType.TASK_REMINDED: Words("已提醒学位授予单位核查时限将至。", "The institution was reminded of its deadline."),
    EventType.TASK_OVERDUE: Words(
        "学位授予单位未在时限内反馈，已记录并告知其牵头部门与学位中心。",
        "The institution did not answer in time; this is on record, and its lead department and the centre were told.",
    ),
    EventType.EXTENSION_ANNOUNCED: Words(
        "学位授予单位告知需延长核查时间。", "The institution announced that it needs longer."
    ),
    EventType.DEADLINE_RECOUNTED: Words("核查时限已重新计算。", "The deadline was counted anew."),
    EventType.URGENCY_APPROVED: Words("已批准加急办理。", "Urgent handling was approved."),
    EventType.WRITTEN_FEEDBACK_RECORDED: Words(
        "收到学位授予单位的书面反馈，待复核。", "A written answer arrived; a second person checks it."
    ),
    EventType.FEEDBACK_RECEIVED: Words("学位授予单位已反馈。", "The institution answered."),
    EventType.ARCHIVE_VALUES_ACCEPTED: Words(
        "审核员按档案记载更正了信息，报告将载明档案记载的内容。",
        "The reviewer took over what the archive says; the report will carry it.",
    ),
    EventType.DENIAL_QUESTIONED: Words(
        "年报数据库中有申请人的学位授予信息，与反馈不一致，由审核员处理。",
        "The award register has an award of the applicant, unlike the answer; a reviewer deals with it.",
    ),
    EventType.DENIAL_CONFIRMED: Words(
        "审核员核对双方信息后，按学位授予单位的反馈作出结论。",
        "The reviewer looked at both sides and concludes as the institution answered.",
    ),
    EventType.TASK_REDIRECTED: Words(
        "已转送应予核查的学位授予单位。", "The question was sent on to the institution that has to answer it."
    ),
    EventType.CASE_CONCLUDED: Words("核查已有结论。", "The verification came to its conclusion."),
    EventType.NOTICE_SUPERSEDED: Words("原书面告知不再有效。", "The former written notice is no longer in force."),
    EventType.MESSAGE_SENT: Words(
        "学位授予单位与学位中心就核查任务沟通。", "The institution and the centre exchanged a message on the task."
    ),
    EventType.MESSAGES_READ: Words("审核员已阅读留言。", "The reviewer read the messages."),
    EventType.TAKEN_IN_HAND: Words("审核员已领取本件。", "A reviewer took the case in hand."),
    EventType.GIVEN_BACK: Words("审核员已交回本件。", "The reviewer gave the case back."),
    EventType.CENTRE_REMINDED: Words("已提醒学位中心办理时限将至。", "The centre was reminded of its own deadline."),
    EventType.CENTRE_OVERDUE: Words(
        f"学位中心累计用时已超过 {CENTRE_DAYS} 个工作日，已记录。",
        f"The centre has used more than its {CENTRE_DAYS} working days; this is on record.",
    ),
    EventType.URGENCY_REQUESTED: Words(
        "申请人申请加急办理，待批准。", "The applicant asked for urgent handling; it is to be approved."
    ),
    EventType.CASE_DISAVOWED: Words(
        "持有人申报本件并非本人申请，本件已冻结。",
        "The holder says that they did not make this application; the case is frozen.",
    ),
    EventType.DISAVOWAL_TAKEN_BACK: Words(
        "持有人收回了冒用申报，恢复办理。", "The holder took that back; the case goes on."
    ),
    EventType.FILES_REMOVED: Words("保存期限已满的附件已删除。", "Files whose time was over were removed."),
    EventType.ERASURE_PROPOSED: Words("已提出删除个人信息，待批准。", "Erasing the personal data was proposed."),
    EventType.ERASURE_WITHDRAWN: Words("已撤回删除个人信息。", "The proposal to erase was withdrawn."),
    EventType.ERASURE_APPROVED: Words("已批准删除个人信息。", "Erasing the personal data was approved."),
    EventType.CASE_ERASED: Words("个人信息已删除。", "The personal data was erased."),
    EventType.RECHECK_ADMITTED: Words(
        "已受理，由学位授予单位牵头部门再次核查。", "Admitted: the institution's lead department verifies again."
    ),
    EventType.RECHECK_REFUSED: Words("未予受理，原结论不变。", "Not admitted; the conclusion stands."),
    EventType.RECHECK_WITHDRAWN: Words("申请人撤回了异议。", "The applicant took the dispute back."),
    EventType.SPOT_CHECKED: Words(
        "抽查：与学位授予信息年报数据库一致。", "Spot check: the award register still says the same."
    ),
    EventType.REPORT_SUPERSEDED: Words(
        "原报告由新报告取代，并已公布。", "A new report takes the former one's place; this is published."
    ),
    EventType.REPORT_REVOKED: Words("报告已撤销，并已公布。", "The report was revoked; this is published."),
    EventType.REGISTER_CHANGE_OPENED: Words(
        "已同时启动数据库信息变更流程。", "A change of the award register was opened beside it."
    ),
    EventType.REGISTER_CHANGE_PROPOSED: Words(
        "已提出数据库信息变更，待复核。", "A register change awaits its second person."
    ),
    EventType.REGISTER_CHANGE_APPROVED: Words("数据库信息变更已批准。", "The register change was approved."),
    EventType.REGISTER_CHANGE_BEGUN: Words("数据库信息变更开始执行。", "The register change is being applied."),
    EventType.REGISTER_CHANGE_APPLIED: Words("学位授予信息年报数据库已更正。", "The award register was put right."),
    EventType.REGISTER_CHANGE_REOPENED: Words(
        "数据库信息变更需重新提出。", "The register change has to be proposed anew."
    ),
    EventType.REPORT_FLAGGED: Words(
        "学位授予信息已变更，涉及本件报告，现有再次核查办结后另行核查。",
        "The award register changed in what this report rests on; it is looked at after the recheck that is open.",
    ),
    EventType.REGISTER_CHANGE_CLOSED: Words(
        "数据库信息变更流程结束，数据库未变更。", "The register change was closed; the register stays as it is."
    ),
}

_REPORT_MISUSED = Words(
    "本件所依报告系他人冒用身份取得，已撤销；审核员将处理本件报告的重新出具。",
    "Somebody else had obtained the report of this case in the holder's name, so it was revoked; a reviewer deals with "
    "a new one.",
)

_OPENED_BY: Mapping[Cause, Words] = {
    Cause.DISPUTE: Words("申请人提出异议。", "The applicant disputes the outcome."),
    Cause.SPOT_CHECK: Words("本件被抽查，将再次核查。", "The case was drawn for a spot check and is verified again."),
    Cause.INSTITUTION_STATEMENT: Words(
        "学位授予单位报告其反馈有误，将再次核查。",
        "The institution reported that its answer was wrong; it is verified again.",
    ),
    Cause.REGISTER_CHANGE: Words(
        "学位授予信息已变更，涉及本件结论，将再次核查。",
        "The award register changed in what this conclusion rests on; it is verified again.",
    ),
}

_DENIED_ELSEWHERE = Words(
    "学位授予单位在另一认证件中否定了同一学位，将再次核查。",
    "The institution denied the same degree within another case; it is verified again.",
)
_FLAGGED_BY_A_NOTICE = Words(
    "学位授予单位在另一认证件中否定了同一学位，现有再次核查办结后另行核查。",
    "The institution denied the same degree within another case; it is looked at after the recheck that is open.",
)
_RESULTS: Mapping[Result, Words] = {
    Result.VERIFIED: Words("学位授予单位核查属实。", "The institution verified the degree."),
    Result.PARTLY_INCONSISTENT: Words(
        "学位授予单位反馈部分信息与档案不一致，由审核员处理。",
        "The institution found that part of it differs from the archive; a reviewer deals with it.",
    ),
    Result.NOT_AWARDED: Words("学位授予单位反馈未授予该学位。", "The institution answered that it never awarded it."),
    Result.NO_SUCH_PERSON: Words(
        "学位授予单位未查到该人的学位档案。", "The institution found nobody of this name in its archive."
    ),
    Result.CANNOT_VERIFY: Words(
        "学位授予单位因档案缺失等原因无法核查。",
        "The institution cannot verify it, for example without an archive.",
    ),
    Result.NOT_THIS_INSTITUTION: Words(
        "该单位反馈学位非其授予，将转送应予核查的单位。",
        "The institution answered that the degree is not its own; the question is sent on.",
    ),
    Result.NEEDS_MATERIAL: Words("学位授予单位需要申请人补充材料。", "The institution needs more from the applicant."),
}

_WITH_REASON = frozenset(
    {
        EventType.RECHECK_REFUSED,
        EventType.CLAIM_CORRECTED,
        EventType.RETURNED_TO_APPLICANT,
        EventType.APPLICATION_REJECTED,
        EventType.EXTENSION_ANNOUNCED,
        EventType.ARCHIVE_VALUES_ACCEPTED,
        EventType.DENIAL_CONFIRMED,
    }
)

_PROVISIONAL = Words("（放假安排公布前为暂定）", " (provisional until the holidays are announced)")


def result_words(result: Result) -> Words:
    """What an institution answered, in one sentence."""
    return _RESULTS[result]


_STILL_DISAVOWED = Words(
    "一人收回了冒用申报；另一人的申报待决定，本件仍冻结。",
    "One person took their disavowal back; another's waits for a decision, and the case stays frozen.",
)


def event_words(event: Event) -> Words:
    """An entry of the log in one sentence; staff's own reason follows in their words."""
    if event.type is EventType.CLAIM_COMPARED:
        return compared_words(event.data["comparison"])
    if event.type is EventType.CASE_CONCLUDED:
        return words_of(event.data["notice"])
    if event.type is EventType.TASK_REDIRECTED and "named_instead" in event.data:
        words, name = _EVENTS[event.type], event.data["named_instead"]["name"]
        return Words(f"{words.zh}授予单位：{name}。", f"{words.en} Awarding institution: {name}.")
    if event.type is EventType.RECHECK_OPENED:
        return _DENIED_ELSEWHERE if "notices" in event.data else _OPENED_BY[Cause(event.data["cause"])]
    if event.type is EventType.REPORT_FLAGGED and "notice_number" in event.data:
        return _FLAGGED_BY_A_NOTICE
    if event.type is EventType.APPLICANT_REMINDED:
        due = event.data["due"]
        return Words(
            f"已提醒申请人在 {due} 前（含当日）补正。",
            f"The applicant was reminded to supply what is asked for by {due}, that day included.",
        )
    if event.type is EventType.RECHECK_DECIDED:
        return _decided_words(event)
    if event.type is EventType.DISAVOWAL_TAKEN_BACK and "still_frozen" in event.data:
        return _STILL_DISAVOWED
    if event.type is EventType.DISAVOWAL_DECIDED:
        return _disavowal_words(event)
    if event.type in (EventType.REPORT_FOLLOWED, EventType.CONCLUSION_FOLLOWED) and "misused" in event.data:
        return _REPORT_MISUSED
    words = _RESULTS[event.data["result"]] if event.type is EventType.FEEDBACK_RECEIVED else _EVENTS[event.type]
    if event.type is EventType.APPLICATION_SUPPLEMENTED and "resumes" in event.data:
        words = Words("申请人已补正，已送回学位授予单位。", "The applicant supplied it; the institution goes on.")
    if event.type is EventType.EXTENSION_ANNOUNCED:
        mark = _PROVISIONAL if event.data.get("provisional") else Words("", "")
        due = event.data["due"]
        words = Words(f"{words.zh}新时限：{due}{mark.zh}。", f"{words.en} New deadline: {due}{mark.en}.")
    if event.type is EventType.FEEDBACK_RECEIVED and "reason" in event.data:
        return Words(f"{words.zh}说明：{event.data['reason']}", f"{words.en} Reason: {event.data['reason']}")
    if event.type in _WITH_REASON:
        return Words(f"{words.zh}说明：{event.data['reason']}", f"{words.en} Reason: {event.data['reason']}")
    return words


def _disavowal_words(event: Event) -> Words:
    words, reason = DISAVOWAL_NAMES[DisavowalStatus(event.data["decision"])], event.data["reason"]
    return Words(
        f"冒用申报的决定：{words.zh}。说明：{reason}", f"Decision on the disavowal: {words.en}. Reason: {reason}"
    )


def _decided_words(event: Event) -> Words:
    words = RECHECK_NAMES[RecheckStatus(event.data["decision"])]
    if "reason" not in event.data:
        return Words(f"再次核查决定：{words.zh}。", f"Decision on the recheck: {words.en}.")
    reason = event.data["reason"]
    return Words(f"再次核查决定：{words.zh}。说明：{reason}", f"Decision on the recheck: {words.en}. Reason: {reason}")


def timeline(log: Iterable[Event]) -> list[dict[str, str]]:
    """The log as the applicant reads it, earliest first; who of the staff acted is not shown.

    Messages and evidence between institution and centre are left out. They do not change the case, and whatever follows
    from them has an entry of its own. So are who of the staff works on it, a reminder of the centre, and the end of
    another case's written notice.
    """
    return [
        {
            "at": shanghai_time(event.at),
            "event": event.type.value,
            "zh": words.zh,
            "en": words.en,
        }
        for event in log
        if not _is_internal(event)
        for words in [event_words(event)]
    ]


_OF_THE_CENTRE = frozenset(
    {
        EventType.MESSAGE_SENT,
        EventType.MESSAGES_READ,
        EventType.TAKEN_IN_HAND,
        EventType.GIVEN_BACK,
        EventType.CENTRE_REMINDED,
    }
)


def _is_internal(event: Event) -> bool:
    of_a_file = event.type in (
        EventType.ATTACHMENT_ANNOUNCED,
        EventType.ATTACHMENT_STORED,
        EventType.ATTACHMENT_REFUSED,
        EventType.ATTACHMENT_WITHDRAWN,
    )
    of_another_case = event.type is EventType.NOTICE_SUPERSEDED and "of_case" in event.data
    of_a_task = of_a_file and event.data.get("task_id") is not None
    return event.type in _OF_THE_CENTRE or of_a_task or of_another_case
