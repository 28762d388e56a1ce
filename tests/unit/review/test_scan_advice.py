"""What the scan of a certificate appears to say beside the claim: advice, and never a guess."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.domain.applications.claim import Claim, Degree, Holder, IdentityType, Level, Sex, StudyForm
from degree_auth.domain.review.scan_advice import SURE, Advice, FieldAdvice, ScanLine, is_upright, scan_advice

pytestmark = pytest.mark.requirement("A10")
NAMES = frozenset({"示例大学", "示例大学医学院", "另一大学"})
CLAIM = Claim(
    Holder("古丽·买买提", Sex.FEMALE, date(1998, 7, 6), IdentityType.PASSPORT, "E1234567"),
    Degree(
        "10001",
        "示例大学",
        Level.BACHELOR,
        "工学学士",
        "英语(师范)",
        StudyForm.REGULAR,
        date(2020, 6, 23),
        "1000142020000123",
    ),
)
CERTIFICATE = (
    "学士学位证书",
    "古丽·买买提，女，一九九八年七月六日生。自2016年9月至2020年6月在示例大学英",
    "语（师范）专业完成了本科学习计划，业已毕业。经审核符合《中华人民共和国学位条例》的",
    "规定，授予工学学士学位。",
    "校长 张明远",
    "证书编号：1000142020000123",
    "二〇二〇年六月二十三日",
)


def lines(*texts: str, confidence: float = 0.99) -> list[ScanLine]:
    return [ScanLine(text, confidence, place / len(texts)) for place, text in enumerate(texts)]


def advice(
    changed: dict[str, str] | None = None, claim: Claim = CLAIM, confidence: float = 0.99
) -> dict[str, FieldAdvice]:
    whole = "\n".join(CERTIFICATE)
    for old, new in (changed or {}).items():
        assert old in whole
        whole = whole.replace(old, new)
    return dict(scan_advice(lines(*whole.split("\n"), confidence=confidence), claim, NAMES))


def test_what_the_certificate_says_as_claimed_agrees_in_every_field() -> None:
    assert {field: one.advice for field, one in advice().items() if one.advice is not Advice.AGREES} == {}


@pytest.mark.parametrize(
    ("field", "changed", "seen"),
    [
        ("holder.name", {"古丽·买买提": "古丽·艾合买提"}, "古丽·艾合买提"),
        ("holder.sex", {"，女，": "，男，"}, "男"),
        ("holder.birth_date", {"七月六日生": "七月八日生"}, "一九九八年七月八日"),
        ("degree.institution_name", {"在示例大学英": "在另一大学英"}, "另一大学"),
        ("degree.institution_name", {"在示例大学英": "在示例大学医学院英"}, "示例大学医学院"),
        ("degree.level", {"学士": "硕士"}, "硕士"),
        ("degree.category", {"工学学士": "理学学士"}, "理学学士"),
        ("degree.category", {"工学学士": "临床医学学士"}, "临床医学学士"),
        ("degree.discipline", {"英\n语（师范）": "汉\n语言文学"}, "汉语言文学"),
        ("degree.award_date", {"六月二十三日": "六月二十二日"}, "二〇二〇年六月二十二日"),
        ("degree.certificate_number", {"000123": "000128"}, "1000142020000128"),
        ("degree.certificate_number", {"1000142020000123": "(1998)学位证字第000083号"}, "(1998)学位证字第000083号"),
    ],
)
def test_what_differs_is_told_from_where_certificates_state_it(field: str, changed: dict[str, str], seen: str) -> None:
    told = advice(changed)[field]
    assert (told.advice, told.seen) == (Advice.DIFFERS, seen)
    assert advice(changed, confidence=SURE - 0.01)[field].advice is Advice.NOT_READ, "an unsure letter is no difference"


@pytest.mark.parametrize(
    ("field", "changed", "seen"),
    [
        ("degree.certificate_number", {"1000142020000123": "10001420200001234"}, "10001420200001234"),
        ("degree.certificate_number", {"1000142020000123": "91000142020000123"}, "91000142020000123"),
        ("degree.discipline", {"英\n语（师范）": "商务英\n语（师范）"}, "商务英语(师范)"),
        ("degree.discipline", {"英\n语（师范）": "英\n语（师范）与翻译"}, "英语(师范)与翻译"),
    ],
)
def test_a_longer_value_that_holds_the_claimed_one_is_another(field: str, changed: dict[str, str], seen: str) -> None:
    told = advice(changed)[field]
    assert (told.advice, told.seen) == (Advice.DIFFERS, seen)


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("holder.birth_date", {"七月六日生": "七月■日生"}),
        ("holder.birth_date", {"七月六日生": "七月四十六日生"}),
        ("holder.sex", {"，女，": "，"}),
        ("degree.level", {"工学学士学位": "工学硕士学位"}),
        ("degree.category", {"授予工学": "授予上学"}),
        ("degree.award_date", {"二〇二〇年六月二十三日": "二〇二〇年六月"}),
        ("degree.certificate_number", {"证书编号：1000142020000123": ""}),
        ("degree.certificate_number", {"证书编号：1000142020000123": "1000142020000123456"}),
        ("holder.name", {"，女，": "，", "张明远": "古丽·买买提"}),
        ("degree.discipline", {"专业完成了": "完成了"}),
        ("degree.discipline", {"在示例大学英": "在示例大学授予工学学士英"}),
    ],
)
def test_what_cannot_be_made_out_is_not_read(field: str, changed: dict[str, str]) -> None:
    assert advice(changed)[field].advice is Advice.NOT_READ


def test_letters_and_digits_that_look_alike_in_print_make_no_difference_in_a_number() -> None:
    claim = replace(CLAIM, degree=replace(CLAIM.degree, certificate_number="O1048I2008000003"))
    told = advice({"1000142020000123": "0104812008000003"}, claim)["degree.certificate_number"]
    assert told.advice is Advice.AGREES


def test_the_least_sure_line_in_which_a_value_stands_says_how_sure_it_is() -> None:
    text = lines(*CERTIFICATE)
    told = scan_advice([*text[:2], replace(text[2], confidence=0.71), *text[3:]], CLAIM, NAMES)
    assert told["degree.discipline"].confidence == 0.71
    assert told["degree.discipline"].advice is Advice.AGREES


@pytest.mark.parametrize("text", ["", "收据", "学士学位证书", "女", "二〇二〇年六月二十三日生"])
def test_of_another_paper_only_what_stands_there_is_read(text: str) -> None:
    told = scan_advice(lines(text), CLAIM, NAMES)
    read = {field for field, one in told.items() if one.advice is not Advice.NOT_READ}
    assert read <= {"degree.level", "holder.birth_date"}


def test_a_page_is_upright_when_its_title_stands_above_most_of_it() -> None:
    title, *others = CERTIFICATE
    assert is_upright(lines(*CERTIFICATE))
    assert is_upright(lines("示例大学", title, *others))
    assert not is_upright(lines(*others[:4], title, *others[4:]))
    assert not is_upright([ScanLine(text, 0.99, 0.5 if text == title else 0.49) for text in CERTIFICATE])
    assert not is_upright(lines(*reversed(CERTIFICATE)))
    assert not is_upright([])


@given(
    st.lists(
        st.tuples(
            st.one_of(st.text(max_size=60), st.lists(st.sampled_from(CERTIFICATE), max_size=2).map("".join)),
            st.floats(0, 1),
            st.floats(0, 1),
        ),
        max_size=20,
    )
)
def test_no_text_breaks_the_advice_and_none_that_is_unsure_accuses(read: list[tuple[str, float, float]]) -> None:
    told = scan_advice([ScanLine(*line) for line in read], CLAIM, NAMES)
    assert len(told) == 9
    for one in told.values():
        assert 0 <= one.confidence <= 1
        assert one.advice is not Advice.DIFFERS or (one.confidence >= SURE and one.seen)
        assert one.advice is not Advice.NOT_READ or one.seen == ""
