"""Opening sealed parts for somebody, once that is on record: the proof of the entry is what opens (N3)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NamedTuple

from degree_auth.services.shared.ports import Opener, Sealer
from degree_auth.services.shared.raw_opening import opener_of


class OnRecord(NamedTuple):
    """Where an entry stands: of which record, and its number there."""

    subject: str
    seq: int


@dataclass(frozen=True, slots=True)
class RecordedOpening:
    """What opens the sealed parts of these contexts for whoever `entry` names."""

    entry: OnRecord
    contexts: frozenset[str]
    opener: Opener

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt. Raises `PermissionError`: the entry does not tell of this context."""
        if context not in self.contexts:
            raise PermissionError("no entry on record tells of this context")
        return self.opener.open(sealed, context)


def once_on_record(sealer: Sealer, write: Callable[[], OnRecord], contexts: Collection[str]) -> RecordedOpening:
    """Write the entry, and then give what opens. Where `write` fails, its error is raised and nothing can be opened."""
    return RecordedOpening(write(), frozenset(contexts), opener_of(sealer))
