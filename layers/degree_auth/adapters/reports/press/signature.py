"""Certifies a PDF: a PAdES certification signature after which no change at all is allowed."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterable
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
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from degree_auth.adapters.reports.signing_key import SigningKey

_FIELD = "Certification"
_ATTRIBUTES_BYTES = 2048  # signature, signed attributes and the frame around them
_TIMESTAMP_BYTES = 12288  # a timestamp token with its authority's chain
_REASON = "学位认证 Degree authentication"


class Certifier:
    """Certifies PDFs with one key; `timestamp_url` names an RFC 3161 timestamp authority or nothing."""

    def __init__(self, key: SigningKey, timestamp_url: str | None = None) -> None:
        self._signer = PdfSigner(
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
        chain = sum(len(certificate.public_bytes(Encoding.DER)) for certificate in key.chain)
        room = chain + _ATTRIBUTES_BYTES + (_TIMESTAMP_BYTES if timestamp_url else 0)
        self._hexadecimal_digits = 2 * room

    def certify(self, pdf: bytes, signed_at: datetime) -> bytes:
        """The PDF with an invisible certification signature added as an incremental update.

        `signed_at` is the time that the signature claims; a timestamp authority proves it (PAdES B-T).

        Raises:
            KeyMismatch: the certificate does not belong to the key.
            pyhanko.sign.timestamps.TimestampRequestError: the timestamp authority did not answer as it should.
        """
        return asyncio.run(self._certify(pdf, signed_at))

    async def _certify(self, pdf: bytes, signed_at: datetime) -> bytes:
        session = self._signer.init_signing_session(_Revision(io.BytesIO(pdf)))
        session.system_time = signed_at
        document = session.prepare_tbs_document(None, self._hexadecimal_digits)
        signed = io.BytesIO()
        digest, _ = document.digest_tbs_document(output=signed)
        await document.perform_signature(digest.document_digest, PdfCMSSignedAttributes(signing_time=signed_at))
        return signed.getvalue()


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
