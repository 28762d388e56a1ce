"""The table of what became of every case."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from degree_auth.domain.shared.words import Words

_COLUMNS = (
    (Words("申请", "Application"), 42),
    (Words("阶段", "Stage"), 34),
    (Words("比对", "Comparison"), 20),
    (Words("结果", "What became of it"), 60),
)
_NOT_AS_EXPECTED = Words("  ✗ 与预期不符", "  ✗ not as expected")


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of a case, or of a chapter that broke off; `as_expected` tells whether it is what should be."""

    kind: Words
    stage: Words
    comparison: Words
    became: Words
    as_expected: bool = True


def show(endings: Iterable[Ending]) -> None:
    """Print the table: of each case a line in Chinese and a line in English."""
    print()
    width = sum(width for _, width in _COLUMNS)
    for title in Words("合成数据", "All data is synthetic"):
        print(title.center(width).rstrip())
    print(_line(*(heading.zh for heading, _ in _COLUMNS)))
    print(_line(*(heading.en for heading, _ in _COLUMNS)))
    for one in endings:
        mark = Words("", "") if one.as_expected else _NOT_AS_EXPECTED
        print(_line(one.kind.zh, one.stage.zh, one.comparison.zh, one.became.zh + mark.zh))
        print(_line(one.kind.en, one.stage.en, one.comparison.en, one.became.en + mark.en))


def count_words(endings: Sequence[Ending]) -> Words:
    """How many cases became what they should."""
    right = sum(one.as_expected for one in endings)
    return Words(f"{len(endings)} 项中 {right} 项符合预期", f"{right} of {len(endings)} as expected")


def _line(*cells: str) -> str:
    return "".join(_pad(cell, width) for cell, (_, width) in zip(cells, _COLUMNS, strict=True)).rstrip()


def _pad(cell: str, width: int) -> str:
    shown = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in cell)
    return cell + " " * max(1, width - shown)
