"""The report log: every issue, supersede and revoke of a report, in a Merkle tree with a signed head (A15, N2, N3).

An entry names its file by a one-way digest of the file's SHA-256 and nothing else of the report. Whoever has the file
finds its entry. Nobody can derive the SHA-256 from the entry and ask the online check with it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.reports.issuer import service_address
from degree_auth.domain.reports.merkle import leaf_hash
from degree_auth.domain.shared.chain import canonical_json
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.shared.working_days import shanghai_time

PURPOSE = "degree-report-log/v1"
"""Begins whatever is signed for the log, so that no other signature of the same key can pass for one."""

_FILE_PURPOSE = b"degree-report-log/v1 file "
_LOGGED = {
    "report_issued": "issued",
    "report_superseded": "superseded",
    "report_revoked": "revoked",
    "case_concluded": "issued",
    "notice_superseded": "superseded",
}
"""What the log calls an entry of the case log; the last two are of written notices."""

_SIZE = re.compile(r"[1-9][0-9]{0,14}\Z")


@dataclass(frozen=True, slots=True)
class ReportEvent:
    """What happened to a report, as the case log tells it; case number and `seq` are its identity.

    `event` is issued, superseded or revoked, `sha256` that of the report's file in hex, `at` ISO 8601 with offset.
    """

    case_number: str
    seq: int
    event: str
    sha256: str
    version: int
    at: str

    @property
    def content(self) -> dict[str, Any]:
        """What the log holds of it."""
        return {"at": self.at, "event": self.event, "file": file_digest(self.sha256), "version": self.version}

    @property
    def leaf(self) -> bytes:
        """The hash of its entry."""
        return entry_leaf(self.content)


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """An entry and its place in the log, counted from 0."""

    index: int
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TreeHead:
    """The state of a log: how many entries, under which root, said when. `log_id` is the SHA-256, in hex, of the
    signing key (SubjectPublicKeyInfo)."""

    log_id: str
    size: int
    root: bytes
    at: datetime

    @property
    def signed_text(self) -> bytes:
        """What is signed: four lines, each ended by a line feed: purpose and log, size, root in base64, moment."""
        root = base64.b64encode(self.root).decode()
        return f"{PURPOSE} {self.log_id}\n{self.size}\n{root}\n{self.at.isoformat()}\n".encode()


@dataclass(frozen=True, slots=True)
class SignedTreeHead:
    """A head with its signature (RSASSA-PKCS1-v1_5, SHA-256) and the certificates below the root, DER, the signing
    key's own first."""

    head: TreeHead
    signature: bytes
    certificates: tuple[bytes, ...]

    def as_dict(self) -> dict[str, Any]:
        """The signed head as it is stored and shown: root in hex, signature and certificates in base64."""
        return {
            "log_id": self.head.log_id,
            "size": self.head.size,
            "root": self.head.root.hex(),
            "at": self.head.at.isoformat(),
            "signature": base64.b64encode(self.signature).decode(),
            "certificates": [base64.b64encode(one).decode() for one in self.certificates],
        }


def logged_event(entry: Mapping[str, Any]) -> ReportEvent:
    """What the report log takes from an entry of the case log.

    Raises:
        KeyError: the entry tells of no report, or not all of it.
    """
    data = entry["data"]
    return ReportEvent(
        case_number=entry["case_number"],
        seq=entry["seq"],
        event=_LOGGED[entry["type"]],
        sha256=data["sha256"],
        version=data["version"],
        at=shanghai_time(datetime.fromisoformat(entry["at"])),
    )


def log_address(check_url: str) -> str:
    """Where the log's latest signed head is served, given the address of the page that checks reports."""
    return f"{service_address(check_url)}/v1/log/head"


def file_digest(sha256: str) -> str:
    """How the log names a file: a digest, in hex, of the file's SHA-256 (hex) for this purpose alone."""
    return hashlib.sha256(_FILE_PURPOSE + bytes.fromhex(sha256)).hexdigest()


def entry_leaf(content: Mapping[str, Any]) -> bytes:
    """The hash of an entry with this content, taken over its canonical JSON.

    Raises:
        TypeError, ValueError: as for `canonical_json`.
    """
    return leaf_hash(canonical_json(content))


def signed_head_from_dict(shown: Mapping[str, Any]) -> SignedTreeHead:
    """What `SignedTreeHead.as_dict` gives.

    Raises:
        KeyError, TypeError, ValueError: it is not one.
    """
    size = shown["size"]
    if isinstance(size, bool) or not isinstance(size, int) or size < 0:
        raise ValueError("a log has a whole number of entries")
    head = TreeHead(str(shown["log_id"]), size, bytes.fromhex(shown["root"]), datetime.fromisoformat(shown["at"]))
    return SignedTreeHead(
        head,
        base64.b64decode(shown["signature"], validate=True),
        tuple(base64.b64decode(one, validate=True) for one in shown["certificates"]),
    )


def expected_events(state: str) -> set[str]:
    """The events that the log must have of a report, or a written notice, of which the check tells this state."""
    return {"issued"} if state in (ReportState.VALID, "notice") else {"issued", state.removeprefix("notice_")}


def log_json(
    state: ReportState, head: SignedTreeHead | None, entries: Sequence[tuple[LoggedEntry, Sequence[bytes]]]
) -> dict[str, Any]:
    """What the answer to a check says of the log; `entries` come with their inclusion proofs under the head.

    `pending` says that an event of the report is not under the signed head yet, as in the first seconds after it.
    """
    told = {one.content["event"] for one, _ in entries}
    return {
        "state": "logged" if expected_events(state) <= told else "pending",
        "entries": [
            {"index": one.index, "content": dict(one.content), "proof": [each.hex() for each in proof]}
            for one, proof in entries
        ],
        "head": None if head is None else head.as_dict(),
    }


def unavailable_log() -> dict[str, Any]:
    """The same when the log cannot be read: nothing is proved, and what the check says of the report holds."""
    return {"state": "unavailable", "entries": [], "head": None}


def parse_sizes(parameters: Mapping[str, str], largest: int) -> tuple[int, int]:
    """`first` and `second` of a question for consistency: sizes of the log, of which `largest` is the last signed.

    Raises:
        Invalid: one is missing, is no size of the log, or they stand in the wrong order; all are named.
    """
    problems = []
    for name in ("first", "second"):
        given = parameters.get(name)
        if given is None:
            problems.append(Problem(name, "required"))
        elif not _SIZE.match(given) or int(given) > largest:
            problems.append(Problem(name, "log_size_invalid"))
    if problems:
        raise Invalid(problems)
    first, second = int(parameters["first"]), int(parameters["second"])
    if first > second:
        raise Invalid([Problem("first", "log_size_order")])
    return first, second
