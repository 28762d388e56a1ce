"""Registered institutions, in the table of institutions and accounts.

Items (`pk` / `sk`), all under institution#code:
- INSTITUTION: the registration, with the head of the institution's log.
- DEPARTMENT#id, EXEMPTION#reference, EXPLANATION#id, MACHINE#id: what belongs to it.
- CHANGE#000001 …: the institution's log.

Beside them, assertion#digest / ASSERTION: an assertion of a machine client that was used; expires by itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute
from pynamodb.exceptions import DoesNotExist

from degree_auth.adapters.accounts.table import save_new_account
from degree_auth.adapters.shared.dynamo import Item, TableMeta, Writes, connect, save_if
from degree_auth.adapters.shared.log_items import LogItem, attributes_of, fields_of
from degree_auth.domain.institutions.institution import (
    Department,
    Exemption,
    Explanation,
    Institution,
    InstitutionEvent,
    InstitutionEventType,
)
from degree_auth.domain.institutions.machine_client import MachineClient
from degree_auth.domain.shared.errors import NotFound
from degree_auth.domain.shared.plain_data import as_data, from_data
from degree_auth.services.institutions.ports import Change, Part
from degree_auth.services.shared.ports import Stale, Taken

_INSTITUTION = "INSTITUTION"
_DEPARTMENT = "DEPARTMENT#"
_EXEMPTION = "EXEMPTION#"
_EXPLANATION = "EXPLANATION#"
_MACHINE = "MACHINE#"
_LOG = "CHANGE#"


class _Item(Item):
    class Meta(TableMeta): ...


class InstitutionItem(_Item):
    """A registration, or what belongs to one."""

    version = NumberAttribute()
    body = JSONAttribute()


class AssertionItem(_Item):
    """An assertion that was used; `expires_at` in Unix seconds."""

    expires_at = NumberAttribute()


class ChangeItem(LogItem, _Item):
    """One entry of an institution's log."""


class InstitutionTable:
    """Institutions in DynamoDB; implements `InstitutionStore`. One table a process, that of the accounts."""

    def __init__(self, table_name: str, region: str) -> None:
        self._connection = connect(_Item.Meta, table_name, region)

    def institution(self, institution_code: str) -> Institution:
        """The registered institution. Raises `NotFound`."""
        return from_data(Institution, _read(institution_code, _INSTITUTION))

    def department(self, institution_code: str, department_id: str) -> Department:
        """One department. Raises `NotFound`."""
        return from_data(Department, _read(institution_code, _DEPARTMENT + department_id))

    def departments(self, institution_code: str) -> list[Department]:
        """Every department, by id."""
        return [from_data(Department, body) for body in _bodies(institution_code, _DEPARTMENT)]

    def exemption(self, institution_code: str, reference: str) -> Exemption:
        """The exemption with this reference. Raises `NotFound`."""
        return from_data(Exemption, _read(institution_code, _EXEMPTION + reference))

    def explanations(self, institution_code: str) -> list[Explanation]:
        """Every standing explanation, by id."""
        return [from_data(Explanation, body) for body in _bodies(institution_code, _EXPLANATION)]

    def machine_client(self, institution_code: str, machine_id: str) -> MachineClient:
        """One machine client, revoked or not. Raises `NotFound`."""
        return from_data(MachineClient, _read(institution_code, _MACHINE + machine_id))

    def machine_clients(self, institution_code: str) -> list[MachineClient]:
        """Every machine client, by id."""
        return [from_data(MachineClient, body) for body in _bodies(institution_code, _MACHINE)]

    def use(self, digest: str, ends_at: datetime) -> None:
        """Keep that an assertion was used. Raises `Taken`: it was before."""
        item = AssertionItem(f"assertion#{digest}", "ASSERTION", expires_at=int(ends_at.timestamp()) + 1)
        try:
            save_if(item, AssertionItem.pk.does_not_exist())
        except Stale:
            raise Taken from None

    def institution_log(self, institution_code: str) -> list[InstitutionEvent]:
        """The institution's log in order."""
        return [
            InstitutionEvent(
                institution_code=institution_code, type=InstitutionEventType(item.type), **fields_of(item, _LOG)
            )
            for item in ChangeItem.query(_pk(institution_code), ChangeItem.sk.startswith(_LOG), consistent_read=True)
        ]

    def commit(self, change: Change) -> None:
        """Store a change in one transaction. Raises `Stale` or `Taken`."""
        unchanged = (
            InstitutionItem.pk.does_not_exist()
            if change.before is None
            else InstitutionItem.version == change.before.version
        )
        code = change.after.code
        writes = Writes()
        writes.save(_item(code, _INSTITUTION, change.after), unchanged)
        writes.save(_change_item(change.entry), ChangeItem.pk.does_not_exist())
        if change.account is not None:
            save_new_account(writes, *change.account)
        if change.part is not None:
            writes.save(_part_item(code, change.part))
        writes.commit(self._connection)


def _pk(institution_code: str) -> str:
    return f"institution#{institution_code}"


def _read(institution_code: str, sk: str) -> dict[str, Any]:
    try:
        body: dict[str, Any] = InstitutionItem.get(_pk(institution_code), sk, consistent_read=True).body
    except DoesNotExist:
        raise NotFound("not_found") from None
    return body


def _bodies(institution_code: str, prefix: str) -> list[dict[str, Any]]:
    found = InstitutionItem.query(_pk(institution_code), InstitutionItem.sk.startswith(prefix), consistent_read=True)
    return [item.body for item in found]


def _item(institution_code: str, sk: str, kept: Institution | Part) -> InstitutionItem:
    return InstitutionItem(_pk(institution_code), sk, version=kept.version, body=as_data(kept))


def _part_item(institution_code: str, part: Part) -> InstitutionItem:
    if isinstance(part, Department):
        return _item(institution_code, _DEPARTMENT + part.department_id, part)
    if isinstance(part, Exemption):
        return _item(institution_code, _EXEMPTION + part.reference, part)
    if isinstance(part, MachineClient):
        return _item(institution_code, _MACHINE + part.machine_id, part)
    return _item(institution_code, _EXPLANATION + part.explanation_id, part)


def _change_item(entry: InstitutionEvent) -> ChangeItem:
    return ChangeItem(
        _pk(entry.institution_code),
        f"{_LOG}{entry.seq:06d}",
        **attributes_of(entry),
    )
