"""Whatever is sent, the answer is one that the OpenAPI document foresees, and never a fault of ours."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from degree_auth.domain.notifications.webhook import secret_key, sign
from tests.e2e.client import SECONDS, Portal, matching, mismatching
from tests.e2e.offices import ask
from tools.environment import LOCAL
from tools.sample_institutions import SampleDepartment, SampleInstitution, SampleInstitutions, username_of

DOCUMENT = schemathesis.openapi.from_path(Path(__file__).parents[3] / "docs" / "openapi.yaml")
OPERATIONS = {operation.label: operation for operation in (found.ok() for found in DOCUMENT.get_all_operations())}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 15
OF_A_STRANGER = 5
"""Examples of what nobody may do who is not signed in: each is refused for that, whatever is in it."""

HASH_A_PASSWORD = ("POST /v1/sessions", "POST /v1/sessions/password")
"""What takes a second of a processor for every example that is right in form; one username is as unknown as another."""

OF_A_CASE = [label for label in OPERATIONS if "{case_number}" in label]
OF_THE_PLATFORM = "POST /v1/platform/applications"
OF_INSTITUTIONS = [
    label
    for label, operation in OPERATIONS.items()
    if {"sessionToken": []} in operation.definition.raw.get("security", ()) and "/sessions/current" not in label
]
FUZZED = SampleInstitution("10004", "北京交通大学", "研究生院", (SampleDepartment("archive", "档案馆", "A", "E", "I"),))
"""An institution of its own: the departments that are put here would change where others' tasks go."""


def fuzz(
    portal: Portal, label: str, mode: GenerationMode, prepare: Any = None, examples: int = EXAMPLES, **fixed: Any
) -> Counter[int]:
    """Send examples of an operation and hold each answer against the document; the same examples every time.

    Gives how often each status was answered.
    """
    seen: Counter[int] = Counter()

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(OPERATIONS[label].as_strategy(generation_mode=mode, **fixed))
    def send(case: Case) -> None:
        # Attempts to sign in are counted by source: those made up here must not close anything to other tests.
        headers = {"X-Forwarded-For": "203.0.113.1"} | (prepare(case) if prepare else {})
        answered = case.call_and_validate(
            base_url=portal.url, checks=CHECKS, headers=headers, allow_redirects=False, timeout=SECONDS
        )
        seen[answered.status_code] += 1

    send()
    return seen


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_to_anybody_is_foreseen(portal, label, mode):
    few = _needs_a_session(label) or (label in HASH_A_PASSWORD and mode is GenerationMode.POSITIVE)
    if mode is GenerationMode.POSITIVE or _can_be_wrong(label):
        assert fuzz(portal, label, mode, examples=OF_A_STRANGER if few else EXAMPLES).total()


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("label", OF_A_CASE)
@pytest.mark.parametrize("stage", ["material_review", "awaiting_applicant", "concluded"])
def test_every_answer_to_the_applicant_of_a_real_case_is_foreseen(portal, label, stage):
    case = portal.apply(matching() if stage == "concluded" else mismatching())
    if stage == "awaiting_applicant":
        portal.act("return_to_applicant", case.case_number, reason="请补正", fields=["degree.discipline"])
    for mode in GenerationMode:
        if mode is GenerationMode.POSITIVE or OPERATIONS[label].body:
            seen = fuzz(
                portal,
                label,
                mode,
                # The link may be renewed or revoked on the way.
                lambda _: {"Authorization": f"Bearer {case.session}"},
                path_parameters={"case_number": case.case_number},
            )
            # Wrong requests may lack the token too; a right one never does.
            assert seen[401] == 0 or mode is GenerationMode.NEGATIVE
            assert seen.total() > seen[401]
    signed_in = {"Authorization": f"Bearer {case.session}"}
    found = requests.get(f"{case.url}/{case.case_number}", headers=signed_in, timeout=SECONDS)
    assert found.json()["case_number"] == case.case_number


@pytest.fixture(scope="module")
def fuzzed(stack) -> SampleInstitutions:
    registrations = SampleInstitutions(stack, LOCAL / "fuzzed-institution.json", (FUZZED,))
    registrations.provide()
    return registrations


@pytest.mark.requirement("A9", "N5")
@pytest.mark.parametrize("department", [None, "archive"], ids=["lead", "department"])
@pytest.mark.parametrize("label", OF_INSTITUTIONS)
def test_every_answer_to_an_institutions_account_is_foreseen(portal, fuzzed, label, department):
    token = fuzzed.access_token(username_of(FUZZED.code, department))
    fixed = {}
    if "{task_id}" in label:
        # A few questions about each award: nobody may have many cases open.
        which = OF_INSTITUTIONS.index(label) // 2
        fixed["path_parameters"] = {"task_id": ask(portal, which, institution_code=FUZZED.code).task_id}
    for mode in GenerationMode:
        if mode is GenerationMode.POSITIVE or OPERATIONS[label].body:
            seen = fuzz(portal, label, mode, lambda _: {"Authorization": f"Bearer {token}"}, **fixed)
            assert seen[401] == 0 or mode is GenerationMode.NEGATIVE
            assert seen.total() > seen[401]


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_answer_to_a_signed_message_of_the_platform_is_foreseen(portal, mode):
    secrets = portal.client("secretsmanager")
    shown = secrets.get_secret_value(SecretId=portal.stack["PlatformWebhookSecretArn"])["SecretString"]
    secret = secret_key(shown)

    def signed(case: Case) -> dict[str, str]:
        moment = int(portal.now().timestamp())
        prepared = case.as_transport_kwargs(base_url=portal.url)
        body = (
            requests.Request("POST", portal.url, json=prepared.get("json"), data=prepared.get("data")).prepare().body
            or b""
        )
        return {
            "webhook-id": "msg_fuzz",
            "webhook-timestamp": str(moment),
            "webhook-signature": sign(secret, "msg_fuzz", moment, body if isinstance(body, bytes) else body.encode()),
        }

    seen = fuzz(portal, OF_THE_PLATFORM, mode, signed)
    assert seen[422] or seen[202], "no message got past its signature"


def _needs_a_session(label: str) -> bool:
    asked = OPERATIONS[label].definition.raw.get("security", DOCUMENT.raw_schema["security"])
    return asked != [] and {} not in asked


def _can_be_wrong(label: str) -> bool:
    """An operation that takes nothing has nothing that could be wrong."""
    operation = OPERATIONS[label]
    return bool(operation.body or operation.query or operation.path_parameters or operation.headers)
