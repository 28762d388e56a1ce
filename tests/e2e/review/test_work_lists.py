"""What waits for staff, on the running stack: in the lists after each commit, on the dashboard, and in one's hands."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.e2e.client import Portal, mismatching, until
from tools.work import show


def listed(portal: Portal, name: str, case_number: str) -> dict[str, Any] | None:
    """The case's entry in a list, whichever page that is on."""
    cursor: dict[str, str] = {}
    while True:
        ended = portal.start({"action": "list_work", "list": name, **cursor})
        assert ended["status"] == "SUCCEEDED", ended
        (page,) = ended["output"]["lists"]
        for entry in page["work"]:
            if entry["case_number"] == case_number:
                return dict(entry)
        if not page["next_cursor"]:
            return None
        cursor = {"cursor": page["next_cursor"]}


@pytest.mark.requirement("A10", "A12", "N6")
def test_a_case_waits_in_its_list_until_a_reviewer_has_dealt_with_it(portal: Portal) -> None:
    case = portal.apply(mismatching()).with_scan()
    number = case.case_number
    until(lambda: listed(portal, "review", number) is not None, "the case is in the list")
    entry = listed(portal, "review", number)
    assert entry is not None
    assert (entry["held_by_en"], entry["in_hands_of"]) == ("The degree centre", None)
    assert entry["days_left"] is not None
    taken = portal.start({**entry["next_input"], "reviewer": "a-work-lists"})
    assert taken["status"] == "SUCCEEDED", taken
    until(lambda: (listed(portal, "review", number) or {}).get("in_hands_of") == "a-work-lists", "the list says so")
    confirm = {"action": "confirm_material", "case_number": number}
    refused = portal.start({**confirm, "reviewer": "b-work-lists"})
    assert (refused["status"], refused["error"]) == ("FAILED", "case_in_other_hands")
    done = portal.start({**confirm, "reviewer": "a-work-lists"})
    assert done["status"] == "SUCCEEDED", done
    assert done["output"]["message_en"].startswith("Done: The entry is confirmed")
    until(lambda: listed(portal, "review", number) is None, "the list has it no more")


@pytest.mark.requirement("A12", "N4")
def test_the_dashboard_links_a_case_to_its_execution_and_names_nobody(portal: Portal) -> None:
    body = mismatching()
    case = portal.apply(body).with_scan()
    functions, found = portal.aws.client("lambda"), portal.stack

    def page() -> str:
        return show(functions, found, None, "en") + show(functions, found, "review", "en")

    until(lambda: case.case_number in show(functions, found, "review", "en"), "the dashboard shows the case")
    until(lambda: f"{case.case_number}</a>" in show(functions, found, "review", "en"), "it links to its execution")
    shown = page()
    assert body["holder"]["name"] not in shown
    assert body["holder"]["identity_number"] not in shown
    described = functions.invoke(FunctionName=found["ShowWorkFunctionName"], Payload=b'{"describe": true}')
    assert set(json.loads(described["Payload"].read())) == {"markdown"}
    boards = portal.aws.client("cloudwatch").list_dashboards()["DashboardEntries"]
    assert [one["DashboardName"] for one in boards if one["DashboardName"].endswith("-work")]
