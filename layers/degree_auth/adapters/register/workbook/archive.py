"""Whether the ZIP archive of a workbook is whole, with no byte that nothing reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from os import SEEK_END
from struct import unpack
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from degree_auth.adapters.register.workbook.contents import WORKSHEETS
from degree_auth.domain.shared.errors import Invalid, Problem

_MOST_BYTES = 8 << 30  # unpacked, all parts together
_NAME_LENGTH, _LOCAL_HEADER, _HAS_DESCRIPTOR, _DESCRIPTOR = 26, 30, 8, 24  # of a part in a ZIP archive, in bytes
_END_RECORD, _END_SIGNATURE = 22, b"PK\x05\x06"


def check_archive(book: ZipFile, parts: Counter[str]) -> None:
    """Count the parts, and read those to their end that nothing else reads: their checksums tell damage.

    Raises:
        ValueError: a name stands twice, a part is encrypted, or the parts are too large.
        Invalid: `register_bytes_left_over`.
    """
    members = book.infolist()
    if len({member.filename for member in members}) != len(members):
        raise ValueError("a part stands twice")
    if any(member.flag_bits & 1 for member in members) or sum(member.file_size for member in members) > _MOST_BYTES:
        raise ValueError("encrypted or too large")
    if any(member.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for member in members):
        raise ValueError("packed in a way that workbooks are not")
    if min((member.header_offset for member in members), default=1):
        raise _left_over("before the first part")
    if _bytes_beside(book, members):
        raise _left_over("between the parts")
    if _bytes_behind(book):
        raise _left_over("behind the directory")
    parts["archive_parts"] = len(members)
    if book.comment:
        parts["comment_bytes"] = len(book.comment)
    for member in members:
        if not member.filename.startswith(WORKSHEETS) and member.filename != "xl/sharedStrings.xml":
            with book.open(member) as part:
                while part.read(1 << 20):
                    pass


def _bytes_beside(book: ZipFile, members: Sequence[ZipInfo]) -> bool:
    """Whether bytes stand between the parts, or between them and the directory, that no part has: a part that the
    directory does not name would be passed over."""
    if book.fp is None:
        return True
    places = sorted(member.header_offset for member in members)
    following = dict(zip(places, [*places[1:], book.start_dir], strict=True))
    for member in members:
        book.fp.seek(member.header_offset + _NAME_LENGTH)
        name, extra = unpack("<HH", book.fp.read(4))
        end = member.header_offset + _LOCAL_HEADER + name + extra + member.compress_size
        spare = _DESCRIPTOR if member.flag_bits & _HAS_DESCRIPTOR else 0
        if not 0 <= following[member.header_offset] - end <= spare:
            return True
    return False


def _bytes_behind(book: ZipFile) -> bool:
    """Whether the archive goes on behind its last record, which ends with a comment of the length that it says."""
    if book.fp is None:
        return True
    book.fp.seek(-_END_RECORD - len(book.comment), SEEK_END)
    record = book.fp.read(_END_RECORD)
    return not record.startswith(_END_SIGNATURE) or unpack("<H", record[-2:]) != (len(book.comment),)


def _left_over(where: str) -> Invalid:
    return Invalid([Problem("", "register_bytes_left_over", where)])
