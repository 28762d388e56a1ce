"""Degree categories (学位类别): codes, Chinese names, and the level inside a code.

Three-digit codes are those of GB/T 6864-2003, with 艺术学 (13) that became a field of its own in 2011. For professional
degrees founded later the five-character field of the register is read as the level digit and the four-digit code of the
professional degree catalogue (30251 is 金融硕士), to which the catalogue of 2022 added some; where a real register
writes them otherwise, its rows carry names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from degree_auth.domain.applications.claim import Level
from degree_auth.domain.shared.text import category_key

_LEVELS = {"2": Level.DOCTOR, "3": Level.MASTER, "4": Level.BACHELOR}
_LEVEL_NAMES = {"2": "博士", "3": "硕士", "4": "学士"}
_LEVELS_IN_ENGLISH = {Level.DOCTOR: "Doctor", Level.MASTER: "Master", Level.BACHELOR: "Bachelor"}
_FIELDS = {
    **{"01": "哲学", "02": "经济学", "03": "法学", "04": "教育学", "05": "文学", "06": "历史学", "07": "理学"},
    **{"08": "工学", "09": "农学", "10": "医学", "11": "军事学", "12": "管理学", "13": "艺术学"},
}
_PROFESSIONAL = {
    **{"245": "临床医学博士", "248": "兽医博士", "250": "口腔医学博士"},
    **{"341": "法律硕士", "342": "教育硕士", "343": "工程硕士", "344": "建筑学硕士", "345": "临床医学硕士"},
    **{"346": "工商管理硕士", "347": "农业推广硕士", "348": "兽医硕士", "349": "公共管理硕士", "350": "口腔医学硕士"},
    **{"351": "公共卫生硕士", "352": "军事硕士", "444": "建筑学学士"},
}
_CATALOGUE = {
    **{"0251": "金融", "0252": "应用统计", "0253": "税务", "0254": "国际商务", "0255": "保险", "0256": "资产评估"},
    **{"0257": "审计", "0351": "法律", "0352": "社会工作", "0353": "警务", "0451": "教育", "0452": "体育"},
    **{"0453": "汉语国际教育", "0454": "应用心理", "0551": "翻译", "0552": "新闻与传播", "0553": "出版"},
    **{"0651": "文物与博物馆", "0851": "建筑学", "0852": "工程", "0853": "城市规划", "0854": "电子信息"},
    **{"0855": "机械", "0856": "材料与化工", "0857": "资源与环境", "0858": "能源动力", "0859": "土木水利"},
    **{"0860": "生物与医药", "0861": "交通运输", "0951": "农业", "0952": "兽医", "0953": "风景园林", "0954": "林业"},
    **{"1051": "临床医学", "1052": "口腔医学", "1053": "公共卫生", "1054": "护理", "1055": "药学", "1056": "中药学"},
    **{"1057": "中医", "1151": "军事", "1251": "工商管理", "1252": "公共管理", "1253": "会计", "1254": "旅游管理"},
    **{"1255": "图书情报", "1256": "工程管理", "1351": "艺术"},
    **{"0258": "数字经济", "0354": "知识产权", "0355": "国际事务", "0751": "气象", "0955": "食品与营养"},
    **{"1058": "医学技术", "1059": "针灸", "1352": "音乐", "1353": "舞蹈", "1354": "戏剧与影视"},
    **{"1355": "戏曲与曲艺", "1356": "美术与书法", "1357": "设计", "1451": "文物"},
}
_DOCTORAL = ("0451", "0854", "0855", "0856", "0857", "0858", "0859", "0860", "0861", "0952", "1051", "1052", "1057")

_IN_ENGLISH = {
    **{"哲学": "Philosophy", "经济学": "Economics", "法学": "Law", "教育学": "Education", "文学": "Literature"},
    **{"历史学": "History", "理学": "Science", "工学": "Engineering", "农学": "Agriculture", "医学": "Medicine"},
    **{"军事学": "Military Science", "管理学": "Management", "艺术学": "Arts", "法律": "Law", "教育": "Education"},
    **{
        "工程": "Engineering",
        "建筑学": "Architecture",
        "临床医学": "Clinical Medicine",
        "工商管理": "Business Administration",
    },
    **{"农业推广": "Agricultural Extension", "兽医": "Veterinary Medicine", "公共管理": "Public Administration"},
    **{"口腔医学": "Stomatology", "公共卫生": "Public Health", "军事": "Military Affairs", "金融": "Finance"},
    **{"应用统计": "Applied Statistics", "税务": "Taxation", "国际商务": "International Business", "保险": "Insurance"},
    **{
        "资产评估": "Valuation",
        "审计": "Auditing",
        "社会工作": "Social Work",
        "警务": "Policing",
        "体育": "Physical Education",
    },
    **{"汉语国际教育": "Teaching Chinese to Speakers of Other Languages", "应用心理": "Applied Psychology"},
    **{"翻译": "Translation and Interpreting", "新闻与传播": "Journalism and Communication", "出版": "Publishing"},
    **{
        "文物与博物馆": "Cultural Heritage and Museology",
        "城市规划": "Urban Planning",
        "机械": "Mechanical Engineering",
    },
    **{"电子信息": "Electronic and Information Engineering", "材料与化工": "Materials and Chemical Engineering"},
    **{"资源与环境": "Resources and Environmental Engineering", "能源动力": "Energy and Power Engineering"},
    **{
        "土木水利": "Civil and Hydraulic Engineering",
        "生物与医药": "Biology and Medicine",
        "交通运输": "Transportation",
    },
    **{
        "农业": "Agriculture",
        "风景园林": "Landscape Architecture",
        "林业": "Forestry",
        "护理": "Nursing",
        "药学": "Pharmacy",
    },
    **{"中药学": "Chinese Materia Medica", "中医": "Traditional Chinese Medicine", "会计": "Professional Accounting"},
    **{"旅游管理": "Tourism Administration", "图书情报": "Library and Information Studies", "艺术": "Fine Arts"},
    **{"工程管理": "Engineering Management", "数字经济": "Digital Economy", "知识产权": "Intellectual Property"},
    **{"国际事务": "International Affairs", "气象": "Meteorology", "食品与营养": "Food and Nutrition"},
    **{"医学技术": "Medical Technology", "针灸": "Acupuncture and Moxibustion", "音乐": "Music", "舞蹈": "Dance"},
    **{"戏剧与影视": "Drama, Film and Television", "戏曲与曲艺": "Chinese Opera and Folk Arts", "设计": "Design"},
    **{"美术与书法": "Fine Arts and Calligraphy", "文物": "Cultural Relics"},
}

CATEGORIES: dict[str, str] = {
    **{level + code: field + name for level, name in _LEVEL_NAMES.items() for code, field in _FIELDS.items()},
    **_PROFESSIONAL,
    **{f"3{code}": f"{name}硕士" for code, name in _CATALOGUE.items()},
    **{f"2{code}": f"{_CATALOGUE[code]}博士" for code in _DOCTORAL},
}
"""Chinese name of each category code."""

_NAMES = frozenset(CATEGORIES.values())
_NAMES_OF_LEVEL: Mapping[Level, frozenset[str]] = {
    level: frozenset(name for code, name in CATEGORIES.items() if code.startswith(digit))
    for digit, level in _LEVELS.items()
}


class Category(NamedTuple):
    """A category to choose: its code, Chinese name and English name."""

    code: str
    name: str
    name_in_english: str


def category_name(code: str) -> str:
    """The Chinese name of a category code, without the word 学位.

    Raises:
        KeyError: no such code.
    """
    return CATEGORIES[code]


def known_category(name: str) -> bool:
    """Whether the name, with or without 学位 or 专业学位 at its end, is one of the table."""
    return category_key(name) in _NAMES


def is_category_of(level: Level, name: str) -> bool:
    """Whether the table has the name, with or without 学位 or 专业学位 at its end, at a level."""
    return category_key(name) in _NAMES_OF_LEVEL[level]


def categories_of(level: Level) -> tuple[Category, ...]:
    """What can be chosen at a level: the academic categories, then the professional ones, each name once, by code."""
    by_name: dict[str, Category] = {}
    for code in sorted(
        (code for code in CATEGORIES if level_of_code(code) is level), key=lambda code: (len(code), code)
    ):
        name = CATEGORIES[code]
        by_name.setdefault(name, Category(code, name, category_in_english(name) or ""))
    return tuple(by_name.values())


def category_in_english(name: str) -> str | None:
    """The English name of a degree category, such as Master of Engineering for 工学硕士; None for one not listed."""
    level = level_of_name(name)
    field = None if level is None else _IN_ENGLISH.get(category_key(name)[:-2])
    return None if level is None or field is None else f"{_LEVELS_IN_ENGLISH[level]} of {field}"


def level_of_code(code: str) -> Level:
    """The level in a category code's first digit.

    Raises:
        KeyError: the first digit is none of 2 (doctor), 3 (master), 4 (bachelor).
    """
    return _LEVELS[code[:1]]


def level_of_name(name: str) -> Level | None:
    """The level that a category's name ends in (学士, 硕士, 博士), None when the name has no such ending."""
    key = category_key(name)
    return next((_LEVELS[digit] for digit, word in _LEVEL_NAMES.items() if key.endswith(word)), None)


def code_of_name(name: str, level: Level) -> str | None:
    """The code of a category's name at a level; None when the table lacks it, or has several for it."""
    key = category_key(name)
    codes = [code for code, known in CATEGORIES.items() if known == key and level_of_code(code) is level]
    return codes[0] if len(codes) == 1 else None
