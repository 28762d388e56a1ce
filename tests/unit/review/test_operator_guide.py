"""The operator guide holds what the system holds: every action with an input that is taken, and codes that exist."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from degree_auth.domain.accounts.staff_actions import (
    StaffAccountAction,
    parse_credentials,
    parse_staff_account_action,
)
from degree_auth.domain.fees.request import FeeAction, parse_fee_statement
from degree_auth.domain.institutions.staff_actions import InstitutionAction, parse_institution_action
from degree_auth.domain.notifications.staff_actions import PlatformAction, parse_platform_action
from degree_auth.domain.register.sent_file import RegisterFileAction, parse_sent_file
from degree_auth.domain.register_changes.file_change_actions import FileChangeAction, parse_file_change_action
from degree_auth.domain.review.personal_data_actions import PersonalDataAction, parse_personal_data_action
from degree_auth.domain.review.reading_actions import ReadingAction, parse_reading_query
from degree_auth.domain.review.staff_actions import Action, parse_staff_action
from degree_auth.domain.review.work_actions import WorkAction, parse_work_query
from degree_auth.domain.spot_checks.request import SpotCheckAction, parse_spot_check_action
from degree_auth.messages import MESSAGES

DOCS = Path(__file__).parents[3] / "docs"
GUIDES = {name: (DOCS / name).read_text("utf-8") for name in ("operators.md", "operators.zh.md")}
_SHORT = {path.name: path.read_text("utf-8") for path in sorted((DOCS / "guides").glob("*.md"))}
INPUTS = [
    (name, example)
    for name, guide in {**GUIDES, **_SHORT}.items()
    for block in re.findall(r"^ *```json\n(.*?)^ *```$", guide, re.MULTILINE | re.DOTALL)
    if "action" in (example := json.loads(block))
]


def refusals(guide: str) -> str:
    """Section 12 of a guide, which both languages number alike."""
    return guide[guide.index("## 12.") : guide.index("## 13.")]


def codes(guide: str) -> list[str]:
    """The codes in the first column of the tables of refusals, in their order."""
    rows = re.findall(r"^\| (`[^|]*) \|", refusals(guide), re.MULTILINE)
    return [code for row in rows for code in re.findall("`([^`]*)`", row)]


@pytest.mark.requirement("A10", "N5")
@pytest.mark.parametrize("name", GUIDES)
@pytest.mark.parametrize(
    "actions",
    [
        *(Action, InstitutionAction, FeeAction, SpotCheckAction),
        *(RegisterFileAction, FileChangeAction, PlatformAction, StaffAccountAction, ReadingAction),
        *(PersonalDataAction, WorkAction),
    ],
)
def test_every_action_has_an_input_to_paste(actions: type[Action], name: str) -> None:
    examples = {example["action"] for guide, example in INPUTS if guide == name}
    assert examples >= {action.value for action in actions}


@pytest.mark.requirement("A10", "N5")
@pytest.mark.parametrize(("name", "example"), INPUTS, ids=[f"{name}-{each['action']}" for name, each in INPUTS])
def test_an_input_of_the_guide_is_taken(name: str, example: dict[str, Any]) -> None:
    parse_credentials(example)
    action, example = example["action"], {name: value for name, value in example.items() if name != "code"}
    if action in list(Action):
        parse_staff_action(example)
    elif action in list(InstitutionAction):
        parse_institution_action(example)
    elif action in list(SpotCheckAction):
        parse_spot_check_action(example)
    elif action in list(RegisterFileAction):
        parse_sent_file(example)
    elif action in list(FileChangeAction):
        parse_file_change_action(example)
    elif action in list(PlatformAction):
        parse_platform_action(example)
    elif action in list(ReadingAction):
        parse_reading_query(example)
    elif action in list(StaffAccountAction):
        parse_staff_account_action(example)
    elif action in list(PersonalDataAction):
        parse_personal_data_action(example)
    elif action in list(WorkAction):
        parse_work_query(example)
    else:
        parse_fee_statement(example)


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("name", GUIDES)
def test_every_refusal_of_the_guide_is_one_of_the_system(name: str) -> None:
    assert codes(GUIDES[name])
    assert set(codes(GUIDES[name])) <= MESSAGES.keys()


@pytest.mark.requirement("N5")
def test_both_languages_explain_the_same_refusals() -> None:
    english, chinese = (codes(guide) for guide in GUIDES.values())
    assert english == chinese


@pytest.mark.requirement("A10", "N5")
def test_both_languages_have_the_same_chapters() -> None:
    english, chinese = (re.findall(r"^#+ ([\d.]+)", guide, re.MULTILINE) for guide in GUIDES.values())
    assert english == chinese


@pytest.mark.parametrize("name", GUIDES)
def test_an_input_names_each_field_once(name: str) -> None:
    for block in re.findall(r"^```json\n(.*?)^```$", GUIDES[name], re.MULTILINE | re.DOTALL):
        json.loads(block, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    assert len(named) == len(pairs), pairs
    return named
