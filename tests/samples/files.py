"""Pictures and PDFs as people send them, made here: invented, and full of notes about themselves."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from PIL import Image, PngImagePlugin
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject

SECRET = b"GPS 39.9042 secret remark"
"""What the notes of every sample say; no copy may have it."""

_ORIENTATION, _DESCRIPTION, _GPS = 0x0112, 0x010E, 0x8825


def picture(width: int = 7, height: int = 5, mode: str = "RGB", seed: int = 1) -> Image.Image:
    """A picture whose every corner differs, smooth enough to survive as a JPEG."""
    made = Image.new("RGB", (width, height))
    made.putdata(
        [
            ((x * 200 // width + seed * 7) % 256, (y * 200 // height + 20) % 256, (x + y + seed) * 3 % 256)
            for y in range(height)
            for x in range(width)
        ]
    )
    return made.convert(mode)


def notes(orientation: int = 1) -> Image.Exif:
    """EXIF with a place, a remark and an orientation."""
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    exif[_DESCRIPTION] = SECRET.decode()
    exif[_GPS] = {1: "N", 2: (39.0, 54.0, 15.0), 29: SECRET.decode()}
    return exif


def jpeg(made: Image.Image | None = None, orientation: int = 1) -> bytes:
    """A JPEG with EXIF, a colour profile, and a comment."""
    written = io.BytesIO()
    more: Mapping[str, Any] = {"exif": notes(orientation), "icc_profile": SECRET * 9, "comment": SECRET}
    (made or picture()).save(written, "JPEG", quality=95, **more)
    return written.getvalue()


def png(made: Image.Image | None = None, orientation: int = 1) -> bytes:
    """A PNG with EXIF, text, time and a colour profile."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode())
    text.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    text.add(b"tIME", struct.pack(">HBBBBB", 2026, 11, 23, 1, 2, 3))
    written = io.BytesIO()
    more: Mapping[str, Any] = {"exif": notes(orientation), "pnginfo": text, "dpi": (300, 300)}
    (made or picture()).save(written, "PNG", icc_profile=SECRET * 9, **more)
    return written.getvalue()


def png_claiming(width: int, height: int, content: bytes = b"") -> bytes:
    """A PNG of few bytes that says it is of this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(content)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def pdf(pages: int = 1, **catalogue: Any) -> bytes:
    """A PDF with a picture that has notes, information about itself, a link, and these entries in its catalogue."""
    writer = PdfWriter()
    for _ in range(pages):
        page = writer.add_blank_page(200, 200)
        image = StreamObject()
        image._data = jpeg()
        image.update(_names(Type="/XObject", Subtype="/Image", ColorSpace="/DeviceRGB", Filter="/DCTDecode"))
        for key, value in (("Width", 7), ("Height", 5), ("BitsPerComponent", 8)):
            image[NameObject(f"/{key}")] = NumberObject(value)
        shown = DictionaryObject({NameObject("/picture"): writer._add_object(image)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): shown})
        drawn = StreamObject()
        drawn._data = b"q 100 0 0 100 0 0 cm /picture Do Q"
        page[NameObject("/Contents")] = writer._add_object(drawn)
        page[NameObject("/Annots")] = ArrayObject([writer._add_object(_link())])
    writer.add_metadata({"/Author": SECRET.decode()})
    for key, value in catalogue.items():
        writer.root_object[NameObject(f"/{key}")] = value
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def pdf_with_image(
    width: int, height: int, data: bytes | None = None, filters: Sequence[str] = ("DCTDecode",)
) -> bytes:
    """A PDF with one picture that says it is of this size, packed like this."""
    writer = PdfWriter(io.BytesIO(pdf()))
    image = next(one for one in writer._objects if isinstance(one, StreamObject) and "/Width" in one)
    image._data = jpeg() if data is None else data
    image[NameObject("/Filter")] = ArrayObject([NameObject(f"/{one}") for one in filters])
    image[NameObject("/Width")], image[NameObject("/Height")] = NumberObject(width), NumberObject(height)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def written_pdf(objects: Sequence[tuple[int, Any]], inside: Collection[int], root: int) -> bytes:
    """A PDF of these numbered objects; those `inside` stand in an object stream, and the table in a stream too."""
    written, places = bytearray(b"%PDF-1.7\n"), dict[int, tuple[int, int, int]]()
    packed, heads = bytearray(), list[bytes]()
    last = max(number for number, _ in objects)
    holder, table = last + 1, last + 2

    def put(number: int, content: bytes) -> None:
        places[number] = (1, len(written), 0)
        written.extend(b"%d 0 obj\n%b\nendobj\n" % (number, content))

    for number, one in objects:
        if number in inside:
            places[number] = (2, holder, len(heads))
            heads.append(b"%d %d" % (number, len(packed)))
            packed += _written(one) + b"\n"
        else:
            put(number, _written(one))
    if heads:
        head = b" ".join(heads) + b"\n"
        entries = b"/Type /ObjStm /N %d /First %d" % (len(heads), len(head))
        put(holder, _stream(entries, zlib.compress(head + packed)))
    start = len(written)
    places[table] = (1, start, 0)
    rows = b"".join(struct.pack(">BIH", *places.get(number, (0, 0, 65535))) for number in range(table + 1))
    put(table, _stream(b"/Type /XRef /W [1 4 2] /Size %d /Root %d 0 R" % (table + 1, root), zlib.compress(rows)))
    return bytes(written) + b"startxref\n%d\n%%%%EOF\n" % start


def _written(one: Any) -> bytes:
    target = io.BytesIO()
    one.write_to_stream(target)
    return target.getvalue()


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<< %b /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (entries, len(data), data)


def action(kind: str, **more: Any) -> DictionaryObject:
    """An action of a PDF."""
    return DictionaryObject({**_names(S=f"/{kind}"), **{NameObject(f"/{key}"): value for key, value in more.items()}})


def rectangle(*corners: int) -> ArrayObject:
    """A rectangle of a PDF."""
    return ArrayObject([NumberObject(one) for one in corners])


def moving_png() -> bytes:
    """A PNG with a second picture that takes the first one's place."""
    written = io.BytesIO()
    picture().save(written, "PNG", save_all=True, append_images=[picture(seed=9)])
    return written.getvalue()


def _link() -> DictionaryObject:
    link = DictionaryObject(_names(Type="/Annot", Subtype="/Link"))
    link[NameObject("/Rect")] = rectangle(0, 0, 10, 10)
    link[NameObject("/A")] = action("URI", URI=TextStringObject(f"https://example.org/?{SECRET.decode()}"))
    return link


def _names(**entries: str) -> dict[NameObject, NameObject]:
    return {NameObject(f"/{key}"): NameObject(value) for key, value in entries.items()}
