"""Certifies a PDF: a PAdES certification signature after which no change at all is allowed."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from asn1crypto.algos import SignedDigestAlgorithm
from asn1crypto.tsp import SigningCertificateV2
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.attributes import (
    CMSAttributeProvider,
    SignedAttributeProviderSpec,
    SigningCertificateV2Provider,
)
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import as_signing_certificate_v2
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko.sign.signers.pdf_signer import (
    PdfSignatureMetadata,
    PdfSigner,
    PdfSigningSession,
    PreSignValidationStatus,
)
from pyhanko_certvalidator.registry import SimpleCertificateStore

from degree_auth.adapters.reports.press.timestamps import (
    FAULTS,
    Gathered,
    TimeAuthority,
    connections,
    gather,
    prove_timestamp,
    timestamping_signer,
)
from degree_auth.adapters.reports.signing_key import SigningKey
from degree_auth.domain.reports.issued_document import Timestamp
from degree_auth.services.reports.ports import TimestampUnavailable

_FIELD = "Certification"
_ATTRIBUTES_BYTES = 2048  # signature, signed attributes and the frame around them
_REASON = "学位认证 Degree authentication"


@dataclass(frozen=True, slots=True)
class Certified:
    """A certified PDF, and the timestamp that its signature carries, if any."""

    pdf: bytes
    timestamp: Timestamp | None


class Certifier:
    """Certifies PDFs with one key, with a timestamp when it is given an authority."""

    def __init__(self, key: SigningKey, authority: TimeAuthority | None = None) -> None:
        self._metadata = PdfSignatureMetadata(
            field_name=_FIELD,
            md_algorithm="sha256",
            reason=_REASON,
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )
        self._signer = _KmsSigner(key)
        self._pdf_signer = PdfSigner(self._metadata, self._signer)
        self._authority = authority
        self._anchor = key.chain[-1]
        self._gathered: Gathered | None = None
        chain = sum(len(certificate.public_bytes(Encoding.DER)) for certificate in key.chain)
        self._bytes = chain + _ATTRIBUTES_BYTES

    def certify(self, pdf: bytes, signed_at: datetime) -> Certified:
        """The PDF with an invisible certification signature added as an incremental update.

        `signed_at` is the time that the signature claims. A timestamp authority proves it, and what is needed to judge
        both later is in the file (PAdES B-LT).

        Raises:
            KeyMismatch: the certificate does not belong to the key.
            TimestampUnavailable: the authority, or who tells of revoked certificates, did not answer as it should.
        """
        if self._authority is None:
            return asyncio.run(self._certify(pdf, signed_at))
        try:
            return asyncio.run(self._certify_with_timestamp(pdf, signed_at, self._authority))
        except FAULTS as fault:
            # Whatever was gathered may be what is wrong.
            self._gathered = None
            raise TimestampUnavailable from fault

    async def _certify(self, pdf: bytes, signed_at: datetime) -> Certified:
        session = self._pdf_signer.init_signing_session(_Revision(io.BytesIO(pdf)))
        signed, _ = await self._sign_document(session, signed_at, None, self._bytes)
        return Certified(signed, None)

    async def _certify_with_timestamp(self, pdf: bytes, signed_at: datetime, authority: TimeAuthority) -> Certified:
        async with connections() as open_ones:
            signer = timestamping_signer(self._metadata, self._signer, authority, self._anchor, open_ones)
            session = signer.init_signing_session(_Revision(io.BytesIO(pdf)))
            if self._gathered is None or not self._gathered.is_fresh:
                self._gathered = await gather(session)
            found = self._gathered
            signed, signature = await self._sign_document(
                session, signed_at, found.status, self._bytes + found.timestamp_bytes
            )
            return Certified(signed, await prove_timestamp(signature, authority, found.status))

    @staticmethod
    async def _sign_document(
        session: PdfSigningSession, signed_at: datetime, status: PreSignValidationStatus | None, room: int
    ) -> tuple[bytes, bytes]:
        """The signed file and the signature in it, for which `room` bytes are kept."""
        session.system_time = signed_at
        document = session.prepare_tbs_document(status, 2 * room)
        signed = io.BytesIO()
        digest, _ = document.digest_tbs_document(output=signed)
        done = await document.perform_signature(digest.document_digest, PdfCMSSignedAttributes(signing_time=signed_at))
        return signed.getvalue(), done.sig_contents


class _Revision(IncrementalPdfFileWriter):
    """An update that leaves the metadata as typeset: rewritten, they would break PDF/A and tell another time."""

    def _update_meta(self) -> None:
        pass


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
        self.signed_attr_prov_spec = _Attributes(chain[0])
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The signature; of the right length but empty for a dry run, which only measures."""
        return bytes(self._key.signature_bytes) if dry_run else self._key.sign(data)


class _Attributes(SignedAttributeProviderSpec):
    """What PAdES has a signature cover beside content type and digest: the certificate it belongs to."""

    def __init__(self, certificate: x509.Certificate) -> None:
        self._certificate = _EncodedCertificate(certificate)

    def signed_attr_providers(self, data_digest: bytes, digest_algorithm: str) -> Iterable[CMSAttributeProvider]:
        """The attribute that names the certificate."""
        return (self._certificate,)


class _EncodedCertificate(SigningCertificateV2Provider):
    """pyHanko's own attribute, encoded once: put together afresh it is encoded again at each of a hundred looks."""

    def __init__(self, certificate: x509.Certificate) -> None:
        super().__init__(certificate)
        self._encoded = as_signing_certificate_v2(certificate).dump()

    async def build_attr_value(self, dry_run: bool = False) -> SigningCertificateV2:
        """The attribute, read back from its encoding."""
        return SigningCertificateV2.load(self._encoded)
