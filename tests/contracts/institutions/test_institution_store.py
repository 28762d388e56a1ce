"""The contract of the store of institutions, held by the table in DynamoDB and by its stand-in in memory alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest

from degree_auth.adapters.accounts.table import AccountItem, AccountTable
from degree_auth.adapters.institutions.table import InstitutionTable
from degree_auth.domain.accounts.account import Account, with_changes
from degree_auth.domain.accounts.account_log import AccountEvent, AccountEventType, add_account_event
from degree_auth.domain.applications.claim import Level, StudyForm
from degree_auth.domain.institutions.institution import (
    Department,
    Exemption,
    Explanation,
    Institution,
    InstitutionEvent,
    InstitutionEventType,
    add_institution_event,
)
from degree_auth.domain.institutions.machine_client import MachineClient
from degree_auth.domain.institutions.scope import Scope
from degree_auth.domain.shared.errors import NotFound
from degree_auth.services.accounts.ports import AccountStore, Login
from degree_auth.services.institutions.ports import AssertionStore, Change, InstitutionStore, Part
from degree_auth.services.shared.ports import Stale, Taken
from tests.doubles.accounts import MemoryAccounts
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.institutions import MemoryInstitutions
from tests.samples.filled import assert_filled, filled

NOW = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)
SCOPE = Scope.from_letters(["B"], ["F", "H"], ["J"], "1990 年以前")
DEPARTMENT = Department("archive", "档案馆", SCOPE, True, "sealed", "fingerprint")
EXEMPTION = Exemption("letter-7", date(2026, 1, 1), date(2026, 12, 31), "li.ming")
EXPLANATION = Explanation(
    "no-numbers",
    "1998 年以前的证书未编号。",
    "",
    (Level.BACHELOR,),
    (StudyForm.REGULAR,),
    None,
    1997,
    date(2026, 11, 23),
    None,
)


class Stores(NamedTuple):
    """Institutions and accounts, kept together."""

    institution_store: InstitutionStore
    accounts: AccountStore
    assertions: AssertionStore


@pytest.fixture(params=["table", "memory"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "memory":
        memory = MemoryAccounts()
        institutions = MemoryInstitutions(memory)
        yield Stores(institutions, memory, institutions)
        return
    with cloud_in_memory():
        table = AccountTable("contract-institutions", "ap-southeast-1")
        AccountItem.create_table(billing_mode="PAY_PER_REQUEST")
        institution_table = InstitutionTable("contract-institutions", "ap-southeast-1")
        yield Stores(institution_table, table, institution_table)


def registration(code: str = "10001", account: tuple[Account, AccountEvent] | None = None) -> Change:
    """A new institution."""
    fresh = Institution(code, "北京大学", "研究生院", "sealed", "fingerprint")
    after, entry = add_institution_event(
        fresh, InstitutionEventType.INSTITUTION_REGISTERED, "staff:li.ming", {"name": "甲"}, NOW
    )
    return Change(None, after, entry, account=account)


def account(account_id: str = "a1", username: str = "u10001-lead") -> tuple[Account, AccountEvent]:
    fresh = Account(account_id, username, "10001", None, 1, "sealed", "hash", NOW + timedelta(days=1), "command")
    return add_account_event(with_changes(fresh), AccountEventType.PROVISIONED, "staff:li.ming", {}, NOW)


def having(stores: Stores, part: Part, before: Institution) -> Institution:
    """The institution after a part of it was stored."""
    after, entry = add_institution_event(
        before, InstitutionEventType.DEPARTMENT_CHANGED, "account:a1", {"after": None}, NOW
    )
    stores.institution_store.commit(Change(before, after, entry, part))
    return after


@pytest.mark.requirement("A13", "N1", "N3")
def test_registration_log_and_account_are_stored_together(stores: Stores) -> None:
    made = account()
    change = registration(account=made)
    stores.institution_store.commit(change)
    assert stores.institution_store.institution("10001") == change.after
    assert stores.institution_store.institution_log("10001") == [change.entry]
    assert stores.accounts.account("10001", "a1") == made[0]
    assert stores.accounts.login("u10001-lead") == Login("10001", "a1")
    assert stores.accounts.log("10001", "a1") == [made[1]]


@pytest.mark.requirement("N1")
def test_nothing_is_stored_when_the_username_is_taken(stores: Stores) -> None:
    stores.institution_store.commit(registration("10002", account()))
    with pytest.raises(Taken):
        stores.institution_store.commit(registration(account=account("a2")))
    with pytest.raises(NotFound):
        stores.institution_store.institution("10001")
    with pytest.raises(NotFound):
        stores.accounts.account("10001", "a2")
    assert stores.institution_store.institution_log("10001") == []


@pytest.mark.requirement("N1")
def test_a_repeated_registration_is_stale_even_though_its_username_is_taken_too(stores: Stores) -> None:
    stores.institution_store.commit(registration(account=account()))
    with pytest.raises(Stale):
        stores.institution_store.commit(registration(account=account()))


@pytest.mark.requirement("A8", "A13", "A14")
def test_what_belongs_to_an_institution_is_read_as_it_was_stored(stores: Stores) -> None:
    change = registration()
    stores.institution_store.commit(change)
    withdrawn = replace(EXEMPTION, reference="letter-8", withdrawn_on=date(2026, 3, 1), version=2)
    unbounded = replace(EXPLANATION, explanation_id="all", levels=(), study_forms=(), valid_until=date(2027, 1, 1))
    present = change.after
    for part in (DEPARTMENT, replace(DEPARTMENT, department_id="a"), EXEMPTION, withdrawn, EXPLANATION, unbounded):
        present = having(stores, part, present)
    found = stores.institution_store
    assert found.department("10001", "archive") == DEPARTMENT
    assert found.departments("10001") == [replace(DEPARTMENT, department_id="a"), DEPARTMENT]
    assert (found.exemption("10001", "letter-7"), found.exemption("10001", "letter-8")) == (EXEMPTION, withdrawn)
    assert found.explanations("10001") == [unbounded, EXPLANATION]
    assert found.institution("10001") == present
    assert [one.seq for one in found.institution_log("10001")] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.requirement("N1", "N3")
def test_an_institution_changes_against_the_version_read_and_with_its_log(stores: Stores) -> None:
    change = registration()
    stores.institution_store.commit(change)
    after = having(stores, DEPARTMENT, change.after)
    with pytest.raises(Stale):
        having(stores, replace(DEPARTMENT, name="另一名称"), change.after)
    assert stores.institution_store.department("10001", "archive") == DEPARTMENT
    having(stores, replace(DEPARTMENT, active=False, version=2), after)
    assert stores.institution_store.department("10001", "archive").active is False
    assert len(stores.institution_store.institution_log("10001")) == 3


@pytest.mark.requirement("A9", "N5")
def test_another_institutions_things_are_not_found(stores: Stores) -> None:
    change = registration()
    stores.institution_store.commit(change)
    for part in (DEPARTMENT, EXEMPTION, EXPLANATION):
        change = replace(change, after=having(stores, part, change.after))
    found = stores.institution_store
    for look in (
        lambda: found.institution("10002"),
        lambda: found.department("10002", "archive"),
        lambda: found.exemption("10002", "letter-7"),
        lambda: found.department("10001", "letter-7"),
    ):
        with pytest.raises(NotFound):
            look()
    assert [found.departments("10002"), found.explanations("10002"), found.institution_log("10002")] == [[], [], []]


@pytest.mark.requirement("A8", "A13", "A14", "N1", "N3")
def test_every_field_of_an_institution_comes_back(stores: Stores) -> None:
    found, scope = stores.institution_store, SCOPE
    department, exemption, explanation = filled(Department, scope=scope), filled(Exemption), filled(Explanation)
    assert_filled(department)
    before, account = None, (filled(Account), filled(AccountEvent, account_id=filled(Account).account_id, seq=1))
    entries, machine = [], filled(MachineClient)
    for seq, part in enumerate((department, exemption, explanation, machine), 1):
        after = filled(Institution, code="10001", version=seq)
        entries.append(filled(InstitutionEvent, institution_code="10001", seq=seq))
        found.commit(Change(before, after, entries[-1], part, account if before is None else None))
        before = after
    assert found.institution("10001") == before
    assert found.department("10001", department.department_id) == department
    assert list(found.departments("10001")) == [department]
    assert found.exemption("10001", exemption.reference) == exemption
    assert list(found.explanations("10001")) == [explanation]
    assert found.machine_client("10001", machine.machine_id) == machine
    assert list(found.machine_clients("10001")) == [machine]
    assert list(found.machine_clients("10002")) == []
    with pytest.raises(NotFound):
        found.machine_client("10002", machine.machine_id)
    assert list(found.institution_log("10001")) == entries
    assert stores.accounts.account(account[0].institution_code, account[0].account_id) == account[0]
    assert stores.accounts.log(account[0].institution_code, account[0].account_id) == [account[1]]


@pytest.mark.requirement("A13", "N4")
def test_an_assertion_is_used_once(stores: Stores) -> None:
    stores.assertions.use("digest", NOW)
    with pytest.raises(Taken):
        stores.assertions.use("digest", NOW)
    stores.assertions.use("another", NOW)


@pytest.mark.requirement("N1", "N3")
def test_what_is_read_of_a_log_is_a_copy_in_the_form_that_is_stored(stores: Stores) -> None:
    change = registration()
    stores.institution_store.commit(replace(change, entry=replace(change.entry, data={"letters": ("A", "B")})))
    for _ in range(2):
        (read,) = stores.institution_store.institution_log("10001")
        assert read.data == {"letters": ["A", "B"]}
        read.data.clear()
