"""Errors that a user can meet: a stable code, a sentence in Chinese and one in English.

Every sentence stands in `degree_auth.messages`. An error carries only codes and facts without personal data, so that it
may be logged as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from degree_auth.domain.shared.words import words_of

_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of an input: the field's dotted path, empty for the whole, and the code of the rule it breaks.

    `detail` may say where and how much (rows, counts, a sheet's name); it never holds a value about a person.
    `count` is the number that the sentence of some codes names.
    """

    field: str
    code: str
    detail: str = ""
    count: int = 0

    def as_dict(self) -> dict[str, str]:
        """The problem as the API shows it, Chinese first."""
        chinese, english = (sentence.replace("{count}", str(self.count)) for sentence in words_of(self.code))
        shown = {"field": self.field, "code": self.code, "message": chinese, "message_en": english}
        return {**shown, "detail": self.detail} if self.detail else shown


def key_text(key: object) -> str:
    """A key that somebody sent, as an error may show it: one that does not look like a field's name becomes `*`."""
    return key if isinstance(key, str) and _FIELD_NAME.match(key) else "*"


class DegreeAuthError(Exception):
    """Base of every error that is an answer to the user, not a fault of the system."""

    def __init__(self, code: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.problems = tuple(problems)


class Malformed(DegreeAuthError):
    """The request cannot be read (HTTP 400)."""


class NotSignedIn(DegreeAuthError):
    """No valid credential came with the request (HTTP 401)."""


class Forbidden(DegreeAuthError):
    """The caller is known and may not do this (HTTP 403)."""


class NotFound(DegreeAuthError):
    """Nothing here, or nothing that is the caller's to see (HTTP 404)."""


class Conflict(DegreeAuthError):
    """The present state does not allow it (HTTP 409)."""


class TooLarge(DegreeAuthError):
    """The input exceeds a size limit (HTTP 413)."""


class UnsupportedType(DegreeAuthError):
    """The content type is not accepted (HTTP 415)."""


class Invalid(DegreeAuthError):
    """One or more fields break a rule; `problems` names all of them at once (HTTP 422)."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("invalid_input", problems)


class TooMany(DegreeAuthError):
    """A bound is reached, and it makes sense to ask again in `retry_after` seconds (HTTP 429).

    `until` is when the bound admits more again, `None` where something has to end first.
    """

    def __init__(self, code: str, wait: timedelta, until: datetime | None = None) -> None:
        super().__init__(code)
        self.until = until
        self.retry_after = max(1, ceil(wait.total_seconds()))

    @classmethod
    def before(cls, until: datetime, code: str, now: datetime) -> TooMany:
        """A bound that admits more again at a known moment."""
        return cls(code, until - now, until)


class Unavailable(DegreeAuthError):
    """Something the request needs is out of order for the moment (HTTP 503)."""
