"""Starts a staff action on the local stack, as the console's "Start execution" does; measures the files it names."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from degree_auth.services.institutions.registration import FOLDER
from degree_auth.services.shared.staff_files import case_form_key
from tools.environment import LocalAws

_SECONDS = 60


def act(aws: LocalAws, machine_arn: str, action: dict[str, Any], name: str | None = None) -> dict[str, Any]:
    """Start one action and wait for its end; gives `status`, and `output`, or `error` and `cause`.

    Raises:
        TimeoutError: it has not ended within a minute.
    """
    client = aws.client("stepfunctions")
    given = {} if name is None else {"name": name}
    arn = client.start_execution(stateMachineArn=machine_arn, input=json.dumps(action, ensure_ascii=False), **given)[
        "executionArn"
    ]
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        ended = client.describe_execution(executionArn=arn)
        if ended["status"] != "RUNNING":
            return {
                "status": ended["status"],
                "output": json.loads(ended["output"]) if ended.get("output") else None,
                "error": ended.get("error"),
                "cause": ended.get("cause"),
            }
        time.sleep(0.1)
    raise TimeoutError("the action has not ended")


def digests(aws: LocalAws, found: Mapping[str, Any], action: Mapping[str, Any]) -> dict[str, str]:
    """The SHA-256 of the files that an action reads, by the fields that it leaves out; of absent files none.

    What lies there now is taken for what its author looked at, so this is for one's own stack alone.
    """
    told = {}
    for field, bucket, key in _files(action):
        if field not in action:
            try:
                body = aws.client("s3").get_object(Bucket=found[bucket], Key=key)["Body"].read()
            except ClientError:
                continue
            told[field] = hashlib.sha256(body).hexdigest()
    return told


def _files(action: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Field of the digest, output that names the bucket, and key, of each file that an action reads."""
    documents, number = "DocumentsBucket", action.get("case_number", "")
    if "form" in action:
        yield "sha256", documents, f"{FOLDER}/{action['form']}.json"
    if action.get("correction_sheet"):
        yield "sha256", documents, case_form_key(number, "correction.json")
    if action.get("action") == "record_written_feedback":
        yield "form_sha256", documents, case_form_key(number, "feedback.json")
        yield "scan_sha256", documents, case_form_key(number, "feedback.pdf")
    if action.get("action") == "send_register_file":
        yield "sha256", "RegisterFilesBucket", action.get("source", "")
