"""The review sheet as one HTML page: claim and register side by side, differences marked, with links to the files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from degree_auth.adapters.review.elements import Markup, element, fragment
from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.cases.case import Attachment
from degree_auth.domain.cases.ledger import PROMISED_DAYS
from degree_auth.domain.cases.recheck import Recheck
from degree_auth.domain.cases.register_change import ChangeKind, ChangeStatus, RegisterChange
from degree_auth.domain.cases.task import Task
from degree_auth.domain.cases.words import (
    CAUSE_NAMES,
    FIELD_NAMES,
    KIND_NAMES,
    RECHECK_NAMES,
    STAGE_NAMES,
    Words,
    compared_words,
    result_words,
)
from degree_auth.domain.register.matching import same_value
from degree_auth.domain.register.record import record_name
from degree_auth.domain.register_changes.decisions import RegisterPlan
from degree_auth.domain.review.sheet import ReviewSheet, claim_values, record_values
from degree_auth.domain.shared.working_days import SHANGHAI
from degree_auth.domain.verification.feedback import Feedback
from degree_auth.messages import text

_STYLE = Markup("""
body{font:15px/1.6 "Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;margin:2rem;color:#1d1d1f}
h1{font-size:1.4rem}table{border-collapse:collapse;width:100%}td,th{border:1px solid #c8c8cc;padding:.4rem .6rem;
text-align:left;vertical-align:top}th{background:#f4f1ec}.differs{background:#fbe9e7}small{color:#5f6368}
""")
_MINUTES = "%Y-%m-%d %H:%M"
_BREAK = element("br")
_NONE = element("li", "无 none")
_SIDES = {"institution": "学位授予单位 institution", "centre": "学位中心 centre"}
_KINDS: Mapping[ChangeKind, Words] = {
    ChangeKind.UPDATE: Words("更正记录", "A record is put right"),
    ChangeKind.ADD: Words("补录记录", "A record is added"),
    ChangeKind.REMOVE: Words("移除记录", "A record is removed"),
}
_STATUSES: Mapping[ChangeStatus, Words] = {
    ChangeStatus.OPEN: Words("已启动，尚无方案", "Open, nothing proposed yet"),
    ChangeStatus.PROPOSED: Words("待第二人复核", "Waiting for a second person"),
    ChangeStatus.APPROVED: Words("已批准，待执行", "Approved, to be applied"),
    ChangeStatus.APPLYING: Words("执行中", "Being applied"),
    ChangeStatus.APPLIED: Words("已执行", "Applied"),
    ChangeStatus.CLOSED: Words("已结束，数据库未变更", "Closed, the register stays as it is"),
}


def review_page(sheet: ReviewSheet) -> str:
    """The sheet as an HTML document."""
    title, case = sheet.case.case_number, sheet.case
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("title", title),
        element("meta", name="robots", content="noindex"),
        element("style", _STYLE),
    )
    changes = case.register_changes
    body = element(
        "body",
        element("h1", f"材料审查单 Review sheet · {title}"),
        _standing(sheet),
        _side_by_side(sheet),
        _explanations(sheet),
        fragment() if case.recheck is None else _recheck(case.recheck, sheet),
        fragment() if sheet.answer is None else _answer(*sheet.answer, sheet.claim),
        _change(changes[-1], sheet.plan) if changes else fragment(),
        element("h2", "附件 Attachments"),
        _items(_file(file, link) for file, link in sheet.scans.items()),
        element("h2", "提醒 Warnings"),
        _items(fragment(_message(problem.code), f"（{problem.field}）") for problem in sheet.warnings),
        _urgency(sheet.urgency),
        element("h2", "与单位的消息 Messages with the institution"),
        _items(
            fragment(f"{sent['at']} {sent['task_id']} {_SIDES[sent['from']]}", _BREAK, sent["text"])
            for sent in sheet.messages
        ),
        element("p", "本页含个人信息，仅限办理本件使用。", element("small", "Personal data; for this case only.")),
    )
    return f"<!doctype html>{element('html', head, body, lang='zh-CN')}"


def _standing(sheet: ReviewSheet) -> Markup:
    """Stage, result of the comparison, and the clock of the case."""
    comparison, days = sheet.case.comparison, sheet.clock.working_day
    result = "" if comparison is None else compared_words(comparison).zh
    broken = ("，已超过承诺", ", past the promise") if sheet.clock.promise_broken else ("", "")
    clock = Words(
        f"已用 {days} 个工作日，承诺 {PROMISED_DAYS} 个{broken[0]}", f"Day {days} of {PROMISED_DAYS}{broken[1]}"
    )
    return fragment(
        element("p", "阶段 ", _both(STAGE_NAMES[sheet.case.stage]), f"；{result}"),
        element("p", _both(clock), f"；生成于 {sheet.at.astimezone(SHANGHAI):{_MINUTES}}"),
    )


def _side_by_side(sheet: ReviewSheet) -> Markup:
    recorded = [record_values(record) for record in sheet.candidates]
    comparison, identity_type = sheet.case.comparison, sheet.claim.holder.identity_type
    hints = {} if comparison is None else {each["field"]: each["hints"] for each in comparison["differences"]}
    heads = [
        element(
            "th", _stacked(Words(f"数据库记录 {n}", f"Award record {n}")), _BREAK, element("code", record_name(record))
        )
        for n, record in enumerate(sheet.candidates, start=1)
    ]
    rows = [
        element(
            "tr",
            element("th", _stacked(FIELD_NAMES[field])),
            element("td", value),
            *(
                element("td", its[field], class_=_mark(same_value(field, value, its[field], identity_type)))
                for its in recorded
            ),
            element("td", fragment(*(element("div", _message(code)) for code in hints.get(field, ())))),
        )
        for field, value in claim_values(sheet.claim).items()
    ]
    return element(
        "table",
        element(
            "tr",
            element("th", _stacked(Words("项目", "Field"))),
            element("th", _stacked(Words("申请信息", "Claim"))),
            *heads,
            element("th", _stacked(Words("提示", "Hints"))),
        ),
        *rows,
    )


def _mark(same: bool) -> str:
    return "same" if same else "differs"


def _explanations(sheet: ReviewSheet) -> Markup:
    """The institution's standing explanations for the degree."""
    if not sheet.explanations:
        return fragment()
    shown = (fragment(each.text, " ", element("small", each.text_en)) for each in sheet.explanations)
    return fragment(element("h2", "口径说明 Standing explanations"), _items(shown))


def _recheck(recheck: Recheck, sheet: ReviewSheet) -> Markup:
    """The recheck that is open: its cause, what was said for it, and links to the evidence that it names."""
    evidence = [_file(file, link) for file, link in sheet.scans.items() if file.attachment_id in recheck.evidence]
    return fragment(
        element("h2", f"再次核查 Recheck {recheck.number}"),
        element(
            "p",
            _both(CAUSE_NAMES[recheck.cause]),
            f" {recheck.draw_id}" if recheck.draw_id else "",
            "；",
            _both(RECHECK_NAMES[recheck.status]),
            f"；{recheck.opened_at.astimezone(SHANGHAI):{_MINUTES}} {recheck.opened_by}",
        ),
        element("p", sheet.recheck_statement or "未附说明 no statement"),
        element("ul", *(element("li", link) for link in evidence)) if evidence else "",
    )


def _answer(task: Task, form: Feedback, claim: Claim) -> Markup:
    """The answer that the institution gave last, with what its archive has otherwise beside the claim."""
    claimed = claim_values(claim)
    texts = "；".join(part for part in (form.archive_reference, form.reason, form.remark) if part)
    return fragment(
        element("h2", f"单位反馈 Answer of the institution · {task.task_id}"),
        element("p", f"{task.institution_code} ", _both(result_words(form.result)), f" {texts}"),
        _changes(
            Words("申请信息", "Claim"),
            Words("档案记载", "Archive"),
            {field: (claimed[field], value) for field, value in form.archive_values.items()},
        ),
    )


def _change(change: RegisterChange, plan: RegisterPlan | None) -> Markup:
    """The register change opened last, and the record before and after as it proposes."""
    kind = fragment() if change.kind is None else fragment(_both(_KINDS[change.kind]), "；")
    status = fragment(
        element("h2", f"数据库信息变更 Register change · {change.change_id}"),
        element("p", kind, _both(_STATUSES[change.status])),
    )
    if plan is None:
        return status
    before = {} if plan.before is None else record_values(plan.before)
    after = {} if plan.after is None else record_values(plan.after)
    values = {field: (before.get(field, "—"), after.get(field, "—")) for field in plan.fields or before}
    return fragment(status, _changes(Words("变更前", "Before"), Words("变更后", "After"), values))


def _changes(left: Words, right: Words, values: Mapping[str, tuple[str, str]]) -> Markup:
    """Two values by field, the right one marked; nothing without any."""
    if not values:
        return fragment()
    rows = [
        element(
            "tr", element("th", _both(FIELD_NAMES[field])), element("td", old), element("td", new, class_="differs")
        )
        for field, (old, new) in values.items()
    ]
    heads = (element("th", _both(words)) for words in (Words("项目", "Field"), left, right))
    return element("table", element("tr", *heads), *rows)


def _urgency(reason: str | None) -> Markup:
    if reason is None:
        return fragment()
    return fragment(element("h2", "加急申请 Urgent handling asked for"), element("p", reason))


def _file(file: Attachment, link: str) -> Markup:
    """A link to a file with its kind and who gave it."""
    giver = "" if file.task_id is None else f"（{_SIDES['institution']}，{file.task_id}）"
    return element("a", f"{KIND_NAMES[file.kind].zh}{giver} ", element("small", file.content_type), href=link)


def _items(items: Iterable[Markup]) -> Markup:
    return element("ul", *([element("li", item) for item in items] or [_NONE]))


def _message(code: str) -> Markup:
    return _both(Words(*text(code)))


def _both(words: Words) -> Markup:
    return fragment(words.zh, " ", element("small", words.en))


def _stacked(words: Words) -> Markup:
    return fragment(words.zh, _BREAK, element("small", words.en))
