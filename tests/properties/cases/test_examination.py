"""Files that strangers send: the copy has the picture and nothing else, and no bytes break the examination."""

from __future__ import annotations

import io
import random
import zlib
from collections.abc import Callable

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps, ImageStat
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from degree_auth.adapters.cases.examination import copied_file, images, pdfs
from degree_auth.domain.cases.attachment import MOST_PAGES, MOST_PIXELS, SIGNATURES
from degree_auth.messages import MESSAGES
from tests.samples import files

pytestmark = pytest.mark.requirement("A10", "N4")
JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
WHOLE: dict[str, bytes] = {JPEG: files.jpeg(), PNG: files.png(), PDF: files.pdf(2)}
NOTES = (files.SECRET, b"Exif", b"eXIf", b"ICC_PROFILE", b"iCCP", b"tEXt", b"iTXt", b"tIME", b"pHYs", b"URI")


def accepted(content: bytes, content_type: str) -> bytes:
    copy = copied_file(content, content_type)
    assert isinstance(copy, bytes), copy
    return copy


def shown(content: bytes) -> Image.Image:
    """What somebody sees who opens a picture."""
    return ImageOps.exif_transpose(Image.open(io.BytesIO(content)))


def differ_by(one: Image.Image, other: Image.Image) -> float:
    """By how much the colours of the pixels differ on average, of 255."""
    assert one.size == other.size
    difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    return sum(ImageStat.Stat(difference).mean) / 3


@given(
    content_type=st.sampled_from([JPEG, PNG]),
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    mode=st.sampled_from(["1", "L", "P", "RGB", "CMYK", "LA", "RGBA"]),
    orientation=st.integers(0, 9),
    seed=st.integers(0, 255),
)
def test_the_copy_of_a_picture_is_the_same_picture_and_says_nothing_else(
    content_type: str, size: tuple[int, int], mode: str, orientation: int, seed: int
) -> None:
    sendable = {JPEG: {"L", "RGB", "CMYK"}, PNG: {"1", "L", "P", "RGB", "LA", "RGBA"}}[content_type]
    made = files.picture(*size, mode if mode in sendable else "RGB", seed)
    sent = (files.jpeg if content_type == JPEG else files.png)(made, orientation)
    assert files.SECRET in sent
    copy = accepted(sent, content_type)
    assert copy.startswith(SIGNATURES[content_type])
    assert [note for note in NOTES if note in copy] == []
    opened = Image.open(io.BytesIO(copy))
    assert dict(opened.getexif()) == {}
    assert not opened.info.keys() & {"comment", "exif", "icc_profile", "dpi", "xmp"}
    assert differ_by(opened, shown(sent)) <= (0 if content_type == PNG else 8)
    if content_type == PNG:
        assert opened.convert("RGBA").tobytes() == shown(sent).convert("RGBA").tobytes()
    # The copy is a file that is accepted itself, and made once more it is the same.
    accepted(copy, content_type)
    assert accepted(sent, content_type) == copy


def test_a_transparent_palette_keeps_its_look() -> None:
    made = files.picture(9, 9, "P")
    written = io.BytesIO()
    made.save(written, "PNG", transparency=made.getpixel((3, 3)))
    copy = Image.open(io.BytesIO(accepted(written.getvalue(), PNG)))
    assert copy.convert("RGBA").tobytes() == Image.open(written).convert("RGBA").tobytes()


def test_the_copy_of_a_pdf_shows_the_same_pages_and_says_nothing_else() -> None:
    sent = WHOLE[PDF]
    copy = accepted(sent, PDF)
    assert files.SECRET in sent
    assert b"URI" in sent
    assert [note for note in NOTES if note in copy] == []
    before, after = pypdfium2.PdfDocument(sent), pypdfium2.PdfDocument(copy)
    assert len(before) == len(after) == 2
    for old, new in zip(before, after, strict=True):
        assert old.render().to_pil().tobytes() == new.render().to_pil().tobytes()
    assert PdfReader(io.BytesIO(copy)).metadata in (None, {})
    accepted(copy, PDF)
    assert accepted(sent, PDF) == copy


def form_that_shows(text: bytes) -> bytes:
    """A PDF with a field of a form that has a look, and does something when it is left."""
    writer = PdfWriter(io.BytesIO(files.pdf()))
    look = StreamObject()
    look._data = text
    look.update({NameObject("/Subtype"): NameObject("/Form"), NameObject("/BBox"): files.rectangle(0, 0, 50, 50)})
    field = DictionaryObject(
        {NameObject("/Subtype"): NameObject("/Widget"), NameObject("/Rect"): files.rectangle(9, 9, 59, 59)}
    )
    field[NameObject("/AP")] = DictionaryObject({NameObject("/N"): writer._add_object(look)})
    field[NameObject("/A")] = files.action("URI", URI=TextStringObject("https://example.org/"))
    field[NameObject("/V")] = TextStringObject(files.SECRET.decode())
    page = writer.pages[0]
    page[NameObject("/Annots")] = ArrayObject([*page["/Annots"], writer._add_object(field)])
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def test_what_a_form_shows_stays_as_a_picture_that_does_nothing() -> None:
    sent = form_that_shows(b"1 0 0 rg 0 0 50 50 re f")
    copy = accepted(sent, PDF)
    assert [note for note in NOTES if note in copy] == []
    (field,) = PdfReader(io.BytesIO(copy)).pages[0]["/Annots"]
    assert field.get_object().keys() == {"/Subtype", "/Rect", "/AP"}
    new = pypdfium2.PdfDocument(copy)[0].render().to_pil()
    assert (255, 0, 0) in {pixel[:3] for _, pixel in new.convert("RGB").getcolors(100_000)}


def script() -> DictionaryObject:
    return files.action("JavaScript", JS=TextStringObject("app.alert(1)"))


@pytest.mark.parametrize(
    "catalogue",
    [
        lambda: {"OpenAction": script()},
        lambda: {"AA": DictionaryObject({NameObject("/WC"): script()})},
        lambda: {"Names": DictionaryObject({NameObject("/JavaScript"): ArrayObject([script()])})},
        lambda: {"OpenAction": files.action("Launch", F=TextStringObject("cmd.exe"))},
        lambda: {"OpenAction": files.action("SubmitForm")},
        lambda: {"OpenAction": files.action("URI", Next=ArrayObject([ArrayObject([script()])]))},
        lambda: {"AcroForm": DictionaryObject({NameObject("/XFA"): ArrayObject()})},
        lambda: {"Anything": DictionaryObject({NameObject("/Subtype"): NameObject("/RichMedia")})},
    ],
)
def test_a_pdf_that_acts_is_refused(catalogue: Callable[[], dict[str, DictionaryObject]]) -> None:
    assert copied_file(files.pdf(**catalogue()), PDF) == "attachment_active"


def scattered(content: bytes, seed: int, chance: int, packed: bool) -> bytes:
    """The same PDF with some values (one in `chance`, all for 1) in objects of their own, nested ones too; `packed` in
    an object stream, as far as they may stand there."""
    writer, draw = PdfWriter(io.BytesIO(content)), random.Random(seed)
    for found in list(filter(None, writer._objects)):
        _scatter(found, writer, draw, chance)
    numbered = [(number, one) for number, one in enumerate(writer._objects, start=1) if one is not None]
    inside = {number for number, one in numbered if packed and not isinstance(one, StreamObject)}
    return files.written_pdf(numbered, inside, writer.root_object.indirect_reference.idnum)


def _scatter(found: object, writer: PdfWriter, draw: random.Random, chance: int) -> None:
    if not isinstance(found, (DictionaryObject, ArrayObject)):
        return
    pairs = dict.items(found) if isinstance(found, DictionaryObject) else enumerate(list.__iter__(found))
    for key, value in list(pairs):
        _scatter(value, writer, draw, chance)
        # A parser looks for these before it can resolve anything.
        if (
            isinstance(value, IndirectObject)
            or key in ("/Length", "/Type", "/Kids", "/Count")
            or draw.randrange(chance)
        ):
            continue
        reference = writer._add_object(value)
        if isinstance(found, DictionaryObject):
            dict.__setitem__(found, key, reference)
        else:
            list.__setitem__(found, key, reference)


SMALL_BOMB = zlib.compress(bytes(300_000), 9)
SCATTERED: dict[str, tuple[Callable[[], bytes], str]] = {
    "script": (lambda: files.pdf(OpenAction=files.action("JavaScript")), "attachment_active"),
    "launch": (
        lambda: files.pdf(OpenAction=files.action("Launch", F=TextStringObject("cmd.exe"))),
        "attachment_active",
    ),
    "media": (
        lambda: files.pdf(Anything=DictionaryObject({NameObject("/Subtype"): NameObject("/RichMedia")})),
        "attachment_active",
    ),
    "bomb": (lambda: packed(5, ["FlateDecode"], SMALL_BOMB), "attachment_too_complex"),
    "bomb in a bomb": (lambda: packed(1, ["FlateDecode"] * 2, zlib.compress(SMALL_BOMB)), "attachment_too_complex"),
    "pixels": (lambda: files.pdf_with_image(MOST_PIXELS // 1000 + 1, 1000), "attachment_too_many_pixels"),
}


@pytest.mark.parametrize("name", SCATTERED)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), chance=st.integers(1, 3), packed=st.booleans())
def test_a_hostile_pdf_is_refused_wherever_its_values_stand(name: str, seed: int, chance: int, packed: bool) -> None:
    made, reason = SCATTERED[name]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdfs, "MOST_UNPACKED_BYTES", 1_000_000)
        assert copied_file(made(), PDF) == reason
        assert copied_file(scattered(made(), seed, chance, packed), PDF) == reason


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), chance=st.integers(1, 3), packed=st.booleans())
def test_the_copy_of_a_scattered_pdf_says_nothing_else_either(seed: int, chance: int, packed: bool) -> None:
    """A parser may find such a file too strange to read; a copy, if there is one, has nothing beside its pages."""
    copy = copied_file(scattered(WHOLE[PDF], seed, chance, packed), PDF)
    if isinstance(copy, str):
        assert copy in MESSAGES
    else:
        assert [note for note in NOTES if note in copy] == []


@pytest.mark.parametrize("links", [[0], [1, 0], [1, 2, 0]])
def test_objects_that_only_name_each_other_are_not_followed(links: list[int]) -> None:
    writer = PdfWriter(io.BytesIO(files.pdf()))
    first = len(writer._objects) + 1
    writer._objects += [IndirectObject(first + following, 0, writer) for following in links]
    writer.root_object[NameObject("/S")] = IndirectObject(first, 0, writer)
    numbered = [(number, one) for number, one in enumerate(writer._objects, start=1) if one is not None]
    root = writer.root_object.indirect_reference.idnum
    assert copied_file(files.written_pdf(numbered, set(), root), PDF) == "attachment_not_read"


def test_an_object_stream_counts_against_what_a_file_may_unpack_to(monkeypatch: pytest.MonkeyPatch) -> None:
    writer = PdfWriter(io.BytesIO(files.pdf()))
    writer._add_object(TextStringObject("x" * 100_000))
    numbered = [(number, one) for number, one in enumerate(writer._objects, start=1) if one is not None]
    inside = {number for number, one in numbered if not isinstance(one, StreamObject)}
    sent = files.written_pdf(numbered, inside, writer.root_object.indirect_reference.idnum)
    accepted(sent, PDF)
    monkeypatch.setattr(pdfs, "MOST_UNPACKED_BYTES", 90_000)
    assert copied_file(sent, PDF) == "attachment_too_complex"


def test_a_picture_that_is_packed_once_more_loses_its_notes_too() -> None:
    sent = files.pdf_with_image(1, 1, zlib.compress(WHOLE[JPEG]), ["FlateDecode", "DCTDecode"])
    assert files.SECRET in zlib.decompress(zlib.compress(WHOLE[JPEG]))
    stream = next(
        one
        for one in PdfWriter(io.BytesIO(accepted(sent, PDF)))._objects
        if isinstance(one, StreamObject) and one.get("/Subtype") == "/Image"
    )
    kept = zlib.decompress(stream._data)
    assert files.SECRET not in kept
    assert differ_by(Image.open(io.BytesIO(kept)), Image.open(io.BytesIO(WHOLE[JPEG]))) == 0
    odd = files.pdf_with_image(1, 1, WHOLE[JPEG].hex().encode() + b">", ["ASCIIHexDecode", "DCTDecode"])
    assert copied_file(odd, PDF) == "attachment_too_complex"


def noted(where: str) -> bytes:
    """A progressive picture with a note at an odd place."""
    written = io.BytesIO()
    files.picture(64, 48).save(written, "JPEG", progressive=True)
    plain = written.getvalue()
    note = b"\xff\xe1" + (len(files.SECRET) + 2).to_bytes(2) + files.SECRET
    places = {
        "behind a fill byte": (2, b"\xff" + note),
        "behind fill bytes": (2, b"\xff\xff\xff" + note),
        "between scans": (plain.rfind(b"\xff\xda"), note),
        "outside of every segment": (plain.find(b"\xff\xdb"), files.SECRET),
    }
    at, added = places[where]
    return plain[:at] + added + plain[at:]


@pytest.mark.parametrize(
    "where", ["behind a fill byte", "behind fill bytes", "between scans", "outside of every segment"]
)
def test_a_picture_inside_a_pdf_loses_its_notes_wherever_they_stand(where: str) -> None:
    sent = noted(where)
    kept = images.without_notes(sent)
    assert files.SECRET not in kept
    assert differ_by(Image.open(io.BytesIO(kept)), Image.open(io.BytesIO(sent))) == 0


@pytest.mark.parametrize("place", ["page", "resources", "property list", "resources of a form"])
def test_what_no_page_is_printed_from_stays_behind_whatever_it_is_called(place: str) -> None:
    writer = PdfWriter(io.BytesIO(files.pdf()))
    page, secret = writer.pages[0], TextStringObject(files.SECRET.decode())
    named = DictionaryObject({NameObject("/Vendor"): secret})
    resources = page.setdefault(NameObject("/Resources"), DictionaryObject()).get_object()
    if place == "page":
        page[NameObject("/Vendor")] = secret
    elif place == "resources":
        resources[NameObject("/Vendor")] = secret
    elif place == "property list":
        resources[NameObject("/Properties")] = DictionaryObject({NameObject("/MC0"): named})
    else:
        form = StreamObject()
        form[NameObject("/Subtype")] = NameObject("/Form")
        form[NameObject("/Resources")] = named
        resources[NameObject("/XObject")] = DictionaryObject({NameObject("/F0"): writer._add_object(form)})
    sent = io.BytesIO()
    writer.write(sent)
    written = PdfWriter(io.BytesIO(accepted(sent.getvalue(), PDF)))._objects
    assert files.SECRET.decode() not in repr([one for one in written if one is not None])


def test_an_embedded_file_stays_behind() -> None:
    writer = PdfWriter(io.BytesIO(files.pdf()))
    writer.add_attachment("secret.txt", b"embedded secret" * 9)
    written = io.BytesIO()
    writer.write(written)
    copy = accepted(written.getvalue(), PDF)
    assert b"EmbeddedFile" in written.getvalue()
    assert b"Embedded" not in copy
    assert b"secret" not in copy


def encrypted() -> bytes:
    writer = PdfWriter(io.BytesIO(files.pdf()))
    writer.encrypt("", "owner", algorithm="AES-256")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def packed(times: int, filters: list[str], data: bytes) -> bytes:
    """A PDF with streams that are packed like this."""
    writer = PdfWriter()
    page = writer.add_blank_page(10, 10)
    streams = ArrayObject()
    for _ in range(times):
        stream = StreamObject()
        stream._data = data
        stream[NameObject("/Filter")] = ArrayObject([NameObject(f"/{one}") for one in filters])
        streams.append(writer._add_object(stream))
    page[NameObject("/Contents")] = streams
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


BOMB = zlib.compress(bytes(60 * 1024 * 1024), 9)


@pytest.mark.parametrize(
    ("content_type", "content", "reason"),
    [
        (PNG, lambda: WHOLE[PNG] + b"PK\x03\x04 an archive", "attachment_appended"),
        (PNG, lambda: WHOLE[PNG] + WHOLE[PDF], "attachment_appended"),
        (JPEG, lambda: WHOLE[JPEG] + b"<script>", "attachment_appended"),
        (JPEG, lambda: WHOLE[JPEG] + b"\xff\xd8 and no end", "attachment_appended"),
        (PDF, lambda: WHOLE[PDF] + b"PK\x03\x04 an archive", "attachment_appended"),
        (PNG, lambda: WHOLE[PNG][:-30], "attachment_not_read"),
        (JPEG, lambda: WHOLE[JPEG][:-30], "attachment_not_read"),
        (PDF, lambda: WHOLE[PDF][:-400], "attachment_not_read"),
        (PNG, lambda: WHOLE[JPEG], "attachment_not_read"),
        (PDF, lambda: b"%PDF-1.7\n%%EOF", "attachment_not_read"),
        (PNG, lambda: files.png_claiming(MOST_PIXELS // 1000 + 1, 1000), "attachment_too_many_pixels"),
        (PNG, lambda: files.png_claiming(2**31 - 1, 2**31 - 1), "attachment_too_many_pixels"),
        (PNG, lambda: files.png_claiming(8000, 8000, b"few rows"), "attachment_not_read"),
        (PNG, files.moving_png, "attachment_moving"),
        (PDF, encrypted, "attachment_encrypted"),
        (PDF, lambda: files.pdf(MOST_PAGES + 1), "attachment_too_many_pages"),
        (PDF, lambda: packed(5, ["FlateDecode"], BOMB), "attachment_too_complex"),
        (PDF, lambda: packed(1, ["FlateDecode", "FlateDecode"], zlib.compress(BOMB)), "attachment_too_complex"),
        (PDF, lambda: packed(1, ["LZWDecode"], bytes(200_000)), "attachment_too_complex"),
        (PDF, lambda: packed(1, ["ASCIIHexDecode", "FlateDecode"], BOMB.hex().encode() * 4), "attachment_too_complex"),
    ],
)
def test_what_is_not_one_whole_harmless_file_is_refused_and_told_why(
    content_type: str, content: Callable[[], bytes], reason: str
) -> None:
    assert copied_file(content(), content_type) == reason
    assert reason in MESSAGES


def test_a_phones_second_picture_is_let_in_and_left_behind() -> None:
    sent = WHOLE[JPEG] + files.jpeg(files.picture(3, 3)) + b"\0\0"
    assert accepted(sent, JPEG) == accepted(WHOLE[JPEG], JPEG)


def test_too_many_objects_are_not_counted_to_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfs, "MOST_PDF_OBJECTS", 3)
    assert copied_file(files.pdf(), PDF) == "attachment_too_complex"


def test_a_copy_beyond_its_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "LARGEST_COPY_BYTES", 10)
    monkeypatch.setattr(pdfs, "LARGEST_COPY_BYTES", 10)
    assert copied_file(WHOLE[PNG], PNG) == "attachment_too_many_pixels"
    assert copied_file(WHOLE[PDF], PDF) == "attachment_too_complex"


@settings(max_examples=300, deadline=None)
@given(content_type=st.sampled_from([JPEG, PNG, PDF]), seed=st.integers(0, 2**32), times=st.integers(1, 12))
def test_no_change_of_a_file_breaks_the_examination(content_type: str, seed: int, times: int) -> None:
    chance, content = random.Random(seed), bytearray(WHOLE[content_type])
    for _ in range(times):
        at = chance.randrange(len(content))
        match chance.randrange(5):
            case 0:
                content[at] = chance.randrange(256)
            case 1:
                del content[at : at + chance.randrange(1, 60)]
            case 2:
                content[at:at] = chance.randbytes(chance.randrange(1, 20))
            case 3:
                content[at:at] = content[chance.randrange(len(content)) :][: chance.randrange(1, 200)]
            case _:
                content[at : at + 4] = chance.choice([b"\0\0\0\0", b"\xff\xff\xff\xff", b"9999", b"/JS "])
        if not content:
            return
    copy = copied_file(bytes(content), content_type)
    if isinstance(copy, bytes):
        assert copied_file(copy, content_type) == copy or isinstance(copied_file(copy, content_type), bytes)
    else:
        assert copy in MESSAGES
