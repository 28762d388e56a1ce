"""Rows of a synthetic register: invented people with degrees of real institutions.

Nobody in it exists: identity numbers pass their check but carry district codes (ending in 99) that were never given
out, and every row says 合成数据 in its remark. The same seed gives the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.domain.applications.identity import check_character

RECORDS = 20_000
HOME = "10001"
"""The institution whose accounts the demonstration and the tests use: it has more awards than its share."""

_HOME_FROM = 15_000
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
RARE_NAMES = ("䶮YAN", "𠮷JI", "㛃JIE")
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


def of_others(lines: Iterable[Row], random: Random) -> list[Row]:
    """The same awards, of 2016 and later, to other people: as old within months, under numbers that `rows` never gives.

    An award has one report in force, so what is said of it once shows in whatever is done with it again. Whoever wants
    a register that nobody has touched takes other people.
    """
    found = list(lines)
    serials = random.sample(range(100_000, 500_000), len(found))
    return [_other(row, serial, random) for row, serial in zip(found, serials, strict=True)]


def _other(row: Row, serial: int, random: Random) -> Row:
    year, month, day = row["CSRQ"][:4], row["CSRQ"][4:6], row["CSRQ"][6:]
    birth = date(int(year), int(month), int(day)) - timedelta(days=random.randint(1, 200))
    place = random.randrange(499) * 2 + (1 if row["XBM"] == "1" else 0)
    given = [_split(entry) for entry in random.sample(_GIVEN, 2)]
    surname = _split(random.choice(_SURNAMES))
    return {
        **row,
        "XM": surname[0] + "".join(part[0] for part in given),
        "XMPY": f"{surname[1]} {''.join(part[1] for part in given)}",
        "MZM": "01",
        "CSRQ": f"{birth:%Y%m%d}",
        "ZJHM": resident_number(random.choice(_DISTRICTS), birth, place),
        "XWZSBH": f"{row['XWZSBH'][:-6]}{serial:06d}",
    }


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
    row["ZJHM"] = resident_number(random.choice(_DISTRICTS), birth, serial)
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
        given[-1] = _split(RARE_NAMES[number // 50 % len(RARE_NAMES)])
    elif number % 5000 == 61:
        given[-1] = (UNPRINTABLE, "BIANG")
    return surname[0] + "".join(part[0] for part in given), f"{surname[1]} {''.join(part[1] for part in given)}"


def _split(entry: str) -> tuple[str, str]:
    """Characters and pinyin of an entry such as 王WANG."""
    at = next(place for place, character in enumerate(entry) if character.isascii())
    return entry[:at], entry[at:]


def resident_number(district: str, birth: date, serial: int) -> str:
    """A resident identity number that passes its check."""
    seventeen = f"{district}{birth:%Y%m%d}{serial:03d}"
    return seventeen + check_character(seventeen)
