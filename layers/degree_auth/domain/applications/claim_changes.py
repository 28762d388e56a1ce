"""Which fields two claims differ in, and both values of each (article 10: a correction keeps both)."""

from __future__ import annotations

from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.shared.plain_data import as_data


def changes(before: Claim, after: Claim) -> dict[str, tuple[str, str]]:
    """Dotted field names with the value before and the value after. Personal data."""
    old, new = as_data(before), as_data(after)
    return {
        f"{section}.{field}": (value, new[section][field])
        for section, fields in old.items()
        for field, value in fields.items()
        if new[section][field] != value
    }


def changed_fields(before: Claim, after: Claim) -> list[str]:
    """The names alone, which may be logged."""
    return list(changes(before, after))
