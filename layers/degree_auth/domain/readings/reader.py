"""Who reads a case: its holder, who has its link, the platform, an institution, one of its systems, or staff (N3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.accounts.staff import Role
from degree_auth.domain.shared.actors import HOLDER, staff_actor


class ReaderKind(StrEnum):
    """What kind of reader somebody is."""

    HOLDER = "holder"
    LINK = "link"
    PLATFORM = "platform"
    INSTITUTION = "institution"
    MACHINE_CLIENT = "machine_client"
    STAFF = "staff"


LEAD_DEPARTMENT = "lead_department"
DEPARTMENT = "department"

OF_OWN_CASES = frozenset({ReaderKind.HOLDER, ReaderKind.LINK, ReaderKind.PLATFORM})
"""Readers who see one person's cases alone."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads.

    `actor` is the reader as logs name them. `role` is what they read as: staff's roles, or an institution's lead
    department or department. `address` is where on the network the request came from: personal data, of which the
    record keeps a keyed digest alone. `execution` is staff's.
    """

    kind: ReaderKind
    actor: str
    role: str = ""
    institution_code: str = ""
    address: str = field(default="", repr=False)
    execution: str = ""


def holder(address: str) -> Reader:
    """The holder who signed in."""
    return Reader(ReaderKind.HOLDER, HOLDER, address=address)


def link_bearer(address: str) -> Reader:
    """Whoever has the token of a case's link."""
    return Reader(ReaderKind.LINK, "link", address=address)


def platform(address: str) -> Reader:
    """The national platform, which delivers applications."""
    return Reader(ReaderKind.PLATFORM, "platform", address=address)


def of_institution(asker: Principal) -> Reader:
    """An account of an institution, or a system of it."""
    kind = ReaderKind.MACHINE_CLIENT if asker.is_machine else ReaderKind.INSTITUTION
    role = LEAD_DEPARTMENT if asker.is_lead else DEPARTMENT
    return Reader(kind, asker.actor, role, asker.institution_code, asker.address)


def staff(name: str, roles: Iterable[Role], execution: str) -> Reader:
    """A member of staff, in the roles that permit the action which an execution carries out."""
    return Reader(ReaderKind.STAFF, staff_actor(name), "+".join(sorted(roles)), execution=execution)
