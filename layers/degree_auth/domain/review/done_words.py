"""What a staff action did, and what comes next, in words (article 10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.names import STAGE_NAMES
from degree_auth.domain.cases.next_step import next_step
from degree_auth.domain.review.staff_actions import Action
from degree_auth.domain.review.work import KIND_NAMES, Work, WorkKind
from degree_auth.domain.shared.words import Words

_DONE: Mapping[Action, Words] = {
    Action.CONFIRM_IDENTITY: Words("申请人身份已核验", "The applicant's identity is confirmed"),
    Action.CONFIRM_MATERIAL: Words(
        "材料审查通过，已转学位授予单位核查", "The entry is confirmed and the institution asked"
    ),
    Action.CORRECT_CLAIM: Words("所填信息已更正，将重新比对", "The entry is corrected and compared again"),
    Action.RETURN_TO_APPLICANT: Words("已请申请人补正", "The applicant is asked for more"),
    Action.REJECT: Words("已决定不予受理", "The application is rejected as not eligible"),
    Action.RELEASE: Words("已恢复办理", "The case goes on"),
    Action.ACCEPT_ARCHIVE_VALUES: Words("已采用档案记载的内容", "What the archive says is taken over"),
    Action.REDIRECT_TASK: Words("已转送另一学位授予单位", "The question is sent on to the other institution"),
    Action.CONFIRM_DENIAL: Words("已按单位反馈作出结论", "The answer of the institution stands"),
    Action.APPROVE_URGENCY: Words("已批准加急办理", "Urgent handling is approved"),
    Action.RECORD_WRITTEN_FEEDBACK: Words(
        "书面反馈已录入，须由第二人复核", "The written answer is entered; a second person has to confirm it"
    ),
    Action.CONFIRM_WRITTEN_FEEDBACK: Words("书面反馈已复核", "The written answer is confirmed"),
    Action.OPEN_RECHECK: Words("已启动再次核查", "A recheck is opened"),
    Action.ADMIT_RECHECK: Words("已受理再次核查", "The recheck is admitted"),
    Action.REFUSE_RECHECK: Words("未予受理再次核查", "The recheck is not admitted"),
    Action.DECIDE_RECHECK: Words("再次核查已作决定", "The recheck is decided"),
    Action.DECIDE_DISAVOWAL: Words("冒用申报已作决定", "The disavowal is decided"),
    Action.PROPOSE_REGISTER_CHANGE: Words(
        "数据库信息变更已提出，须由第二人批准", "The register change is proposed; a second person has to approve it"
    ),
    Action.APPROVE_REGISTER_CHANGE: Words("数据库信息变更已批准", "The register change is approved"),
    Action.CLOSE_REGISTER_CHANGE: Words("数据库信息变更流程已结束", "The register change is closed"),
    Action.SEND_MESSAGE: Words("留言已发送", "The message is sent"),
    Action.TAKE_CASE: Words(
        "本件已由您领取，请以 open_review 打开审查单", "The case is in your hands; open its sheet with open_review"
    ),
    Action.RELEASE_CASE: Words("本件已交回，他人可以领取", "The case is free for others"),
}
_UNNAMED = Words("审查单已生成", "The review sheet is made")


def done_words(action: Action, case: Case, waiting: Sequence[Work]) -> Words:
    """What the action did, where the case stands, what happens next, and what of it waits for staff."""
    done, stage, following = _DONE.get(action, _UNNAMED), STAGE_NAMES[case.stage], next_step(case)
    names = [KIND_NAMES[one.kind] for one in waiting if one.kind is not WorkKind.OVERDUE_INSTITUTION]
    zh = f"工作人员待办：{'、'.join(name.zh for name in names)}。" if names else "工作人员目前无待办。"
    en = f"For staff: {', '.join(name.en for name in names)}." if names else "Nothing of it waits for staff now."
    return Words(
        f"已完成：{done.zh}。当前阶段：{stage.zh}。{following.zh}{zh}",
        f"Done: {done.en}. Stage: {stage.en}. {following.en} {en}",
    )
