"""What an applicant is shown of a case is what the OpenAPI document says of it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from jsonschema import Draft202012Validator

from degree_auth.domain.cases.case import Case
from tests.doubles.world import World
from tests.samples.api_document import DOCUMENT
from tests.unit.rechecks.test_rechecks import disputed, reported
from tests.unit.reports.test_sharing import corrected, revoke, second

STATUS = Draft202012Validator({"$ref": "#/components/schemas/ApplicationStatus", "components": DOCUMENT["components"]})
LINKS = {"self": "https://example.org/v1/applications/RZ1", "page": "https://example.org/case#n=RZ1"}


def followed(correct: Callable[[World, Case], Case]) -> Callable[[World], Case]:
    def of(world: World) -> Case:
        first = reported(world)
        correct(world, second(world))
        return first

    return of


CASES: dict[str, Callable[[World], Case]] = {
    "in review": World.mismatched,
    "reported": reported,
    "disputed": lambda world: disputed(world, reported(world)),
    "denied": World.denied,
    "revoked": lambda world: world.drive(revoke(world, reported(world)).case_number),
    "revoked by another case": followed(revoke),
    "superseded by another case": followed(corrected),
}


@pytest.mark.requirement("N5", "N6")
@pytest.mark.parametrize("case", CASES)
def test_a_status_is_as_its_schema_says(case: str) -> None:
    world = World()
    status = world.own_case.status(CASES[case](world).case_number, world.now)
    STATUS.validate(json.loads(json.dumps({**status, "links": LINKS})))
