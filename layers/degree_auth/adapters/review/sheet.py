"""The review sheet as one HTML page in the language that the reviewer chose: claim and register side by side,
differences marked, with links to the files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from degree_auth.adapters.review.elements import Markup, element, fragment
from degree_auth.adapters.review.page import FIELD, KINDS, before_and_after, beside, document
from degree_auth.domain.applications.person import Authority, proves_birth_date
from degree_auth.domain.cases.attachment import Attachment
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.comparison_words import compared_words
from degree_auth.domain.cases.disavowal import Disavowal
from degree_auth.domain.cases.ledger import PROMISED_DAYS, Ledger
from degree_auth.domain.cases.names import (
    AUTHORITY_NAMES,
    CAUSE_NAMES,
    DISAVOWAL_NAMES,
    FIELD_NAMES,
    KIND_NAMES,
    RECHECK_NAMES,
    STAGE_NAMES,
)
from degree_auth.domain.cases.recheck import Recheck
from degree_auth.domain.cases.register_change import ChangeStatus, RegisterChange
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import Task
from degree_auth.domain.cases.timeline import result_words
from degree_auth.domain.register.award_identity import record_choice
from degree_auth.domain.register.matching import same_value
from degree_auth.domain.review.scan_advice import Advice
from degree_auth.domain.review.sheet import PendingForm, ReviewSheet, claim_values, record_values
from degree_auth.domain.shared.actors import staff_of
from degree_auth.domain.shared.words import Language, Words, words_of
from degree_auth.domain.shared.working_days import SHANGHAI
from degree_auth.domain.verification.feedback import Feedback

_MINUTES = "%Y-%m-%d %H:%M"
_BREAK = element("br")
_TITLE = Words("材料审查单", "Review sheet")
_NONE = Words("无", "none")
_NO_STATEMENT = Words("未附说明", "no statement")
_SELF_STATED = Words(
    "出生日期系申请人自报：其身份证件号码中没有出生日期。",
    "The birth date is self-stated: the number of this identity document has none.",
)
_PRIVATE = Words("本页含个人信息，仅限办理本件使用。", "Personal data; for this case only.")
_CLAIM, _HINTS = Words("申请信息", "Claim"), Words("提示", "Hints")
_READ = Words("扫描件（机器识读）", "Scan, read by machine")
_NOT_READ = Words("未读出", "not read")
_ADVICE = Words(
    "机器识读的内容及其把握程度仅供参考，可能读错，以所附扫描件为准。",
    "What the machine read, and how sure it is, is advice: it may be wrong. The scan itself decides.",
)
_RECORD = Words("数据库记录", "Award record")
_ARCHIVE = Words("档案记载", "Archive")
_ATTACHMENTS, _WARNINGS = Words("附件", "Attachments"), Words("提醒", "Warnings")
_MESSAGES = Words("与单位的消息", "Messages with the institution")
_EXPLANATIONS = Words("口径", "Standing explanations")
_URGENCY = Words("加急申请", "Urgent handling asked for")
_RECHECK = Words("再次核查", "Recheck")
_DISAVOWAL = Words("冒用申报", "Disavowal")
_MADE = Words("本件的提交：", "How the application was made:")
_MADE_THROUGH: Mapping[str, Words] = {
    "api": Words("直接申请", "directly"),
    "platform": Words("经国家政务服务平台", "through the platform"),
}
_ANSWER = Words("单位反馈", "Answer of the institution")
_PENDING = Words("书面反馈，待第二人确认", "Written feedback that waits for a second person")
_SCAN = Words("所存扫描件", "The scan that is kept")
_NO_SCAN = Words(
    "没有可供查看的扫描件（未记、未经检查或已停用），请重新登记该表。",
    "No scan can be shown: none is noted, it was not examined, or it was withdrawn. The form has to be recorded anew.",
)
_REGISTER_CHANGE = Words("数据库信息变更", "Register change")
_SIDES = {"institution": Words("学位授予单位", "institution"), "centre": Words("学位中心", "centre")}
_AGAINST = Words("既有文件：", "What stands against it:")
_REPORT_STATES: Mapping[ReportState, Words] = {
    ReportState.VALID: Words("有效", "in force"),
    ReportState.SUPERSEDED: Words("已被取代", "superseded"),
    ReportState.REVOKED: Words("已撤销", "revoked"),
}
_SEMICOLON = Words("；", "; ")
_STATUSES: Mapping[ChangeStatus, Words] = {
    ChangeStatus.OPEN: Words("已启动，尚无方案", "Open, nothing proposed yet"),
    ChangeStatus.PROPOSED: Words("待第二人复核", "Waiting for a second person"),
    ChangeStatus.APPROVED: Words("已批准，待执行", "Approved, to be applied"),
    ChangeStatus.APPLYING: Words("执行中", "Being applied"),
    ChangeStatus.APPLIED: Words("已执行", "Applied"),
    ChangeStatus.CLOSED: Words("已结束，数据库未变更", "Closed, the register stays as it is"),
}


def review_page(sheet: ReviewSheet, language: Language) -> str:
    """The sheet as an HTML document."""
    return _Page(sheet, language).document()


def _holder(case: Case) -> list[Words]:
    """Who of the staff has the case in hand, if anybody."""
    if case.in_hand is None:
        return []
    name = staff_of(case.in_hand.by)
    return [Words(f"领取人 {name}", f"in the hands of {name}")]


@dataclass(frozen=True, slots=True)
class _Page:
    """The parts of the page; each is empty when there is nothing to show."""

    sheet: ReviewSheet
    language: Language

    def document(self) -> str:
        sheet, case = self.sheet, self.sheet.case
        return document(
            case.case_number,
            self.language,
            element("h1", f"{self._say(_TITLE)} · {case.case_number}"),
            self._case_state(),
            self._parking_reason(case.reason or {}) if case.stage is Stage.PARKED else fragment(),
            self._disavowals() if sheet.disavowals else fragment(),
            self._side_by_side(),
            fragment() if proves_birth_date(sheet.claim.holder) else element("p", self._say(_SELF_STATED)),
            self._explanations(),
            fragment() if case.recheck is None else self._recheck(case.recheck),
            fragment() if sheet.answer is None else self._answer(*sheet.answer),
            fragment() if sheet.written is None else self._pending(sheet.written),
            self._change(case.register_changes[-1]) if case.register_changes else fragment(),
            self._heading(_ATTACHMENTS),
            self._items(self._file(file, link) for file, link in sheet.scans.items()),
            self._heading(_WARNINGS),
            self._items(fragment(f"{self._message(one.code)} ({one.field})") for one in sheet.warnings),
            self._urgency(),
            self._heading(_MESSAGES),
            self._items(
                fragment(f"{sent['at']} {sent['task_id']} {self._say(_SIDES[sent['from']])}", _BREAK, sent["text"])
                for sent in sheet.messages
            ),
            element("p", self._say(_PRIVATE)),
        )

    def _case_state(self) -> Markup:
        """Stage, by whom the applicant was proven, result of the comparison, and the clock of the case."""
        comparison = self.sheet.case.comparison
        compared = [] if comparison is None else [compared_words(comparison, to_staff=True)]
        made = f"{self.sheet.at.astimezone(SHANGHAI):{_MINUTES}}"
        return fragment(
            element("p", self._join(_stage(self.sheet.case), _proof(self.sheet.case), *compared)),
            element(
                "p",
                self._join(
                    _clock(self.sheet.clock),
                    *([] if self.sheet.expected is None else [self.sheet.expected]),
                    Words(f"生成于 {made}", f"made at {made}"),
                    Words(f"版本 {self.sheet.case.version}", f"version {self.sheet.case.version}"),
                    *_holder(self.sheet.case),
                ),
            ),
        )

    def _parking_reason(self, reason: Mapping[str, Any]) -> Markup:
        """Why the case waits for a person, and what stands against it: documents, or the case that has none."""
        documents = self._documents()
        if not self.sheet.against and "case" in reason:
            documents = self._stands_against(_case(reason["case"]))
        return fragment(element("p", self._message(reason["reason"])), documents)

    def _documents(self) -> Markup:
        """The reports and written notices that stand against the case: number, state, and the case that issued each."""
        return fragment(
            *(
                self._stands_against(
                    _untranslated(one.report_number),
                    _REPORT_STATES[one.state],
                    *([] if one.superseded_by is None else [_untranslated(one.superseded_by)]),
                    _case(one.case_number),
                )
                for one in self.sheet.against
            )
        )

    def _stands_against(self, *facts: Words) -> Markup:
        return element("p", f"{self._say(_AGAINST)} ", self._join(*facts))

    def _disavowals(self) -> Markup:
        """What each holder said, where the case stands beneath, and how the applicant came and can be reached."""
        case, contact = self.sheet.case, self.sheet.contact
        reached = (_untranslated(contact.mobile), _untranslated(contact.email))
        return fragment(
            self._heading(_DISAVOWAL),
            *(self._disavowal(*one) for one in self.sheet.disavowals),
            element("p", f"{self._say(_MADE)} ", self._join(_MADE_THROUGH[case.source], *reached)),
        )

    def _disavowal(self, disavowal: Disavowal, name: str, reason: str) -> Markup:
        said = f"{disavowal.at.astimezone(SHANGHAI):{_MINUTES}}"
        facts = (DISAVOWAL_NAMES[disavowal.status], _untranslated(name), _untranslated(said))
        return fragment(
            element("p", self._join(*facts, STAGE_NAMES[self.sheet.case.stood_at])),
            element("p", reason),
        )

    def _side_by_side(self) -> Markup:
        claim, comparison = self.sheet.claim, self.sheet.case.comparison
        recorded = [record_values(record, self.language) for record in self.sheet.candidates]
        hints = {} if comparison is None else {each["field"]: each["hints"] for each in comparison["differences"]}
        heads = [
            element("th", f"{self._say(_RECORD)} {n}", _BREAK, element("code", record_choice(record)))
            for n, record in enumerate(self.sheet.candidates, start=1)
        ]
        rows = [
            element(
                "tr",
                element("th", self._say(FIELD_NAMES[field])),
                element("td", value),
                *self._advice_on(field),
                *(
                    element("td", its[field], class_=_mark(same_value(field, value, its[field], identity_type)))
                    for its in recorded
                ),
                element("td", fragment(*(element("div", self._message(code)) for code in hints.get(field, ())))),
            )
            for identity_type in [claim.holder.identity_type]
            for field, value in claim_values(claim, self.language).items()
        ]
        read = [] if self.sheet.advice is None else [_READ]
        first, *others, last = (element("th", self._say(words)) for words in (FIELD, _CLAIM, *read, _HINTS))
        return fragment(
            element("table", element("tr", first, *others, *heads, last), *rows),
            element("p", self._say(_ADVICE)) if read else fragment(),
        )

    def _advice_on(self, field: str) -> list[Markup]:
        """The cell that says what the scan appears to say; none without one that was read."""
        if self.sheet.advice is None:
            return []
        advice = self.sheet.advice.get(field)
        if advice is None:
            return [element("td", "")]
        if advice.advice is Advice.NOT_READ:
            return [element("td", self._say(_NOT_READ))]
        sure = element("small", f" {advice.confidence:.0%}")
        return [element("td", advice.seen, sure, class_=_mark(advice.advice is Advice.AGREES))]

    def _explanations(self) -> Markup:
        """The institution's standing explanations for the degree; one without an English text stands in Chinese."""
        if not self.sheet.explanations:
            return fragment()
        shown = (fragment(self._say(Words(one.text, one.text_en or one.text))) for one in self.sheet.explanations)
        return fragment(self._heading(_EXPLANATIONS), self._items(shown))

    def _recheck(self, recheck: Recheck) -> Markup:
        """The recheck that is open: its cause, what was said for it, and links to the evidence that it names."""
        scans = self.sheet.scans.items()
        evidence = [self._file(file, link) for file, link in scans if file.attachment_id in recheck.evidence]
        opened = f"{recheck.opened_at.astimezone(SHANGHAI):{_MINUTES}} {recheck.opened_by}"
        facts = [CAUSE_NAMES[recheck.cause], *([_untranslated(recheck.draw_id)] if recheck.draw_id else [])]
        return fragment(
            self._heading(_RECHECK, f" {recheck.number}"),
            element("p", self._join(*facts, RECHECK_NAMES[recheck.status], _untranslated(opened))),
            element("p", self.sheet.recheck_statement or self._say(_NO_STATEMENT)),
            self._documents(),
            element("ul", *(element("li", link) for link in evidence)) if evidence else "",
        )

    def _answer(self, task: Task, form: Feedback) -> Markup:
        """The answer that the institution gave last."""
        return fragment(self._heading(_ANSWER, f" · {task.task_id}"), self._said(form, task.institution_code))

    def _pending(self, written: PendingForm) -> Markup:
        """The written form as it was entered, word for word, for the second person to hold against its scan."""
        entry, form = written.entry, written.feedback
        facts = (entry.recorded_by, f"{entry.received_on}", entry.exemption, form.handler)
        fields = "".join(f" {self._say(FIELD_NAMES[field])}" for field in form.fields)
        return fragment(
            self._heading(_PENDING),
            self._said(form, *facts, *([fields.strip()] if fields else [])),
            element("p", element("a", self._say(_SCAN), href=written.scan) if written.scan else self._say(_NO_SCAN)),
        )

    def _said(self, form: Feedback, *facts: str) -> Markup:
        """What a form says; where the archive differs, its values beside the claim's."""
        claimed = claim_values(self.sheet.claim, self.language)
        said = (form.archive_searched, form.archive_reference, form.reason, form.remark)
        texts = [_untranslated(part) for part in said if part]
        return fragment(
            element("p", self._join(*map(_untranslated, facts), result_words(form.result), *texts)),
            beside(
                _CLAIM,
                _ARCHIVE,
                {field: (claimed[field], value) for field, value in form.archive_values.items()},
                self.language,
            ),
        )

    def _change(self, change: RegisterChange) -> Markup:
        """The register change opened last, and the record before and after as it proposes."""
        plan = self.sheet.plan
        kind = [] if change.kind is None else [KINDS[change.kind]]
        status = fragment(
            self._heading(_REGISTER_CHANGE, f" · {change.change_id}"),
            element("p", self._join(*kind, _STATUSES[change.status])),
        )
        if plan is None:
            return status
        return fragment(status, before_and_after(plan, self.language))

    def _urgency(self) -> Markup:
        reason = self.sheet.urgency
        return fragment() if reason is None else fragment(self._heading(_URGENCY), element("p", reason))

    def _file(self, file: Attachment, link: str) -> Markup:
        """A link to a file with its kind and who gave it."""
        giver = "" if file.task_id is None else f" ({self._say(_SIDES['institution'])}, {file.task_id})"
        text = f"{self._say(KIND_NAMES[file.kind])}{giver} "
        return element("a", text, element("small", file.content_type), href=link)

    def _items(self, items: Iterable[Markup]) -> Markup:
        return element("ul", *([element("li", item) for item in items] or [element("li", self._say(_NONE))]))

    def _heading(self, words: Words, more: str = "") -> Markup:
        return element("h2", self._say(words) + more)

    def _message(self, code: str) -> str:
        return self._say(words_of(code))

    def _join(self, *parts: Words) -> str:
        return self._say(_SEMICOLON).join(self._say(part) for part in parts)

    def _say(self, words: Words) -> str:
        return words.in_language(self.language)


def _stage(case: Case) -> Words:
    stage = STAGE_NAMES[case.stage]
    return Words(f"阶段：{stage.zh}", f"Stage: {stage.en}")


def _proof(case: Case) -> Words:
    if case.proven_by is None:
        return Words("身份尚未核验", "Identity not proven yet")
    authority = AUTHORITY_NAMES[Authority(case.proven_by)]
    return Words(f"身份由谁证明：{authority.zh}", f"Identity proven by: {authority.en}")


def _clock(clock: Ledger) -> Words:
    used, over = clock.working_day, clock.working_day - PROMISED_DAYS
    if clock.promise_broken:
        return Words(
            f"已用 {used} 个工作日，承诺 {PROMISED_DAYS} 个，已超过承诺 {over} 个",
            f"{used} working days used, {PROMISED_DAYS} promised, {over} over the promise",
        )
    return Words(
        f"已用 {used} 个工作日，承诺 {PROMISED_DAYS} 个", f"{used} working days used, {PROMISED_DAYS} promised"
    )


def _case(number: str) -> Words:
    return Words(f"认证件 {number}", f"case {number}")


def _mark(same: bool) -> str:
    return "same" if same else "differs"


def _untranslated(text: str) -> Words:
    """What stands as it is in either language."""
    return Words(text, text)
