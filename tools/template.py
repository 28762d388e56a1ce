"""Reading template.yaml as plain data, and expanding it as CloudFormation's serverless transform does."""

from __future__ import annotations

import copy
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tools.environment import REGION, ROOT

Template = dict[str, Any]

# Properties that name a local file or folder in the source and an object in storage once deployed.
ARTIFACTS = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
}

_MADE_WITH = ("AttributeDefinitions", "KeySchema", "BillingMode")
_SHORT = {"Ref": "Ref", "Condition": "Condition"}


class _Loader(yaml.CSafeLoader):
    """Safe YAML with CloudFormation's short tags."""


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = _SHORT.get(suffix, f"Fn::{suffix}")
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    else:
        raise TypeError(f"neither a scalar nor a sequence nor a mapping: {node}")
    return {name: value}


_Loader.add_multi_constructor("!", _intrinsic)


def load(path: Path = ROOT / "template.yaml") -> Template:
    """The template with short tags in their long form and every shared value written out where it is named."""
    template: Template = json.loads(_written_out(path.read_text(encoding="utf-8")))
    return template


@cache
def _written_out(text: str) -> str:
    """The loader gives all names of a shared value one object, in which a change at one place would show at all."""
    return json.dumps(yaml.load(text, Loader=_Loader))  # noqa: S506 -- a safe loader


def table_as_declared(logical_id: str) -> dict[str, Any]:
    """Keys, indexes and billing of a table of the template, as `CreateTable` takes them; nothing is warmed."""
    declared = load()["Resources"][logical_id]["Properties"]
    wanted = {name: declared[name] for name in _MADE_WITH if name in declared}
    indexes = [
        {name: value for name, value in index.items() if name != "WarmThroughput"}
        for index in declared.get("GlobalSecondaryIndexes", ())
    ]
    return wanted | ({"GlobalSecondaryIndexes": indexes} if indexes else {})


def artifacts(template: Template) -> dict[str, tuple[str, str]]:
    """The local files and folders a template names: logical id -> (property, path)."""
    found = {}
    for logical_id, resource in template["Resources"].items():
        name = ARTIFACTS.get(resource["Type"])
        if name and isinstance(path := resource["Properties"].get(name), str):
            found[logical_id] = (name, path)
    return found


def expand(template: Template, stored: dict[str, dict[str, str]] | None = None) -> Template:
    """The plain CloudFormation template that the serverless transform makes of this one.

    Args:
        template: as `load` gives it; unchanged.
        stored: where each artifact lies, logical id -> {"Bucket", "Key"}; a placeholder where it is not given.
    """
    from samtranslator.translator.transform import transform

    # The transform reads the region from the environment and nowhere else.
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    source = copy.deepcopy(template)
    for logical_id, (name, _) in artifacts(source).items():
        place = (stored or {}).get(logical_id, {"Bucket": "artifacts", "Key": logical_id})
        source["Resources"][logical_id]["Properties"][name] = place
    expanded: Template = transform(source, {}, _NoManagedPolicies())
    return expanded


class _NoManagedPolicies:
    """Managed policies are written as ARNs in this template, so there is no list of names to look up."""

    def load(self) -> dict[str, str]:
        return {}
