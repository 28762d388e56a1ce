"""The views of the portal, with the columns by which somebody decides."""

from __future__ import annotations

import pytest

from tests.browser.visitor import Visitor

# What somebody decides by, in the table of a view.
DECIDING = {
    "tasks": ("portal.status", "portal.deadline"),
    "progress": ("portal.figure.overdue", "portal.figure.due_soon"),
    "fees": ("portal.amount",),
    "departments": ("portal.password", "portal.action"),
    "coverage": ("portal.goes_to",),
    "explanations": (),
    "account": (),
}


@pytest.fixture(scope="module")
def listed(asked):
    """A task in the lists."""
    return asked(0)


@pytest.mark.requirement("A8", "A9", "N6")
@pytest.mark.parametrize("view", DECIDING)
def test_a_view_of_a_lead_department_is_fit_for_everybody(lead: Visitor, listed, view):
    lead.open("portal", view=view)
    lead.expect_visible("#view h2")
    for summary in lead.page.locator("#view details:not([open]) > summary").all()[:2]:
        summary.click()
    assert lead.findings() == []
    heads = lead.heads()
    assert not heads or {lead.word(key) for key in DECIDING[view]} <= heads


@pytest.mark.requirement("A8", "A13", "N6")
@pytest.mark.parametrize(
    ("view", "form", "part"),
    [("departments", "new-department", "name"), ("explanations", "new-explanation", "text")],
)
def test_what_is_typed_into_a_form_of_a_view_survives(lead: Visitor, view, form, part):
    lead.open("portal", view=view)
    lead.expect_visible("#view h2")
    lead.page.click(f"#{form} > summary")
    typed = {f"#{form}-{part}": "样例"}
    lead.fill(typed)
    lead.page.reload()
    lead.expect_visible(f"#{form}-{part}")
    lead.keeps(typed, lead.change_language)
