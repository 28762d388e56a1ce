"""Signing in to the portal, for the first time and again."""

from __future__ import annotations

import pytest

from degree_auth.domain.accounts.one_time_codes import code_at, step_at
from tests.browser.visitor import Visitor
from tools.sample_institutions import PASSWORD, username_of


@pytest.mark.requirement("A9", "N5", "N6")
def test_somebody_signs_in_by_the_keyboard_alone(visitor: Visitor, sample):
    username = username_of("10001", "registry")
    visitor.open("portal")
    visitor.write("#username", username)
    visitor.write("#password", "not the password")
    visitor.page.keyboard.press("Enter")
    visitor.expect_visible("#trouble .faults")
    assert visitor.findings() == []
    visitor.page.reload()
    assert (visitor.value("#username"), visitor.value("#password")) == (username, "")
    visitor.write("#password", sample.account(username).password)
    visitor.write("#one_time_code", sample.one_time_code(username))
    visitor.page.keyboard.press("Enter")
    visitor.expect_visible("#views", "#view h2")
    visitor.settled()
    assert visitor.findings() == []


@pytest.mark.requirement("A9", "A13", "N6")
def test_a_new_user_binds_an_authenticator_by_the_keyboard_alone(visitor: Visitor, sample, portal):
    username = username_of("10002", "graduate")
    temporary = sample.hand_over(username)
    visitor.open("portal")
    visitor.write("#username", username)
    visitor.write("#password", temporary)
    visitor.page.keyboard.press("Enter")
    visitor.expect_visible("#enrolment .qr")
    assert visitor.findings() == []
    secret = visitor.page.locator("#enrolment dd").first.inner_text().replace(" ", "")
    visitor.write("#code-now", code_at(secret, step_at(portal.now())))
    visitor.write("#new-password", PASSWORD)
    visitor.write("#again", PASSWORD)
    visitor.page.keyboard.press("Enter")
    visitor.expect_visible("#views", "#done")
