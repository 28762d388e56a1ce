"""Verify offline that a report was logged and that the log was not rewritten: no AWS, no network.

    python tools/verify_report_log.py --report FILE.pdf --answer CHECK.json --trust-root ROOT.pem
                                      [--earlier HEAD.json [--growth CONSISTENCY.json]]

CHECK.json is the saved answer of POST /v1/report-checks, HEAD.json an earlier answer of GET /v1/log/head (or of a
check), CONSISTENCY.json the answer of GET /v1/log/consistency between the two sizes; it is needed when they differ.
--sha256 HEX may stand in the place of --report. ROOT.pem holds the certificate that you trust.

Exit code: 0 nothing failed, 1 something did. What was not checked is named.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "layers"))

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from degree_auth.domain.reports.log import (
    SignedTreeHead,
    TreeHead,
    entry_leaf,
    expected_events,
    file_digest,
    signed_head_from_dict,
)
from degree_auth.domain.reports.merkle import EMPTY_ROOT, verify_consistency, verify_inclusion
from degree_auth.domain.shared.words import Words

PASSED, FAILED, NOT_CHECKED = "passed", "failed", "not_checked"
_SIGNS = {
    PASSED: Words("✓ 通过", "✓ PASSED"),
    FAILED: Words("✕ 未通过", "✕ FAILED"),
    NOT_CHECKED: Words("– 未检查", "– NOT CHECKED"),
}
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")

_STEPS = {
    "signature": ("日志头由所信任根证书之下的密钥签名", "The head is signed by a key under the trusted root"),
    "file": ("日志中的记录说的就是此文件", "The entries are about this very file"),
    "inclusion": ("记录在日志头所签的日志之中", "The entries are in the log that the head covers"),
    "issue": ("日志中有此报告的出具", "The issue of the report is in the log"),
    "standing": ("校验答复所称的状态与日志相符", "The state that the check told agrees with the log"),
    "growth": ("日志以先前日志头时的日志开头，未被改写", "The log begins with what the earlier head covered"),
}
_REASONS = {
    "unreadable": ("文件缺失或不是所需的答复", "A file is missing or is not the answer that it should be"),
    "unknown_report": ("校验答复未找到此报告", "The check found no such report"),
    "no_head": ("答复中没有日志头；尚未签名，稍后再校验一次", "The answer has no head yet; check again shortly"),
    "chain": ("证书链不通向所信任的根，或当时无效", "The certificates do not lead to the trusted root, or had ended"),
    "log_id": ("日志标识不是签名密钥的", "The log's id is not that of the signing key"),
    "signature": ("签名与日志头不符", "The signature does not fit the head"),
    "file": ("记录说的是另一个文件", "The entries are about another file"),
    "no_entry": ("尚未列入日志；出具后数秒内属正常，稍后再校验一次",
                 "Not in the log yet; usual in the seconds after issue, check again shortly"),
    "inclusion": ("证明通不到日志头的根", "A proof does not lead to the head's root"),
    "no_issue": ("没有出具的记录", "There is no entry of its issue"),
    "standing": ("所称状态与日志记录不同", "The state told and the entries differ"),
    "earlier_signature": ("先前的日志头未能验证", "The earlier head could not be verified"),
    "other_log": ("两个日志头属于不同的日志", "The two heads belong to different logs"),
    "shrunk": ("先前的日志头条数更多或时间更晚", "The earlier head has more entries, or is later"),
    "no_growth": ("缺少两个条数之间的一致性证明", "The consistency proof between the two sizes is missing"),
    "rewritten": ("证明不成立：日志被改写过", "The proof does not hold: the log was rewritten"),
    "no_earlier": ("未提供先前的日志头", "No earlier head was given"),
    "depends": ("前面的检查未通过", "A check before it failed"),
}  # fmt: skip
_NEVER = (
    ("PDF 自身的签名（用 PDF 阅读器或 pdfsig）", "the PDF's own signature (a PDF reader or pdfsig does)"),
    ("证书是否已被吊销", "whether a certificate was revoked"),
    ("日志头时间之后报告是否被取代或撤销（请在线校验）", "what became of the report after the head (ask online)"),
)  # fmt: skip


class Refusal(Exception):
    """A step that failed; carries the code of its reason."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one step: passed, failed or not checked, and why if not passed."""

    step: str
    result: str
    reason: str = ""

    def sentence(self) -> Words:
        """The sentence that tells it."""
        chinese, english = _STEPS[self.step]
        if self.reason:
            because = _REASONS[self.reason]
            chinese, english = f"{chinese}：{because[0]}", f"{english}: {because[1]}"
        return _signed_line(self.result, chinese, english)


def verify(
    sha256: str, answer: Mapping[str, Any], root: x509.Certificate, earlier: object = None, growth: object = None
) -> list[Finding]:
    """Every step and what came of it, for a file's SHA-256 (hex), the check's answer and what else was saved."""
    log = answer.get("log")
    findings: list[Finding] = []

    def step(name: str, check: Callable[[], None]) -> None:
        try:
            check()
        except Refusal as refusal:
            findings.append(Finding(name, FAILED, str(refusal)))
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            findings.append(Finding(name, FAILED, "unreadable"))
        else:
            findings.append(Finding(name, PASSED))

    if not isinstance(log, Mapping):
        return [
            Finding("signature", FAILED, "unknown_report" if answer.get("state") == "unknown" else "unreadable"),
            *(Finding(name, NOT_CHECKED, "depends") for name in _STEPS if name != "signature"),
        ]
    step("signature", lambda: _check_signature(_head_of(log), root))
    step("file", lambda: _check_file(log, sha256))
    step("inclusion", lambda: _check_inclusion(log))
    step("issue", lambda: _check_issue(log))
    step("standing", lambda: _check_standing(answer, log))
    if earlier is None:
        findings.append(Finding("growth", NOT_CHECKED, "no_earlier"))
    else:
        step("growth", lambda: _check_growth(_head_of({"head": earlier}), _head_of(log), root, growth))
    return findings


def _head_of(log: Mapping[str, Any]) -> SignedTreeHead:
    if log["head"] is None:
        raise Refusal("no_head")
    return signed_head_from_dict(log["head"])


def _check_signature(signed: SignedTreeHead, root: x509.Certificate) -> None:
    key = _certified_key(signed, root)
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if signed.head.log_id != hashlib.sha256(spki).hexdigest():
        raise Refusal("log_id")
    try:
        key.verify(signed.signature, signed.head.signed_text, PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        raise Refusal("signature") from None


def _certified_key(signed: SignedTreeHead, root: x509.Certificate) -> RSAPublicKey:
    """The signing key, if its certificates lead to the root and all were valid at the head's moment."""
    chain = [x509.load_der_x509_certificate(one) for one in signed.certificates]
    if not chain:
        raise Refusal("chain")
    issuers = [*chain[1:], root] if chain[-1] != root else chain[1:]
    try:
        for below, (certificate, issuer) in enumerate(zip(chain, issuers, strict=False)):
            _may_certify(issuer, below)
            certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, TypeError, ValueError, x509.ExtensionNotFound):
        raise Refusal("chain") from None
    if not all(_valid_at(one, signed.head.at) for one in [*chain, *issuers]):
        raise Refusal("chain")
    key = chain[0].public_key()
    if not isinstance(key, RSAPublicKey):
        raise Refusal("chain")
    return key


def _may_certify(issuer: x509.Certificate, below: int) -> None:
    """Raises `Refusal` unless it is an authority that may have that many authorities below it."""
    constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
    if not constraints.ca or (constraints.path_length is not None and below > constraints.path_length):
        raise Refusal("chain")
    try:
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not usage.key_cert_sign:
        raise Refusal("chain")


def _valid_at(certificate: x509.Certificate, moment: datetime) -> bool:
    return certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc


def _check_file(log: Mapping[str, Any], sha256: str) -> None:
    if not log["entries"]:
        raise Refusal("no_entry")
    if any(one["content"]["file"] != file_digest(sha256) for one in log["entries"]):
        raise Refusal("file")


def _check_inclusion(log: Mapping[str, Any]) -> None:
    head = _head_of(log).head
    if not log["entries"]:
        raise Refusal("no_entry")
    for one in log["entries"]:
        proof = [bytes.fromhex(each) for each in one["proof"]]
        if not verify_inclusion(entry_leaf(one["content"]), one["index"], head.size, proof, head.root):
            raise Refusal("inclusion")


def _check_issue(log: Mapping[str, Any]) -> None:
    if "issued" not in _events(log):
        raise Refusal("no_issue")


def _check_standing(answer: Mapping[str, Any], log: Mapping[str, Any]) -> None:
    told, expected = _events(log), expected_events(answer["state"])
    if not told >= expected or (expected == {"issued"} and told != expected):
        raise Refusal("standing")


def _events(log: Mapping[str, Any]) -> set[str]:
    return {one["content"]["event"] for one in log["entries"]}


def _check_growth(earlier: SignedTreeHead, later: SignedTreeHead, root: x509.Certificate, growth: object) -> None:
    try:
        _check_signature(earlier, root)
    except Refusal:
        raise Refusal("earlier_signature") from None
    old, new = earlier.head, later.head
    if old.log_id != new.log_id:
        raise Refusal("other_log")
    if old.size > new.size or old.at > new.at:
        raise Refusal("shrunk")
    if old.size == 0:
        if old.root != EMPTY_ROOT:
            raise Refusal("rewritten")
    elif not verify_consistency(old.size, old.root, new.size, new.root, _proof_between(old, new, growth)):
        raise Refusal("rewritten")


def _proof_between(old: TreeHead, new: TreeHead, growth: object) -> list[bytes]:
    if old.size == new.size:
        return []
    if not isinstance(growth, Mapping) or (growth["first"], growth["second"]) != (old.size, new.size):
        raise Refusal("no_growth")
    return [bytes.fromhex(one) for one in growth["proof"]]


def _read(path: Path | None) -> Any:
    if path is None:
        return None
    return json.loads(path.read_text("utf-8"), object_pairs_hook=_object)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _signed_line(result: str, chinese: str, english: str) -> Words:
    """A sentence behind the sign of its result."""
    sign = _SIGNS[result]
    return Words(f"{sign.zh}  {chinese}", f"{sign.en}  {english}")


def _verdict(findings: list[Finding]) -> Words:
    results = {one.step: one.result for one in findings}
    if FAILED in results.values():
        return Words("结论：未能证明，不要据此相信。", "Verdict: not proved; do not rely on it.")
    if results["growth"] == NOT_CHECKED:
        return Words(
            "结论：此报告已记入日志；没有先前的日志头，未检查日志是否被改写。",
            "Verdict: the report was logged; whether the log was rewritten was not checked.",
        )
    return Words(
        "结论：此报告已记入日志，且日志自先前的日志头以来未被改写。",
        "Verdict: the report was logged, and the log was not rewritten since the earlier head.",
    )


def main(arguments: list[str]) -> int:
    """Verify, print each step and the verdict, a line in each language, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--report", type=Path, metavar="FILE.pdf")
    which.add_argument("--sha256", metavar="HEX")
    parser.add_argument("--answer", type=Path, required=True, metavar="CHECK.json")
    parser.add_argument("--trust-root", type=Path, required=True, metavar="ROOT.pem")
    parser.add_argument("--earlier", type=Path, metavar="HEAD.json")
    parser.add_argument("--growth", type=Path, metavar="CONSISTENCY.json")
    given = parser.parse_args(arguments)
    try:
        sha256 = given.sha256.lower() if given.sha256 else hashlib.sha256(given.report.read_bytes()).hexdigest()
        root = x509.load_pem_x509_certificate(given.trust_root.read_bytes())
        answer, earlier, growth = _read(given.answer), _read(given.earlier), _read(given.growth)
        if isinstance(earlier, dict) and isinstance(earlier.get("log"), dict):
            earlier = earlier["log"]["head"]
        if not (_SHA256.match(sha256) and isinstance(answer, dict)):
            raise ValueError("not what they should be")
    except FileNotFoundError as missing:
        name = missing.filename
        print(_signed_line(FAILED, f"没有此文件：{name}", f"There is no such file: {name}").lines)
        return 1
    except (OSError, ValueError, RecursionError):
        print(_signed_line(FAILED, *_REASONS["unreadable"]).lines)
        return 1
    findings = verify(sha256, answer, root, earlier, growth)
    print(*(one.sentence().lines for one in findings), sep="\n")
    for chinese, english in _NEVER:
        print(_signed_line(NOT_CHECKED, chinese, english).lines)
    print(_verdict(findings).lines)
    return 1 if any(one.result == FAILED for one in findings) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
