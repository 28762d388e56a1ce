"""Where the pinned emulator still differs from AWS.

When one of these fails, the emulator has learnt it: delete the test together with what tools/emulator.py does for it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

import boto3
import pytest

from tools.environment import LocalAws

TEMPLATE = {
    "Resources": {
        "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"GenerateSecretString": {}}},
    },
    "Outputs": {"Secret": {"Value": {"Ref": "Secret"}}},
}


@pytest.fixture(scope="module")
def references(aws: LocalAws) -> Iterator[dict[str, str]]:
    """What `Ref` of a secret comes to in a stack of its own."""
    cloudformation = aws.client("cloudformation")
    name = f"differences-{uuid.uuid4().hex[:8]}"
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(TEMPLATE))
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    yield {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    cloudformation.delete_stack(StackName=name)


def test_ref_of_a_secret_is_still_its_name_and_not_its_arn(references: dict[str, str]) -> None:
    assert not references["Secret"].startswith("arn:")


def test_the_policies_of_roles_are_enforced(aws: LocalAws, stack: dict[str, dict[str, str]]) -> None:
    # Not a difference but what every other end-to-end test rests on: a missing permission is seen here.
    role = f"probe-{uuid.uuid4().hex[:8]}"
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
    arn = aws.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    given = aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="probe")["Credentials"]
    stranger = boto3.client(
        "dynamodb",
        endpoint_url=aws.endpoint_url,
        region_name=aws.client("dynamodb").meta.region_name,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    with pytest.raises(stranger.exceptions.ClientError, match="not authorized to perform: dynamodb:GetItem"):
        stranger.get_item(TableName=stack["stack"]["CasesTable"], Key={"pk": {"S": "x"}, "sk": {"S": "x"}})
