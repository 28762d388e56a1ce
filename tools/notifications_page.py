"""The pages of the documentation that show what is sent to applicants and institutions, made from the texts themselves.

python -m tools.notifications_page            write docs/notifications.md and docs/notifications.zh.md
python -m tools.notifications_page --check    exit with 1 if they are not what the texts say
"""

from __future__ import annotations

import sys
import textwrap
import unicodedata

from degree_auth.domain.notifications.letter import Language, letter, text_message
from degree_auth.domain.notifications.notification import (
    FOR_INSTITUTIONS,
    IN_DIGEST,
    SWITCHABLE,
    TEXTED,
    NotificationKind,
)
from degree_auth.domain.shared.words import Words
from tools.environment import ROOT, say

_COLUMNS = 112
SAMPLE = {
    "case_number": "RZ20261123K7Q2M9XD",
    "name": "张**",
    "due": "2026-12-23",
    "page": "https://degrees.example.org/case#n=RZ20261123K7Q2M9XD",
    "hotline": "010-00000000",
    "code": "123456",
    "open": "7",
    "new": "3",
    "due_soon": "2",
    "overdue": "1",
    "messages": "2",
    "subject": "u10001-archive",
    "at": "2026-11-23 10:00",
}
"""Invented facts that the pages are filled with."""

_HEAD = {
    Language.ZH: (
        "# 通知",
        "[English](notifications.md)",
        "以下是系统发给申请人和学位授予单位的全部通知，由 `python -m tools.notifications_page` 从文本生成，请勿"
        "手改。姓名、编号和日期均为虚构。邮件先用一种语言，横线之后是另一种；本页只列中文。通知不含认证件编号和脱敏姓名"
        "以外的个人信息，链接不含凭证。",
        "## 发给申请人",
        "## 发给学位授予单位",
        "主题：",
        "短信：",
        "可关闭。",
        "可改为每日汇总。",
    ),
    Language.EN: (
        "# Notifications",
        "[中文](notifications.zh.md)",
        "These are all the notifications that applicants and institutions are sent, made by "
        "`python -m tools.notifications_page` from the texts; do not edit this page. Name, number and dates are "
        "invented. A mail has one language first and, after a line, the other; this page shows the English. Nothing "
        "personal is in a notification but the case number and the masked name, and no link carries a token.",
        "## To applicants",
        "## To institutions",
        "Subject: ",
        "Text message: ",
        "It can be switched off.",
        "A daily digest can take its place.",
    ),
}


def page(language: Language) -> str:
    """A page as Markdown."""
    title, other, head, applicants, institutions, subject, text, off, digest = _HEAD[language]
    lines = [title, "", other, "", *_wrapped(head), ""]
    for heading, kinds in (
        (applicants, [kind for kind in NotificationKind if kind not in FOR_INSTITUTIONS]),
        (institutions, [kind for kind in NotificationKind if kind in FOR_INSTITUTIONS]),
    ):
        lines += [heading, ""]
        for kind in kinds:
            mail = letter(kind, SAMPLE, language)
            lines += [f"### {kind.value}", ""]
            said = [off] * (kind in SWITCHABLE) + [digest] * (kind in IN_DIGEST)
            lines += [*_wrapped(" ".join(said)), ""] if said else []
            body = mail.body.split(f"\n{'-' * 40}\n")[0].rstrip()
            lines += ["```text", *_wrapped(subject + mail.subject), ""]
            lines += [one for paragraph in body.split("\n") for one in _wrapped(paragraph) or [""]]
            if kind in TEXTED:
                lines += ["", *_wrapped(text + text_message(kind, SAMPLE, language))]
            lines += ["```", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _wrapped(text: str) -> list[str]:
    """Lines of at most so many columns; a Chinese character takes two and may end a line."""
    if all(ord(char) < 0x2E80 for char in text):
        return textwrap.wrap(text, _COLUMNS, break_long_words=False, break_on_hyphens=False)
    lines, line, width = [], "", 0
    for char in text:
        wide = 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if width + wide > _COLUMNS and char not in "，。；：、”）":
            lines.append(line.rstrip())
            line, width = "", 0
        line, width = line + char, width + wide
    return [*lines, line.rstrip()] if line else lines


def main() -> None:
    """Write the pages, or check them."""
    paths = {Language.EN: ROOT / "docs" / "notifications.md", Language.ZH: ROOT / "docs" / "notifications.zh.md"}
    if sys.argv[1:] == ["--check"]:
        if any(not path.exists() or path.read_text(encoding="utf-8") != page(one) for one, path in paths.items()):
            raise SystemExit(
                Words(
                    "通知页已过时：python -m tools.notifications_page", "the notifications' pages are out of date"
                ).lines
            )
        return
    for language, path in paths.items():
        path.write_text(page(language), encoding="utf-8")
    say("已写入通知页", "the notifications' pages are written")


if __name__ == "__main__":
    main()
