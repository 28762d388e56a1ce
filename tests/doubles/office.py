"""Accounts and sign-in in memory: the real services over the doubles, one clock, and the users' authenticators."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlparse

from degree_auth.adapters.accounts.pinyin import spellings
from degree_auth.adapters.accounts.qr_code import qr_rows
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.accounts.account import Account
from degree_auth.domain.accounts.one_time_codes import STEP_SECONDS, code_at, step_at
from degree_auth.domain.accounts.places import Place
from degree_auth.domain.accounts.user_proposal import UserProposal
from degree_auth.services.accounts.provisioning import Provisioned, Provisioning
from degree_auth.services.accounts.sessions import Enrolment, Sessions, SignedIn
from tests.doubles.accounts import CountingHashing, MemoryAccounts

HERE = Place("192.0.2.10")
"""Where the users sign in from."""
USER = {"name": "测试·样例", "mobile": "13800000000", "email": "sample@example.org"}
PASSWORD = "a synthetic pass phrase"


class Office:
    """Institutions' accounts; every user's second factor is known by username."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
        self.store = MemoryAccounts()
        self.keyring = Keyring(b"a master secret of thirty-two bytes or more")
        self.hashing = CountingHashing()
        self.sessions = Sessions(self.store, self.keyring, self.hashing, qr_rows, lambda _: spellings(["样例大学"]))
        self.provisioning = Provisioning(self.store, self.keyring, self.hashing)
        self.secrets: dict[str, str] = {}

    def provision(self, username: str = "lead-10001", command: str = "command-1", **more: object) -> Provisioned:
        """An account with its first user, whom one person proposed and another approved."""
        asked = {"institution_code": "10001", "department_id": None, "tier": 1, "user": USER, "actor": "staff-1"} | more
        given = {"notice_reference": "annex", "command": f"register-{command}", "now": self.now}
        account, entry = self.provisioning.new_account(username=username, **given, **asked)  # type: ignore[arg-type]
        self.store.create(account, entry)
        return self.approve_user(account, 1, command)

    def propose_user(
        self,
        account: Account,
        command: str = "propose-1",
        reference: str = "函〔2026〕1号",
        actor: str = "staff-1",
        name: str = "另一·样例",
    ) -> UserProposal:
        return self.provisioning.propose_user(
            account.institution_code,
            account.account_id,
            user={"name": name},
            notice_reference=reference,
            actor=actor,
            command=command,
            now=self.now,
        )

    def approve_user(
        self, account: Account, proposal: int, command: str = "command-2", actor: str = "staff-2"
    ) -> Provisioned:
        return self.provisioning.approve_user(
            account.institution_code,
            account.account_id,
            proposal=proposal,
            actor=actor,
            command=command,
            now=self.now,
        )

    def change_user(self, account: Account, command: str = "command-2") -> Provisioned:
        """Another user is proposed by one person and approved by another."""
        proposed = self.propose_user(account, f"propose-{command}")
        return self.approve_user(account, proposed.number, command)

    def unlock(self, account: Account, command: str) -> None:
        """Staff let the account's user try again."""
        self.provisioning.unlock(
            account.institution_code,
            account.account_id,
            reason="来电",
            actor="staff-2",
            command=command,
            now=self.now,
        )

    def enrol(self, username: str, temporary_password: str | None, place: Place = HERE) -> None:
        """The first sign-in: bind the authenticator."""
        outcome = self.sessions.sign_in({"username": username, "password": temporary_password}, place, self.now)
        assert isinstance(outcome, Enrolment)
        self.secrets[username] = parse_qs(urlparse(outcome.otpauth_uri).query)["secret"][0]

    def code(self, username: str) -> str:
        """What the user's authenticator shows."""
        return code_at(self.secrets[username], step_at(self.now))

    def set_password(self, username: str, present: str | None, new: str = PASSWORD, place: Place = HERE) -> SignedIn:
        body = {"username": username, "password": present, "one_time_code": self.code(username), "new_password": new}
        signed_in = self.sessions.set_password(body, place, self.now)
        self.later(seconds=STEP_SECONDS)
        return signed_in

    def ready(self, username: str = "lead-10001", **more: object) -> Account:
        """An account whose user has set password and second factor, with no session open."""
        made = self.provision(username, command=f"provision-{username}", **more)
        self.enrol(username, made.temporary_password)
        self.sessions.sign_out(self.set_password(username, made.temporary_password).access_token)
        return self.store.account(made.account.institution_code, made.account.account_id)

    def sign_in(
        self,
        username: str = "lead-10001",
        password: str = PASSWORD,
        code: str | None = None,
        place: Place = HERE,
    ) -> SignedIn:
        """Sign in, and let the time of the code pass."""
        body = {"username": username, "password": password, "one_time_code": code or self.code(username)}
        signed_in = self.sessions.sign_in(body, place, self.now)
        assert isinstance(signed_in, SignedIn)
        self.later(seconds=STEP_SECONDS)
        return signed_in

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)
