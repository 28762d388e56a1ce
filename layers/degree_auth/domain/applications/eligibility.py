"""Eligibility (资格审查, article 10): whose degrees, and since when. Asked before a case enters.

Academic degrees have three levels and are awarded by universities and research institutions that the state has
authorised: Regulations on Academic Degrees (学位条例), articles 3 and 8, in force since 1981-01-01 (article 20); since
2025-01-01 the Law on Academic Degrees (学位法), articles 2 and 5. A bachelor's degree ends an undergraduate course
(article 4 of the Regulations), which junior colleges do not have: their students' degrees, if any, are another
institution's. An honorary doctor's degree (article 14) is a distinction and proves no study.

Only what is certain is refused here. No open list names every authorised institution on every day, so an institution
that these rules do not know goes on to material review, where staff may reject the application as not eligible.
"""

from __future__ import annotations

import re
from datetime import date

from degree_auth.domain.shared.text import category_key, phrase_key

_NO_LETTER = re.compile(r"[\W_]+")
_BRACKETED = re.compile(r".*\(([^()]*)\)")
_CHINESE = re.compile("[\u3400-\u9fff]")


ELIGIBLE_SINCE = date(1981, 1, 1)
"""The first day of an award."""

_REGIONS = ("香港", "澳门", "澳門", "台湾", "台灣", "臺灣", "國立", "国立台湾", "国立臺灣")
"""Begin, or stand in brackets at the end of, the name of an institution under another law."""

_REGIONS_IN_ENGLISH = ("hong kong", "hongkong", "macau", "macao", "taiwan")
_CAMPUSES = (
    *("深圳", "广州", "廣州", "珠海", "东莞", "東莞", "佛山", "惠州", "肇庆", "中山", "横琴", "北京", "上海", "苏州"),
    *("shenzhen", "guangzhou", "zhuhai", "dongguan", "beijing", "united international college"),
)
"""Places of the mainland: a name that ends in one, or an English one that has it, is that of a campus there."""

_WITHOUT_DEGREES = ("高等专科学校", "职业学院", "职业技术学院", "中等专业学校", "中等职业学校", "技工学校")
"""End the name of a kind of institution that awards none."""

_HONORARY = ("名誉", "名譽", "荣誉博士", "榮譽博士", "honorary", "honoris causa")
"""Words in the category of a degree that is a distinction, in which an honours bachelor's degree (荣誉学士) is none."""


def award_day_fault(day: date) -> str | None:
    """The code of the reason why no award of this day is authenticated, or None."""
    return "award_before_degrees" if day < ELIGIBLE_SINCE else None


def category_fault(category: str) -> str | None:
    """The code of the reason why no degree of this category is authenticated, or None."""
    key = category_key(category)
    return "ineligible_honorary_degree" if any(word in key for word in _HONORARY) else None


def institution_fault(name: str) -> str | None:
    """The code of the reason why no degree of an institution so named is authenticated, or None."""
    key = phrase_key(name)
    if _is_of_another_region(key):
        return "ineligible_region"
    return "ineligible_institution" if key.endswith(_WITHOUT_DEGREES) else None


def _is_of_another_region(key: str) -> bool:
    if not _CHINESE.search(key):
        in_english = any(region in key for region in _REGIONS_IN_ENGLISH)
        return in_english and not any(campus in key for campus in _CAMPUSES)
    bracketed = _BRACKETED.fullmatch(key)
    added = bracketed[1] if bracketed else ""
    if added.startswith(_REGIONS):
        return True
    if not key.startswith(_REGIONS) or _NO_LETTER.sub("", key).endswith(_CAMPUSES):
        return False
    # Another place in brackets may be a campus that the list lacks; a short or English name in them is none.
    return not _CHINESE.search(added)
