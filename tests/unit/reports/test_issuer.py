"""How machines find the issuer of a credential."""

from __future__ import annotations

import pytest

from degree_auth.domain.reports.issuer import context_address, issuer_did, key_address

DEPLOYED = "https://a1b2c3d4e5.execute-api.cn-northwest-1.amazonaws.com.cn/production/check"
LONGEST_KID = 320  # characters; with the rest of the header they stay within 512 bytes of base64


@pytest.mark.requirement("A5")
@pytest.mark.parametrize(
    ("check_url", "did"),
    [
        ("https://check.example/check", "did:web:check.example"),
        ("https://check.example/degrees/v/check", "did:web:check.example:degrees:v"),
        ("https://localhost:4566/check", "did:web:localhost%3A4566"),
    ],
)
def test_the_issuer_is_named_after_its_address(check_url: str, did: str) -> None:
    assert issuer_did(check_url) == did
    assert key_address(check_url, "thumbprint") == f"{did}#thumbprint"


@pytest.mark.requirement("A5")
def test_a_key_is_named_shortly_enough_for_libraries_with_a_small_limit() -> None:
    assert len(key_address(DEPLOYED, "x" * 43)) <= LONGEST_KID


@pytest.mark.requirement("A5")
def test_the_terms_are_explained_beside_the_check() -> None:
    assert context_address("https://check.example/v/check") == "https://check.example/v/contexts/degree-report/v1"
