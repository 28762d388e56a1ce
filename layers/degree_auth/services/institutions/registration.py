"""Institutions and departments as staff register them, with their accounts (articles 9, 13)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from degree_auth.domain.accounts.passwords import TEMPORARY_PASSWORD_TIME
from degree_auth.domain.accounts.principal import DEPARTMENT_TIER, LEAD_TIER
from degree_auth.domain.accounts.user_proposal import PROPOSAL_TIME, UserProposal
from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.institutions.institution import (
    Department,
    Institution,
    InstitutionEventType,
    add_institution_event,
)
from degree_auth.domain.institutions.registration_forms import (
    DepartmentForm,
    LeadForm,
    parse_account_user,
    parse_department_form,
    parse_lead_form,
)
from degree_auth.domain.institutions.staff_actions import (
    InstitutionAction,
    InstitutionDecision,
    parse_institution_action,
)
from degree_auth.domain.shared.actors import staff_actor, staff_of
from degree_auth.domain.shared.errors import Conflict, Invalid, NotFound, Problem
from degree_auth.domain.shared.plain_data import as_data
from degree_auth.domain.shared.words import Words
from degree_auth.domain.shared.working_days import shanghai_time
from degree_auth.services.accounts.ports import AccountStore, StaffStore
from degree_auth.services.accounts.provisioning import Provisioned, Provisioning
from degree_auth.services.institutions.exemptions import Exemptions
from degree_auth.services.institutions.machine_clients import revoke_client
from degree_auth.services.institutions.ports import Change, InstitutionStore
from degree_auth.services.notifications.access_notices import notice_request
from degree_auth.services.notifications.notification_ports import Queue
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Documents, Sealer, Taken
from degree_auth.services.shared.recorded_opening import OnRecord, once_on_record
from degree_auth.services.shared.sealing import seal_json
from degree_auth.services.shared.staff_desk import ActionResult
from degree_auth.services.shared.staff_files import json_file

FOLDER = "registration"
"""Where staff put the forms' contents, for thirty days."""

PASSWORDS, CONTACTS = "passwords", "contacts"
"""Where staff find temporary passwords, until they are void, and contacts, for thirty days: each under a prefix of its
own, so that each is read by those alone who hand it out or call."""

_TOLD_TO_THE_LEAD = (
    InstitutionAction.REGISTER_DEPARTMENT,
    InstitutionAction.APPROVE_ACCOUNT_USER,
    InstitutionAction.REVOKE_MACHINE_CLIENT,
)
_Form = TypeVar("_Form")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Carries out staff's decisions on institutions; `bucket` is where the forms lie, `staff` the accounts of staff.

    Starting an action again does nothing twice: what is registered already, with the same form and username, is
    answered as it was the first time, until its account has a user.
    """

    store: InstitutionStore
    accounts: AccountStore
    provisioning: Provisioning
    staff: StaffStore
    sealer: Sealer
    institutions: Institutions
    documents: Documents
    bucket: str
    notices: Queue

    def carry_out(self, body: object, command: str, now: datetime) -> ActionResult:
        """Carry out one decision; `command` names the execution.

        Raises:
            Malformed, Invalid: what is wrong with the input or with the form that it names.
            NotFound: no such institution, account or exemption.
            Conflict: something else is registered under that name, or proposed; or a second person is needed.
        """
        decision = parse_institution_action(body)
        done = self._carry_out(decision, command, now)
        if decision.action in _TOLD_TO_THE_LEAD:
            self.notices.send([notice_request(decision.institution_code)])
        return done

    def _carry_out(self, decision: InstitutionDecision, command: str, now: datetime) -> ActionResult:
        match decision.action:
            case InstitutionAction.REGISTER_INSTITUTION:
                return self._register_institution(decision, command, now)
            case InstitutionAction.REGISTER_DEPARTMENT:
                return self._register_department(decision, command, now)
            case InstitutionAction.PROPOSE_ACCOUNT_USER:
                return self._propose_account_user(decision, command, now)
            case InstitutionAction.APPROVE_ACCOUNT_USER:
                return self._approve_account_user(decision, command, now)
            case InstitutionAction.WITHDRAW_ACCOUNT_USER:
                return self._withdraw_account_user(decision, now)
            case InstitutionAction.END_ACCOUNT_SESSIONS:
                return self._end_account_sessions(decision, now)
            case InstitutionAction.UNLOCK_ACCOUNT:
                return self._unlock_account(decision, command, now)
            case InstitutionAction.REVOKE_MACHINE_CLIENT:
                return self._revoke_machine_client(decision, now)
            case InstitutionAction.SHOW_CONTACTS:
                return self._show_contacts(decision, now)
            case InstitutionAction.APPROVE_EXEMPTION:
                return Exemptions(self.store).approve(decision, now)
            case InstitutionAction.WITHDRAW_EXEMPTION:
                return Exemptions(self.store).withdraw(decision, now)

    def _register_institution(self, decision: InstitutionDecision, command: str, now: datetime) -> ActionResult:
        code = decision.institution_code
        form = self._form(decision, parse_lead_form)
        if form.institution_code != code:
            raise Invalid([Problem("institution.code", "institution_code_differs")])
        if self.institutions.answering(code, now) != code:
            raise Conflict("institution_succeeded")
        fingerprint = self._fingerprint(decision, form.as_dict())

        def attempt() -> ActionResult:
            present = self._institution(code)
            if present is not None:
                if present.fingerprint != fingerprint:
                    raise Conflict("institution_registered")
                return self._registered_before(decision, form, command, now)
            account, first = self.provisioning.new_account(
                username=decision.username,
                institution_code=code,
                department_id=None,
                tier=LEAD_TIER,
                user=as_data(form.account_user),
                notice_reference=decision.form,
                actor=_actor(decision),
                command=command,
                now=now,
            )
            fresh = Institution(
                code,
                form.institution_name,
                form.department_name,
                seal_json(self.sealer, code, form.as_dict()),
                fingerprint,
            )
            data = {
                "name": form.institution_name,
                "lead_department": form.department_name,
                "username": decision.username,
                "command": command,
            }
            after, entry = add_institution_event(
                fresh, InstitutionEventType.INSTITUTION_REGISTERED, _actor(decision), data, now
            )
            self._commit(Change(None, after, entry, account=(account, first)))
            return self._registered(decision, form, account.user_proposal)

        return until_stored(attempt)

    def _register_department(self, decision: InstitutionDecision, command: str, now: datetime) -> ActionResult:
        code, department_id = decision.institution_code, decision.department_id
        form = self._form(decision, parse_department_form)
        fingerprint = self._fingerprint(decision, form.as_dict())

        def attempt() -> ActionResult:
            institution = self.store.institution(code)
            present = self._department(code, department_id)
            if present is not None and present.fingerprint:
                if present.fingerprint != fingerprint:
                    raise Conflict("department_registered")
                return self._registered_before(decision, form, command, now)
            department = Department(
                department_id,
                form.department_name,
                form.scope,
                True,
                seal_json(self.sealer, code, form.as_dict()),
                fingerprint,
                1 if present is None else present.version + 1,
            )
            account, first = self.provisioning.new_account(
                username=decision.username,
                institution_code=code,
                department_id=department_id,
                tier=DEPARTMENT_TIER,
                user=as_data(form.account_user),
                notice_reference=decision.form,
                actor=_actor(decision),
                command=command,
                now=now,
            )
            data = {
                "department_id": department_id,
                "name": department.name,
                "scope": department.scope.as_dict(),
                "active": True,
                "username": decision.username,
                "command": command,
            }
            after, entry = add_institution_event(
                institution, InstitutionEventType.DEPARTMENT_REGISTERED, _actor(decision), data, now
            )
            self._commit(Change(institution, after, entry, department, (account, first)))
            return self._registered(decision, form, account.user_proposal)

        return until_stored(attempt)

    def _registered_before(
        self, decision: InstitutionDecision, form: LeadForm | DepartmentForm, command: str, now: datetime
    ) -> ActionResult:
        """What was registered with this form already. While nobody has approved its user, the form proposes them again,
        where the proposal has lapsed or was withdrawn."""
        code = decision.institution_code
        account_id = self._account_id(decision)
        if self.accounts.account(code, account_id).user:
            return self._registered(decision, form, None)
        proposal = self.provisioning.propose_user(
            code,
            account_id,
            user=as_data(form.account_user),
            notice_reference=decision.form,
            actor=_actor(decision),
            command=command,
            now=now,
        )
        return self._registered(decision, form, proposal)

    def _registered(
        self, decision: InstitutionDecision, form: LeadForm | DepartmentForm, proposal: UserProposal | None
    ) -> ActionResult:
        """That it is registered, and where the second person reads the whole form; no `proposal` once the account has
        its user."""
        facts = _facts(decision)
        words = _registered_words(decision.department_id or None)
        if proposal is None:
            told = Words("账号已有使用人。", "The account has its user.")
            return ActionResult(_join(words, told), {**facts, "proposal": None, "location": None})
        return self._proposed(facts, proposal, {"form": form.as_dict()}, words)

    def _proposed(
        self, facts: Mapping[str, Any], proposal: UserProposal, what: Mapping[str, Any], words: Words
    ) -> ActionResult:
        """Write what is proposed where the second person reads it: in a file that staff cannot write, of this proposal
        alone."""
        told = {**facts, "notice_reference": proposal.notice_reference, **what}
        location = self._file(f"{CONTACTS}/{facts['username']}-{proposal.number}", told)
        waits = Words(
            f"第二人核对 {location} 后，以提议编号 {proposal.number} 批准，{PROPOSAL_TIME.days} 天内有效。",
            f"A second person reads {location} and approves the proposal {proposal.number} within "
            f"{PROPOSAL_TIME.days} days.",
        )
        return ActionResult(_join(words, waits), {**facts, "proposal": proposal.number, "location": location})

    def _propose_account_user(self, decision: InstitutionDecision, command: str, now: datetime) -> ActionResult:
        account_id = self._account_id(decision)
        user = as_data(self._form(decision, parse_account_user))
        proposal = self.provisioning.propose_user(
            decision.institution_code,
            account_id,
            user=user,
            notice_reference=decision.notice_reference,
            actor=_actor(decision),
            command=command,
            now=now,
        )
        words = Words("已提议更换使用人，账号未变。", "Another user is proposed; the account is as it was.")
        return self._proposed(_facts(decision), proposal, {"account_user": user}, words)

    def _withdraw_account_user(self, decision: InstitutionDecision, now: datetime) -> ActionResult:
        self.provisioning.withdraw_user(
            decision.institution_code,
            self._account_id(decision),
            proposal=decision.proposal,
            reason=decision.reason,
            actor=_actor(decision),
            now=now,
        )
        words = Words("提议已撤回，账号未变。", "The proposal is withdrawn; the account is as it was.")
        return ActionResult(words, {**_facts(decision), "proposal": decision.proposal})

    def _approve_account_user(self, decision: InstitutionDecision, command: str, now: datetime) -> ActionResult:
        account_id = self._account_id(decision)
        self._require_open_proposer(decision, account_id)
        made = self.provisioning.approve_user(
            decision.institution_code,
            account_id,
            proposal=decision.proposal,
            actor=_actor(decision),
            command=command,
            now=now,
        )
        words = Words(
            "账号使用人已变更，原登录全部结束，须用临时密码重新登录。",
            "The account has its new user; all sessions ended, and the temporary password is needed.",
        )
        return self._with_open_clients(decision, self._account_result(decision, made, words))

    def _require_open_proposer(self, decision: InstitutionDecision, account_id: str) -> None:
        """Whoever proposed a user answers for it. Raises `Conflict`: they are no registrar any more."""
        proposal = self.accounts.account(decision.institution_code, account_id).user_proposal
        if proposal is None or proposal.number != decision.proposal or proposal.approved_by:
            return
        proposer = self.staff.staff_account(staff_of(proposal.by) or "")
        if proposer is None or not proposer.is_registrar:
            raise Conflict("account_user_proposer_closed")

    def _end_account_sessions(self, decision: InstitutionDecision, now: datetime) -> ActionResult:
        self.provisioning.end_sessions(
            decision.institution_code,
            self._account_id(decision),
            reason=decision.reason,
            actor=_actor(decision),
            now=now,
        )
        done = ActionResult(
            Words("该账号的登录已全部结束。", "All sessions of the account have ended."),
            {"institution_code": decision.institution_code, "username": decision.username},
        )
        return self._with_open_clients(decision, done)

    def _with_open_clients(self, decision: InstitutionDecision, done: ActionResult) -> ActionResult:
        """A result that also names the machine clients that whoever used a lead account may have left behind."""
        code = decision.institution_code
        account = self.accounts.account(code, self._account_id(decision))
        left = [one.machine_id for one in self.store.machine_clients(code) if not one.revoked]
        if account.department_id is not None or not left:
            return done
        words = Words(
            "本单位的下列系统仍可登录，不是单位自己设立的，须另行撤销。",
            "These systems of the institution can still sign in; any that is not its own must be revoked.",
        )
        return ActionResult(_join(done.words, words), {**done.facts, "open_machine_clients": left})

    def _revoke_machine_client(self, decision: InstitutionDecision, now: datetime) -> ActionResult:
        code, machine_id = decision.institution_code, decision.machine_id
        revoke_client(self.store, code, machine_id, _actor(decision), now, reason=decision.reason)
        words = Words("该系统已永久撤销，其令牌即刻失效。", "The system is revoked for good; its tokens ended at once.")
        return ActionResult(words, {"institution_code": code, "machine_id": machine_id})

    def _unlock_account(self, decision: InstitutionDecision, command: str, now: datetime) -> ActionResult:
        self.provisioning.unlock(
            decision.institution_code,
            self._account_id(decision),
            reason=decision.reason,
            actor=_actor(decision),
            command=command,
            now=now,
        )
        return ActionResult(
            Words("已解除，该账号可立即登录。", "The account is unlocked; its user can sign in at once."),
            {"institution_code": decision.institution_code, "username": decision.username},
        )

    def _show_contacts(self, decision: InstitutionDecision, now: datetime) -> ActionResult:
        """Write the contacts where staff find them, once it is on record who reads them and why."""

        def record_reading() -> OnRecord:
            before = self.store.institution(decision.institution_code)
            kind, data = InstitutionEventType.CONTACTS_SHOWN, {"reason": decision.reason}
            after, entry = add_institution_event(before, kind, _actor(decision), data, now)
            self.store.commit(Change(before, after, entry))
            return OnRecord(after.code, entry.seq)

        code = decision.institution_code
        opening = once_on_record(self.sealer, lambda: until_stored(record_reading), (code,))
        institution = self.store.institution(code)
        names = {one.department_id: one.name for one in self.store.departments(institution.code)}
        accounts = sorted(self.accounts.accounts_of(institution.code), key=lambda one: (one.tier, one.username))
        contacts = [
            {
                "username": one.username,
                "department": institution.lead_department
                if one.department_id is None
                else names.get(one.department_id, one.department_id),
                "account_user": self.provisioning.user_of(opening, one),
            }
            for one in accounts
        ]
        location = self._file(
            f"{CONTACTS}/{institution.code}", {"institution_name": institution.name, "contacts": contacts}
        )
        words = Words(
            f"联系人与联系方式在 {location}，三十天后删除。", f"The contacts are at {location} for thirty days."
        )
        return ActionResult(words, {"institution_code": institution.code, "location": location})

    def _commit(self, change: Change) -> None:
        """Raises `Stale`: something changed meanwhile; `Conflict`: the username is in use."""
        try:
            self.store.commit(change)
        except Taken:
            raise Conflict("username_taken") from None

    def _institution(self, code: str) -> Institution | None:
        try:
            return self.store.institution(code)
        except NotFound:
            return None

    def _department(self, code: str, department_id: str) -> Department | None:
        try:
            return self.store.department(code, department_id)
        except NotFound:
            return None

    def _account_id(self, decision: InstitutionDecision) -> str:
        """The account with this username, at this institution. Raises `NotFound`."""
        login = self.accounts.login(decision.username)
        if login is None or login.institution_code != decision.institution_code:
            raise NotFound("not_found")
        return login.account_id

    def _form(self, decision: InstitutionDecision, parse: Callable[[object], _Form]) -> _Form:
        try:
            content = json_file(self.documents, f"{FOLDER}/{decision.form}.json", decision.sha256)
        except NotFound:
            raise Invalid([Problem("form", "form_not_found")]) from None
        return parse(content)

    def _fingerprint(self, decision: InstitutionDecision, form: Mapping[str, Any]) -> str:
        content = json.dumps(form, ensure_ascii=False, sort_keys=True)
        place = f"{decision.institution_code}/{decision.department_id}/{decision.username}"
        return self.sealer.token("registration", f"{place}\n{content}")

    def _account_result(self, decision: InstitutionDecision, made: Provisioned, words: Words) -> ActionResult:
        """Put the temporary password where staff find it, and say where."""
        facts = _facts(decision)
        if made.temporary_password is None or made.account.temporary_until is None:
            told = Words("使用人已自行设置密码。", "The user has set a password already.")
            return ActionResult(_join(words, told), {**facts, "location": None})
        slip = {
            "username": decision.username,
            "temporary_password": made.temporary_password,
            "valid_until": shanghai_time(made.account.temporary_until),
        }
        location = self._file(f"{PASSWORDS}/{decision.username}", slip)
        told = Words(
            f"临时密码在 {location}，{TEMPORARY_PASSWORD_TIME.days} 天后删除。",
            f"The temporary password is at {location} for {TEMPORARY_PASSWORD_TIME.days} days.",
        )
        return ActionResult(_join(words, told), {**facts, "location": location})

    def _file(self, name: str, content: Mapping[str, Any]) -> str:
        """Put personal data and secrets, which no output may hold, where staff find them; says where (N4)."""
        key = f"{name}.json"
        self.documents.put(key, json.dumps(content, ensure_ascii=False, indent=2).encode(), "application/json")
        return f"s3://{self.bucket}/{key}"


def _facts(decision: InstitutionDecision) -> dict[str, Any]:
    """Whose account the action was about."""
    facts = {"institution_code": decision.institution_code, "username": decision.username}
    return {**facts, "department_id": decision.department_id} if decision.department_id else facts


def _actor(decision: InstitutionDecision) -> str:
    return staff_actor(decision.reviewer)


def _registered_words(department_id: str | None) -> Words:
    if department_id is None:
        return Words(
            "单位已登记，其牵头部门的一级账号尚无使用人。",
            "The institution is registered; its lead department's account has no user yet.",
        )
    return Words("核查部门已登记，其二级账号尚无使用人。", "The department is registered; its account has no user yet.")


def _join(first: Words, second: Words) -> Words:
    return Words(f"{first.zh}{second.zh}", f"{first.en} {second.en}")
