"""The press: makes one finished report, or written notice, out of its content: page, credential, signature, and their
fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from degree_auth.adapters.reports.press.credential import issue_credential
from degree_auth.adapters.reports.press.signature import Certifier
from degree_auth.adapters.reports.press.timestamps import TimeAuthority
from degree_auth.adapters.reports.press.typesetting import Typesetter
from degree_auth.adapters.reports.signing_key import KmsSignatures, SigningKey, read_chain
from degree_auth.domain.reports.content import ReportContent
from degree_auth.domain.reports.printable import Coverage, UnprintableCharacter, printable_text, unprintable_characters
from degree_auth.domain.reports.written_notice import WrittenNoticeContent, notice_page_texts
from degree_auth.services.reports.ports import PressedReport

__all__ = ["ReportPress", "TimeAuthority"]


class ReportPress:
    """Makes reports; keep one for the life of a process, its compiler and fonts stay warm.

    `key_id` names an RSA signing key in KMS, `certificate_pem` is its certificate followed by the issuing ones,
    `fonts` the folder of the font layer, `authority` who timestamps each signature, or nobody. Outside the
    environment `production` page and seal say 样本 SPECIMEN. `record` keeps the public key before it is used.
    """

    def __init__(
        self,
        kms: KmsSignatures,
        key_id: str,
        certificate_pem: str,
        environment: str,
        fonts: Path,
        authority: TimeAuthority | None = None,
        record: Callable[[Mapping[str, Any]], None] | None = None,
    ) -> None:
        chain = read_chain(certificate_pem)
        self._key = SigningKey(kms, key_id, chain, record)
        self._typesetter = Typesetter(fonts, specimen=environment != "production")
        self._coverage = Coverage.parse((fonts / "printable.txt").read_text("utf-8"))
        self._certifier = Certifier(self._key, authority)

    def press(self, content: ReportContent) -> PressedReport:
        """Typeset and sign a report. The caller issues it by a conditional write.

        Raises:
            UnprintableCharacter: no shipped font has one of its characters.
            KeyMismatch: the certificate does not belong to the KMS key.
            TimestampUnavailable: the authority, or who tells of revoked certificates, did not answer as it should.
            botocore.exceptions.ClientError: KMS refused to sign.
        """
        missing = unprintable_characters("".join(content.free_texts), self._coverage)
        if missing:
            raise UnprintableCharacter(missing)
        credential = issue_credential(content, self._key)
        page = self._typesetter.typeset(content, credential)
        return self._certify(page, content.issued_at, credential)

    def press_notice(self, content: WrittenNoticeContent) -> PressedReport:
        """Typeset and sign a written notice, which carries no credential.

        What no shipped font has is printed as its code point: that a name cannot be printed must not keep its holder
        from being told.

        Raises as `press` does, but for the character.
        """
        shown = {name: self._printable_words(words) for name, words in notice_page_texts(content).items()}
        page = self._typesetter.typeset_notice(content, shown)
        return self._certify(page, content.issued_at, "")

    def _certify(self, page: bytes, signed_at: datetime, credential: str) -> PressedReport:
        certified = self._certifier.certify(page, signed_at)
        sha256 = hashlib.sha256(certified.pdf).hexdigest()
        return PressedReport(certified.pdf, sha256, credential, certified.timestamp)

    def _printable_words(self, words: str | tuple[str, ...]) -> str | list[str]:
        if isinstance(words, str):
            return printable_text(words, self._coverage)
        return [printable_text(one, self._coverage) for one in words]
