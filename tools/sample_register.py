"""A synthetic register: an annual report file of invented people at real institutions, and applications to go with it.

Nobody in it exists: identity numbers pass their check but carry district codes (ending in 99) that were never given
out, and every row says 合成数据 in its remark. The same seed gives the same file.

    python -m tools.sample_register FOLDER [--records 20000] [--seed 1] [--formats csv xlsx dbf] [--encoding gb18030]
"""

from __future__ import annotations

import argparse
import csv
import json
import struct
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.domain.applications.categories import CATEGORIES, level_of_code
from degree_auth.domain.applications.identity import check_character
from degree_auth.domain.register.annual_report_columns import COLUMNS
from degree_auth.domain.register.annual_report_row import IDENTITY_TYPES, SEXES, STUDY_FORMS
from degree_auth.domain.shared.words import Words

RECORDS = 20_000
HOME = "10001"
"""The institution whose accounts the demonstration and the tests use: it has more awards than its share."""

_HOME_FROM = 15_000
REMARK_COLUMN, REMARK = "备注(BZ)", "合成数据 SYNTHETIC"
UNPRINTABLE = "\U00030edd"  # CJK Extension G: no shipped font has it

Row = dict[str, str]
"""One row by column code."""


def _entries(text: str) -> list[str]:
    return text.split()


_SURNAMES = _entries(
    "王WANG 李LI 张ZHANG 刘LIU 陈CHEN 杨YANG 赵ZHAO 黄HUANG 周ZHOU 吴WU 徐XU 孙SUN 马MA 朱ZHU 胡HU 郭GUO 何HE 林LIN "
    "罗LUO 吕LYU 单SHAN 仇QIU 曾ZENG 解XIE 欧阳OUYANG 司马SIMA 诸葛ZHUGE"
)
_GIVEN = _entries(
    "伟WEI 芳FANG 娜NA 敏MIN 静JING 强QIANG 磊LEI 洋YANG 艳YAN 勇YONG 军JUN 杰JIE 娟JUAN 涛TAO 明MING 超CHAO 秀XIU "
    "霞XIA 平PING 刚GANG 桂GUI 文WEN 雅YA 晨CHEN 宇YU 轩XUAN 涵HAN 怡YI 欣XIN 雨YU 梓ZI 昊HAO 思SI 博BO 嘉JIA 瑞RUI"
)
_RARE = ("䶮YAN", "𠮷JI", "㛃JIE")
_MINORITY_FIRST = ("阿依古丽AYIGULI", "买买提MAIMAITI", "古丽娜尔GULINAER", "艾克拜尔AIKEBAIER", "帕提古丽PATIGULI")
_MINORITY_LAST = ("买买提MAIMAITI", "吐尔逊TUERXUN", "阿不都拉ABUDULA", "热合曼REHEMAN", "努尔麦麦提NUERMAIMAITI")
_FOREIGN_FIRST = ("ANNA", "JOHN", "MARIA", "AHMED", "NGUYEN VAN", "JOSÉ", "OLGA", "KWAME", "MIN-JUN", "SOMCHAI")
_FOREIGN_LAST = ("SAMPLE", "EXAMPLE", "SPECIMEN", "TESTOVA", "MUSTERMANN", "DUMMY", "PLACEHOLDER", "O'SAMPLE")
ODD_NAMES = (
    "KUMAR A/L SAMPLE",
    "SITI BINTI SAMPLE @ AMINAH",
    "DEVI D/O EXAMPLE",
    "RAJAN S/O EXAMPLE",
    "TAN AH KOW＠SAMPLE",
    "MARIA (MARY) SPECIMEN",
    "DUMMY（EXAMPLE）ANNA",
    "SAMPLE, JOHN Jr.",
    "D`EXAMPLE ANNE-MARIE",
    "O´SPECIMEN SEÁN",
    "SAMPLE HENRY Ⅲ",
    "ʻAKAU SAMPLE",
    "МУСТЕРМАНН ОЛЬГА",
    "김예제",
    "山田 はなこ",
    "བསོད་ནམས་ དཔེ་མཚོན",
    "ᠪᠠᠲᠤ ᠵᠢᠱᠢᠶ᠎᠎".rstrip("᠎"),
    "张　伟",
    "　王　芳",
    "李 示例（小）",
    *(f"示例古丽{dot}样本" for dot in "˙·•‧∙⋅・･●⸱⸳◦﹒．.。｡ㆍ"),
)
"""Odd but real ways in which annual report files write names; the people are invented."""
_COUNTRIES = ("004", "276", "392", "410", "586", "643", "704", "710", "764", "840")
_DISTRICTS = ("110199", "210199", "310199", "330199", "370199", "440199", "510199", "540199", "610199", "650199")

_DISCIPLINES = {
    "401": ("010101 哲学", "010102 逻辑学"),
    "402": ("020101 经济学", "020301K 金融学"),
    "403": ("030101K 法学", "030302 社会工作"),
    "404": ("040101 教育学", "040201 体育教育"),
    "405": ("050101 汉语言文学", "050201 英语"),
    "406": ("060101 历史学",),
    "407": ("070101 数学与应用数学", "070201 物理学", "071001 生物科学"),
    "408": ("080901 计算机科学与技术", "080202 机械设计制造及其自动化", "081001 土木工程", "080701 电子信息工程"),
    "409": ("090101 农学",),
    "410": ("100201K 临床医学",),
    "412": ("120203K 会计学", "120201K 工商管理"),
    "302": ("020204 金融学（含∶保险学）",),
    "307": ("070101 基础数学", "070304 物理化学"),
    "308": ("081203 计算机应用技术", "080201 机械制造及其自动化", "081401 岩土工程"),
    "312": ("120202 企业管理",),
    "343": ("430112 计算机技术",),
    "346": ("460100 工商管理",),
    "30854": ("085404 计算机技术",),
    "30351": ("035101 法律（非法学）",),
    "207": ("070201 理论物理",),
    "208": ("081201 计算机系统结构", "080502 材料学"),
}
_BACHELORS = tuple(code for code in _DISCIPLINES if code.startswith("4"))
_MASTERS = ("302", "307", "308", "312")
_DOCTORS = ("207", "208")


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


def rows(records: int = RECORDS, seed: int = 1) -> Iterator[Row]:
    """Rows of the synthetic register, as a stream."""
    random = Random(seed)  # noqa: S311 - invented data, not secrets
    units = _Units()
    number = 0
    while number < records:
        for row in _group(number, random, units):
            if number < records:
                yield row
            number += 1


def write_sample(
    folder: Path, records: int = RECORDS, seed: int = 1, formats: Sequence[str] = ("csv",), encoding: str = "utf-8"
) -> list[Path]:
    """Write the register in each format, the applications, and a note that all of it is synthetic; the files' paths."""
    folder.mkdir(parents=True, exist_ok=True)
    base = folder / f"register-synthetic-{records}"
    writers: dict[str, Callable[[Path, Iterable[Row], str], None]] = {
        "csv": write_csv,
        "xlsx": write_xlsx,
        "dbf": write_dbf,
    }
    paths = []
    for name in formats:
        path = base.with_suffix(f".{name}")
        writers[name](path, rows(records, seed), encoding)
        paths.append(path)
    samples = [asdict(application) for application in applications(rows(records, seed))]
    _write_json(base.with_suffix(".applications.json"), samples)
    note = {
        "说明": "本文件夹中的学位授予信息与认证申请全部为合成数据，不涉及任何真实个人；单位代码与名称为真实公开信息。",
        "note": "All records and applications are synthetic; nobody in them exists. Unit codes and names are real.",
        "records": records,
        "seed": seed,
        "files": [path.name for path in paths],
    }
    _write_json(base.with_suffix(".README.json"), note)
    return paths


def write_csv(path: Path, lines: Iterable[Row], encoding: str = "utf-8") -> None:
    """An annual report file as CSV."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_header())
        writer.writerows(_cells(row) for row in lines)


def write_xlsx(path: Path, lines: Iterable[Row], encoding: str = "utf-8") -> None:
    """An annual report file as a workbook, every cell a text; the encoding is the format's own."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("合成数据")
    sheet.append(_header())
    for row in lines:
        sheet.append(_cells(row))
    book.save(path)


def write_dbf(path: Path, lines: Iterable[Row], encoding: str = "gb18030") -> None:
    """An annual report file as dBASE III; fields are named by their codes alone, widths count bytes."""
    names = [*(column.code for column in COLUMNS), "BZ"]
    widths = [min(column.length * (1 if column.coded else 4), 240) for column in COLUMNS] + [40]
    length = 1 + sum(widths)
    count = 0
    with path.open("wb") as file:
        file.write(b"\0" * 32)
        for name, width in zip(names, widths, strict=True):
            file.write(struct.pack("<11sc4xB15x", name.encode("ascii"), b"C", width))
        file.write(b"\r")
        for row in lines:
            cells = zip(_cells(row), widths, strict=True)
            file.write(b" " + b"".join(cell.encode(encoding).ljust(width)[:width] for cell, width in cells))
            count += 1
        file.write(b"\x1a")
        file.seek(0)
        file.write(struct.pack("<B3BIHH20x", 3, 126, 1, 1, count, 33 + 32 * len(names), length))


def read_csv(path: Path) -> Iterator[Row]:
    """The rows of a file that `write_csv` wrote in UTF-8, as a stream."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        codes = [cell.rpartition("(")[2].rstrip(")") for cell in next(reader)]
        for cells in reader:
            yield dict(zip(codes, cells, strict=True))


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
            Words("全角字符", "full-width"), "matched", (), _changed(found.other, holder_name=_wide, number=_wide)
        ),
        Application(Words("空格与日期写法", "spaces, dates"), "matched", (), _spaced(found.third)),
    ]
    optional = (
        (
            found.minority,
            Words("姓名间隔号写法", "separator"),
            "matched",
            lambda row: _changed(row, holder_name=_bullet),
        ),
        (found.rare, Words("生僻字", "rare character"), "matched", body_of),
        (found.short_number, Words("15 位身份证号", "15-digit number"), "matched", body_of),
        (found.lettered, Words("成人教育证书编号", "adult certificate"), "matched", body_of),
        (
            found.foreign,
            Words("来华留学", "international student"),
            "matched",
            lambda row: _changed(row, holder_name=str.lower),
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
        samples.append(
            Application(Words(f"{field} 不一致", f"{field} differs"), "mismatched", (f"{section}.{field}",), body)
        )
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


class _Units:
    """Institutions that grant degrees, with their names at a day."""

    def __init__(self) -> None:
        self._list = shipped_institutions()
        hits, _ = self._list.page("大学", "", 10_000)
        self._codes = sorted({row.code for row, _ in hits if row.name.endswith("大学") and row.code.startswith("1")})
        self._renamed = sorted({row.code for row, _ in hits if row.valid_from is not None and row.code in self._codes})

    def home(self, day: date) -> tuple[str, str]:
        """The code and the name at a day of the institution whose accounts are the sample's."""
        return HOME, self._list.names(HOME, day)[0]

    def at(self, random: Random, day: date) -> tuple[str, str]:
        """A code and a name that it had on a day, renamed institutions more often than their share."""
        codes = self._renamed if self._renamed and random.random() < 0.05 else self._codes
        while True:
            code = random.choice(codes)
            names = self._list.names(code, day)
            if names:
                return code, names[0]


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
            elif any(rare[0] in row["XM"] for rare in _RARE):
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


def _group(number: int, random: Random, units: _Units) -> Iterator[Row]:
    """The next row, or a pair that belongs together."""
    row = _award(number, random, units)
    yield row
    if number % 70 == 51 and row["XXXSM"] == "1" and row["XWLBM"] in _BACHELORS:
        yield _second_degree(row, number + 1, random)
    elif number % 500 == 250:
        # The unit numbered two certificates alike: another person.
        other = _award(number + 1, random, units)
        copied = ("XWSYDWM", "XWSYDW", "PYDWM", "XWLBM", "ZYDM", "ZSZYMC", "XXXSM", "HXWRQ", "XWZSBH")
        if row["XXXSM"] == other["XXXSM"] == "1" and other["ZJLXM"] == row["ZJLXM"] and other["CSRQ"] < "1998":
            yield {**other, **{code: row[code] for code in copied}}
    elif number % 1000 == 333 and row["XWLBM"] in _BACHELORS:
        # One number for two degrees of the same person: the register cannot say which the certificate means.
        category = "407" if row["XWLBM"] != "407" else "408"
        code, name = _DISCIPLINES[category][0].split()
        yield {**row, "XWLBM": category, "ZYDM": code, "ZSZYMC": name}


def _award(number: int, random: Random, units: _Units) -> Row:
    """One award; what is special about it follows from its number, so that a short file holds every kind."""
    kind = number % 20
    year = (
        random.randint(2016, 2025)
        if kind < 11
        else random.randint(2005, 2015)
        if kind < 17
        else random.randint(1988, 2004)
    )
    award = date(year, *random.choice(((6, 30), (7, 1), (12, 31), (1, 15) if year > 2005 else (6, 20))))
    if date(2005, 1, 1) <= award < date(2005, 8, 25):
        award = date(2005, 12, 31)
    category = random.choices((_BACHELORS, _MASTERS, _DOCTORS), (80, 17, 3))[0]
    row = _person(number, random, award)
    code, unit = units.at(random, award)
    if number >= _HOME_FROM and kind == 6:
        code, unit = units.home(award)
    row |= {"XWSYDWM": code, "XWSYDW": unit, "PYDWM": code, "XXXSM": "1", "HXWRQ": f"{award:%Y%m%d}"}
    if row["GBM"] != "156":
        row["XXXSM"] = "4"
    elif year >= 2005 and number % 20 in (12, 15):
        category, row["XXXSM"] = _BACHELORS, "3" if number % 40 == 12 else "2"
    professional = year >= 2005 and kind in (5, 13) and row["XXXSM"] == "1"
    row["XWLBM"] = (
        random.choice(("343", "346") if year < 2016 else ("30854", "30351"))
        if professional
        else random.choice(category)
    )
    row["ZYDM"], row["ZSZYMC"] = random.choice(_DISCIPLINES[row["XWLBM"]]).split()
    row["XWZSBH"] = _certificate_number(row, award, number, professional)
    return row


def _certificate_number(row: Row, award: date, number: int, professional: bool) -> str:
    """The number as the rule in force at the award date makes it."""
    serial = number % 99_999 + 1
    start = f"{row['XWSYDWM']}{row['XWLBM'][0]}{award.year}"
    if award.year < 2005:
        styles = (f"学位证字第{start[6:]}-{number:06d}号", f"({start[8:]}){number:06d}", f"B{start[8:]}-{number:06d}")
        return f"{styles[number % 3]}"
    if award.year >= 2016:
        return f"{start}{number % 999_999 + 1:06d}"
    if professional:
        return f"Z{start}{'C' if row['XWLBM'] == '343' else 'S'}{serial:05d}"
    if row["XXXSM"] == "2":
        return f"C{start}{number % 999_999 + 1:06d}"
    if row["XXXSM"] == "3":
        return f"C{start}Z{serial:05d}"
    if row["XXXSM"] == "4":
        return f"L{start}{number % 999_999 + 1:06d}"
    if row["XWLBM"][0] == "3" and number % 7 == 0:
        return f"{'QT'[number % 2]}{start}{number % 999_999 + 1:06d}"
    return f"{start}{number % 999_999 + 1:06d}"


def _second_degree(row: Row, number: int, random: Random) -> Row:
    """A double degree (S) or second bachelor's (E): the same person and day, another field, a number of its own."""
    other = random.choice([code for code in _BACHELORS if code != row["XWLBM"]])
    code, name = random.choice(_DISCIPLINES[other]).split()
    start = f"{row['XWSYDWM']}4{row['HXWRQ'][:4]}"
    numbered = (
        f"{start}{'SE'[number % 2]}{number % 99_999 + 1:05d}"
        if row["HXWRQ"] < "2016"
        else f"{start}{number % 999_999 + 1:06d}"
    )
    return {**row, "XWLBM": other, "ZYDM": code, "ZSZYMC": name, "XWZSBH": numbered}


def _person(number: int, random: Random, award: date) -> Row:
    birth = award - timedelta(days=random.randint(21 * 365 + 6, 27 * 365))
    male = random.random() < 0.5
    row = {"XBM": "1" if male else "2", "CSRQ": f"{birth:%Y%m%d}", "GBM": "156", "MZM": "01", "ZJLXM": "01"}
    if number % 20 == 7 or number % 60 == 13:
        first, last = random.choice(_FOREIGN_FIRST), random.choice(_FOREIGN_LAST)
        letters = f"{chr(65 + number % 26)}{number % 100_000_000:08d}"
        return row | {
            "XM": f"{last} {first}",
            "XMPY": f"{last} {first}",
            "GBM": random.choice(_COUNTRIES),
            "MZM": "",
            "ZJLXM": "10",
            "ZJHM": letters,
        }
    row["XM"], row["XMPY"] = _name(number, random)
    if "·" in row["XM"]:
        row["MZM"] = "05"
    serial = number % 499 * 2 + (1 if male else 0)
    row["ZJHM"] = _resident_number(random.choice(_DISTRICTS), birth, serial)
    if award.year < 2000:
        row["ZJHM"] = "" if number % 60 == 57 else row["ZJHM"][:6] + row["ZJHM"][8:17]
    elif number % 200 == 31:
        row |= {"ZJLXM": "07", "GBM": "344", "ZJHM": f"H{number % 100_000_000:08d}"}
    elif number % 200 == 91:
        row |= {"ZJLXM": "08", "GBM": "158", "ZJHM": f"{number % 100_000_000:08d}"}
    elif number % 400 == 171:
        seventeen = f"9{random.choice(_DISTRICTS)[:2]}840{birth:%Y%m%d}{serial:03d}"
        row |= {"ZJLXM": "11", "GBM": "840", "ZJHM": seventeen + check_character(seventeen)}
    elif number % 400 == 131:
        row |= {"ZJLXM": "02", "ZJHM": f"军字第{number % 10_000_000:07d}"}
    return row


def _name(number: int, random: Random) -> tuple[str, str]:
    if number % 20 == 3:
        first, last = _split(random.choice(_MINORITY_FIRST)), _split(random.choice(_MINORITY_LAST))
        return f"{first[0]}·{last[0]}", f"{first[1]} {last[1]}"
    if number % 40 == 39:
        return ODD_NAMES[number // 40 % len(ODD_NAMES)], ""
    surname = _split(random.choice(_SURNAMES))
    given = [_split(random.choice(_GIVEN)) for _ in range(random.choice((1, 2, 2, 2)))]
    if number % 50 == 2:
        given[-1] = _split(_RARE[number // 50 % len(_RARE)])
    elif number % 5000 == 61:
        given[-1] = (UNPRINTABLE, "BIANG")
    return surname[0] + "".join(part[0] for part in given), f"{surname[1]} {''.join(part[1] for part in given)}"


def _split(entry: str) -> tuple[str, str]:
    """Characters and pinyin of an entry such as 王WANG."""
    at = next(place for place, character in enumerate(entry) if character.isascii())
    return entry[:at], entry[at:]


def _resident_number(district: str, birth: date, serial: int) -> str:
    seventeen = f"{district}{birth:%Y%m%d}{serial:03d}"
    return seventeen + check_character(seventeen)


def _stranger() -> Row:
    """Somebody of whom the register holds nothing."""
    birth = date(1999, 9, 9)
    return {
        "XM": "查无此",
        "XBM": "1",
        "CSRQ": f"{birth:%Y%m%d}",
        "ZJLXM": "01",
        "ZJHM": _resident_number("110199", birth, 999),
        "XWSYDWM": "10001",
        "XWSYDW": "北京大学",
        "XWLBM": "408",
        "ZSZYMC": "计算机科学与技术",
        "XXXSM": "1",
        "HXWRQ": "20210630",
        "XWZSBH": "1000142021999999",
    }


def _changed(row: Row, holder_name: Callable[[str], str] = str, number: Callable[[str], str] = str) -> dict[str, Any]:
    body = body_of(row)
    body["holder"]["name"] = holder_name(body["holder"]["name"])
    body["holder"]["identity_number"] = number(body["holder"]["identity_number"])
    body["degree"]["certificate_number"] = number(body["degree"]["certificate_number"])
    return body


def _spaced(row: Row) -> dict[str, Any]:
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


def _header() -> list[str]:
    return [*(column.label for column in COLUMNS), REMARK_COLUMN]


def _cells(row: Row) -> list[str]:
    return [*(row[column.code] for column in COLUMNS), REMARK]


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=Words("生成合成的年报文件", "Generate a synthetic annual report file").lines,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--formats", nargs="+", choices=("csv", "xlsx", "dbf"), default=["csv"])
    parser.add_argument("--encoding", choices=("utf-8", "utf-8-sig", "gb18030"), default="utf-8")
    given = parser.parse_args(arguments)
    for path in write_sample(given.folder, given.records, given.seed, given.formats, given.encoding):
        print(path)


if __name__ == "__main__":
    main()
