"""What is held about a person is given to them whole, on record, and nobody else's with it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from degree_auth.domain.cases.erasure import Erasure, ErasureStatus
from degree_auth.domain.review.staff_roles import ROLES_OF
from degree_auth.domain.shared.errors import Conflict, Unavailable
from degree_auth.services.accounts.staff_readers import StaffReaders
from degree_auth.services.cases.sealed_parts import open_submission
from degree_auth.services.review.person_exports import PersonExports
from tests.doubles.memory import MemoryDocuments
from tests.doubles.staff import StaffRoom
from tests.doubles.world import World

APPROVED = Erasure("holder_request", "staff:li.ming", ErasureStatus.APPROVED)
pytestmark = pytest.mark.requirement("N3", "N4")


class Exporting:
    """A world with two people, of whom one has two cases."""

    def __init__(self) -> None:
        self.world, self.room = World(), StaffRoom()
        self.room.open("zhao.qi")
        self.first = self.world.answer(self.world.asked(), "verified")
        self.second = self.world.submit(self.world.body(discipline="农学"))
        self.other = self.world.submit(self.world.body(2))
        self.exports = PersonExports(
            store=self.world.cases,
            sealer=self.world.keyring,
            documents=self.world.documents,
            bucket="documents",
            readings=self.world.readings,
            readers=StaffReaders(self.room.store, ROLES_OF),
        )

    def export(self, command: str = "staff:1") -> list[dict[str, Any]]:
        told = self.exports.export(self.first.case_number, "zhao.qi", "export_person", command, self.world.now)
        keys = [one.removeprefix("s3://documents/") for one in told.facts["locations"]]
        content: list[dict[str, Any]] = [json.loads(self.world.documents.objects[key]) for key in keys]
        numbers = [one["case_number"] for one in content]
        assert numbers == list(told.facts["cases"])
        # Under a prefix of each case, which its erasure empties.
        assert [key.rpartition("/")[0] for key in keys] == [f"exports/{number}" for number in numbers]
        return content


def test_every_case_of_the_person_and_no_other_is_written_with_its_log_in_clear() -> None:
    at = Exporting()
    content = at.export()
    assert {one["case_number"] for one in content} == {at.first.case_number, at.second.case_number}
    text = json.dumps(content, ensure_ascii=False)
    holder = open_submission(at.world.keyring, at.first).claim.holder
    assert holder.name in text
    assert holder.identity_number in text
    stranger = open_submission(at.world.keyring, at.other).claim.holder
    assert stranger.identity_number not in text
    (case,) = [one for one in content if one["case_number"] == at.first.case_number]
    assert len(case["files"]) == 1
    assert len(case["log"]) == at.first.version
    (answer,) = [one for one in case["log"] if one["type"] == "feedback_received"]
    assert answer["data"]["sealed"]["handler"] == "经办人"


def test_it_is_on_record_of_each_case_before_anything_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    at = Exporting()
    at.export()
    for case in (at.first, at.second):
        entries = at.world.readings.store.entries(case.case_number, 10)
        (entry,) = [one for one in entries if one.data["purpose"] == "export"]
        assert entry.actor == "staff:zhao.qi"
    before = dict(at.world.documents.objects)

    def broken(*_: Any) -> None:
        raise Unavailable("try_again")

    monkeypatch.setattr(at.world.readings.store, "append", broken)
    at.world.now = at.world.now.replace(year=2027)
    with pytest.raises(Unavailable):
        at.export("staff:2")
    assert at.world.documents.objects == before


def test_an_erased_case_has_nothing_to_export() -> None:
    at = Exporting()
    case = at.first
    at.world.cases.cases[case.case_number] = replace(case, erasure=APPROVED)
    with pytest.raises(Conflict, match="case_erased"):
        at.export()


def test_nothing_stays_of_a_case_whose_erasure_was_approved_while_it_was_exported() -> None:
    at, put = Exporting(), MemoryDocuments.put

    def overtaken(documents: MemoryDocuments, key: str, content: bytes, content_type: str) -> None:
        put(documents, key, content, content_type)
        at.world.cases.cases[at.second.case_number] = replace(at.second, erasure=APPROVED)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MemoryDocuments, "put", overtaken)
        content = at.export()
    assert [one["case_number"] for one in content] == [at.first.case_number]
    assert not [key for key in at.world.documents.objects if key.startswith(f"exports/{at.second.case_number}")]
