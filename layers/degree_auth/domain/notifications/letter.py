"""A notification in words: a mail in two languages, one after the other, or a text message in one (N6).

Nothing personal but the case number and the masked name (N4). Links lead to the service's own pages and open nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Template

from degree_auth.domain.notifications.notification import NotificationKind
from degree_auth.messages.notification_texts import template


class Language(StrEnum):
    """What somebody reads first."""

    ZH = "zh"
    EN = "en"


_PARTING = "-" * 40


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and body of a mail; neither has been given a recipient yet."""

    subject: str
    body: str


def letter(kind: NotificationKind, facts: Mapping[str, str], first: Language = Language.ZH) -> Letter:
    """The mail of a notification: the language that is read first, a line, and the other one.

    Raises:
        KeyError: the text names a fact that is not there.
    """
    order = [first, *(one for one in Language if one is not first)]
    parts = [_mail(kind, one, facts) for one in order]
    return Letter(parts[0].subject, f"\n{_PARTING}\n\n".join(part.body for part in parts))


def text_message(kind: NotificationKind, facts: Mapping[str, str], language: Language = Language.ZH) -> str:
    """The text message of a notification. Raises `KeyError` as `letter` does."""
    return _filled(template(kind, "text", language), facts)


def _mail(kind: NotificationKind, language: Language, facts: Mapping[str, str]) -> Letter:
    subject, _, body = template(kind, "mail", language).partition("\n\n")
    footer = template("footer", "mail", language)
    return Letter(_filled(subject, facts), _filled(f"{body}\n\n{footer}\n", facts))


def _filled(text: str, facts: Mapping[str, str]) -> str:
    return Template(text).substitute(facts)
