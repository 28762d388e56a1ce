"""A certificate scan is read by a function of its own, kept sealed, and shown to the reviewer beside the claim."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfWriter

from degree_auth.adapters.review.recognizing_function import RecognizingFunction
from degree_auth.domain.cases.attachment import ScannedFile
from degree_auth.domain.cases.case import Case
from degree_auth.domain.review.scan_advice import Advice, ScanLine, scan_advice
from degree_auth.domain.shared.errors import Unavailable
from degree_auth.services.cases.attachments import withdraw_upload
from degree_auth.services.review.scan_texts import ScanTexts
from functions.recognize_text.handler import handler
from tests.doubles.world import World
from tests.integration.cases.test_examination import Context, Storage
from tests.integration.cases.test_examination import storage as storage
from tests.samples.certificate_scans import forged, scan_of, scanned_award
from tests.samples.claims import claim_of
from tests.samples.files import png

pytestmark = pytest.mark.requirement("A10", "N4")
LINES = [ScanLine("学士学位证书", 0.99, 0.1), ScanLine("证书编号：1000142099999999", 0.98, 0.8)]
INSIDE_TAGS = re.compile(r"<[^>]+>")


def picture(image: Image.Image, kind: str) -> bytes:
    """A file of Pillow's format `kind`."""
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def pdf(pages: Sequence[tuple[float, float]], password: str | None = None) -> bytes:
    """A PDF of empty pages, each with its width and height in points."""
    document = PdfWriter()
    for width, height in pages:
        document.add_blank_page(width, height)
    if password:
        document.encrypt(password, algorithm="RC4-128")
    file = io.BytesIO()
    document.write(file)
    return file.getvalue()


@dataclass
class Reading:
    """`TextRecognition` that reads what it is told, and counts; `meanwhile` happens while it reads."""

    answer: list[ScanLine] | None
    times: int = 0
    meanwhile: Callable[[], object] = lambda: None

    def lines(self, key: str, content_type: str) -> list[ScanLine] | None:
        self.times += 1
        self.meanwhile()
        assert key.startswith("copies/"), "what strangers sent is read by nobody"
        return self.answer


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def case(world: World) -> Case:
    return world.submit(world.body(discipline="园艺学"))


def with_file(world: World, case: Case, kind: str = "certificate_scan") -> str:
    content = b"%PDF-1.7 a synthetic scan"
    asked = {"kind": kind, "content_type": "application/pdf", "size": len(content)}
    attachment_id, _, _ = world.own_case_commands.announce_attachment(case.case_number, asked, world.now)
    world.documents.objects[f"incoming/{case.case_number}/{attachment_id}"] = content
    assert world.receive(f"incoming/{case.case_number}/{attachment_id}") == "stored"
    return str(attachment_id)


def texts(world: World, answer: list[ScanLine] | None, meanwhile: Callable[[], object] = lambda: None) -> ScanTexts:
    reading = Reading(answer, meanwhile=meanwhile)
    return ScanTexts(store=world.cases, documents=world.documents, sealer=world.keyring, recognition=reading)


def found_bad(world: World, case: Case, attachment_id: str) -> bool:
    """A scanner finds something in the file."""
    file = world.cases.load(case.case_number).file(attachment_id)
    assert file is not None
    finding = ScannedFile(case.case_number, attachment_id, file.sha256 or "")
    return withdraw_upload(world.cases, world.documents, finding, world.now)


def kept_texts(world: World) -> list[str]:
    return [key for key in world.documents.objects if key.startswith("scan-texts/")]


def sheet(world: World, case: Case) -> str:
    world.staff("open_review", case)
    return next(
        content.decode()
        for key, content in world.documents.objects.items()
        if key.endswith(f"{case.case_number}/sheet.html")
    )


def test_the_sheet_says_what_the_scan_appears_to_say_and_that_it_is_advice(world: World, case: Case) -> None:
    before = sheet(world, case)
    assert "机器识读" not in before
    attachment_id = with_file(world, case)
    assert texts(world, LINES).read(case.case_number, attachment_id) == "read"
    after = sheet(world, case)
    assert "仅供参考" in after
    row = next(row for row in re.findall(r"<tr>(.*?)</tr>", after) if "1000142099999999" in row)
    assert 'class="differs">1000142099999999<small> 98%' in row
    assert "未读出" in after


def test_what_was_read_lies_sealed_for_its_case_and_is_read_again_at_will(world: World, case: Case) -> None:
    attachment_id = with_file(world, case)
    for _ in range(2):
        texts(world, LINES).read(case.case_number, attachment_id)
    (kept,) = [content for key, content in world.documents.objects.items() if key.startswith("scan-texts/")]
    assert "学位证书" not in kept.decode()
    assert b"1000142099999999" not in kept


def test_an_unreadable_scan_leaves_every_field_unread(world: World, case: Case) -> None:
    attachment_id = with_file(world, case)
    assert texts(world, None).read(case.case_number, attachment_id) == "unreadable"
    assert "未读出" in sheet(world, case)


def test_a_scan_that_is_withdrawn_leaves_no_text(world: World, case: Case) -> None:
    attachment_id = with_file(world, case)
    texts(world, LINES).read(case.case_number, attachment_id)
    assert len(kept_texts(world)) == 1
    assert found_bad(world, case, attachment_id)
    assert kept_texts(world) == []


def test_a_scan_that_is_withdrawn_while_it_is_read_leaves_no_text(world: World, case: Case) -> None:
    attachment_id = with_file(world, case)
    reading = texts(world, LINES, lambda: found_bad(world, case, attachment_id))
    assert reading.read(case.case_number, attachment_id) == "ignored"
    assert kept_texts(world) == []


@pytest.mark.parametrize("kind", ["identity_document", "evidence", "supplement"])
def test_only_scans_of_certificates_are_read(world: World, case: Case, kind: str) -> None:
    attachment_id = with_file(world, case, kind)
    having = texts(world, LINES)
    assert having.read(case.case_number, attachment_id) == "ignored"
    assert having.read(case.case_number, "nobody's") == "ignored"
    assert having.read("RZ0000000000000000", attachment_id) == "ignored"
    assert isinstance(having.recognition, Reading)
    assert having.recognition.times == 0


class Calling:
    """The client of Lambda: calls the handler, or answers as Lambda does for a function that ended."""

    def __init__(self, *, crashes: bool = False) -> None:
        self.crashes = crashes

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 -- as AWS names them
        assert FunctionName == "recognize"
        if self.crashes:
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(b'{"errorType": "Runtime.OutOfMemory"}')}
        return {"Payload": io.BytesIO(json.dumps(handler(json.loads(Payload), Context())).encode())}


def test_a_function_that_did_not_live_to_answer_is_asked_again_later(storage: Storage) -> None:
    with pytest.raises(Unavailable):
        RecognizingFunction(Calling(crashes=True), "recognize", storage).lines("copies/x", "image/png")


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"", "image/png"),
        (b"", "application/pdf"),
        (b"no picture at all", "image/png"),
        (b"no picture at all", "application/pdf"),
        (png(), "image/png"),
        (png(Image.new("RGB", (3000, 2))), "image/png"),
        (picture(Image.new("RGB", (800, 600)), "JPEG")[:400], "image/jpeg"),
        (picture(Image.new("RGB", (800, 600)), "PDF"), "image/png"),
        (picture(Image.new("RGB", (800, 600)), "JPEG"), "application/pdf"),
        (pdf(()), "application/pdf"),
        (pdf(((14000, 2),)), "application/pdf"),
        (pdf(((0, 0),)), "application/pdf"),
        (pdf(((600, 800),), password="secret"), "application/pdf"),
    ],
    ids=[
        *("nothing", "no-bytes-of-a-pdf", "no-picture", "no-pdf", "tiny", "strip", "cut-off"),
        *("pdf-said-to-be-png", "jpeg-said-to-be-pdf", "no-page", "strip-of-a-page", "empty-page", "encrypted"),
    ],
)
def test_what_is_no_page_is_not_read(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, content: bytes, content_type: str
) -> None:
    monkeypatch.setattr("degree_auth.adapters.review.recognition._engine", lambda: pytest.fail)
    storage.objects["/copies/x"] = content
    assert RecognizingFunction(Calling(), "recognize", storage).lines("copies/x", content_type) is None


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (picture(Image.new("CMYK", (800, 600)), "JPEG"), "image/jpeg"),
        (picture(Image.new("I;16", (800, 600)), "PNG"), "image/png"),
        (picture(Image.new("RGBA", (800, 600)), "PNG"), "image/png"),
        (picture(Image.new("1", (9000, 6000)), "PNG"), "image/png"),
        (pdf(((600, 800),) * 1000), "application/pdf"),
        (pdf(((14400, 14400),)), "application/pdf"),
    ],
    ids=["cmyk", "16-bit", "see-through", "very-large", "a-thousand-pages", "a-very-large-page"],
)
def test_a_page_of_any_kind_reaches_the_engine_in_colour_and_no_larger_than_it_reads(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, content: bytes, content_type: str
) -> None:
    shapes = []

    def seeing(pixels: Any) -> Any:
        shapes.append(pixels.shape)
        return SimpleNamespace(txts=None)

    monkeypatch.setattr("degree_auth.adapters.review.recognition._engine", lambda: seeing)
    storage.objects["/copies/x"] = content
    assert RecognizingFunction(Calling(), "recognize", storage).lines("copies/x", content_type) == []
    assert len(shapes) == 4, "as it lies, and turned three times"
    assert all(max(height, width) <= 2000 and colours == 3 for height, width, colours in shapes)


def test_a_page_on_which_the_engine_fails_is_not_read(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("degree_auth.adapters.review.recognition._engine", lambda: failing)
    storage.objects["/copies/x"] = png(Image.new("RGB", (800, 600)))
    assert RecognizingFunction(Calling(), "recognize", storage).lines("copies/x", "image/png") is None


def test_a_certificate_that_lies_upside_down_is_read_through_its_seal_and_nothing_of_it_is_logged(
    storage: Storage, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    random = Random(14)
    record = scanned_award(random, 14)
    shown = forged(record, "degree.certificate_number", random)
    storage.objects["/copies/x"] = scan_of(shown, "upside_down", random)
    lines = RecognizingFunction(Calling(), "recognize", storage).lines("copies/x", "image/jpeg")
    assert lines is not None
    told = scan_advice(lines, claim_of(record), frozenset({record.institution_name}))
    assert {field for field, one in told.items() if one.advice is Advice.DIFFERS} == {"degree.certificate_number"}
    assert told["degree.certificate_number"].seen == shown.certificate_number
    assert told["holder.name"].advice is Advice.AGREES
    logged = [vars(record) for record in caplog.records]
    assert [one["message"] for one in logged] == ["scan read"]
    written = "".join([str(logged), *capsys.readouterr()])
    assert record.name not in written
    assert shown.certificate_number not in written
