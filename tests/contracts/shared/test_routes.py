"""Template, Chalice applications, OpenAPI document and pages name the same operations."""

import importlib
import re
from pathlib import Path

import pytest
import yaml

from degree_auth.pages import NAMES, page
from tests.template.model import SOURCE

DOCUMENT = yaml.safe_load((Path(__file__).parents[3] / "docs" / "openapi.yaml").read_text("utf-8"))
DOCUMENTED = {(verb.upper(), path) for path, item in DOCUMENT["paths"].items() for verb in item if verb != "parameters"}


def declared() -> dict[str, set[tuple[str, str]]]:
    """The operations that the template gives to each folder of functions/."""
    found: dict[str, set[tuple[str, str]]] = {}
    for resource in SOURCE["Resources"].values():
        events = resource["Properties"].get("Events", {}) if resource["Type"] == "AWS::Serverless::Function" else {}
        routes = {
            (event["Properties"]["Method"].upper(), event["Properties"]["Path"])
            for event in events.values()
            if event["Type"] == "Api"
        }
        if routes:
            found[Path(resource["Properties"]["CodeUri"]).name] = routes
    return found


@pytest.mark.requirement("N5")
def test_the_document_describes_what_the_template_serves_and_no_more() -> None:
    assert set().union(*declared().values()) == DOCUMENTED


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("function", declared())
def test_a_function_answers_the_routes_that_the_template_gives_it(function: str) -> None:
    app = importlib.import_module(f"functions.{function}.handler").app
    assert {(method, path) for path, methods in app.routes.items() for method in methods} == declared()[function]


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
