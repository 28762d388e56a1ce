"""An institution's own systems: made, changed and revoked by its lead department, and how they sign in (article 9)."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from degree_auth.domain.accounts.principal import Permission, Principal, require_lead
from degree_auth.domain.institutions.client_assertion import (
    TOKEN_TIME,
    TokenRefused,
    named_client,
    parse_token_request,
    require_claims,
)
from degree_auth.domain.institutions.institution import (
    Institution,
    InstitutionEventType,
    add_institution_event,
    require_version,
)
from degree_auth.domain.institutions.machine_client import (
    GRANTED,
    MACHINE_ID,
    MachineClient,
    may_make_another,
    parse_machine_client,
    principal_of,
)
from degree_auth.domain.shared.actors import account_actor
from degree_auth.domain.shared.errors import Conflict, Invalid, NotFound, NotSignedIn, Problem
from degree_auth.services.institutions.ports import AssertionStore, Change, ClientKeys, InstitutionStore
from degree_auth.services.notifications.access_notices import notice_request
from degree_auth.services.notifications.notification_ports import Queue
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import KeyedDigest, Taken

_PREFIX = "machine"
_ACCESS = "machine-access-by-key"


@dataclass(frozen=True, slots=True)
class MachineClients:
    """What a lead department does with the systems of its own institution; each change is on record."""

    store: InstitutionStore
    keys: ClientKeys
    notices: Queue

    def every(self, asker: Principal) -> Sequence[MachineClient]:
        """Every client of the asker's institution, revoked ones too. Raises `Forbidden`."""
        require_lead(asker)
        return self.store.machine_clients(asker.institution_code)

    def put(
        self, asker: Principal, machine_id: str, body: object, use_code: Callable[[str], None], now: datetime
    ) -> MachineClient:
        """Make a client, or change its name, department, scopes or keys. Saying what stands changes nothing.

        A client acts for the institution, so an open session is not enough: `use_code` uses up a one-time code of the
        asker, or raises. It is asked once, when nothing else is in the way.

        Raises:
            Forbidden: the asker is not the lead department.
            NotFound: the institution is not registered.
            Malformed, Invalid: what is wrong with the request, its code at last.
            Conflict: the client is not at the version named, or revoked.
        """
        require_lead(asker)
        _require_id(machine_id)
        wanted, code = parse_machine_client(machine_id, body, self.keys.read)
        codes = [code]

        def attempt() -> MachineClient:
            institution = self.store.institution(asker.institution_code)
            every = {one.machine_id: one for one in self.store.machine_clients(institution.code)}
            present = every.get(machine_id)
            if present is not None and present.revoked:
                raise Conflict("machine_client_revoked")
            if present is not None and replace(wanted, version=present.version) == present:
                return present
            require_version(wanted.version, 0 if present is None else present.version)
            if present is None and not may_make_another(every.values()):
                raise Invalid([Problem("machine_id", "too_many_machine_clients")])
            if wanted.department_id not in {
                None,
                *(one.department_id for one in self.store.departments(institution.code)),
            }:
                raise Invalid([Problem("department_id", "department_unknown")])
            while codes:
                use_code(codes.pop())
            after = replace(wanted, version=wanted.version + 1)
            kind, actor = InstitutionEventType.MACHINE_CLIENT_CHANGED, account_actor(asker.account_id)
            _commit(self.store, institution, after, present, kind, actor, {}, now)
            return after

        stored = until_stored(attempt)
        self.notices.send([notice_request(asker.institution_code)])
        return stored

    def revoke(self, asker: Principal, machine_id: str, now: datetime) -> None:
        """Revoke a client for good; its tokens end at once. A repeat changes nothing.

        Raises:
            Forbidden: the asker is not the lead department.
            NotFound: the institution has no such client.
        """
        require_lead(asker)
        _require_id(machine_id)

        revoke_client(self.store, asker.institution_code, machine_id, account_actor(asker.account_id), now)
        self.notices.send([notice_request(asker.institution_code)])


def revoke_client(
    store: InstitutionStore, institution_code: str, machine_id: str, actor: str, now: datetime, **facts: str
) -> None:
    """Revoke a client for good; `facts` go on record too. A repeat changes nothing. Raises `NotFound`."""

    def attempt() -> None:
        institution = store.institution(institution_code)
        present = store.machine_client(institution_code, machine_id)
        if not present.revoked:
            after = replace(present, revoked=True, version=present.version + 1)
            kind = InstitutionEventType.MACHINE_CLIENT_REVOKED
            _commit(store, institution, after, present, kind, actor, facts, now)

    until_stored(attempt)


def _commit(
    store: InstitutionStore,
    institution: Institution,
    after: MachineClient,
    present: MachineClient | None,
    kind: InstitutionEventType,
    actor: str,
    facts: Mapping[str, str],
    now: datetime,
) -> None:
    code = institution.code
    data = {"after": after.as_dict(code), "before": None if present is None else present.as_dict(code), **facts}
    changed, entry = add_institution_event(institution, kind, actor, data, now)
    store.commit(Change(institution, changed, entry, after))


@dataclass(frozen=True, slots=True)
class MachineToken:
    """An access token, when it ends, and the scopes that it has."""

    access_token: str
    ends_at: datetime
    scopes: tuple[Permission, ...]


@dataclass(frozen=True, slots=True)
class MachineTokens:
    """Signs machine clients in, and tells whom their tokens stand for."""

    store: InstitutionStore
    assertions: AssertionStore
    keys: ClientKeys
    sealer: KeyedDigest

    def issue(self, form: Mapping[str, str], audience: str, now: datetime) -> MachineToken:
        """An access token for an assertion, which is good once; `audience` is the address that it must name.

        Raises:
            TokenRefused: what RFC 6749, 5.2, has a name for.
        """
        asked = parse_token_request(form)
        code, machine_id = named_client(self.keys.unproven_claims(asked.assertion))
        client = self._client(code, machine_id)
        proven = None if client is None else self.keys.proven_claims(asked.assertion, client.keys)
        if client is None or proven is None or client.revoked:
            raise TokenRefused("invalid_client")
        claims, kid = proven
        named, ends_at = require_claims(claims, audience, now)
        scopes = frozenset(client.scopes) if asked.scopes is None else asked.scopes
        if not scopes <= frozenset(client.scopes):
            raise TokenRefused("invalid_scope")
        try:
            self.assertions.use(self.sealer.token("client-assertion", f"{code}.{machine_id}.{named}"), ends_at)
        except Taken:
            raise TokenRefused("invalid_client") from None
        until = (now + TOKEN_TIME).replace(microsecond=0)
        ordered = tuple(one for one in GRANTED if one in scopes)
        content = f"{_PREFIX}.{code}.{machine_id}.{kid}.{'+'.join(ordered)}.{int(until.timestamp())}"
        return MachineToken(f"{content}.{self.sealer.token(_ACCESS, content)}", until, ordered)

    def authenticate(self, access_token: str, now: datetime) -> Principal:
        """Whom a request comes from, by one read of the client as it is now. Raises `NotSignedIn`."""
        content, _, signature = access_token.rpartition(".")
        if not hmac.compare_digest(self.sealer.token(_ACCESS, content).encode(), signature.encode()):
            raise NotSignedIn("session_ended")
        _, code, machine_id, kid, scopes, ends_at = content.split(".")
        client = self._client(code, machine_id) if now.timestamp() < int(ends_at) else None
        # A token is its key's: what was signed in by a key that is gone, or that others may know, is out with it.
        if client is None or client.revoked or kid not in {one.kid for one in client.keys}:
            raise NotSignedIn("session_ended")
        return principal_of(code, client, frozenset(map(Permission, scopes.split("+"))))

    def _client(self, code: str, machine_id: str) -> MachineClient | None:
        try:
            return self.store.machine_client(code, machine_id)
        except NotFound:
            return None


def is_machine_token(access_token: str) -> bool:
    """Whether a token is a machine client's, by its form."""
    return access_token.startswith(f"{_PREFIX}.")


def _require_id(machine_id: str) -> None:
    if not MACHINE_ID.fits(machine_id):
        raise Invalid([Problem("machine_id", "machine_client_id_format")])
