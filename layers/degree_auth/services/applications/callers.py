"""Who asks about a case: whoever has its link, or the holder who signed in; and what each may do with it (article 1).

The right is checked on the very version that is decided on. So a revoked link ends it at once. So does a claim that
comes to name somebody else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from degree_auth.domain.applications.claim import Claim, Holder
from degree_auth.domain.applications.person import ProvenPerson, is_same_person
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import NewEvent
from degree_auth.domain.readings.reader import Reader, holder, link_bearer
from degree_auth.domain.shared.errors import Forbidden, NotFound
from degree_auth.services.applications.own_cases import OwnCases
from degree_auth.services.cases.sealed_parts import holders_of

Decision = Callable[[Case], list[NewEvent]]


class Caller(Protocol):
    """Who asks about a case."""

    @property
    def reader(self) -> Reader:
        """As whom the caller is on record who reads it."""
        ...

    def require(self, case: Case) -> None:
        """Raises `NotFound`: the case, as it was read, is not the caller's to see, nor to supply anything to."""
        ...

    def speaks_for_holder(self, case: Case) -> bool:
        """Whether what the holder alone may wish can be wished by the caller: of a case that is the caller's to see."""
        ...

    def own_claim(self, case: Case, claim: Claim) -> Claim:
        """The claim of the person for whom the caller acts. After the correction of an archive a case may name two
        people; the claim has the document of this one. Raises `NotFound`: the case is not the caller's to see."""
        ...


@dataclass(frozen=True, slots=True)
class ByLink:
    """Whoever has the token of a case's link.

    A link may be shared. Of a case whose applicant signed in it shows and supplies what is asked, and the rest needs
    the session. Whoever cannot sign in has nothing else, so of other cases it stands for the applicant.
    """

    own_cases: OwnCases
    token: str
    address: str = field(default="", repr=False)

    @property
    def reader(self) -> Reader:
        return link_bearer(self.address)

    def require(self, case: Case) -> None:
        self.own_cases.require_link(self.token, case)

    def speaks_for_holder(self, case: Case) -> bool:
        return not case.holder_signed_in

    def own_claim(self, case: Case, claim: Claim) -> Claim:
        return _with_document(claim, holders_of(self.own_cases.sealer, case)[-1])


@dataclass(frozen=True, slots=True)
class ByHolder:
    """The person who signed in, of cases that name them."""

    own_cases: OwnCases
    person: ProvenPerson
    address: str = field(default="", repr=False)

    @property
    def reader(self) -> Reader:
        return holder(self.address)

    def require(self, case: Case) -> None:
        self.own_cases.require_holder(self.person, case)

    def speaks_for_holder(self, case: Case) -> bool:
        return True

    def own_claim(self, case: Case, claim: Claim) -> Claim:
        own = (one for one in holders_of(self.own_cases.sealer, case) if is_same_person(self.person, one))
        holder = next(own, None)
        if holder is None:
            raise NotFound("not_found")
        return _with_document(claim, holder)


class ByNobody:
    """Somebody to whom no case is shown but the one that is handed in."""

    @property
    def reader(self) -> Reader:
        raise NotFound("not_found")

    def require(self, case: Case) -> None:
        raise NotFound("not_found")

    def speaks_for_holder(self, case: Case) -> bool:
        return False

    def own_claim(self, case: Case, claim: Claim) -> Claim:
        raise NotFound("not_found")


def _with_document(claim: Claim, own: Holder) -> Claim:
    holder = replace(claim.holder, identity_type=own.identity_type, identity_number=own.identity_number)
    return replace(claim, holder=holder)


def supplied_by(caller: Caller, decide: Decision) -> Decision:
    """A decision for whoever may see the case. The right is checked on the very version that is decided on.

    The decision then raises `NotFound`, too.
    """

    def decide_for_caller(case: Case) -> list[NewEvent]:
        caller.require(case)
        return decide(case)

    return decide_for_caller


def wished_by(caller: Caller, decide: Decision) -> Decision:
    """A decision for the holder alone, checked likewise. It then raises `Forbidden`, too."""

    def decide_for_caller(case: Case) -> list[NewEvent]:
        if not caller.speaks_for_holder(case):
            raise Forbidden("holder_must_sign_in")
        return decide(case)

    return supplied_by(caller, decide_for_caller)
