"""Tells lead departments who may act for their institution, from its logs (articles 9, 13).

Whoever changed something asks for it afterwards, by the institution's code alone: what is told is read from the logs.
A message that is lost is made good by the next one, and one that comes twice sends nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.accounts.principal import LEAD_TIER
from degree_auth.domain.notifications.access_notice import AccessNotice, notice_of_account, notice_of_institution
from degree_auth.domain.notifications.outbox import MessageState
from degree_auth.services.notifications.contacts import recipient_of_account
from degree_auth.services.notifications.notification_ports import AccountLogs, InstitutionLogs, Outbox
from degree_auth.services.notifications.sending import Message, Sending
from degree_auth.services.shared.ports import Sealer


def notice_request(institution_code: str) -> dict[str, str]:
    """What is put on the queue after something changed."""
    return {"institution": institution_code}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessNotices:
    """Turns entries of an institution's logs into mails; `base_url` is where users see the service."""

    logs: InstitutionLogs
    accounts: AccountLogs
    outbox: Outbox
    sealer: Sealer
    sending: Sending
    base_url: str

    def tell(self, institution_code: str, now: datetime) -> list[MessageState]:
        """Send what is recent, each thing once to each proven address; what became of each message. Who proved an
        address later is not told what was before.

        Raises:
            Undelivered: some message was not taken; it is to come again.
        """
        notices = [one for one in self._notices(institution_code) if one.is_told(now)]
        return self.sending.send_each(self._messages(institution_code, notices), now)

    def _messages(self, institution_code: str, notices: Sequence[AccessNotice]) -> Iterator[Message]:
        for account in self.accounts.accounts_of(institution_code):
            if account.tier != LEAD_TIER or not notices:
                continue
            recipient = recipient_of_account(self.outbox, self.sealer, account)
            for notice in notices:
                for address in recipient.addresses_for(notice.kind):
                    if address.proven_at is not None and address.proven_at <= notice.at:
                        facts = {**notice.facts, "page": f"{self.base_url}/portal"}
                        yield Message(recipient, address, notice.name, notice.kind, facts)

    def _notices(self, institution_code: str) -> Iterator[AccessNotice]:
        for entry in self.logs.institution_log(institution_code):
            if (notice := notice_of_institution(entry)) is not None:
                yield notice
        for account in self.accounts.accounts_of(institution_code):
            for change in self.accounts.log(institution_code, account.account_id):
                if (notice := notice_of_account(account, change)) is not None:
                    yield notice
