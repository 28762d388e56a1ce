"""What must be said otherwise for the local AWS than for AWS. A test in tests/e2e tells when one is no longer needed."""

from __future__ import annotations

import re
from typing import Any

from tools.template import Template


def adapted(expanded: Template) -> Template:
    """The expanded template as the emulator understands it.

    The emulator answers `Ref` of a secret with its name, where AWS answers with its ARN, so that a policy which names
    the secret by `Ref` would allow nothing; `Fn::GetAtt … Id` is the ARN in both.
    """
    secrets = {name for name, found in expanded["Resources"].items() if found["Type"] == "AWS::SecretsManager::Secret"}
    adapted_template: Template = _with_secret_arns(expanded, secrets)
    return adapted_template


def _with_secret_arns(node: Any, secrets: set[str]) -> Any:
    if isinstance(node, list):
        return [_with_secret_arns(item, secrets) for item in node]
    if isinstance(node, str):
        return re.sub(r"\$\{(\w+)\}", lambda m: f"${{{m[1]}.Id}}" if m[1] in secrets else m[0], node)
    if not isinstance(node, dict):
        return node
    if set(node) == {"Ref"} and node["Ref"] in secrets:
        return {"Fn::GetAtt": [node["Ref"], "Id"]}
    return {key: _with_secret_arns(value, secrets) for key, value in node.items()}
