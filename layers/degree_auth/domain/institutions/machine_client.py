"""Machine clients: an institution's own systems, which sign in by a key and not by a password (article 9; RFC 7523)."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from degree_auth.domain.accounts.principal import DEPARTMENT_TIER, LEAD_TIER, Permission, Principal
from degree_auth.domain.accounts.sign_in import ONE_TIME_CODE
from degree_auth.domain.institutions.own_institution_inputs import VERSION
from degree_auth.domain.institutions.registration_forms import PHRASE
from degree_auth.domain.shared.free_text import require_impersonal
from degree_auth.domain.shared.identifiers import DEPARTMENT_ID
from degree_auth.domain.shared.reading import (
    BrokenRule,
    Field,
    Fields,
    choice,
    items,
    mapped_field,
    optional,
    pattern,
    read_object,
    required_list,
)

MOST_KEYS = 2
"""Keys of one client at a time: the present one, and the next while the client changes over."""

MOST_CLIENTS = 20
"""Clients of one institution that can sign in."""

MOST_CLIENTS_EVER = 1000
"""Clients of one institution, revoked ones too, whose ids are never given again."""

GRANTED = (Permission.READ, Permission.ANSWER)
"""What a client may be granted; what is left is for people."""

MACHINE_ID = pattern("[a-z0-9-]{1,40}", "machine_client_id_format")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: its id, and the key as a JSON Web Key (RFC 7517), in JSON."""

    kid: str
    jwk: str


@dataclass(frozen=True, slots=True)
class MachineClient:
    """A machine client. Without a department it is the lead department's. Once revoked it stays so."""

    machine_id: str
    name: str
    department_id: str | None
    scopes: tuple[Permission, ...]
    keys: tuple[PublicKey, ...]
    revoked: bool = False
    version: int = 1

    def as_dict(self, institution_code: str) -> dict[str, Any]:
        """The client as its institution sees it, with its public keys."""
        return {
            "machine_id": self.machine_id,
            "client_id": client_id_of(institution_code, self.machine_id),
            "name": self.name,
            "department_id": self.department_id,
            "scopes": [one.value for one in self.scopes],
            "keys": [{**json.loads(one.jwk), "kid": one.kid} for one in self.keys],
            "revoked": self.revoked,
            "version": self.version,
        }


def client_id_of(institution_code: str, machine_id: str) -> str:
    """The `client_id` by which a client names itself."""
    return f"{institution_code}.{machine_id}"


def principal_of(institution_code: str, client: MachineClient, scopes: frozenset[Permission]) -> Principal:
    """Whom a client stands for that asked for these scopes: never more than it is granted now."""
    client_id = client_id_of(institution_code, client.machine_id)
    tier = LEAD_TIER if client.department_id is None else DEPARTMENT_TIER
    granted = scopes & frozenset(client.scopes)
    return Principal(client_id, client_id, institution_code, client.department_id, tier, granted, is_machine=True)


def _scopes(chosen: tuple[Permission, ...]) -> tuple[Permission, ...]:
    if Permission.READ not in chosen:
        # What is answered with is the task, with the person and the degree.
        raise BrokenRule("scope_needs_read")
    return tuple(one for one in GRANTED if one in chosen)


def machine_client_fields(read_key: Callable[[object], PublicKey]) -> Fields:
    """The fields of a client; `read_key` reads a public key, and raises `BrokenRule`."""

    def keys(raw: object) -> tuple[PublicKey, ...]:
        found = [read_key(one) for one in required_list(raw, MOST_KEYS, "too_many_keys")]
        if not found:
            raise BrokenRule("required")
        if len({one.kid for one in found}) < len(found):
            raise BrokenRule("key_repeated")
        return tuple(found)

    return {
        "name": mapped_field(PHRASE, require_impersonal),
        "department_id": optional(DEPARTMENT_ID),
        "scopes": mapped_field(items(choice(GRANTED), needed=True), _scopes),
        "keys": Field(keys, {"type": "array", "minItems": 1, "maxItems": MOST_KEYS, "items": {"type": "object"}}),
        "version": VERSION,
        "one_time_code": ONE_TIME_CODE,
    }


def parse_machine_client(
    machine_id: str, body: object, read_key: Callable[[object], PublicKey]
) -> tuple[MachineClient, str]:
    """Read `{"name", "department_id"?, "scopes", "keys", "version", "one_time_code"}`: the client, its version the one
    sent, and the code.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it.
    """
    values: dict[str, Any] = read_object(body, machine_client_fields(read_key)).complete()
    code: str = values.pop("one_time_code")
    return MachineClient(machine_id, **values), code


def may_make_another(present: Collection[MachineClient]) -> bool:
    """Whether an institution with these clients may have one more."""
    open_ones = sum(not one.revoked for one in present)
    return open_ones < MOST_CLIENTS and len(present) < MOST_CLIENTS_EVER
