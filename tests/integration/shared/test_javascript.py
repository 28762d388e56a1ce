"""What libraries in another language make of ours: JOSE, status lists and Standard Webhooks, in JavaScript.

They are optional: `make javascript` installs them where there is Node. Without them these tests are skipped.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from degree_auth.adapters.reports.credentials import Credentials
from degree_auth.adapters.reports.signing_key import SigningKey, public_jwk
from degree_auth.domain.notifications.webhook import secret_key, secret_text, signed_headers, verify_signature
from degree_auth.domain.reports.issuer import Issuer
from degree_auth.domain.reports.status_list import LENGTH, encoded_list, status_list_claims
from tests.samples.report_log import authority
from tools.environment import JAVASCRIPT

CHECK_URL = "https://check.example/degrees/check"
SECRET = b"synthetic secret of thirty bytes"


def run(script: str, library: str, **given: Any) -> Any:
    """What a script with a library answers to what it is given, both as JSON."""
    node = shutil.which("node")
    if node is None or not (JAVASCRIPT / "node_modules" / library).is_dir():
        pytest.skip(f"{library} is not installed: make javascript")
    program = f"import {{ readFileSync }} from 'node:fs';\nconst given = JSON.parse(readFileSync(0, 'utf8'));\n{script}"
    said = subprocess.run(  # noqa: S603 -- our own script
        [node, "--input-type=module", "-e", program],
        cwd=JAVASCRIPT,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)


@pytest.fixture(scope="module")
def issued() -> dict[str, Any]:
    """A status list as a credential, and the key set that it is verified by."""
    key, certificate = authority()
    kms = SimpleNamespace(
        sign=lambda **asked: {"Signature": key.sign(asked["Message"], PKCS1v15(), hashes.SHA256())},
    )
    chain = (certificate,)
    claims = status_list_claims(CHECK_URL, "2026-1", [0, 94_567], datetime(2026, 11, 29, tzinfo=UTC))
    credential = Credentials(SigningKey(kms, "key", chain)).sign(claims, CHECK_URL)
    return {"credential": credential, "keys": Issuer(CHECK_URL, public_jwk(chain)).key_set(), "claims": claims}


@pytest.mark.requirement("A5", "A15")
def test_jose_verifies_a_credential_by_the_published_keys(issued: dict[str, Any]) -> None:
    script = """
        import { createLocalJWKSet, jwtVerify } from "jose";
        const keys = createLocalJWKSet(given.keys);
        const { payload, protectedHeader } = await jwtVerify(given.credential, keys, { typ: "vc+jwt" });
        const forged = given.credential.replace(/.(?=\\.[^.]*$)/, (last) => (last === "A" ? "B" : "A"));
        const refused = await jwtVerify(forged, keys).then(() => false, () => true);
        console.log(JSON.stringify({ payload, kid: protectedHeader.kid, refused }));
    """
    said = run(script, "jose", **issued)
    assert (said["payload"], said["refused"]) == (issued["claims"], True)
    assert said["kid"] == issued["keys"]["keys"][0]["kid"]


@pytest.mark.requirement("A15")
def test_a_library_of_status_lists_reads_ours() -> None:
    script = """
        import { decodeList } from "@digitalbazaar/vc-bitstring-status-list";
        const list = await decodeList({ encodedList: given.list });
        const set = [];
        for (let index = 0; index < list.length; index += 1) if (list.getStatus(index)) set.push(index);
        console.log(JSON.stringify({ length: list.length, set }));
    """
    bits = [0, 7, 8, 94_567, LENGTH - 1]
    said = run(script, "@digitalbazaar/vc-bitstring-status-list", list=encoded_list(bits))
    assert said == {"length": LENGTH, "set": bits}


@pytest.mark.requirement("A1", "A15")
def test_the_official_library_of_standard_webhooks_verifies_ours_and_we_its() -> None:
    script = """
        import { Webhook } from "standardwebhooks";
        const webhook = new Webhook(given.secret);
        const verified = webhook.verify(given.body, given.headers);
        let refused = false;
        try { webhook.verify(`${given.body} `, given.headers); } catch { refused = true; }
        const signature = webhook.sign("msg_2", new Date(given.now * 1000), given.body);
        console.log(JSON.stringify({ verified, refused, signature }));
    """
    now = datetime.now(UTC).replace(microsecond=0)
    body = json.dumps({"type": "application.submitted", "data": {"name": "合成样本"}}, ensure_ascii=False)
    headers = signed_headers(SECRET, "msg_1", body.encode(), now)
    secret, moment = secret_text(SECRET), int(now.timestamp())
    said = run(script, "standardwebhooks", secret=secret, headers=headers, body=body, now=moment)
    assert (said["verified"], said["refused"]) == (json.loads(body), True)
    signed = {"webhook-id": "msg_2", "webhook-timestamp": str(moment), "webhook-signature": said["signature"]}
    assert verify_signature(signed, body.encode(), secret_key(secret), now) == "msg_2"
