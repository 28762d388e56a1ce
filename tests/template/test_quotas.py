"""What AWS leaves room for: the stack's own sizes and counts, and what is kept, bounded and watched at a peak (N5)."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

import cfnlint.data.AdditionalSpecs
import moto.dynamodb.parsing
import pytest

from tests.template.model import MACHINES, RESOURCES, SOURCE, listed, of_type, properties, statements, strings
from tools.environment import ROOT
from tools.template import expand

MOST_RESOURCES = 500
MOST_PARAMETERS = 200
MOST_TEMPLATE_BYTES = 1_000_000
MOST_ROLE_POLICY_CHARACTERS = 10_240  # all inline policies of a role together, without white space
MOST_MANAGED_POLICIES = 10
MOST_DEFINITION_CHARACTERS = 1_048_576
LEAST_WARM = (12_000, 4_000)  # reads and writes a second with which AWS begins

ACTIONS: dict[str, dict[str, Any]] = json.loads(
    files(cfnlint.data.AdditionalSpecs).joinpath("Policies.json").read_text()
)
RESERVED = set(files(moto.dynamodb.parsing).joinpath("reserved_keywords.txt").read_text().split())
WORDS_OF_EXPRESSIONS = {"SET", "ADD", "REMOVE", "DELETE", "AND", "OR", "NOT", "IN", "BETWEEN"}
FUNCTIONS_OF_EXPRESSIONS = {"attribute_exists", "attribute_not_exists", "begins_with", "if_not_exists", "contains"}
CONCURRENCY = {
    "IssueReportFunction": ("KeepsConcurrencyOfIssuing", "ConcurrencyOfIssuing"),
    "AttendTaskFunction": ("KeepsConcurrencyOfAttending", "ConcurrencyOfAttending"),
    "PublicApiFunction": ("BoundsPublicApi", "ConcurrencyOfPublicApi"),
    "InstitutionApiFunction": ("BoundsInstitutionApi", "ConcurrencyOfInstitutionApi"),
}


@pytest.mark.requirement("N5")
def test_the_stack_has_room_to_grow() -> None:
    expanded = expand(SOURCE)
    assert len(expanded["Resources"]) <= 0.8 * MOST_RESOURCES
    assert len(expanded["Parameters"]) <= 0.5 * MOST_PARAMETERS
    assert len(json.dumps(expanded, ensure_ascii=False).encode()) <= 0.5 * MOST_TEMPLATE_BYTES


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("role", of_type("AWS::IAM::Role"))
def test_a_role_has_room_for_more_policies(role: str) -> None:
    own = properties(role)
    # Names of resources take their place; twice what is written is more than any of them takes.
    written = len(json.dumps(own.get("Policies", []), separators=(",", ":")))
    assert written <= MOST_ROLE_POLICY_CHARACTERS
    assert len(own.get("ManagedPolicyArns", ())) < MOST_MANAGED_POLICIES


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_a_definition_has_room_to_grow(machine: str) -> None:
    assert len(json.dumps(MACHINES[machine], ensure_ascii=False)) <= MOST_DEFINITION_CHARACTERS / 10


@pytest.mark.requirement("N4")
@pytest.mark.parametrize("role", of_type("AWS::IAM::Role"))
def test_a_role_names_actions_that_there_are(role: str) -> None:
    for statement in statements(role):
        for action in listed(statement["Action"]):
            service, _, name = action.partition(":")
            assert name.lower() in {known.lower() for known in ACTIONS[service]["Actions"]}, action


def expressions() -> list[tuple[str, str]]:
    """Every expression that is written out for DynamoDB, with where it stands."""
    found = [
        (machine, text)
        for machine, definition in MACHINES.items()
        for text in re.findall(r'"\w+Expression": "([^"]+)"', json.dumps(definition))
    ]
    for path in sorted((ROOT / "layers" / "degree_auth").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found += [(path.name, one) for one in re.findall(r'Expression"?[=:]\s*f?"([^"]+)"', text)]
    return found


@pytest.mark.requirement("N1")
def test_no_expression_has_a_word_that_dynamodb_keeps_for_itself() -> None:
    written = expressions()
    assert len(written) > 20
    for place, text in written:
        names = set(re.findall(r"(?<![:#{\w])[A-Za-z_]\w*", text)) - FUNCTIONS_OF_EXPRESSIONS
        assert {name.upper() for name in names} & (RESERVED - WORDS_OF_EXPRESSIONS) == set(), (place, text)


@pytest.mark.requirement("N5")
def test_a_new_account_deploys_it_with_no_process_kept_and_no_table_warmed() -> None:
    parameters = SOURCE["Parameters"]
    assert {parameters[name]["Default"] for _, name in CONCURRENCY.values()} == {0}
    assert (parameters["WarmWriteUnits"]["Default"], parameters["WarmReadUnits"]["Default"]) == (0, LEAST_WARM[0])


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("function", sorted(CONCURRENCY))
def test_who_is_asked_for_much_takes_nothing_from_who_must_go_on(function: str) -> None:
    condition, parameter = CONCURRENCY[function]
    kept = {"Fn::If": [condition, {"Ref": parameter}, {"Ref": "AWS::NoValue"}]}
    assert properties(function)["ReservedConcurrentExecutions"] == kept
    assert SOURCE["Conditions"][condition] == {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, 0]}]}


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("table", ["CasesTable", "RegisterTable"])
def test_a_table_and_each_of_its_indexes_is_warmed_for_the_season_together(table: str) -> None:
    own = properties(table)
    warmed = [own, *own["GlobalSecondaryIndexes"]]
    units = {"ReadUnitsPerSecond": {"Ref": "WarmReadUnits"}, "WriteUnitsPerSecond": {"Ref": "WarmWriteUnits"}}
    expected = {"Fn::If": ["HasWarmTables", units, {"Ref": "AWS::NoValue"}]}
    assert [one["WarmThroughput"] for one in warmed] == [expected] * len(warmed)


WATCHED = {
    "Throttles",
    "ConcurrentExecutions",
    "ExecutionThrottled",
    "ReadThrottleEvents",
    "WriteThrottleEvents",
    "TransactionConflict",
    "AsyncEventsDropped",
}


@pytest.mark.requirement("N5")
def test_what_breaks_first_at_a_peak_is_told() -> None:
    watched = {text for name in of_type("AWS::CloudWatch::Alarm") for text in strings(properties(name))}
    assert watched >= WATCHED
    assert {one for name in of_type("AWS::StepFunctions::StateMachine") for one in [name]} == set(MACHINES)
    delayed = set(strings(properties("MachinesThrottledAlarm")["Metrics"]))
    assert delayed >= set(MACHINES)
    assert set(strings(properties("TablesThrottledAlarm")["Metrics"])) >= set(of_type("AWS::DynamoDB::Table"))


@pytest.mark.requirement("N5")
def test_a_sum_of_figures_adds_up_no_more_than_an_alarm_takes() -> None:
    for name in of_type("AWS::CloudWatch::Alarm"):
        metrics = properties(name).get("Metrics", ())
        assert len(metrics) <= 10
        assert len({metric["Id"] for metric in metrics}) == len(metrics)
        # The local AWS has no such alarm.
        assert not metrics or RESOURCES[name]["Condition"] in {"IsOnAws", "HasFiguresOfDropped"}
