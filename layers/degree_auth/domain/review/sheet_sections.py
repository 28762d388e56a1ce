"""Parts of the review sheet for later decisions: explanations, a recheck, the institution's answer, a register change.

Each is HTML, empty when there is nothing to show; all of it but the explanations may hold personal data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.cases.case import Attachment
from degree_auth.domain.cases.recheck import Recheck
from degree_auth.domain.cases.register_change import ChangeKind, ChangeStatus, RegisterChange
from degree_auth.domain.cases.task import Task
from degree_auth.domain.cases.words import CAUSE_NAMES, FIELD_NAMES, RECHECK_NAMES, Words, result_words
from degree_auth.domain.institutions.organisation import Explanation
from degree_auth.domain.register_changes.decisions import RegisterPlan
from degree_auth.domain.review.sheet import claim_values, file_link, record_values
from degree_auth.domain.shared.workdays import SHANGHAI
from degree_auth.domain.verification.feedback import Feedback

_KINDS: Mapping[ChangeKind, Words] = {
    ChangeKind.UPDATE: Words("更正记录", "A record is put right"),
    ChangeKind.ADD: Words("补录记录", "A record is added"),
    ChangeKind.REMOVE: Words("移除记录", "A record is removed"),
}
_STATUSES: Mapping[ChangeStatus, Words] = {
    ChangeStatus.OPEN: Words("已启动，尚无方案", "Open, nothing proposed yet"),
    ChangeStatus.PROPOSED: Words("待第二人复核", "Waiting for a second person"),
    ChangeStatus.APPROVED: Words("已批准，待执行", "Approved, to be applied"),
    ChangeStatus.APPLIED: Words("已执行", "Applied"),
    ChangeStatus.CLOSED: Words("已结束，数据库未变更", "Closed, the register stays as it is"),
}


def explanations_section(explanations: Sequence[Explanation]) -> str:
    """The institution's standing explanations for the degree."""
    items = "".join(f"<li>{escape(one.text)} <small>{escape(one.text_en)}</small></li>" for one in explanations)
    return f"<h2>口径说明 Standing explanations</h2><ul>{items}</ul>" if items else ""


def recheck_section(recheck: Recheck | None, said: str, scans: Mapping[Attachment, str]) -> str:
    """The recheck that is open: its cause, what was said for it, and links to the evidence that it names."""
    if recheck is None:
        return ""
    opened = f"{recheck.opened_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} {escape(recheck.opened_by)}"
    draw = f" {escape(recheck.draw_id)}" if recheck.draw_id else ""
    evidence = "".join(f"<li>{file_link(one, link)}</li>" for one, link in scans.items() if _is_named(one, recheck))
    return (
        f"<h2>再次核查 Recheck {recheck.number}</h2><p>{_both(CAUSE_NAMES[recheck.cause])}{draw}；"
        f"{_both(RECHECK_NAMES[recheck.status])}；{opened}</p>"
        f"<p>{escape(said) or '未附说明 no statement'}</p><ul>{evidence}</ul>"
    )


def answer_section(task: Task, form: Feedback, claim: Claim) -> str:
    """The answer that the institution gave last, with what its archive has otherwise beside the claim."""
    claimed = claim_values(claim)
    rows = "".join(
        f'<tr><th>{_both(FIELD_NAMES[field])}</th><td>{escape(claimed[field])}</td><td class="differs">{escape(value)}'
        "</td></tr>"
        for field, value in form.archive_values.items()
    )
    table = _table("申请信息 <small>Claim</small>", "档案记载 <small>Archive</small>", rows)
    texts = "；".join(escape(one) for one in (form.archive_reference, form.reason, form.remark) if one)
    return (
        f"<h2>单位反馈 Answer of the institution · {escape(task.task_id)}</h2>"
        f"<p>{escape(task.institution_code)} {_both(result_words(form.result))} {texts}</p>{table}"
    )


def change_section(change: RegisterChange | None, plan: RegisterPlan | None) -> str:
    """The register change opened last, and the record before and after as it proposes."""
    if change is None:
        return ""
    kind = "" if change.kind is None else f"{_both(_KINDS[change.kind])}；"
    heading = f"<h2>数据库信息变更 Register change · {escape(change.change_id)}</h2>"
    status = f"{heading}<p>{kind}{_both(_STATUSES[change.status])}</p>"
    if plan is None:
        return status
    before = {} if plan.before is None else record_values(plan.before)
    after = {} if plan.after is None else record_values(plan.after)
    rows = "".join(
        f'<tr><th>{_both(FIELD_NAMES[field])}</th><td>{escape(before.get(field, "—"))}</td><td class="differs">'
        f"{escape(after.get(field, '—'))}</td></tr>"
        for field in plan.fields or before
    )
    return status + _table("变更前 <small>Before</small>", "变更后 <small>After</small>", rows)


def _table(left: str, right: str, rows: str) -> str:
    head = f"<tr><th>项目 <small>Field</small></th><th>{left}</th><th>{right}</th></tr>"
    return f"<table>{head}{rows}</table>" if rows else ""


def _is_named(one: Attachment, recheck: Recheck) -> bool:
    return one.attachment_id in recheck.evidence


def _both(words: Words) -> str:
    return f"{escape(words.zh)} <small>{escape(words.en)}</small>"
