"""The certificate of the signing key: a test one for specimens, a request for a real one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import boto3
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from moto import mock_aws

from tools.signing_certificate import AUTHORITY_FILE, REVOKED_FILE, install, provision

PARAMETER = "/test/signing-certificate"


@pytest.fixture
def aws():
    with mock_aws():
        kms, ssm = boto3.client("kms", region_name="cn-north-1"), boto3.client("ssm", region_name="cn-north-1")
        key_id = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
        yield SimpleNamespace(kms=kms, ssm=ssm, key_id=key_id)


def _stored(aws) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(aws.ssm.get_parameter(Name=PARAMETER)["Parameter"]["Value"].encode())


def _public(aws, key_id=None):
    return load_der_public_key(aws.kms.get_public_key(KeyId=key_id or aws.key_id)["PublicKey"])


@pytest.mark.requirement("A5")
def test_the_test_root_certifies_the_kms_key_for_signing_documents(aws, tmp_path):
    trusted = provision(aws.kms, aws.ssm, aws.key_id, PARAMETER, "local", tmp_path)
    leaf, root = _stored(aws)
    assert leaf.public_key() == _public(aws)
    leaf.verify_directly_issued_by(root)
    assert x509.load_pem_x509_certificate(trusted.read_bytes()) == root
    usages = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [usage.dotted_string for usage in usages] == [
        "1.3.6.1.5.5.7.3.36",
        ExtendedKeyUsageOID.EMAIL_PROTECTION.dotted_string,
    ]
    assert leaf.not_valid_before_utc < datetime.now(UTC) < leaf.not_valid_after_utc


@pytest.mark.requirement("N2")
@pytest.mark.parametrize("environment", ["local", "staging"])
def test_a_test_certificate_says_so_in_its_subject(aws, tmp_path, environment):
    provision(aws.kms, aws.ssm, aws.key_id, PARAMETER, environment, tmp_path)
    for certificate in _stored(aws):
        (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        assert "TEST" in name.value


@pytest.mark.requirement("N1")
def test_provisioning_again_changes_nothing(aws, tmp_path):
    first = provision(aws.kms, aws.ssm, aws.key_id, PARAMETER, "local", tmp_path)
    before, trusted = _stored(aws), first.read_bytes()
    first.unlink()
    assert provision(aws.kms, aws.ssm, aws.key_id, PARAMETER, "local", tmp_path).read_bytes() == trusted
    assert _stored(aws) == before


@pytest.mark.requirement("N2")
def test_another_key_or_an_unreadable_parameter_gets_a_new_certificate(aws, tmp_path):
    aws.ssm.put_parameter(Name=PARAMETER, Value="not yet provided", Type="String")
    provision(aws.kms, aws.ssm, aws.key_id, PARAMETER, "local", tmp_path)
    other = aws.kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    provision(aws.kms, aws.ssm, other, PARAMETER, "local", tmp_path)
    assert _stored(aws)[0].public_key() == _public(aws, other)


@pytest.mark.requirement("N2")
def test_production_gets_a_signing_request_and_no_certificate(aws, tmp_path):
    request = x509.load_pem_x509_csr(
        provision(aws.kms, aws.ssm, aws.key_id, PARAMETER, "production", tmp_path).read_bytes()
    )
    assert request.is_signature_valid
    assert request.public_key() == _public(aws)
    with pytest.raises(aws.ssm.exceptions.ParameterNotFound):
        _stored(aws)


@pytest.mark.requirement("N2")
def test_a_test_certificate_never_serves_in_production(aws, tmp_path):
    provision(aws.kms, aws.ssm, aws.key_id, PARAMETER, "staging", tmp_path)
    assert provision(aws.kms, aws.ssm, aws.key_id, PARAMETER, "production", tmp_path) is not None


@pytest.fixture
def issued(aws):
    """A chain as a certificate authority would issue it for the key."""
    authority = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Synthetic authority")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Synthetic centre")]))
        .issuer_name(name)
        .public_key(_public(aws))
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=365))
        .sign(authority, hashes.SHA256())
    )
    return certificate.public_bytes(Encoding.PEM)


@pytest.mark.requirement("N2")
def test_a_chain_is_installed_only_for_its_own_key(aws, issued, tmp_path):
    other = aws.kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    with pytest.raises(ValueError, match="not that of the signing key"):
        install(aws.kms, aws.ssm, other, PARAMETER, issued)
    install(aws.kms, aws.ssm, aws.key_id, PARAMETER, issued)
    assert _stored(aws)[0].public_key() == _public(aws)
    assert provision(aws.kms, aws.ssm, aws.key_id, PARAMETER, "production", tmp_path) is None


AUTHORITY = "http://127.0.0.1:9"


@pytest.mark.requirement("A5")
def test_the_test_root_certifies_the_local_timestamp_authority_and_lists_revoked_certificates(aws, tmp_path):
    provision(aws.kms, aws.ssm, aws.key_id, PARAMETER, "local", tmp_path, AUTHORITY)
    leaf, root = _stored(aws)
    left = tmp_path / AUTHORITY_FILE
    (authority,) = x509.load_pem_x509_certificates(left.read_bytes())
    authority.verify_directly_issued_by(root)
    revoked = x509.load_der_x509_crl((tmp_path / REVOKED_FILE).read_bytes())
    assert revoked.is_signature_valid(root.public_key())
    for certificate in (leaf, authority):
        (point,) = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
        assert [name.value for name in point.full_name] == [f"{AUTHORITY}/{REVOKED_FILE}"]
    assert left.stat().st_mode & 0o077 == 0


@pytest.mark.requirement("A5", "N1")
def test_certificates_follow_the_authority_to_another_address_and_stay_otherwise(aws, tmp_path):
    made = []
    for address in (AUTHORITY, AUTHORITY, "http://127.0.0.1:10", None, None):
        provision(aws.kms, aws.ssm, aws.key_id, PARAMETER, "local", tmp_path, address)
        made.append(_stored(aws)[0])
    first, same, moved, without, still = made
    assert first == same != moved != without == still
