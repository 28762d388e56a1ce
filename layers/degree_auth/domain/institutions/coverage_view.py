"""How a lead department is shown the coverage of its departments' scopes (article 9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from degree_auth.domain.cases.names import CHOICE_NAMES
from degree_auth.domain.institutions.routing import Coverage
from degree_auth.domain.institutions.scope import SCOPE_NAMES
from degree_auth.domain.shared.identifiers import LANGUAGE
from degree_auth.domain.shared.reading import read_object
from degree_auth.domain.shared.words import Language, Words, words_of


def coverage_json(covered: Coverage) -> dict[str, Any]:
    """One combination, the departments that cover it, and where its tasks go: `routed_to` null is the lead one."""
    combination, routed = covered.combination, covered.routed
    chinese, english = words_of(routed.reason.value)
    return {
        "level": combination.level.value,
        "award_year": combination.award_year.value,
        "study_form": None if combination.study_group is None else combination.study_group.value,
        "departments": list(covered.departments),
        "routed_to": routed.department_id,
        "reason": {"code": routed.reason.value, "message": chinese, "message_en": english},
    }


def parse_coverage_query(parameters: Mapping[str, str]) -> Language:
    """The language of the file that is asked for. Raises `Invalid`: what is wrong with the parameters."""
    language: Language = read_object(parameters, {"language": LANGUAGE}).complete()["language"]
    return language


_HEADINGS = (
    Words("层级", "Level"),
    Words("授予年份", "Award year"),
    Words("学习形式", "Study form"),
    Words("部门", "Departments"),
    Words("分派到", "Routed to"),
    Words("说明", "Why"),
)
_LEAD = Words("牵头部门", "Lead department")


def coverage_table(covered: Iterable[Coverage], language: Language = Language.CHINESE) -> list[list[str]]:
    """Coverage as rows for a file, headings first."""
    table = [[heading.in_language(language) for heading in _HEADINGS]]
    for one in covered:
        group = one.combination.study_group
        table.append(
            [
                CHOICE_NAMES[one.combination.level].in_language(language),
                SCOPE_NAMES[one.combination.award_year].in_language(language),
                "" if group is None else SCOPE_NAMES[group].in_language(language),
                ", ".join(one.departments),
                one.routed.department_id or _LEAD.in_language(language),
                words_of(one.routed.reason.value).in_language(language),
            ]
        )
    return table
