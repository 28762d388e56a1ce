"""What is sealed for one context opens for that context alone (N2)."""

from __future__ import annotations

import base64

import pytest
from cryptography.exceptions import InvalidTag

from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.services.shared.sealing import open_json, open_text, seal_json, seal_text

KEYRING = Keyring(b"synthetic secret of the tests ..")


@pytest.mark.requirement("N2")
def test_sealed_json_opens_again_and_shows_nothing() -> None:
    content = {"name": "张三（样例）", "fields": ["a", 1, None]}
    sealed = seal_json(KEYRING, "RZ1", content)
    assert open_json(KEYRING, "RZ1", sealed) == content
    assert "张三".encode() not in base64.b64decode(sealed)


@pytest.mark.requirement("N2")
def test_sealed_text_opens_for_its_own_context_alone() -> None:
    sealed = seal_text(KEYRING, "watch#1", "https://example.org/hook")
    assert open_text(KEYRING, "watch#1", sealed) == "https://example.org/hook"
    with pytest.raises(InvalidTag):
        open_text(KEYRING, "watch#2", sealed)
