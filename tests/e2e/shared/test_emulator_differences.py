"""Where the pinned emulator still differs from AWS.

When one of these fails, the emulator has learnt it: delete the test together with what tools/emulator.py does for it.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from tools.environment import LocalAws

TEMPLATE = {
    "Resources": {
        "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"GenerateSecretString": {}}},
        "Api": {
            "Type": "AWS::ApiGateway::RestApi",
            "Properties": {
                "Body": {
                    "swagger": "2.0",
                    "info": {"title": "differences", "version": "1"},
                    "paths": {"/any": {"x-amazon-apigateway-any-method": {"responses": {}}}},
                    "x-amazon-apigateway-gateway-responses": {"DEFAULT_4XX": {"statusCode": "418"}},
                }
            },
        },
    },
    "Outputs": {"Secret": {"Value": {"Ref": "Secret"}}, "Api": {"Value": {"Ref": "Api"}}},
}


@pytest.fixture(scope="module")
def references(aws: LocalAws) -> Iterator[dict[str, str]]:
    """What `Ref` of a secret and of an API comes to in a stack of its own."""
    cloudformation = aws.client("cloudformation")
    name = f"differences-{uuid.uuid4().hex[:8]}"
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(TEMPLATE))
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    yield {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    cloudformation.delete_stack(StackName=name)


def test_ref_of_a_secret_is_still_its_name_and_not_its_arn(references: dict[str, str]) -> None:
    assert not references["Secret"].startswith("arn:")


def test_the_gateways_own_answers_are_still_not_read_from_the_body(aws: LocalAws, references: dict[str, str]) -> None:
    found = aws.client("apigateway").get_gateway_response(restApiId=references["Api"], responseType="DEFAULT_4XX")
    assert found["defaultResponse"] is True


def test_a_word_for_all_methods_is_still_not_read(aws: LocalAws, references: dict[str, str]) -> None:
    resources = aws.client("apigateway").get_resources(restApiId=references["Api"])["items"]
    (found,) = [one for one in resources if one["path"] == "/any"]
    assert found.get("resourceMethods", {}) == {}


def test_an_unknown_path_is_answered_as_an_error_of_ours(stack: dict[str, Any]) -> None:
    # Not a difference either: it holds because tools/emulator.py makes those answers resources.
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{stack['api_url']}/v1/nothing")  # noqa: S310 -- the local stack
    assert refused.value.code == 404
    assert json.load(refused.value)["error"]["code"] == "not_found"


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
        stranger.get_item(TableName=stack["CasesTable"], Key={"pk": {"S": "x"}, "sk": {"S": "x"}})


def test_a_batch_of_statements_is_still_an_action_of_its_own_and_stores_what_is_new_alone(
    aws: LocalAws, stack: dict[str, Any]
) -> None:
    statements = [
        {
            "Statement": f"""INSERT INTO "{stack["RegisterTable"]}" VALUE {{'pk': ?, 'sk': ?, 'version': ?}}""",
            "Parameters": [{"S": "probe"}, {"S": sk}, {"N": version}],
        }
        for sk, version in (("a", "1"), ("a", "2"), ("b", "1"))
    ]
    dynamodb = aws.client("dynamodb")
    answers = dynamodb.batch_execute_statement(Statements=statements)["Responses"]
    assert [one.get("Error", {}).get("Code") for one in answers] == [None, "DuplicateItem", None]
    kept = dynamodb.query(
        TableName=stack["RegisterTable"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "probe"}},
    )["Items"]
    assert [(one["sk"]["S"], one["version"]["N"]) for one in kept] == [("a", "1"), ("b", "1")]
    for one in kept:
        dynamodb.delete_item(TableName=stack["RegisterTable"], Key={name: one[name] for name in ("pk", "sk")})
    policies = aws.client("iam")
    document = {"Statement": [{"Effect": "Allow", "Action": "dynamodb:PartiQLInsert", "Resource": "*"}]}
    role = f"probe-{uuid.uuid4().hex[:8]}"
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
    arn = policies.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    policies.put_role_policy(RoleName=role, PolicyName="insert", PolicyDocument=json.dumps(document))
    given = aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="probe")["Credentials"]
    allowed_on_aws = boto3.client(
        "dynamodb",
        endpoint_url=aws.endpoint_url,
        region_name=dynamodb.meta.region_name,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    with pytest.raises(allowed_on_aws.exceptions.ClientError, match="BatchExecuteStatement"):
        allowed_on_aws.batch_execute_statement(Statements=statements)
