"""The gate before every staff action: who starts it is proven before anything is looked at (A13, N1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from degree_auth.domain.accounts.one_time_codes import accepted_step, is_used
from degree_auth.domain.accounts.staff import (
    Proof,
    Role,
    StaffAccount,
    count_wrong_code,
    require_role,
    use_code,
    void_code,
)
from degree_auth.domain.accounts.staff_actions import parse_credentials, shown_credentials
from degree_auth.domain.cases.numbering import is_case_number
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.register_changes.file_change_actions import FILE_CHANGE
from degree_auth.domain.shared.errors import Conflict, Invalid, Malformed, NotSignedIn, Problem
from degree_auth.domain.shared.reading import required_object
from degree_auth.services.accounts.ports import StaffStore
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Sealer
from degree_auth.services.shared.sealing import open_text
from degree_auth.services.shared.staff_desk import Admitted

LOCKED = "staff_locked"
"""The code of the refusal of an account that is locked."""


@dataclass(frozen=True, slots=True)
class StaffGate:
    """Proves who starts an action; `permitted` are the roles that each known action asks for."""

    store: StaffStore
    sealer: Sealer
    permitted: Mapping[str, frozenset[Role]]

    def admit(self, body: object, execution: str, now: datetime) -> Admitted:
        """The input without its code, once the account that it names has proven itself and may do what it asks for.

        The code is used up by it, also where the action is refused afterwards or the account is locked. The
        same execution with the same input goes on with it for some minutes, so that a retry of the machine is no second
        use. The command is of the proof: AWS lets a name be used again after 90 days, and that is another command.

        Raises:
            Malformed, Invalid: account or code is missing or has not its form, and a good code that the input shows
                all the same is used up; then the action, once they are proven.
            NotSignedIn: always the same, whether account or code is wrong, or the code was used; or the account is
                locked, also by this very code.
            Forbidden: the account has not the role.
            Conflict: another account has proven an execution of this name; the code is used up.
            Unavailable: others changed the account every time.
        """
        try:
            name, code = parse_credentials(body)
        except (Malformed, Invalid):
            for shown in shown_credentials(body):
                self._void(*shown, now)
            raise
        content = required_object(body)
        action = content.get("action")
        known = action if isinstance(action, str) and action in self.permitted else ""
        proof = Proof(execution, name, self._fingerprint(content), known, _subject(content), now)
        account, proven_at = self._proven(code, proof)
        # An action without a line in the table is nobody's.
        if not known:
            raise Invalid([Problem("action", "required" if action is None else "unknown_choice")])
        require_role(account, self.permitted[known])
        given = {field: value for field, value in content.items() if field != "code"} | {"reviewer": name}
        return Admitted(given, f"staff:{execution}@{proven_at:%Y%m%dT%H%M%S.%f}")

    def _proven(self, code: str, proof: Proof) -> tuple[StaffAccount, datetime]:
        """The account, and when this execution was proven first."""
        now = proof.at

        def attempt() -> tuple[StaffAccount, datetime]:
            account = self.store.staff_account(proof.staff_name)
            if account is None or not account.is_ready(now):
                raise NotSignedIn("staff_not_proven")
            kept = self.store.proof(proof.execution)
            if kept is not None and kept.covers(proof.execution, account.name, proof.fingerprint, now):
                return account, kept.at
            secret = self._secret(account)
            step = accepted_step(secret, code, now, account.last_code_step)
            if account.is_locked(now):
                # Good codes may be read in histories when the account opens again.
                if step is not None:
                    self.store.replace_staff_account(account, void_code(account, step))
                raise NotSignedIn(LOCKED)
            if step is not None and kept is not None and kept.staff_name != account.name:
                self.store.replace_staff_account(account, void_code(account, step))
                raise Conflict("staff_execution_taken")
            if step is not None:
                used, entry = use_code(account, step, proof)
                self.store.replace_staff_account(account, used, (entry,), proof)
                return used, proof.at
            # A code that was used before is no guess: whoever gives it has seen it.
            if not is_used(secret, code, now, account.last_code_step):
                counted, entries = count_wrong_code(account, now)
                self.store.replace_staff_account(account, counted, entries)
                if counted.is_locked(now):
                    raise NotSignedIn(LOCKED)
            raise NotSignedIn("staff_not_proven")

        return until_stored(attempt)

    def _void(self, name: str, code: str, now: datetime) -> None:
        """Use up a code that proves nothing, where it is good. It is no guess: nobody is told whether it was."""

        def attempt() -> None:
            account = self.store.staff_account(name)
            if account is None or not account.is_ready(now):
                return
            step = accepted_step(self._secret(account), code, now, account.last_code_step)
            if step is not None:
                self.store.replace_staff_account(account, void_code(account, step))

        until_stored(attempt)

    def _secret(self, account: StaffAccount) -> str:
        opener = for_nobody(self.sealer, MachinePurpose.SIGN_IN)
        return open_text(opener, code_context(account.name), account.code_secret or "")

    def _fingerprint(self, content: Mapping[str, Any]) -> str:
        return self.sealer.token("staff-execution", json.dumps(content, sort_keys=True))


def _subject(content: Mapping[str, Any]) -> str:
    """What the input is about, where it has the form of a case number or of a file's change; no other text is kept."""
    texts = [text for text in (content.get("case_number"), content.get("change")) if isinstance(text, str)]
    return next((text for text in texts if is_case_number(text) or FILE_CHANGE.fits(text)), "")


def code_context(name: str) -> str:
    """The context in which the secret of an account's codes is sealed."""
    return f"staff-one-time-code/{name}"
