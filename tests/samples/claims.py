"""Synthetic award records and claims for tests, from a seed; nobody in them exists."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.domain.applications.categories import CATEGORIES, level_of_code
from degree_auth.domain.applications.certificate import LEVEL_DIGITS
from degree_auth.domain.applications.claim import Claim, IdentityType, Sex, StudyForm
from degree_auth.domain.applications.identity import check_character
from degree_auth.domain.applications.submission import submission_from_dict
from degree_auth.domain.register.award import AwardRecord

TODAY = date(2026, 11, 23)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建文辉玲波峰宇浩然欣怡子轩梓涵雨桐䶮𠮷㛃堃喆翀"
MINORITY = ("阿卜杜拉·买买提", "古丽巴哈尔·艾合买提", "次仁·卓玛", "迪丽娜尔·吐尔逊", "巴特尔·那仁")
FOREIGN = ("Anna Maria Nováková", "John O'Neil-Smith", "Nguyen Thi Hoa", "KIM MINJUN", "José Álvarez")
UNITS = ("10001", "10003", "10007", "10055", "10246", "10335", "10384", "10486", "10487", "10533", "10610", "10701")
DISCIPLINES = (
    "计算机科学与技术",
    "临床医学",
    "汉语言文学",
    "国际经济与贸易",
    "机械设计制造及其自动化",
    "英语(师范)",
    "法学",
    "数学与应用数学",
)
CODES = tuple(code for code in CATEGORIES if len(code) == 3)
OTHER_NUMBERS = {
    IdentityType.PASSPORT: lambda rng: f"{rng.choice('EGPX')}{rng.randrange(10**7, 10**8)}",
    IdentityType.HK_MACAO_PERMIT: lambda rng: f"{rng.choice('HM')}{rng.randrange(10**9, 10**10)}",
    IdentityType.TAIWAN_PERMIT: lambda rng: f"{rng.randrange(10**7, 10**8)}",
    IdentityType.PERMANENT_RESIDENCE_CARD: lambda rng: f"CAN{rng.randrange(10**11, 10**12)}",
    IdentityType.MILITARY: lambda rng: f"军字第{rng.randrange(10**6, 10**7)}号",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A body as an applicant may type it, and the claim that it means."""

    body: dict[str, Any]
    claim: Claim


def identity_number(rng: Random, birth: date, sex: Sex) -> str:
    """A resident identity number that passes its check, from a region that does not exist in full (province only)."""
    order = rng.randrange(0, 500) * 2 + (1 if sex is Sex.MALE else 0)
    first = f"{rng.choice(('11', '32', '44', '51', '65'))}{rng.randrange(1, 9999):04}{birth:%Y%m%d}{order:03}"
    return first + check_character(first)


def award(rng: Random, serial: int) -> AwardRecord:
    """One synthetic record; `serial` makes its number unique."""
    sex = rng.choice(list(Sex))
    awarded = date(1982, 1, 1) + timedelta(days=rng.randrange(0, 16000))
    birth = awarded - timedelta(days=rng.randrange(7700, 12000))
    kind = rng.choices(list(IdentityType), (80, 3, 3, 3, 2, 6, 3))[0]
    if kind in OTHER_NUMBERS:
        number = OTHER_NUMBERS[kind](rng)
    else:
        number = identity_number(rng, birth, sex)
        if kind is IdentityType.RESIDENCE_PERMIT:
            number = rng.choice(("81", "82", "83")) + number[2:17]
            number += check_character(number)
        elif birth.year < 1985 and rng.random() < 0.5:
            number = number[:6] + number[8:17]
    code = rng.choice(CODES)
    unit = rng.choice(UNITS)
    form = StudyForm.INTERNATIONAL if kind is IdentityType.PASSPORT else rng.choice(list(StudyForm)[:3])
    return AwardRecord(
        record_id=f"record-{serial}",
        name=_name(rng, kind),
        name_pinyin="",
        sex=sex,
        birth_date=birth,
        country_code="156",
        ethnic_group_code="01",
        identity_type=kind,
        identity_number=number,
        institution_code=unit,
        institution_name=shipped_institutions().names(unit, awarded)[0],
        training_institution_code=unit,
        level=level_of_code(code),
        category_code=code,
        category_name=CATEGORIES[code],
        discipline_code="",
        discipline_name=rng.choice(DISCIPLINES),
        study_form=form,
        award_date=awarded,
        certificate_number=_certificate_number(rng, unit, LEVEL_DIGITS[level_of_code(code)], awarded, serial),
    )


def body_of(record: AwardRecord) -> dict[str, Any]:
    """What the holder of a record would truthfully submit."""
    return {
        "holder": {
            "name": record.name,
            "sex": record.sex.value,
            "birth_date": record.birth_date.isoformat(),
            "identity_type": record.identity_type.value,
            "identity_number": record.identity_number,
        },
        "degree": {
            "institution_code": record.institution_code,
            "institution_name": record.institution_name,
            "level": record.level.value,
            "category": record.category_name,
            "discipline": record.discipline_name,
            "study_form": record.study_form.value,
            "award_date": record.award_date.isoformat(),
            "certificate_number": record.certificate_number,
        },
        "contact": {"mobile": "13800000000", "email": "applicant@example.com"},
        "consent": True,
    }


def claim_of(record: AwardRecord) -> Claim:
    """The truthful claim of a record's holder, as written in the record."""
    return submission_from_dict(body_of(record)).claim


def harmless(rng: Random, body: dict[str, Any]) -> dict[str, Any]:
    """The same submission typed in another, harmless way: every field may vary."""
    holder, degree = dict(body["holder"]), dict(body["degree"])
    holder["name"] = _retyped_name(rng, holder["name"])
    holder["birth_date"] = _retyped_date(rng, holder["birth_date"])
    holder["identity_number"] = _retyped_identity(rng, holder["identity_type"], holder["identity_number"])
    for field in ("institution_code", "certificate_number"):
        degree[field] = _retyped_code(rng, degree[field])
    for field in ("institution_name", "discipline"):
        degree[field] = _retyped_phrase(rng, degree[field])
    degree["category"] = _retyped_phrase(rng, degree["category"] + rng.choice(("", "", "学位")))
    degree["award_date"] = _retyped_date(rng, degree["award_date"])
    return {**body, "holder": holder, "degree": degree}


def another_holder(record: AwardRecord, other: AwardRecord) -> AwardRecord:
    """The award of one record as if the person of the other held it."""
    return replace(
        record,
        name=other.name,
        sex=other.sex,
        birth_date=other.birth_date,
        identity_type=other.identity_type,
        identity_number=other.identity_number,
    )


def full_width(text: str) -> str:
    """ASCII as the full-width forms that Chinese keyboards produce."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def _name(rng: Random, kind: IdentityType) -> str:
    if kind is IdentityType.PASSPORT:
        return rng.choice(FOREIGN)
    if rng.random() < 0.08:
        return rng.choice(MINORITY)
    return rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2))))


def _certificate_number(rng: Random, unit: str, digit: str, awarded: date, serial: int) -> str:
    if awarded < date(2005, 8, 25):
        return rng.choice((f"({awarded.year})学位证字第{serial:06}号", f"{unit}-{serial:06}", f"No.{serial:07}A"))
    if awarded < date(2016, 1, 1) and rng.random() < 0.4:
        prefix = rng.choice("CQTLZ")
        tail = f"F{serial % 100000:05}" if prefix == "Z" else f"{serial:06}"
        return f"{prefix}{unit}{digit}{awarded.year}{tail}"
    return f"{unit}{digit}{awarded.year}{serial:06}"


def _retyped_name(rng: Random, name: str) -> str:
    if name.isascii() or not all(char >= "\u3400" or char == "·" for char in name):
        return rng.choice(
            (name, name.upper(), name.lower(), f"  {name} ", name.replace(" ", "\u3000"), full_width(name))
        )
    if "·" in name:
        return name.replace("·", rng.choice("•‧・･∙⋅.．。·")).replace(" ", "")
    return rng.choice(
        (name, f" {name}\n", "\u3000".join(name), " ".join(name), name.replace("䶮", "\ue863"), f"\ufeff{name}")
    )


def _retyped_date(rng: Random, iso: str) -> str:
    day = date.fromisoformat(iso)
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    return rng.choice(
        (
            iso,
            f"{day:%Y%m%d}",
            f"{day.year}/{day.month}/{day.day}",
            f"{day.year}.{day.month}.{day.day}",
            f"{day.year}年{day.month}月{day.day}日",
            f"{year}年{_numeral(day.month)}月{_numeral(day.day)}日",
            full_width(iso),
        )
    )


def _numeral(number: int) -> str:
    tens, units = divmod(number, 10)
    head = {0: "", 1: "十"}.get(tens, " 一二三"[tens] + "十")
    return head + ("" if units == 0 else "零一二三四五六七八九"[units])


def _retyped_identity(rng: Random, kind: str, number: str) -> str:
    if kind == IdentityType.RESIDENT_IDENTITY_CARD:
        if len(number) == 15 and rng.random() < 0.5:
            number = f"{number[:6]}19{number[6:]}"
            number += check_character(number)
        elif len(number) == 18 and number[6:8] == "19" and rng.random() < 0.5:
            number = number[:6] + number[8:17]
    return _retyped_code(rng, number)


def _retyped_code(rng: Random, code: str) -> str:
    return rng.choice(
        (code, code.lower(), full_width(code), f" {code}\u00a0", f"{code[:4]} {code[4:]}", f"{code}\u200b")
    )


def _retyped_phrase(rng: Random, phrase: str) -> str:
    return rng.choice((phrase, full_width(phrase), f"{phrase[:2]} {phrase[2:]}", f"\u3000{phrase}", f"{phrase}\r\n"))
