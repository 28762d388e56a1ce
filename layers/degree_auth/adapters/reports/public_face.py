"""The service as anybody on the network reaches it, and the signature of what it shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from botocore.httpsession import get_cert_path
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from degree_auth.domain.reports.log import SignedTreeHead
from degree_auth.services.reports.canary import Answered

_TIMEOUT = Timeout(connect=2, read=10)
_LARGEST_ANSWER = 1_000_000


class HttpPublicFace:
    """Implements `PublicFace` over the address that users see, without a slash at its end. Redirects count as they
    are, nothing is tried twice."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._http = PoolManager(timeout=_TIMEOUT, retries=False, ca_certs=get_cert_path(True))

    def get(self, path: str) -> Answered:
        """The answer to a GET."""
        return self._ask("GET", path, {}, None)

    def post(self, path: str, content: Mapping[str, Any], token: str = "") -> Answered:
        """The answer to a POST of JSON, with a token if one is given."""
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        return self._ask("POST", path, headers, json.dumps(content).encode())

    def _ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answered:
        try:
            answer = self._http.request(
                method,
                self._address + path,
                body=body,
                headers=dict(headers),
                redirect=False,
                preload_content=False,
            )
            try:
                return Answered(answer.status, answer.read(_LARGEST_ANSWER, decode_content=True))
            finally:
                answer.close()
        except HTTPError:
            return Answered(0)


def is_signed_by_its_key(signed: SignedTreeHead) -> bool:
    """Whether a head is signed by the key of its first certificate, and names that key as its log. Whether the
    certificate leads to a root that one trusts, `tools/verify_report_log.py` says."""
    if not signed.certificates:
        return False
    key = x509.load_der_x509_certificate(signed.certificates[0]).public_key()
    if not isinstance(key, RSAPublicKey):
        return False
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    try:
        key.verify(signed.signature, signed.head.signed_text, PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return signed.head.log_id == hashlib.sha256(spki).hexdigest()
