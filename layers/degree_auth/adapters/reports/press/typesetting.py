"""Sets the page of a document: its texts in, PDF/A-3 out, the same bytes for the same texts."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
import typst

from degree_auth.domain.reports.codes import check_link
from degree_auth.domain.reports.content import ReportContent
from degree_auth.domain.reports.printed import page_texts
from degree_auth.domain.reports.written_notice import WrittenNoticeContent

_STANDARDS: typst.PDFStandards = ["a-3a"]


class Typesetter:
    """One warm compiler with its fonts; a page takes about ten milliseconds.

    `fonts` is the folder of the font layer; the fonts' file names give the order of preference. `specimen` marks
    page and seal as 样本 SPECIMEN.
    """

    def __init__(self, fonts: Path, *, specimen: bool) -> None:
        files = sorted(p for p in fonts.iterdir() if p.suffix in {".otf", ".ttf"})
        if not files:
            raise FileNotFoundError(f"no fonts in {fonts}")
        loaded = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts])
        by_file = {Path(font.path).name: font.family for font in loaded.fonts() if font.path}
        self._families = [by_file[path.name] for path in files]
        self._specimen = specimen
        self._folder = Path(__file__).parent
        self._compiler = typst.Compiler(root=self._folder, font_paths=loaded)

    def typeset(self, content: ReportContent, credential: str) -> bytes:
        """The report as PDF/A-3a of one page, with the credential attached inside.

        Raises:
            typst.TypstError: the page cannot be set, for instance because no font has a character.
        """
        link = check_link(content.check_url, content.report_number, content.check_code)
        return self._set("page", page_texts(content), content.issued_at, link, credential=credential)

    def typeset_notice(self, content: WrittenNoticeContent, shown: Mapping[str, Any]) -> bytes:
        """The written notice as PDF/A-3a of one page; `shown` are its texts as they can be printed. Raises alike."""
        link = check_link(content.check_url, content.notice_number, content.check_code)
        return self._set("notice", shown, content.issued_at, link)

    def _set(self, page: str, shown: Mapping[str, Any], issued_at: datetime, link: str, **attached: str) -> bytes:
        compiled = self._compiler.compile(
            self._folder / f"{page}.typ",
            format="pdf",
            pdf_standards=_STANDARDS,
            timestamp=issued_at,
            sys_inputs={
                "document": json.dumps(
                    {"fonts": self._families, "specimen": self._specimen, **shown}, ensure_ascii=False
                ),
                "qr": _qr_code(link),
                **attached,
            },
        )
        if not isinstance(compiled, bytes):
            raise TypeError("the page was not set as one file")
        return compiled


def _qr_code(link: str) -> str:
    drawing = io.BytesIO()
    segno.make(link, error="m", micro=False).save(drawing, kind="svg", border=0, dark="#1c2430", xmldecl=False)
    return drawing.getvalue().decode()
