"""The columns of an annual report file (学位授予信息年报), and what its cells may hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CellFault:
    """What a file's reader gives for a cell whose value cannot be known: the code of the rule that it breaks."""

    code: str


CELL_MERGED = CellFault("row_cell_merged")
"""A cell that a merged one covers: it has no value of its own, and may be meant to have that of the first."""

Cell = str | int | float | date | CellFault | None
"""What a file's reader gives for a cell; text formats give text only."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its code, its Chinese name, the greatest length in characters, and whether a row needs it.

    `coded` marks columns that hold a code or a number, which a spreadsheet can spoil.
    """

    code: str
    name: str
    length: int
    required: bool
    coded: bool

    @property
    def label(self) -> str:
        """The header cell as the annual report writes it."""
        return f"{self.name}({self.code})"


COLUMNS = (
    Column("XM", "姓名", 60, True, False),
    Column("XMPY", "姓名拼音", 100, False, False),
    Column("XBM", "性别码", 1, True, True),
    Column("CSRQ", "出生日期", 30, True, True),
    Column("GBM", "国家或地区码", 3, False, True),
    Column("MZM", "民族码", 2, False, True),
    Column("ZJLXM", "身份证件类型码", 2, True, True),
    Column("ZJHM", "身份证件号码", 30, False, True),
    Column("XWSYDWM", "学位授予单位码", 5, True, True),
    Column("XWSYDW", "学位授予单位", 60, False, False),
    Column("PYDWM", "培养单位码", 5, False, True),
    Column("XWLBM", "学位类别码", 5, True, True),
    Column("ZYDM", "学科专业码", 7, False, True),
    Column("ZSZYMC", "证书专业名称", 60, True, False),
    Column("XXXSM", "学习形式码", 2, True, True),
    Column("HXWRQ", "获学位日期", 30, True, True),
    Column("XWZSBH", "学位证书编号", 40, True, True),
)
MARK = "BGBZ"
"""The code of the column that marks a row as the deletion or correction of a record (our own; ADR 0039)."""

COLUMN = {column.code: column for column in (*COLUMNS, Column(MARK, "变更标识", 4, False, False))}
"""Every column that is read, by its code: those of the annual report, and the mark."""

OPTIONAL_COLUMNS = frozenset({"XMPY", "GBM", "MZM", "XWSYDW", "PYDWM", "ZYDM"})
