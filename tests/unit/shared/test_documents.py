"""The documents: links lead somewhere, each speaks one language, and two languages give the same commands."""

from __future__ import annotations

import itertools
import re
import unicodedata
from pathlib import Path

import pytest

from tools.environment import ROOT

DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
CHINESE = [document for document in DOCUMENTS if document.name.endswith(".zh.md")]
FENCED = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
COLUMNS = 120


def name(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def columns(line: str) -> int:
    """The width of a line on a screen, where a Chinese character is as wide as two letters."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


def commands(document: Path) -> list[str]:
    """The lines of its blocks in no named language, which are for the shell, without comments and blank lines."""
    lines: list[str] = []
    language: str | None = None
    for line in document.read_text("utf-8").splitlines():
        if line.strip().startswith("```"):
            language = line.strip("` ") if language is None else None
        elif language == "" and (command := re.sub(r"(^|\s+)# .*", "", line)):
            lines.append(command)
    return lines


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_inside_the_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text("utf-8")):
        assert (document.parent / target).exists(), target


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them: no punctuation, a hyphen for each space."""
    headings = re.findall(r"^#+ +(.+?) *$", FENCED.sub("", document.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_to_a_heading_lead_to_one(document: Path) -> None:
    found = re.findall(r"\]\(([^)#:]*)#([^)]+)\)", document.read_text("utf-8"))
    links = [(document.parent / target if target else document, anchor) for target, anchor in found]
    lost = [anchor for target, anchor in links if target.suffix == ".md" and anchor not in anchors(target)]
    assert lost == []


@pytest.mark.requirement("N6")
def test_every_decision_on_record_has_a_number_of_its_own_and_bears_it() -> None:
    records = {path.name: path.read_text("utf-8") for path in (ROOT / "docs" / "adr").glob("[0-9]*.md")}
    numbers = sorted(one[:4] for one in records)
    assert [one for one, after in itertools.pairwise(numbers) if one == after] == []
    assert [one for one, text in records.items() if not text.startswith(f"# {one[:4]} ")] == []


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("chinese", CHINESE, ids=name)
def test_both_languages_give_the_same_commands(chinese: Path) -> None:
    assert commands(chinese) == commands(chinese.with_name(chinese.name.replace(".zh.md", ".md")))


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("chinese", CHINESE, ids=name)
def test_no_english_sentence_stands_in_a_chinese_document(chinese: Path) -> None:
    prose = re.sub(r"`[^`]*`|\]\([^)]*\)", "", FENCED.sub("", chinese.read_text("utf-8")))
    # Names of services and of their buttons are English in both languages; five words in a row are a sentence.
    assert re.findall(r"(?:[A-Za-z]+,? ){4,}[A-Za-z]+", prose) == []


@pytest.mark.parametrize("document", [*DOCUMENTS, ROOT / "docs" / "openapi.yaml", ROOT / "Makefile"], ids=name)
def test_no_line_is_wider_than_a_screen(document: Path) -> None:
    """Of a table neither: a row that is wider is read with effort, as it stands and as columns; it becomes a list."""
    assert [line for line in document.read_text("utf-8").splitlines() if columns(line) > COLUMNS] == []
