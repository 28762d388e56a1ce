"""A refusal for a member of staff at a console (N5)."""

from __future__ import annotations

from degree_auth.domain.shared.errors import DegreeAuthError
from degree_auth.domain.shared.words import words_of


def refusal_words(error: DegreeAuthError) -> str:
    """The reason and every problem: first all of them in Chinese, then all of them in English, a line each."""
    reason = words_of(error.code)
    problems = [(problem.field, words_of(problem.code)) for problem in error.problems]
    return "\n".join(
        line
        for language in (0, 1)
        for line in [
            reason[language],
            *(f"{field}: {said[language]}" if field else said[language] for field, said in problems),
        ]
    )
