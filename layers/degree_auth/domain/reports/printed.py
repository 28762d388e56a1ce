"""What a report prints, and what of it the online check compares with a print (article 15, N2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from degree_auth.domain.applications.categories import category_in_english
from degree_auth.domain.applications.fields import FIELDS
from degree_auth.domain.cases.names import CHOICE_NAMES
from degree_auth.domain.cases.report_state import Basis
from degree_auth.domain.reports.content import ReportContent

_NO_BREAK = "\u00a0"
_SHORTEST_CUT = 10  # characters; a shorter certificate number shows its first alone
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


COMPARED_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "holder_name": "holder.name",
        "birth_date": "holder.birth_date",
        "certificate_number": "degree.certificate_number",
    }
)
"""What a check may take from the print, all or none, and the field of a submission by whose rule each is read."""


def page_texts(content: ReportContent) -> dict[str, str | tuple[str, ...]]:
    """Every text of the page that differs from report to report; of two, the Chinese one first."""
    award = day_in_words(content.award_date)
    level = CHOICE_NAMES[content.level]
    category = category_in_english(content.category)
    chinese, english = _FINDING[content.basis]
    return {
        "number": content.report_number,
        "code": content.check_code,
        "version": str(content.version),
        "issued": content.issued_at.strftime("%Y-%m-%d %H:%M:%S"),
        "issued-on": day_in_words(content.issued_at.date()),
        "name": content.holder_name,
        "sex": CHOICE_NAMES[content.sex],
        "birth": day_in_words(content.birth_date),
        "institution": content.institution_name,
        "institution-code": content.institution_code,
        "level": level,
        "category": (content.category, category) if category else (content.category,),
        "discipline": content.discipline,
        "study-form": CHOICE_NAMES[content.study_form],
        "award": award,
        "certificate": content.certificate_number,
        "finding": (
            f"经查，{content.holder_name}于{award[0]}获{content.institution_name}授予的"
            f"{content.category.removesuffix('学位')}学位，"
            f"其学位信息{chinese}，特此认证。",
            f"This is to certify that the person named above was awarded the degree of {category or level[1]} "
            f"on {award[1].replace(' ', _NO_BREAK)}, and that the particulars stated here {english}.",
        ),
        "check-page": check_page(content.check_url),
    }


def compared_text(holder_name: str, birth_date: str, certificate_number: str) -> str:
    """The three values as one text to take a keyed digest of; `birth_date` is ISO 8601.

    Spelling variants are made one, as when a claim is compared with the register.
    """
    name = FIELDS["holder.name"].form(holder_name)
    number = FIELDS["degree.certificate_number"].form(certificate_number)
    return f"{name}\n{birth_date}\n{number}"


def masked_date(day: date) -> str:
    """A date of birth as a stranger may see it: its year and the last digit of its day, as `1999-**-*3`."""
    return f"{day.year:04d}-**-*{day.day % 10}"


def masked_number(number: str) -> str:
    """A certificate number without the four characters before its last two; of a short one the first alone stays."""
    if len(number) < _SHORTEST_CUT:
        return number[:1] + "*" * (len(number) - 1)
    return f"{number[:-6]}****{number[-2:]}"


def check_page(check_url: str) -> str:
    """The address of the page that checks, as it is printed."""
    return re.sub(r"^https?://", "", check_url)


def day_in_words(day: date) -> tuple[str, str]:
    """A day as it is printed, Chinese first."""
    return f"{day.year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
