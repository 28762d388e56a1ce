"""Why two values that differ may yet mean the same: hints for a reviewer, never proof of equality.

Every function takes canonical values and returns codes only, so that a hint may stand where personal data may not.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from degree_auth.domain.register.variants import to_simplified
from degree_auth.domain.shared.text import SEPARATOR, phrase_key

_NO_LETTER = re.compile(r"[\W_]+")
_CONFUSABLE = str.maketrans("OILQ", "0110")


def text_hints(claimed: str, recorded: str) -> tuple[str, ...]:
    """Hints for two phrases: institution, category, discipline, and the common part of names."""
    if not recorded:
        return ("hint_record_lacks_value",)
    first, second = to_simplified(claimed), to_simplified(recorded)
    if first == second:
        return ("hint_traditional_simplified",)
    bare, other = _NO_LETTER.sub("", first), _NO_LETTER.sub("", second)
    if bare == other:
        return ("hint_punctuation",)
    if hint := edit_hint(first, second):
        return (hint,)
    if len(bare) > 1 and len(other) > 1 and (bare in other or other in bare):
        return ("hint_contained",)
    return ()


def name_hints(claimed: str, recorded: str, recorded_pinyin: str) -> tuple[str, ...]:
    """Hints for two names of persons."""
    if recorded and claimed.replace(SEPARATOR, "") == recorded.replace(SEPARATOR, ""):
        return ("hint_name_separator",)
    if claimed.isascii():
        words, others = _words(claimed), _words(recorded)
        if recorded and sorted(words) == sorted(others):
            return ("hint_name_order",)
        if not recorded.isascii() and _is_pinyin(words, _words(phrase_key(recorded_pinyin))):
            return ("hint_name_pinyin",)
    if _without_marks(claimed) == _without_marks(recorded):
        return ("hint_diacritics",)
    return text_hints(claimed, recorded)


def number_hints(claimed: str, recorded: str) -> tuple[str, ...]:
    """Hints for two certificate or identity numbers."""
    if not recorded:
        return ("hint_record_lacks_value",)
    if claimed.translate(_CONFUSABLE) == recorded.translate(_CONFUSABLE):
        return ("hint_confusable",)
    if _NO_LETTER.sub("", claimed) == _NO_LETTER.sub("", recorded):
        return ("hint_punctuation",)
    hint = edit_hint(claimed, recorded)
    return (hint,) if hint else ()


def date_hints(claimed: date, recorded: date) -> tuple[str, ...]:
    """Hints for two dates that differ."""
    if (claimed.year, claimed.month, claimed.day) == (recorded.year, recorded.day, recorded.month):
        return ("hint_day_month_swapped",)
    hints = [hint] if (hint := edit_hint(f"{claimed:%Y%m%d}", f"{recorded:%Y%m%d}")) else []
    if claimed.year == recorded.year:
        hints.append("hint_same_month" if claimed.month == recorded.month else "hint_same_year")
    return tuple(hints)


def edit_hint(claimed: str, recorded: str) -> str | None:
    """One character wrong, missing or too many, or two neighbours in the other order; None when further apart."""
    if min(len(claimed), len(recorded)) < 2 or abs(len(claimed) - len(recorded)) > 1:
        return None
    start = next((i for i, (a, b) in enumerate(zip(claimed, recorded, strict=False)) if a != b), None)
    if start is None:
        return "hint_one_character"
    first, second = claimed[start:], recorded[start:]
    if first[1:] == second[1:] or first[1:] == second or first == second[1:]:
        return "hint_one_character"
    if first[:2] == second[1::-1] and first[2:] == second[2:]:
        return "hint_transposed"
    return None


def _words(text: str) -> list[str]:
    return [word for word in _NO_LETTER.split(text) if word]


def _is_pinyin(claimed: list[str], pinyin: list[str]) -> bool:
    """Whether the words are the pinyin, surname first or last, written together or apart."""
    if not pinyin:
        return False
    orders = {"".join(pinyin), "".join([*pinyin[1:], pinyin[0]])}
    return bool(orders & {"".join(claimed), "".join([*claimed[1:], claimed[0]])}) if claimed else False


def _without_marks(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
