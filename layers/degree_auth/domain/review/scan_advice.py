"""What the scan of a certificate appears to say, field by field beside the claim (article 10).

It is advice for a reviewer and decides nothing. Text recognition errs: a field is "not read" rather than guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from unicodedata import category, normalize

from degree_auth.domain.applications.categories import known_category
from degree_auth.domain.applications.claim import Claim, Level, Sex
from degree_auth.domain.register.matching import same_value
from degree_auth.domain.shared.dates import parse_date
from degree_auth.domain.shared.text import category_key

SURE = 0.9
"""Confidence, of 0 to 1, from which text that differs from the claim is told."""
MOST_LINES = 400
"""Of one scan; more is no certificate."""
_ABOVE_A_TITLE = 0.25
"""Of the lines of a page, at most: the institution's name, a number."""


class Advice(StrEnum):
    """How a field of the scan stands to the claim."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_READ = "not_read"


@dataclass(frozen=True, slots=True)
class ScanLine:
    """A line of text that was recognized; `confidence` is 0 to 1, `height` where it stands on the page, from 0 at the
    top to 1."""

    text: str
    confidence: float
    height: float


@dataclass(frozen=True, slots=True)
class FieldAdvice:
    """What the scan appears to say in a field. `seen` is the text as it was read, empty when it was not; `confidence`,
    0 to 1, is that of the least sure line in which the text stands. Personal data."""

    advice: Advice
    seen: str = ""
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class _Found:
    seen: str
    confidence: float


_NOT_READ = FieldAdvice(Advice.NOT_READ)
_PLAIN_STOPS = str.maketrans("、。•", ",.·")
_NUMERAL = "[0-9〇○零一二三四五六七八九十]"
_DAY = re.compile(rf"{_NUMERAL}{{4}}年{_NUMERAL}{{1,3}}月{_NUMERAL}{{1,3}}日")
_BORN_AFTER = re.compile(r"出?生")
_BORN_BEFORE = re.compile(r"(?:生于|出生|出生日期|出生年月日)[:,]?$")
_SEXES = {"男": Sex.MALE, "女": Sex.FEMALE}
_PERSON = re.compile(r"^(?:学位获得者|兹证明|姓名)?:?(?P<name>[^\d,:]{2,40}?)[,:]?(?:性别:?)?(?P<sex>[男女])(?:[,.]|$)")
_LEVELS = {"学士": Level.BACHELOR, "硕士": Level.MASTER, "博士": Level.DOCTOR}
_DEGREE = re.compile(r"(学士|硕士|博士)(?:专业)?学位")
_AWARDED = re.compile(r"授予([^,.;:\d]{2,24}?(?:学士|硕士|博士))(?:专业)?学位")
_DISCIPLINE = re.compile(
    r"(?:大学|学院|研究院|研究所|党校|,|在)((?:(?!大学|学院|研究院|研究所|授予|学士|硕士|博士)[^,.;:]){2,30}?)(?:学科|专业)"
    r"(?:\(专业\))?(?=[^,.;:]{0,4}(?:完成|毕业|修|学习|通过))"
)
_NUMBER = re.compile(r"(?:证书编?号|编号)(?:码)?[:.]?(\(\d{4}\)[^\d,.;:()]{2,8}\d{3,10}号?|[0-9A-Za-z.\-]{5,24})")
"""A number of letters and digits, or one as before the uniform numbers: (1998)学位证字第000053号."""
_NO_NUMBER_BEFORE, _NO_NUMBER_AFTER = "(?<![0-9A-Za-z])", "(?![0-9A-Za-z])"
_TITLE = re.compile(r"(?:学位|毕业)证书?$")
_LOOKALIKES = str.maketrans("OQDILZSB", "00011258")


class _Text:
    """The lines run together, without spaces, and how sure each place of them is."""

    def __init__(self, lines: Sequence[ScanLine]) -> None:
        self.lines = [_Found(_plain(line.text), line.confidence) for line in lines[:MOST_LINES]]
        self.whole = "".join(line.seen for line in self.lines)
        ends = list(accumulate(len(line.seen) for line in self.lines))
        self._spans = [(end - len(line.seen), end, line.confidence) for end, line in zip(ends, self.lines, strict=True)]
        self._letters = [place for place, letter in enumerate(self.whole) if _is_letter(letter)]
        self._bare = _letters_of(self.whole)

    def found(self, start: int, end: int) -> _Found:
        """What stands between two places."""
        sure = [confidence for begin, stop, confidence in self._spans if start < stop and begin < end]
        return _Found(self.whole[start:end], min(sure, default=0.0))

    def places(self, pattern: re.Pattern[str], group: int = 0) -> Iterator[tuple[re.Match[str], _Found]]:
        """Where a pattern stands, with what its group holds."""
        for match in pattern.finditer(self.whole):
            yield match, self.found(*match.span(group))

    def search(self, value: str) -> _Found | None:
        """Where a value stands, whatever punctuation is within it; a number within a longer one is not that number."""
        wanted = _letters_of(_plain(value))
        if not wanted or wanted not in self._bare:
            return None
        match = re.search(f"{_NO_NUMBER_BEFORE}{re.escape(wanted)}{_NO_NUMBER_AFTER}", self._bare)
        if match is None:
            return None
        return self.found(self._letters[match.start()], self._letters[match.end() - 1] + 1)

    def person(self) -> tuple[_Found, _Found] | None:
        """Name and sex, from the line that begins with both."""
        for line in self.lines:
            if match := _PERSON.search(line.seen):
                return _Found(match["name"], line.confidence), _Found(match["sex"], line.confidence)
        return None

    def first(self, pattern: re.Pattern[str]) -> _Found | None:
        """What the first group of a pattern holds where it first stands."""
        return next((found for _, found in self.places(pattern, 1)), None)

    def days(self) -> tuple[list[_Found], list[_Found]]:
        """The days on which somebody was born, and all others."""
        days: tuple[list[_Found], list[_Found]] = [], []
        for match, found in self.places(_DAY):
            after, before = self.whole[match.end() :], self.whole[: match.start()]
            is_birth = _BORN_AFTER.match(after) or _BORN_BEFORE.search(before)
            if _is_day(found.seen):
                days[0 if is_birth else 1].append(found)
        return days


def is_upright(lines: Sequence[ScanLine]) -> bool:
    """Whether a page was read the right way up: the title of a certificate stands above most of the other lines.

    Recognition reads the lines of a page that lies on its side, too, but in no order.
    """
    read = lines[:MOST_LINES]
    titles = [line.height for line in read if _TITLE.search(_plain(line.text))]
    return any(sum(line.height < title for line in read) <= _ABOVE_A_TITLE * len(read) for title in titles)


def scan_advice(
    lines: Sequence[ScanLine], claim: Claim, institution_names: Collection[str]
) -> Mapping[str, FieldAdvice]:
    """What the lines of a scan, in reading order, appear to say beside the claim: dotted field -> advice.

    `institution_names` are all names of the list of institutions. What stands where certificates state a field decides,
    for a longer value may hold the claimed one. What differs is told only from there, and from `SURE` on.
    """
    text, holder, degree = _Text(lines), claim.holder, claim.degree
    person = text.person()
    born, signed = text.days()

    def beside(field: str, claimed: str, found: _Found | None) -> FieldAdvice:
        """Punctuation within a value, which recognition loses first, makes no difference."""
        return _judge(
            found,
            lambda seen: (
                _letters_of(seen) == _letters_of(_plain(claimed))
                or same_value(field, claimed, seen, holder.identity_type)
            ),
        )

    return {
        "holder.name": beside("holder.name", holder.name, person and person[0]),
        "holder.sex": _judge(person and person[1], lambda seen: _SEXES[seen] is holder.sex),
        # The first birth date is the holder's, the last other day that on which the certificate was signed.
        "holder.birth_date": _judge(born[0] if born else None, lambda seen: parse_date(seen) == holder.birth_date),
        "degree.institution_name": beside(
            "degree.institution_name",
            degree.institution_name,
            _longest(text, [degree.institution_name, *institution_names]),
        ),
        "degree.level": _judge(_only_level(text), lambda seen: _LEVELS[seen] is degree.level),
        "degree.category": _judge(_category(text), lambda seen: category_key(seen) == category_key(degree.category)),
        "degree.discipline": beside("degree.discipline", degree.discipline, text.first(_DISCIPLINE)),
        "degree.award_date": _judge(signed[-1] if signed else None, lambda seen: parse_date(seen) == degree.award_date),
        "degree.certificate_number": _judge(
            text.first(_NUMBER) or text.search(degree.certificate_number),
            lambda seen: _as_printed(seen) == _as_printed(degree.certificate_number),
        ),
    }


def _judge(found: _Found | None, is_same: Callable[[str], bool]) -> FieldAdvice:
    if found is None:
        return _NOT_READ
    if is_same(found.seen):
        return FieldAdvice(Advice.AGREES, found.seen, found.confidence)
    if found.confidence < SURE:
        return _NOT_READ
    return FieldAdvice(Advice.DIFFERS, found.seen, found.confidence)


def _longest(text: _Text, names: Collection[str]) -> _Found | None:
    """The institution that the text names at greatest length: 示例大学医学院 and not 示例大学."""
    found = [place for name in names if (place := text.search(name)) is not None]
    return max(found, key=lambda place: len(place.seen), default=None)


def _only_level(text: _Text) -> _Found | None:
    """The level, when the text speaks of one level alone."""
    found = [place for _, place in text.places(_DEGREE, 1)]
    return found[0] if len({place.seen for place in found}) == 1 else None


def _category(text: _Text) -> _Found | None:
    """The category that is awarded, when there is such a one of some level: a forger changes the level alone, too."""

    def is_category(seen: str) -> bool:
        return any(known_category(seen[:-2] + level) for level in _LEVELS)

    return next((place for _, place in text.places(_AWARDED, 1) if is_category(place.seen)), None)


def _as_printed(number: str) -> str:
    """A number, without regard to letters and digits that look alike in print."""
    return _letters_of(_plain(number)).upper().translate(_LOOKALIKES)


def _is_day(text: str) -> bool:
    try:
        parse_date(text)
    except ValueError:
        return False
    return True


def _plain(text: str) -> str:
    return "".join(normalize("NFKC", text).split()).translate(_PLAIN_STOPS)


def _letters_of(text: str) -> str:
    return "".join(letter for letter in text if _is_letter(letter))


def _is_letter(letter: str) -> bool:
    return category(letter)[0] in "LN"
