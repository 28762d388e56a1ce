"""What the names of institutions look like in a password: their pinyin, its initials, and their words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from degree_auth.domain.applications.institution_list import Institutions


@dataclass(frozen=True, slots=True)
class NamesInPasswords:
    """How the names of the institution with a code may stand in a password; `listed` gives the list of institutions."""

    listed: Callable[[], Institutions]

    def __call__(self, institution_code: str) -> Sequence[str]:
        """Nothing for a code that is not in the list."""
        return spellings(self.listed().all_words(institution_code))


def spellings(names: Iterable[str]) -> Sequence[str]:
    """How the names may stand in a password, in lower case: each as it is, in pinyin without tones, by the initials of
    that, and a name in Latin letters by its words and their initials."""
    from pypinyin import lazy_pinyin  # when a password is set alone, so that no cold start pays for its lists

    found: dict[str, None] = {}
    for name in names:
        syllables = [one for part in lazy_pinyin(name.lower()) for one in part.split()]
        for one in (name.lower(), "".join(syllables), "".join(one[0] for one in syllables), *syllables):
            if len(one) > 1:
                found[one] = None
    return list(found)
