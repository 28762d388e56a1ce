"""Signing in, and what an access token stands for (articles 9, 13).

The sessions of an account stand on its item: one consistent read tells whether a token still holds, and ending them
takes effect at once.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from degree_auth.domain.accounts.account import (
    Account,
    with_changes,
    with_refreshed,
    with_session,
    with_wrong_code,
    without_session,
)
from degree_auth.domain.accounts.account_log import AccountEvent, AccountEventType, add_account_event
from degree_auth.domain.accounts.one_time_codes import SECRET_BYTES, accepted_step, enrolment_uri, is_used, secret_of
from degree_auth.domain.accounts.passwords import is_guessable
from degree_auth.domain.accounts.places import Place, with_source
from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.accounts.session import ACCESS_TIME, SESSION_TIME, Session
from degree_auth.domain.accounts.sign_in import parse_new_password, parse_refresh, parse_sign_in
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.shared.actors import SYSTEM
from degree_auth.domain.shared.errors import Conflict, Invalid, NotFound, NotSignedIn, Problem, TooMany
from degree_auth.services.accounts.admission import Admission, Attempt
from degree_auth.services.accounts.ports import AccountStore, Login, PasswordHashing
from degree_auth.services.accounts.signed_tokens import content_of, signed_token
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Sealer, Stale
from degree_auth.services.shared.sealing import open_text, seal_text

# Read for a username that nobody has, so that the same reads are made for it; no account has this id.
_NOBODY = Login("00000", "nobody")

_ACCESS, _REFRESH = "institution-access", "institution-refresh-token"
"""What a token is signed for; one of the other kind does not pass for it."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session with its tokens; the access token goes into the Authorization header.

    `device` is what the browser keeps from signing in, so that strangers' attempts never close the account to it.
    """

    principal: Principal
    access_token: str
    access_ends_at: datetime
    refresh_token: str
    session_ends_at: datetime
    device: str = ""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The first sign-in: the authenticator's `otpauth` address, shown this once; a password must be set next.

    `otpauth_qr` is its QR code, a row a string; 1 is dark.
    """

    otpauth_uri: str
    otpauth_qr: list[str]


@dataclass(frozen=True, slots=True)
class Sessions:
    """Sign-in over the stored accounts; `qr_rows` makes the QR code of a text, `names_of` tells how an institution's
    names may stand in a password."""

    store: AccountStore
    sealer: Sealer
    hashing: PasswordHashing
    qr_rows: Callable[[str], list[str]]
    names_of: Callable[[str], Sequence[str]]

    @property
    def _admission(self) -> Admission:
        return Admission(self.store, self.sealer)

    def sign_in(self, body: object, place: Place, now: datetime) -> SignedIn | Enrolment:
        """Open a session; with a temporary password, hand out the second factor instead.

        Each first sign-in draws a new secret, so that a lost answer costs nothing and no secret is shown twice.

        Raises:
            Malformed, Invalid: what is wrong in form.
            NotSignedIn: always the same, whatever of username, password and code is wrong; a code that was used
                already is told apart to who has the password.
            TooMany: attempts from this place are not judged for the time being, right or wrong.
        """
        asked = parse_sign_in(body)
        proven, attempt = self._require_password(asked.username, asked.password, place, now)
        if proven.temporary_until is not None:
            secret = secret_of(secrets.token_bytes(SECRET_BYTES))
            sealed = seal_text(self.sealer, _code_context(proven), secret)
            # No code of the new secret was used yet.
            self._commit_change(
                proven, lambda account: (with_changes(account, code_secret=sealed, last_code_step=0), ())
            )
            self._admission.uncount(attempt)
            uri = enrolment_uri(secret, asked.username)
            return Enrolment(uri, self.qr_rows(uri))
        opened, refresh_token = self._new_session(now)
        source = self._admission.source(place)

        def change(account: Account) -> tuple[Account, Sequence[AccountEvent]]:
            step = self._step(account, asked.one_time_code, attempt, now)
            return with_session(account, opened, step, source, now), ()

        account = self._commit_change(proven, change)
        return self._enter(account, opened, refresh_token, attempt, place, now)

    def set_password(self, body: object, place: Place, now: datetime) -> SignedIn:
        """Set one's password, the first time or anew; ends all other sessions, forgets all other places, opens one.

        Raises:
            Malformed, Invalid: what is wrong in form or with the new password.
            NotSignedIn, TooMany: as for `sign_in`.
            Conflict: the second factor was not handed out yet.
        """
        asked = parse_new_password(body)
        proven, attempt = self._require_password(asked.username, asked.password, place, now)
        if proven.code_secret is None:
            raise Conflict("second_factor_missing")
        # To who lacks the code, a right password is answered as a wrong one.
        self._step(proven, asked.one_time_code, attempt, now)
        code = proven.institution_code
        if is_guessable(asked.new_password, asked.username, code, self.names_of(code)):
            self._admission.uncount(attempt)
            raise Invalid([Problem("new_password", "password_common")])
        password_hash = self.hashing.hash(asked.new_password)
        opened, refresh_token = self._new_session(now)
        source = self._admission.source(place)

        def change(account: Account) -> tuple[Account, Sequence[AccountEvent]]:
            step = self._step(account, asked.one_time_code, attempt, now)
            after = with_session(account, opened, step, source, now)
            after = with_changes(
                after,
                password_hash=password_hash,
                temporary_until=None,
                sessions=(opened,),
                sources=with_source((), source, now),
                # A device's own moment is in whole seconds.
                devices_since=now.replace(microsecond=0),
            )
            after, entry = add_account_event(after, AccountEventType.PASSWORD_SET, account.account_id, {}, now)
            return after, (entry,)

        account = self._commit_change(proven, change)
        return self._enter(account, opened, refresh_token, attempt, place, now)

    def refresh(self, body: object, now: datetime) -> SignedIn:
        """Exchange a refresh token for the next pair. One that was exchanged before ends its session: it was copied.

        A token that was never given out ends nobody's session, whatever session it names.

        Raises:
            Malformed, Invalid: what is wrong in form.
            NotSignedIn: the token is not, or no longer, good.
        """
        login, session_id, secret = self._read_refresh_token(parse_refresh(body))
        fresh = secrets.token_urlsafe(32)

        def attempt() -> SignedIn:
            account = self._account(login)
            session = account.session(session_id, now)
            if session is None:
                raise NotSignedIn("session_ended")
            if not hmac.compare_digest(session.refresh_digest, self._refresh_digest(session_id, secret)):
                # It was true once: only what we signed comes so far.
                self.store.replace(account, without_session(account, session_id))
                raise NotSignedIn("session_ended")
            after = with_refreshed(account, session_id, self._refresh_digest(session_id, fresh))
            self.store.replace(account, after)
            return self._signed_in(after, session, fresh, now)

        return until_stored(attempt)

    def sign_out(self, access_token: str) -> None:
        """End the token's session. A repeat, or an expired token, changes nothing.

        Raises:
            NotSignedIn: the token was not issued here.
        """
        login, session_id, _ = self._read_access_token(access_token)

        def attempt() -> None:
            account = self._account(login)
            if any(session.session_id == session_id for session in account.sessions):
                self.store.replace(account, without_session(account, session_id))

        until_stored(attempt)

    def authenticate(self, access_token: str, now: datetime) -> Principal:
        """Whom a request comes from, by one read of the account as it is now. Raises `NotSignedIn`."""
        login, session_id, ends_at = self._read_access_token(access_token)
        if now.timestamp() >= ends_at:
            raise NotSignedIn("session_ended")
        account = self._account(login)
        if account.session(session_id, now) is None:
            raise NotSignedIn("session_ended")
        return account.principal

    def use_code(self, access_token: str, code: str, now: datetime) -> None:
        """Use up a one-time code in a session, so that what follows is its user's and not whoever's holds the session.

        Wrong codes are counted in the session, and end it.

        Raises:
            NotSignedIn: the session has ended, also by this very code.
            Invalid: the code is wrong, or was used already.
        """
        login, session_id, _ = self._read_access_token(access_token)

        def attempt() -> None:
            account = self._account(login)
            if account.session(session_id, now) is None or account.code_secret is None:
                raise NotSignedIn("session_ended")
            opener = for_nobody(self.sealer, MachinePurpose.SIGN_IN)
            secret = open_text(opener, _code_context(account), account.code_secret)
            step = accepted_step(secret, code, now, account.last_code_step)
            if step is not None:
                self.store.replace(account, with_changes(account, last_code_step=step))
                return
            if is_used(secret, code, now, account.last_code_step):
                raise Invalid([Problem("one_time_code", "one_time_code_used")])
            after, entries = with_wrong_code(account, session_id), []
            ended = after.session(session_id, now) is None
            if ended:
                facts = {"reason": "one_time_code_wrong"}
                after, entry = add_account_event(after, AccountEventType.SESSIONS_ENDED, SYSTEM, facts, now)
                entries.append(entry)
            self.store.replace(account, after, entries)
            if ended:
                raise NotSignedIn("session_ended")
            raise Invalid([Problem("one_time_code", "one_time_code_wrong")])

        until_stored(attempt)

    def _require_password(self, username: str, password: str, place: Place, now: datetime) -> tuple[Account, Attempt]:
        """The account whose password this is, unless it is closed to this place or its temporary password too old.

        A username that nobody has costs the same reads, writes and hash as a wrong password.
        """
        login = self.store.login(username)
        try:
            account = self.store.account(*(login or _NOBODY))
        except NotFound:
            account = None
        attempt = self._admission.admit(username, account, place, now)
        kept = self.hashing.decoy if account is None else account.password_hash
        right = self.hashing.verify(kept, password)
        # A stranger must not learn that an account waits for its first sign-in and is not closed.
        if attempt.closed_until is not None and (attempt.binding or not right):
            raise TooMany.before(attempt.closed_until, "sign_in_closed", now)
        if account is None or not right:
            raise NotSignedIn("sign_in_refused")
        if account.temporary_until is not None and now >= account.temporary_until:
            raise NotSignedIn("sign_in_refused")
        return account, attempt

    def _enter(
        self, account: Account, opened: Session, refresh_token: str, attempt: Attempt, place: Place, now: datetime
    ) -> SignedIn:
        """What somebody is handed who has just signed in."""
        self._admission.uncount(attempt)
        device = self._admission.device_token(account, attempt, place, now)
        return replace(self._signed_in(account, opened, refresh_token, now), device=device)

    def _commit_change(
        self, proven: Account, change: Callable[[Account], tuple[Account, Sequence[AccountEvent]]]
    ) -> Account:
        """Commit a change of an account whose password was proven, unless that was changed meanwhile."""
        account = proven

        def attempt() -> Account:
            nonlocal account
            after, entries = change(account)
            try:
                self.store.replace(account, after, entries)
            except Stale:
                account = self.store.account(proven.institution_code, proven.account_id)
                if account.password_hash != proven.password_hash:
                    raise NotSignedIn("sign_in_refused") from None
                raise
            return after

        return until_stored(attempt)

    def _step(self, account: Account, code: str | None, attempt: Attempt, now: datetime) -> int:
        """The time step that a one-time code uses up; the account's password was proven."""
        if account.code_secret is None or code is None:
            raise NotSignedIn("sign_in_refused")
        secret = open_text(for_nobody(self.sealer, MachinePurpose.SIGN_IN), _code_context(account), account.code_secret)
        step = accepted_step(secret, code, now, account.last_code_step)
        if step is not None:
            return step
        if is_used(secret, code, now, account.last_code_step):
            self._admission.uncount(attempt)
            raise NotSignedIn("one_time_code_used")
        raise NotSignedIn("sign_in_refused")

    def _account(self, login: Login) -> Account:
        try:
            return self.store.account(*login)
        except NotFound:
            raise NotSignedIn("session_ended") from None

    def _new_session(self, now: datetime) -> tuple[Session, str]:
        session_id, refresh_secret = secrets.token_urlsafe(16), secrets.token_urlsafe(32)
        digest = self._refresh_digest(session_id, refresh_secret)
        return Session(session_id, digest, now + SESSION_TIME), refresh_secret

    def _signed_in(self, account: Account, session: Session, refresh_secret: str, now: datetime) -> SignedIn:
        ends_at = min(now + ACCESS_TIME, session.ends_at).replace(microsecond=0)
        place = f"{account.institution_code}.{account.account_id}.{session.session_id}"
        content = f"{place}.{int(ends_at.timestamp())}"
        return SignedIn(
            principal=account.principal,
            access_token=signed_token(self.sealer, _ACCESS, content),
            access_ends_at=ends_at,
            refresh_token=signed_token(self.sealer, _REFRESH, f"{place}.{refresh_secret}"),
            session_ends_at=session.ends_at,
        )

    def _read_access_token(self, token: str) -> tuple[Login, str, int]:
        """Login, session id and end (Unix seconds) of a token that we signed."""
        institution_code, account_id, session_id, ends_at = self._content_of(token, _ACCESS)
        return Login(institution_code, account_id), session_id, int(ends_at)

    def _read_refresh_token(self, token: str) -> tuple[Login, str, str]:
        """Login, session id and secret of a token that we signed."""
        institution_code, account_id, session_id, secret = self._content_of(token, _REFRESH)
        return Login(institution_code, account_id), session_id, secret

    def _content_of(self, token: str, purpose: str) -> list[str]:
        """The four parts of a token that we signed for this purpose."""
        content = content_of(self.sealer, purpose, token)
        if content is None:
            raise NotSignedIn("session_ended")
        return content.split(".")

    def _refresh_digest(self, session_id: str, secret: str) -> str:
        return self.sealer.token("institution-refresh", f"{session_id}.{secret}")


def _code_context(account: Account) -> str:
    return f"one-time-code/{account.account_id}"
