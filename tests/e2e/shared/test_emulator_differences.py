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


def client_of_a_role(
    aws: LocalAws, service: str, *allowed: str, resource: str = "*", condition: dict[str, Any] | None = None
) -> Any:
    """A client of whoever may do what is named here, to this resource and on this condition, and nothing else."""
    role, iam = f"probe-{uuid.uuid4().hex[:8]}", aws.client("iam")
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
    arn = iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    if allowed:
        statement = {"Effect": "Allow", "Action": allowed, "Resource": resource, "Condition": condition or {}}
        policy = {"Statement": [statement]}
        iam.put_role_policy(RoleName=role, PolicyName="probe", PolicyDocument=json.dumps(policy))
    given = aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="probe")["Credentials"]
    return boto3.client(
        service,
        endpoint_url=aws.endpoint_url,
        region_name=aws.client(service).meta.region_name,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )


def test_the_policies_of_roles_are_enforced(aws: LocalAws, stack: dict[str, dict[str, str]]) -> None:
    # Not a difference but what every other end-to-end test rests on: a missing permission is seen here.
    stranger = client_of_a_role(aws, "dynamodb")
    with pytest.raises(stranger.exceptions.ClientError, match="not authorized to perform: dynamodb:GetItem"):
        stranger.get_item(TableName=stack["CasesTable"], Key={"pk": {"S": "x"}, "sk": {"S": "x"}})


@pytest.mark.requirement("N4")
def test_who_may_read_some_partitions_is_refused_every_other_one(aws: LocalAws, stack: dict[str, str]) -> None:
    # Not a difference: it holds because tools/ministack_process.py asks for partitions.
    table, sort = stack["CasesTable"], {"S": "x"}
    condition = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["allowed#*"]}}
    reader = client_of_a_role(aws, "dynamodb", "dynamodb:GetItem", "dynamodb:BatchGetItem", condition=condition)
    allowed, other = ({"pk": {"S": key}, "sk": sort} for key in ("allowed#1", "other#1"))
    assert "Item" not in reader.get_item(TableName=table, Key=allowed)
    with pytest.raises(reader.exceptions.ClientError, match="not authorized to perform: dynamodb:GetItem"):
        reader.get_item(TableName=table, Key=other)
    with pytest.raises(reader.exceptions.ClientError, match="not authorized to perform: dynamodb:BatchGetItem"):
        reader.batch_get_item(RequestItems={table: {"Keys": [allowed, other]}})


def test_who_may_send_a_message_may_still_not_send_a_batch(aws: LocalAws) -> None:
    # On AWS who may do the one may do the other. It is why adapters/notifications/queue.py sends one by one.
    sender = client_of_a_role(aws, "sqs", "sqs:SendMessage")
    queue = aws.client("sqs").create_queue(QueueName=f"probe-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    sender.send_message(QueueUrl=queue, MessageBody="{}")
    with pytest.raises(sender.exceptions.ClientError, match="not authorized to perform: sqs:SendMessageBatch"):
        sender.send_message_batch(QueueUrl=queue, Entries=[{"Id": "0", "MessageBody": "{}"}])
    aws.client("sqs").delete_queue(QueueUrl=queue)


@pytest.mark.alone
def test_a_cancelled_transaction_stores_nothing_and_says_of_each_item_why(aws: LocalAws, stack: dict[str, Any]) -> None:
    dynamodb, table = aws.client("dynamodb"), stack["RegisterTable"]
    keys = [{"pk": {"S": "probe"}, "sk": {"S": part}} for part in ("a", "b")]
    dynamodb.put_item(TableName=table, Item=keys[0])
    absent = {"TableName": table, "ConditionExpression": "attribute_not_exists(pk)"}
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as cancelled:
        dynamodb.transact_write_items(TransactItems=[{"Put": {**absent, "Item": key}} for key in keys])
    reasons = cancelled.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["ConditionalCheckFailed", "None"]
    assert "Item" not in dynamodb.get_item(TableName=table, Key=keys[1])
    dynamodb.delete_item(TableName=table, Key=keys[0])


def test_parameters_read_at_once_are_still_not_asked_for_one_by_one(aws: LocalAws) -> None:
    name = f"/probe-{uuid.uuid4().hex[:8]}"
    aws.client("ssm").put_parameter(Name=name, Value="value", Type="String")
    reader = client_of_a_role(aws, "ssm", "ssm:GetParameters", resource=f"arn:aws:ssm:*:*:parameter{name}")
    with pytest.raises(reader.exceptions.ClientError, match="not authorized to perform: ssm:GetParameters"):
        reader.get_parameters(Names=[name])
    aws.client("ssm").delete_parameter(Name=name)
