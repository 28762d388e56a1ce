"""The API's edge: throttled, traced, and silent about what passes through it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.template.model import of_type, properties

STAGES = of_type("AWS::ApiGateway::Stage")
APIS = of_type("AWS::ApiGateway::RestApi")


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("api", APIS)
def test_an_api_is_served_by_one_stage_which_its_limits_and_alarm_cover(api: str) -> None:
    (stage,) = [stage for stage in STAGES if properties(stage)["RestApiId"] == {"Ref": api}]
    assert properties(stage)["StageName"] == {"Ref": "EnvironmentName"}
    # A deployment with a stage name makes one more stage, with no limit, no trace and no alarm.
    deployments = of_type("AWS::ApiGateway::Deployment")
    assert deployments
    assert [name for name in deployments if "StageName" in properties(name)] == []


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("stage", STAGES)
def test_calls_are_limited_in_rate_and_burst(stage: str) -> None:
    everywhere = [
        setting
        for setting in properties(stage)["MethodSettings"]
        if (setting["ResourcePath"], setting["HttpMethod"]) == ("/*", "*")
    ]
    assert len(everywhere) == 1
    for setting in properties(stage)["MethodSettings"]:
        assert 0 < setting["ThrottlingRateLimit"] <= setting["ThrottlingBurstLimit"]


@pytest.mark.requirement("N4")
@pytest.mark.parametrize("stage", STAGES)
def test_the_log_of_calls_is_wished_for_and_names_no_person_no_case_and_no_address(stage: str) -> None:
    wished, setting, otherwise = properties(stage)["AccessLogSetting"]["Fn::If"]
    assert (wished, otherwise) == ("HasAccessLogs", {"Ref": "AWS::NoValue"})
    told = json.loads(setting["Format"])
    assert set(told.values()) == {
        "$context.requestId",
        "$context.requestTimeEpoch",
        "$context.httpMethod",
        "$context.resourcePath",
        "$context.status",
        "$context.responseLatency",
        "$context.integrationLatency",
        "$context.wafResponseCode",
    }


@pytest.mark.requirement("N4")
@pytest.mark.parametrize("stage", STAGES)
def test_requests_and_answers_are_never_logged_whole(stage: str) -> None:
    assert [setting["DataTraceEnabled"] for setting in properties(stage)["MethodSettings"]] == [False] * len(
        properties(stage)["MethodSettings"]
    )


@pytest.mark.parametrize("stage", STAGES)
def test_calls_are_traced(stage: str) -> None:
    assert properties(stage)["TracingEnabled"] is True


@pytest.mark.parametrize("api", APIS)
def test_every_route_is_declared(api: str) -> None:
    paths = properties(api)["Body"]["paths"]
    assert paths
    assert [path for path in paths if "+}" in path] == []


@pytest.mark.parametrize("api", APIS)
def test_the_gateways_own_answers_are_bilingual_errors_in_the_body_that_is_deployed(api: str) -> None:
    answers = properties(api)["Body"]["x-amazon-apigateway-gateway-responses"]
    assert set(answers) == {"THROTTLED", "MISSING_AUTHENTICATION_TOKEN", "DEFAULT_4XX", "DEFAULT_5XX"}
    for answer in answers.values():
        error = json.loads(answer["responseTemplates"]["application/json"])["error"]
        assert error.keys() == {"code", "message", "message_en", "details", "request_id"}
        assert all([error["code"], error["message"], error["message_en"]])
    # A resource beside the body may come after the deployment, whose snapshot would then lack it.
    assert of_type("AWS::ApiGateway::GatewayResponse") == []


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("api", APIS)
def test_a_throttled_caller_is_told_when_to_try_again(api: str) -> None:
    throttled = properties(api)["Body"]["x-amazon-apigateway-gateway-responses"]["THROTTLED"]
    assert throttled["statusCode"] == "429"
    assert throttled["responseParameters"] == {"gatewayresponse.header.Retry-After": "'1'"}


def path_of(rule: dict[str, Any]) -> str:
    """The text that a path must hold for a rule of the web ACL; empty where the rule is for all."""
    match = rule["Statement"]["RateBasedStatement"].get("ScopeDownStatement", {}).get("ByteMatchStatement", {})
    return str(match.get("SearchString", ""))


@pytest.mark.requirement("N1", "A13")
def test_one_address_cannot_use_up_the_limits_that_all_share() -> None:
    (acl,), (association,) = of_type("AWS::WAFv2::WebACL"), of_type("AWS::WAFv2::WebACLAssociation")
    (stage,) = STAGES
    assert f"/stages/${{{stage}}}" in str(properties(association)["ResourceArn"])
    shared = {one["ResourcePath"].replace("~1", "/")[1:]: one for one in properties(stage)["MethodSettings"]}
    rules = properties(acl)["Rules"]
    assert [path_of(rule) for rule in rules] == ["/v1/sessions", "/v1/token", "/v1/report-", ""]
    for rule in rules:
        limit = rule["Statement"]["RateBasedStatement"]
        assert limit["AggregateKeyType"] == "IP"
        # Half at most of what the stage takes in that time wherever the rule reaches.
        reached = [one for path, one in shared.items() if path_of(rule) and path.startswith(path_of(rule))]
        for setting in reached or [shared["*"]]:
            assert limit["Limit"] <= limit["EvaluationWindowSec"] * setting["ThrottlingRateLimit"] / 2
        answer = rule["Action"]["Block"]["CustomResponse"]
        assert answer["ResponseCode"] == 429
        assert {one["Name"] for one in answer["ResponseHeaders"]} == {"Retry-After"}
        told = json.loads(properties(acl)["CustomResponseBodies"][answer["CustomResponseBodyKey"]]["Content"])["error"]
        assert told["code"] == "too_many_requests"
        assert set(told) == {"code", "message", "message_en", "details", "request_id"}


@pytest.mark.parametrize("acl", of_type("AWS::WAFv2::WebACL"))
def test_no_request_is_kept_as_a_sample(acl: str) -> None:
    kept = [one["VisibilityConfig"] for one in (properties(acl), *properties(acl)["Rules"])]
    assert [one["SampledRequestsEnabled"] for one in kept] == [False] * len(kept)
