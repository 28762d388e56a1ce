"""Who may see a case from outside the centre (article 1; N4).

A case is seen by whoever has the token in its link, and by its holder, who signed in. An institution sees a task and
never the case (`domain/verification/access.py`); the platform learns what `domain/notifications/` tells it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from degree_auth.domain.applications.person import ProvenPerson
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.numbering import is_case_number
from degree_auth.domain.shared.errors import NotFound
from degree_auth.services.cases.lookup_keys import holder_key, link_digest
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.cases.sealed_parts import has_document_of, is_case_of
from degree_auth.services.shared.ports import Sealer


@dataclass(frozen=True, slots=True)
class OwnCases:
    """Opens a case to those who may see it."""

    store: CaseStore
    sealer: Sealer

    def authorise_link(self, token: str, case_number: str) -> None:
        """Whoever has the token in the case's own link sees the case.

        Raises:
            NotFound: the token does not fit, or there is no such case; both alike.
        """
        self.require_link(token, self._find(case_number))

    def authorise_holder(self, person: ProvenPerson, case_number: str) -> None:
        """The holder who signed in sees the case, whoever made it.

        Raises:
            NotFound: the case names another person, or there is no such case; both alike.
        """
        self.require_holder(person, self._find(case_number))

    def authorise_document(self, person: ProvenPerson, case_number: str) -> None:
        """Whoever has the document that a case names may disavow it, whatever the case calls them.

        Raises:
            NotFound: the case names another document, or there is no such case; both alike.
        """
        self.require_document(person, self._find(case_number))

    def require_document(self, person: ProvenPerson, case: Case) -> None:
        """Raises `NotFound`: the case, as it was read, names another document."""
        if not has_document_of(self.sealer, person, case):
            raise NotFound("not_found")

    def require_link(self, token: str, case: Case) -> None:
        """Raises `NotFound`: the token is not that of the link of the case, as it was read."""
        kept = case.link_digest
        if kept is None or not hmac.compare_digest(kept.encode(), link_digest(self.sealer, token).encode()):
            raise NotFound("not_found")

    def require_holder(self, person: ProvenPerson, case: Case) -> None:
        """Raises `NotFound`: the case, as it was read, is somebody else's."""
        if not is_case_of(self.sealer, person, case):
            raise NotFound("not_found")

    def key_of(self, person: ProvenPerson) -> str:
        """The keyed digest by which the cases that name the person are found."""
        return holder_key(self.sealer, person)

    def _find(self, case_number: str) -> Case:
        if not is_case_number(case_number):
            raise NotFound("not_found")
        return self.store.load(case_number)
