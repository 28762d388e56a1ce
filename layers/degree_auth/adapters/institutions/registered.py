"""What the verification of cases asks of institutions, answered from their registrations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from degree_auth.domain.accounts.account import departments_with_user
from degree_auth.domain.applications.claim import Degree
from degree_auth.domain.institutions.institution import Explanation, takes_tasks, working_scopes
from degree_auth.domain.institutions.routing import route
from degree_auth.domain.shared.errors import NotFound
from degree_auth.services.accounts.ports import AccountStore
from degree_auth.services.institutions.ports import InstitutionStore


@dataclass(frozen=True, slots=True)
class StoredRegistrations:
    """Implements `Registrations`. An institution that is not registered has a lead department and nothing else."""

    store: InstitutionStore
    accounts: AccountStore

    def route(self, institution_code: str, degree: Degree, today: date) -> tuple[str | None, str]:
        """The department with the narrowest scope that covers the degree, None for the lead department, and why."""
        with_user = departments_with_user(self.accounts.accounts_of(institution_code))
        routed = route(degree, working_scopes(self.store.departments(institution_code), with_user), today)
        return routed.department_id, routed.reason.value

    def registered_name(self, institution_code: str) -> str | None:
        """The name an institution is registered under; None when it is not registered."""
        try:
            return self.store.institution(institution_code).name
        except NotFound:
            return None

    def has_department(self, institution_code: str, department_id: str) -> bool:
        """Whether the institution has this department, and it takes new tasks."""
        try:
            department = self.store.department(institution_code, department_id)
        except NotFound:
            return False
        return takes_tasks(department, departments_with_user(self.accounts.accounts_of(institution_code)))

    def department_names(self, institution_code: str) -> Mapping[tuple[str, str], str]:
        """The names of an institution's departments, by its code and their ids."""
        return {(institution_code, one.department_id): one.name for one in self.store.departments(institution_code)}

    def is_exempt(self, institution_code: str, exemption: str, day: date) -> bool:
        """Whether this letter of explanation was approved and allows a written form received on that day."""
        try:
            return self.store.exemption(institution_code, exemption).allows(day)
        except NotFound:
            return False

    def explanations(self, institution_code: str, degree: Degree, today: date) -> Sequence[Explanation]:
        """The standing explanations that are to be shown with a degree today (article 8)."""
        return [one for one in self.store.explanations(institution_code) if one.concerns(degree, today)]
