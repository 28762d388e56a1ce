"""What the styles of a workbook's cells show of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from degree_auth.adapters.register.number_formats import (
    DATE_FORMATS,
    PERCENTAGES,
    Shown,
    shown_number,
    shown_text,
    shows_date,
)
from degree_auth.adapters.register.xml_stream import elements, local_name

TRUE = ("1", "true")


@dataclass(frozen=True, slots=True)
class Styles:
    """Cell styles by number: those that show a number as a date, those that strike the cell out, and those that show
    something else than is stored."""

    dates: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    numbers: Mapping[int, Shown] = field(default_factory=dict)
    texts: Mapping[int, Shown] = field(default_factory=dict)

    @classmethod
    def of(cls, book: ZipFile, part: str) -> Styles:
        """The styles of a workbook."""
        formats: dict[int, str] = dict(PERCENTAGES)
        styles: list[int] = []
        struck_fonts: set[int] = set()
        struck: set[int] = set()
        for group in elements(book.open(part)):
            kind = local_name(group.tag)
            if kind == "numFmts":
                formats |= {int(each.attrib["numFmtId"]): each.attrib["formatCode"] for each in group}
            elif kind == "fonts":
                struck_fonts = {number for number, font in enumerate(group) if is_struck(font)}
            elif kind == "cellXfs":
                styles += [int(each.get("numFmtId", "0")) for each in group]
                struck = {style for style, each in enumerate(group) if int(each.get("fontId", "0")) in struck_fonts}
        dates = DATE_FORMATS | {number for number, code in formats.items() if shows_date(code)}
        custom = {style: formats[number] for style, number in enumerate(styles) if number in formats}
        numbers = {style: shown for style, code in custom.items() if not (shown := shown_number(code)).is_plain}
        texts = {style: shown for style, code in custom.items() if not (shown := shown_text(code)).is_plain}
        with_dates = frozenset(style for style, number in enumerate(styles) if number in dates)
        return cls(with_dates, frozenset(struck), numbers, texts)


def is_struck(font: Element) -> bool:
    """Whether a font, or the properties of a run of text, strike it out."""
    return any(local_name(each.tag) == "strike" and each.get("val", "1") in TRUE for each in font)
