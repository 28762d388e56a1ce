"""The glossary is what the tree says: its words are used, and those that it sets aside are not."""

from __future__ import annotations

import re

import pytest

from tools.environment import ROOT

PLACES = ("layers/degree_auth", "functions", "statemachines", "tools", "docs/architecture", "docs/openapi.yaml")
SUFFIXES = {".py", ".js", ".json", ".html", ".yaml", ".typ", ".md"}

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| Word", "| ---"))
]


def spelling(word: str) -> re.Pattern[str]:
    """A word in prose, in snake_case or in CamelCase, in the singular or the plural."""
    parts = [re.escape(part) for part in re.split(r"[ -]", word)]
    return re.compile(r"(?<![a-z])" + r"[ _-]?".join(parts) + r"(?:s|es)?(?![a-z])", re.IGNORECASE)


TEXTS = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for place in PLACES
    for path in ([ROOT / place] if (ROOT / place).is_file() else sorted((ROOT / place).rglob("*")))
    if path.suffix in SUFFIXES and "data" not in path.parts
}
CODE = {name: text for name, text in TEXTS.items() if name.startswith("layers")}
SET_ASIDE = [(row[0], word.strip()) for row in ROWS for word in row[3].split(",") if word.strip()]


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_word_of_the_glossary_is_used(row: list[str]) -> None:
    assert any(spelling(row[0]).search(text) for text in CODE.values())


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_chinese_word_of_the_glossary_is_used(row: list[str]) -> None:
    assert any(row[1] in text for text in TEXTS.values())


@pytest.mark.requirement("N6")
@pytest.mark.parametrize(("word", "other"), SET_ASIDE, ids=str)
def test_no_second_word_stands_for_the_same_thing(word: str, other: str) -> None:
    pattern = spelling(other)
    # A capital begins a new word in CamelCase, so the pattern is looked for in names split into words.
    places = [
        f"{name}:{text[: found.start()].count(chr(10)) + 1}"
        for name, text in ((name, re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)) for name, text in TEXTS.items())
        for found in pattern.finditer(text)
    ]
    assert not places, f"say {word!r} instead of {other!r}"


def test_no_word_is_explained_twice() -> None:
    words = [row[0] for row in ROWS]
    assert len(words) == len(set(words))
