"""The files of rows beside a source: no cell of theirs is computed by a spreadsheet."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import cast

import pytest

from degree_auth.domain.shared.errors import Problem
from degree_auth.services.register.annual_report_reading import Place
from degree_auth.services.register.import_outcome import ERRORS_SUFFIX, CutFile
from degree_auth.services.register.ports import ImportFiles
from degree_auth.services.shared.ports import KeyedDigest


class Outcomes:
    """Keeps the files that are put beside a source."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def put_outcome(self, source: str, suffix: str, path: Path) -> None:
        """Keep a file."""
        self.kept[suffix] = path.read_text(encoding="utf-8-sig")

    def remove_outcome(self, source: str, suffix: str) -> None:
        """Forget a file."""


@pytest.mark.requirement("N5")
def test_the_row_that_another_contradicts_is_named_as_text_whatever_its_sheet_is_called() -> None:
    outcomes = Outcomes()
    with CutFile(cast(ImportFiles, outcomes), cast(KeyedDigest, None), "import") as cut:
        cut.blame(Place("Sheet1", 3), [Problem("", "row_contradicts_another")], Place("=1+1", 2))
        cut.put_rows("annual.xlsx")
    (_, row) = csv.reader(outcomes.kept[ERRORS_SUFFIX].splitlines())
    assert row[5] == "'=1+1!2"
