"""Certifies a PDF: a PAdES certification signature after which no change at all is allowed."""

from __future__ import annotations

import asyncio
import io
from datetime import datetime

from asn1crypto import x509  # type: ignore[import-untyped]
from asn1crypto.algos import SignedDigestAlgorithm  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from degree_auth.adapters.press.signing_key import SigningKey

_FIELD = "Certification"
_REASON = "学位认证 Degree authentication"


def certify(pdf: bytes, key: SigningKey, signed_at: datetime, timestamp_url: str | None = None) -> bytes:
    """The PDF with an invisible certification signature added as an incremental update.

    `signed_at` is the time that the signature claims; a timestamp authority, when given, proves it (PAdES B-T).

    Raises:
        KeyMismatch: the certificate does not belong to the key.
        pyhanko.sign.timestamps.TimestampRequestError: the timestamp authority did not answer as it should.
    """
    return asyncio.run(_certify(pdf, key, signed_at, timestamp_url))


async def _certify(pdf: bytes, key: SigningKey, signed_at: datetime, timestamp_url: str | None) -> bytes:
    signer = PdfSigner(
        PdfSignatureMetadata(
            field_name=_FIELD,
            md_algorithm="sha256",
            reason=_REASON,
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        ),
        _KmsSigner(key),
        timestamper=HTTPTimeStamper(timestamp_url) if timestamp_url else None,
    )
    session = signer.init_signing_session(IncrementalPdfFileWriter(io.BytesIO(pdf)))
    session.system_time = signed_at
    document = session.prepare_tbs_document(None, await session.estimate_signature_container_size(None, tight=False))
    signed = io.BytesIO()
    digest, _ = document.digest_tbs_document(output=signed)
    await document.perform_signature(digest.document_digest, PdfCMSSignedAttributes(signing_time=signed_at))
    return signed.getvalue()


class _KmsSigner(Signer):
    """What pyHanko asks of a signer, answered by the key."""

    def __init__(self, key: SigningKey) -> None:
        chain = [x509.Certificate.load(certificate.public_bytes(Encoding.DER)) for certificate in key.chain]
        registry = SimpleCertificateStore.from_certs(chain)  # type: ignore[no-untyped-call]
        super().__init__(
            signing_cert=chain[0],
            cert_registry=registry,
            signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
            embed_roots=False,
        )
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The signature; of the right length but empty for a dry run, which only measures."""
        return bytes(self._key.signature_bytes) if dry_run else self._key.sign(data)
