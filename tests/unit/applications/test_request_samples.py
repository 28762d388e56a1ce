"""Requests as people have sent them, each the sample of a kind, read as they should be. All persons are invented."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from degree_auth.domain.applications.submission import parse_submission
from degree_auth.domain.shared.errors import Invalid

TODAY = date(2026, 11, 23)
FOLDER = Path("tests/samples/requests")


def sample(name: str) -> dict[str, Any]:
    """The body of a request."""
    return dict(json.loads((FOLDER / f"{name}.json").read_text("utf-8")))


def faults(body: object) -> set[tuple[str, str]]:
    """Field and code of every problem of a body."""
    with pytest.raises(Invalid) as caught:
        parse_submission(body, TODAY)
    return {(problem.field, problem.code) for problem in caught.value.problems}


@pytest.mark.requirement("A1", "A2")
@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("name-with-alias-after-at", "SITI BINTI ALI @ AMINAH"),
        ("name-with-patronymic-slash", "KUMAR A/L RAJAN"),
        ("name-separated-by-dot-above", "古丽米热\u00b7艾比布力"),
    ],
)
def test_a_name_that_the_register_holds_can_be_claimed(name: str, stored: str) -> None:
    assert parse_submission(sample(name), TODAY).claim.holder.name == stored


@pytest.mark.requirement("A1")
def test_a_mailbox_of_a_chinese_domain_is_taken() -> None:
    submission = parse_submission(sample("mailbox-of-chinese-domain"), TODAY)
    assert submission.contact.email == "a@xn--fiq228c.xn--fiqs8s"


@pytest.mark.requirement("A1", "N5")
@pytest.mark.parametrize(
    "typed",
    ["2022-06-30T00:00:00+08:00", "2022-06-30T00:00:00.000000+08:00", "2022-06-30 00:00", "June 30th, 2022, Thursday"],
)
def test_a_moment_in_place_of_a_date_breaks_the_form_of_dates(typed: str) -> None:
    body = sample("award-date-as-moment")
    body["degree"]["award_date"] = typed
    assert faults(body) == {("degree.award_date", "date_format")}


@pytest.mark.requirement("A1", "A2")
def test_a_permanent_residence_card_is_a_type_of_its_own() -> None:
    body = sample("permanent-residence-card-given-as-passport")
    assert faults(body) == {("holder.identity_number", "identity_passport_format")}
    body["holder"]["identity_type"] = "permanent_residence_card"
    assert parse_submission(body, TODAY).claim.holder.identity_number == "911840199901010021"
    body["holder"]["sex"] = "male"
    assert faults(body) == {("holder.sex", "identity_sex_mismatch")}
