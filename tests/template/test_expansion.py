"""template.yaml is written to be read; what it expands to is what was deployed before, but for the changes listed."""

from __future__ import annotations

import re

import yaml

from tests.template.expansion import parts, recorded
from tests.template.model import SOURCE
from tools.environment import ROOT
from tools.template import expand

TEXT = (ROOT / "template.yaml").read_text(encoding="utf-8")

# Whoever changes what is deployed lists it here with the reason, or records the expansion anew and shows the
# difference of that file in the same commit.
INTENDED: dict[str, str] = {}


def test_the_expansion_is_the_recorded_one_but_for_the_intended_changes() -> None:
    before, after = recorded(), parts(expand(SOURCE))
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert changed == INTENDED.keys()


def test_no_intended_change_adds_removes_or_retypes_a_part() -> None:
    before, after = recorded(), parts(expand(SOURCE))
    assert {name: form.split()[0] for name, form in before.items()} == {
        name: form.split()[0] for name, form in after.items()
    }


def test_every_shared_value_is_used() -> None:
    events = list(yaml.parse(TEXT, Loader=yaml.SafeLoader))
    used = {event.anchor for event in events if isinstance(event, yaml.AliasEvent)}
    assert {event.anchor for event in events if isinstance(event, yaml.NodeEvent) and event.anchor} == used


def test_what_shares_a_value_in_the_file_has_its_own_copy_once_read() -> None:
    # The dump marks an object that stands in two places with "&id" and a number.
    assert not re.search(r"&id\d", yaml.safe_dump(SOURCE))


def test_every_line_fits_a_screen() -> None:
    assert [line for line in TEXT.splitlines() if len(line) > 120] == []
