"""The centre's signing key: it stays in KMS, its certificate chain travels with every signature."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from degree_auth.domain.reports.issuer import jwk_thumbprint

_LARGEST_RAW_MESSAGE = 4096  # bytes; KMS takes longer messages as their digest only


class KmsSignatures(Protocol):
    """The one operation of the KMS client that signing needs."""

    def sign(self, **request: Any) -> Any:
        """`kms:Sign`."""


class KeyMismatch(Exception):
    """KMS signed with a key that the certificate does not certify: the stack is wired wrongly."""


class SigningKey:
    """An RSA key in KMS and its certificates, the key's own first. Signs by RSASSA-PKCS1-v1_5 with SHA-256.

    `record` keeps the public key (JWK) for ever; it is called before the key signs for the first time here.
    """

    def __init__(
        self,
        kms: KmsSignatures,
        key_id: str,
        chain: tuple[x509.Certificate, ...],
        record: Callable[[Mapping[str, Any]], None] | None = None,
    ) -> None:
        public = chain[0].public_key()
        if not isinstance(public, RSAPublicKey):
            raise ValueError("the signing certificate needs an RSA key")
        self.chain = chain
        self._public = public
        self._kms = kms
        self._key_id = key_id
        self._record = record

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
    def thumbprint(self) -> str:
        """The thumbprint of the public key after RFC 7638, in base64url."""
        return jwk_thumbprint(public_jwk(self.chain))

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """The certificates that travel with a signature, DER, the key's own first: those below the root."""
        return _chain_without_root(self.chain)

    def sign(self, message: bytes) -> bytes:
        """The signature of a message.

        Raises:
            KeyMismatch: the certificate's key does not verify it.
        """
        if self._record is not None:
            self._record(public_jwk(self.chain))
            self._record = None
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


def public_jwk(chain: tuple[x509.Certificate, ...]) -> dict[str, Any]:
    """The public key of a chain as a JWK (RFC 7517), with the certificates below the root as its `x5c`.

    Raises:
        ValueError: the key is no RSA key.
    """
    public = chain[0].public_key()
    if not isinstance(public, RSAPublicKey):
        raise ValueError("the signing certificate needs an RSA key")
    numbers = public.public_numbers()
    certificates = [base64.b64encode(one).decode() for one in _chain_without_root(chain)]
    return {"kty": "RSA", "n": _base64url(_octets(numbers.n)), "e": _base64url(_octets(numbers.e)), "x5c": certificates}


def _chain_without_root(chain: tuple[x509.Certificate, ...]) -> tuple[bytes, ...]:
    below = chain[:1] + tuple(one for one in chain[1:] if one.issuer != one.subject)
    return tuple(one.public_bytes(Encoding.DER) for one in below)


def _octets(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
