"""Builds the font layer: the Noto Serif fonts that together print every character a report may need.

The first font is taken whole; each further one is reduced to the letters or Han characters that those before it lack,
so that a character has one source and the layer stays small. Beside the fonts stands `printable.txt`, the coverage as
hexadecimal ranges (`XXXX-YYYY`, one a line), from which intake knows what can be printed.

    python tools/build_fonts.py             the layer, in build/layers/fonts
    python tools/build_fonts.py --record    also renew the coverage kept in the repository

Who needs rarer characters puts further font files (HanaMin, for instance) into layers/fonts/extra, where they are taken
in the order of their names, and records the coverage.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parent.parent
LAYER = ROOT / "build/layers/fonts"
EXTRA = ROOT / "layers/fonts/extra"
PACKAGE = "degree_auth_fonts"
RECORDED = ROOT / "layers/degree_auth/data/printable.txt"

_HAN = (range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x40000))
_ALPHABETS = (range(0xA0, 0x250), range(0x370, 0x530), range(0x1E00, 0x2000))
_SOURCES = (
    ("pylopdf-fonts-zh-cn", "pylopdf_fonts_zh_cn/NotoSerifSC-Regular.otf", ()),
    ("fontpkg-noto-serif", "fontpkg_noto_serif/files/NotoSerif[wdth,wght].ttf", _ALPHABETS),
    ("pylopdf-fonts-zh-tw", "pylopdf_fonts_zh_tw/NotoSerifTC-Regular.otf", _HAN),
    ("pylopdf-fonts-jp", "pylopdf_fonts_jp/NotoSerifJP-Regular.otf", _HAN),
)
_BLANK = frozenset((*range(0x20), *range(0x7F, 0xA0), 0xAD, *range(0x2000, 0x2010), *range(0x2028, 0x2030), 0xFEFF))


def build(layer: Path = LAYER, extra: Path = EXTRA) -> Path:
    """Build the layer, unless it already stands there built from the same files; return the folder of the fonts.

    `extra` is a folder of further font files for Han characters that the usual ones lack; it need not exist.
    """
    sources = [(Path(str(distribution(name).locate_file(file))), blocks) for name, file, blocks in _SOURCES]
    sources += [(file, _HAN) for file in sorted(extra.glob("*.[ot]tf"))]
    folder = layer / "python" / PACKAGE
    stamp = folder / "built-from.txt"
    recipe = _recipe(file for file, _ in sources)
    if stamp.exists() and stamp.read_text("utf-8") == recipe:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text('"""The fonts of the report, and what they print: printable.txt."""\n', "utf-8")
    (folder / "OFL.txt").write_text(distribution(_SOURCES[0][0]).read_text("licenses/LICENSE") or "", "utf-8")
    covered: set[int] = set()
    for position, (source, blocks) in enumerate(sources):
        target = folder / f"{position}-{source.stem.partition('[')[0]}{source.suffix}"
        if position == 0:
            shutil.copyfile(source, target)
            covered |= _characters(source)
        elif lacking := {c for c in _characters(source) - covered if any(c in block for block in blocks)}:
            _reduce(source, target, lacking)
            covered |= lacking
    (folder / "printable.txt").write_text(as_ranges(covered - _BLANK), "utf-8")
    stamp.write_text(recipe, "utf-8")
    return folder


def as_ranges(characters: Iterable[int]) -> str:
    """Code points as lines `XXXX-YYYY` in ascending order, hexadecimal, both ends included."""
    lines: list[list[int]] = []
    for character in sorted(characters):
        if lines and character == lines[-1][1] + 1:
            lines[-1][1] = character
        else:
            lines.append([character, character])
    return "".join(f"{first:04X}-{last:04X}\n" for first, last in lines)


def _characters(font: Path) -> set[int]:
    with TTFont(font, lazy=True) as opened:
        return set(opened.getBestCmap())


def _reduce(source: Path, target: Path, characters: set[int]) -> None:
    options = Options(layout_features=[], name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], notdef_outline=True, hinting=False)
    with TTFont(source, recalcTimestamp=False) as font:
        if "fvar" in font:
            instantiateVariableFont(font, {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}, inplace=True)
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=characters)
        subsetter.subset(font)
        font.save(target)


def _recipe(sources: Iterable[Path]) -> str:
    own = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    return f"{own}\n" + "".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()} {p.name}\n" for p in sources)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="renew the coverage kept in the repository")
    arguments = parser.parse_args()
    folder = build()
    if arguments.record:
        shutil.copyfile(folder / "printable.txt", RECORDED)
    for path in sorted(folder.iterdir()):
        print(f"{path.stat().st_size:>12,}  {path.name}")


if __name__ == "__main__":
    main()
