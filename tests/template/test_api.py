"""The API's edge: throttled, traced, and silent about what passes through it."""

from __future__ import annotations

import json

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
