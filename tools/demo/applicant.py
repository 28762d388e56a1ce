"""An applicant: applies, uploads files, follows the case, disputes; and what became of the case, for the table."""

from __future__ import annotations

import copy
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import typst

from degree_auth.domain.shared.words import Words
from tools import build_fonts, identity_provider
from tools.demo.stack import SECONDS, Stack, answer_of, expect, tell, until
from tools.demo.table import Ending
from tools.demo.words import compared_words, kind_words, outcome_words, sentence, stage_words, state_words
from tools.environment import LOCAL, ROOT
from tools.mail_receiver import mails

REPORTS = LOCAL / "reports"
_ON_THE_WAY = ("received", "issuing")
_SCAN = """
#set page(width: 14cm, height: 10cm, fill: rgb("#fdfaf2"))
#set text(font: ("Noto Serif SC", "Libertinus Serif"))
#align(center + horizon)[
  #text(18pt)[合成样本] \\
  #text(18pt)[SYNTHETIC SAMPLE] \\ #v(6mm)
  #{} \\ #{} \\ #{} \\ #{}
]
"""
_SHOWN = ("institution_name", "category", "discipline", "certificate_number")


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody whose application was answered with a case. `body` is what was submitted, `answer` what came back."""

    stack: Stack
    body: Mapping[str, Any]
    answer: Mapping[str, Any]

    @property
    def case_number(self) -> str:
        """The number of the case."""
        return str(self.answer["case_number"])

    def status(self) -> dict[str, Any]:
        """Where the case stands."""
        found: dict[str, Any] = self._ask("GET", "")
        return found

    def until_settled(self) -> dict[str, Any]:
        """The case's status once no machine has it in hand; the first report waits for a cold press."""
        return until(
            lambda: status if (status := self.status())["stage"] not in _ON_THE_WAY else None, "出具报告", "the report"
        )

    def at_stage(self, stage: str) -> dict[str, Any]:
        """The case's status once it has come to a stage."""
        name = stage_words(stage)
        return until(
            lambda: status if (status := self.status())["stage"] == stage else None,
            f"阶段：{name.zh}",
            f"the stage: {name.en}",
        )

    def until_told(self, event: str) -> dict[str, Any]:
        """The case's status once its timeline tells of an event; the sentence is a progress line, too."""
        status = until(
            lambda: found if event in events(found := self.status()) else None,
            "办理记录的下一条",
            f"the entry {event} in the case's log",
        )
        entry = next(one for one in reversed(status["timeline"]) if one["event"] == event)
        day = entry["at"][:10]
        words = sentence(entry)
        tell(f"申请人看到：{day} {words.zh}", f"the applicant sees: {day} {words.en}")
        return status

    def attach(self, kind: str, file: bytes) -> str:
        """Upload a PNG file and wait until it is stored; the attachment's id."""
        announced = {"kind": kind, "content_type": "image/png", "size": len(file)}
        target = self._ask("POST", "/attachments", self._own_token(), status=201, json=announced)
        upload = target["upload"]
        requests.put(upload["url"], data=file, headers=upload["headers"], timeout=SECONDS).raise_for_status()

        def is_stored() -> bool:
            states = {one["attachment_id"]: one["state"] for one in self.status()["attachments"]}
            return bool(states[target["attachment_id"]] == "stored")

        until(is_stored, "附件收到", "the file to be received")
        name = kind_words(kind)
        tell(f"附件已收到：{name.zh}", f"file received: {name.en}")
        return str(target["attachment_id"])

    def dispute(self, reason: str, evidence: str) -> dict[str, Any]:
        """Dispute the outcome with a file as evidence."""
        body = {"reason": reason, "evidence": [evidence]}
        found: dict[str, Any] = self._ask("POST", "/disputes", self._own_token(), json=body)
        return found

    def prove_mailbox(self) -> None:
        """Have a code sent to a mailbox of one's own, read it there, and enter it: from now on mails tell."""
        mailbox, token = f"{self.case_number.lower()}@example.org", self._own_token()
        self._ask("POST", "/notifications/codes", token, 202, json={"channel": "mail", "address": mailbox})
        folder = Path(self.stack.found["mails"])
        (mail,) = until(lambda: mails(folder, mailbox)[:1] or None, "验证码邮件", "the mail with the code")
        code = re.search(r"[0-9]{6}", str(mail["Subject"]))
        expect(code is not None, f"{self.case_number}: no code in the mail")
        proof = {"channel": "mail", "code": code[0] if code else ""}
        self._ask("POST", "/notifications/proofs", token, json=proof)

    def report(self) -> dict[str, Any]:
        """The report in force; its file is saved beside the outputs."""
        report = self.at_stage("concluded")["report"]
        expect(report is not None, f"{self.case_number}: no report")
        found: dict[str, Any] = report
        save(found)
        return found

    def ending(self, chinese: str, english: str) -> Ending:
        """What became of the case; the texts say what kind of case it is."""
        status = self.status()
        became = _conclusion_words(status)
        return Ending(
            Words(chinese, english),
            stage_words(status["stage"]),
            compared_words(status["comparison"]),
            Words(f"{self.case_number} {became.zh}", f"{self.case_number} {became.en}"),
        )

    def _token(self) -> str:
        """The token of the case's link; whoever applied before signs in instead."""
        return str(self.answer["access_token"] or signed_in(self.stack, self.body))

    def _own_token(self) -> str:
        """The session of an applicant who signed in: the link of their case does not dispute. The link of others."""
        signs_in = self.answer["proven_by"] == "identity_provider"
        return signed_in(self.stack, self.body) if signs_in else self._token()

    def _ask(self, method: str, path: str, token: str = "", status: int = 200, **options: Any) -> Any:
        address = f"/v1/applications/{self.case_number}{path}"
        return self.stack.ask(method, address, token or self._token(), status, **options)


def apply(stack: Stack, body: Mapping[str, Any], *, signs_in: bool = True) -> Applicant:
    """Submit an application, from an address of its own, so that it is a case of its own."""
    sent = copy.deepcopy(dict(body))
    sent["contact"] = {"mobile": "13800000000", "email": f"{uuid.uuid4().hex}@example.com"}
    response = stack.send("POST", "/v1/applications", signed_in(stack, sent) if signs_in else "", json=sent)
    applicant = Applicant(stack, sent, answer_of(response, 201, 202))
    stage, compared = stage_words(applicant.answer["stage"]), compared_words(applicant.answer["comparison"])
    tell(
        f"提交 {applicant.case_number}：{stage.zh}，比对：{compared.zh}",
        f"submitted {applicant.case_number}: {stage.en}, comparison: {compared.en}",
    )
    return applicant


def signed_in(stack: Stack, body: Mapping[str, Any]) -> str:
    """The session of an application's holder, who signs in at the identity provider."""
    return identity_provider.sign_in(stack.found["api_url"], body["holder"])


def scan_of(body: Mapping[str, Any]) -> bytes:
    """A synthetic certificate scan that shows what an application states."""
    shown = (json.dumps(body["degree"][name], ensure_ascii=False) for name in _SHOWN)
    fonts = typst.Fonts(font_paths=[build_fonts.LAYER])
    return typst.compile(_SCAN.format(*shown).encode(), format="png", ppi=72.0, font_paths=fonts)


def events(status: Mapping[str, Any]) -> list[str]:
    """The events that a case's timeline tells of, the earliest first."""
    return [one["event"] for one in status["timeline"]]


def save(report: Mapping[str, Any]) -> Path:
    """Download a report's file."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    path = REPORTS / f"{report['report_number']}.pdf"
    downloaded = requests.get(report["url"], timeout=SECONDS)
    downloaded.raise_for_status()
    path.write_bytes(downloaded.content)
    return path


def _conclusion_words(status: Mapping[str, Any]) -> Words:
    former = [(one["report_number"], state_words(one["state"])) for one in status["former_reports"]]
    if status["report"]:
        path = str((REPORTS / f"{status['report']['report_number']}.pdf").relative_to(ROOT))
        ended, separator = Words(path, path), " ← "
    else:
        ended, separator = outcome_words(status["outcome"]), " "
    return Words(
        separator.join([ended.zh, *(f"{number} {state.zh}" for number, state in former)]),
        separator.join([ended.en, *(f"{number} {state.en}" for number, state in former)]),
    )
