"""The guides for people: one a user, in both languages, in the words that the pages really show."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

from degree_auth.domain.review.work import KIND_NAMES
from degree_auth.pages import NAMES, words_of
from tools.environment import ROOT

pytestmark = pytest.mark.requirement("N6")
FOLDER = ROOT / "docs" / "guides"
USERS = ("applicant", "institution", "staff", "platform", "operations", "auditor")
LANGUAGES = {"en": ".md", "zh": ".zh.md"}
GUIDES = [(user, language) for user in USERS for language in LANGUAGES]


def text_of(user: str, language: str) -> str:
    return (FOLDER / f"{user}{LANGUAGES[language]}").read_text("utf-8")


@cache
def shown(language: str) -> frozenset[str]:
    """Every text that the pages show, and the names of the lists of what waits for staff."""
    lists = (name.zh if language == "zh" else name.en for name in KIND_NAMES.values())
    return frozenset([*lists, *(words[language] for name in NAMES for words in words_of(name).values())])


def form_of(guide: str) -> list[str]:
    """What both languages have alike: ranks of headings, steps, points, rows of tables, and blocks."""
    marks = re.findall(r"^ *(#+ |\d+\. |- |\||```\w*)", guide, re.MULTILINE)
    return [mark.strip() for mark in marks]


def inputs(guide: str) -> list[dict[str, str]]:
    """The inputs to paste, without the reasons, which are in the language of the guide."""
    blocks = re.findall(r"^ *```json\n(.*?)^ *```$", guide, re.MULTILINE | re.DOTALL)
    return [{name: value for name, value in json.loads(block).items() if name != "reason"} for block in blocks]


def test_there_is_a_guide_for_every_user_in_both_languages() -> None:
    assert {one.name for one in FOLDER.iterdir()} == {f"{user}{LANGUAGES[language]}" for user, language in GUIDES}


@pytest.mark.parametrize("user", USERS)
def test_both_languages_have_the_same_steps_and_inputs(user: str) -> None:
    english, chinese = (text_of(user, language) for language in LANGUAGES)
    assert form_of(english) == form_of(chinese)
    assert inputs(english) == inputs(chinese)


@pytest.mark.parametrize(("user", "language"), GUIDES)
def test_what_a_guide_quotes_stands_on_a_page(user: str, language: str) -> None:
    quoted = re.findall("“([^”]*)”", text_of(user, language).replace("\n  ", "" if language == "zh" else " "))
    assert [one for one in quoted if re.sub(r"\s+", " ", one) not in shown(language)] == []


@pytest.mark.parametrize(("user", "language"), GUIDES)
def test_the_readme_leads_to_every_guide(user: str, language: str) -> None:
    name = f"docs/guides/{user}{LANGUAGES[language]}"
    assert f"]({name})" in Path(ROOT, f"README{LANGUAGES[language]}").read_text("utf-8")
