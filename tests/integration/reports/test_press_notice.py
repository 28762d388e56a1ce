# ruff: noqa: F811  (fixtures of another module, found by their names)
"""The written notice as it is pressed: one signed page, all of it, in the press of the reports."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from degree_auth.domain.applications.claim import Claim, Degree, Holder, IdentityType
from degree_auth.domain.cases.result import Result
from degree_auth.domain.cases.stages import Outcome
from degree_auth.domain.reports.codes import notice_number
from degree_auth.domain.reports.written_notice import WrittenNoticeContent, notice_page_texts
from tests.integration.reports.test_press import (  # noqa: F401 - fixtures are found by their names
    LONGEST,
    TWO_LANGUAGES,
    _lines,
    _text,
    _verdict,
    aws,
    chain,
    fonts,
    press,
)
from tests.samples.report import CONTENT

NOTICE = WrittenNoticeContent(
    notice_number=notice_number(bytes(range(16)), date(2026, 11, 23)),
    check_code=CONTENT.check_code,
    version=1,
    issued_at=CONTENT.issued_at,
    claim=Claim(
        Holder(
            CONTENT.holder_name,
            CONTENT.sex,
            CONTENT.birth_date,
            IdentityType.RESIDENT_IDENTITY_CARD,
            "110105199902030021",
        ),
        Degree(
            institution_code=CONTENT.institution_code,
            institution_name=CONTENT.institution_name,
            level=CONTENT.level,
            category=CONTENT.category,
            discipline=CONTENT.discipline,
            study_form=CONTENT.study_form,
            award_date=CONTENT.award_date,
            certificate_number=CONTENT.certificate_number,
        ),
    ),
    comparison={"result": "not_found", "differences": []},
    asked_code=CONTENT.institution_code,
    result=Result.NOT_AWARDED,
    outcome=Outcome.NOT_CONFIRMED,
    code="notice_not_awarded",
    archive_searched="2022 届学位授予名册、学籍档案",
    archive_reference="全宗 12 案卷 305",
    reason="名册中无此人，学籍档案载明其未完成学业。",
    decided="",
    dispute_until=date(2027, 1, 22),
    check_url=CONTENT.check_url,
)
LONGEST_NOTICE = replace(
    NOTICE,
    claim=replace(
        NOTICE.claim,
        holder=replace(NOTICE.claim.holder, name=LONGEST.holder_name),
        degree=replace(
            NOTICE.claim.degree,
            institution_name=LONGEST.institution_name,
            category=LONGEST.category,
            discipline=LONGEST.discipline,
            certificate_number=LONGEST.certificate_number,
        ),
    ),
    archive_searched="合成档案" * 50,
    archive_reference="样" * 100,
    reason="合成的理由。" * 83,
    decided="合成的说明。" * 83,
)


@pytest.mark.requirement("A5", "N1", "N2")
@pytest.mark.parametrize("content", [NOTICE, LONGEST_NOTICE], ids=["short", "longest"])
def test_a_written_notice_is_one_signed_page_that_says_all_of_it(press, chain, content: WrittenNoticeContent) -> None:
    notice = press.press_notice(content)
    assert _verdict(notice.pdf, chain).bottom_line
    assert len(PdfFileReader(io.BytesIO(notice.pdf)).root["/Pages"]["/Kids"]) == 1
    said = "".join(_text(notice.pdf).split())
    for value in notice_page_texts(content).values():
        for words in (value,) if isinstance(value, str) else value:
            # Extraction of text breaks lines and doubles what is drawn twice; a good part of each text is enough.
            assert "".join(words.split())[:12].replace("䶮𠮷㛃", "") in said or words == content.claim.holder.name
    assert notice.credential == ""


@pytest.mark.requirement("A5", "N6")
def test_no_line_of_a_written_notice_holds_two_languages(press) -> None:
    lines = _lines(press.press_notice(NOTICE).pdf)
    assert {"结论", "Outcome", "告知书编号", "Notice number".replace(" ", "")} <= set(lines)
    assert [line for line in lines if TWO_LANGUAGES.search(line)] == []


@pytest.mark.requirement("A5", "N2")
def test_a_character_that_no_font_has_is_told_by_its_code_point_in_a_notice(press) -> None:
    holder = replace(NOTICE.claim.holder, name="合成\U0003134a")
    notice = press.press_notice(replace(NOTICE, claim=replace(NOTICE.claim, holder=holder)))
    assert "[U+3134A]" in _text(notice.pdf)
