"""Applications to go with a synthetic register: of every kind, each with what should become of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.domain.applications.categories import CATEGORIES, level_of_code
from degree_auth.domain.cases.names import FIELD_NAMES
from degree_auth.domain.register.annual_report_values import IDENTITY_TYPES, SEXES, STUDY_FORMS
from degree_auth.domain.shared.words import Words
from tools.sample_rows import RARE_NAMES, UNPRINTABLE, Row, resident_number


@dataclass(frozen=True, slots=True)
class Application:
    """A sample application: what kind it is, what should become of it, and the body to submit.

    `expected` is matched, mismatched, ambiguous, not_found, invalid, or parked; `fields` are the fields that differ, or
    that are wrong.
    """

    kind: Words
    expected: str
    fields: tuple[str, ...]
    body: dict[str, Any]


def applicants(lines: Iterable[Row]) -> Iterator[Row]:
    """The rows whose person can apply: an application states an identity number, some records of before 2000 do not."""
    return (row for row in lines if row["ZJHM"])


def undoubted(lines: Iterable[Row]) -> list[Row]:
    """The rows that leave no doubt: printable, of our days, their numbers and their holders met once."""
    every = list(lines)
    numbers = Counter(row["XWZSBH"] for row in every)
    holders = Counter(row["ZJHM"] for row in every)
    return [
        row
        for row in every
        if row["HXWRQ"] >= "2016"
        and row["ZJLXM"] == "01"
        and len(row["XM"]) > 2
        and UNPRINTABLE not in row["XM"]
        and numbers[row["XWZSBH"]] == holders[row["ZJHM"]] == 1
    ]


def body_of(row: Row) -> dict[str, Any]:
    """The application of the person whose award a row tells of, typed without a fault.

    Raises:
        ValueError: the row is none of the `applicants`.
    """
    if not row["ZJHM"]:
        raise ValueError(f"nobody can apply without an identity number: certificate {row['XWZSBH']}")
    return {
        "holder": {
            "name": row["XM"],
            "sex": SEXES[row["XBM"]].value,
            "birth_date": _iso(row["CSRQ"]),
            "identity_type": IDENTITY_TYPES[row["ZJLXM"]].value,
            "identity_number": row["ZJHM"],
        },
        "degree": {
            "institution_code": row["XWSYDWM"],
            "institution_name": row["XWSYDW"],
            "level": level_of_code(row["XWLBM"]).value,
            "category": CATEGORIES[row["XWLBM"]],
            "discipline": row["ZSZYMC"],
            "study_form": STUDY_FORMS[row["XXXSM"]].value,
            "award_date": _iso(row["HXWRQ"]),
            "certificate_number": row["XWZSBH"],
        },
        "contact": {"mobile": "13800000000", "email": "applicant@example.com"},
        "consent": True,
    }


def applications(lines: Iterable[Row]) -> list[Application]:
    """Applications of every kind, for the register that these rows make."""
    found = _Examples(lines)
    modern, person = found.modern, body_of(found.modern)
    samples = [
        Application(Words("一致", "same"), "matched", (), person),
        Application(
            Words("全角字符", "full-width"), "matched", (), _with_changes(found.other, holder_name=_wide, number=_wide)
        ),
        Application(Words("空格与日期写法", "spaces, dates"), "matched", (), _with_spaces(found.third)),
    ]
    optional = (
        (
            found.minority,
            Words("姓名间隔号写法", "separator"),
            "matched",
            lambda row: _with_changes(row, holder_name=_bullet),
        ),
        (found.rare, Words("生僻字", "rare character"), "matched", body_of),
        (found.short_number, Words("15 位身份证号", "15-digit number"), "matched", body_of),
        (found.lettered, Words("成人教育证书编号", "adult certificate"), "matched", body_of),
        (
            found.foreign,
            Words("来华留学", "international student"),
            "matched",
            lambda row: _with_changes(row, holder_name=str.lower),
        ),
        (found.renamed, Words("授予时的校名", "name at the award"), "matched", body_of),
        (found.double, Words("双学位", "double degree"), "matched", body_of),
        (found.shared_number, Words("编号重复", "repeated certificate number"), "matched", body_of),
        (found.doubtful, Words("同人同号两条记录", "one number, two awards"), "ambiguous", body_of),
        (found.unprintable, Words("字体未收录的字", "character without a glyph"), "parked", body_of),
    )
    samples += [Application(kind, expected, (), make(row)) for row, kind, expected, make in optional if row]
    for section, field, value in (
        ("holder", "name", modern["XM"][:-1] + "甡"),
        ("degree", "discipline", "园艺"),
        ("degree", "award_date", _iso(_day_after(modern["HXWRQ"]))),
        ("degree", "study_form", "adult"),
    ):
        body = body_of(modern)
        body[section][field] = value
        named = FIELD_NAMES[f"{section}.{field}"]
        kind = Words(f"{named.zh}不一致", f"{named.en} differs")
        samples.append(Application(kind, "mismatched", (f"{section}.{field}",), body))
    several = body_of(found.other)
    several["degree"] |= {"discipline": "园艺", "award_date": _iso(_day_after(found.other["HXWRQ"]))}
    samples.append(
        Application(
            Words("两项不一致", "two differ"), "mismatched", ("degree.discipline", "degree.award_date"), several
        )
    )
    samples.append(Application(Words("查无记录", "no such award"), "not_found", (), body_of(_stranger())))
    wrong = body_of(modern)
    wrong["holder"] |= {"name": "", "sex": "unknown", "identity_number": "110199199001010000"}
    wrong["degree"] |= {"institution_code": "1234", "award_date": "2022-02-30"}
    wrong["consent"] = False
    fields = ("holder.name", "holder.sex", "holder.identity_number", "degree.institution_code", "degree.award_date")
    samples.append(Application(Words("填写有误", "invalid"), "invalid", (*fields, "consent"), wrong))
    return samples


class _Examples:
    """The rows that the sample applications are made of: the first of each kind."""

    def __init__(self, lines: Iterable[Row]) -> None:
        ordinary: list[Row] = []
        self.minority = self.rare = self.short_number = self.lettered = self.foreign = self.renamed = None
        self.double = self.shared_number = self.doubtful = self.unprintable = None
        now = shipped_institutions()
        before: Row = {}
        for row in lines:
            plain = row["ZJLXM"] == "01" and len(row["ZJHM"]) == 18
            if before and row["XWZSBH"] == before["XWZSBH"] and row["XWSYDWM"] == before["XWSYDWM"]:
                if row["ZJHM"] == before["ZJHM"]:
                    self.doubtful = self.doubtful or row
                else:
                    self.shared_number = self.shared_number or row
                if ordinary and ordinary[-1] is before:
                    ordinary.pop()
            elif before and row["ZJHM"] and row["ZJHM"] == before["ZJHM"]:
                self.double = self.double or row
            elif UNPRINTABLE in row["XM"]:
                self.unprintable = self.unprintable or row
            elif any(rare[0] in row["XM"] for rare in RARE_NAMES):
                self.rare = self.rare or row
            elif "·" in row["XM"]:
                self.minority = self.minority or row
            elif len(row["ZJHM"]) == 15 and row["ZJLXM"] == "01":
                self.short_number = self.short_number or row
            elif row["XXXSM"] == "4" and row["GBM"] != "156":
                self.foreign = self.foreign or row
            elif plain and row["XWZSBH"].startswith("C"):
                self.lettered = self.lettered or row
            elif plain and not now.has_name(row["XWSYDWM"], row["XWSYDW"], date.max):
                self.renamed = self.renamed or row
            elif plain and row["HXWRQ"] >= "2016" and row["XWLBM"] == "408" and len(ordinary) < 4:
                ordinary.append(row)
            before = row
        self.modern, self.other, self.third = ordinary[:3]


def _stranger() -> Row:
    """Somebody of whom the register holds nothing."""
    birth = date(1999, 9, 9)
    return {
        "XM": "查无此",
        "XBM": "1",
        "CSRQ": f"{birth:%Y%m%d}",
        "ZJLXM": "01",
        "ZJHM": resident_number("110199", birth, 999),
        "XWSYDWM": "10001",
        "XWSYDW": "北京大学",
        "XWLBM": "408",
        "ZSZYMC": "计算机科学与技术",
        "XXXSM": "1",
        "HXWRQ": "20210630",
        "XWZSBH": "1000142021999999",
    }


def _with_changes(
    row: Row, holder_name: Callable[[str], str] = str, number: Callable[[str], str] = str
) -> dict[str, Any]:
    body = body_of(row)
    body["holder"]["name"] = holder_name(body["holder"]["name"])
    body["holder"]["identity_number"] = number(body["holder"]["identity_number"])
    body["degree"]["certificate_number"] = number(body["degree"]["certificate_number"])
    return body


def _with_spaces(row: Row) -> dict[str, Any]:
    body = body_of(row)
    body["holder"]["name"] = f" {row['XM'][0]}\u3000{row['XM'][1:]} "
    body["degree"]["award_date"] = f"{row['HXWRQ'][:4]}年{int(row['HXWRQ'][4:6])}月{int(row['HXWRQ'][6:])}日"
    body["degree"]["certificate_number"] = f"{row['XWZSBH'][:5]} {row['XWZSBH'][5:]}"
    body["degree"]["category"] += "学位"
    return body


def _wide(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def _bullet(text: str) -> str:
    return text.replace("·", "\u2022")


def _day_after(text: str) -> str:
    return f"{date.fromisoformat(_iso(text)) + timedelta(days=1):%Y%m%d}"


def _iso(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"
