"""What machines fetch from the public function, through the gateway's own events."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from moto import mock_aws

from degree_auth.domain.reports.issuer import issuer_did
from degree_auth.http.responses import api_document
from tests.doubles.gateway import documented_body, event
from tests.doubles.tables import create_table
from tests.samples.api_document import DOCUMENT
from tests.samples.report_log import signer
from tools.made_once import forget

TABLE = {"CASES_TABLE": "public-cases", "AWS_REGION": "ap-southeast-1"}
CHECK_URL = "https://check.example/degrees/check"
PARAMETERS = {"CHECK_URL_PARAMETER": "/public/check-url", "SIGNING_CERTIFICATE_PARAMETER": "/public/certificate"}
Get = Callable[[str], tuple[int, dict[str, str], Any]]


@pytest.fixture
def get(monkeypatch: pytest.MonkeyPatch) -> Iterator[Get]:
    """Calls the function as the gateway does, and holds its JSON against the document."""
    named = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "ap-southeast-1"}
    for name, value in {**named, **PARAMETERS, **TABLE}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    forget()
    app = importlib.import_module("functions.public_api.handler").app

    def called(path: str) -> tuple[int, dict[str, str], Any]:
        answer = app(event("GET", path), None)
        body = documented_body("GET", path, answer)
        return answer["statusCode"], answer["headers"], body

    with mock_aws():
        put_parameters("none")
        create_table("CasesTable", TABLE["CASES_TABLE"], TABLE["AWS_REGION"])
        yield called
    forget()


def put_parameters(certificate: str) -> None:
    values = {"CHECK_URL_PARAMETER": CHECK_URL, "SIGNING_CERTIFICATE_PARAMETER": certificate}
    for setting, value in values.items():
        boto3.client("ssm").put_parameter(Name=PARAMETERS[setting], Value=value, Type="String", Overwrite=True)


def certificates() -> str:
    found = [x509.load_der_x509_certificate(one) for one in signer()[0].certificates]
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in found)


@pytest.mark.requirement("A5", "A15")
def test_the_key_of_the_issuer_is_found_where_its_identifier_leads(get: Get) -> None:
    put_parameters(certificates())
    _, headers, keys = get("/.well-known/jwks.json")
    _, _, document = get("/did.json")
    assert document["id"] == issuer_did(CHECK_URL) == "did:web:check.example:degrees"
    assert [method["publicKeyJwk"] for method in document["verificationMethod"]] == keys["keys"]
    assert get("/.well-known/did.json")[2] == document
    assert headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.requirement("A15", "N5")
@pytest.mark.parametrize("path", ["/.well-known/jwks.json", "/did.json", "/.well-known/did.json"])
def test_before_its_certificate_is_in_place_the_issuer_has_no_key(get: Get, path: str) -> None:
    assert get(path)[0] == 404


@pytest.mark.requirement("A15")
def test_the_terms_of_a_credential_are_served(get: Get) -> None:
    status, _, context = get("/contexts/degree-report/v1")
    assert status == 200
    assert context["@context"]["certificateNumber"] == "urn:degree-report:v1:certificateNumber"


@pytest.mark.requirement("N5", "N6")
def test_the_document_of_the_api_is_served_as_it_was_written() -> None:
    assert yaml.safe_load(api_document("yaml").body) == json.loads(api_document("json").body) == DOCUMENT
