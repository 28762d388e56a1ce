"""A claim that was changed, as the log of its case takes it: by the applicant, a reviewer or the archive's values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ChangedClaim:
    """The application with another claim: sealed, and both values of every field that changed, sealed too.

    `institution_code` is the institution that it then names, `holder_key` the digest by which its holder finds the
    case. `asked` are the keyed digests of the holdings that an institution was asked about, by the former claim and by
    the name in its place, where its answer has changed the claim.
    """

    fields: Sequence[str]
    sealed: str
    sealed_changes: str
    institution_code: str
    holder_key: str
    asked: Sequence[str] = ()

    def as_dict(self) -> dict[str, Any]:
        """What the log entry keeps of it."""
        return {
            "fields": list(self.fields),
            "sealed": self.sealed,
            "sealed_changes": self.sealed_changes,
            "institution_code": self.institution_code,
            "holder_key": self.holder_key,
            **({"asked": list(self.asked)} if self.asked else {}),
        }
