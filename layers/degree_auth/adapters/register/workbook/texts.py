"""The texts of a workbook: the shared ones, kept in temporary files, and those of single cells."""

from __future__ import annotations

import mmap
import re
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from degree_auth.adapters.register.workbook.damage import sheet_damage
from degree_auth.adapters.register.workbook.styles import is_struck
from degree_auth.adapters.register.xml_stream import elements, local_name, own_name

_OFFSETS_HELD = 8192
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")  # ECMA-376, 22.4.2.4
EXTENSIONS = "extLst"  # may stand after a row's cells
STRUCK = "\ufdd0"
"""Stands in a text for a run that is struck out; no text of a workbook holds this noncharacter."""

_BESIDE_TEXT = frozenset({"rPh", "phoneticPr", EXTENSIONS})


class SharedTexts:
    """The shared texts, mapped from two temporary files: the texts, and where each begins."""

    def __init__(self, texts: mmap.mmap | bytes, offsets: memoryview) -> None:
        self._texts, self._offsets = texts, offsets

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise IndexError(number)
        return self._texts[self._offsets[number] : self._offsets[number + 1]].decode()


@contextmanager
def shared_texts(book: ZipFile, part: str) -> Iterator[SharedTexts]:
    """The shared texts of a workbook, while they are needed; none where it has no such part."""
    with ExitStack() as stack:
        texts = stack.enter_context(tempfile.TemporaryFile())
        places = stack.enter_context(tempfile.TemporaryFile())
        end = 0
        offsets = array("Q", [0])
        number, told = 0, ""

        def count(root: Element) -> None:
            nonlocal told
            told = root.get("uniqueCount", "")

        for item in elements(book.open(part), at_end=count) if part else ():
            number += 1
            end += texts.write(text_of(item).encode())
            offsets.append(end)
            if len(offsets) > _OFFSETS_HELD:
                offsets.tofile(places)
                del offsets[:]
        if told.isdecimal() and int(told) != number:
            raise sheet_damage(f"{number} shared texts")  # one that is lost or stands twice moves all after it
        offsets.tofile(places)
        texts.flush()
        places.flush()
        content = stack.enter_context(mmap.mmap(texts.fileno(), 0, access=mmap.ACCESS_READ)) if end else b""
        mapped = stack.enter_context(mmap.mmap(places.fileno(), 0, access=mmap.ACCESS_READ))
        view = stack.enter_context(stack.enter_context(memoryview(mapped)).cast("Q"))
        yield SharedTexts(content, view)


def text_of(item: Element) -> str:
    """A text with its runs, without the phonetic reading; escapes are undone (ECMA-376, 22.4.2.4)."""
    written: list[str] = []
    for child in item:
        kind = own_name(child, item)
        if kind == "t":
            written.append(child.text or "")
        elif kind == "r":
            for each in child:
                name = own_name(each, child)
                if name == "t":
                    written.append(each.text or "")
                elif name == "rPr" and is_struck(each):
                    written.append(STRUCK)
        elif kind not in _BESIDE_TEXT:
            raise sheet_damage(f"{local_name(child.tag)} in a text")
    return unescape("".join(written))


def unescape(text: str) -> str:
    """A text with its escapes undone (ECMA-376, 22.4.2.4)."""
    if "_x" not in text:
        return text
    units = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text)
    # An escape is a unit of UTF-16: two may be one character, and half of one becomes U+FFFD.
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
