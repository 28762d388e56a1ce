"""The stack as the template tests see it: template.yaml after the serverless transform, and the state machines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tools.environment import ROOT
from tools.template import expand, load

SOURCE = load()
RESOURCES: dict[str, dict[str, Any]] = expand(SOURCE)["Resources"]

MACHINES = {
    logical_id: json.loads((ROOT / found["Properties"]["DefinitionUri"]).read_text(encoding="utf-8"))
    for logical_id, found in SOURCE["Resources"].items()
    if found["Type"] == "AWS::Serverless::StateMachine"
}


def of_type(kind: str) -> list[str]:
    """The logical ids of all resources of one type."""
    return sorted(name for name, found in RESOURCES.items() if found["Type"] == kind)


def properties(logical_id: str) -> dict[str, Any]:
    """A resource's properties."""
    found: dict[str, Any] = RESOURCES[logical_id].get("Properties", {})
    return found


FUNCTIONS = of_type("AWS::Lambda::Function")


def references(node: Any) -> set[str]:
    """The logical ids, parameters and pseudo parameters that a part of the template refers to."""
    if isinstance(node, list):
        return set().union(*(references(item) for item in node))
    if not isinstance(node, dict):
        return set()
    if set(node) == {"Ref"}:
        return {node["Ref"]}
    if set(node) == {"Fn::GetAtt"}:
        target = node["Fn::GetAtt"]
        return {target[0] if isinstance(target, list) else target.split(".")[0]}
    if set(node) == {"Fn::Sub"}:
        text, values = node["Fn::Sub"] if isinstance(node["Fn::Sub"], list) else (node["Fn::Sub"], {})
        named = {match.split(".")[0] for match in re.findall(r"\$\{([A-Za-z0-9:.]+)\}", text)}
        return (named - set(values)) | references(list(values.values()))
    return set().union(*(references(value) for value in node.values()))


def resources_in(node: Any) -> set[str]:
    """Like `references`, resources of this stack alone."""
    return references(node) & set(RESOURCES)


def strings(node: Any) -> Iterator[str]:
    """Every text in a part of the template."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for item in node:
            yield from strings(item)
    elif isinstance(node, dict):
        for value in node.values():
            yield from strings(value)


def listed(value: Any) -> list[Any]:
    """A policy's element, which may be one or several, as a list."""
    return value if isinstance(value, list) else [value]


def role_of(logical_id: str) -> str:
    """The logical id of the role of a function or a state machine."""
    own = properties(logical_id)
    (role,) = resources_in(own.get("Role", own.get("RoleArn")))
    return role


def statements(role: str) -> list[dict[str, Any]]:
    """The policy statements written for a role."""
    return [
        statement
        for policy in properties(role).get("Policies", ())
        for statement in listed(policy["PolicyDocument"]["Statement"])
    ]


def states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every state of a machine with its name, those inside maps and parallel branches too."""
    for name, state in machine["States"].items():
        yield name, state
        inner = [state[key] for key in ("ItemProcessor", "Iterator") if key in state] + state.get("Branches", [])
        for part in inner:
            yield from states(part)


ALL_STATES = [(machine, name, state) for machine, found in MACHINES.items() for name, state in states(found)]
