"""How far the platform has been told, in the table of cases: one item a case, and one for the endpoint.

`platform#RZ…` / LINE and `platform#endpoint` / ENDPOINT. Lines of which something waits stand in the index
`open_cases`, under shards of their own; those that were given up stand in `work_lists`, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from degree_auth.adapters.cases.items import SHARDS, CaseItem, CaseTableItem, shard_of
from degree_auth.adapters.cases.list_items import PLATFORM, ListedItem, work_attributes
from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.shared.dynamo import save_if
from degree_auth.domain.notifications.platform_endpoint import Endpoint
from degree_auth.domain.notifications.platform_line import Line, LineState
from degree_auth.domain.review.work import failed_delivery
from degree_auth.domain.shared.plain_data import as_data, from_data

_LINE, _ENDPOINT = "LINE", "ENDPOINT"
_ENDPOINT_KEY = "platform#endpoint"
_WAITING, _GIVEN_UP = "platform", "platform_given_up"


class LineItem(ListedItem):
    """The line of one case."""

    version = NumberAttribute()
    state = UnicodeAttribute()
    sent = NumberAttribute()
    attempts = NumberAttribute()
    open_shard = UnicodeAttribute(null=True)
    changed_at = UnicodeAttribute(null=True)


class EndpointItem(CaseTableItem):
    """The endpoint."""

    version = NumberAttribute()
    body = JSONAttribute()


class PlatformTable:
    """Implements `PlatformStore` over the table of cases, whose name and region its items share."""

    def __init__(self, _: CaseTable) -> None:
        """Takes the table because it must have been named before."""

    def line(self, case_number: str) -> Line:
        """The line of a case; of version 0 when the platform was never told of it."""
        try:
            item = LineItem.get(f"{PLATFORM}{case_number}", _LINE, consistent_read=True)
        except DoesNotExist:
            return Line(case_number)
        moment = item.changed_at
        return Line(
            case_number,
            version=int(item.version),
            state=LineState(item.state),
            sent=int(item.sent),
            attempts=int(item.attempts),
            look_at=None if moment is None else datetime.fromisoformat(moment),
        )

    def replace_line(self, before: Line, after: Line) -> None:
        """Store a line. Raises `Stale`: it is no longer `before`."""
        shard = _GIVEN_UP if after.state is LineState.GIVEN_UP else _WAITING
        moment, work = after.look_at, failed_delivery(after)
        item = LineItem(
            f"{PLATFORM}{after.case_number}",
            _LINE,
            version=after.version,
            state=after.state.value,
            sent=after.sent,
            attempts=after.attempts,
            open_shard=None if moment is None else f"{shard}#{shard_of(after.case_number)}",
            changed_at=None if moment is None else moment.isoformat(),
            **({} if work is None else work_attributes(work)),
        )
        save_if(item, LineItem.version == before.version if before.version else LineItem.pk.does_not_exist())

    def due_lines(self, now: datetime, limit: int) -> Sequence[str]:
        """At most `limit` case numbers of lines of which something is to be looked at by now; those that have waited
        longest first, of each shard."""
        return _case_numbers(_WAITING, CaseItem.changed_at <= now.isoformat(), limit)

    def later_lines(self, now: datetime, limit: int) -> Sequence[str]:
        """At most `limit` case numbers of lines that wait for a later moment."""
        return _case_numbers(_WAITING, CaseItem.changed_at > now.isoformat(), limit)

    def given_up_lines(self, limit: int) -> Sequence[str]:
        """At most `limit` case numbers of lines that were given up."""
        return _case_numbers(_GIVEN_UP, None, limit)

    def endpoint(self) -> Endpoint:
        """The platform's endpoint; of version 0 as long as nothing ever changed."""
        try:
            item = EndpointItem.get(_ENDPOINT_KEY, _ENDPOINT, consistent_read=True)
        except DoesNotExist:
            return Endpoint()
        return from_data(Endpoint, item.body)

    def replace_endpoint(self, before: Endpoint, after: Endpoint) -> None:
        """Store the endpoint. Raises `Stale`: it is no longer `before`."""
        item = EndpointItem(_ENDPOINT_KEY, _ENDPOINT, version=after.version, body=as_data(after))
        unchanged = EndpointItem.version == before.version if before.version else EndpointItem.pk.does_not_exist()
        save_if(item, unchanged)


def _case_numbers(state: str, within: Condition | None, limit: int) -> list[str]:
    """Case numbers of one state in the index, an equal share of the limit from each shard."""
    share = -(-limit // SHARDS)
    found = [
        item.pk.removeprefix(PLATFORM)
        for shard in range(SHARDS)
        for item in islice(CaseItem.open_cases.query(f"{state}#{shard}", within, limit=share), share)
    ]
    return found[:limit]
