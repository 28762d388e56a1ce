"""Which principal of AWS started each staff action, as CloudTrail tells it: recorded, bound, held against accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.accounts.staff import Proof, StaffAccount, StaffEvent, bind_principal, record_contradiction
from degree_auth.domain.accounts.staff_principals import WITNESS_TIME, SeenStart, Start, contradictions_of
from degree_auth.domain.shared.errors import Unavailable
from degree_auth.services.accounts.ports import Executions, StaffStore
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Sealer
from degree_auth.services.shared.sealing import seal_text


@dataclass(frozen=True, slots=True)
class StaffTraces:
    """Records who started staff's executions."""

    store: StaffStore
    sealer: Sealer
    executions: Executions

    def record(self, start: Start, now: datetime) -> SeenStart:
        """Record one start, once; the same start again is answered as the first time.

        A start that no account has proven is on record without one: it did nothing.

        Raises:
            Unavailable: the execution is still under way and may yet be proven; to be told again.
        """
        digest = self.sealer.token("staff-principal", start.principal)
        sealed = seal_text(self.sealer, principal_context(start.execution), start.principal)

        def attempt() -> SeenStart:
            known = self.store.seen_start(start)
            if known is not None:
                return known
            # Asked before the proof is read: an execution that ends in between has proven itself by then.
            under_way = self.executions.is_under_way(start.execution_arn)
            proof = self.store.proof(start.execution)
            account = None if proof is None or not proof.is_of(start.at) else self.store.staff_account(proof.staff_name)
            # Read before the accounts: two first uses of a principal at once are not both the first.
            owner = self.store.principal_owner(digest)
            if account is None:
                if under_way:
                    raise Unavailable("try_again")
                seen = SeenStart(start.execution, "", sealed, digest, start.at, start.event_id)
                self.store.keep_seen_start(seen)
                return seen
            found = contradictions_of(account, digest, self.store.staff_accounts())
            seen = SeenStart(start.execution, account.name, sealed, digest, start.at, start.event_id, found)
            after, entries = self._change(account, seen, start, now)
            is_bound = after.principal_digest != account.principal_digest
            self.store.keep_seen_start(
                seen, account, after, entries, witnessed=proof, bound_from=owner if is_bound else None
            )
            return seen

        return until_stored(attempt)

    def without_witness(self, now: datetime) -> Sequence[Proof]:
        """The executions of late that an account has proven, and of whose start CloudTrail has told nothing: nobody
        started them by the machine, or no trail records who did."""
        return self.store.unwitnessed(now - WITNESS_TIME)

    def _change(
        self, account: StaffAccount, seen: SeenStart, start: Start, now: datetime
    ) -> tuple[StaffAccount, tuple[StaffEvent, ...]]:
        if seen.contradictions:
            texts = [one.value for one in seen.contradictions]
            after, entry = record_contradiction(account, texts, seen.digest, start.execution, now)
            return after, (entry,)
        if account.principal_digest:
            return account, ()
        sealed = seal_text(self.sealer, principal_context(account.name), start.principal)
        after, entry = bind_principal(account, seen.digest, sealed, start.execution, now)
        return after, (entry,)


def principal_context(owner: str) -> str:
    """The context in which a principal is sealed, for an account or an execution."""
    return f"staff-principal/{owner}"
