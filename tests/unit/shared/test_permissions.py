"""What was asked of the roles of the local stack, told to whoever runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tools import permissions
from tools.permissions import Permission

TEMPLATE: dict[str, Any] = {
    "Resources": {
        "ReaderRole": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "Policies": [
                    {
                        "PolicyDocument": {
                            "Statement": [
                                {"Sid": "ReadCases", "Action": ["dynamodb:GetItem", "dynamodb:Query"]},
                                {"Action": "sqs:SendMessage"},
                            ]
                        }
                    }
                ]
            },
        },
        "Cases": {"Type": "AWS::DynamoDB::Table", "Properties": {}},
    }
}
ASKED = [
    ("stack-ReaderRole-1", "dynamodb:GetItem", "ReadCases", True, ""),
    ("stack-ReaderRole-1", "s3:GetObject", "", False, "arn:aws:s3:::documents/x []"),
    ("probe", "s3:GetObject", "", False, "of somebody else"),
]


@pytest.mark.requirement("N4")
def test_what_was_denied_is_told_and_what_was_not_used_is_listed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "asked.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in ASKED), encoding="utf-8")
    monkeypatch.setattr(permissions, "ASKED", path)
    monkeypatch.setattr(permissions, "outputs", lambda: {"aws_endpoint_url": "http://127.0.0.1"})
    monkeypatch.setattr(permissions, "roles", lambda _aws: {"stack-ReaderRole-1": "ReaderRole"})
    monkeypatch.setattr(permissions, "load", dict)
    monkeypatch.setattr(permissions, "expand", lambda _template: TEMPLATE)
    with pytest.raises(SystemExit) as ended:
        permissions.main()
    assert ended.value.code
    printed = capsys.readouterr().out.splitlines()
    assert [line for line in printed if line.startswith("denied: ")] == [
        "denied: ReaderRole s3:GetObject arn:aws:s3:::documents/x []"
    ]
    assert [line.split() for line in printed if line.startswith("not used: ")] == [
        ["not", "used:", "ReaderRole", "dynamodb:Query", "ReadCases"],
        ["not", "used:", "ReaderRole", "sqs:SendMessage"],
    ]
    assert printed[-1] == "3 permissions, 1 used, 1 denied"


@pytest.mark.requirement("N4")
def test_before_anything_was_asked_nothing_was(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(permissions, "ASKED", tmp_path / "absent")
    assert list(permissions.asked({})) == []
    assert permissions.given(TEMPLATE) == {
        Permission("ReaderRole", "dynamodb:GetItem", "ReadCases"),
        Permission("ReaderRole", "dynamodb:Query", "ReadCases"),
        Permission("ReaderRole", "sqs:SendMessage", ""),
    }
