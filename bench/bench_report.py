"""Making a report: typesetting, credential and signature together, against a page of one line by the same compiler.

Both run in turn in one process; their ratio is one of processor time, which a busy machine distorts least. A local RSA
key stands in the place of KMS, whose network time depends on the region and is no part of this.
"""

from __future__ import annotations

import hashlib
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typst
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from degree_auth.adapters.press import ReportPress
from degree_auth.domain.claim import Level, Sex, StudyForm
from degree_auth.domain.report import Basis, ReportContent, check_code, report_number
from degree_auth.domain.workdays import SHANGHAI
from tools import build_fonts, signing_certificate

ROUNDS = 60
_LINE = b'#set page(paper: "a4")\n#set text(font: "Noto Serif SC", fallback: false)\n#sys.inputs.line'
_DIGEST = hashlib.sha256(b"synthetic bench").digest()
_CONTENT = ReportContent(
    report_number=report_number(_DIGEST, date(2026, 11, 23)),
    check_code=check_code(_DIGEST),
    version=1,
    issued_at=datetime(2026, 11, 23, 17, 30, tzinfo=SHANGHAI),
    holder_name="合成样本",
    sex=Sex.FEMALE,
    birth_date=date(1999, 2, 3),
    institution_name="样本大学",
    institution_code="99999",
    level=Level.MASTER,
    category="工学硕士",
    discipline="样本科学与技术",
    study_form=StudyForm.REGULAR,
    award_date=date(2022, 6, 30),
    certificate_number="9999932022000123",
    basis=Basis.REGISTER,
    check_url="https://check.example/check",
)


class _LocalKey:
    """Signs as KMS does, without the network; keeps the certificate as SSM does."""

    class exceptions:  # noqa: N801 -- boto3's own name
        """The one error of SSM that provisioning meets."""

        class ParameterNotFound(Exception):
            """Nothing is kept yet."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(65537, 2048)
        self.chain = ""

    def get_public_key(self, **_: Any) -> dict[str, bytes]:
        return {"PublicKey": self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)}

    def sign(self, *, Message: bytes, **_: Any) -> dict[str, bytes]:  # noqa: N803 -- KMS's own name
        return {"Signature": self._key.sign(Message, PKCS1v15(), hashes.SHA256())}

    def get_parameter(self, **_: Any) -> Any:
        raise self.exceptions.ParameterNotFound

    def put_parameter(self, *, Value: str, **_: Any) -> None:  # noqa: N803 -- SSM's own name
        self.chain = Value


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """Milliseconds, bytes, and the ratio of a report's processor time to that of a page of one line (medians)."""
    fonts = build_fonts.build()
    key = _LocalKey()
    with tempfile.TemporaryDirectory() as folder:
        signing_certificate.provision(key, key, "bench", "bench", "local", Path(folder))
    started = time.perf_counter()
    press = ReportPress(key, "bench", key.chain, "local", fonts)
    first = press.press(_CONTENT)
    cold = _milliseconds(started)
    loaded = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts])
    line = typst.Compiler(font_paths=loaded)
    reports, lines, signatures = [], [], []
    for turn in range(rounds):
        name = f"合成样本{turn}"
        content = replace(_CONTENT, holder_name=name)
        reports.append(_timed(lambda content=content: press.press(content)))
        lines.append(_timed(lambda name=name: line.compile(_LINE, format="pdf", sys_inputs={"line": name})))
        signatures.append(_timed(lambda: key.sign(Message=b"bench")))
    clock = [by_clock for by_clock, _ in reports]
    return {
        "report_median_ms": statistics.median(clock),
        "report_p99_ms": statistics.quantiles(clock, n=100)[98],
        "first_report_ms": cold,
        "report_processor_ms": _processor(reports),
        "line_processor_ms": _processor(lines),
        "ratio_to_line": _processor(reports) / _processor(lines),
        "signature_processor_ms": _processor(signatures),
        "report_bytes": len(first.pdf),
        "credential_bytes": len(first.credential),
    }


def _processor(times: list[tuple[float, float]]) -> float:
    return statistics.median(processor for _, processor in times)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock and of the processor."""
    started, processor = time.perf_counter(), time.process_time()
    work()
    return _milliseconds(started), (time.process_time() - processor) * 1000


def _milliseconds(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Print the figures."""
    print("报告：排版、凭证、签名 · a report: page, credential, signature")
    for name, figure in measure().items():
        print(f"  {name:22} {figure:12,.1f}")


if __name__ == "__main__":
    main()
