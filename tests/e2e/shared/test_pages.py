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


@pytest.mark.requirement("N6")
def test_the_address_of_the_system_leads_to_the_form_and_its_icon_is_an_image(stack) -> None:
    home = requests.get(f"{stack['api_url']}/", timeout=SECONDS)
    assert (home.status_code, home.url) == (200, f"{stack['api_url']}/apply")
    icon = requests.get(f"{stack['api_url']}/favicon.svg", timeout=SECONDS)
    assert (icon.status_code, icon.headers["content-type"]) == (200, "image/svg+xml")
