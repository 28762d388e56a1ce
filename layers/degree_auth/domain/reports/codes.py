"""The report (电子认证报告): what it says, the codes that find it, and how a name is masked for strangers."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from degree_auth.domain.applications.claim import IdentityType, Level, Sex, StudyForm
from degree_auth.domain.cases.report_state import Basis
from degree_auth.domain.reports.status_list import StatusPlace
from degree_auth.domain.shared.errors import Invalid, Problem

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The 32 symbols of a code: digits and capitals without I, L, O and U, which are read as 1, 1, 0 and V."""

NOTICE_MARK = "N"
"""Begins the number of a written notice, so that it is not taken for a report's."""

_MEANT = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
_DASHES = "-‐‑‒–—―−﹣"
_NUMBER_SYMBOLS = 16
_CODE_SYMBOLS = 10


class UnprintableCharacter(Exception):
    """No shipped font has one or more characters of the report: a person has to decide, nothing is issued.

    `characters` come from personal data and stay out of the exception's text.
    """

    def __init__(self, characters: tuple[str, ...]) -> None:
        super().__init__(f"{len(characters)} character(s) without a glyph")
        self.characters = characters


LABELS: dict[StrEnum, tuple[str, str]] = {
    Sex.MALE: ("男", "Male"),
    Sex.FEMALE: ("女", "Female"),
    Level.BACHELOR: ("学士", "Bachelor"),
    Level.MASTER: ("硕士", "Master"),
    Level.DOCTOR: ("博士", "Doctor"),
    StudyForm.REGULAR: ("普通高等教育", "Regular higher education"),
    StudyForm.ADULT: ("成人高等教育", "Adult higher education"),
    StudyForm.SELF_STUDY: ("高等教育自学考试", "Self-study examination"),
    StudyForm.INTERNATIONAL: ("来华留学", "International student"),
    IdentityType.RESIDENT_IDENTITY_CARD: ("居民身份证", "Resident identity card"),
    IdentityType.HK_MACAO_PERMIT: ("港澳居民来往内地通行证", "Mainland travel permit, Hong Kong and Macao"),
    IdentityType.TAIWAN_PERMIT: ("台湾居民来往大陆通行证", "Mainland travel permit, Taiwan"),
    IdentityType.RESIDENCE_PERMIT: ("港澳台居民居住证", "Residence permit"),
    IdentityType.PERMANENT_RESIDENCE_CARD: ("外国人永久居留身份证", "Foreigner's permanent residence card"),
    IdentityType.PASSPORT: ("护照", "Passport"),
    IdentityType.MILITARY: ("军官证等军队证件", "Military document"),
    Basis.REGISTER: (
        "与学位授予信息年报数据库比对一致",
        "Matched with the national register of degree awards",
    ),
    Basis.INSTITUTION: (
        "经学位授予单位依据档案核查属实",
        "Verified by the degree-awarding institution against its archive",
    ),
}
"""Chinese and English word for each value of an enumeration that a person reads."""


@dataclass(frozen=True, slots=True)
class ReportContent:
    """Everything that one report states. Personal data: never logged.

    `version` begins with 1; it is above every one that the case has had, and above that of the report whose place it
    takes, which may be another case's. `issued_at` carries the offset +08:00.
    `institution_name` is the name on the certificate, `institution_code` has five digits,
    `check_url` is the address of the page that checks reports, `status` its place in a status list.
    """

    report_number: str
    check_code: str
    version: int
    issued_at: datetime
    holder_name: str
    sex: Sex
    birth_date: date
    institution_name: str
    institution_code: str
    level: Level
    category: str
    discipline: str
    study_form: StudyForm
    award_date: date
    certificate_number: str
    basis: Basis
    check_url: str
    status: StatusPlace | None = None

    def __post_init__(self) -> None:
        if self.issued_at.utcoffset() is None:
            raise ValueError("issued_at needs its offset from UTC")
        if self.version < 1:
            raise ValueError("versions count from 1")
        if not all(text.strip() for text in self.free_texts):
            raise ValueError("a report states every value")

    @property
    def free_texts(self) -> tuple[str, ...]:
        """The printed values that people typed: the ones a font may lack characters for."""
        return (
            self.holder_name,
            self.institution_name,
            self.category,
            self.discipline,
            self.certificate_number,
        )


def report_number(digest: bytes, issued_on: date) -> str:
    """The number of a report, as `2026-XXXX-XXXX-XXXX`: the year, 55 bits of a keyed digest, a check symbol.

    `digest` has at least 16 bytes and is keyed, so that a number cannot be guessed from a case.
    """
    return _grouped(_checked(f"{issued_on.year:04d}" + _symbols(digest, _NUMBER_SYMBOLS - 5)), 4)


def notice_number(digest: bytes, issued_on: date) -> str:
    """The number of a written notice, as `N2026-XXXX-XXXX-XXXX`; `digest` is keyed for notices alone."""
    return NOTICE_MARK + report_number(digest, issued_on)


def check_code(digest: bytes) -> str:
    """The check code of a report, as `XXXXX-XXXXX`: 45 bits of a keyed digest and a check symbol.

    `digest` has at least 16 bytes and is keyed for this purpose alone: whoever knows the number must not know the code.
    """
    return _grouped(_checked(_symbols(digest, _CODE_SYMBOLS - 1)), 5)


def normalise_report_number(typed: str) -> str:
    """The number of a report or a written notice that somebody typed, in its printed form.

    Letter case, spaces, dashes and full-width characters do not matter; I, L, O and U are read as 1, 1, 0 and V.

    Raises:
        Invalid: `report_number_malformed`, or `report_number_mistyped` when the check symbol does not fit, which
            tells a slip of the finger without asking the register of reports.
    """
    plain = _plain(typed)
    noticed = plain.startswith(NOTICE_MARK) and len(plain) == len(NOTICE_MARK) + _NUMBER_SYMBOLS
    mark = NOTICE_MARK if noticed else ""
    return mark + _normalised(plain.removeprefix(mark), _NUMBER_SYMBOLS, 4, "report_number")


def normalise_check_code(typed: str) -> str:
    """The check code that somebody typed, in its printed form; tolerant as `normalise_report_number` is.

    Raises:
        Invalid: `check_code_malformed` or `check_code_mistyped`.
    """
    return _normalised(typed, _CODE_SYMBOLS, 5, "check_code")


def check_link(check_url: str, number: str, code: str) -> str:
    """The address behind the QR code; number and code stand in the fragment, which no browser sends to a server."""
    return f"{check_url}#n={number}&c={code}"


def masked_name(name: str) -> str:
    """A name as a stranger may see it: enough to recognise whom one has met, too little to learn whom one has not.

    A Chinese name keeps its surname (two characters if it is a compound one), a name in parts joined by a dot or by
    spaces keeps the first character of its first part (every part, if it is written in another script than Han);
    each hidden character becomes `*`, separators stay.
    """
    letters = [c for c in unicodedata.normalize("NFC", name.strip()) if unicodedata.category(c) not in _MARKS]
    if not letters:
        return ""
    han = all(_is_han(c) for c in letters if _is_letter(c))
    if han and all(_is_letter(c) for c in letters):
        kept = 2 if len(letters) > 2 and "".join(letters[:2]) in _COMPOUND_SURNAMES else 1
        return "".join(letters[:kept]) + "*" * (len(letters) - kept) if len(letters) > 1 else "*"
    shown = []
    for position, character in enumerate(letters):
        starts = position == 0 or (not han and not _is_letter(letters[position - 1]))
        shown.append(character if starts or not _is_letter(character) else "*")
    return "".join(shown)


_MARKS = frozenset({"Mn", "Me", "Cf", "Cc"})
_COMPOUND = (
    "欧阳上官司马诸葛司徒东方独孤南宫夏侯尉迟皇甫公孙慕容长孙宇文令狐端木轩辕百里呼延东郭南郭西门东门申屠公冶公羊"
    "澹台宗政濮阳淳于单于太叔仲孙钟离闾丘鲜于司空司寇赫连拓跋完颜第五梁丘左丘谷梁乐正漆雕壤驷公西巫马颛孙子车宰父"
    "歐陽司馬諸葛東方獨孤南宮尉遲公孫長孫軒轅東郭西門東門濮陽淳於鍾離赫連"
)
_COMPOUND_SURNAMES = frozenset(_COMPOUND[start : start + 2] for start in range(0, len(_COMPOUND), 2))


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN"


def _is_han(character: str) -> bool:
    point = ord(character)
    return 0x3400 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or 0x20000 <= point <= 0x3FFFF or point == 0x3007


def _symbols(digest: bytes, count: int) -> str:
    if len(digest) < 16:
        raise ValueError("the digest needs at least 16 bytes")
    number = int.from_bytes(digest[:16], "big")
    return "".join(SYMBOLS[(number >> 5 * place) & 31] for place in range(count))


def _checked(body: str) -> str:
    return body + SYMBOLS[_syndrome(body + SYMBOLS[0])]


def _syndrome(text: str) -> int:
    """The sum of the symbols, each weighted by its own power of the generator of GF(32); 0 for a code that stands.

    Weights of 31 places differ and the last is 1, so one wrong symbol or any two exchanged ones never sum to 0.
    """
    total = 0
    for symbol in text:
        total = _doubled(total) ^ SYMBOLS.index(symbol)
    return total


def _doubled(value: int) -> int:
    value <<= 1
    return value ^ 0b100101 if value & 32 else value


def _grouped(text: str, size: int) -> str:
    return "-".join(text[start : start + size] for start in range(0, len(text), size))


def _plain(typed: str) -> str:
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(c for c in plain if not c.isspace() and c not in _DASHES).translate(_MEANT)


def _normalised(typed: str, length: int, group: int, field: str) -> str:
    plain = _plain(typed)
    if len(plain) != length or any(c not in SYMBOLS for c in plain):
        raise Invalid([Problem(field, f"{field}_malformed")])
    if _syndrome(plain) != 0:
        raise Invalid([Problem(field, f"{field}_mistyped")])
    return _grouped(plain, group)
