"""Sets the page of a report: content in, PDF/A-3 out, the same bytes for the same content."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path

import segno
import typst

from degree_auth.domain.applications.categories import category_in_english
from degree_auth.domain.cases.report_state import Basis
from degree_auth.domain.reports.report import LABELS, ReportContent, check_link

_STANDARDS: typst.PDFStandards = ["a-3a"]
_NO_BREAK = "\u00a0"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_FINDING = {
    Basis.REGISTER: (
        "与学位授予信息年报数据库比对一致",
        "agree in every field with the national register of degree awards",
    ),
    Basis.INSTITUTION: (
        "经学位授予单位依据档案核查属实",
        "have been verified by the awarding institution against its archive",
    ),
}


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
                "report": json.dumps(self._said(content), ensure_ascii=False),
                "qr": _qr_code(check_link(content.check_url, content.report_number, content.check_code)),
                "credential": credential,
            },
        )
        if not isinstance(compiled, bytes):
            raise TypeError("the page was not set as one file")
        return compiled

    def _said(self, content: ReportContent) -> dict[str, object]:
        chinese, english = _FINDING[content.basis]
        award, birth = _in_words(content.award_date), _in_words(content.birth_date)
        level = LABELS[content.level]
        degree = category_in_english(content.category) or level[1]
        return {
            "fonts": self._families,
            "specimen": self._specimen,
            "number": content.report_number,
            "code": content.check_code,
            "version": content.version,
            "issued": content.issued_at.strftime("%Y-%m-%d %H:%M:%S"),
            "issued-on": _in_words(content.issued_at.date()),
            "name": content.holder_name,
            "sex": LABELS[content.sex],
            "birth": birth,
            "institution": content.institution_name,
            "institution-code": content.institution_code,
            "level": level,
            "category": (content.category, category_in_english(content.category)),
            "discipline": content.discipline,
            "study-form": LABELS[content.study_form],
            "award": award,
            "certificate": content.certificate_number,
            "finding": (
                f"经查，{content.holder_name}于{award[0]}获{content.institution_name}授予的"
                f"{content.category.removesuffix('学位')}学位，"
                f"其学位信息{chinese}，特此认证。",
                f"This is to certify that the person named above was awarded the degree of {degree} "
                f"on {award[1].replace(' ', _NO_BREAK)}, and that the particulars stated here {english}.",
            ),
            "check-page": re.sub(r"^https?://", "", content.check_url),
        }


def _in_words(day: date) -> tuple[str, str]:
    return f"{day.year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _qr_code(link: str) -> str:
    drawing = io.BytesIO()
    segno.make(link, error="m", micro=False).save(drawing, kind="svg", border=0, dark="#1c2430", xmldecl=False)
    return drawing.getvalue().decode()
