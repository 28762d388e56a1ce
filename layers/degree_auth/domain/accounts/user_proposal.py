"""The first user of an account, or another one: proposed by one member of staff, approved by another (article 13).

An account hands out what its institution may do, so nobody alone gives it to somebody else. Plain data and decisions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from degree_auth.domain.shared.actors import require_second_person
from degree_auth.domain.shared.errors import Conflict

PROPOSAL_TIME = timedelta(days=14)
"""How long a proposal can be approved."""


@dataclass(frozen=True, slots=True)
class UserProposal:
    """That an account is to have this user. `number` is that of its entry in the account's log, by which the second
    person names it.

    `user` is the user's personal data, sealed, base64, and empty once it was approved; `fingerprint` is a keyed digest
    of all that is proposed. `by`, `approved_by` and `withdrawn_by` are actors, `command` the execution that proposed
    it.
    """

    number: int
    user: str
    fingerprint: str
    notice_reference: str
    by: str
    command: str
    proposed_at: datetime
    approved_by: str = ""
    withdrawn_by: str = ""

    def is_pending(self, now: datetime) -> bool:
        """Whether it can be approved."""
        return not self.approved_by and not self.withdrawn_by and now < self.proposed_at + PROPOSAL_TIME

    def is_same(self, other: UserProposal, now: datetime) -> bool:
        """Whether proposing the other only repeats this one."""
        if self.command == other.command:
            return True
        return self.is_pending(now) and (self.by, self.fingerprint) == (other.by, other.fingerprint)


def require_approvable(proposal: UserProposal | None, number: int, actor: str, now: datetime) -> UserProposal:
    """The proposal of this number, that the actor approves or has approved before.

    Raises:
        Conflict: nothing is proposed under this number, any more; or the actor proposed it.
    """
    if proposal is None or proposal.number != number:
        raise Conflict("account_user_proposal_differs")
    require_second_person(actor, (proposal.by,))
    if proposal.approved_by != actor and not proposal.is_pending(now):
        raise Conflict("account_user_proposal_differs")
    return proposal


def withdraw(proposal: UserProposal | None, number: int, actor: str, now: datetime) -> UserProposal:
    """The proposal of this number, taken back by any member of staff; what is withdrawn stays so. What was proposed is
    kept no longer.

    Raises:
        Conflict: nothing is proposed under this number, any more.
    """
    if proposal is None or proposal.number != number:
        raise Conflict("account_user_proposal_differs")
    if proposal.withdrawn_by:
        return proposal
    if not proposal.is_pending(now):
        raise Conflict("account_user_proposal_differs")
    return replace(proposal, user="", withdrawn_by=actor)
