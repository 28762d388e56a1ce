"""The case (认证件): one application from receipt to its last report, and the log that it is made of.

A case is the fold of its log: `evolve` applies one entry, `replay` a whole log. Nothing else changes
a case, so the stored record can be rebuilt, and checked, from the log at any time (N1, N3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from degree_auth.domain.chain import entry_hash, genesis


class Stage(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    MATERIAL_REVIEW = "material_review"
    AWAITING_APPLICANT = "awaiting_applicant"
    VERIFICATION = "verification"
    ISSUING = "issuing"
    CONCLUDED = "concluded"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    PARKED = "parked"


class Outcome(StrEnum):
    """What a case came to."""

    REPORTED = "reported"
    NOT_CONFIRMED = "not_confirmed"
    CANNOT_VERIFY = "cannot_verify"
    INELIGIBLE = "ineligible"


class HeldBy(StrEnum):
    """Who holds the case, and so is charged with the working day (article 12)."""

    CENTRE = "centre"
    INSTITUTION = "institution"
    APPLICANT = "applicant"
    NOBODY = "nobody"


class Machine(StrEnum):
    """The state machine that drives a case on."""

    MATCHING = "matching"
    ISSUANCE = "issuance"


class EventType(StrEnum):
    """What can happen to a case; each is one entry of its log."""

    APPLICATION_RECEIVED = "application_received"
    CLAIM_COMPARED = "claim_compared"
    MATERIAL_CONFIRMED = "material_confirmed"
    CLAIM_CORRECTED = "claim_corrected"
    RETURNED_TO_APPLICANT = "returned_to_applicant"
    APPLICATION_SUPPLEMENTED = "application_supplemented"
    APPLICATION_REJECTED = "application_rejected"
    APPLICATION_WITHDRAWN = "application_withdrawn"
    ATTACHMENT_ANNOUNCED = "attachment_announced"
    ATTACHMENT_STORED = "attachment_stored"
    ATTACHMENT_REFUSED = "attachment_refused"
    CASE_PARKED = "case_parked"
    CASE_RELEASED = "case_released"
    REPORT_ISSUED = "report_issued"


HELD_BY: Mapping[Stage, HeldBy] = {
    Stage.RECEIVED: HeldBy.CENTRE,
    Stage.MATERIAL_REVIEW: HeldBy.CENTRE,
    Stage.AWAITING_APPLICANT: HeldBy.APPLICANT,
    Stage.VERIFICATION: HeldBy.INSTITUTION,
    Stage.ISSUING: HeldBy.CENTRE,
    Stage.PARKED: HeldBy.CENTRE,
    Stage.CONCLUDED: HeldBy.NOBODY,
    Stage.WITHDRAWN: HeldBy.NOBODY,
    Stage.REJECTED: HeldBy.NOBODY,
}

_DRIVEN_BY: Mapping[Stage, Machine] = {
    Stage.RECEIVED: Machine.MATCHING,
    Stage.MATERIAL_REVIEW: Machine.MATCHING,
    Stage.AWAITING_APPLICANT: Machine.MATCHING,
    Stage.PARKED: Machine.MATCHING,
    Stage.ISSUING: Machine.ISSUANCE,
}

_REMEMBERED = 20

FINAL_STAGES = frozenset({Stage.CONCLUDED, Stage.WITHDRAWN, Stage.REJECTED})


def machine_for(stage: Stage) -> Machine | None:
    """The machine that drives a case in this stage on; none where nothing is to be driven."""
    return _DRIVEN_BY.get(stage)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something decided, not yet in the log. `actor` is a role or a staff identifier, `data` holds no personal data
    in clear: what is personal stands sealed under `sealed` (base64)."""

    type: EventType
    actor: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of the case log: numbered from 1 without gaps, chained by hash to the entry before."""

    case_number: str
    seq: int
    type: EventType
    at: datetime
    actor: str
    data: Mapping[str, Any]
    previous_hash: str
    hash: str

    def as_dict(self) -> dict[str, Any]:
        """The entry as it is exported and hashed; `at` is ISO 8601 with its offset."""
        return {
            "case_number": self.case_number,
            "seq": self.seq,
            "type": self.type.value,
            "at": self.at.isoformat(),
            "actor": self.actor,
            "data": dict(self.data),
            "previous_hash": self.previous_hash,
            "hash": self.hash,
        }


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that the applicant announced; `state` is announced, stored or refused; `size` is in bytes.

    `sha256`, in hex, is what the applicant gave, if anything, and once stored the file's own.
    """

    attachment_id: str
    kind: str
    content_type: str
    size: int
    sha256: str | None
    announced_at: datetime
    state: str = "announced"
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ReportReference:
    """The report of a case: its number, version, SHA-256 of the issued file in hex, and where the file is stored."""

    report_number: str
    version: int
    sha256: str
    object_key: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """A case as its log leaves it. `version` is the number of the last entry, `head` that entry's hash.

    `sealed` is the applicant's submission as it now stands, encrypted; `comparison` names fields and
    codes only. `task_id` is the verification task that waits for the institution. `commands` names the
    latest commands, so that one that comes again is told from a new one.
    """

    case_number: str
    version: int
    head: str
    stage: Stage
    outcome: Outcome | None
    source: str
    institution_code: str
    sealed: str
    received_at: datetime
    changed_at: datetime
    comparison: Mapping[str, Any] | None = None
    attachments: tuple[Attachment, ...] = ()
    request: Mapping[str, Any] | None = None
    reason: Mapping[str, Any] | None = None
    task_id: str | None = None
    report: ReportReference | None = None
    commands: tuple[str, ...] = ()

    @property
    def held_by(self) -> HeldBy:
        """Who holds the case now."""
        return HELD_BY[self.stage]

    @property
    def is_final(self) -> bool:
        """Whether the case has come to its end."""
        return self.stage in FINAL_STAGES


def record(case_number: str, case: Case | None, events: Iterable[NewEvent], now: datetime) -> tuple[Case, list[Event]]:
    """Number, chain and apply new events; gives the case as it is afterwards and the entries to be stored with it.

    Raises:
        ValueError: there is no event and no case.
    """
    entries: list[Event] = []
    for new in events:
        entry = _chain(case_number, case, new, now)
        case = evolve(case, entry)
        entries.append(entry)
    if case is None:
        raise ValueError("a case begins with an event")
    return case, entries


def replay(log: Iterable[Event]) -> Case:
    """The case that a whole log makes.

    Raises:
        ValueError: the log is empty or does not begin with the receipt of the application.
    """
    case: Case | None = None
    for entry in log:
        case = evolve(case, entry)
    if case is None:
        raise ValueError("an empty log makes no case")
    return case


def evolve(case: Case | None, event: Event) -> Case:
    """The case after one more entry of its log.

    Raises:
        ValueError: the first entry is not the receipt of the application.
    """
    data = event.data
    if case is None:
        if event.type is not EventType.APPLICATION_RECEIVED:
            raise ValueError("a log begins with the receipt of the application")
        return Case(
            case_number=event.case_number,
            version=event.seq,
            head=event.hash,
            stage=Stage.RECEIVED,
            outcome=None,
            source=data["source"],
            institution_code=data["institution_code"],
            sealed=data["sealed"],
            received_at=event.at,
            changed_at=event.at,
        )
    changed = replace(
        case,
        version=event.seq,
        head=event.hash,
        changed_at=event.at,
        commands=(*case.commands, data["command"])[-_REMEMBERED:] if "command" in data else case.commands,
    )
    match event.type:
        case EventType.CLAIM_COMPARED:
            stage = Stage.ISSUING if data["comparison"]["result"] == "matched" else Stage.MATERIAL_REVIEW
            return replace(changed, comparison=data["comparison"], stage=stage)
        case EventType.MATERIAL_CONFIRMED:
            return replace(changed, stage=Stage.VERIFICATION, task_id=data["task_id"])
        case EventType.CLAIM_CORRECTED | EventType.APPLICATION_SUPPLEMENTED:
            return replace(
                changed,
                stage=Stage.RECEIVED,
                sealed=data["sealed"],
                institution_code=data["institution_code"],
                comparison=None,
                request=None,
                reason=None,
            )
        case EventType.RETURNED_TO_APPLICANT:
            request = {"at": event.at.isoformat(), **data}
            return replace(changed, stage=Stage.AWAITING_APPLICANT, request=request, reason=None)
        case EventType.APPLICATION_REJECTED:
            return replace(changed, stage=Stage.REJECTED, outcome=Outcome.INELIGIBLE, reason=dict(data))
        case EventType.APPLICATION_WITHDRAWN:
            return replace(changed, stage=Stage.WITHDRAWN)
        case EventType.ATTACHMENT_ANNOUNCED:
            added = Attachment(
                data["attachment_id"], data["kind"], data["content_type"], data["size"], data["sha256"], event.at
            )
            return replace(changed, attachments=(*case.attachments, added))
        case EventType.ATTACHMENT_STORED:
            return replace(changed, attachments=_settled(case, data["attachment_id"], "stored", sha256=data["sha256"]))
        case EventType.ATTACHMENT_REFUSED:
            return replace(changed, attachments=_settled(case, data["attachment_id"], "refused", reason=data["reason"]))
        case EventType.CASE_PARKED:
            return replace(changed, stage=Stage.PARKED, reason=dict(data))
        case EventType.CASE_RELEASED:
            return replace(changed, stage=Stage.RECEIVED, comparison=None, reason=None)
        case EventType.REPORT_ISSUED:
            report = ReportReference(
                data["report_number"], data["version"], data["sha256"], data["object_key"], event.at
            )
            return replace(changed, stage=Stage.CONCLUDED, outcome=Outcome.REPORTED, report=report, reason=None)
        case EventType.APPLICATION_RECEIVED:
            raise ValueError("an application is received once")


def _chain(case_number: str, case: Case | None, new: NewEvent, now: datetime) -> Event:
    seq = 1 if case is None else case.version + 1
    body = {
        "case_number": case_number,
        "seq": seq,
        "type": new.type.value,
        "at": now.isoformat(),
        "actor": new.actor,
        "data": dict(new.data),
    }
    previous = genesis(case_number) if case is None else case.head
    return Event(case_number, seq, new.type, now, new.actor, dict(new.data), previous, entry_hash(previous, body))


def _settled(case: Case, attachment_id: str, state: str, **more: str) -> tuple[Attachment, ...]:
    return tuple(
        replace(one, state=state, **more) if one.attachment_id == attachment_id else one  # type: ignore[arg-type]
        for one in case.attachments
    )
