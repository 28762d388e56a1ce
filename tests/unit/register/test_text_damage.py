"""Text files that were cut, or whose marks and line ends went astray: nothing of another row is stored in silence."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest

from tests.samples.register_text import CODES, lines_of, people, read_bytes, read_text


@pytest.mark.requirement("N2", "N5")
def test_a_file_of_quoted_cells_that_was_cut_anywhere_in_a_row_is_refused(tmp_path: Path) -> None:
    written = StringIO()
    lines = people(3)
    lines[2]["XWZSBH"] = '证字"1"'
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([CODES, *([row[code] for code in CODES] for row in lines)])
    content = written.getvalue().encode("utf-8-sig")
    last_row = content.index(lines[2]["ZJHM"].encode()) - 2
    assert read_bytes(tmp_path, content).refused == []
    for end in range(last_row, len(content) - 1):
        assert read_bytes(tmp_path, content[:end]).codes & {"register_last_row_cut", "register_quote_unclosed"}, end


@pytest.mark.requirement("N2", "N5")
def test_a_quotation_mark_from_the_last_column_to_the_first_of_the_next_row_is_refused(tmp_path: Path) -> None:
    header, *lines = lines_of(people(4))
    text = [f"{header},备注(BZ)", *(f"{line}," for line in lines)]
    first, rest = text[3].split(",", 1)
    swallowing = [*text[:2], f'{text[2]}"合成', f'{first}",{rest}', text[4]]
    assert read_text(tmp_path, swallowing).codes == {"register_quote_swallows_rows"}
    honest = [*text[:2], f'{text[2]}"合成', '数据",,', *text[3:]]
    assert len(read_text(tmp_path, honest).records) == 4
