"""Institutions' departments and letters, as far as they are registered: the lead department alone."""

from __future__ import annotations

from datetime import date

from degree_auth.domain.claim import Degree
from degree_auth.domain.routing import route


class LeadDepartments:
    """Implements `Organisation` for institutions without registered departments and without approved letters."""

    def route(self, institution_code: str, degree: Degree, today: date) -> tuple[str | None, str]:
        """The lead department, because no department's scope covers the degree."""
        routed = route(degree, {}, today)
        return routed.department_id, routed.reason.value

    def has_department(self, institution_code: str, department_id: str) -> bool:
        """None is registered."""
        return False

    def is_exempt(self, institution_code: str, exemption: str, day: date) -> bool:
        """No letter is approved."""
        return False
