"""Machine clients: what lead departments do with them, and how they sign in."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.institutions.client_keys import JoseClientKeys
from degree_auth.services.institutions.machine_clients import MachineClients, MachineTokens
from degree_auth.wiring import shared
from degree_auth.wiring.institutions import notices
from degree_auth.wiring.institutions import table as institutions


@cache
def machine_clients() -> MachineClients:
    """The systems of a lead department's institution."""
    return MachineClients(institutions.table(), JoseClientKeys(), notices.queue())


@cache
def machine_tokens() -> MachineTokens:
    """Sign-in of machine clients."""
    return MachineTokens(institutions.table(), institutions.table(), JoseClientKeys(), shared.keyring())
