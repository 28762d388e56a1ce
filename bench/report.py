"""Making a report: typesetting, credential and signature together, against a page of one line by the same compiler.

Both run in turn in one process; their ratio is one of processor time, which a busy machine distorts least. A local RSA
key stands in the place of KMS, whose network time depends on the region and is no part of this.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import typst
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bench.figure import Baseline, Figure, Measurement
from degree_auth.adapters.reports.press import ReportPress
from tests.samples.report import CONTENT
from tools import build_fonts, signing_certificate

ROUNDS = 120
_LINE = b'#set page(paper: "a4")\n#set text(font: "Noto Serif SC", fallback: false)\n#sys.inputs.line'
_CONTENT = replace(CONTENT, holder_name="合成样本")


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

    def sign(self, **request: Any) -> dict[str, bytes]:
        return {"Signature": self._key.sign(request["Message"], PKCS1v15(), hashes.SHA256())}

    def get_parameter(self, **_: Any) -> Any:
        raise self.exceptions.ParameterNotFound

    def put_parameter(self, *, Value: str, **_: Any) -> None:  # noqa: N803 -- SSM's own name
        self.chain = Value


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Milliseconds by the clock and of the processor, and bytes."""
    fonts = build_fonts.build()
    key = _LocalKey()
    with tempfile.TemporaryDirectory() as folder:
        signing_certificate.provision(key, key, "bench", "bench", "local", Path(folder))
    started = time.perf_counter()
    press = ReportPress(key, "bench", key.chain, "local", fonts)
    first = press.press(_CONTENT)
    cold = _milliseconds(started)
    loaded = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts])
    compiler = typst.Compiler(font_paths=loaded)
    line_pdf = _line_page(compiler, "合成样本")
    reports, lines, signatures = [], [], []
    for turn in range(rounds):
        name = f"合成样本{turn}"
        content = replace(_CONTENT, holder_name=name)
        reports.append(_time_report(partial(press.press, content)))
        lines.append(_time_report(partial(_line_page, compiler, name)))
        signatures.append(_time_report(partial(key.sign, Message=b"bench")))
    one_line = "一行字的一页", "a page of one line"
    by_clock, by_processor = zip(*reports, strict=True)
    line_clock, line_processor = zip(*lines, strict=True)
    return [
        Figure("median_ms", "中位数", "median", median(by_clock), "ms", Baseline(*one_line, median(line_clock))),
        Figure(
            "p99_ms", "第 99 百分位", "99th percentile", _p99(by_clock), "ms", Baseline(*one_line, _p99(line_clock))
        ),
        Figure(
            "processor_ms",
            "处理器时间中位数",
            "processor time, median",
            median(by_processor),
            "ms",
            Baseline(*one_line, median(line_processor)),
        ),
        Figure(
            "first_ms",
            "进程的第一份报告（含字体载入）",
            "first report of a process, fonts loaded",
            cold,
            "ms",
            Baseline("其后的中位数", "median of the later ones", median(by_clock)),
        ),
        Figure(
            "signature_ms",
            "其中本机 RSA 签名一次",
            "of that one local RSA signature",
            median(processor for _, processor in signatures),
            "ms",
        ),
        Figure("report_bytes", "报告文件", "report file", len(first.pdf), "B", Baseline(*one_line, len(line_pdf))),
        Figure("credential_bytes", "其中机读凭证", "credential in it", len(first.credential), "B"),
    ]


MEASUREMENT = Measurement(
    chinese="报告的排版、凭证与签名",
    english="typesetting, credential and signature of a report",
    measure=measure,
    needs_stack=False,
    quick={"rounds": 2},
)


def _line_page(compiler: typst.Compiler, text: str) -> bytes:
    """A page of one line as PDF."""
    compiled = compiler.compile(_LINE, format="pdf", sys_inputs={"line": text})
    if not isinstance(compiled, bytes):
        raise TypeError("the page was not set as one file")
    return compiled


def _p99(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=100)[98]


def _time_report(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock and of the processor."""
    started, processor = time.perf_counter(), time.process_time()
    work()
    return _milliseconds(started), (time.process_time() - processor) * 1000


def _milliseconds(started: float) -> float:
    return (time.perf_counter() - started) * 1000
