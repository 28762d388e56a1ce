"""What outside software makes of an issued report: the timestamped file, and the credential with its status."""

from __future__ import annotations

import base64
import gzip
import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from joserfc import jws
from joserfc.jwk import KeySet
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature

from tests.e2e.client import FOREIGN_DISCIPLINE, SECONDS, Applied, matching, until
from tests.e2e.offices import asked_awards, office, routed


@pytest.fixture(scope="module")
def issued(portal) -> Applied:
    applied = portal.apply(matching(asked_awards()[40]))
    applied.at_stage("concluded")
    return applied


@pytest.fixture(scope="module")
def report(issued) -> dict[str, str]:
    found: dict[str, str] = issued.status()["report"]
    return found


@pytest.fixture(scope="module")
def pdf(report) -> bytes:
    return requests.get(report["url"], timeout=SECONDS).content


def verified(stack: dict[str, Any], credential: str) -> dict[str, Any]:
    keys = requests.get(f"{stack['api_url']}/.well-known/jwks.json", timeout=SECONDS).json()
    payload = jws.deserialize_compact(credential, KeySet.import_key_set(keys), algorithms=["RS256"]).payload
    claims: dict[str, Any] = json.loads(payload)
    return claims


def status(stack: dict[str, Any], pdf: bytes) -> int:
    """The status of the credential in a report, as a verifier that knows the standard finds it."""
    attached = PdfFileReader(io.BytesIO(pdf)).root["/AF"].raw_get(0).get_object()["/EF"]["/F"].data.decode()
    entry = verified(stack, attached)["credentialStatus"]
    answered = requests.get(entry["statusListCredential"], timeout=SECONDS)
    assert answered.status_code == 200
    assert answered.headers["Content-Type"] == "application/vc+jwt"
    claims = verified(stack, answered.text)
    encoded = claims["credentialSubject"]["encodedList"][1:]
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    index = int(entry["statusListIndex"])
    return bits[index // 8] >> (7 - index % 8) & 1


@pytest.mark.requirement("A5")
def test_the_file_alone_proves_signature_timestamp_and_revocation(stack, portal, report, pdf) -> None:
    root = load_cert_from_pemder(Path(stack["trust_root"]))
    reader = PdfFileReader(io.BytesIO(pdf))
    demanded = {"trust_roots": [root], "allow_fetching": False, "revocation_mode": "require"}
    context = DocumentSecurityStore.read_dss(reader).as_validation_context(demanded)
    verdict = validate_pdf_signature(reader.embedded_signatures[0], context)
    assert verdict.bottom_line
    shown = portal.check(report_number=report["report_number"], check_code=report["check_code"])["report"]
    assert shown["timestamp"]["authority"] == "Degree Authentication Centre TEST Timestamps"
    # The authority goes by the stack's clock, which may be ahead by months.
    late = datetime.fromisoformat(shown["timestamp"]["at"]) - datetime.fromisoformat(shown["issued_at"])
    assert timedelta(seconds=-2) <= late < timedelta(seconds=SECONDS)


@pytest.mark.requirement("A6", "A15")
def test_the_status_of_a_credential_changes_when_its_report_is_superseded(stack, portal, sample, issued, pdf) -> None:
    until(lambda: _served(stack, pdf), "the list is signed")
    assert status(stack, pdf) == 0
    body = {"reason": "专业名称与证书不符", "evidence": [issued.attach("evidence")]}
    assert issued.post("disputes", body).status_code == 200
    portal.act("admit_recheck", issued.case_number, reason="符合受理条件")
    form = {"result": "partly_inconsistent", "archive_values": {"degree.discipline": FOREIGN_DISCIPLINE}}
    office(portal, sample).answer(routed(portal, issued).task_id, **form)
    issued.at_stage("recheck_decision")
    portal.act("decide_recheck", issued.case_number, reason="以档案为准", decision="superseded")
    issued.at_stage("concluded")
    until(lambda: status(stack, pdf) == 1, "the bit is set")


def _served(stack: dict[str, Any], pdf: bytes) -> bool:
    try:
        return status(stack, pdf) == 0
    except AssertionError:
        return False
