"""Every route of institutions by machine clients of every scope: what a route asks for is asked of the token first."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest

from degree_auth.domain.institutions.client_assertion import ASSERTION_TYPE
from degree_auth.domain.institutions.institution import Department, InstitutionEventType, add_institution_event
from degree_auth.domain.institutions.scope import Scope
from degree_auth.services.institutions.ports import Change
from degree_auth.wiring import shared
from degree_auth.wiring.institutions import machine_clients
from degree_auth.wiring.institutions import table as institutions
from tests.doubles.gateway import documented_body, event
from tests.doubles.institution_function import LEAD, institution_function
from tests.samples.machine_keys import AUDIENCE, assertion, ec_key, public

pytestmark = pytest.mark.requirement("A9", "N4")
ABSENT = {
    "task_id": "RZ20260101AAAAAAAA-1",
    "department_id": "archive",
    "account_id": "nobody",
    "explanation_id": "none",
    "machine_id": "none",
}
CLIENTS: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "lead-reader": (None, ("read",)),
    "lead-answerer": (None, ("read", "answer")),
    "archive-reader": ("archive", ("read",)),
    "archive-answerer": ("archive", ("read", "answer")),
}
READ: dict[tuple[str, str], tuple[int, int]] = {
    ("GET", "/v1/tasks"): (200, 200),
    ("GET", "/v1/tasks/{task_id}"): (404, 404),
    ("GET", "/v1/tasks/{task_id}/messages"): (404, 404),
    ("GET", "/v1/progress"): (200, 403),
    ("GET", "/v1/fees"): (422, 403),
    ("GET", "/v1/departments"): (200, 200),
    ("POST", "/v1/task-searches"): (422, 422),
    ("POST", "/v1/task-sheets"): (422, 422),
    ("GET", "/v1/coverage"): (200, 403),
    ("GET", "/v1/explanations"): (200, 200),
}
"""What the lead department's client is answered with, and a department's, where the task is not there."""

ANSWER = {
    ("POST", f"/v1/tasks/{{task_id}}/{action}")
    for action in ("feedback", "extension", "reassignment", "correction", "messages", "attachments")
}
ANSWER_MANY = {("POST", "/v1/task-sheets/preview"), ("POST", "/v1/task-answers")}
"""What is asked with an empty body is refused for that, once the scope is there."""

PEOPLE = {
    ("PUT", "/v1/departments/{department_id}"),
    ("PUT", "/v1/explanations/{explanation_id}"),
    ("GET", "/v1/accounts"),
    ("DELETE", "/v1/accounts/{account_id}/sessions"),
    ("GET", "/v1/machine-clients"),
    ("PUT", "/v1/machine-clients/{machine_id}"),
    ("DELETE", "/v1/machine-clients/{machine_id}"),
    ("GET", "/v1/notifications"),
    ("PUT", "/v1/notifications"),
    ("POST", "/v1/notifications/codes"),
    ("POST", "/v1/notifications/proofs"),
}
OPEN = {("POST", "/v1/sessions"), ("POST", "/v1/sessions/password"), ("POST", "/v1/sessions/refresh")}
OTHERS = {*OPEN, ("POST", "/v1/token"), ("DELETE", "/v1/sessions/current")}


@pytest.fixture(scope="module")
def tokens() -> Iterator[dict[str, str]]:
    """A token of each client."""
    with institution_function(AUDIENCE.removesuffix("/v1/token")):
        before = institutions.table().institution("10001")
        department = Department("archive", "档案馆", Scope.from_letters(["A"], ["E"], ["I"]))
        kind = InstitutionEventType.DEPARTMENT_CHANGED
        changed = add_institution_event(before, kind, "staff", {}, shared.now())
        institutions.table().commit(Change(before, *changed, department))
        signed_in = {}
        for machine_id, (department_id, scopes) in CLIENTS.items():
            body = {
                "name": "对接系统",
                "department_id": department_id,
                "scopes": list(scopes),
                "keys": [public(ec_key())],
                "version": 0,
                "one_time_code": "492039",
            }
            machine_clients.machine_clients().put(LEAD, machine_id, body, lambda _: None, shared.now())
            form = {
                "grant_type": "client_credentials",
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": assertion(f"10001.{machine_id}", shared.now()),
            }
            issued = machine_clients.machine_tokens().issue(form, AUDIENCE, shared.now())
            signed_in[machine_id] = issued.access_token
        yield signed_in


def ask(token: str, method: str, path: str) -> tuple[int, str]:
    """Status and error of a route, asked with an empty body."""
    body = {} if method in ("POST", "PUT") else None
    app = importlib.import_module("functions.institution_api.handler").app
    headers = {"authorization": f"Bearer {token}"}
    answered = app(event(method, path, body, headers=headers, parameters=ABSENT), None)
    said = documented_body(method, path, answered)
    return answered["statusCode"], said["error"]["code"] if answered["statusCode"] >= 400 else ""


def test_every_route_is_for_reading_answering_people_or_nobody_in_particular() -> None:
    app = importlib.import_module("functions.institution_api.handler").app
    routes = {(method, path) for path, methods in app.routes.items() for method in methods}
    assert routes == {*READ, *ANSWER, *ANSWER_MANY, *PEOPLE, *OTHERS}


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_does_what_its_scopes_and_its_department_allow(tokens: dict[str, str], client: str) -> None:
    department_id, scopes = CLIENTS[client]
    for route, statuses in READ.items():
        assert ask(tokens[client], *route)[0] == statuses[department_id is not None], route
    for route in ANSWER:
        expected = (404, "not_found") if "answer" in scopes else (403, "scope_missing")
        assert ask(tokens[client], *route) == expected, route
    for route in ANSWER_MANY:
        expected = (422, "invalid_input") if "answer" in scopes else (403, "scope_missing")
        assert ask(tokens[client], *route) == expected, route
    for route in PEOPLE:
        assert ask(tokens[client], *route) == (403, "people_only"), route
    assert ask(tokens[client], "DELETE", "/v1/sessions/current") == (401, "session_ended")


def test_a_token_that_asked_for_less_has_less(tokens: dict[str, str]) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion("10001.lead-answerer", shared.now()),
        "scope": "read",
    }
    issued = machine_clients.machine_tokens().issue(form, AUDIENCE, shared.now())
    for route in ANSWER | ANSWER_MANY:
        assert ask(issued.access_token, *route) == (403, "scope_missing")
