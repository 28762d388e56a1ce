"""What must be said otherwise to the local AWS than to AWS; a test in tests/e2e tells when it is no longer needed."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from tools.template import Template

_ANY_METHOD = "x-amazon-apigateway-any-method"
_METHODS = ("delete", "get", "head", "options", "patch", "post", "put")


def adapted(expanded: Template, unpacked: Path) -> Template:
    """The expanded template as the emulator understands it; `unpacked` holds each layer under the key of its archive.

    `Ref` of a secret is its ARN on AWS and its name there, so that a policy which names the secret by `Ref` would allow
    nothing; `Fn::GetAtt … Id` is the ARN in both.

    The gateway's own answers stand in the API's body, of which the emulator reads the paths alone; it knows those
    answers as resources. In the paths it knows methods by their names, and no word for all of them.

    To read several parameters at once it asks the role for any resource, where AWS asks for each of them.

    A layer is unpacked once on AWS and by the emulator for every worker, which is half of what a cold start costs. Here
    a function is told where its layers lie, in the variable by which the emulator tells its own workers.
    """
    secrets = {name for name, found in expanded["Resources"].items() if found["Type"] == "AWS::SecretsManager::Secret"}
    with_arns: Template = _with_secret_arns(expanded, secrets)
    with_methods = _with_every_method(_with_parameters_read_at_once(with_arns))
    return _with_unpacked_layers(_with_gateway_responses(with_methods), unpacked)


def _with_parameters_read_at_once(node: Any) -> Any:
    if isinstance(node, list):
        return [_with_parameters_read_at_once(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("Action") == ["ssm:GetParameters"]:
        return {**node, "Resource": "*"}
    return {key: _with_parameters_read_at_once(value) for key, value in node.items()}


def _with_every_method(template: Template) -> Template:
    resources = dict(template["Resources"])
    for api, found in template["Resources"].items():
        if found["Type"] == "AWS::ApiGateway::RestApi":
            body = found["Properties"]["Body"]
            paths = {path: _named_methods(item) for path, item in body["paths"].items()}
            resources[api] = {**found, "Properties": {**found["Properties"], "Body": {**body, "paths": paths}}}
    return {**template, "Resources": resources}


def _named_methods(item: dict[str, Any]) -> dict[str, Any]:
    named = {name: method for name, method in item.items() if name != _ANY_METHOD}
    return {**dict.fromkeys(_METHODS, item[_ANY_METHOD]), **named} if _ANY_METHOD in item else named


def _with_gateway_responses(template: Template) -> Template:
    resources = dict(template["Resources"])
    for api, found in template["Resources"].items():
        if found["Type"] != "AWS::ApiGateway::RestApi":
            continue
        answers = found["Properties"]["Body"].get("x-amazon-apigateway-gateway-responses", {})
        names = {kind: f"{api}{kind.title().replace('_', '')}" for kind in answers}
        for kind, answer in answers.items():
            described = {name[0].upper() + name[1:]: value for name, value in answer.items()}
            resources[names[kind]] = {
                "Type": "AWS::ApiGateway::GatewayResponse",
                "Properties": {"RestApiId": {"Ref": api}, "ResponseType": kind, **described},
            }
        for name, other in resources.items():
            if other["Type"] == "AWS::ApiGateway::Deployment" and other["Properties"]["RestApiId"] == {"Ref": api}:
                resources[name] = {**other, "DependsOn": list(names.values())}
    return {**template, "Resources": resources}


def _with_unpacked_layers(template: Template, unpacked: Path) -> Template:
    kept, layers = {}, {}
    for name, found in template["Resources"].items():
        if found["Type"] == "AWS::Lambda::LayerVersion":
            layers[name] = str(unpacked / found["Properties"]["Content"]["S3Key"])
        else:
            kept[name] = found
    for name, found in kept.items():
        if found["Type"] == "AWS::Lambda::Function":
            properties = dict(found["Properties"])
            places = os.pathsep.join(layers[layer["Ref"]] for layer in properties.pop("Layers"))
            variables = {**properties["Environment"]["Variables"], "_LAMBDA_LAYERS_DIRS": places}
            kept[name] = {**found, "Properties": {**properties, "Environment": {"Variables": variables}}}
    return {**template, "Resources": kept}


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
