"""Machine clients in end-to-end tests: made by their lead department, signed in by a key of their own."""

from __future__ import annotations

from dataclasses import dataclass, field

import requests

from degree_auth.domain.institutions.client_assertion import ASSERTION_TYPE
from tests.e2e.backstage import backstage
from tests.e2e.client import SECONDS, Portal
from tests.samples.machine_keys import assertion, ec_key, public

NAME = "对接系统"
"""What every machine client is called."""


@dataclass(frozen=True)
class Machine:
    """An institution's own system; without a department it is the lead department's."""

    name: str
    institution_code: str
    department_id: str | None
    scopes: tuple[str, ...] = field(default=("read", "answer"))

    def access_token(self, portal: Portal, lead_token: str) -> str:
        """Make the client if it is not there, and sign it in. No one-time code is waited for: whoever makes many
        clients would wait for half a minute each; `tests/browser` makes one as its user does."""
        url, headers = f"{portal.url}/v1/machine-clients", {"Authorization": f"Bearer {lead_token}"}
        listed = requests.get(url, headers=headers, timeout=SECONDS).json()["machine_clients"]
        versions = {one["machine_id"]: one["version"] for one in listed}
        body = {
            "name": NAME,
            "department_id": self.department_id,
            "scopes": list(self.scopes),
            "keys": [public(ec_key())],
            "version": versions.get(self.name, 0),
        }
        code, account_id, *_ = lead_token.split(".")
        lead = {"institution_code": code, "account_id": account_id}
        backstage(portal.stack, "put_machine_client", lead=lead, machine_id=self.name, body=body)
        return self.signed_in(portal)["access_token"]

    def signed_in(self, portal: Portal) -> dict[str, str]:
        """What a fresh assertion is answered with."""
        url = f"{portal.url}/v1/token"
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion(f"{self.institution_code}.{self.name}", portal.now(), aud=url),
        }
        answered = requests.post(url, data=form, timeout=SECONDS)
        assert answered.status_code == 200, answered.text
        told: dict[str, str] = answered.json()
        return told
