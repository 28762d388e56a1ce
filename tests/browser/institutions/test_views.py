"""The views of the portal, with the columns by which somebody decides."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl
from uuid import uuid4

import pytest

from tests.browser.visitor import Visitor
from tests.e2e.machines import NAME as MACHINE_NAME
from tests.e2e.offices import DEPARTMENT, office
from tests.samples.machine_keys import ec_key, public
from tools.sample_institutions import username_of

# What somebody decides by, in the table of a view.
DECIDING = {
    "view=tasks": ("portal.status", "portal.deadline", "portal.degree"),
    "view=tasks&status=closed": ("portal.status", "portal.ended"),
    "view=sheets": (),
    "view=progress": ("portal.figure.overdue", "portal.figure.due_soon"),
    "view=fees": ("portal.amount",),
    "view=departments": ("portal.password", "portal.action"),
    "view=coverage": ("portal.goes_to",),
    "view=explanations": (),
    "view=account": (),
}


@pytest.fixture(scope="module")
def asked_and_answered(asked, portal, sample) -> None:
    """An open task, and one that is answered and has its fee."""
    asked(21)
    office(portal, sample, DEPARTMENT).answer(asked(22).task_id)


@pytest.mark.requirement("A7", "A8", "A9", "N6")
@pytest.mark.parametrize("view", DECIDING)
def test_a_view_of_a_lead_department_is_fit_for_everybody(lead: Visitor, asked_and_answered, view):
    lead.open("portal", **dict(parse_qsl(view)))
    lead.expect_visible("#view h2")
    closed = "#view details:not([open]) > summary"
    for _ in range(min(2, lead.page.locator(closed).count())):
        lead.page.click(closed)
    assert lead.findings() == []
    assert {lead.word(key) for key in DECIDING[view]} <= lead.heads()


@pytest.mark.requirement("A9", "A13", "N6")
def test_a_lead_department_registers_a_system_by_a_code_and_revokes_it(lead: Visitor, sample):
    machine_id = f"portal-{uuid4().hex[:8]}"
    lead.open("portal", "zh", view="departments")
    lead.expect_visible("#new-machine > summary")
    lead.page.click("#new-machine > summary")
    lead.fill({"#new-machine-machine_id": machine_id, "#new-machine-name": MACHINE_NAME})
    lead.fill({"#new-machine-keys": json.dumps(ec_key().as_dict(private=True))})
    lead.fill({"#new-machine-one_time_code": sample.one_time_code(username_of("10001"))})
    lead.page.click("#new-machine form button")
    lead.expect_visible("#trouble .faults")
    assert "私钥" in lead.page.inner_text("#trouble")
    lead.fill({"#new-machine-keys": json.dumps(public(ec_key()))})
    lead.page.click("#new-machine form button")
    lead.expect_visible(f"#machine-{machine_id}-revocation > summary")
    assert ec_key().thumbprint() in lead.page.inner_text("#view")
    lead.page.click(f"#machine-{machine_id}-revocation > summary")
    assert lead.findings() == []
    lead.page.click(f"#machine-{machine_id}-revocation button")
    lead.page.wait_for_selector(f"#machine-{machine_id}-revocation", state="detached")


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
