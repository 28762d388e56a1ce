"""Status lists of credentials: which place a report gets, and signing each list anew once a bit of it was set."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from degree_auth.domain.reports.status_list import FIRST_YEAR, StatusPlace, list_address, places, status_list_claims
from degree_auth.domain.shared.errors import NotFound
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.reports.ports import CredentialSigner, SignedStatusList, StatusListStore
from degree_auth.services.shared.ports import Sealer

_LIST_ID = re.compile(r"[0-9]{4}-[0-9]{1,6}\Z", re.ASCII)


def free_place(store: CaseStore, sealer: Sealer, report_number: str, issued_at: datetime) -> StatusPlace:
    """The first place of a report that no other report has; the commit of the report takes it, or fails."""
    wanted = places(lambda what: sealer.digest("status-place", what), report_number, shanghai_day(issued_at).year)
    return next(place for place in wanted if store.status_holder(place) in (None, report_number))


def latest_list(store: StatusListStore, list_id: str) -> str:
    """A list as it was last signed. Raises `NotFound`: there is none with this name, or none was signed yet."""
    signed = store.signed_list(list_id) if _LIST_ID.match(list_id) else None
    if signed is None:
        raise NotFound("not_found")
    return signed.credential


@dataclass(frozen=True, slots=True)
class StatusLists:
    """The signer of lists. Any number may run at once. `signer` is called only when there is a list."""

    store: StatusListStore
    signer: Callable[[], CredentialSigner]
    check_url: str

    def renew(self, now: datetime) -> int:
        """Sign each list that began, or of which a bit was set, since it was signed, and each that another key signed
        or that names another address; gives how many.

        Bits are set in the commit that ends a report's validity and never cleared, so their number tells a newer list.
        """
        signed = 0
        for list_id in self._begun_lists(now):
            bits = self.store.set_bits(list_id)
            latest, signer = self.store.signed_list(list_id), self.signer()
            facts = (len(bits), list_address(self.check_url, list_id), signer.thumbprint)
            if latest is None or (latest.set_bits, latest.address, latest.signed_by) != facts:
                claims = status_list_claims(self.check_url, list_id, bits, now)
                credential = signer.sign(claims, self.check_url)
                self.store.keep_list(list_id, SignedStatusList(credential, *facts))
                signed += 1
        return signed

    def _begun_lists(self, now: datetime) -> Iterator[str]:
        for year in range(FIRST_YEAR, shanghai_day(now).year + 1):
            for number in count(1):
                list_id = f"{year}-{number}"
                if not self.store.has_begun(list_id):
                    break
                yield list_id
