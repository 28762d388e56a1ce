"""The stack in every partition: no ARN of another one, nothing that a region lacks (N1)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.template.model import RESOURCES, SOURCE, strings
from tools.environment import ROOT

REGIONS = ("ap-southeast-1", "us-east-1", "cn-north-1", "cn-northwest-1")
"""The local one, the one in which AWS begins, and both of China."""

EXPANDED = "import json; from tools.template import expand, load; print(json.dumps(expand(load())['Resources']))"


@pytest.mark.requirement("N1")
def test_the_linter_knows_every_property_in_every_region() -> None:
    linter = Path(sys.executable).parent / "cfn-lint"
    ran = subprocess.run(  # noqa: S603 -- a pinned tool of our own environment
        [linter, "--regions", *REGIONS, "--", "template.yaml"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, "")


@pytest.mark.requirement("N1")
def test_expanded_for_china_nothing_names_another_partition() -> None:
    # In a process of its own, because the transform keeps the partition that it met first.
    ran = subprocess.run(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", EXPANDED],
        cwd=ROOT,
        env=os.environ | {"AWS_DEFAULT_REGION": "cn-north-1"},
        capture_output=True,
        text=True,
        check=True,
    )
    body = ran.stdout
    assert re.findall(r"arn:aws:[^\"]*", body) == []
    assert "arn:aws-cn:iam::aws:policy/" in body
    assert "amazonaws.com/" not in body


@pytest.mark.requirement("N1")
def test_what_lambda_lacks_in_china_is_not_asked_for_there() -> None:
    assert SOURCE["Conditions"]["IsChina"] == {"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws-cn"]}
    dropped = [name for name, found in RESOURCES.items() if "AsyncEventsDropped" in set(strings(found))]
    assert dropped
    assert {RESOURCES[name].get("Condition") for name in dropped} == {"HasFiguresOfDropped"}
    assert {"Fn::Not": [{"Condition": "IsChina"}]} in SOURCE["Conditions"]["HasFiguresOfDropped"]["Fn::And"]
    # SnapStart for Python and tags of event source mappings.
    assert [name for name, found in RESOURCES.items() if "SnapStart" in found.get("Properties", {})] == []
    mappings = [found for found in RESOURCES.values() if found["Type"] == "AWS::Lambda::EventSourceMapping"]
    assert [found for found in mappings if "Tags" in found["Properties"]] == []
