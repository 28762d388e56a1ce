"""What an import would come to, shown before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from degree_auth.domain.register.annual_report_values import RowMark
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.file_account import FileAccount, Remarks
from degree_auth.domain.register.record import STORED_FIELDS
from degree_auth.domain.shared.errors import Problem
from degree_auth.services.register.annual_report_reading import Place

_SAMPLE_ROWS = 3
_HIDDEN = "**"
_SHOWN = {"name": 1, "name_pinyin": 1, "birth_date": 4, "identity_number": 6, "certificate_number": 10}
"""So many characters of what tells of the person are shown; everything else is shown whole."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The account (None when the file could not be read to its end), the problems for which the file would be refused,
    the faults and warnings of its rows by rule, and the first rows as they are read, the person veiled. `taken` are the
    rows that an import would take: records, and rows that become proposals of register changes."""

    account: FileAccount | None
    problems: tuple[Problem, ...]
    faults: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    sample: list[dict[str, str]]
    taken: int = 0

    @property
    def would_be_imported(self) -> bool:
        """Whether an import would take anything of the file."""
        return not self.problems and self.taken > 0

    def as_dict(self) -> dict[str, Any]:
        """The preview as JSON-able facts."""
        return {
            "would_be_imported": self.would_be_imported,
            "rows_taken": self.taken,
            "problems": [problem.as_dict() for problem in self.problems],
            "account": None if self.account is None else self.account.as_dict(),
            "faults": self.faults,
            "warnings": self.warnings,
            "sample": self.sample,
        }


class PreviewRows:
    """Takes what is read of a file and keeps numbers and the first rows."""

    def __init__(self) -> None:
        self.records = self.marked = 0
        self._faults, self._warnings = Remarks(), Remarks()
        self._sample: list[dict[str, str]] = []

    def keep(self, place: Place, record: AwardRecord, partition: str, award: str, values: Sequence[str]) -> None:
        """Count a record; the first ones are shown."""
        self.records += 1
        if len(self._sample) < _SAMPLE_ROWS:
            self._sample.append(_veil(values))

    def mark(self, place: Place, mark: RowMark, award: str, values: Sequence[str]) -> None:
        """Count a row that would become a proposal."""
        self.marked += 1

    def blame(self, place: Place, problems: Sequence[Problem], see: Place | None = None) -> None:
        """Count a faulty row under each rule that it breaks."""
        for problem in problems:
            self._faults.add(f"{problem.field} {problem.code}".lstrip(), str(place))

    def warn(self, place: Place, problems: Sequence[Problem]) -> None:
        """Count a doubtful row."""
        for problem in problems:
            self._warnings.add(f"{problem.field} {problem.code}".lstrip(), str(place))

    def preview(self, account: FileAccount | None, problems: Sequence[Problem]) -> Preview:
        """The preview of the file, now that it is read."""
        open_account = () if account is None else account.problems(self.records)
        return Preview(
            account,
            (*problems, *open_account),
            self._faults.as_list(),
            self._warnings.as_list(),
            self._sample,
            self.records + self.marked,
        )


def _veil(values: Sequence[str]) -> dict[str, str]:
    """A record's values by name, with as much of the person as shows that the columns are the right ones."""
    return {
        name: value[: _SHOWN[name]] + _HIDDEN if value and name in _SHOWN else value
        for name, value in zip(STORED_FIELDS, values, strict=True)
    }
