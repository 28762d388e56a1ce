"""Institutions and departments as staff register them, with their accounts (articles 9, 13)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from degree_auth.domain.accounts.passwords import TEMPORARY_PASSWORD_TIME
from degree_auth.domain.accounts.principal import DEPARTMENT_TIER, LEAD_TIER
from degree_auth.domain.accounts.user_proposal import PROPOSAL_TIME
from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.institutions.institution import (
    Department,
    Institution,
    InstitutionEvent,
    InstitutionEventType,
    add_institution_event,
)
from degree_auth.domain.institutions.registration_forms import (
    parse_account_user,
    parse_department_form,
    parse_lead_form,
)
from degree_auth.domain.institutions.staff_actions import (
    InstitutionAction,
    InstitutionDecision,
    parse_institution_action,
)
from degree_auth.domain.shared.actors import staff_actor
from degree_auth.domain.shared.errors import Conflict, Invalid, NotFound, Problem
from degree_auth.domain.shared.plain_data import as_data
from degree_auth.domain.shared.words import Words
from degree_auth.domain.shared.working_days import shanghai_time
from degree_auth.services.accounts.ports import AccountStore
from degree_auth.services.accounts.provisioning import Provisioned, Provisioning
from degree_auth.services.institutions.exemptions import Exemptions
from degree_auth.services.institutions.machine_clients import revoke_client
from degree_auth.services.institutions.ports import Change, InstitutionStore
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

_LARGEST_FORM = 64 * 1024
_Form = TypeVar("_Form")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Carries out staff's decisions on institutions; `bucket` is where the forms lie.

    Starting an action again does nothing twice: what is registered already, with the same form and username, is
    answered as it was the first time.
    """

    store: InstitutionStore
    accounts: AccountStore
    provisioning: Provisioning
    sealer: Sealer
    institutions: Institutions
    documents: Documents
    bucket: str

    def carry_out(self, body: object, command: str, now: datetime) -> ActionResult:
        """Carry out one decision; `command` names the execution.

        Raises:
            Malformed, Invalid: what is wrong with the input or with the form that it names.
            NotFound: no such institution, account or exemption.
            Conflict: something else is registered under that name, or proposed; or a second person is needed.
        """
        decision = parse_institution_action(body)
        match decision.action:
            case InstitutionAction.REGISTER_INSTITUTION:
                return self._register_institution(decision, command, now)
            case InstitutionAction.REGISTER_DEPARTMENT:
                return self._register_department(decision, command, now)
            case InstitutionAction.PROPOSE_ACCOUNT_USER:
                return self._propose_account_user(decision, command, now)
            case InstitutionAction.APPROVE_ACCOUNT_USER:
                return self._approve_account_user(decision, command, now)
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
                shown = self._shown_again(present, decision, command, now)
                return self._account_result(decision, shown, _registered_words(None))
            made, first = self.provisioning.new_account(
                username=decision.username,
                institution_code=code,
                department_id=None,
                tier=LEAD_TIER,
                user=as_data(form.account_user),
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
            self._commit(Change(None, after, entry, account=(made.account, first)))
            return self._account_result(decision, made, _registered_words(None))

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
                shown = self._shown_again(institution, decision, command, now)
                return self._account_result(decision, shown, _registered_words(department_id))
            department = Department(
                department_id,
                form.department_name,
                form.scope,
                True,
                seal_json(self.sealer, code, form.as_dict()),
                fingerprint,
                1 if present is None else present.version + 1,
            )
            made, first = self.provisioning.new_account(
                username=decision.username,
                institution_code=code,
                department_id=department_id,
                tier=DEPARTMENT_TIER,
                user=as_data(form.account_user),
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
            self._commit(Change(institution, after, entry, department, (made.account, first)))
            return self._account_result(decision, made, _registered_words(department_id))

        return until_stored(attempt)

    def _propose_account_user(self, decision: InstitutionDecision, command: str, now: datetime) -> ActionResult:
        """Keep who is proposed, and write it where the second person reads it: in a file that staff cannot write, of
        this proposal alone."""
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
        facts = {"institution_code": decision.institution_code, "username": decision.username}
        told = {**facts, "notice_reference": proposal.notice_reference, "account_user": user}
        location = self._file(f"{CONTACTS}/{decision.username}-{proposal.number}", told)
        words = Words(
            f"已提议更换使用人，账号未变。第二人核对 {location} 后，以提议编号 {proposal.number} 批准，"
            f"{PROPOSAL_TIME.days} 天内有效。",
            f"Another user is proposed; the account is as it was. A second person reads {location} and approves the "
            f"proposal {proposal.number} within {PROPOSAL_TIME.days} days.",
        )
        return ActionResult(words, {**facts, "proposal": proposal.number, "location": location})

    def _approve_account_user(self, decision: InstitutionDecision, command: str, now: datetime) -> ActionResult:
        made = self.provisioning.approve_user(
            decision.institution_code,
            self._account_id(decision),
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

    def _present_account(self, decision: InstitutionDecision) -> Provisioned:
        account = self.accounts.account(decision.institution_code, self._account_id(decision))
        return self.provisioning.present_answer(account)

    def _shown_again(
        self, institution: Institution, decision: InstitutionDecision, command: str, now: datetime
    ) -> Provisioned:
        """The account that is registered already. Whose execution writes its live password out again is on record."""
        made = self._present_account(decision)
        code = institution.code
        log = self.store.institution_log(code)
        if made.temporary_password is None or any(_is_of(one, decision, command) for one in log):
            return made
        data = {"username": decision.username, "command": command}
        kind = InstitutionEventType.PASSWORD_WRITTEN_AGAIN
        after, entry = add_institution_event(institution, kind, _actor(decision), data, now)
        self._commit(Change(institution, after, entry))
        return made

    def _form(self, decision: InstitutionDecision, parse: Callable[[object], _Form]) -> _Form:
        try:
            content = json_file(self.documents, f"{FOLDER}/{decision.form}.json", _LARGEST_FORM, decision.sha256)
        except NotFound:
            raise Invalid([Problem("form", "form_not_found")]) from None
        return parse(content)

    def _fingerprint(self, decision: InstitutionDecision, form: Mapping[str, Any]) -> str:
        content = json.dumps(form, ensure_ascii=False, sort_keys=True)
        place = f"{decision.institution_code}/{decision.department_id}/{decision.username}"
        return self.sealer.token("registration", f"{place}\n{content}")

    def _account_result(self, decision: InstitutionDecision, made: Provisioned, words: Words) -> ActionResult:
        """Put the temporary password where staff find it, and say where."""
        facts: dict[str, Any] = {"institution_code": decision.institution_code, "username": decision.username}
        if decision.department_id:
            facts["department_id"] = decision.department_id
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


def _is_of(entry: InstitutionEvent, decision: InstitutionDecision, command: str) -> bool:
    return (entry.data.get("command"), entry.data.get("username")) == (command, decision.username)


def _actor(decision: InstitutionDecision) -> str:
    return staff_actor(decision.reviewer)


def _registered_words(department_id: str | None) -> Words:
    if department_id is None:
        return Words(
            "单位及其牵头部门的一级账号已登记。", "The institution and its lead department's account are registered."
        )
    return Words("核查部门及其二级账号已登记。", "The department and its account are registered.")


def _join(first: Words, second: Words) -> Words:
    return Words(f"{first.zh}{second.zh}", f"{first.en} {second.en}")
