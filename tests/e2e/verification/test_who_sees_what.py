"""Who sees what: every route of institutions by every kind of caller, on one's own task, a foreign one, and none.

A foreign task is answered byte for byte like one that does not exist. A route that is not in the matrix fails it.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.e2e.backstage import backstage
from tests.e2e.client import SECONDS, Portal, until
from tests.e2e.machines import Machine
from tests.e2e.offices import DEPARTMENT, INSTITUTION, Office, Question, ask, office
from tools.sample_institutions import username_of

FOREIGN = "10002"
ABSENT = "RZ20260101AAAAAAAA-1"
NOT_SIGNED_IN = ("nobody", "applicant", "expired", "signed_out", "made_up")
ACCOUNTS = ("lead", "department", "other_department", "foreign_lead", "foreign_department")
SEES_THE_TASK = ("lead", "department")

OF_A_TASK: dict[tuple[str, str], tuple[int, int]] = {
    ("GET", "/v1/tasks/{task_id}"): (200, 200),
    ("GET", "/v1/tasks/{task_id}/messages"): (200, 200),
    ("POST", "/v1/tasks/{task_id}/messages"): (422, 422),
    ("POST", "/v1/tasks/{task_id}/feedback"): (403, 422),
    ("POST", "/v1/tasks/{task_id}/attachments"): (403, 422),
    ("POST", "/v1/tasks/{task_id}/extension"): (422, 422),
    ("POST", "/v1/tasks/{task_id}/reassignment"): (422, 403),
    ("POST", "/v1/tasks/{task_id}/correction"): (422, 422),
}
"""What an empty body is answered with: the lead department, then the department that has the task."""

OF_AN_INSTITUTION: dict[tuple[str, str], tuple[int, int]] = {
    ("GET", "/v1/tasks"): (200, 200),
    ("GET", "/v1/progress"): (200, 403),
    ("GET", "/v1/fees"): (422, 403),
    ("GET", "/v1/departments"): (200, 200),
    ("POST", "/v1/task-searches"): (422, 422),
    ("POST", "/v1/task-sheets"): (422, 422),
    ("POST", "/v1/task-sheets/preview"): (422, 422),
    ("POST", "/v1/task-answers"): (422, 422),
    ("PUT", "/v1/departments/{department_id}"): (422, 403),
    ("GET", "/v1/accounts"): (200, 403),
    ("GET", "/v1/coverage"): (200, 403),
    ("GET", "/v1/explanations"): (200, 200),
    ("PUT", "/v1/explanations/{explanation_id}"): (422, 403),
    ("GET", "/v1/notifications"): (200, 200),
    ("PUT", "/v1/notifications"): (422, 422),
    ("POST", "/v1/notifications/codes"): (422, 422),
    ("POST", "/v1/notifications/proofs"): (422, 422),
}
"""What any lead department is answered with, and any verifying department; to an empty body or no parameters."""

OF_AN_ACCOUNT = ("DELETE", "/v1/accounts/{account_id}/sessions")

OF_MACHINE_CLIENTS: dict[tuple[str, str], int] = {
    ("GET", "/v1/machine-clients"): 200,
    ("PUT", "/v1/machine-clients/{machine_id}"): 422,
    ("DELETE", "/v1/machine-clients/{machine_id}"): 404,
}
"""What any lead department is answered with, to an empty body and for a client that is not there."""

MACHINES = {
    "lead_machine": Machine("lead-machine", INSTITUTION, None),
    "lead_reader": Machine("lead-reader", INSTITUTION, None, ("read",)),
    "department_machine": Machine("department-machine", INSTITUTION, DEPARTMENT),
    "department_reader": Machine("department-reader", INSTITUTION, DEPARTMENT, ("read",)),
    "other_department_machine": Machine("other-department-machine", INSTITUTION, "registry"),
    "foreign_lead_machine": Machine("foreign-lead-machine", FOREIGN, None),
    "foreign_department_machine": Machine("foreign-department-machine", FOREIGN, DEPARTMENT),
}
ANSWERING = {("POST", "/v1/task-sheets/preview"), ("POST", "/v1/task-answers")}
"""What a system needs the scope `answer` for."""

FOR_PEOPLE = {
    ("PUT", "/v1/departments/{department_id}"),
    ("GET", "/v1/accounts"),
    ("PUT", "/v1/explanations/{explanation_id}"),
    *((method, path) for method, path in OF_AN_INSTITUTION if path.startswith("/v1/notifications")),
    OF_AN_ACCOUNT,
    *OF_MACHINE_CLIENTS,
}
"""What no system does, whatever it was granted."""

WITHOUT_A_SESSION: dict[tuple[str, str], int] = {
    ("POST", "/v1/token"): 400,
    ("POST", "/v1/sessions"): 422,
    ("POST", "/v1/sessions/password"): 422,
    ("POST", "/v1/sessions/refresh"): 422,
}
"""What an empty body is answered with, whoever sends it."""

SIGNING_OUT = ("DELETE", "/v1/sessions/current")


@dataclass(frozen=True)
class Scene:
    """One task of one department, and everybody who might ask about it."""

    portal: Portal
    question: Question
    offices: dict[str, Office]
    tokens: dict[str, str | None]

    def send(self, who: str, method: str, path: str, named: str = "archive", **options: Any) -> requests.Response:
        """Send an empty body where one is taken; `named` stands for what the path names."""
        token = self.tokens[who]
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        body = {} if method in ("POST", "PUT") else None
        url = self.portal.url + re.sub("{[a-z_]+}", named, path)
        return requests.request(method, url, json=body, headers=headers, timeout=SECONDS, **options)


@pytest.fixture(scope="module")
def scene(stack, aws, sample) -> Scene:
    portal = Portal(stack, aws)
    question = ask(portal, 10)
    places = ((INSTITUTION, None), (INSTITUTION, DEPARTMENT), (INSTITUTION, "registry"), (FOREIGN, None))
    opened = [office(portal, sample, department, code) for code, department in (*places, (FOREIGN, DEPARTMENT))]
    offices = dict(zip(ACCOUNTS, opened, strict=True))
    until(lambda: question.task_id in offices["department"].numbers(), "the department sees its task")
    leaving = sample.access_token(username_of(INSTITUTION, "continuing"))
    code, account_id, session_id, *_ = leaving.split(".")
    principal = {"institution_code": code, "account_id": account_id, "session_id": session_id}
    expired = backstage(portal.stack, "expired_token", principal=principal)
    left = requests.delete(
        f"{portal.url}/v1/sessions/current", headers={"Authorization": f"Bearer {leaving}"}, timeout=SECONDS
    )
    assert left.status_code == 204
    tokens: dict[str, str | None] = {who: one.token for who, one in offices.items()}
    tokens |= {"nobody": None, "applicant": question.case.token, "expired": expired, "signed_out": leaving}
    leads = {one.institution_code: one.token for who, one in offices.items() if who in ("lead", "foreign_lead")}
    tokens |= {who: one.access_token(portal, leads[one.institution_code]) for who, one in MACHINES.items()}
    return Scene(portal, question, offices, tokens | {"made_up": f"{leaving[:-4]}AAAA"})


def seen(response: requests.Response) -> tuple[int, str, str]:
    """An answer as somebody compares it: all but the request's own id."""
    text = re.sub(r'"request_id": "[^"]*"', '"request_id": ""', response.text)
    return response.status_code, response.headers["Content-Type"], text


@pytest.mark.requirement("A9", "N4")
def test_every_route_stands_in_the_matrix() -> None:
    app = importlib.import_module("functions.institution_api.handler").app
    routes = {(method, path) for path, methods in app.routes.items() for method in methods}
    known = {*OF_A_TASK, *OF_AN_INSTITUTION, OF_AN_ACCOUNT, *OF_MACHINE_CLIENTS, *WITHOUT_A_SESSION, SIGNING_OUT}
    assert routes == known


@pytest.mark.requirement("A9", "N4")
@pytest.mark.parametrize("who", [*ACCOUNTS, *NOT_SIGNED_IN])
@pytest.mark.parametrize(("method", "path"), OF_A_TASK, ids=lambda part: part)
def test_a_task_is_its_departments_and_its_lead_departments_and_does_not_exist_for_others(scene, who, method, path):
    own = scene.send(who, method, path, scene.question.task_id)
    absent = scene.send(who, method, path, ABSENT)
    of_the_case = scene.send(who, method, path, f"{scene.question.case.case_number}-2")
    if who in NOT_SIGNED_IN:
        assert own.status_code == 401
        assert seen(own) == seen(absent)
        return
    assert absent.status_code == 404
    assert seen(of_the_case) == seen(absent)
    if who in SEES_THE_TASK:
        assert own.status_code == OF_A_TASK[method, path][SEES_THE_TASK.index(who)], own.text
    else:
        assert seen(own) == seen(absent)


@pytest.mark.requirement("A9", "N4")
@pytest.mark.parametrize("who", [*ACCOUNTS, *NOT_SIGNED_IN])
@pytest.mark.parametrize(("method", "path"), OF_AN_INSTITUTION, ids=lambda part: part)
def test_lists_and_figures_are_of_ones_own_institution(scene, who, method, path):
    answered = scene.send(who, method, path)
    if who in NOT_SIGNED_IN:
        assert answered.status_code == 401
        return
    assert answered.status_code == OF_AN_INSTITUTION[method, path]["department" in who]
    if path == "/v1/tasks":
        assert (scene.question.task_id in scene.offices[who].numbers()) is (who in SEES_THE_TASK)
    if path == "/v1/accounts" and answered.status_code == 200:
        own = f"u{scene.offices[who].institution_code}-"
        assert {one["username"][: len(own)] for one in answered.json()["accounts"]} == {own}


def error_code(response: requests.Response) -> str:
    return str(response.json()["error"]["code"])


@pytest.mark.requirement("A9", "N4")
@pytest.mark.parametrize("who", MACHINES)
@pytest.mark.parametrize(("method", "path"), OF_A_TASK, ids=lambda part: part)
def test_a_system_does_with_a_task_what_its_department_does_within_its_scopes(scene, who, method, path):
    own = scene.send(who, method, path, scene.question.task_id)
    absent = scene.send(who, method, path, ABSENT)
    of_the_case = scene.send(who, method, path, f"{scene.question.case.case_number}-2")
    assert seen(of_the_case) == seen(absent)
    if method != "GET" and "answer" not in MACHINES[who].scopes:
        assert seen(own) == seen(absent)
        assert (own.status_code, error_code(own)) == (403, "scope_missing")
        return
    assert absent.status_code == 404
    if MACHINES[who].institution_code == INSTITUTION and MACHINES[who].department_id in (None, DEPARTMENT):
        expected = OF_A_TASK[method, path][MACHINES[who].department_id is not None]
        assert own.status_code == expected, own.text
    else:
        assert seen(own) == seen(absent)


@pytest.mark.requirement("A9", "N4")
@pytest.mark.parametrize("who", MACHINES)
@pytest.mark.parametrize(
    ("method", "path"), [*OF_AN_INSTITUTION, OF_AN_ACCOUNT, *OF_MACHINE_CLIENTS], ids=lambda part: part
)
def test_a_system_reads_what_its_department_reads_and_does_nothing_that_is_for_people(scene, who, method, path):
    answered = scene.send(who, method, path)
    if (method, path) in FOR_PEOPLE:
        assert (answered.status_code, error_code(answered)) == (403, "people_only")
        return
    if (method, path) in ANSWERING and "answer" not in MACHINES[who].scopes:
        assert (answered.status_code, error_code(answered)) == (403, "scope_missing")
        return
    of_a_department = MACHINES[who].department_id is not None
    assert answered.status_code == OF_AN_INSTITUTION[method, path][of_a_department]
    if path == "/v1/tasks":
        of_the_task = MACHINES[who].institution_code == INSTITUTION and MACHINES[who].department_id in (
            None,
            DEPARTMENT,
        )
        assert (scene.question.task_id in answered.text) is of_the_task


@pytest.mark.requirement("A9", "A13", "N4")
@pytest.mark.parametrize("who", [*ACCOUNTS, *NOT_SIGNED_IN])
@pytest.mark.parametrize(("method", "path"), OF_MACHINE_CLIENTS, ids=lambda part: part)
def test_only_a_lead_department_looks_after_systems_and_of_its_own_institution(scene, who, method, path):
    answered = scene.send(who, method, path, "nowhere")
    if who in NOT_SIGNED_IN:
        assert answered.status_code == 401
    elif "department" in who:
        assert (answered.status_code, error_code(answered)) == (403, "lead_department_only")
    else:
        assert answered.status_code == OF_MACHINE_CLIENTS[method, path]
        if method == "GET":
            own = scene.offices[who].institution_code
            named = {one["client_id"] for one in answered.json()["machine_clients"]}
            assert named >= {f"{own}.{one.name}" for one in MACHINES.values() if one.institution_code == own}
            assert {one[:6] for one in named} == {f"{own}."}


@pytest.mark.requirement("A9", "A13", "N4")
def test_a_systems_token_ends_no_session_and_a_revoked_system_sees_nothing(scene):
    leaving = Machine("leaving", INSTITUTION, None)
    token = leaving.access_token(scene.portal, scene.offices["lead"].token)
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{scene.portal.url}/v1"
    assert requests.delete(f"{url}/sessions/current", headers=headers, timeout=SECONDS).status_code == 401
    assert requests.get(f"{url}/tasks", headers=headers, timeout=SECONDS).status_code == 200
    for _ in range(2):
        revoked = scene.send("lead", "DELETE", "/v1/machine-clients/{machine_id}", "leaving")
        assert revoked.status_code == 204
    foreign = scene.send("foreign_lead", "DELETE", "/v1/machine-clients/{machine_id}", "lead-machine")
    assert foreign.status_code == 404
    assert requests.get(f"{url}/tasks", headers=headers, timeout=SECONDS).status_code == 401


@pytest.mark.requirement("A9", "A13", "N4")
@pytest.mark.parametrize("who", [*ACCOUNTS, *NOT_SIGNED_IN])
def test_only_the_lead_department_ends_its_departments_sessions_and_others_accounts_do_not_exist(scene, who):
    listed = scene.send("lead", "GET", "/v1/accounts").json()["accounts"]
    by_name = {one["username"]: one["account_id"] for one in listed}
    target = scene.send(who, *OF_AN_ACCOUNT, by_name[username_of(INSTITUTION, "continuing")])
    own_kind = scene.send(who, *OF_AN_ACCOUNT, by_name[username_of(INSTITUTION)])
    absent = scene.send(who, *OF_AN_ACCOUNT, "no-such-account")
    if who in NOT_SIGNED_IN:
        assert {one.status_code for one in (target, own_kind, absent)} == {401}
    elif "department" in who:
        assert {one.status_code for one in (target, own_kind, absent)} == {403}
    elif who == "lead":
        assert (target.status_code, own_kind.status_code, absent.status_code) == (204, 403, 404)
    else:
        assert seen(target) == seen(own_kind) == seen(absent)
        assert absent.status_code == 404


@pytest.mark.requirement("A9", "N4")
@pytest.mark.parametrize("who", ACCOUNTS)
@pytest.mark.parametrize("department", ["archive", "registry", "_lead", "nowhere"])
def test_a_department_asks_for_no_other_departments_list(scene, who, department):
    answered = scene.send(who, "GET", "/v1/tasks", params={"department_id": department})
    own = scene.offices[who].department_id
    assert answered.status_code == (200 if own in (None, department) else 403)
    if answered.status_code == 200 and (who not in SEES_THE_TASK or department != "archive"):
        assert scene.question.task_id not in answered.text


@pytest.mark.requirement("A9", "N4")
@pytest.mark.parametrize("who", [*ACCOUNTS, *NOT_SIGNED_IN])
def test_a_cursor_is_its_accounts_alone(scene, who):
    # Another task of the institution, so that there is a second page.
    if len(scene.offices["lead"].tasks()) < 2:
        ask_again(scene)
    cursor = scene.send("lead", "GET", "/v1/tasks", params={"limit": "1"}).json()["next"]
    assert cursor
    carried = scene.send(who, "GET", "/v1/tasks", params={"limit": "1", "cursor": cursor})
    made_up = scene.send(who, "GET", "/v1/tasks", params={"limit": "1", "cursor": "A" * len(cursor)})
    if who == "lead":
        assert (carried.status_code, made_up.status_code) == (200, 422)
    else:
        assert carried.status_code == (401 if who in NOT_SIGNED_IN else 422)
        assert seen(carried) == seen(made_up)


def ask_again(scene: Scene) -> None:
    """A second task of the same institution, by another application for the same degree."""
    ask(scene.portal, 12)
    until(lambda: len(scene.offices["lead"].tasks()) > 1, "there are two tasks")


@pytest.mark.requirement("A13", "N4")
@pytest.mark.parametrize("who", [*ACCOUNTS, *NOT_SIGNED_IN])
@pytest.mark.parametrize(("method", "path"), WITHOUT_A_SESSION, ids=lambda part: part)
def test_signing_in_asks_for_no_session_and_is_answered_alike(scene, who, method, path):
    assert scene.send(who, method, path).status_code == WITHOUT_A_SESSION[method, path]


@pytest.mark.requirement("A13", "N4")
@pytest.mark.parametrize(
    ("who", "status"),
    [("nobody", 401), ("applicant", 401), ("made_up", 401), ("expired", 204), ("signed_out", 204)],
)
def test_signing_out_needs_a_token_of_ours_and_a_repeat_is_as_good(scene, who, status):
    assert scene.send(who, *SIGNING_OUT).status_code == status
