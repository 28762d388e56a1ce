"""A text in the two languages that users read, each for itself."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from degree_auth.messages import text


class Language(StrEnum):
    """The languages that users choose from; whoever does not choose reads Chinese."""

    CHINESE = "zh"
    ENGLISH = "en"


class Words(NamedTuple):
    """The same in Chinese and in English."""

    zh: str
    en: str

    @property
    def lines(self) -> str:
        """A line in Chinese and below it the same in English, as commands print it."""
        return f"{self.zh}\n{self.en}"

    def in_language(self, language: Language) -> str:
        """The text in one language."""
        return self.en if language is Language.ENGLISH else self.zh


def words_of(code: str) -> Words:
    """The sentence that goes with a code. Raises `KeyError`: none does."""
    return Words(*text(code))
