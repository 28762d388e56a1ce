"""What the pages for staff have in common: the document, and a table of values before and after, in one language."""

from __future__ import annotations

from collections.abc import Mapping

from degree_auth.adapters.review.elements import Markup, element
from degree_auth.domain.cases.names import FIELD_NAMES
from degree_auth.domain.cases.register_change import ChangeKind
from degree_auth.domain.register_changes.plan import RegisterPlan
from degree_auth.domain.review.sheet import record_values
from degree_auth.domain.shared.words import Language, Words

_STYLE = Markup("""
body{font:15px/1.6 "Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;margin:2rem;color:#1d1d1f}
h1{font-size:1.4rem}table{border-collapse:collapse;width:100%}td,th{border:1px solid #c8c8cc;padding:.4rem .6rem;
text-align:left;vertical-align:top}th{background:#f4f1ec}.differs{background:#fbe9e7}small{color:#5f6368}
""")
FIELD = Words("项目", "Field")
KINDS: Mapping[ChangeKind, Words] = {
    ChangeKind.UPDATE: Words("更正记录", "A record is put right"),
    ChangeKind.ADD: Words("补录记录", "A record is added"),
    ChangeKind.REMOVE: Words("移除记录", "A record is removed"),
}
_BEFORE, _AFTER = Words("变更前", "Before"), Words("变更后", "After")
_LANGUAGE_TAGS = {Language.CHINESE: "zh-CN", Language.ENGLISH: "en"}


def document(title: str, language: Language, *body: str) -> str:
    """An HTML document that no search engine keeps."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("title", title),
        element("meta", name="robots", content="noindex"),
        element("style", _STYLE),
    )
    return f"<!doctype html>{element('html', head, element('body', *body), lang=_LANGUAGE_TAGS[language])}"


def before_and_after(plan: RegisterPlan, language: Language) -> Markup:
    """What a register change does to a record, field by field; of one that is added or removed, all of it."""
    before = {} if plan.before is None else record_values(plan.before, language)
    after = {} if plan.after is None else record_values(plan.after, language)
    values = {field: (before.get(field, "—"), after.get(field, "—")) for field in plan.fields or before}
    return beside(_BEFORE, _AFTER, values, language)


def beside(left: Words, right: Words, values: Mapping[str, tuple[str, str]], language: Language) -> Markup:
    """Two values by field, the right one marked; nothing without any."""
    if not values:
        return Markup()
    rows = [
        element(
            "tr",
            element("th", FIELD_NAMES[field].in_language(language)),
            element("td", old),
            element("td", new, class_="differs"),
        )
        for field, (old, new) in values.items()
    ]
    heads = (element("th", words.in_language(language)) for words in (FIELD, left, right))
    return element("table", element("tr", *heads), *rows)
