"""The guide to register files names every column and every rule, in both languages alike."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from degree_auth.domain.register.annual_report_columns import COLUMN
from degree_auth.messages.register import MESSAGES

DOCS = Path(__file__).parents[3] / "docs"
GUIDES = {name: (DOCS / name).read_text("utf-8") for name in ("register-files.md", "register-files.zh.md")}
TOLD_ELSEWHERE = {"register_import_stopped"}
RULES = {code for code in MESSAGES if code.startswith(("register_", "row_", "warning_"))} - TOLD_ELSEWHERE


def listed(guide: str) -> list[str]:
    """What the first cells of the guide's tables name, in their order."""
    cells = re.findall(r"^\| (`[^|]*) \|", guide, re.MULTILINE)
    return [name for cell in cells for name in re.findall("`([^`]*)`", cell)]


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("name", GUIDES)
def test_the_guide_names_every_column_with_its_length_and_every_rule_once(name: str) -> None:
    assert sorted(listed(GUIDES[name])) == sorted([*(column.label for column in COLUMN.values()), *RULES])
    for column in COLUMN.values():
        row = rf"^\| `{re.escape(column.label)}` \| [^|]* \| {column.length} \|"
        assert re.search(row, GUIDES[name], re.MULTILINE)


@pytest.mark.requirement("N5")
def test_both_languages_name_the_same_in_the_same_order() -> None:
    english, chinese = map(listed, GUIDES.values())
    assert english == chinese
