"""Staff's decisions on institutions."""

from __future__ import annotations

from functools import cache

from degree_auth.services.institutions.registration import Registration
from degree_auth.wiring import accounts, shared
from degree_auth.wiring.institutions import notices
from degree_auth.wiring.institutions import table as institutions


@cache
def registration() -> Registration:
    """Staff decisions on institutions and their accounts."""
    return Registration(
        store=institutions.table(),
        accounts=accounts.table(),
        provisioning=accounts.provisioning(),
        staff=accounts.staff_table(),
        sealer=shared.keyring(),
        institutions=shared.institutions(),
        documents=shared.documents(),
        bucket=shared.setting("DOCUMENTS_BUCKET"),
        notices=notices.queue(),
    )
