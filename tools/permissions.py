"""What the roles of the local stack were allowed and asked for since it started: python -m tools.permissions

Prints what was denied, and each permission that the template gives and nobody used. How much that says depends on what
was done on the stack meanwhile: after `make run` it is most of it, after every test all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from degree_auth.domain.shared.words import Words
from tools.environment import STACK, LocalAws, outputs
from tools.local_aws import ASKED
from tools.template import Template, expand, load


class Permission(NamedTuple):
    """An action that a role is allowed, by the statement of that name; without a name, by any without."""

    role: str
    action: str
    sid: str


class Asked(NamedTuple):
    """What was asked of a role: the permission that it took, and what was refused, if it was."""

    permission: Permission
    denied: str


def given(expanded: Template) -> set[Permission]:
    """Every permission that the template gives to a role of its own."""
    return {
        Permission(role, action, statement.get("Sid", ""))
        for role, found in expanded["Resources"].items()
        if found["Type"] == "AWS::IAM::Role"
        for policy in found["Properties"].get("Policies", ())
        for statement in _listed(policy["PolicyDocument"]["Statement"])
        for action in _listed(statement["Action"])
    }


def asked(names: dict[str, str]) -> Iterator[Asked]:
    """What was asked of the stack's roles since the local AWS started; `names` are their logical ids by their names."""
    if not ASKED.exists():
        return
    for line in ASKED.read_text(encoding="utf-8").splitlines():
        role, action, sid, allowed, on = json.loads(line)
        if role in names:
            yield Asked(Permission(names[role], action, sid), "" if allowed else on)


def roles(aws: LocalAws) -> dict[str, str]:
    """The logical ids of the stack's roles by their names."""
    pages = aws.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
    return {
        found["PhysicalResourceId"]: found["LogicalResourceId"]
        for page in pages
        for found in page["StackResourceSummaries"]
        if found["ResourceType"] == "AWS::IAM::Role"
    }


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def main() -> None:
    """Print what was denied and what was not used; exit with 1 when something was denied."""
    found = list(asked(roles(LocalAws(outputs()["aws_endpoint_url"]))))
    denied = sorted(one for one in found if one.denied)
    every = given(expand(load()))
    unused = sorted(every - {one.permission for one in found})
    for permission, on in denied:
        print(
            Words(
                f"被拒绝：{permission.role} {permission.action} {on}",
                f"denied: {permission.role} {permission.action} {on}",
            ).lines
        )
    for role, action, sid in unused:
        print(Words(f"未用到：{role} {action} {sid}", f"not used: {role} {action} {sid}").lines)
    print(
        Words(
            f"{len(every)} 项权限，用到 {len(every) - len(unused)} 项，被拒绝 {len(denied)} 次",
            f"{len(every)} permissions, {len(every) - len(unused)} used, {len(denied)} denied",
        ).lines
    )
    raise SystemExit(bool(denied))


if __name__ == "__main__":
    main()
