"""In-memory stand-ins for the report log's ports; the store is held to the same contract as the table."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.reports.log import LoggedEntry, ReportEvent, SignedTreeHead
from degree_auth.domain.reports.merkle import Node, Tree
from degree_auth.domain.reports.status_list import StatusPlace
from degree_auth.services.reports.ports import SignedStatusList
from degree_auth.services.shared.ports import Stale
from tests.doubles.memory import MemoryCases
from tests.doubles.stored import as_stored


class MemoryReportLog:
    """`LogStore` in dictionaries; `before_write` runs before each write, as somebody else's turn."""

    def __init__(self) -> None:
        self.standing = Tree()
        self.stored: dict[Node, bytes] = {}
        self.events: list[ReportEvent] = []
        self.keys: set[tuple[str, str, int]] = set()
        self.heads: list[SignedTreeHead] = []
        self.before_write: Callable[[], None] = lambda: None

    def tree(self) -> Tree:
        return self.standing

    def held(self, events: Sequence[ReportEvent]) -> set[ReportEvent]:
        return {event for event in events if _key(event) in self.keys}

    def append(self, before: Tree, after: Tree, events: Sequence[ReportEvent], nodes: Mapping[Node, bytes]) -> None:
        self.before_write()
        if before.size != self.standing.size or self.held(events):
            raise Stale
        self.standing = after
        self.events.extend(events)
        self.keys.update(map(_key, events))
        self.stored |= nodes

    def signed_head(self) -> SignedTreeHead | None:
        return self.heads[-1] if self.heads else None

    def keep_head(self, before: SignedTreeHead | None, head: SignedTreeHead) -> None:
        self.before_write()
        if before != self.signed_head():
            raise Stale
        self.heads.append(head)

    def entries_of(self, sha256: str) -> list[LoggedEntry]:
        return [
            as_stored(LoggedEntry(index, one.content)) for index, one in enumerate(self.events) if one.sha256 == sha256
        ]

    def nodes(self, wanted: Iterable[Node]) -> Mapping[Node, bytes]:
        return {node: self.stored[node] for node in wanted if node in self.stored}


class MemoryStatusLists:
    """`StatusListStore` over the reports of a `MemoryCases`."""

    def __init__(self, cases: MemoryCases) -> None:
        self._cases = cases
        self.kept: dict[str, SignedStatusList] = {}

    def has_begun(self, list_id: str) -> bool:
        return any(one.list_id == list_id for one in self._places())

    def set_bits(self, list_id: str) -> list[int]:
        return sorted(one.index for one in self._places(ceased=True) if one.list_id == list_id)

    def signed_list(self, list_id: str) -> SignedStatusList | None:
        return self.kept.get(list_id)

    def keep_list(self, list_id: str, signed: SignedStatusList) -> None:
        present = self.kept.get(list_id)
        if present is None or present.set_bits <= signed.set_bits:
            self.kept[list_id] = signed

    def _places(self, *, ceased: bool = False) -> list[StatusPlace]:
        reports = self._cases.reports.values()
        return [one.status for one in reports if one.status and not (ceased and one.state is ReportState.VALID)]


class LocalSigner:
    """`HeadSigner` with a key of its own; `chain` is its certificates, the root last."""

    def __init__(self, key: rsa.RSAPrivateKey, chain: Sequence[x509.Certificate]) -> None:
        self._key = key
        self.signed = 0
        spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.fingerprint = hashlib.sha256(spki).hexdigest()
        self.certificates = tuple(one.public_bytes(Encoding.DER) for one in chain[:-1])

    def sign(self, message: bytes) -> bytes:
        self.signed += 1
        return self._key.sign(message, PKCS1v15(), hashes.SHA256())


def _key(event: ReportEvent) -> tuple[str, str, int]:
    return event.sha256, event.case_number, event.seq
