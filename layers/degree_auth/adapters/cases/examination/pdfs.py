"""PDFs: every object is read and bounded, what acts is refused, and the pages are written anew.

The copy has the pages as they are printed and nothing else. A link, a bookmark, an opening view or an embedded file is
left out; what a form or a stamp shows stays as a picture; information about the document goes. Scripts, programs, media
and forms that send something are no part of a document that proves a degree: such a file is refused.
"""

from __future__ import annotations

import io
import logging
import zlib
from collections.abc import Collection, Iterator
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from degree_auth.adapters.cases.examination.images import without_notes
from degree_auth.adapters.cases.examination.refused import Refused
from degree_auth.domain.cases.attachment import (
    LARGEST_COPY_BYTES,
    MOST_PAGES,
    MOST_PDF_OBJECTS,
    MOST_PIXELS,
    MOST_UNPACKED_BYTES,
)

_ACTIVE_KEYS = frozenset({"/JS", "/XFA", "/RichMediaContent", "/RichMediaSettings", "/3DD"})
_ACTIVE_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute", "/Movie", "/Sound"}
)
_ACTIVE_ANNOTATIONS = frozenset({"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
_LEFT_OUT_ANNOTATIONS = frozenset({"/Link", "/Popup", "/FileAttachment"})
_ANNOTATION_KEYS = ("/Type", "/Subtype", "/Rect", "/AP", "/AS", "/F")
_PAGE_KEYS = frozenset(
    {
        *("/Type", "/Parent", "/Resources", "/Contents", "/Group", "/Annots", "/Rotate", "/UserUnit"),
        *("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"),
    }
)
_RESOURCES = frozenset({"/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/XObject", "/Font", "/ProcSet"})
"""What pages are printed from (ISO 32000-1, 7.8.3), without property lists: they only tell of what is printed."""
_LEFT_OUT_KEYS = (
    *("/Metadata", "/PieceInfo", "/AA", "/A", "/PA", "/AF", "/EF", "/OPI", "/Ref", "/LastModified", "/Thumb"),
    *("/StructParent", "/StructParents", "/Alternates", "/Measure", "/PtData", "/B", "/Dur", "/Trans", "/Tabs"),
    *("/PresSteps", "/VP", "/DPart", "/SeparationInfo", "/TemplateInstantiated", "/ID", "/PZ"),
)
_MOST_TIMES_LARGER = {"/LZWDecode": 1400, "/LZW": 1400, "/RunLengthDecode": 64, "/RL": 64}
_JPEG = frozenset({"/DCTDecode", "/DCT"})
_FLATE = frozenset({"/FlateDecode", "/Fl"})
_WHITE_SPACE = b"\0\t\n\x0c\r "
_STEP_BYTES = 1024 * 1024

# It tells of faults in the words of the file.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def copied_pdf(content: bytes, _: str) -> bytes:
    """The pages written anew. Raises `Refused`, or whatever the parser raises."""
    if not content.rstrip(_WHITE_SPACE).endswith(b"%%EOF"):
        raise Refused("attachment_appended" if b"%%EOF" in content else "attachment_not_read")
    reader = PdfReader(io.BytesIO(content), root_object_recovery_limit=MOST_PDF_OBJECTS)
    if reader.is_encrypted:
        raise Refused("attachment_encrypted")
    if _objects(reader) > MOST_PDF_OBJECTS:
        raise Refused("attachment_too_complex")
    budget = _Budget()
    for packed in _object_streams(reader):
        budget.spend(packed)
    for found in _dictionaries(reader.trailer):
        _require_passive(found)
        _keep_only(_value(found, "/Resources"), _RESOURCES)
        if isinstance(found, StreamObject):
            budget.spend(found)
    if len(reader.pages) > MOST_PAGES:
        raise Refused("attachment_too_many_pages")
    if not reader.pages:
        raise Refused("attachment_not_read")
    return _written(reader)


def _objects(reader: PdfReader) -> int:
    return sum(map(len, reader.xref.values())) + len(reader.xref_objStm)


def _object_streams(reader: PdfReader) -> Iterator[StreamObject]:
    """The streams that objects are packed in. Nothing refers to them, and the parser unpacks them at the first need."""
    for number in sorted({packed for packed, _ in reader.xref_objStm.values()}):
        found = _resolved(IndirectObject(number, 0, reader))
        if isinstance(found, StreamObject):
            yield found


def _resolved(value: Any) -> Any:
    """What is meant by a value: an object of its own may stand for it.

    Raises:
        Refused: that object only names a further one, which no program writes.
    """
    meant = value.get_object() if isinstance(value, IndirectObject) else value
    if isinstance(meant, IndirectObject):
        raise Refused("attachment_not_read")
    return meant


def _value(found: DictionaryObject, key: str) -> Any:
    """A value of a dictionary, wherever it stands; None where there is none. Its own `get` resolves nothing."""
    return _resolved(dict.get(found, key))


def _filters(stream: StreamObject) -> list[str]:
    """The names of a stream's filters, in their order."""
    filters = _value(stream, "/Filter")
    if filters is None:
        return []
    names = [_resolved(one) for one in (list.__iter__(filters) if isinstance(filters, ArrayObject) else [filters])]
    if not all(isinstance(one, NameObject) for one in names):
        raise Refused("attachment_not_read")
    return [str(one) for one in names]


def _dictionaries(root: DictionaryObject) -> Iterator[DictionaryObject]:
    """Every dictionary and stream that can be reached, each once.

    Raises:
        Refused: there are too many.
    """
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [root]
    count = 0
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            name = (one.idnum, one.generation)
            if name in seen:
                continue
            seen.add(name)
            one = _resolved(one)
        count += 1
        # Objects inside others are not in the file's own list.
        if count > 50 * MOST_PDF_OBJECTS:
            raise Refused("attachment_too_complex")
        if isinstance(one, DictionaryObject):
            yield one
            waiting += dict.values(one)
        elif isinstance(one, ArrayObject):
            waiting += list.__iter__(one)


def _require_passive(found: DictionaryObject) -> None:
    # Not only what says of itself that it is an action: readers are lenient.
    action, annotation = (_value(found, key) for key in ("/S", "/Subtype"))
    acts = action in _ACTIVE_ACTIONS or annotation in _ACTIVE_ANNOTATIONS
    if acts or found.keys() & _ACTIVE_KEYS:
        raise Refused("attachment_active")


class _Budget:
    """What the streams of a file may still unpack to, in bytes."""

    def __init__(self) -> None:
        self._left = MOST_UNPACKED_BYTES

    def spend(self, stream: StreamObject) -> None:
        """Count one stream. Raises `Refused`: it is too much, or packed in a way that no program writes."""
        if "/F" in stream:
            raise Refused("attachment_active")  # its content would lie in another file
        names = _filters(stream)
        if _value(stream, "/Subtype") == "/Image":
            width, height = (int(_value(stream, key) or 0) for key in ("/Width", "/Height"))
            if width * height > MOST_PIXELS:
                raise Refused("attachment_too_many_pixels")
        unpacking = [one for one in names if one in _FLATE or one in _MOST_TIMES_LARGER]
        if len(unpacking) > 1:
            raise Refused("attachment_too_complex")
        raw: bytes = stream._data
        if not unpacking:
            self._take(len(raw))
        elif unpacking[0] in _FLATE and names[0] in _FLATE:
            self._inflate(raw)
        else:
            self._take(len(raw) * _MOST_TIMES_LARGER.get(unpacking[0], 1032))

    def _inflate(self, raw: bytes) -> None:
        unpacked = zlib.decompressobj()
        try:
            while raw and not unpacked.eof:
                self._take(len(unpacked.decompress(raw, _STEP_BYTES)))
                raw = unpacked.unconsumed_tail
        except zlib.error:
            raise Refused("attachment_not_read") from None

    def _take(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise Refused("attachment_too_complex")


def _written(reader: PdfReader) -> bytes:
    writer = PdfWriter()
    for page in reader.pages:
        _keep_only(page, _PAGE_KEYS)
        copy = writer.add_page(page, excluded_keys=(*_LEFT_OUT_KEYS, "/Annots"))
        shown = [_as_picture(one, writer) for one in _annotations(page) if "/AP" in one]
        if shown:
            copy[NameObject("/Annots")] = ArrayObject(shown)
    writer.metadata = None
    for one in writer._objects:
        if isinstance(one, StreamObject):
            _leave_notes_out(one)
    written = io.BytesIO()
    writer.write(written)
    if written.tell() > LARGEST_COPY_BYTES:
        raise Refused("attachment_too_complex")
    return written.getvalue()


def _keep_only(found: Any, known: Collection[str]) -> None:
    """Leave what is unknown out of a dictionary, whatever it is called."""
    if isinstance(found, DictionaryObject):
        for key in found.keys() - known:
            del found[key]


def _leave_notes_out(stream: StreamObject) -> None:
    """Where a stream is a picture of a camera, packed once more or not, what is noted beside it goes.

    Raises:
        Refused: it is packed in a way that no program packs a picture.
    """
    filters = _filters(stream)
    if not _JPEG & set(filters):
        return
    match filters:
        case [_]:
            stream._data = without_notes(stream._data)
        case [packing, _] if packing in _FLATE:
            stream._data = zlib.compress(without_notes(zlib.decompress(stream._data)))
        case _:
            raise Refused("attachment_too_complex")


def _annotations(page: DictionaryObject) -> Iterator[DictionaryObject]:
    """What a page shows beside its own content, without what only leads elsewhere."""
    listed = _value(page, "/Annots")
    for one in list.__iter__(listed) if isinstance(listed, ArrayObject) else ():
        found = _resolved(one)
        if isinstance(found, DictionaryObject) and _value(found, "/Subtype") not in _LEFT_OUT_ANNOTATIONS:
            yield found


def _as_picture(annotation: DictionaryObject, writer: PdfWriter) -> IndirectObject:
    """What is seen of a form's field or a stamp, without what it does."""
    kept = {key: annotation.raw_get(key) for key in _ANNOTATION_KEYS if key in annotation}
    copied = {NameObject(key): value.clone(writer, False, _LEFT_OUT_KEYS) for key, value in kept.items()}
    # Some readers draw a field only as part of a form, but a stamp always.
    copied[NameObject("/Subtype")] = NameObject("/Stamp")
    return writer._add_object(DictionaryObject(copied))
