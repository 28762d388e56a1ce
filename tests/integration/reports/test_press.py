"""The press as a whole: page, PDF/A, credential, signature, and what a changed file looks like."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import shutil
import subprocess
import unicodedata
import warnings
from ctypes import c_double
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import boto3
import pypdfium2
import pytest
import zxingcpp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fontTools.ttLib import TTFont
from joserfc import jws
from joserfc.jwk import KeySet, RSAKey
from moto import mock_aws
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from degree_auth.adapters.reports.press import ReportPress, TimeAuthority
from degree_auth.adapters.reports.signing_key import KeyMismatch, public_jwk, read_chain
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.cases.names import CHOICE_NAMES
from degree_auth.domain.cases.report_state import Basis
from degree_auth.domain.reports.codes import check_link
from degree_auth.domain.reports.issued_document import IssuedDocument, Timestamp
from degree_auth.domain.reports.issuer import Issuer, context_address, credential_context
from degree_auth.domain.reports.printable import Coverage, UnprintableCharacter, unprintable_characters
from degree_auth.services.reports.check import check_report
from degree_auth.services.reports.ports import TimestampUnavailable
from tests.doubles.memory import MemoryCases
from tests.doubles.report_log import MemoryReportLog
from tests.samples.report import CONTENT
from tools import build_fonts, signing_certificate, time_authority

REGION = "cn-north-1"
LONGEST = replace(
    CONTENT,
    holder_name=("样本娜尔·" * 20)[:100],
    institution_name=("合成样本工程技术大学" * 10)[:100],
    category="工商管理硕士（高级管理人员工商管理硕士专业学位）",
    discipline=("样本材料与工程（合成方向）" * 20)[:200],
    certificate_number="（2006）样本字第" + "ABCDEFGH-" * 7,
    basis=Basis.INSTITUTION,
)

TWO_LANGUAGES = re.compile("[㐀-鿿].*[A-Za-z][a-z]|[A-Za-z][a-z].*[㐀-鿿]")
GAP = 8  # points; the columns of the page stand farther apart, the words of a line nearer together


@pytest.fixture(scope="module")
def fonts() -> Path:
    return build_fonts.build()


@pytest.fixture(scope="module")
def aws():
    """KMS, SSM, a signing key with its certificate, and the root to trust."""
    with mock_aws():
        kms, ssm = boto3.client("kms", region_name=REGION), boto3.client("ssm", region_name=REGION)
        key_id = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
        yield SimpleNamespace(kms=kms, ssm=ssm, key_id=key_id)


@pytest.fixture(scope="module")
def chain(aws, tmp_path_factory) -> str:
    out = tmp_path_factory.mktemp("certificate")
    signing_certificate.provision(aws.kms, aws.ssm, aws.key_id, "/test/certificate", "local", out)
    return aws.ssm.get_parameter(Name="/test/certificate")["Parameter"]["Value"]


@pytest.fixture(scope="module")
def press(aws, chain, fonts) -> ReportPress:
    return ReportPress(aws.kms, aws.key_id, chain, "local", fonts)


@pytest.fixture(scope="module")
def report(press):
    return press.press(CONTENT)


def _verdict(pdf: bytes, chain: str):
    root = list(load_certs_from_pemder_data(chain.encode()))[-1]
    reader = PdfFileReader(io.BytesIO(pdf))
    return validate_pdf_signature(
        reader.embedded_signatures[0], ValidationContext(trust_roots=[root], allow_fetching=False)
    )


def _accepted(pdf: bytes, chain: str) -> bool:
    """Whether a reader would call this file unchanged and certified by the centre."""
    try:
        return _verdict(pdf, chain).bottom_line
    except Exception:  # a file too broken to read is not accepted either
        return False


def _text(pdf: bytes) -> str:
    """The words of the page, read back through each font's own map from glyph to character."""
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded()


def _lines(pdf: bytes) -> list[str]:
    """The lines of the page as an eye takes them: on one base line, without a gap that parts two texts."""
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    x, y = c_double(), c_double()
    lines: list[str] = []
    end, base = 0.0, 0.0
    for place in range(page.count_chars()):
        character = page.get_text_range(place, 1)
        if not character.strip():
            continue
        pypdfium2.raw.FPDFText_GetCharOrigin(page.raw, place, x, y)
        left, _, right, _ = page.get_charbox(place, loose=True)
        same = abs(y.value - base) < 1 and -1 < left - end < GAP
        lines[-1:] = [lines[-1] + character] if lines and same else [*lines[-1:], character]
        end, base = right, y.value
    return lines


@pytest.mark.requirement("A2", "A5")
def test_the_signature_is_valid_trusted_and_forbids_every_change(report, chain):
    verdict = _verdict(report.pdf, chain)
    assert verdict.intact
    assert verdict.valid
    assert verdict.trusted
    assert verdict.bottom_line
    assert verdict.docmdp_ok
    reader = PdfFileReader(io.BytesIO(report.pdf))
    assert reader.embedded_signatures[0].docmdp_level is MDPPerm.NO_CHANGES
    assert reader.embedded_signatures[0].self_reported_timestamp == CONTENT.issued_at


@pytest.mark.requirement("A5")
def test_poppler_accepts_the_signature(report, tmp_path):
    _poppler_accepts(report.pdf, tmp_path)


def _poppler_accepts(pdf, tmp_path):
    program = shutil.which("pdfsig")
    if program is None:
        warnings.warn("pdfsig (poppler-utils) is not installed: poppler's verdict was NOT checked", stacklevel=1)
        pytest.skip("pdfsig is not installed")
    file = tmp_path / "report.pdf"
    file.write_bytes(pdf)
    said = subprocess.run([program, "-nocert", str(file)], capture_output=True, text=True, check=True).stdout  # noqa: S603
    assert "Signature is Valid" in said
    assert "Total document signed" in said


@pytest.mark.requirement("A5", "N2")
def test_one_changed_bit_anywhere_shows(report, chain):
    """The hash tells every change; the signature tells all but those inside its own hexadecimal gap."""
    pdf = report.pdf
    start, before, after, _ = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0].byte_range
    gap = range(start + before, after)
    assert pdf[gap.start : gap.start + 1] == b"<"
    assert hashlib.sha256(pdf).hexdigest() == report.sha256
    places = sorted({*range(0, len(pdf), len(pdf) // 60), *range(gap.start, gap.stop, len(gap) // 20), len(pdf) - 1})
    assert any(place in gap for place in places)
    for turn, place in enumerate(places):
        changed = bytearray(pdf)
        changed[place] ^= 1 << turn % 8
        assert hashlib.sha256(changed).hexdigest() != report.sha256
        if place not in gap:
            assert not _accepted(bytes(changed), chain), f"the change of byte {place} went unseen"


@pytest.mark.requirement("N2")
def test_a_report_with_something_appended_is_no_longer_certified(report, chain):
    assert not _accepted(report.pdf + b"\n%%EOF\n", chain)


def _revised(pdf, change):
    """The file with an update behind its signed revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _note_over_the_name(writer):
    page = writer.root["/Pages"]["/Kids"][0]
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (150, 560, 400, 590))),
            pdf_name("/Contents"): generic.TextStringObject("合成别人"),
            pdf_name("/DA"): generic.TextStringObject("/Helv 14 Tf"),
        }
    )
    notes = page.get("/Annots", generic.ArrayObject())
    page["/Annots"] = generic.ArrayObject([*notes, writer.add_object(note)])
    writer.update_container(page)


def _more_on_the_page(writer):
    drawn = writer.add_object(generic.StreamObject(stream_data=b"1 1 1 rg 150 560 250 30 re f"))
    writer.add_stream_to_page(0, drawn)


def _another_credential(writer):
    attached = writer.root["/AF"].raw_get(0).get_object()
    other = generic.StreamObject(stream_data=b"e30.e30.e30")
    attached["/EF"] = generic.DictionaryObject({pdf_name("/F"): writer.add_object(other)})
    writer.update_container(attached)


def _without_signature(writer):
    del writer.root["/AcroForm"]
    writer.update_root()


def _flipped(pdf, place):
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


def _gap(pdf):
    start, before, _, _ = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0].byte_range
    return start + before


TAMPERED = {
    "a note over the name": lambda pdf: _revised(pdf, _note_over_the_name),
    "more drawn on the page": lambda pdf: _revised(pdf, _more_on_the_page),
    "another credential attached": lambda pdf: _revised(pdf, _another_credential),
    "bytes after the end": lambda pdf: pdf + b"\n% synthetic\n",
    "a bit in the signature's own gap": lambda pdf: _flipped(pdf, _gap(pdf) + 40),
    "a bit of the content": lambda pdf: _flipped(pdf, len(pdf) // 3),
    "no signature field": lambda pdf: _revised(pdf, _without_signature),
}


@pytest.mark.requirement("A15", "N2")
@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED)
def test_the_check_of_the_file_refuses_whatever_was_done_to_it(report, change):
    stored = IssuedDocument(
        CONTENT.report_number,
        "RZ1",
        1,
        "valid",
        report.sha256,
        "key",
        CONTENT.issued_at,
        {"basis": "register"},
        "award",
    )
    cases = MemoryCases()
    cases.reports[stored.report_number] = stored
    keyring = Keyring(b"a master secret of thirty-two bytes or more")

    def checked(pdf):
        asked = {"sha256": hashlib.sha256(pdf).hexdigest()}
        return check_report(cases, keyring, MemoryReportLog(), asked, pytest.fail)

    tampered = change(report.pdf)
    assert PdfFileReader(io.BytesIO(tampered)).root["/Pages"]["/Count"] == 1
    assert checked(report.pdf)["state"] == "valid"
    refused = checked(tampered)
    assert (refused["state"], refused["report"]) == ("unknown", None)
    assert {"what": "file", "result": "failed"} in refused["checked"]


@pytest.mark.requirement("A5")
def test_the_credential_inside_the_file_is_the_one_served_beside_it(report):
    attached = PdfFileReader(io.BytesIO(report.pdf)).root["/AF"].raw_get(0).get_object()
    assert attached["/UF"] == "credential.jwt"
    assert attached["/EF"]["/F"].data.decode() == report.credential


@pytest.mark.requirement("A5")
def test_the_credential_verifies_with_the_published_key_and_says_what_the_page_says(report, chain):
    jwk = public_jwk(read_chain(chain))
    keys = KeySet.import_key_set(Issuer(CONTENT.check_url, jwk).key_set())
    verified = jws.deserialize_compact(report.credential, keys, algorithms=["RS256"])
    assert verified.protected["typ"] == "vc+jwt"
    claims = json.loads(verified.payload)
    assert claims["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert "VerifiableCredential" in claims["type"]
    assert claims["validFrom"] == "2026-11-23T17:30:05+08:00"
    assert claims["credentialSubject"]["name"] == CONTENT.holder_name
    assert claims["credentialSubject"]["degree"]["certificateNumber"] == CONTENT.certificate_number
    assert claims["credentialSubject"]["degree"]["awardDate"] == "2022-06-30"
    assert claims["onlineCheck"] == check_link(CONTENT.check_url, CONTENT.report_number, CONTENT.check_code)


@pytest.mark.requirement("A5")
def test_issuer_and_key_of_the_credential_are_those_of_its_did_document(report, chain):
    header, claims = (json.loads(base64.urlsafe_b64decode(f"{part}==")) for part in report.credential.split(".")[:2])
    jwk = public_jwk(read_chain(chain))
    document = Issuer(CONTENT.check_url, jwk).did_document()
    (method,) = document["verificationMethod"]
    assert claims["issuer"]["id"] == document["id"] == "did:web:check.example"
    assert header["kid"] == method["id"] == method["publicKeyJwk"]["kid"]
    assert document["assertionMethod"] == [header["kid"]]
    public = RSAKey.import_key(method["publicKeyJwk"])
    assert header["kid"].endswith(f"#{public.thumbprint()}")
    leaf = x509.load_der_x509_certificate(base64.b64decode(jwk["x5c"][0]))
    assert leaf.public_key() == public.public_key


OF_THE_W3C = {
    *("@context", "type", "id", "name", "issuer", "validFrom", "evidence", "credentialSubject", "description"),
    *("credentialStatus", "statusPurpose", "statusListIndex", "statusListCredential"),
}


def _names(value):
    if isinstance(value, dict):
        yield from (name for name in value if name not in ("@value", "@language"))
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _names(inner)


@pytest.mark.requirement("A5")
def test_every_term_of_the_credential_has_a_meaning(report):
    claims = json.loads(base64.urlsafe_b64decode(report.credential.split(".")[1] + "=="))
    own = credential_context()["@context"]
    w3c, explained = claims["@context"]
    assert (w3c, explained) == ("https://www.w3.org/ns/credentials/v2", context_address(CONTENT.check_url))
    types = {*claims["type"], claims["evidence"]["type"]} - {"VerifiableCredential"}
    assert set(_names(claims)) | types == (OF_THE_W3C | own.keys()) - {"@version", "@protected"}
    assert OF_THE_W3C.isdisjoint(own)


@pytest.mark.requirement("A5", "A15")
def test_the_credential_says_in_which_list_its_status_stands(report):
    claims = json.loads(base64.urlsafe_b64decode(report.credential.split(".")[1] + "=="))
    assert claims["credentialStatus"] == {
        "id": "https://check.example/status-lists/2026-1#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": "https://check.example/status-lists/2026-1",
    }


@pytest.mark.requirement("A5", "A15")
def test_the_credential_names_the_log_in_which_its_issue_must_be_found(aws, report):
    claims = json.loads(base64.urlsafe_b64decode(report.credential.split(".")[1] + "=="))
    public_key = aws.kms.get_public_key(KeyId=aws.key_id)["PublicKey"]
    assert claims["reportLog"] == {
        "logId": hashlib.sha256(public_key).hexdigest(),
        "head": "https://check.example/v1/log/head",
    }


@pytest.mark.requirement("A5")
def test_the_page_says_every_fact_in_both_languages(report):
    text = re.sub(r"\s+", "", _text(report.pdf))
    said = [
        *(CONTENT.report_number, CONTENT.check_code, CONTENT.holder_name, CONTENT.institution_name),
        *(CONTENT.institution_code, CONTENT.category, CONTENT.discipline, CONTENT.certificate_number),
        *CHOICE_NAMES[CONTENT.sex],
        *CHOICE_NAMES[CONTENT.level],
        *CHOICE_NAMES[CONTENT.study_form],
        "Master of Engineering",
        *("1999年2月3日", "3 February 1999", "2022年6月30日", "30 June 2022", "2026-11-23 17:30:05"),
        *("与学位授予信息年报数据库比对一致", "national register of degree awards", "以在线校验结果为准"),
        "The online check is the authority",
    ]
    missing = [words for words in said if re.sub(r"\s+", "", words) not in text]
    assert missing == []


@pytest.mark.requirement("A5", "N6")
def test_no_line_of_a_report_holds_two_languages(report):
    lines = _lines(report.pdf)
    assert {"姓名", "Name", "证书持有人", "Holder", "学位授予单位", "样本大学（99999）"} <= set(lines)
    assert [line for line in lines if TWO_LANGUAGES.search(line)] == []


@pytest.mark.requirement("A5")
@pytest.mark.parametrize("content", [CONTENT, LONGEST], ids=["usual", "longest"])
def test_a_report_has_one_page_however_long_its_values_are(press, content):
    page = press._typesetter.typeset(content, "e30.e30.e30")
    assert PdfFileReader(io.BytesIO(page)).root["/Pages"]["/Count"] == 1


@pytest.mark.requirement("A5")
def test_the_file_claims_pdf_a_3a_and_is_tagged(report):
    root = PdfFileReader(io.BytesIO(report.pdf)).root
    metadata = root["/Metadata"].data.decode()
    assert "pyHanko" not in metadata
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("zh")
    assert root["/AF"].raw_get(0).get_object()["/AFRelationship"] == "/Alternative"


@pytest.mark.requirement("N1")
def test_the_same_content_makes_the_same_page(press):
    pages = {press._typesetter.typeset(CONTENT, "e30.e30.e30") for _ in range(3)}
    assert len(pages) == 1


@pytest.mark.requirement("N2")
@pytest.mark.parametrize(("environment", "marked"), [("local", True), ("staging", True), ("production", False)])
def test_only_production_prints_without_the_specimen_mark(aws, chain, fonts, environment, marked):
    press = ReportPress(aws.kms, aws.key_id, chain, environment, fonts)
    assert ("SPECIMEN" in _text(press.press(CONTENT).pdf)) is marked


@pytest.mark.requirement("A5")
def test_the_qr_code_on_the_page_leads_to_the_check_of_this_report(report):
    image = pypdfium2.PdfDocument(report.pdf)[0].render(scale=3).to_numpy()
    found = [code.text for code in zxingcpp.read_barcodes(image)]
    assert found == [check_link(CONTENT.check_url, CONTENT.report_number, CONTENT.check_code)]


@pytest.mark.requirement("N2")
def test_a_character_that_no_font_has_prints_nothing_at_all(press):
    with pytest.raises(UnprintableCharacter) as told:
        press.press(replace(CONTENT, holder_name="合成\U0003134a"))
    assert told.value.characters == ("\U0003134a",)


@pytest.mark.requirement("N2")
def test_the_typesetter_itself_refuses_a_missing_glyph(press):
    """Should the list of printable characters ever promise too much, nothing prints as a box."""
    with pytest.raises(RuntimeError, match="PDF/A"):
        press._typesetter.typeset(replace(CONTENT, holder_name="合成\U0003134a"), "e30.e30.e30")


@pytest.mark.requirement("N2")
def test_the_recorded_coverage_is_what_the_shipped_fonts_have(fonts):
    characters: set[int] = set()
    for file in (*fonts.glob("*.otf"), *fonts.glob("*.ttf")):
        characters |= set(TTFont(file, lazy=True).getBestCmap())
    recorded = Coverage.parse(build_fonts.RECORDED.read_text("utf-8"))
    assert build_fonts.RECORDED.read_text("utf-8") == (fonts / "printable.txt").read_text("utf-8")
    ranges = zip(recorded.firsts, recorded.lasts, strict=True)
    promised = {point for first, last in ranges for point in range(first, last + 1)}
    assert promised <= characters


@pytest.mark.requirement("N2")
def test_what_the_coverage_promises_the_typesetter_prints_and_a_reader_reads_back(press):
    recorded = Coverage.parse(build_fonts.RECORDED.read_text("utf-8"))
    ranges = zip(recorded.firsts, recorded.lasts, strict=True)
    letters = [c for first, last in ranges for c in map(chr, range(first, last + 1)) if c.isalnum()]
    sample = [c for c in letters[::40] if unicodedata.normalize("NFKC", c) == c and not unicodedata.combining(c)]
    assert len(sample) > 500
    for start in range(0, len(sample), 150):
        words = "".join(sample[start : start + 150])
        page = press._typesetter.typeset(replace(CONTENT, discipline=words), "e30.e30.e30")
        text = _text(page)
        assert [c for c in words if c not in text] == []


@pytest.mark.requirement("N2")
def test_the_fonts_print_the_characters_of_everyday_and_of_rare_names(fonts):
    coverage = Coverage.parse((fonts / "printable.txt").read_text("utf-8"))
    urban = "".join(map(chr, range(0x4E00, 0x9FA6)))
    assert unprintable_characters(urban + "䶮𠮷㛃·〇ÜüÀéŁřğễЖәΩ", coverage) == ()


@pytest.mark.requirement("N2")
def test_a_certificate_of_another_key_signs_nothing(aws, chain, fonts):
    other = aws.kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    with pytest.raises(KeyMismatch):
        ReportPress(aws.kms, other, chain, "local", fonts).press(CONTENT)


@pytest.fixture(scope="module")
def timestamped(aws, fonts, tmp_path_factory):
    """A press with the local timestamp authority: its chain, its authority, and one report."""
    folder = tmp_path_factory.mktemp("authority")
    server = time_authority.server(folder, 0)
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    signing_certificate.provision(aws.kms, aws.ssm, aws.key_id, "/test/timestamped", "local", folder, url)
    chain = aws.ssm.get_parameter(Name="/test/timestamped")["Parameter"]["Value"]
    authority = TimeAuthority(url, read_chain(chain)[-1:])
    press = ReportPress(aws.kms, aws.key_id, chain, "local", fonts, authority)
    yield SimpleNamespace(chain=chain, authority=authority, press=press, report=press.press(CONTENT), folder=folder)
    server.shutdown()
    server.server_close()


@pytest.mark.requirement("A5")
def test_a_timestamp_authority_proves_the_time_of_signing(timestamped):
    before = datetime.now(UTC) - timedelta(hours=1)
    verdict = _verdict(timestamped.report.pdf, timestamped.chain)
    assert verdict.bottom_line
    assert verdict.timestamp_validity.valid
    assert verdict.timestamp_validity.trusted
    said = timestamped.report.timestamp
    assert said == Timestamp(verdict.timestamp_validity.timestamp, "Degree Authentication Centre TEST Timestamps")
    assert before < said.at <= datetime.now(UTC)


@pytest.mark.requirement("A5")
def test_years_later_the_file_alone_tells_that_no_certificate_was_revoked(timestamped):
    """PAdES B-LT: with nothing fetched, and lists of revoked certificates demanded for every certificate."""
    reader = PdfFileReader(io.BytesIO(timestamped.report.pdf))
    demanded = {
        "trust_roots": [list(load_certs_from_pemder_data(timestamped.chain.encode()))[-1]],
        "allow_fetching": False,
        "revocation_mode": "require",
    }
    with_what_it_carries = DocumentSecurityStore.read_dss(reader).as_validation_context(demanded)
    verdict = validate_pdf_signature(reader.embedded_signatures[0], with_what_it_carries)
    assert verdict.bottom_line
    assert reader.embedded_signatures[0].docmdp_level is MDPPerm.NO_CHANGES


@pytest.mark.requirement("A5")
def test_without_an_authority_nothing_of_that_is_claimed(report, chain):
    assert report.timestamp is None
    assert _verdict(report.pdf, chain).timestamp_validity is None
    assert "/DSS" not in PdfFileReader(io.BytesIO(report.pdf)).root


@pytest.mark.requirement("A5")
def test_poppler_accepts_the_timestamped_file_as_signed_as_a_whole(timestamped, tmp_path):
    _poppler_accepts(timestamped.report.pdf, tmp_path)


@pytest.mark.requirement("A5", "N2")
def test_nothing_can_be_changed_in_a_timestamped_file_either(timestamped):
    for change in TAMPERED.values():
        tampered = change(timestamped.report.pdf)
        assert hashlib.sha256(tampered).hexdigest() != timestamped.report.sha256
    assert not _accepted(timestamped.report.pdf + b"\n%%EOF\n", timestamped.chain)


@pytest.mark.requirement("N1", "N2")
def test_an_authority_that_does_not_answer_is_told_apart_and_asked_anew(aws, fonts, timestamped, monkeypatch):
    press = ReportPress(aws.kms, aws.key_id, timestamped.chain, "local", fonts, timestamped.authority)
    key = timestamped.folder / signing_certificate.AUTHORITY_FILE
    kept = key.read_bytes()
    key.unlink()
    with pytest.raises(TimestampUnavailable):
        press.press(CONTENT)
    key.write_bytes(kept)
    assert press.press(CONTENT).timestamp


@pytest.mark.requirement("N2")
def test_an_authority_that_nobody_vouches_for_stamps_nothing(aws, fonts, timestamped, chain):
    other = TimeAuthority(timestamped.authority.url, read_chain(chain)[-1:])
    with pytest.raises(TimestampUnavailable):
        ReportPress(aws.kms, aws.key_id, timestamped.chain, "local", fonts, other).press(CONTENT)


@pytest.mark.requirement("N2")
def test_without_the_list_of_revoked_certificates_nothing_is_signed(aws, fonts, timestamped):
    listed = timestamped.folder / signing_certificate.REVOKED_FILE
    kept = listed.read_bytes()
    listed.unlink()
    press = ReportPress(aws.kms, aws.key_id, timestamped.chain, "local", fonts, timestamped.authority)
    with pytest.raises(TimestampUnavailable):
        press.press(CONTENT)
    listed.write_bytes(kept)
    assert press.press(CONTENT).timestamp


@pytest.mark.requirement("A5")
def test_what_a_timestamp_adds_to_a_file_stays_small(report, timestamped):
    assert len(timestamped.report.pdf) - len(report.pdf) < 24 * 1024


class _Kms:
    """KMS with its documented limit: messages over 4,096 bytes only as their digest."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        self.types: list[str] = []

    def get_public_key(self, **_):
        return {"PublicKey": self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)}

    def sign(self, *, Message, MessageType, **_):  # noqa: N803 -- KMS's own names
        self.types.append(MessageType)
        if MessageType == "RAW":
            assert len(Message) <= 4096
            return {"Signature": self.key.sign(Message, PKCS1v15(), hashes.SHA256())}
        return {"Signature": self.key.sign(Message, PKCS1v15(), Prehashed(hashes.SHA256()))}


@pytest.mark.requirement("A5")
def test_a_credential_too_long_for_kms_is_signed_by_its_digest(aws, fonts, tmp_path):
    kms = _Kms()
    signing_certificate.provision(kms, aws.ssm, "key", "/test/long", "local", tmp_path)
    chain = aws.ssm.get_parameter(Name="/test/long")["Parameter"]["Value"]
    far = replace(CONTENT, check_url=f"https://check.example/{'folder/' * 60}check")
    report = ReportPress(kms, "key", chain, "local", fonts).press(far)
    assert kms.types == ["DIGEST", "RAW"]
    assert _accepted(report.pdf, chain)


def test_the_chain_embedded_in_the_file_leaves_out_the_root(report):
    signature = PdfFileReader(io.BytesIO(report.pdf)).embedded_signatures[0]
    embedded: list[asn1_x509.Certificate] = [signature.signer_cert, *signature.other_embedded_certs]
    assert all(certificate.subject != certificate.issuer for certificate in embedded)
