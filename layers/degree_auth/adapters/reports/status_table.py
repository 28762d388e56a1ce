"""Status lists of credentials, in the table of cases.

Items (`pk` / `sk`):
- status#2026-1 / PLACE#000123: which report has this place; written by the commit that issues it.
- status#2026-1 / BIT#000123: that the bit is set; written by the commit that ends the report's validity.
- status#2026-1 / LIST: the list as it was last signed.
"""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from degree_auth.adapters.cases.document_items import STATUS_BIT, STATUS_PLACE, status_key
from degree_auth.adapters.shared.dynamo import Item, TableMeta, connect, save_if
from degree_auth.services.reports.ports import SignedStatusList
from degree_auth.services.shared.ports import Stale

_LIST = "LIST"


class _StatusItem(Item):
    class Meta(TableMeta): ...


class SignedListItem(_StatusItem):
    """A list as a signed credential."""

    credential = UnicodeAttribute()
    set_bits = NumberAttribute()
    address = UnicodeAttribute()
    signed_by = UnicodeAttribute(null=True)


class StatusListTable:
    """Status lists in DynamoDB; implements `StatusListStore`. One table a process."""

    def __init__(self, table_name: str, region: str) -> None:
        connect(_StatusItem.Meta, table_name, region)

    def has_begun(self, list_id: str) -> bool:
        """Whether a report has a place in this list."""
        found = _StatusItem.query(
            status_key(list_id), _StatusItem.sk.startswith(STATUS_PLACE), consistent_read=True, limit=1
        )
        return next(iter(found), None) is not None

    def set_bits(self, list_id: str) -> list[int]:
        """The indexes of the bits that are set, in order."""
        found = _StatusItem.query(status_key(list_id), _StatusItem.sk.startswith(STATUS_BIT), consistent_read=True)
        return [int(item.sk.removeprefix(STATUS_BIT)) for item in found]

    def signed_list(self, list_id: str) -> SignedStatusList | None:
        """The list as it was last signed, if it ever was."""
        try:
            item = SignedListItem.get(status_key(list_id), _LIST, consistent_read=True)
        except DoesNotExist:
            return None
        return SignedStatusList(item.credential, int(item.set_bits), item.address, item.signed_by or "")

    def keep_list(self, list_id: str, signed: SignedStatusList) -> None:
        """Keep a signed list, unless there is one with more bits set: somebody else was later."""
        item = SignedListItem(
            status_key(list_id),
            _LIST,
            credential=signed.credential,
            set_bits=signed.set_bits,
            address=signed.address,
            signed_by=signed.signed_by,
        )
        try:
            save_if(item, SignedListItem.pk.does_not_exist() | (SignedListItem.set_bits <= signed.set_bits))
        except Stale:
            return
