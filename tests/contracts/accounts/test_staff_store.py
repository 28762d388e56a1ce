"""The contract of the store of staff's accounts, held by the table in DynamoDB and by its stand-in in memory alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from degree_auth.adapters.accounts.staff_table import StaffTable
from degree_auth.domain.accounts.staff import (
    Proof,
    Role,
    StaffAccount,
    StaffEvent,
    bind_principal,
    open_account,
    use_code,
)
from degree_auth.domain.accounts.staff_principals import SeenStart, Start
from degree_auth.domain.shared.chain import verify
from degree_auth.services.shared.ports import Stale
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.staff import MemoryStaff
from tests.samples.filled import filled

NOW = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)
Store = StaffTable | MemoryStaff


@pytest.fixture(params=["table", "memory"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStaff()
        return
    with cloud_in_memory():
        client = boto3.client("dynamodb", "ap-southeast-1")
        keys = {"pk": "HASH", "sk": "RANGE"}
        client.create_table(
            TableName="contract-staff",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
            BillingMode="PAY_PER_REQUEST",
        )
        yield StaffTable("contract-staff", client)


def opened(name: str = "li.ming") -> tuple[StaffAccount, tuple[StaffEvent, ...]]:
    return open_account(StaffAccount(name=name), (Role.REVIEWER,), "system", "sealed", "command", NOW)


def proof(execution: str = "execution-1", name: str = "li.ming") -> Proof:
    return Proof(execution, name, "fingerprint", "open_review", "RZ20261123K7Q2M9XD", NOW)


@pytest.mark.requirement("A13", "N3")
def test_an_account_its_log_and_what_it_proves_are_stored_together(store: Store) -> None:
    account, entries = opened()
    store.replace_staff_account(None, account, entries)
    used, entry = use_code(account, 7, proof())
    store.replace_staff_account(account, used, (entry,), proof())
    assert store.staff_account("li.ming") == used
    assert store.staff_log("li.ming") == [*entries, entry]
    assert store.staff_log("li.ming", 1) == [entry]
    assert store.proof("execution-1") == proof()
    log = [one.as_dict() for one in store.staff_log("li.ming")]
    assert verify("li.ming", log, named="staff_name") is None


@pytest.mark.requirement("A13", "N1")
def test_a_name_is_given_once_and_a_change_goes_against_what_was_read(store: Store) -> None:
    account, entries = opened()
    store.replace_staff_account(None, account, entries)
    with pytest.raises(Stale):
        store.replace_staff_account(None, *opened())
    used, entry = use_code(account, 7, proof())
    store.replace_staff_account(account, used, (entry,), proof())
    with pytest.raises(Stale):
        store.replace_staff_account(account, *_again(account), proof("execution-2"))
    assert store.proof("execution-2") is None
    assert store.staff_account("li.ming") == used


def call_of(seen: SeenStart) -> Start:
    return Start(seen.execution, "an arn", "a principal", seen.at, seen.event_id)


def _again(account: StaffAccount) -> tuple[StaffAccount, tuple[StaffEvent, ...]]:
    used, entry = use_code(account, 7, proof("execution-2"))
    return used, (entry,)


@pytest.mark.requirement("A13")
def test_who_is_not_there_is_nobody(store: Store) -> None:
    assert store.staff_account("li.ming") is None
    assert store.staff_accounts() == []
    assert store.staff_log("li.ming") == []
    assert store.proof("execution-1") is None


@pytest.mark.requirement("A13", "N3")
def test_a_proof_gives_way_to_its_own_account_alone(store: Store) -> None:
    for name in ("li.ming", "wang.fang"):
        account, entries = opened(name)
        store.replace_staff_account(None, account, entries)
    li, wang = store.staff_accounts()
    own = replace(proof(), staff_name=li.name)
    store.replace_staff_account(li, replace(li, version=li.version + 1), (), own)
    li = replace(li, version=li.version + 1)
    others = replace(own, staff_name=wang.name)
    with pytest.raises(Stale):
        store.replace_staff_account(wang, replace(wang, version=wang.version + 1), (), others)
    assert store.staff_account(wang.name) == wang
    later = replace(own, fingerprint="another")
    store.replace_staff_account(li, replace(li, version=li.version + 1), (), later)
    assert store.proof(own.execution) == later


@pytest.mark.requirement("A13")
def test_accounts_are_listed_by_name_and_logs_are_kept_apart(store: Store) -> None:
    for name in ("li.ming2", "li.ming"):
        account, entries = opened(name)
        store.replace_staff_account(None, account, entries)
    assert [one.name for one in store.staff_accounts()] == ["li.ming", "li.ming2"]
    assert [entry.staff_name for entry in store.staff_log("li.ming")] == ["li.ming"]


@pytest.mark.requirement("A13", "N1", "N3")
def test_what_was_told_of_a_start_is_kept_once_and_with_what_it_changes(store: Store) -> None:
    account, entries = opened()
    store.replace_staff_account(None, account, entries)
    seen = SeenStart("execution-1", "li.ming", "sealed", "digest", NOW, "call-1")
    bound, entry = bind_principal(account, "digest", "sealed", "execution-1", NOW)
    store.keep_seen_start(seen, account, bound, (entry,))
    assert store.seen_start(call_of(seen)) == seen
    assert store.staff_account("li.ming") == bound
    for refused in (seen, replace(seen, execution="execution-2")):
        with pytest.raises(Stale):
            store.keep_seen_start(refused, account, bound, (entry,))
    assert store.seen_start(call_of(replace(seen, execution="execution-2"))) is None
    store.keep_seen_start(replace(seen, execution="execution-3"), bound, bound)
    for again in (replace(seen, at=NOW + timedelta(days=91)), replace(seen, event_id="call-2", digest="another")):
        store.keep_seen_start(again, bound, bound)
        assert store.seen_start(call_of(again)) == again
    assert store.seen_start(call_of(seen)) == seen
    assert store.staff_log("li.ming") == [*entries, entry]


@pytest.mark.requirement("A13", "N1", "N3")
def test_a_principal_is_bound_by_whoever_saw_how_it_was_bound(store: Store) -> None:
    for name in ("li.ming", "wang.fang"):
        account, entries = opened(name)
        store.replace_staff_account(None, account, entries)
    li, wang = store.staff_accounts()
    assert store.principal_owner("digest") == ""
    seen = SeenStart("execution-1", "li.ming", "sealed", "digest", NOW, "call-1")
    bound, entry = bind_principal(li, "digest", "sealed", "execution-1", NOW)
    store.keep_seen_start(seen, li, bound, (entry,), bound_from="")
    assert store.principal_owner("digest") == "li.ming"
    other = replace(seen, execution="execution-2", staff_name="wang.fang")
    change = bind_principal(wang, "digest", "sealed", "execution-2", NOW)
    for stale in ("", "zhao.lei"):
        with pytest.raises(Stale):
            store.keep_seen_start(other, wang, change[0], (change[1],), bound_from=stale)
    assert store.staff_account("wang.fang") == wang
    assert store.seen_start(call_of(other)) is None
    store.keep_seen_start(other, wang, change[0], (change[1],), bound_from="li.ming")
    assert store.principal_owner("digest") == "wang.fang"


@pytest.mark.requirement("A13", "N1", "N3")
def test_a_proof_waits_for_its_witness_and_the_oldest_comes_first(store: Store) -> None:
    account, entries = opened()
    store.replace_staff_account(None, account, entries)
    proofs = [replace(proof(f"execution-{n}"), at=NOW + timedelta(seconds=n)) for n in (0, 1, 2)]
    for one in reversed(proofs):
        used, entry = use_code(account, 7, one)
        store.replace_staff_account(account, used, (entry,), one)
        account = used
    assert store.unwitnessed(proofs[2].at) == proofs[:2]
    seen = SeenStart("execution-0", "li.ming", "sealed", "digest", NOW, "call-1")
    store.keep_seen_start(seen, account, account, witnessed=proofs[0])
    store.keep_seen_start(replace(seen, event_id="call-2"), account, account, witnessed=proofs[0])
    assert store.unwitnessed(NOW + timedelta(days=1)) == proofs[1:]


@pytest.mark.requirement("N1", "N3")
def test_every_field_of_an_account_its_log_and_its_proof_comes_back(store: Store) -> None:
    whole = filled(StaffAccount)
    entry = replace(filled(StaffEvent), staff_name=whole.name, seq=1)
    proven = filled(Proof)
    store.replace_staff_account(None, whole, (entry,), proven)
    assert store.staff_account(whole.name) == whole
    assert store.staff_log(whole.name) == [entry]
    assert store.proof(proven.execution) == proven
    seen = filled(SeenStart)
    store.keep_seen_start(seen)
    assert store.seen_start(call_of(seen)) == seen
    assert store.unwitnessed(proven.at + timedelta(seconds=1)) == [proven]
