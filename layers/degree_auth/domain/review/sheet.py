"""The review sheet: what the material reviewer looks at, claim and register side by side (article 10); and the
correction sheet that the reviewer edits. Both hold personal data and live in private storage only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from html import escape
from typing import Any

from degree_auth.domain.applications.claim import Claim, Submission
from degree_auth.domain.applications.submission import claim_as_dict
from degree_auth.domain.cases.case import Attachment, Case
from degree_auth.domain.cases.words import FIELD_NAMES, KIND_NAMES, STAGE_NAMES, compared_words
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.matching import same_value
from degree_auth.domain.register.record import record_name
from degree_auth.domain.reports.report import LABELS
from degree_auth.domain.shared.errors import Problem
from degree_auth.domain.shared.messages import text
from degree_auth.domain.shared.workdays import SHANGHAI

_STYLE = """
body{font:15px/1.6 "Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;margin:2rem;color:#1d1d1f}
h1{font-size:1.4rem}table{border-collapse:collapse;width:100%}td,th{border:1px solid #c8c8cc;padding:.4rem .6rem;
text-align:left;vertical-align:top}th{background:#f4f1ec}.differs{background:#fbe9e7}small{color:#5f6368}
"""

_SIDES = {"institution": "学位授予单位 institution", "centre": "学位中心 centre"}


def correction_sheet(claim: Claim) -> dict[str, dict[str, str]]:
    """The claim as JSON for the reviewer to edit; read back as a correction."""
    return claim_as_dict(claim)


def review_sheet(
    case: Case,
    submission: Submission,
    candidates: Sequence[AwardRecord],
    warnings: Sequence[Problem],
    scans: Mapping[Attachment, str],
    now: datetime,
    messages: Sequence[Mapping[str, Any]] = (),
    urgency: str | None = None,
    sections: Sequence[str] = (),
) -> str:
    """An HTML page: the claim beside each award record that comes near, differences marked, with links to the scans.

    `messages` are those on the case's tasks, as `messages_of` gives them; `urgency` is why the applicant asks for
    urgent handling; `sections` are further parts as HTML. Each record has the name by which staff choose it.
    """
    claimed = claim_values(submission.claim)
    hints = _hints(case.comparison)
    heads = "".join(
        f"<th>数据库记录 {n}<br><small>Award record {n}</small><br><code>{escape(record_name(one))}</code></th>"
        for n, one in enumerate(candidates, start=1)
    )
    rows = "".join(
        _row(field, value, [record_values(one)[field] for one in candidates], hints, submission.claim)
        for field, value in claimed.items()
    )
    notes = "".join(f"<li>{_bilingual(one.code)}（{escape(one.field)}）</li>" for one in warnings)
    files = "".join(f"<li>{file_link(one, link)}</li>" for one, link in scans.items())
    stage = STAGE_NAMES[case.stage]
    asked = "" if urgency is None else f"<h2>加急申请 Urgent handling asked for</h2><p>{escape(urgency)}</p>"
    said = "".join(
        f"<li>{escape(one['at'])} {escape(one['task_id'])} {_SIDES[one['from']]}<br>{escape(one['text'])}</li>"
        for one in messages
    )
    result = "" if case.comparison is None else compared_words(case.comparison).zh
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(case.case_number)}</title>'
        f'<meta name="robots" content="noindex"><style>{_STYLE}</style></head><body>'
        f"<h1>材料审查单 Review sheet · {escape(case.case_number)}</h1>"
        f"<p>阶段 {stage.zh} <small>{stage.en}</small>；{escape(result)}"
        f"生成于 {now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}</p>"
        f"<table><tr><th>项目<br><small>Field</small></th><th>申请信息<br><small>Claim</small></th>{heads}"
        f"<th>提示<br><small>Hints</small></th></tr>{rows}</table>"
        f"{''.join(sections)}"
        f"<h2>附件 Attachments</h2><ul>{files or '<li>无 none</li>'}</ul>"
        f"<h2>提醒 Warnings</h2><ul>{notes or '<li>无 none</li>'}</ul>"
        f"{asked}<h2>与单位的消息 Messages with the institution</h2><ul>{said or '<li>无 none</li>'}</ul>"
        "<p>本页含个人信息，仅限办理本件使用。<small>Personal data; for this case only.</small></p></body></html>"
    )


def _row(field: str, claimed: str, recorded: Sequence[str], hints: Mapping[str, Sequence[str]], claim: Claim) -> str:
    words = FIELD_NAMES[field]
    cells = "".join(
        f'<td class="{"same" if same_value(field, claimed, value, claim.holder.identity_type) else "differs"}">'
        f"{escape(value)}</td>"
        for value in recorded
    )
    told = "<br>".join(_bilingual(code) for code in hints.get(field, ()))
    return f"<tr><th>{words.zh}<br><small>{words.en}</small></th><td>{escape(claimed)}</td>{cells}<td>{told}</td></tr>"


def _hints(comparison: Mapping[str, Any] | None) -> dict[str, Sequence[str]]:
    return {} if comparison is None else {one["field"]: one["hints"] for one in comparison["differences"]}


def file_link(one: Attachment, link: str) -> str:
    """A link to a file with its kind and who gave it, as HTML."""
    giver = "" if one.task_id is None else f"（{_SIDES['institution']}，{escape(one.task_id)}）"
    words = f"{KIND_NAMES[one.kind].zh}{giver} <small>{escape(one.content_type)}</small>"
    return f'<a href="{escape(link, quote=True)}">{words}</a>'


def claim_values(claim: Claim) -> dict[str, str]:
    """What was claimed, in words, by dotted field."""
    return {
        f"{section}.{name}": _worded(getattr(getattr(claim, section), name))
        for section, fields in claim_as_dict(claim).items()
        for name in fields
    }


def record_values(record: AwardRecord) -> dict[str, str]:
    """What a record says, in words, by the dotted field that claims the same."""
    values = {
        "holder.name": record.name,
        "holder.sex": record.sex,
        "holder.birth_date": record.birth_date,
        "holder.identity_type": record.identity_type,
        "holder.identity_number": record.identity_number,
        "degree.institution_code": record.institution_code,
        "degree.institution_name": record.institution_name,
        "degree.level": record.level,
        "degree.category": record.category_name,
        "degree.discipline": record.discipline_name,
        "degree.study_form": record.study_form,
        "degree.award_date": record.award_date,
        "degree.certificate_number": record.certificate_number,
    }
    return {field: _worded(value) for field, value in values.items()}


def _worded(value: object) -> str:
    return LABELS[value][0] if isinstance(value, StrEnum) else str(value)


def _bilingual(code: str) -> str:
    chinese, english = text(code)
    return f"{escape(chinese)} <small>{escape(english)}</small>"
