"""The centre's signing key: it stays in KMS, its certificate chain travels with every signature."""

from __future__ import annotations

import hashlib
from typing import Any, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_LARGEST_RAW_MESSAGE = 4096  # bytes; KMS takes longer messages as their digest only


class KmsSignatures(Protocol):
    """The one operation of the KMS client that signing needs."""

    def sign(self, **request: Any) -> Any:
        """`kms:Sign`."""


class KeyMismatch(Exception):
    """KMS signed with a key that the certificate does not certify: the stack is wired wrongly."""


class SigningKey:
    """An RSA key in KMS and its certificates, the key's own first. Signs by RSASSA-PKCS1-v1_5 with SHA-256."""

    def __init__(self, kms: KmsSignatures, key_id: str, chain: tuple[x509.Certificate, ...]) -> None:
        public = chain[0].public_key()
        if not isinstance(public, RSAPublicKey):
            raise ValueError("the signing certificate needs an RSA key")
        self.chain = chain
        self._public = public
        self._kms = kms
        self._key_id = key_id

    @property
    def signature_bytes(self) -> int:
        """Length of every signature."""
        return (self._public.key_size + 7) // 8

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key (SubjectPublicKeyInfo) in hex; it stays when the certificate is renewed."""
        spki = self._public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(spki).hexdigest()

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """The certificates that travel with a signature, DER, the key's own first: those below the root."""
        travelling = self.chain[:1] + tuple(one for one in self.chain[1:] if one.issuer != one.subject)
        return tuple(one.public_bytes(Encoding.DER) for one in travelling)

    def sign(self, message: bytes) -> bytes:
        """The signature of a message.

        Raises:
            KeyMismatch: the certificate's key does not verify it.
        """
        raw = len(message) <= _LARGEST_RAW_MESSAGE
        answer = self._kms.sign(
            KeyId=self._key_id,
            Message=message if raw else hashlib.sha256(message).digest(),
            MessageType="RAW" if raw else "DIGEST",
            SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256",
        )
        signature = bytes(answer["Signature"])
        try:
            self._public.verify(signature, message, PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            raise KeyMismatch("the certificate does not belong to the signing key") from None
        return signature


def read_chain(pem: str) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM text, in its order.

    Raises:
        ValueError: there is none, or one cannot be read.
    """
    return tuple(x509.load_pem_x509_certificates(pem.encode()))
