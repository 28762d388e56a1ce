"""Which parts a workbook has and where they are: its sheets, texts, styles, and the notes beside cells."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from datetime import date
from string import ascii_uppercase
from zipfile import ZipFile

from degree_auth.adapters.register.workbook.styles import TRUE
from degree_auth.adapters.register.xml_stream import elements, local_name, root_name
from degree_auth.domain.shared.errors import Invalid, Problem

WORKSHEET, WORKSHEETS = "worksheet", "xl/worksheets/"
_NO_SHEET = re.compile(r"/_rels/|/$|/\.[^/]*$|/Thumbs\.db$", re.IGNORECASE)
"""Names beside the worksheets of an archive that was packed anew: folders, and what Finder and Windows leave."""
EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)


def check_worksheets_listed(book: ZipFile, contents: Contents) -> None:
    """Raises Invalid for a worksheet that the workbook holds and that would not be read."""
    listed = {sheet.part for sheet in contents.sheets}
    stored = {name for name in book.namelist() if name.startswith(WORKSHEETS) and not _NO_SHEET.search(name)}
    others = (sheet.part for sheet in contents.sheets if sheet.kind != WORKSHEET)
    disguised = {part for part in others if root_name(book.open(part)) == WORKSHEET}
    if unread := (stored | contents.worksheets) - listed | disguised:
        raise Invalid([Problem("", "register_sheet_unread", min(unread))])


@dataclass(frozen=True, slots=True)
class _Listed:
    name: str
    hidden: bool
    kind: str
    part: str


@dataclass(slots=True)
class Contents:
    """Where the workbook's parts are, and where its days are counted from."""

    sheets: list[_Listed] = field(default_factory=list)
    worksheets: set[str] = field(default_factory=set)
    epoch: date = EPOCH
    texts: str = ""
    styles: str = ""

    @classmethod
    def of(cls, book: ZipFile) -> Contents:
        """Raises KeyError or StopIteration for an archive that is no workbook."""
        main = next(target for kind, target in _relations(book, "").values() if kind == "officeDocument")
        relations = _relations(book, main)
        contents = cls(worksheets={target for kind, target in relations.values() if kind == WORKSHEET})
        for child in elements(book.open(main)):
            if local_name(child.tag) == "workbookPr" and child.get("date1904") in TRUE:
                contents.epoch = _EPOCH_1904
            for listed in child if local_name(child.tag) == "sheets" else ():
                reference = next(value for name, value in listed.items() if local_name(name) == "id")
                hidden = listed.get("state", "visible") != "visible"
                contents.sheets.append(_Listed(listed.get("name", ""), hidden, *relations[reference]))
        contents.texts = next((target for kind, target in relations.values() if kind == "sharedStrings"), "")
        contents.styles = next((target for kind, target in relations.values() if kind == "styles"), "")
        return contents


def _relations(book: ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """The parts that a part refers to, by the reference's id: the last word of the kind, and the path."""
    folder, name = posixpath.split(part)
    return {
        each.attrib["Id"]: (
            each.attrib["Type"].rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, each.attrib["Target"]))[1:],
        )
        for each in elements(book.open(posixpath.join(folder, "_rels", f"{name}.rels")))
    }


def noted_rows(book: ZipFile, sheet: str) -> frozenset[int]:
    """The rows of a sheet with a note beside one of their cells."""
    folder, name = posixpath.split(sheet)
    if posixpath.join(folder, "_rels", f"{name}.rels") not in book.namelist():
        return frozenset()
    notes = (target for kind, target in _relations(book, sheet).values() if kind == "comments")
    return frozenset(
        int(note.attrib["ref"].lstrip("$" + ascii_uppercase).lstrip("$"))
        for part in notes
        for note in elements(book.open(part), "commentList")
    )
