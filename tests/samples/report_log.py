"""Synthetic report events and a signing key with its TEST chain."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from degree_auth.domain.reports.log import ReportEvent
from tests.doubles.report_log import LocalSigner

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


def event(number: int, what: str = "issued") -> ReportEvent:
    """An event of a report of its own; numbers tell reports apart."""
    sha256 = hashlib.sha256(b"report %d" % number).hexdigest()
    return ReportEvent(f"RZ{number}", 5 if what == "issued" else 6, what, sha256, 1, "2026-11-25T10:00:00+08:00")


def events(count: int, start: int = 0) -> Sequence[ReportEvent]:
    """As many issued reports."""
    return [event(number) for number in range(start, start + count)]


def authority(name: str = "TEST ROOT") -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    """A key and its self-signed certificate."""
    key = rsa.generate_private_key(65537, 2048)
    return key, _certificate(name, key, name, key, ca=True)


@cache
def signer() -> tuple[LocalSigner, x509.Certificate]:
    """A signer and the root that its certificate leads to."""
    root_key, root = authority()
    return signer_under(root_key, root), root


def signer_under(root_key: rsa.RSAPrivateKey, root: x509.Certificate, *, ca: bool = False) -> LocalSigner:
    """A signer with a new key, certified by this authority."""
    key = rsa.generate_private_key(65537, 2048)
    (name,) = root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return LocalSigner(key, [_certificate("TEST signer", key, str(name.value), root_key, ca=ca), root])


def _certificate(
    subject: str, key: rsa.RSAPrivateKey, issuer: str, issuing: rsa.RSAPrivateKey, *, ca: bool
) -> x509.Certificate:
    begin = NOW - timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=366))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(issuing, hashes.SHA256())
    )
