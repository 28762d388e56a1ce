"""The pages as the deployed stack serves them."""

from __future__ import annotations

import pytest
import requests

from degree_auth.pages import NAMES
from tests.e2e.client import SECONDS


@pytest.mark.requirement("N4", "N6")
def test_every_page_that_help_names_is_served_with_its_policy(stack) -> None:
    pages = requests.get(f"{stack['api_url']}/v1/help", timeout=SECONDS).json()["pages"]
    assert set(pages) == set(NAMES)
    for address in pages.values():
        answered = requests.get(address, timeout=SECONDS)
        assert answered.status_code == 200
        assert answered.headers["content-type"] == "text/html; charset=utf-8"
        assert "script-src 'sha256-" in answered.headers["content-security-policy"]
