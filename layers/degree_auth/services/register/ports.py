"""What the register needs from outside, as small protocols; the adapters implement them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.register.annual_report_values import RowMark
from degree_auth.domain.register.award import AwardRecord


class Register(Protocol):
    """The award register: one or two reads a claim, whatever its size."""

    def candidates(self, claim: Claim) -> Sequence[AwardRecord]:
        """The records that the claim's certificate number or holder leads to."""
        ...

    def of_person(self, claim: Claim) -> Sequence[AwardRecord]:
        """Every record that may be of the claim's person: by certificate number, by identity number, and by name with
        date of birth."""
        ...

    def certificate_version(self, claim: Claim) -> str:
        """Names what the register has of the claim's certificate: never the same name again after a change, be it one
        that takes a record out or puts back what there was."""
        ...


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of records: new, changed (the former version kept), unchanged, or withheld because they stand against
    an approved register change."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withheld: int = 0

    @property
    def total(self) -> int:
        """All records."""
        return self.new + self.changed + self.unchanged + self.withheld

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.withheld + other.withheld,
        )


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of the records of one chunk; `withheld` are the ids of those that were not brought in."""

    counts: Counts
    withheld: tuple[str, ...] = ()


class WorkingFiles(Protocol):
    """The working files of an import."""

    def put(self, name: str, body: bytes) -> None:
        """Store a working file, replacing what has the name."""

    def get(self, name: str) -> bytes | None:
        """A working file, or None when there is none."""


class ImportFiles(Protocol):
    """Where files are: the source, the working files of an import, and its outcome."""

    def source(self, source: str) -> AbstractContextManager[Path]:
        """The source as a file on this machine, while the context lasts.

        Raises:
            NotFound: there is no such source.
        """

    def put(self, name: str, body: bytes) -> None:
        """Store a working file, replacing what has the name."""

    def get(self, name: str) -> bytes | None:
        """A working file, or None when there is none."""

    def remove(self, names: Iterable[str]) -> None:
        """Remove working files; absent ones are no fault."""

    def put_outcome(self, source: str, suffix: str, path: Path) -> None:
        """Store a file beside the source, under its name and the suffix."""

    def remove_outcome(self, source: str, suffix: str) -> None:
        """Remove a file beside the source, if it is there."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a file told of an award before: the row that did (0 when none) and whether it said the same; or else the
    first row whose award has the same certificate number (0 when none)."""

    first: int = 0
    is_same: bool = False
    shared_with: int = 0


class SeenAwards(Protocol):
    """The awards met so far in one file, in constant memory."""

    def meet(self, award: str, certificate: str, content: Sequence[str], row: int) -> Meeting:
        """Note an award, and say what was met before."""
        ...

    def meet_person(self, number: str, person: str) -> bool:
        """Note whose identity number it is; whether an earlier award of this number is another person's."""
        ...

    def duplicates(self) -> int:
        """How many awards share their certificate with another one."""


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """A row that is marked as the deletion or correction of a record, with its values as `domain/register/record.py`
    writes them.

    `place` is its place in the file, `position` the same with the number of its sheet instead of the name, which
    somebody may have filled with anything.
    """

    place: str
    position: str
    mark: RowMark
    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What became of a marked row: the code that says so, and the register change that it proposes, if it does."""

    place: str
    mark: RowMark
    outcome: str
    change_id: str = ""


class MarkedRows(Protocol):
    """Whoever makes register changes of marked rows."""

    def propose(
        self, rows: Iterable[MarkedRow], import_id: str, senders: Sequence[str], begun: datetime, now: datetime
    ) -> Sequence[Proposal]:
        """Propose the changes that rows ask for, each once however often it is asked for. `senders` are
        the members of staff who sent the file; without one nothing is proposed. `begun` is when this run of the import
        began: what was proposed since is its own."""


class RegisterWriter(Protocol):
    """The register as an import sees it."""

    def save(
        self,
        records: Sequence[AwardRecord],
        import_id: str,
        now: datetime,
        before_change: Callable[[Sequence[AwardRecord]], None] | None,
    ) -> Saved:
        """Bring records up to date; repeating it changes nothing. Before anything is written, `before_change` hears of
        the records that are to change, and of new ones whose certificate has another record already. What stands
        against an approved register change is withheld."""

    def finished_chunk(self, import_id: str, chunk: int) -> Counts | None:
        """What became of a chunk already imported; None while it is not."""

    def finished_chunks(self, import_id: str) -> Sequence[Counts]:
        """What became of each chunk already imported, in their order."""

    def finish_chunk(self, import_id: str, chunk: int, counts: Counts) -> None:
        """Mark a chunk as imported; the first mark stands."""

    def forget_chunks(self, import_id: str) -> None:
        """Remove the marks of an import."""
