"""What institutions need from outside, as small protocols; the adapters implement them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from degree_auth.domain.accounts.account import Account
from degree_auth.domain.accounts.account_log import AccountEvent
from degree_auth.domain.applications.claim import Degree
from degree_auth.domain.institutions.institution import (
    Department,
    Exemption,
    Explanation,
    Institution,
    InstitutionEvent,
)
from degree_auth.domain.institutions.machine_client import MachineClient, PublicKey

Part = Department | Exemption | Explanation | MachineClient
"""What belongs to an institution and is stored beside its registration."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an institution, stored whole or not at all.

    `before` is the registration as it was read, None for a new institution; `part` is what the change creates or
    replaces, `account` a new account with the first entry of its log.
    """

    before: Institution | None
    after: Institution
    entry: InstitutionEvent
    part: Part | None = None
    account: tuple[Account, AccountEvent] | None = None


class InstitutionStore(Protocol):
    """Registered institutions with all that belongs to them. Reads are consistent; each takes one read or query."""

    def institution(self, institution_code: str) -> Institution:
        """The registered institution. Raises `NotFound`."""
        ...

    def department(self, institution_code: str, department_id: str) -> Department:
        """One department. Raises `NotFound`."""
        ...

    def departments(self, institution_code: str) -> Sequence[Department]:
        """Every department, by id."""
        ...

    def exemption(self, institution_code: str, reference: str) -> Exemption:
        """The exemption with this reference. Raises `NotFound`."""
        ...

    def explanations(self, institution_code: str) -> Sequence[Explanation]:
        """Every standing explanation, by id."""
        ...

    def machine_client(self, institution_code: str, machine_id: str) -> MachineClient:
        """One machine client, revoked or not. Raises `NotFound`."""
        ...

    def machine_clients(self, institution_code: str) -> Sequence[MachineClient]:
        """Every machine client, by id."""
        ...

    def institution_log(self, institution_code: str) -> Sequence[InstitutionEvent]:
        """The institution's log in order."""
        ...

    def commit(self, change: Change) -> None:
        """Store a change.

        Raises:
            Stale: the registration is no longer `before`.
            Taken: it is, and the username of the new account is in use.
        """
        ...


class AssertionStore(Protocol):
    """Assertions of machine clients that were used, until they end."""

    def use(self, digest: str, ends_at: datetime) -> None:
        """Keep that an assertion was used. Raises `Taken`: it was before; of several at once one is kept."""
        ...


class ClientKeys(Protocol):
    """Public keys of machine clients, and what is signed with them."""

    def read(self, raw: object) -> PublicKey:
        """A public key from a JSON Web Key. Raises `BrokenRule`: it is none, too weak, or holds the private half."""
        ...

    def unproven_claims(self, assertion: str) -> Mapping[str, Any]:
        """What an assertion says, whoever signed it; nothing when it cannot be read."""
        ...

    def proven_claims(self, assertion: str, keys: Sequence[PublicKey]) -> tuple[Mapping[str, Any], str] | None:
        """What an assertion says that one of these keys has signed, and that key's id; None when none has."""
        ...


class Registrations(Protocol):
    """What the system knows of institutions' departments and letters."""

    def registered_name(self, institution_code: str) -> str | None:
        """The name an institution is registered under; None when it is not registered."""
        ...

    def route(self, institution_code: str, degree: Degree, today: date) -> tuple[str | None, str]:
        """The department that verifies this degree, None for the lead department, and the reason's message code."""
        ...

    def has_department(self, institution_code: str, department_id: str) -> bool:
        """Whether the institution has this department."""
        ...

    def is_exempt(self, institution_code: str, exemption: str, day: date) -> bool:
        """Whether this letter of explanation was approved and allowed a written form on that day (article 14)."""
        ...

    def explanations(self, institution_code: str, degree: Degree, today: date) -> Sequence[Explanation]:
        """The standing explanations to be shown with this degree today; none when it is not registered (article 8)."""
        ...
