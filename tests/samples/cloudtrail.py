"""Events as CloudTrail tells EventBridge of a call to Step Functions; everybody in them is invented."""

from __future__ import annotations

from typing import Any

_ACCOUNT = "123456789012"
MACHINE = f"arn:aws:states:ap-southeast-1:{_ACCOUNT}:stateMachine:StaffActionsMachine-AbCdEf"


def user(name: str) -> dict[str, Any]:
    """A user of IAM."""
    return {
        "type": "IAMUser",
        "principalId": f"AIDA{name.upper()}",
        "arn": f"arn:aws:iam::{_ACCOUNT}:user/{name}",
        "accountId": _ACCOUNT,
        "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
        "userName": name,
    }


def signed_in_at_identity_center(permissions: str, person: str) -> dict[str, Any]:
    """The session of somebody of IAM Identity Center in the role of a permission set."""
    identity = role_session(f"AWSReservedSSO_{permissions}_0123456789abcdef", person)
    issuer = identity["sessionContext"]["sessionIssuer"]
    issuer["arn"] = issuer["arn"].replace(":role/", ":role/aws-reserved/sso.amazonaws.com/eu-west-1/")
    return identity


def role_session(role: str, session: str, source: str = "") -> dict[str, Any]:
    """The session of a role, with the source identity that was set when it was assumed, if there is one."""
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{session}",
        "arn": f"arn:aws:sts::{_ACCOUNT}:assumed-role/{role}/{session}",
        "accountId": _ACCOUNT,
        "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROAEXAMPLE",
                "arn": f"arn:aws:iam::{_ACCOUNT}:role/{role}",
                "accountId": _ACCOUNT,
                "userName": role,
            },
            "webIdFederationData": {},
            "attributes": {"creationDate": "2026-11-23T01:00:00Z", "mfaAuthenticated": "true"},
            **({"sourceIdentity": source} if source else {}),
        },
    }


def start_of(
    execution: str,
    identity: dict[str, Any],
    machine: str = MACHINE,
    at: str = "2026-11-23T02:00:00Z",
    call: str = "4f3f1f0b-0000-4000-8000-000000000000",
) -> dict[str, Any]:
    """The event of an execution that was started by a call; of its input CloudTrail says nothing."""
    region = machine.split(":")[3]
    return {
        "version": "0",
        "id": "0d079340-135a-c8c6-95c2-41fb8f496c53",
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.states",
        "account": _ACCOUNT,
        "time": "2026-11-23T02:00:05Z",
        "region": region,
        "resources": [],
        "detail": {
            "eventVersion": "1.11",
            "userIdentity": identity,
            "eventTime": at,
            "eventSource": "states.amazonaws.com",
            "eventName": "StartExecution",
            "awsRegion": region,
            "sourceIPAddress": "192.0.2.10",
            "userAgent": "Mozilla/5.0",
            "requestParameters": {
                "stateMachineArn": machine,
                "name": execution,
                "input": "HIDDEN_DUE_TO_SECURITY_REASONS",
            },
            "responseElements": {
                "executionArn": f"{machine.replace(':stateMachine:', ':execution:')}:{execution}",
                "startDate": "Nov 23, 2026, 2:00:00 AM",
            },
            "requestID": "9f2f2f0b-0000-4000-8000-000000000000",
            "eventID": call,
            "readOnly": False,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": _ACCOUNT,
            "eventCategory": "Management",
        },
    }
