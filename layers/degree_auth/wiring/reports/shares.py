"""Links by which holders share a result."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from degree_auth.adapters.reports.share_table import ShareTable
from degree_auth.adapters.reports.token_box import AesTokenBox
from degree_auth.services.applications.callers import Caller
from degree_auth.services.reports.shares import OwnShares
from degree_auth.wiring import applications, shared


@cache
def table() -> ShareTable:
    """The links, in the table of accounts, where what is kept for a time expires by itself."""
    return ShareTable(shared.setting("ACCOUNTS_TABLE"), shared.setting("AWS_REGION"))


@cache
def box() -> AesTokenBox:
    """What only a link's bearer can open."""
    return AesTokenBox()


@cache
def own_shares() -> Callable[[Caller], OwnShares]:
    """The links of a case, by caller."""
    return lambda caller: OwnShares(applications.own_case()(caller), table(), shared.keyring(), box())
