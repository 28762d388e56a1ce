"""Sets the page of a report: content in, PDF/A-3 out, the same bytes for the same content."""

from __future__ import annotations

import io
import json
from pathlib import Path

import segno
import typst

from degree_auth.domain.reports.printed import printed
from degree_auth.domain.reports.report import ReportContent, check_link

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
        page = Path(__file__).with_name("page.typ")
        self._compiler = typst.Compiler(page, root=page.parent, font_paths=loaded)

    def typeset(self, content: ReportContent, credential: str) -> bytes:
        """The report as PDF/A-3a of one page, with the credential attached inside.

        Raises:
            typst.TypstError: the page cannot be set, for instance because no font has a character.
        """
        compiled = self._compiler.compile(
            format="pdf",
            pdf_standards=_STANDARDS,
            timestamp=content.issued_at,
            sys_inputs={
                "report": json.dumps(self._shown(content), ensure_ascii=False),
                "qr": _qr_code(check_link(content.check_url, content.report_number, content.check_code)),
                "credential": credential,
            },
        )
        if not isinstance(compiled, bytes):
            raise TypeError("the page was not set as one file")
        return compiled

    def _shown(self, content: ReportContent) -> dict[str, object]:
        return {"fonts": self._families, "specimen": self._specimen, **printed(content)}


def _qr_code(link: str) -> str:
    drawing = io.BytesIO()
    segno.make(link, error="m", micro=False).save(drawing, kind="svg", border=0, dark="#1c2430", xmldecl=False)
    return drawing.getvalue().decode()
