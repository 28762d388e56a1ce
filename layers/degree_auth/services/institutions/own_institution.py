"""What a lead department does with its own departments, accounts and standing explanations (articles 8, 9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from degree_auth.domain.accounts.account import Account, departments_with_user
from degree_auth.domain.accounts.principal import DEPARTMENT_TIER, Principal, require_lead
from degree_auth.domain.institutions.institution import (
    Department,
    Explanation,
    Institution,
    InstitutionEventType,
    add_institution_event,
    require_version,
    working_scopes,
)
from degree_auth.domain.institutions.own_institution_inputs import parse_department, parse_explanation, require_id
from degree_auth.domain.institutions.registration_forms import MOST_VERIFYING_DEPARTMENTS
from degree_auth.domain.institutions.routing import Coverage, coverage
from degree_auth.domain.shared.errors import Forbidden, Invalid, NotFound, Problem
from degree_auth.services.accounts.ports import AccountStore
from degree_auth.services.accounts.provisioning import Provisioning
from degree_auth.services.institutions.ports import Change, InstitutionStore
from degree_auth.services.shared.optimistic import until_stored

MOST_EXPLANATIONS = 200
_LONGEST_ACCOUNT_ID = 64
_Part = TypeVar("_Part", Department, Explanation)


@dataclass(frozen=True, slots=True)
class OwnInstitution:
    """Everything here is of the asker's own institution; another's is not found."""

    store: InstitutionStore
    accounts: AccountStore
    provisioning: Provisioning

    def departments(self, asker: Principal) -> Sequence[Department]:
        """Every verifying department, or to one of them its own alone."""
        found = self.store.departments(asker.institution_code)
        return [one for one in found if asker.is_lead or one.department_id == asker.department_id]

    def put_department(self, asker: Principal, department_id: str, body: object, now: datetime) -> Department:
        """Create a department, or change its name, its scope, or whether it gets new tasks.

        Saying what stands already changes nothing, whatever version was named.

        Raises:
            Forbidden: the asker is not the lead department.
            NotFound: the institution is not registered.
            Malformed, Invalid: what is wrong with the request.
            Conflict: the department is not, or no longer, at the version named.
        """
        require_lead(asker)
        require_id("department_id", department_id, "department_id_format")
        wanted = parse_department(body)

        def change(institution: Institution) -> tuple[Department, Department | None]:
            every = {one.department_id: one for one in self.store.departments(institution.code)}
            present = every.get(department_id)
            if present is None:
                require_version(wanted.version, 0)
                if len(every) >= MOST_VERIFYING_DEPARTMENTS:
                    raise Invalid([Problem("department_id", "too_many_departments")])
                return Department(department_id, wanted.name, wanted.scope, wanted.active), None
            after = replace(present, name=wanted.name, scope=wanted.scope, active=wanted.active)
            if after == present:
                return present, present
            require_version(wanted.version, present.version)
            return replace(after, version=present.version + 1), present

        return self._change_part(asker, change, InstitutionEventType.DEPARTMENT_CHANGED, now)

    def own_accounts(self, asker: Principal) -> Sequence[Account]:
        """The institution's accounts, by username. Raises `Forbidden`."""
        require_lead(asker)
        return sorted(self.accounts.accounts_of(asker.institution_code), key=lambda one: one.username)

    def end_sessions(self, asker: Principal, account_id: str, now: datetime) -> None:
        """End the sessions of a department's account at once. A repeat changes nothing.

        Raises:
            Forbidden: the asker is not the lead department, or the account is a lead department's.
            NotFound: the institution has no such account.
        """
        require_lead(asker)
        if len(account_id) > _LONGEST_ACCOUNT_ID:  # more than a key of the store may hold
            raise NotFound("not_found")
        account = self.accounts.account(asker.institution_code, account_id)
        if account.tier != DEPARTMENT_TIER:
            raise Forbidden("department_accounts_only")
        self.provisioning.end_sessions(
            account.institution_code, account_id, reason="lead_department", actor=asker.actor, now=now
        )

    def coverage(self, asker: Principal) -> Sequence[Coverage]:
        """Which departments cover each combination of level, award year and study form. Raises `Forbidden`."""
        require_lead(asker)
        with_user = departments_with_user(self.accounts.accounts_of(asker.institution_code))
        return coverage(working_scopes(self.store.departments(asker.institution_code), with_user))

    def explanations(self, asker: Principal) -> Sequence[Explanation]:
        """The institution's standing explanations, those of the past too; every account of it may read them."""
        return self.store.explanations(asker.institution_code)

    def put_explanation(self, asker: Principal, explanation_id: str, body: object, now: datetime) -> Explanation:
        """Register a standing explanation, or change it. Raises as `put_department` does."""
        require_lead(asker)
        require_id("explanation_id", explanation_id, "explanation_id_format")
        wanted = parse_explanation(explanation_id, body)

        def change(institution: Institution) -> tuple[Explanation, Explanation | None]:
            every = {one.explanation_id: one for one in self.store.explanations(institution.code)}
            present = every.get(explanation_id)
            if present is not None and replace(wanted, version=present.version) == present:
                return present, present
            require_version(wanted.version, 0 if present is None else present.version)
            if present is None and len(every) >= MOST_EXPLANATIONS:
                raise Invalid([Problem("explanation_id", "too_many_explanations")])
            return replace(wanted, version=wanted.version + 1), present

        return self._change_part(asker, change, InstitutionEventType.EXPLANATION_CHANGED, now)

    def _change_part(
        self,
        asker: Principal,
        change: Callable[[Institution], tuple[_Part, _Part | None]],
        kind: InstitutionEventType,
        now: datetime,
    ) -> _Part:
        def attempt() -> _Part:
            institution = self.store.institution(asker.institution_code)
            part, present = change(institution)
            if part == present:
                return part
            data = {"after": part.as_dict(), "before": None if present is None else present.as_dict()}
            after, entry = add_institution_event(institution, kind, asker.actor, data, now)
            self.store.commit(Change(institution, after, entry, part))
            return part

        return until_stored(attempt)
