"""Photographs and scans: their structure is walked to the end, the picture is decoded whole and encoded anew.

The copy has the pixels, turned as the file's orientation says, and nothing else: no EXIF, place, thumbnail, comment,
colour profile or second picture. Colours without their profile differ by a shade, which no document rests on.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image, ImageOps

from degree_auth.adapters.cases.examination.refused import Refused
from degree_auth.domain.cases.attachment import LARGEST_COPY_BYTES, MOST_PIXELS

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}
_PNG_MODES = frozenset({"1", "L", "LA", "RGB", "RGBA", "I;16"})
_JPEG_MODES = frozenset({"L", "RGB"})
_JPEG_QUALITY = 92
_PNG_SIGNATURE_BYTES = 8
_SOI, _EOI, _SOS, _STANDALONE = 0xD8, 0xD9, 0xDA, frozenset({0x01, *range(0xD0, 0xD8)})
_NOTES = frozenset({0xFE, *range(0xE1, 0xEE), 0xEF})
"""Comments, and what applications add; of those JFIF (E0) and Adobe (EE) say how the colours are meant."""

Image.MAX_IMAGE_PIXELS = None  # it would only warn; the size is compared below, before anything is decoded


def copied_image(content: bytes, content_type: str) -> bytes:
    """The picture encoded anew in its own format. Raises `Refused`, or whatever a decoder raises."""
    if content_type == "image/png":
        _require_whole_png(content)
    else:
        _require_whole_jpeg(content)
    with Image.open(io.BytesIO(content), formats=[_FORMATS[content_type]]) as opened:
        width, height = opened.size
        if width * height > MOST_PIXELS:
            raise Refused("attachment_too_many_pixels")
        opened.load()
        try:
            picture = ImageOps.exif_transpose(opened)
        except Exception:  # a whole picture with broken notes about it is shown as it lies
            picture = opened.copy()
    return _encoded(picture, _FORMATS[content_type])


def without_notes(jpeg: bytes) -> bytes:
    """A JPEG as it stands inside a PDF, without what is noted beside the picture; its pixels are not touched.

    Raises:
        Refused: it has no end.
    """
    kept, at, before = [jpeg[:2]], 2, _SOI
    for marker, begin, end in _segments(jpeg, 0):
        # Between segments stands what a scan is drawn from; elsewhere nothing belongs there.
        if before == _SOS:
            kept.append(jpeg[at:begin])
        if marker not in _NOTES:
            kept.append(jpeg[begin:end])
        at, before = end, marker
    return b"".join(kept)


def _encoded(picture: Image.Image, kind: str) -> bytes:
    modes = _PNG_MODES if kind == "PNG" else _JPEG_MODES
    if kind == "PNG" and "transparency" in picture.info:
        picture = picture.convert("RGBA")
    if picture.mode not in modes:
        picture = picture.convert("RGB")
    # What the encoders would take over: profile, comment, resolution, text, exif.
    picture.info.clear()
    written = io.BytesIO()
    if kind == "PNG":
        picture.save(written, "PNG", exif=b"")
    else:
        # Without subsampling: writing and seals in colour stay sharp.
        picture.save(written, "JPEG", quality=_JPEG_QUALITY, subsampling=0, exif=b"", comment=b"")
    copy = written.getvalue()
    if len(copy) > LARGEST_COPY_BYTES:
        raise Refused("attachment_too_many_pixels")
    return copy


def _require_whole_png(content: bytes) -> None:
    """Every chunk is whole and has its right sum, the last is IEND, and nothing follows."""
    at, kinds = _PNG_SIGNATURE_BYTES, []
    while at < len(content):
        if len(content) - at < 12:
            raise Refused("attachment_appended" if b"IEND" in kinds else "attachment_not_read")
        if b"IEND" in kinds:
            raise Refused("attachment_appended")
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        end = at + 12 + length
        if end > len(content) or zlib.crc32(content[at + 4 : end - 4]) != int.from_bytes(content[end - 4 : end]):
            raise Refused("attachment_not_read")
        kinds.append(kind)
        at = end
    if b"acTL" in kinds:
        raise Refused("attachment_moving")
    if kinds[:1] != [b"IHDR"] or kinds[-1:] != [b"IEND"]:
        raise Refused("attachment_not_read")


def _require_whole_jpeg(content: bytes) -> None:
    """The picture has an end, and only further whole pictures (as phones add) or zeros follow it."""
    at = _end_of_jpeg(content, 0)
    while rest := content[at:].lstrip(b"\0"):
        at = len(content) - len(rest)
        if not rest.startswith(b"\xff\xd8"):
            raise Refused("attachment_appended")
        try:
            at = _end_of_jpeg(content, at)
        except Refused:
            raise Refused("attachment_appended") from None


def _end_of_jpeg(content: bytes, start: int) -> int:
    """Where the picture that starts there ends, behind its marker EOI."""
    *_, (_, _, end) = _segments(content, start)
    return end


def _segments(content: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """The segments of the picture that starts there, EOI the last: marker, beginning and end (ITU-T T.81, B.1). Bytes
    that fill up before a marker are of no segment.

    Raises:
        Refused: it has no end.
    """
    at = start + 2
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise Refused("attachment_not_read")
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker == _EOI:
            yield marker, at, at + 2
            return
        elif marker == 0 or marker in _STANDALONE:
            at += 2
        elif marker == _SOI or at + 4 > len(content):
            raise Refused("attachment_not_read")
        else:
            length = int.from_bytes(content[at + 2 : at + 4])
            if length < 2:
                raise Refused("attachment_not_read")
            yield marker, at, at + 2 + length
            at += 2 + length
