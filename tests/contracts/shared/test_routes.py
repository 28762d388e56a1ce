"""Template, Chalice applications, OpenAPI document and pages name the same operations."""

import importlib
import json
import re
from pathlib import Path

import pytest

from degree_auth.pages import NAMES, page
from tests.doubles.gateway import event
from tests.samples.api_document import DOCUMENT
from tests.template.model import SOURCE

DOCUMENTED = {(verb.upper(), path) for path, item in DOCUMENT["paths"].items() for verb in item if verb != "parameters"}


def declared() -> dict[str, set[str]]:
    """The paths that the template gives to each folder of functions/, each with every method."""
    found: dict[str, set[str]] = {}
    for resource in SOURCE["Resources"].values():
        events = resource["Properties"].get("Events", {}) if resource["Type"] == "AWS::Serverless::Function" else {}
        routes = [event["Properties"] for event in events.values() if event["Type"] == "Api"]
        if routes:
            paths = {route["Path"] for route in routes if route["Method"] == "ANY"}
            assert paths == {route["Path"] for route in routes}
            found[Path(resource["Properties"]["CodeUri"]).name] = paths
    return found


@pytest.mark.requirement("N5")
def test_the_document_describes_what_the_template_serves_and_no_more() -> None:
    assert set().union(*declared().values()) == {path for _, path in DOCUMENTED}


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("function", declared())
def test_a_function_answers_the_documented_methods_of_its_paths_alone(function: str) -> None:
    app = importlib.import_module(f"functions.{function}.handler").app
    answered = {(method, path) for path, methods in app.routes.items() for method in methods}
    assert answered == {(method, path) for method, path in DOCUMENTED if path in declared()[function]}


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(
    ("function", "path"), [(function, path) for function, paths in declared().items() for path in sorted(paths)]
)
def test_a_method_that_a_path_does_not_have_is_refused_with_those_that_it_has(function: str, path: str) -> None:
    app = importlib.import_module(f"functions.{function}.handler").app
    known = {method for method, documented in DOCUMENTED if documented == path}
    refused = app(event("PATCH", path), None)
    assert refused["statusCode"] == 405
    assert set(refused["headers"]["Allow"].split(", ")) == known | ({"HEAD"} if "GET" in known else set())
    assert json.loads(refused["body"])["error"]["code"] == "method_not_allowed"


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("name", NAMES)
def test_a_page_calls_documented_operations_only(name: str) -> None:
    script = page(name).html
    called = set(re.findall(r'(?:call|signed)\(\s*"([A-Z]+)", [`"](v1/(?:[^`"?$]|\$\{\w[^}]*\})*)', script))
    called |= {("GET", path) for path in re.findall(r'saveCsv\([`"](v1/[^`"?]*)', script)}
    of_a_case = set(re.findall(r'ask\("([A-Z]+)", "([^"]*)"', script))
    assert called | of_a_case
    # What a script fills in stands for a parameter of the path; a query may follow without a question mark in sight.
    operations = {(verb, nameless(re.sub(r"(?<=[^/])\$\{.*", "", f"/{path}"))) for verb, path in called}
    operations |= {(verb, f"/v1/applications/{{}}{rest}") for verb, rest in of_a_case}
    assert operations <= {(verb, nameless(path)) for verb, path in DOCUMENTED}


def nameless(path: str) -> str:
    """A path without the names of what is filled in."""
    return re.sub(r"\$?\{.*?\}+", "{}", path)
