"""Applications as the platform sends them: the inverse of the mapping that reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from degree_auth.adapters.applications.platform_fields import published_platform_fields


def as_platform(body: Mapping[str, Any]) -> dict[str, Any]:
    """A submission under the platform's names and codes."""
    known = published_platform_fields()
    told = {}
    for name, place in known.fields.items():
        section, _, field = place.rpartition(".")
        value = (body[section] if section else body)[field]
        codes = {own: code for code, own in known.codes.get(name, {}).items()}
        told[name] = codes.get(value, value)
    return told
