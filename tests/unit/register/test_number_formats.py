"""Number formats of a workbook: what its writer saw is read, or the cell is blamed."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from degree_auth.adapters.register.annual_report_files import open_report
from degree_auth.adapters.register.number_formats import shown_number, shown_text
from degree_auth.domain.register.annual_report_columns import CellFault


@pytest.mark.requirement("N2")
@pytest.mark.parametrize(
    ("format_code", "value", "shown"),
    [
        ("General", 812, "812"),
        ("0", 812, "812"),
        ("#,##0", 81200, "81200"),
        ("0.00", 812, "812"),
        ("0000000", 81200, "0081200"),
        ("000000;-000000;;@", 81200, "081200"),
        ('"10001"00000000000', 42022000001, "1000142022000001"),
        (r"\1\0\0\0\1" + "0" * 11, 42022000001, "1000142022000001"),
        ('"号"0', 5, "号5"),
        ('0"号"', 5, "5号"),
        ("[Red]0000", 5, "0005"),
        ("[$-804]0000", 5, "0005"),
        ("0_);(0)", 5, "5"),
        ("[DBNum1]0", 5, "5"),
        ("000-000", 5000, None),
        ("0%", 1, None),
        ("0,", 5000, None),
        ("0.00E+00", 5, "5"),
        ("# ?/?", 5, None),
        ("[>=5]0;0000", 5, None),
        (";;;", 5, None),
        ("0000", -5, None),
        ("0000", 0.5, None),
    ],
)
def test_a_format_shows_leading_zeros_and_literal_text_or_is_not_known(
    format_code: str, value: float, shown: str | None
) -> None:
    assert shown_number(format_code).number(value) == shown


@pytest.mark.requirement("N2")
@pytest.mark.parametrize(
    ("format_code", "shown"),
    [("General", "x1"), ("@", "x1"), ('"LN"@', "LNx1"), ('0;-0;0;"第"@"号"', "第x1号"), ("0000", "x1")],
)
def test_a_format_may_add_to_a_text(format_code: str, shown: str) -> None:
    assert shown_text(format_code).text("x1") == shown


@pytest.mark.requirement("N2", "N5")
def test_a_cell_is_read_as_it_is_shown(tmp_path: Path) -> None:
    book = Workbook()
    formats = {"A": (81200, "0000000"), "B": (42022000001, '"10001"00000000000'), "C": (1, "0%"), "D": (20220630, "0")}
    for column, (value, code) in formats.items():
        book.active[f"{column}1"] = value
        book.active[f"{column}1"].number_format = code
    book.active["E1"] = 1000142022000001
    book.active["E1"].number_format = "0" * 16
    book.active["F1"] = "0123"
    book.active["F1"].number_format = '"X"@'
    path = tmp_path / "formats.xlsx"
    book.save(path)
    ((_, cells),) = [row for sheet in open_report(path).sheets for row in sheet.rows]
    fault = CellFault("row_number_format")
    assert cells == ["0081200", "1000142022000001", fault, 20220630, 1000142022000001, "X0123"]
