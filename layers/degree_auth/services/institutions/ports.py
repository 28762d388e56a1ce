"""What institutions' organisations need from outside; the adapters implement it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from degree_auth.domain.accounts.accounts import Account, AccountEvent
from degree_auth.domain.institutions.organisation import (
    Department,
    Exemption,
    Explanation,
    Institution,
    OrganisationEvent,
    Part,
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an organisation, stored whole or not at all.

    `before` is the registration as it was read, None for a new institution; `part` is what the change creates or
    replaces, `account` a new account with the first entry of its log.
    """

    before: Institution | None
    after: Institution
    entry: OrganisationEvent
    part: Part | None = None
    account: tuple[Account, AccountEvent] | None = None


class OrganisationStore(Protocol):
    """Institutions' organisations. Reads are consistent; each takes one read or query."""

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

    def organisation_log(self, institution_code: str) -> Sequence[OrganisationEvent]:
        """The organisation's log in order."""
        ...

    def commit(self, change: Change) -> None:
        """Store a change.

        Raises:
            Stale: the registration is no longer `before`.
            Taken: it is, and the username of the new account is in use.
        """
        ...
