"""Synthetic rows as annual report files: CSV, XLSX and DBF."""

from __future__ import annotations

import csv
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

from degree_auth.domain.register.annual_report_columns import COLUMNS
from tools.sample_rows import Row

REMARK_COLUMN, REMARK = "备注(BZ)", "合成数据 SYNTHETIC"


def write_csv(path: Path, lines: Iterable[Row], encoding: str = "utf-8") -> None:
    """An annual report file as CSV."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_header())
        writer.writerows(_cells(row) for row in lines)


def write_xlsx(path: Path, lines: Iterable[Row], encoding: str = "utf-8") -> None:
    """An annual report file as a workbook, every cell a text; the encoding is the format's own."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("合成数据")
    sheet.append(_header())
    for row in lines:
        sheet.append(_cells(row))
    book.save(path)


def write_dbf(path: Path, lines: Iterable[Row], encoding: str = "gb18030") -> None:
    """An annual report file as dBASE III; fields are named by their codes alone, widths count bytes."""
    names = [*(column.code for column in COLUMNS), "BZ"]
    widths = [min(column.length * (1 if column.coded else 4), 240) for column in COLUMNS] + [40]
    length = 1 + sum(widths)
    count = 0
    with path.open("wb") as file:
        file.write(b"\0" * 32)
        for name, width in zip(names, widths, strict=True):
            file.write(struct.pack("<11sc4xB15x", name.encode("ascii"), b"C", width))
        file.write(b"\r")
        for row in lines:
            cells = zip(_cells(row), widths, strict=True)
            file.write(b" " + b"".join(cell.encode(encoding).ljust(width)[:width] for cell, width in cells))
            count += 1
        file.write(b"\x1a")
        file.seek(0)
        file.write(struct.pack("<B3BIHH20x", 3, 126, 1, 1, count, 33 + 32 * len(names), length))


def read_csv(path: Path) -> Iterator[Row]:
    """The rows of a file that `write_csv` wrote in UTF-8, as a stream."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        codes = [cell.rpartition("(")[2].rstrip(")") for cell in next(reader)]
        for cells in reader:
            yield dict(zip(codes, cells, strict=True))


def _header() -> list[str]:
    return [*(column.label for column in COLUMNS), REMARK_COLUMN]


def _cells(row: Row) -> list[str]:
    return [*(row[column.code] for column in COLUMNS), REMARK]
