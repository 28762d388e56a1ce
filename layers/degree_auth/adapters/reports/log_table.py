"""The report log, in the table of cases under partitions of its own.

Items (`pk` / `sk`):
- log#tree / TREE: how many entries there are, and the roots from which the next ones go on.
- log#node#level#place / NODE: a complete subtree's hash, never changed; at level 0 an entry, with its content.
- log#file#sha256 / case number#000007: the place and content of an entry about a file; its existence keeps the event
  from being logged twice.
- log#signed / HEAD: the latest signed head; log#signed#size / moment: every one there was.

Each node has a partition of its own, so that only the tree's item is written again and again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from degree_auth.adapters.shared.dynamo import Item, TableMeta, Writes, connect
from degree_auth.domain.reports.log import LoggedEntry, ReportEvent, SignedTreeHead, signed_head_from_dict
from degree_auth.domain.reports.merkle import HASH_BYTES, Node, Tree


class _LogItem(Item):
    class Meta(TableMeta): ...


class TreeItem(_LogItem):
    """The log as far as appending needs it."""

    size = NumberAttribute()
    frontier = UnicodeAttribute()


class NodeItem(_LogItem):
    """One complete subtree; `content` is an entry's."""

    hash = UnicodeAttribute()
    content = JSONAttribute(null=True)


class FileEntryItem(_LogItem):
    """One entry about a file."""

    index = NumberAttribute()
    content = JSONAttribute()


class HeadItem(_LogItem):
    """A signed head; `moment` is its own, and with the size tells it from every other."""

    size = NumberAttribute()
    moment = UnicodeAttribute()
    body = JSONAttribute()


class ReportLogTable:
    """The report log in DynamoDB; implements `LogStore`. One table a process."""

    def __init__(self, table_name: str, region: str) -> None:
        self._connection = connect(_LogItem.Meta, table_name, region)

    def tree(self) -> Tree:
        """The log as it stands, signed or not."""
        try:
            item = TreeItem.get("log#tree", "TREE", consistent_read=True)
        except DoesNotExist:
            return Tree()
        joined = bytes.fromhex(item.frontier)
        return Tree(
            int(item.size),
            tuple(joined[place : place + HASH_BYTES] for place in range(0, len(joined), HASH_BYTES)),
        )

    def held(self, events: Sequence[ReportEvent]) -> set[ReportEvent]:
        """Those of the events that are in the log; at most a hundred at once, in one read."""
        asked = {_entry_key(event): event for event in events}
        found = FileEntryItem.batch_get(list(asked), consistent_read=True) if asked else ()
        return {asked[item.pk, item.sk] for item in found}

    def append(self, before: Tree, after: Tree, events: Sequence[ReportEvent], nodes: Mapping[Node, bytes]) -> None:
        """Store events as the next entries and the nodes that came with them, in one transaction.

        Raises:
            Stale: the log is no longer `before`, or holds one of the events.
            Unavailable: others kept changing the same items; nothing was stored.
        """
        contents = {Node(0, before.size + place): event.content for place, event in enumerate(events)}
        tree = TreeItem("log#tree", "TREE", size=after.size, frontier=b"".join(after.frontier).hex())
        condition = TreeItem.size == before.size if before.size else TreeItem.pk.does_not_exist()
        writes = Writes()
        writes.save(tree, condition)
        for place, event in enumerate(events):
            entry = FileEntryItem(*_entry_key(event), index=before.size + place, content=event.content)
            writes.save(entry, FileEntryItem.pk.does_not_exist())
        for node, value in nodes.items():
            item = NodeItem(*_node_key(node), hash=value.hex(), content=contents.get(node))
            writes.save(item, NodeItem.pk.does_not_exist())
        writes.commit(self._connection)

    def signed_head(self) -> SignedTreeHead | None:
        """The latest signed head; none before the first."""
        try:
            return signed_head_from_dict(HeadItem.get("log#signed", "HEAD", consistent_read=True).body)
        except DoesNotExist:
            return None

    def keep_head(self, before: SignedTreeHead | None, head: SignedTreeHead) -> None:
        """Make a signed head the latest, and keep it for ever.

        Raises:
            Stale: the latest is not `before`.
            Unavailable: others kept changing it; nothing was stored.
        """
        size, moment = head.head.size, head.head.at.isoformat()
        latest = (
            HeadItem.pk.does_not_exist()
            if before is None
            else (HeadItem.size == before.head.size) & (HeadItem.moment == before.head.at.isoformat())
        )
        writes = Writes()
        writes.save(HeadItem("log#signed", "HEAD", size=size, moment=moment, body=head.as_dict()), latest)
        kept = HeadItem(f"log#signed#{size}", moment, size=size, moment=moment, body=head.as_dict())
        writes.save(kept, HeadItem.pk.does_not_exist())
        writes.commit(self._connection)

    def entries_of(self, sha256: str) -> list[LoggedEntry]:
        """The entries about the file with this SHA-256 (hex), in the order of the log."""
        found = FileEntryItem.query(f"log#file#{sha256}", consistent_read=True)
        return sorted((LoggedEntry(int(one.index), one.content) for one in found), key=lambda one: one.index)

    def nodes(self, wanted: Iterable[Node]) -> Mapping[Node, bytes]:
        """These complete subtrees; one that does not exist is left out."""
        places = {_node_key(node): node for node in wanted}
        found = NodeItem.batch_get(list(places), consistent_read=True) if places else ()
        return {places[one.pk, one.sk]: bytes.fromhex(one.hash) for one in found}


def _entry_key(event: ReportEvent) -> tuple[str, str]:
    return f"log#file#{event.sha256}", f"{event.case_number}#{event.seq:06d}"


def _node_key(node: Node) -> tuple[str, str]:
    return f"log#node#{node.level}#{node.place}", "NODE"
