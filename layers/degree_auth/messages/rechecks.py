"""Sentences of disputes and rechecks: code, Chinese, English."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
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
    "case_not_frozen": (
        "本件未被冻结：没有待决定的冒用申报。",
        "The case is not frozen: no disavowal of it waits for a decision.",
    ),
    "disavowal_decided": (
        "学位中心已查明本件不属冒用；如有新情况，请致电咨询专线。",
        "The centre has found already that this was no impersonation; if you know more, please call the hotline.",
    ),
    "disavowal_of_another": (
        "本件由另一人申报冒用，只能由其本人收回；请等待学位中心的决定。",
        "Another person disavowed this case, and only they can take that back; please wait for the centre's decision.",
    ),
    "disavowal_stands": (
        "本件的冒用申报已收回过一次，不能再收回，请等待学位中心的决定。",
        "A disavowal of this case was taken back once before; this one stands until the centre has decided.",
    ),
    "recheck_answered": (
        "学位授予单位已再次反馈，异议不能再撤回，请等待学位中心的决定。",
        "The institution has answered again, so the dispute can no longer be taken back; the centre decides.",
    ),
}
