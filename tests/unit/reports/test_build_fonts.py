"""How the font layer is put together."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from degree_auth.domain.reports.printable import Coverage
from tools import build_fonts

RARE = 0x20001  # in none of the usual fonts


def _font(path: Path, *characters: int) -> None:
    """A font with a square for each character."""
    pen = TTGlyphPen(None)
    for step, point in enumerate([(0, 0), (0, 500), (500, 500), (500, 0)]):
        (pen.lineTo if step else pen.moveTo)(point)
    pen.closePath()
    square = pen.glyph()
    names = [".notdef", *(f"u{character:X}" for character in characters)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(dict(zip(characters, names[1:], strict=True)))
    builder.setupGlyf(dict.fromkeys(names, square))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Synthetic Rare", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)


@pytest.mark.requirement("N2")
def test_a_font_put_beside_the_others_gives_only_what_they_lack_and_widens_the_coverage(tmp_path, monkeypatch):
    monkeypatch.setattr(build_fonts, "_SOURCES", build_fonts._SOURCES[:1])  # reducing the real ones takes long
    extra = tmp_path / "extra"
    extra.mkdir()
    _font(extra / "Rare.ttf", ord("中"), RARE)
    folder = build_fonts.build(tmp_path / "layer", extra)
    (added,) = folder.glob("*-Rare.ttf")
    assert set(TTFont(added).getBestCmap()) == {RARE}
    widened = Coverage.parse((folder / "printable.txt").read_text("utf-8"))
    usual = Coverage.parse(build_fonts.RECORDED.read_text("utf-8"))
    assert chr(RARE) in widened
    assert chr(RARE) not in usual


def test_the_layer_carries_the_licence_of_its_fonts():
    assert "SIL OPEN FONT LICENSE" in (build_fonts.build() / "OFL.txt").read_text("utf-8").upper()


@pytest.mark.requirement("N2")
def test_ranges_are_written_as_the_reader_reads_them():
    characters = {0x41, 0x42, 0x43, 0x4E00, 0x20BB7}
    written = build_fonts.as_ranges(characters)
    assert written == "0041-0043\n4E00-4E00\n20BB7-20BB7\n"
    coverage = Coverage.parse(written)
    assert all(chr(character) in coverage for character in characters)
    assert "D" not in coverage
