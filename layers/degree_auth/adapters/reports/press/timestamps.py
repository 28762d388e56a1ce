"""Timestamps after RFC 3161, and what a reader needs years later to judge them and the signature (PAdES B-LT).

Certificates and what their issuers say of revoked ones are gathered before signing and stand in the revision that the
signature covers. A file of one revision is the one that every PDF tool calls wholly signed.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

import aiohttp
import certifi
from asn1crypto import cms, x509
from cryptography import x509 as pyca_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfSignatureMetadata,
    PdfSigner,
    PdfSigningSession,
    PreSignValidationStatus,
    SigDSSPlacementPreference,
)
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend

from degree_auth.domain.reports.issued_document import Timestamp
from degree_auth.services.reports.ports import TimestampUnavailable

FAULTS = (OSError, PathError, SigningError, SignatureValidationError)
"""What asking an authority and judging certificates may raise."""

FRESH_SECONDS = 3600
"""How long what was gathered is taken to be fresh."""

_AUTHORITY_SECONDS = 5
_LIST_SECONDS = 3
_SPARE_BYTES = 1024  # by which one timestamp may be longer than another of the same authority
_REVOCATION = "hard-fail"  # a certificate that names a list of revoked ones is looked up there, or nothing is signed
_ONE_REVISION = DSSContentSettings(include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE)


@dataclass(frozen=True, slots=True)
class TimeAuthority:
    """A timestamp authority: its address, and the root certificates that its own must lead to."""

    url: str
    roots: tuple[pyca_x509.Certificate, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What goes into a file beside its signature, and how long a timestamp may be in bytes."""

    status: PreSignValidationStatus
    timestamp_bytes: int
    until: float

    @property
    def is_fresh(self) -> bool:
        """Whether it may be used still."""
        return time.monotonic() < self.until


def timestamping_signer(
    metadata: PdfSignatureMetadata,
    signer: Signer,
    authority: TimeAuthority,
    anchor: pyca_x509.Certificate,
    session: aiohttp.ClientSession,
) -> PdfSigner:
    """What signs with a timestamp; `anchor` is the certificate that the signer's own lead to."""
    context = ValidationContext(
        trust_roots=_reload([anchor, *authority.roots]),
        allow_fetching=True,
        fetcher_backend=AIOHttpFetcherBackend(session, per_request_timeout=_LIST_SECONDS),
        revocation_mode=_REVOCATION,
    )
    wanted = replace(metadata, embed_validation_info=True, validation_context=context, dss_settings=_ONE_REVISION)
    stamper = HTTPTimeStamper(authority.url, timeout=_AUTHORITY_SECONDS, session=session)
    return PdfSigner(wanted, signer, timestamper=stamper)


def connections() -> aiohttp.ClientSession:
    """Connections to an authority and to who lists revoked certificates."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=_tls()))


@cache
def _tls() -> ssl.SSLContext:
    """Loading the roots of the web takes 50 ms, so it happens once a process."""
    return ssl.create_default_context(cafile=certifi.where())


async def gather(session: PdfSigningSession) -> Gathered:
    """Gather certificates and revocation data of the signer and of the authority, which is asked once for that.

    Raises:
        One of `FAULTS`: a certificate is revoked or leads nowhere, or somebody did not answer in time.
    """
    status = await session.perform_presign_validation()
    if status is None or session.timestamper is None:
        raise RuntimeError("the signer has no authority")
    sample = await session.timestamper.async_dummy_response(session.md_algorithm)
    return Gathered(status, len(sample.dump()) + _SPARE_BYTES, time.monotonic() + FRESH_SECONDS)


async def prove_timestamp(signature: bytes, authority: TimeAuthority, status: PreSignValidationStatus) -> Timestamp:
    """The timestamp in a signature (CMS, DER), once it is proved to be the authority's and of this very signature.

    Raises:
        TimestampUnavailable: it is not.
    """
    signed = cms.ContentInfo.load(signature)["content"]["signer_infos"][0]
    context = ValidationContext(
        trust_roots=_reload(authority.roots),
        crls=status.crls_to_embed,
        ocsps=status.ocsps_to_embed,
        revocation_mode=_REVOCATION,
    )

    def imprint(algorithm: str) -> bytes:
        digest = hashes.Hash(getattr(hashes, algorithm.upper())())
        digest.update(signed["signature"].native)
        return digest.finalize()

    found = TimestampSignatureStatus(**await validate_tst_signed_data(_timestamp_token(signed), context, imprint))
    if not (found.intact and found.valid and found.trusted):
        raise TimestampUnavailable
    return Timestamp(found.timestamp, str(found.signing_cert.subject.native.get("common_name", "")))


def _timestamp_token(signed: cms.SignerInfo) -> cms.SignedData:
    for attribute in signed["unsigned_attrs"]:
        if attribute["type"].native == "signature_time_stamp_token":
            return attribute["values"][0]["content"]
    raise TimestampUnavailable


def _reload(certificates: Iterable[pyca_x509.Certificate]) -> list[x509.Certificate]:
    return [x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in certificates]
