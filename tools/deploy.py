"""Deploys template.yaml: to the local AWS by itself, to staging or production by SAM.

python -m tools.deploy staging|production
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from degree_auth.domain.shared.words import Words
from tools import build_layers
from tools.emulator import adapted
from tools.environment import LAYERS, ROOT, STACK, LocalAws, say
from tools.template import artifacts, expand, load

ENVIRONMENTS = ("staging", "production")
API_ID = "degreeauth"
_ARTIFACTS_BUCKET = f"{STACK}-artifacts"


def local_api_url(endpoint_url: str) -> str:
    """Where the local AWS serves the API, without a slash at its end."""
    return f"{endpoint_url}/_aws/execute-api/{API_ID}/local"


def deploy_locally(aws: LocalAws, unpacked: Path, beside: Mapping[str, str]) -> dict[str, str]:
    """Build the layers, create or update the stack, and return its outputs; `beside` are the parameters that name what
    runs beside the local AWS.

    The serverless transform is applied here, so that the emulator gets the plain template which the tests judge.
    All functions share the layers that are `unpacked` in that folder.

    Raises:
        RuntimeError: the stack failed; the message holds the reasons.
    """
    digests = build_layers.build(build_layers.Target.here())
    template = load()
    _unpack(digests, unpacked)
    stored = _upload(aws, template, digests)
    expanded = adapted(expand(template, stored), unpacked)
    parameters = {
        "EnvironmentName": "local",
        "PythonRuntime": f"python{build_layers.Target.here().python}",
        "Architecture": "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64",
        "PublicUrl": local_api_url(aws.endpoint_url),
        **beside,
    }
    # Expanded it is longer than what may stand in a request.
    body = json.dumps(expanded, ensure_ascii=False)
    aws.client("s3").put_object(Bucket=_ARTIFACTS_BUCKET, Key="template.json", Body=body.encode())
    location = f"{aws.endpoint_url}/{_ARTIFACTS_BUCKET}/template.json"
    _put_stack(aws.client("cloudformation"), location, parameters)
    return _outputs(aws.client("cloudformation"))


def exists(aws: LocalAws) -> bool:
    """Whether the stack is there already, in whatever state an earlier deployment left it."""
    return _stack(aws.client("cloudformation")) is not None


def deploy(environment: str) -> None:
    """Deploy to an AWS account with SAM, as samconfig.toml says for this environment.

    The layers are built for the runtime and architecture that the template names by default.

    Raises:
        subprocess.CalledProcessError: SAM refused or failed.
    """
    declared = load()["Parameters"]
    build_layers.build(
        build_layers.Target.of_lambda(declared["PythonRuntime"]["Default"], declared["Architecture"]["Default"])
    )
    for cache in (ROOT / "functions").rglob("__pycache__"):
        for compiled in cache.iterdir():
            compiled.unlink()
        cache.rmdir()
    subprocess.run(  # noqa: S603 -- a pinned tool of our own environment
        [str(ROOT / ".venv-sam" / "bin" / "sam"), "deploy", "--config-env", environment],
        cwd=ROOT,
        env=os.environ | {"SAM_CLI_TELEMETRY": "0"},
        check=True,
    )


def _unpack(digests: dict[str, str], folder: Path) -> None:
    """Lay each layer out under its digest, so that a worker that runs keeps the one it began with."""
    for layer, digest in digests.items():
        if not (folder / digest).exists():
            begun = folder / f"{digest}.begun"
            shutil.rmtree(begun, ignore_errors=True)
            shutil.copytree(LAYERS / layer, begun)
            begun.rename(folder / digest)


def _upload(aws: LocalAws, template: dict[str, Any], digests: dict[str, str]) -> dict[str, dict[str, str]]:
    """Put every artifact but the layers into storage; its name is its content's digest. What lies there stays."""
    storage = aws.client("s3")
    _create_bucket(storage, aws)
    present = {
        entry["Key"]
        for page in storage.get_paginator("list_objects_v2").paginate(Bucket=_ARTIFACTS_BUCKET)
        for entry in page.get("Contents", ())
    }
    stored = {}
    for logical_id, (_, name) in artifacts(template).items():
        path = ROOT / name
        if path.parent == LAYERS:
            key = digests[path.name]
        else:
            body = path.read_bytes() if path.is_file() else _zip(path)
            key = hashlib.sha256(body).hexdigest()
            if key not in present:
                storage.put_object(Bucket=_ARTIFACTS_BUCKET, Key=key, Body=body)
        stored[logical_id] = {"Bucket": _ARTIFACTS_BUCKET, "Key": key}
    return stored


def _create_bucket(storage: Any, aws: LocalAws) -> None:
    try:
        storage.create_bucket(
            Bucket=_ARTIFACTS_BUCKET, CreateBucketConfiguration={"LocationConstraint": storage.meta.region_name}
        )
    except storage.exceptions.BucketAlreadyOwnedByYou:
        return


def _zip(folder: Path) -> bytes:
    """A ZIP archive of a function's sources that depends on nothing but the files' names and content."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for path in _sources(folder):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return packed.getvalue()


def _sources(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)


def _put_stack(cloudformation: Any, location: str, parameters: dict[str, str]) -> None:
    arguments = {
        "StackName": STACK,
        "TemplateURL": location,
        "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        "Capabilities": ["CAPABILITY_IAM"],
        # Fixes the API's id, so that its address is known before the stack is.
        "Tags": [{"Key": "ms-custom-id", "Value": API_ID}],
    }
    try:
        if _stack(cloudformation) is None:
            cloudformation.create_stack(**arguments)
            waiter = cloudformation.get_waiter("stack_create_complete")
        else:
            cloudformation.update_stack(**arguments)
            waiter = cloudformation.get_waiter("stack_update_complete")
        waiter.wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
    except WaiterError as error:
        reasons = _reasons(cloudformation)
        raise RuntimeError(Words(f"部署失败：{reasons}", f"the stack failed: {reasons}").lines) from error
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise


def _stack(cloudformation: Any) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return None
        raise
    return found


def _outputs(cloudformation: Any) -> dict[str, str]:
    stack = _stack(cloudformation)
    return {output["OutputKey"]: output["OutputValue"] for output in (stack or {}).get("Outputs", ())}


def _reasons(cloudformation: Any) -> list[str]:
    events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    return [
        f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
        for event in events
        if event["ResourceStatus"].endswith("FAILED") and event.get("ResourceStatusReason")
    ]


def main() -> None:
    """Deploy to the environment named on the command line."""
    environment = sys.argv[1] if len(sys.argv) == 2 else ""
    if environment not in ENVIRONMENTS:
        command = "make deploy ENVIRONMENT=staging|production"
        raise SystemExit(Words(f"用法：{command}", f"usage: {command}").lines)
    say(f"正在部署到 {environment}", f"deploying to {environment}")
    deploy(environment)


if __name__ == "__main__":
    main()
