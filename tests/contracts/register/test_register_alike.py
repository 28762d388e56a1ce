"""The register in DynamoDB and its stand-in in memory, asked the same in the same order, answer the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import boto3
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from degree_auth.adapters.register.items import award_items
from degree_auth.adapters.register.reader import RegisterTable
from degree_auth.adapters.register.writer import RegisterWriter
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.applications.claim import Claim, IdentityType
from degree_auth.domain.applications.submission import parse_submission
from degree_auth.domain.register.annual_report_header import read_header
from degree_auth.domain.register.annual_report_row import read_row
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.award_identity import award_source, partition_of
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.memory import MemoryRegister
from tools.sample_applications import body_of
from tools.sample_rows import rows

REGION = "ap-southeast-1"
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
KEYRING = Keyring(b"k" * 32)
ROW = next(row for row in rows(50) if len(row["ZJHM"]) == 18)
RECORD = replace(read_row(list(ROW.values()), read_header(list(ROW))), record_id="")
CLAIM = parse_submission(body_of(ROW), NOW.date()).claim
SERIALS = count()

NUMBERS = ("1000142022000001", "１０００１４２０２２０００００１", "10001-42022-000002", "10001 42022")
RESIDENT, PASSPORT = IdentityType.RESIDENT_IDENTITY_CARD, IdentityType.PASSPORT
HOLDERS = (
    (RESIDENT, "110101900307002"),
    (RESIDENT, "110101190003070021"),
    (RESIDENT, "11010119900307002x"),
    (PASSPORT, "１１０１０１１９９００３０７００２Ｘ"),
    (PASSPORT, "G 1234567"),
    (PASSPORT, "g1234567"),
    (PASSPORT, ""),
)

records = st.builds(
    lambda holder, **facts: replace(RECORD, identity_type=holder[0], identity_number=holder[1], **facts),
    holder=st.sampled_from(HOLDERS),
    certificate_number=st.sampled_from(NUMBERS),
    category_code=st.sampled_from(["09", "10"]),
    discipline_name=st.sampled_from(["甲", "乙"]),
)
steps = st.lists(
    st.tuples(st.sampled_from(["add", "replace", "remove", "outdated"]), records, st.integers(0, 9)), max_size=8
)


def claim_of(holder: tuple[IdentityType, str], certificate_number: str) -> Claim:
    """A claim by this holder of a degree with this certificate number."""
    kind, number = holder
    degree = replace(CLAIM.degree, institution_code=RECORD.institution_code, certificate_number=certificate_number)
    return replace(CLAIM, holder=replace(CLAIM.holder, identity_type=kind, identity_number=number), degree=degree)


OF_NUMBERS = tuple(claim_of((PASSPORT, "NOBODY"), number) for number in NUMBERS)
OF_HOLDERS = tuple(claim_of(holder, "unknown") for holder in HOLDERS)


class Table:
    """A table of its own, read and written."""

    def __init__(self) -> None:
        name = f"register-{next(SERIALS)}"
        award_items(name, REGION).create_table(wait=True)
        self.reader = RegisterTable(name, REGION, KEYRING)
        writer = RegisterWriter(name, KEYRING, boto3.client("dynamodb", region_name=REGION), lambda seconds: None)
        self.revise, self.certificate_version = writer.revise, self.reader.certificate_version
        self.candidates = self.reader.candidates


Register = Table | MemoryRegister


@pytest.fixture(scope="module", autouse=True)
def _aws() -> Iterator[None]:
    with cloud_in_memory():
        yield


def found(register: Register, claim: Claim) -> list[AwardRecord]:
    """The candidates in an order of their own, each under the award that its id is made of: only the table's digests
    are keyed."""
    every = [replace(one, record_id=f"{partition_of(one)}#{award_source(one)}") for one in register.candidates(claim)]
    return sorted(every, key=repr)


def every_record(register: Register) -> list[AwardRecord]:
    """All records, as the register gives them out by their certificates, ids included."""
    given_out = {one.record_id: one for claim in OF_NUMBERS for one in register.candidates(claim)}
    return sorted(given_out.values(), key=lambda one: repr(replace(one, record_id="")))


def carry_out(register: Register, step: tuple[str, AwardRecord, int], change: str) -> bool:
    """One change of its own name; what it replaces or removes is one of the records that the register gives out."""
    kind, record, which = step
    present = every_record(register)
    if kind == "add" or not present:
        return register.revise(None, record, change, NOW)
    before = present[which % len(present)]
    if kind == "outdated":
        before = replace(before, discipline_name="丙")
    return register.revise(before, None if kind == "remove" else record, change, NOW)


@pytest.mark.requirement("A2", "A11", "N1")
@settings(max_examples=20, phases=(Phase.explicit, Phase.reuse, Phase.generate))  # to shrink would take minutes
@given(asked=steps)
def test_the_table_and_its_stand_in_answer_alike(asked: list[tuple[str, AwardRecord, int]]) -> None:
    table, double = Table(), MemoryRegister()
    versions = [(table.certificate_version(claim), double.certificate_version(claim)) for claim in OF_NUMBERS]
    for place, step in enumerate(asked):
        assert carry_out(table, step, f"change-{place}") == carry_out(double, step, f"change-{place}")
        after = [(table.certificate_version(claim), double.certificate_version(claim)) for claim in OF_NUMBERS]
        for old, new in zip(versions, after, strict=True):
            assert (old[0] == new[0]) == (old[1] == new[1])
        versions = after
    for claim in (*OF_NUMBERS, *OF_HOLDERS):
        assert found(table, claim) == found(double, claim)
