"""The clock can be moved outside production alone, and is read by whoever asks what time it is."""

from __future__ import annotations

import pytest

from tests.template.model import FUNCTIONS, RESOURCES, SOURCE, listed, properties, references, role_of
from tools.environment import ROOT

pytestmark = pytest.mark.requirement("A12", "N2")

MOVABLE = {"ClockOffset", "ReadClockOffset"}


def asks_the_time(function: str) -> bool:
    """Whether a function's own code asks what time it is."""
    folder = ROOT / SOURCE["Resources"][function]["Properties"]["CodeUri"]
    return any("shared.now()" in path.read_text(encoding="utf-8") for path in folder.glob("*.py"))


def test_production_has_no_parameter_and_no_permission_to_read_one() -> None:
    assert SOURCE["Conditions"]["HasMovableClock"] == {"Fn::Not": [{"Condition": "IsProduction"}]}
    assert SOURCE["Conditions"]["IsProduction"] == {"Fn::Equals": [{"Ref": "EnvironmentName"}, "production"]}
    assert {RESOURCES[name]["Condition"] for name in MOVABLE} == {"HasMovableClock"}
    others = {name: found for name, found in RESOURCES.items() if name not in MOVABLE | set(FUNCTIONS)}
    assert [name for name, found in others.items() if references(found) & MOVABLE] == []
    assert [name for name, found in others.items() if "clock-offset" in str(found)] == []
    assert SOURCE["Outputs"]["ClockParameter"]["Condition"] == "HasMovableClock"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_in_production_no_function_is_told_of_a_parameter(function: str) -> None:
    variables = dict(properties(function)["Environment"]["Variables"])
    named = variables.pop("CLOCK_PARAMETER")
    assert named == {"Fn::If": ["HasMovableClock", {"Ref": "ClockOffset"}, {"Ref": "AWS::NoValue"}]}
    assert not references(variables) & MOVABLE


def test_whoever_asks_the_time_may_read_the_clock_and_nobody_else_may() -> None:
    allowed = {role["Ref"] for role in properties("ReadClockOffset")["Roles"]}
    assert allowed == {role_of(function) for function in FUNCTIONS if asks_the_time(function)}


def test_the_permission_is_to_read_that_one_parameter() -> None:
    (statement,) = properties("ReadClockOffset")["PolicyDocument"]["Statement"]
    assert listed(statement["Action"]) == ["ssm:GetParameter"]
    assert statement["Resource"] == {
        "Fn::Sub": "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${ClockOffset}"
    }


def test_the_clock_begins_with_the_real_time() -> None:
    assert properties("ClockOffset")["Value"] == "0"
