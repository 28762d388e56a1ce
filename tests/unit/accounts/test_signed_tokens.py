"""A token says nothing but what the system gave out, and for that purpose alone."""

from __future__ import annotations

import pytest

from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.services.accounts.signed_tokens import content_of, signed_token

KEYRING = Keyring(b"a master secret of thirty-two bytes or more")
TOKEN = signed_token(KEYRING, "institution-device", "10001.abc.1")


@pytest.mark.requirement("N4")
def test_a_signed_token_gives_its_content_for_its_own_purpose() -> None:
    assert content_of(KEYRING, "institution-device", TOKEN) == "10001.abc.1"
    assert content_of(KEYRING, "institution-access", TOKEN) is None
    assert content_of(Keyring(b"another master secret of thirty-two bytes"), "institution-device", TOKEN) is None


@pytest.mark.requirement("N4")
@pytest.mark.parametrize(
    "other", ["", ".", "10001.abc.1", f"{TOKEN}x", f"1{TOKEN}", TOKEN[:-1], f"{TOKEN}中", "\ud800.\ud800"], ids=ascii
)
def test_any_other_text_is_no_token(other: str) -> None:
    assert content_of(KEYRING, "institution-device", other) is None
