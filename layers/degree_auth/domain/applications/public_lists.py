"""Lists that everybody may read: institutions and degree categories."""

from __future__ import annotations

from typing import Any

from degree_auth.domain.applications.categories import categories_of
from degree_auth.domain.applications.claim import Level
from degree_auth.domain.applications.institution_list import Institutions

PAGE_SIZE = 100

LONGEST_QUERY = 50
"""Characters of a search for institutions."""


def institutions_page(institutions: Institutions, query: str, after: str) -> dict[str, Any]:
    """One page of codes and names, former names too; `after` is the `next` of the page before.

    `found_by` is the short, English or former name that the text stands in when `name` itself does not hold it, or the
    text itself where `name` was taken for what it is short for.
    """
    hits, following = institutions.page(query, after, PAGE_SIZE)
    found = [{"code": hit.listed.code, "name": hit.listed.name, "found_by": hit.alias} for hit in hits]
    return {"institutions": found, "next": following}


def categories_json() -> dict[str, Any]:
    """The degree categories to choose from, by level; each name stands once."""
    return {
        "categories": {
            level.value: [
                {"code": category.code, "name": {"zh": category.name, "en": category.name_in_english}}
                for category in categories_of(level)
            ]
            for level in Level
        }
    }
