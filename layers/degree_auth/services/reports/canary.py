"""The canary: asks the public face what everybody may ask, and says of each step whether it was answered rightly (N1).

It applies and disputes so that it must be refused. It changes nothing: no case, no count, no record. So it may ask
every few minutes, in production too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from degree_auth.domain.reports.log import SignedTreeHead, signed_head_from_dict
from degree_auth.domain.reports.merkle import verify_consistency

PAGES: Mapping[str, str] = {
    "page_check": "/check",
    "page_apply": "/apply",
    "page_my": "/my",
    "page_portal": "/portal",
    "institutions": "/v1/institutions",
    "notices": "/v1/notices",
}
"""Steps that need the status 200 alone. The last two are answered from the list of institutions and the cases table."""

UNKNOWN_FILE = hashlib.sha256(b"the canary asks for a file that is no report").hexdigest()
OLDEST_HEAD = timedelta(hours=26)
"""A head is signed anew after 23 hours by a run every hour; two of them may fail."""
AHEAD = timedelta(minutes=5)
NO_CASE, NO_TOKEN = "RZ2000010100000000", "A" * 43
"""A case of a day before there were any, and a token of the right form that opens none."""

_OK, _FOUND, _NOT_FOUND, _INVALID = 200, 302, 404, 422


@dataclass(frozen=True, slots=True)
class Answered:
    """Status and body of an answer; status 0 when there was none."""

    status: int
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Step:
    """What came of one step: an empty `fault` when it was answered rightly, else a code. Time in milliseconds."""

    name: str
    fault: str
    milliseconds: float


class PublicFace(Protocol):
    """The service as anybody on the network reaches it."""

    def get(self, path: str) -> Answered:
        """The answer to a GET."""

    def post(self, path: str, content: Mapping[str, Any], token: str = "") -> Answered:
        """The answer to a POST of JSON, with a token if one is given."""


class Canary:
    """Goes its round; keeps the head that it saw last, so that the next round asks whether the log only grew.

    `is_signed` says whether a head is signed by the key whose certificate it carries, `elapsed` gives seconds.
    """

    def __init__(
        self, face: PublicFace, is_signed: Callable[[SignedTreeHead], bool], elapsed: Callable[[], float]
    ) -> None:
        self._face, self._is_signed, self._elapsed = face, is_signed, elapsed
        self._seen: SignedTreeHead | None = None

    def round(self, now: datetime) -> list[Step]:
        """Every step, whatever became of the ones before it."""
        return [self._timed(name, look) for name, look in self._looks(now)]

    def _looks(self, now: datetime) -> Iterator[tuple[str, Callable[[], str]]]:
        # It leads to the page of applications, or to one's own.
        yield "page_home", lambda: _status_fault(self._face.get("/"), _FOUND)
        for name, path in PAGES.items():
            yield name, lambda path=path: _status_fault(self._face.get(path))  # type: ignore[misc]
        yield "check", self._check
        yield "apply", self._apply
        yield "dispute", self._dispute
        yield "log_head", lambda: self._head(now)

    def _timed(self, name: str, look: Callable[[], str]) -> Step:
        began = self._elapsed()
        try:
            fault = look()
        except (ValueError, KeyError, TypeError):  # an answer in another form than is published
            fault = "unreadable"
        return Step(name, fault, (self._elapsed() - began) * 1000)

    def _check(self) -> str:
        """A check of what was never issued is answered, and so; it counts for nobody's report."""
        answer = self._face.post("/v1/report-checks", {"sha256": UNKNOWN_FILE})
        return _status_fault(answer) or ("" if _object(answer)["state"] == "unknown" else "state")

    def _apply(self) -> str:
        """An application of nothing is refused for what it lacks, and leaves nothing behind."""
        return _refusal_fault(self._face.post("/v1/applications", {}), _INVALID, "invalid_input")

    def _dispute(self) -> str:
        """A case that there cannot be is looked for in the table, and disputed by nobody."""
        answer = self._face.post(f"/v1/applications/{NO_CASE}/disputes", {}, NO_TOKEN)
        return _refusal_fault(answer, _NOT_FOUND, "not_found")

    def _head(self, now: datetime) -> str:
        """The latest head of the report log is signed, young enough, and continues the one of the round before."""
        answer = self._face.get("/v1/log/head")
        if fault := _status_fault(answer):
            return fault
        signed = signed_head_from_dict(_object(answer))
        if not self._is_signed(signed):
            return "signature"
        if not now - OLDEST_HEAD <= signed.head.at <= now + AHEAD:
            return "age"
        fault = "" if self._seen is None else self._growth_fault(self._seen, signed)
        # Only what was found right is gone on from: a rewritten log is told in every round.
        if not fault:
            self._seen = signed
        return fault

    def _growth_fault(self, earlier: SignedTreeHead, later: SignedTreeHead) -> str:
        old, new = earlier.head, later.head
        if old.log_id != new.log_id:
            return ""  # the signing key was changed, and with it the log's id
        if old.size > new.size or old.at > new.at:
            return "shrunk"
        if old.size == 0:
            return ""
        proof: list[bytes] = []
        if old.size != new.size:
            answer = self._face.get(f"/v1/log/consistency?first={old.size}&second={new.size}")
            if fault := _status_fault(answer):
                return fault
            proof = [bytes.fromhex(one) for one in _object(answer)["proof"]]
        return "" if verify_consistency(old.size, old.root, new.size, new.root, proof) else "rewritten"


def _status_fault(answer: Answered, status: int = _OK) -> str:
    if answer.status == status:
        return ""
    return f"status_{answer.status}" if answer.status else "unreachable"


def _refusal_fault(answer: Answered, status: int, code: str) -> str:
    return _status_fault(answer, status) or ("" if _object(answer)["error"]["code"] == code else "code")


def _object(answer: Answered) -> dict[str, Any]:
    found = json.loads(answer.body)
    if not isinstance(found, dict):
        raise ValueError("the answer is no object")
    return found
