"""Tells applicants and institutions what the case log says (articles 1, 12, 15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from degree_auth.domain.accounts.principal import LEAD_TIER
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.notifications.digest import LEFT_TO_DIGEST
from degree_auth.domain.notifications.notification import (
    RESTS_ON_THE_LOG,
    Department,
    Notification,
    NotificationKind,
    notifications_of,
    report_before,
)
from degree_auth.domain.notifications.outbox import MessageState
from degree_auth.domain.notifications.recipient import Channel, Recipient
from degree_auth.domain.shared.actors import account_of
from degree_auth.services.notifications.address_proof import AddressProof
from degree_auth.services.notifications.contacts import open_masked_name, recipient_of_account, recipient_of_case
from degree_auth.services.notifications.notification_ports import Accounts, Cases, Outbox
from degree_auth.services.notifications.sending import Message, Sending
from degree_auth.services.shared.ports import Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Turns events of the bus into messages; `base_url` is where users see the service."""

    cases: Cases
    accounts: Accounts
    outbox: Outbox
    sealer: Sealer
    sending: Sending
    proof: AddressProof
    base_url: str

    def tell(self, event: Mapping[str, Any], now: datetime) -> list[MessageState]:
        """Send what a public event tells, to each address once; what became of each message.

        One that is not taken keeps no other one back. Of a case that is erased nothing is told, however late the event.

        Raises:
            Undelivered: some message was not taken; the event is to come again.
        """
        case = self.cases.load(event["case_number"])
        if case.is_being_erased:
            return []
        if event["type"] == EventType.APPLICATION_RECEIVED:
            self.proof.send_first_code(recipient_of_case(self.outbox, self.sealer, case), now)
        return self.sending.send_each(self._messages(event, case, now), now)

    def _messages(self, event: Mapping[str, Any], case: Case, now: datetime) -> Iterator[Message]:
        name = f"{event['case_number']}-{event['seq']:06d}"
        for notification in self._notifications(event, case):
            for recipient in self._recipients(notification.to, case):
                self._leave_to_digest(recipient, notification.kind, name, now)
                for address in recipient.addresses_for(notification.kind):
                    facts = self._facts(notification, case)
                    yield Message(recipient, address, name, notification.kind, facts)

    def _leave_to_digest(self, recipient: Recipient, kind: NotificationKind, name: str, now: datetime) -> None:
        """A message of the centre stands in no list of tasks: note that the next digest has it to count."""
        address = recipient.address(Channel.MAIL)
        wanted = recipient.digest and kind not in recipient.switched_off
        if kind is NotificationKind.TASK_MESSAGE and wanted and address is not None:
            self.sending.hold_back(recipient, address, name, kind, LEFT_TO_DIGEST, now)

    def _notifications(self, event: Mapping[str, Any], case: Case) -> list[Notification]:
        if event["type"] not in RESTS_ON_THE_LOG:
            return notifications_of(event, case)
        log, seq = self.cases.log(case.case_number), event["seq"]
        by_institution = account_of(log[seq - 1].actor) is not None
        return notifications_of(event, case, by_institution=by_institution, former_report=report_before(log, seq))

    def _recipients(self, to: Department | None, case: Case) -> Iterator[Recipient]:
        if to is not None:
            for account in self.accounts.accounts_of(to.institution_code):
                if account.department_id == to.department_id and (to.department_id or account.tier == LEAD_TIER):
                    yield recipient_of_account(self.outbox, self.sealer, account)
        elif not case.names_another and case.stage not in (Stage.FROZEN, Stage.ANNULLED):
            # Who gave the contact may be somebody else than the person whose case it is now.
            yield recipient_of_case(self.outbox, self.sealer, case)

    def _facts(self, notification: Notification, case: Case) -> dict[str, str]:
        page = f"{self.base_url}/portal" if notification.to else f"{self.base_url}/case#n={case.case_number}"
        return {
            "case_number": case.case_number,
            "name": "" if notification.to else open_masked_name(self.sealer, case),
            "due": "" if notification.due is None else notification.due.isoformat(),
            "page": page,
        }
