"""An in-memory stand-in for the store of institutions, held to the same contract as the table; and staff's desk."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from degree_auth.adapters.institutions.client_keys import JoseClientKeys
from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.accounts.staff import Role, StaffAccount, StaffStatus
from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.institutions.institution import (
    Department,
    Exemption,
    Explanation,
    Institution,
    InstitutionEvent,
)
from degree_auth.domain.institutions.machine_client import MachineClient
from degree_auth.domain.shared.errors import NotFound
from degree_auth.services.institutions.machine_clients import MachineClients, MachineTokens
from degree_auth.services.institutions.own_institution import OwnInstitution
from degree_auth.services.institutions.ports import Change, Part
from degree_auth.services.institutions.registration import FOLDER, Registration
from degree_auth.services.shared.ports import Stale, Taken
from degree_auth.services.shared.staff_desk import ActionResult
from tests.doubles.accounts import MemoryAccounts
from tests.doubles.memory import MemoryDocuments
from tests.doubles.office import Office
from tests.doubles.staff import MemoryStaff
from tests.doubles.stored import as_stored

USER = {
    "name": "测试·样例",
    "telephone": "010-12345678",
    "mobile": "13800000000",
    "fax": "",
    "email": "registrar@example.com",
    "postal_address": "北京市示例区示例路 1 号 100000",
}


class MemoryInstitutions:
    """`InstitutionStore` in dictionaries, beside the accounts in memory."""

    def __init__(self, accounts: MemoryAccounts) -> None:
        self.institutions: dict[str, Institution] = {}
        self.parts: dict[tuple[str, type[Part], str], Part] = {}
        self.logs: dict[str, list[InstitutionEvent]] = {}
        self.accounts = accounts
        self.used: dict[str, datetime] = {}
        self.before_commit: Callable[[], None] = lambda: None

    def institution(self, institution_code: str) -> Institution:
        if institution_code not in self.institutions:
            raise NotFound("not_found")
        return self.institutions[institution_code]

    def department(self, institution_code: str, department_id: str) -> Department:
        found = self.parts.get((institution_code, Department, department_id))
        if not isinstance(found, Department):
            raise NotFound("not_found")
        return found

    def departments(self, institution_code: str) -> Sequence[Department]:
        every = [one for (code, _, _), one in sorted(self.parts.items(), key=_place) if code == institution_code]
        return [one for one in every if isinstance(one, Department)]

    def exemption(self, institution_code: str, reference: str) -> Exemption:
        found = self.parts.get((institution_code, Exemption, reference))
        if not isinstance(found, Exemption):
            raise NotFound("not_found")
        return found

    def explanations(self, institution_code: str) -> Sequence[Explanation]:
        every = [one for (code, _, _), one in sorted(self.parts.items(), key=_place) if code == institution_code]
        return [one for one in every if isinstance(one, Explanation)]

    def machine_client(self, institution_code: str, machine_id: str) -> MachineClient:
        found = self.parts.get((institution_code, MachineClient, machine_id))
        if not isinstance(found, MachineClient):
            raise NotFound("not_found")
        return found

    def machine_clients(self, institution_code: str) -> Sequence[MachineClient]:
        every = [one for (code, _, _), one in sorted(self.parts.items(), key=_place) if code == institution_code]
        return [one for one in every if isinstance(one, MachineClient)]

    def use(self, digest: str, ends_at: datetime) -> None:
        if digest in self.used:
            raise Taken
        self.used[digest] = ends_at

    def institution_log(self, institution_code: str) -> Sequence[InstitutionEvent]:
        return list(map(as_stored, self.logs.get(institution_code, ())))

    def commit(self, change: Change) -> None:
        self.before_commit()
        code = change.after.code
        present = self.institutions.get(code)
        if (present.version if present else None) != (change.before.version if change.before else None):
            raise Stale
        if change.account is not None:
            self.accounts.create(*change.account)
        self.institutions[code] = change.after
        self.logs.setdefault(code, []).append(as_stored(change.entry))
        if change.part is not None:
            self.parts[code, type(change.part), _id(change.part)] = change.part


def _place(entry: tuple[tuple[str, type[Part], str], Part]) -> tuple[str, str, str]:
    (code, kind, part_id), _ = entry
    return code, kind.__name__, part_id


def _id(part: Part) -> str:
    if isinstance(part, Department):
        return part.department_id
    if isinstance(part, MachineClient):
        return part.machine_id
    return part.reference if isinstance(part, Exemption) else part.explanation_id


def lead_form(code: str = "10001", name: str = "北京大学", **user: str) -> dict[str, Any]:
    """Annex 2, complete."""
    return {
        "institution": {"code": code, "name": name, "sealed": True, "vice_president_signed": True},
        "department": {"name": "研究生院", "sealed": True, "head_signed": True},
        "account_user": USER | user,
        "verifying_departments": ["档案馆"],
    }


def department_form(name: str = "档案馆", levels: str = "A", years: str = "E", studies: str = "I") -> dict[str, Any]:
    """Annex 3, complete, with the letters ticked."""
    return {
        "department": {"name": name, "sealed": True, "head_signed": True},
        "account_user": USER,
        "scope": {
            "levels": list(levels),
            "award_years": list(years),
            "study_forms": list(studies),
            "other_years": "",
        },
    }


class AskedNotices(list[Mapping[str, Any]]):
    """A queue of what lead departments are to be told."""

    def send(self, messages: Sequence[Mapping[str, Any]]) -> None:
        self.extend(messages)


class RegistrationOffice(Office):
    """Staff who register institutions, and lead departments that look after their own institution."""

    def __init__(self, institutions: Institutions | None = None) -> None:
        super().__init__()
        self.institution_store = MemoryInstitutions(self.store)
        self.documents = MemoryDocuments()
        self.asked = AskedNotices()
        self.staff = MemoryStaff()
        for name in ("li.ming", "wang.fang"):
            self.staff.accounts[name] = StaffAccount(name=name, status=StaffStatus.OPEN, roles=(Role.REGISTRAR,))
        self.registration = Registration(
            store=self.institution_store,
            accounts=self.store,
            provisioning=self.provisioning,
            staff=self.staff,
            sealer=self.keyring,
            institutions=institutions or shipped_institutions(),
            documents=self.documents,
            bucket="documents",
            notices=self.asked,
        )
        self.own = OwnInstitution(self.institution_store, self.store, self.provisioning)
        self.machine_clients = MachineClients(self.institution_store, JoseClientKeys(), self.asked)
        self.machine_tokens = MachineTokens(
            self.institution_store, self.institution_store, JoseClientKeys(), self.keyring
        )

    def upload(self, name: str, form: object) -> str:
        """What staff do before they start an action."""
        self.documents.objects[f"{FOLDER}/{name}.json"] = json.dumps(form, ensure_ascii=False).encode()
        return name

    def act(self, action: str, command: str = "staff:execution-1", **more: Any) -> ActionResult:
        body = {"action": action, "reviewer": "li.ming", "institution_code": "10001", **more}
        if "form" in more:
            body.setdefault("sha256", self.documents.sha256(f"{FOLDER}/{more['form']}.json"))
        return self.registration.carry_out(body, command, self.now)

    def hand_over(self, username: str, reference: str = "函〔2026〕1号", name: str = "另一·样例") -> ActionResult:
        """One registrar proposes another user, another approves."""
        self.upload("new-user", {"account_user": USER | {"name": name}})
        given = {"username": username, "form": "new-user", "notice_reference": reference}
        proposed = self.act("propose_account_user", f"staff:propose-{self.now}", **given)
        approval = {"username": username, "proposal": proposed.facts["proposal"]}
        return self.act("approve_account_user", f"staff:approve-{self.now}", reviewer="wang.fang", **approval)

    def approve(self, registered: ActionResult, command: str = "staff:approve") -> ActionResult:
        """Another registrar approves the user who is proposed."""
        told = {name: registered.facts[name] for name in ("institution_code", "username", "proposal")}
        return self.act("approve_account_user", command, reviewer="wang.fang", **told)

    def propose_lead(self, command: str = "staff:execution-1", **more: Any) -> ActionResult:
        """Register 10001; the first user of its lead department's account is proposed."""
        self.upload("lead", lead_form())
        return self.act("register_institution", command, username="u10001-lead", form="lead", **more)

    def register(self) -> ActionResult:
        """Register 10001 and its lead department's account, by two registrars."""
        return self.approve(self.propose_lead(), "staff:approve-1")

    def add_department(
        self, department_id: str = "archive", command: str = "staff:execution-2", **form: str
    ) -> ActionResult:
        """Register a department and its account, by two registrars; once it has a user, nothing is left to approve."""
        registered = self.propose_department(department_id, command, **form)
        if registered.facts["proposal"] is None:
            return registered
        return self.approve(registered, f"{command}-approve")

    def propose_department(
        self, department_id: str = "archive", command: str = "staff:execution-2", **form: str
    ) -> ActionResult:
        """Register a department; the first user of its account is proposed."""
        self.upload(department_id, department_form(**form))
        return self.act(
            "register_department",
            command,
            department_id=department_id,
            username=f"u10001-{department_id}",
            form=department_id,
        )

    def password(self, username: str) -> str:
        """The temporary password that staff find in its file."""
        slip = json.loads(self.documents.objects[f"passwords/{username}.json"])
        assert slip["username"] == username
        return str(slip["temporary_password"])

    def principal(self, username: str = "u10001-lead") -> Principal:
        """Whom an account stands for."""
        login = self.store.logins[username]
        return self.store.accounts[login].principal
