"""Links by which holders share a result, in the table of institutions and accounts, where what is kept for a time
expires by itself.

Items (`pk` / `sk`):
- shares#case number / SLOT#07: one of a case's links, 20 at most.
- share#digest / SHARE: the link that has this token.
"""

from __future__ import annotations

from datetime import UTC, datetime

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from degree_auth.adapters.shared.dynamo import CONDITION_FAILED, Item, TableMeta, Writes, connect, refusal_code
from degree_auth.domain.reports.share import LISTED_AFTER_ITS_END, NameShown, Share
from degree_auth.services.reports.ports import FoundShare
from degree_auth.services.shared.ports import Stale


class SlotItem(Item):
    """One link of a case; `ends` and `expires_at` in Unix seconds."""

    class Meta(TableMeta): ...

    share_id = UnicodeAttribute()
    report_number = UnicodeAttribute()
    fields = JSONAttribute()
    name = UnicodeAttribute()
    made_at = UnicodeAttribute()
    ends_at = UnicodeAttribute()
    ends = NumberAttribute()
    most_views = NumberAttribute()
    used = NumberAttribute()
    sealed = UnicodeAttribute()
    closed_at = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()


class PointerItem(Item):
    """Which link has a token."""

    class Meta(TableMeta): ...

    case_number = UnicodeAttribute()
    slot = NumberAttribute()
    share_id = UnicodeAttribute()
    expires_at = NumberAttribute()


class ShareTable:
    """Implements `ShareStore`. One table a process."""

    def __init__(self, table_name: str, region: str) -> None:
        connect(PointerItem.Meta, table_name, region)
        self._connection = connect(SlotItem.Meta, table_name, region)

    def of_case(self, case_number: str) -> dict[int, Share]:
        """A case's links by their places."""
        found = SlotItem.query(_pk(case_number), consistent_read=True)
        return {int(item.sk.removeprefix("SLOT#")): _share(item) for item in found}

    def add(self, case_number: str, slot: int, before: Share | None, share: Share, digest: str) -> None:
        """Store a link in a place that is empty, or still has the link `before`. Raises `Stale`: it has another."""
        expires_at = int((share.ends_at + LISTED_AFTER_ITS_END).timestamp())
        item = SlotItem(
            *_key(case_number, slot),
            share_id=share.share_id,
            report_number=share.report_number,
            fields=list(share.fields),
            name=share.name.value,
            made_at=share.made_at.isoformat(),
            ends_at=share.ends_at.isoformat(),
            ends=share.ends_at.timestamp(),
            most_views=share.most_views,
            used=share.used,
            sealed=share.sealed,
            closed_at=None if share.closed_at is None else share.closed_at.isoformat(),
            expires_at=expires_at,
        )
        as_it_was = SlotItem.pk.does_not_exist() if before is None else SlotItem.share_id == before.share_id
        pointer = PointerItem(
            f"share#{digest}",
            "SHARE",
            case_number=case_number,
            slot=slot,
            share_id=share.share_id,
            expires_at=expires_at,
        )
        writes = Writes()
        writes.save(item, as_it_was)
        writes.save(pointer, PointerItem.pk.does_not_exist())
        writes.commit(self._connection)

    def find(self, digest: str) -> FoundShare | None:
        """The link that has this token, as it stands; None where there is none, or its place has another."""
        try:
            pointer = PointerItem.get(f"share#{digest}", "SHARE", consistent_read=True)
            item = SlotItem.get(*_key(pointer.case_number, int(pointer.slot)), consistent_read=True)
        except DoesNotExist:
            return None
        if item.share_id != pointer.share_id:
            return None
        return FoundShare(pointer.case_number, int(pointer.slot), _share(item))

    def count_view(self, case_number: str, slot: int, share_id: str, now: datetime) -> Share:
        """Count one more view of an open link; the link afterwards. Raises `Stale`: it is not open."""
        item = SlotItem(*_key(case_number, slot))
        is_open = (
            (SlotItem.share_id == share_id)
            & (SlotItem.used < SlotItem.most_views)
            & (SlotItem.ends > now.timestamp())
            & SlotItem.closed_at.does_not_exist()
        )
        _update(item, SlotItem.used.add(1), is_open)
        return _share(item)

    def close(self, case_number: str, slot: int, share_id: str, now: datetime) -> None:
        """End a link; the moment at which it was first closed stays. Raises `Stale`: its place has another."""
        item = SlotItem(*_key(case_number, slot))
        first = SlotItem.closed_at.set(SlotItem.closed_at | now.astimezone(UTC).isoformat())
        _update(item, first, SlotItem.share_id == share_id)

    def forget(self, case_number: str) -> None:
        """Remove a case's links. What has their tokens names a place that is empty, until it expires."""
        for item in SlotItem.query(_pk(case_number), consistent_read=True):
            item.delete()


def _update(item: SlotItem, action: Action, condition: Condition) -> None:
    try:
        item.update([action], condition=condition)
    except UpdateError as error:
        if refusal_code(error) == CONDITION_FAILED:
            raise Stale from error
        raise


def _pk(case_number: str) -> str:
    return f"shares#{case_number}"


def _key(case_number: str, slot: int) -> tuple[str, str]:
    return _pk(case_number), f"SLOT#{slot:02d}"


def _share(item: SlotItem) -> Share:
    return Share(
        share_id=item.share_id,
        report_number=item.report_number,
        fields=tuple(item.fields),
        name=NameShown(item.name),
        made_at=datetime.fromisoformat(item.made_at),
        ends_at=datetime.fromisoformat(item.ends_at),
        most_views=int(item.most_views),
        sealed=item.sealed,
        used=int(item.used),
        closed_at=None if item.closed_at is None else datetime.fromisoformat(item.closed_at),
    )
