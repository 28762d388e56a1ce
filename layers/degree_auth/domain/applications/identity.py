"""Numbers of identity documents: their canonical form, and which numbers are valid."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from operator import mul

from degree_auth.domain.applications.claim import IdentityType, Sex
from degree_auth.domain.shared.text import code_form

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_FIFTEEN = re.compile("[0-9]{15}")
EIGHTEEN = re.compile("[0-9]{17}[0-9X]")
"""The form of a resident identity number."""
_PROVINCES = frozenset(
    str(number)
    for region in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66), (71,))
    for number in region
)
_PERMIT_REGIONS = frozenset({"81", "82", "83"})
_SIGNS_COUNT = frozenset({IdentityType.RESIDENT_IDENTITY_CARD, IdentityType.MILITARY})
_SET_APART = str.maketrans("", "", "()[]-./\u00b7")
"""What sets parts of a permit's or passport's number apart when it is typed: 01234567(B), H1234567-8."""


PATTERNS: dict[IdentityType, str] = {
    IdentityType.RESIDENT_IDENTITY_CARD: f"{_FIFTEEN.pattern}|{EIGHTEEN.pattern}",
    IdentityType.RESIDENCE_PERMIT: EIGHTEEN.pattern,
    IdentityType.PERMANENT_RESIDENCE_CARD: "9[0-9]{16}[0-9X]|[A-Z]{3}[0-9]{12}",
    IdentityType.HK_MACAO_PERMIT: "[HM][0-9]{8}(?:[0-9]{2})?",
    IdentityType.TAIWAN_PERMIT: r"T?[0-9]{8}(?:[0-9]{2})?(?:[A-Z]|\([A-Z]\))?",
    IdentityType.PASSPORT: "(?=.*[0-9])[0-9A-Z]{5,17}",
    IdentityType.MILITARY: "[\u4e00-\u9fff]{1,6}[0-9]{4,10}号?",
}
"""The whole canonical number, by type of document.

The two digits after eight in a Hong Kong, Macao or Taiwan permit count its renewals. Military documents begin with
Chinese characters (军字第…号). Foreigners' permanent residence cards have two forms: since 2023-12-01 18 characters
that begin with 9, built like a resident's (GA 2102-2023), before that three letters of the nationality and 12 digits.
What the 12 digits mean is in no open text, so only their form is checked.
"""

_FORMS = {kind: re.compile(pattern) for kind, pattern in PATTERNS.items()}


def check_character(first_seventeen: str) -> str:
    """The check character of an 18-digit number (GB 11643-1999, ISO 7064 MOD 11-2) from its first 17 digits."""
    if len(first_seventeen) != len(_WEIGHTS):
        raise ValueError("not seventeen digits")
    total = sum(map(mul, _WEIGHTS, map(int, first_seventeen)))
    return _CHECK_CHARACTERS[total % 11]


@lru_cache(maxsize=4)  # whoever looks at a row or a claim asks for its number several times
def canonical_identity_number(identity_type: IdentityType, number: str) -> str:
    """The number half-width, upper case, without spaces; a resident card's 15 digits as the 18 they became; a permit or
    passport without brackets and dashes."""
    plain = code_form(number)
    if identity_type not in _SIGNS_COUNT and not plain.isalnum():
        return plain.translate(_SET_APART)
    if identity_type is IdentityType.RESIDENT_IDENTITY_CARD and _FIFTEEN.fullmatch(plain):
        seventeen = f"{plain[:6]}19{plain[6:]}"
        return seventeen + check_character(seventeen)
    return plain


_OWN_PARTS = {
    IdentityType.HK_MACAO_PERMIT: re.compile("([HM][0-9]{8})(?:[0-9]{2})?"),
    IdentityType.TAIWAN_PERMIT: re.compile(r"T?([0-9]{8})(?:[0-9]{2})?(?:[A-Z]|\([A-Z]\))?"),
    IdentityType.MILITARY: re.compile("([\u4e00-\u9fff]{1,6}[0-9]{4,10})号?"),
}


def lifelong_part(identity_type: IdentityType, canonical: str) -> str:
    """What of a canonical number is its holder's for life and does not depend on how it is written; the whole number of
    any other document, and of one that has no such form.

    Two people never share it, because only that is left out which tells no people apart:

    - Hong Kong and Macao permits have a letter, eight digits for life, and two that count renewals (rules of the
      Ministry of Public Security for their numbers, 2010).
    - Taiwan permits have eight digits for life, one to a person. Until 2008-09-25 two digits that count issues
      and the issuing authority's letter followed them. A T before them is taken for the kind of the document.
    - Military documents are written with and without their last character 号, and with 軍 for 军, one character
      in two scripts. The words before the number tell branches apart and stay.
    """
    if identity_type is IdentityType.MILITARY:
        canonical = canonical.replace("軍", "军").replace("號", "号")
    form = _OWN_PARTS.get(identity_type)
    own = form.fullmatch(canonical) if form is not None else None
    return canonical if own is None else own[1]


@lru_cache(maxsize=4)
def birth_date_in(number: str) -> date | None:
    """The birth date inside an 18-digit number; None when those digits are no day of the calendar."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex_in(number: str) -> Sex:
    """The sex inside an 18-digit number: the 17th digit is odd for men."""
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


def number_fault(identity_type: IdentityType, canonical: str) -> str | None:
    """The code of the first rule that a canonical number breaks, or None."""
    if not _FORMS[identity_type].fullmatch(canonical):
        return f"identity_{identity_type.value}_format"
    if not carries_person(identity_type, canonical):
        return None
    if not EIGHTEEN.fullmatch(canonical):
        return "identity_resident_identity_card_format"
    region = canonical[:2]
    if identity_type is IdentityType.RESIDENT_IDENTITY_CARD and region not in _PROVINCES:
        return _mistaken_for_a_resident(region)
    if identity_type is IdentityType.RESIDENCE_PERMIT and region not in _PERMIT_REGIONS:
        return "identity_residence_permit_region"
    if birth_date_in(canonical) is None:
        return "identity_birth_date"
    if check_character(canonical[:17]) != canonical[17]:
        return "identity_check_character"
    return None


def carries_person(identity_type: IdentityType, canonical: str) -> bool:
    """Whether a canonical number holds a birth date, a sex and a check character (GB 11643, GA 2102)."""
    if identity_type is IdentityType.PERMANENT_RESIDENCE_CARD:
        return EIGHTEEN.fullmatch(canonical) is not None
    return identity_type in (IdentityType.RESIDENT_IDENTITY_CARD, IdentityType.RESIDENCE_PERMIT)


def _mistaken_for_a_resident(region: str) -> str:
    """The code of what is wrong with a resident's number that begins with no province."""
    if region in _PERMIT_REGIONS:
        return "identity_is_residence_permit"
    return "identity_is_permanent_residence_card" if region.startswith("9") else "identity_region"
