"""Provides the certificate of the signing key in KMS.

Local and staging: a TEST root, made for the occasion and its key thrown away, certifies the KMS key; the root's
certificate is left in the output folder for whoever wants to verify a specimen, and what the local timestamp authority
needs when there is one. Production: a signing request, signed
by KMS, is left there for a real certificate authority; its answer is put in place with --install.

    python tools/signing_certificate.py --key-id ID --parameter NAME --environment staging --out FOLDER
    python tools/signing_certificate.py --key-id ID --parameter NAME --environment production --out FOLDER
    python tools/signing_certificate.py --key-id ID --parameter NAME --install CHAIN.pem
"""

from __future__ import annotations

import argparse
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
from asn1crypto import algos, csr, keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from degree_auth.domain.shared.words import Words

ROOT_FILE = "test-root.pem"
REVOKED_FILE = "test-root.crl"
AUTHORITY_FILE = "time-authority.pem"
REQUEST_FILE = "signing-request.pem"
_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
_CENTRE = "Degree Authentication Centre"
_TEST_NAME = f"{_CENTRE} TEST"
_YEARS = 3
_RENEWAL = timedelta(days=30)


def provision(
    kms: Any,
    ssm: Any,
    key_id: str,
    parameter: str,
    environment: str,
    out_dir: Path,
    authority_url: str | None = None,
) -> Path | None:
    """Put a certificate chain for the KMS key into the SSM parameter; return the file to trust or to send away.

    That is the TEST root's certificate, or in production the signing request for a certificate authority. A chain
    that already fits the key and lasts another month is left alone; so again nothing happens, and in production
    nothing is returned.

    `authority_url` is where the local timestamp authority serves. The TEST root certifies that authority too, and
    certificates say that the root's list of revoked ones is found there.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    public = _public_key(kms, key_id)
    chain = _chain_in(ssm, parameter)
    standing = _fits(chain, public) and chain[0].not_valid_after_utc - datetime.now(UTC) > _RENEWAL
    if environment == "production":
        if standing and not _says_test(chain):
            return None
        request = out_dir / REQUEST_FILE
        request.write_bytes(_signing_request(kms, key_id, public))
        return request
    root_file = out_dir / ROOT_FILE
    if not (standing and _names(chain[0], authority_url)):
        chain = _test_chain(public, environment, out_dir, authority_url)
        _put(ssm, parameter, chain)
    root_file.write_bytes(chain[-1].public_bytes(Encoding.PEM))
    return root_file


def install(kms: Any, ssm: Any, key_id: str, parameter: str, pem: bytes) -> None:
    """Put the chain that a certificate authority issued into the parameter, the key's own certificate first.

    Raises:
        ValueError: the first certificate is not that of the KMS key.
    """
    chain = x509.load_pem_x509_certificates(pem)
    if not _fits(chain, _public_key(kms, key_id)):
        raise ValueError(
            Words("第一张证书不是签名密钥的证书", "the first certificate is not that of the signing key").lines
        )
    _put(ssm, parameter, chain)


def _put(ssm: Any, parameter: str, chain: list[x509.Certificate]) -> None:
    pem = b"".join(certificate.public_bytes(Encoding.PEM) for certificate in chain).decode()
    # A chain passes the 4 KB of a standard parameter.
    ssm.put_parameter(Name=parameter, Value=pem, Type="String", Tier="Intelligent-Tiering", Overwrite=True)


def _public_key(kms: Any, key_id: str) -> rsa.RSAPublicKey:
    public = load_der_public_key(kms.get_public_key(KeyId=key_id)["PublicKey"])
    if not isinstance(public, rsa.RSAPublicKey):
        raise TypeError(Words("签名密钥应为 RSA 密钥", "the signing key must be an RSA key").lines)
    return public


def _chain_in(ssm: Any, parameter: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(ssm.get_parameter(Name=parameter)["Parameter"]["Value"].encode())
    except (ssm.exceptions.ParameterNotFound, ValueError):
        return []


def _fits(chain: list[x509.Certificate], public: rsa.RSAPublicKey) -> bool:
    return bool(chain) and chain[0].public_key() == public


def _says_test(chain: list[x509.Certificate]) -> bool:
    names = chain[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return any(str(name.value).startswith(_TEST_NAME) for name in names)


def _names(certificate: x509.Certificate, authority_url: str | None) -> bool:
    """Whether the certificate says that revoked ones are listed at this authority, or at none."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return authority_url is None
    return points == _revoked_at(authority_url) if authority_url else False


def _test_chain(
    public: rsa.RSAPublicKey, environment: str, out_dir: Path, authority_url: str | None
) -> list[x509.Certificate]:
    root_key = rsa.generate_private_key(65537, 2048)
    root_name = _name(f"{_TEST_NAME} ROOT, NO TRUST ({environment})")
    begin = datetime.now(UTC) - timedelta(days=1)
    root = (
        _certificate(root_name, root_name, root_key.public_key(), root_key.public_key(), begin)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )

    def certified(name: str, of: rsa.RSAPublicKey, usage: x509.ExtendedKeyUsage, *, critical: bool) -> x509.Certificate:
        made = (
            _certificate(_name(name), root_name, of, root_key.public_key(), begin)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(usage, critical=critical)
        )
        if authority_url:
            made = made.add_extension(_revoked_at(authority_url), critical=False)
        return made.sign(root_key, hashes.SHA256())

    # E-mail protection beside document signing, because poppler's pdfsig knows no other usage.
    documents = x509.ExtendedKeyUsage([_DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION])
    leaf = certified(f"{_TEST_NAME} ({environment})", public, documents, critical=False)
    if authority_url:
        key = rsa.generate_private_key(65537, 2048)
        time_stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        authority = certified(f"{_TEST_NAME} Timestamps", key.public_key(), time_stamping, critical=True)
        _leave_authority(out_dir, key, authority)
        revoked = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(root_name)
            .last_update(begin)
            .next_update(root.not_valid_after_utc)
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
            .sign(root_key, hashes.SHA256())
        )
        (out_dir / REVOKED_FILE).write_bytes(revoked.public_bytes(Encoding.DER))
    return [leaf, root]


def _leave_authority(out_dir: Path, key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = out_dir / AUTHORITY_FILE
    file.touch(mode=0o600)
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))


def _revoked_at(authority_url: str) -> x509.CRLDistributionPoints:
    place = x509.UniformResourceIdentifier(f"{authority_url}/{REVOKED_FILE}")
    return x509.CRLDistributionPoints([x509.DistributionPoint([place], None, None, None)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, public: rsa.RSAPublicKey, issuing: rsa.RSAPublicKey, begin: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=366 * _YEARS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _CENTRE),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _signing_request(kms: Any, key_id: str, public: rsa.RSAPublicKey) -> bytes:
    """A PKCS #10 request; assembled by hand because only KMS can sign with the key."""
    details = csr.CertificationRequestInfo(
        {
            "version": "v1",
            "subject": asn1_x509.Name.load(_name(_CENTRE).public_bytes()),
            "subject_pk_info": keys.PublicKeyInfo.load(
                public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            ),
            "attributes": [],
        }
    )
    signature = kms.sign(
        KeyId=key_id, Message=details.dump(), MessageType="RAW", SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256"
    )["Signature"]
    request = csr.CertificationRequest(
        {
            "certification_request_info": details,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
            "signature": signature,
        }
    )
    return x509.load_der_x509_csr(request.dump()).public_bytes(Encoding.PEM)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--key-id", required=True)
    parser.add_argument("--parameter", required=True, help="name of the SSM parameter")
    parser.add_argument("--environment", choices=("local", "staging", "production"), default="staging")
    parser.add_argument("--out", type=Path, default=Path(), help="folder for the root's certificate or the request")
    parser.add_argument("--install", type=Path, metavar="CHAIN.pem", help="chain that a certificate authority issued")
    arguments = parser.parse_args()
    kms, ssm = boto3.client("kms"), boto3.client("ssm")
    if arguments.install:
        pem = arguments.install.read_bytes()
        install(kms, ssm, arguments.key_id, arguments.parameter, pem)
        digest = hashlib.sha256(pem).hexdigest()
        print(Words(f"证书已安装，SHA-256 {digest}", f"the certificate is installed, SHA-256 {digest}").lines)
        return
    file = provision(kms, ssm, arguments.key_id, arguments.parameter, arguments.environment, arguments.out)
    said = (
        Words("证书仍有效", "the certificate is still valid")
        if file is None
        else Words(f"文件：{file}", f"file: {file}")
    )
    print(said.lines)


if __name__ == "__main__":
    main()
