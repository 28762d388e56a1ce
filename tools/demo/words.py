"""What the chapters print of codes: each in the words of the system's own pages, Chinese and English apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from degree_auth.domain.cases.names import FIELD_NAMES, KIND_NAMES, STAGE_NAMES
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.cases.result import Result
from degree_auth.domain.cases.stages import Outcome, Stage
from degree_auth.domain.cases.timeline import result_words
from degree_auth.domain.register.matching import MatchResult
from degree_auth.domain.shared.words import Words, words_of

NOTHING = Words("—", "—")
_COMPARED: Mapping[MatchResult, Words] = {
    MatchResult.MATCHED: Words("一致", "equal"),
    MatchResult.MISMATCHED: Words("不一致", "differs"),
    MatchResult.NOT_FOUND: Words("未查到", "not found"),
    MatchResult.AMBIGUOUS: Words("多条相近", "several come near"),
}
_STATES: Mapping[ReportState, Words] = {
    ReportState.VALID: Words("有效", "valid"),
    ReportState.SUPERSEDED: Words("已被取代", "superseded"),
    ReportState.REVOKED: Words("已撤销", "revoked"),
}
_OUTCOMES: Mapping[Outcome, Words] = {
    Outcome.REPORTED: Words("已出具报告", "report issued"),
    Outcome.NOT_CONFIRMED: Words("不属实", "not confirmed"),
    Outcome.CANNOT_VERIFY: Words("无法核查", "cannot be verified"),
    Outcome.INELIGIBLE: Words("不符合条件", "not eligible"),
    Outcome.IMPERSONATION: Words("属冒用", "impersonation"),
}
_CONSENT = Words("同意", "Consent")
_ACTIONS: Mapping[str, Words] = {
    "open_review": Words("打开审查单", "opens the review sheet"),
    "confirm_identity": Words("确认申请人身份", "confirms who applies"),
    "confirm_material": Words("确认材料", "confirms the material"),
    "send_message": Words("答复单位", "answers the institution"),
    "accept_archive_values": Words("采用档案记载", "accepts the archive's values"),
    "approve_register_change": Words("批准数据库信息变更", "approves the register change"),
    "admit_recheck": Words("受理再次核查", "admits the recheck"),
    "decide_recheck": Words("决定再次核查", "decides the recheck"),
}


def stage_words(code: str | None) -> Words:
    """A case's stage; a dash where there is no case."""
    return STAGE_NAMES[Stage(code)] if code else NOTHING


def compared_words(comparison: Mapping[str, Any] | None) -> Words:
    """What the comparison came to; a dash where it is not told."""
    return _COMPARED[MatchResult(comparison["result"])] if comparison else NOTHING


def state_words(code: str) -> Words:
    """The state of a report."""
    return _STATES[ReportState(code)]


def outcome_words(code: str | None) -> Words:
    """What a case ended in; nothing where it has not ended."""
    return _OUTCOMES[Outcome(code)] if code else Words("", "")


def action_words(action: str) -> Words:
    """What a member of staff does."""
    return _ACTIONS[action]


def answer_words(result: str) -> Words:
    """What an institution answers."""
    return result_words(Result(result))


def kind_words(kind: str) -> Words:
    """A kind of file."""
    return KIND_NAMES[kind]


def problems_words(problems: Iterable[Mapping[str, Any]]) -> Words:
    """What is wrong with an application, each field by its name."""
    told = [(_field_words(one["field"]), words_of(one["code"])) for one in problems]
    return Words(
        "；".join(f"{field.zh}：{sentence.zh.rstrip('。')}" for field, sentence in told),
        "; ".join(f"{field.en}: {sentence.en.rstrip('.')}" for field, sentence in told),
    )


def _field_words(field: str) -> Words:
    return _CONSENT if field == "consent" else FIELD_NAMES[field]


def records(count: int) -> Words:
    """So many records."""
    return Words(f"{count} 条", f"{count} record" if count == 1 else f"{count} records")


def sentence(entry: Mapping[str, Any]) -> Words:
    """An entry of a timeline. The reason behind it stays out: it is in the language of whoever gave it."""
    return Words(entry["zh"], entry["en"].partition(" Reason: ")[0])
