"""The report log: entering what happens to reports, signing heads, and answering with proofs (A15, N3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.domain.reports.log import ReportEvent, SignedTreeHead, TreeHead, log_json, parse_sizes
from degree_auth.domain.reports.merkle import (
    Tree,
    append_leaves,
    consistency_nodes,
    consistency_proof,
    inclusion_nodes,
    inclusion_proof,
    verify_consistency,
)
from degree_auth.domain.shared.errors import NotFound, Unavailable
from degree_auth.domain.shared.working_days import SHANGHAI
from degree_auth.services.reports.ports import HeadSigner, LogReader, LogStore
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Stale

LARGEST_BATCH = 16
"""Entries of one transaction: with their nodes they stay below the hundred items that a transaction may have."""

LOG_TRIES = 20
"""Attempts at a change of the log, which one item makes one after another for all writers."""

HEAD_AGE = timedelta(hours=23)
"""How old the latest head may grow before it is signed anew, although the log did not grow."""

_Stored = TypeVar("_Stored")


class LogRewritten(Exception):
    """The stored log does not continue the last signed head: somebody changed it. Nothing more is signed."""


@dataclass(frozen=True, slots=True)
class ReportLog:
    """The writer of the log. Any number may run at once: one wins, the others pause and read again.

    Entries are committed before the head is signed, so a signed head always describes stored entries. The next run
    signs what is committed and not signed yet. `signer` is called only when a head is signed, so that a missing
    certificate keeps no entry out. `pause` waits after so many attempts that were overtaken.
    """

    store: LogStore
    signer: Callable[[], HeadSigner]
    pause: Callable[[int], None] = lambda _tried: None

    def enter(self, events: Sequence[ReportEvent], now: datetime) -> SignedTreeHead:
        """Enter what is not in the log yet, in the order given, and give a signed head that covers it.

        Raises:
            Unavailable: others kept writing; what is in the log stays, and the same events may come again.
        """
        for start in range(0, len(events), LARGEST_BATCH):
            self._append(events[start : start + LARGEST_BATCH])
        return self.sign_head(now)

    def sign_head(self, now: datetime) -> SignedTreeHead:
        """A signed head of the log as it stands now: the latest, if that covers it and is not too old.

        Others may append meanwhile; whoever did asks for a head of their own.

        Raises:
            LogRewritten: the log does not begin with what the latest head covers.
            Unavailable: others kept writing.
        """
        moment = now.astimezone(SHANGHAI).replace(microsecond=0)
        wanted: int | None = None

        def attempt() -> SignedTreeHead:
            nonlocal wanted
            latest = self.store.signed_head()
            tree = self.store.tree()
            wanted = tree.size if wanted is None else wanted
            if latest is not None:
                self._require_continuation(latest.head, tree)
                if latest.head.size >= wanted and moment - latest.head.at <= HEAD_AGE:
                    return latest
            # Times of heads never go backwards, even if the clocks of their writers differ.
            at = moment if latest is None else max(moment, latest.head.at)
            signer = self.signer()
            head = TreeHead(signer.fingerprint, tree.size, tree.root, at)
            signed = SignedTreeHead(head, signer.sign(head.signed_text), signer.certificates)
            self.store.keep_head(latest, signed)
            return signed

        return self._until_stored(attempt)

    def _require_continuation(self, signed: TreeHead, tree: Tree) -> None:
        """Make sure that the log grew out of what was signed, by the proof that anybody would be given."""
        if signed.size == 0:
            return
        if signed.size > tree.size:
            raise LogRewritten
        nodes = self.store.nodes(consistency_nodes(signed.size, tree.size))
        try:
            proof = consistency_proof(signed.size, tree.size, nodes)
        except KeyError:
            raise LogRewritten from None
        if not verify_consistency(signed.size, signed.root, tree.size, tree.root, proof):
            raise LogRewritten

    def _append(self, events: Sequence[ReportEvent]) -> None:
        def attempt() -> None:
            held = self.store.held(events)
            new = [event for event in dict.fromkeys(events) if event not in held]
            if new:
                # Read last, for between this and the end of the transaction others overtake.
                before = self.store.tree()
                after, nodes = append_leaves(before, (event.leaf for event in new))
                self.store.append(before, after, new, nodes)

        self._until_stored(attempt)

    def _until_stored(self, attempt: Callable[[], _Stored]) -> _Stored:
        def overtaken_or_kept_out() -> _Stored:
            try:
                return attempt()
            except Unavailable as error:  # nothing was stored: transactions kept meeting on the tree
                raise Stale from error

        return until_stored(overtaken_or_kept_out, LOG_TRIES, self.pause)


def entries_with_proofs(store: LogReader, report: IssuedDocument) -> dict[str, Any]:
    """What the log has of a report: its entries under the latest signed head, each with its proof."""
    signed = store.signed_head()
    size = 0 if signed is None else signed.head.size
    entries = [one for one in store.entries_of(report.sha256) if one.index < size]
    nodes = store.nodes({node for one in entries for node in inclusion_nodes(one.index, size)})
    proofs = [(one, inclusion_proof(one.index, size, nodes)) for one in entries]
    return log_json(report.state, signed, proofs)


def latest_head(store: LogReader) -> SignedTreeHead:
    """The latest signed head. Raises `NotFound` before the first."""
    signed = store.signed_head()
    if signed is None:
        raise NotFound("not_found")
    return signed


def growth_proof(store: LogReader, parameters: Mapping[str, str]) -> dict[str, Any]:
    """The proof that the log of `second` entries begins with the log of `first`.

    Raises:
        NotFound: nothing was signed yet.
        Invalid: the parameters name no two sizes of the log.
    """
    first, second = parse_sizes(parameters, latest_head(store).head.size)
    nodes = store.nodes(consistency_nodes(first, second))
    proof = consistency_proof(first, second, nodes)
    return {"first": first, "second": second, "proof": [one.hex() for one in proof]}
