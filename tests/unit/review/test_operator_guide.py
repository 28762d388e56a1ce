"""The operator guide holds what the system holds: every action with an input that is taken, and codes that exist."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from degree_auth.domain.fees.request import FeeAction, parse_fee_statement
from degree_auth.domain.institutions.staff_actions import OrganisationAction, parse_organisation_action
from degree_auth.domain.review.staff_actions import Action, parse_staff_action
from degree_auth.domain.shared.messages import MESSAGES
from degree_auth.domain.spot_checks.request import SpotCheckAction, parse_spot_check_action

DOCS = Path(__file__).parents[3] / "docs"
GUIDE = (DOCS / "operators.zh.md").read_text("utf-8")
EXAMPLES = [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)]
INPUTS = [example for example in EXAMPLES if "action" in example]


@pytest.mark.requirement("A10", "N5")
@pytest.mark.parametrize("actions", [Action, OrganisationAction, FeeAction, SpotCheckAction])
def test_every_action_has_an_input_to_paste(actions: type[Action]) -> None:
    assert {example["action"] for example in INPUTS} >= {action.value for action in actions}


@pytest.mark.requirement("A10", "N5")
@pytest.mark.parametrize("example", INPUTS, ids=lambda example: example["action"])
def test_an_input_of_the_guide_is_taken(example: dict[str, Any]) -> None:
    action = example["action"]
    if action in list(Action):
        parse_staff_action(example)
    elif action in list(OrganisationAction):
        parse_organisation_action(example)
    elif action in list(SpotCheckAction):
        parse_spot_check_action(example)
    else:
        parse_fee_statement(example)


@pytest.mark.requirement("N5")
def test_every_refusal_of_the_guide_is_one_of_the_system() -> None:
    refusals = GUIDE[GUIDE.index("## 12.") : GUIDE.index("## 13.")]
    codes = {
        code for row in re.findall(r"^\| (`[^|]*) \|", refusals, re.MULTILINE) for code in re.findall("`([^`]*)`", row)
    }
    assert codes
    assert codes <= MESSAGES.keys()


@pytest.mark.requirement("N5")
def test_links_inside_the_documents_lead_somewhere() -> None:
    root = DOCS.parent
    for document in (root / "README.md", *DOCS.rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.relative_to(root)}: {target}"
