"""What reports need from outside, as small protocols; the adapters implement them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from degree_auth.domain.reports.content import ReportContent
from degree_auth.domain.reports.issued_document import Timestamp
from degree_auth.domain.reports.log import LoggedEntry, ReportEvent, SignedTreeHead
from degree_auth.domain.reports.merkle import Node, Tree
from degree_auth.domain.reports.public_notice import PublicNotice
from degree_auth.domain.reports.share import Share
from degree_auth.domain.reports.written_notice import WrittenNoticeContent
from degree_auth.domain.shared.errors import Unavailable


@dataclass(frozen=True, slots=True)
class SignedStatusList:
    """A status list as a signed credential: how many bits are set in it, the address that it gives itself, and the
    thumbprint of the key that signed it; empty for one that was kept before keys were."""

    credential: str
    set_bits: int
    address: str
    signed_by: str


@dataclass(frozen=True, slots=True)
class FoundShare:
    """A link that was found by its token: of which case, and at which place among the case's links."""

    case_number: str
    slot: int
    share: Share


class ShareStore(Protocol):
    """Links by which results are shared. Reads are consistent."""

    def of_case(self, case_number: str) -> Mapping[int, Share]:
        """A case's links by their places."""
        ...

    def add(self, case_number: str, slot: int, before: Share | None, share: Share, digest: str) -> None:
        """Store a link, found by the digest of its token, in a place that is empty or has the link `before`.

        Raises:
            Stale: another link has the place by now.
        """
        ...

    def find(self, digest: str) -> FoundShare | None:
        """The link that has this token; None where there is none, or another has its place."""
        ...

    def count_view(self, case_number: str, slot: int, share_id: str, now: datetime) -> Share:
        """Count one more view of an open link, whoever counts at the same time; the link afterwards.

        Raises:
            Stale: it is closed, expired or used up, or another has its place.
        """
        ...

    def close(self, case_number: str, slot: int, share_id: str, now: datetime) -> None:
        """End a link; the moment at which it was first closed stays. Raises `Stale`: another has its place."""
        ...

    def forget(self, case_number: str) -> None:
        """Remove every link of a case, which is being erased; as often as it is called."""
        ...


class TokenBox(Protocol):
    """Keeps text so that only the bearer of a token can open it."""

    def seal(self, token: str, text: str) -> str:
        """The text encrypted by the token, base64."""
        ...

    def open(self, token: str, sealed: str) -> str:
        """What `seal` made by this token."""
        ...


class CredentialSigner(Protocol):
    """Signs credentials for the issuer that has its address beside the page at `check_url`."""

    @property
    def thumbprint(self) -> str:
        """Which key signs: its thumbprint after RFC 7638."""
        ...

    def sign(self, claims: Mapping[str, Any], check_url: str) -> str:
        """The credential of these claims, as JWT."""
        ...


class StatusListStore(Protocol):
    """Status lists. Reads are consistent; places and bits are written by the commits of cases."""

    def has_begun(self, list_id: str) -> bool:
        """Whether a report has a place in this list."""
        ...

    def set_bits(self, list_id: str) -> Sequence[int]:
        """The indexes of the bits that are set, in order."""
        ...

    def signed_list(self, list_id: str) -> SignedStatusList | None:
        """The list as it was last signed, if it ever was."""
        ...

    def keep_list(self, list_id: str, signed: SignedStatusList) -> None:
        """Keep a signed list, unless there is one with more bits set."""
        ...


class PublicNotices(Protocol):
    """The public list of corrections."""

    def notices(self, year: int, before: str, limit: int) -> Sequence[tuple[str, PublicNotice]]:
        """Notices of a year (in Shanghai), the latest first, each with its place; those before the place `before`,
        all when that is empty."""
        ...


@dataclass(frozen=True, slots=True)
class PressedReport:
    """A signed report: the PDF, its SHA-256 in hex, the credential that it carries, and its signature's timestamp."""

    pdf: bytes
    sha256: str
    credential: str
    timestamp: Timestamp | None = None


class TimestampUnavailable(Unavailable):
    """The timestamp authority, or who tells of revoked certificates, did not answer as it should; nothing was issued,
    and the same may be tried again."""

    def __init__(self) -> None:
        super().__init__("try_again")


class Press(Protocol):
    """Typesets and signs a report.

    Raises:
        UnprintableCharacter: no font has a character.
        TimestampUnavailable: there is an authority to ask, and it does not answer.
    """

    def press(self, content: ReportContent) -> PressedReport:
        """The signed report."""
        ...


class WrittenNoticePress(Protocol):
    """Typesets and signs a written notice."""

    def press_notice(self, content: WrittenNoticeContent) -> PressedReport:
        """The signed notice; its credential is empty."""
        ...


class LogReader(Protocol):
    """What answers and proofs are made of; a few items each, whatever the size of the log."""

    def signed_head(self) -> SignedTreeHead | None:
        """The latest signed head; none before the first."""
        ...

    def entries_of(self, sha256: str) -> list[LoggedEntry]:
        """The entries about the file with this SHA-256 (hex), in the order of the log."""
        ...

    def nodes(self, wanted: Iterable[Node]) -> Mapping[Node, bytes]:
        """These complete subtrees; one that does not exist is left out."""
        ...


class LogStore(LogReader, Protocol):
    """The log as its writer sees it. Reads are consistent; each change is all or nothing."""

    def tree(self) -> Tree:
        """The log as it stands, signed or not."""
        ...

    def held(self, events: Sequence[ReportEvent]) -> Set[ReportEvent]:
        """Those of the events that are in the log; what is in the log stays there."""
        ...

    def append(self, before: Tree, after: Tree, events: Sequence[ReportEvent], nodes: Mapping[Node, bytes]) -> None:
        """Store events as the next entries and the nodes that came with them.

        Raises:
            Stale: the log is no longer `before`, or holds one of the events.
        """
        ...

    def keep_head(self, before: SignedTreeHead | None, head: SignedTreeHead) -> None:
        """Make a signed head the latest, and keep it for ever. Raises `Stale` when the latest is not `before`."""
        ...


class HeadSigner(Protocol):
    """The key that signs heads."""

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the public key (SubjectPublicKeyInfo) in hex: the log's id."""
        ...

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """The key's certificates below the root, DER, its own first."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The signature of a message."""
        ...
