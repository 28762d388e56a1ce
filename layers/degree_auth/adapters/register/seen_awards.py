"""The awards met in one file, in a temporary database: memory stays constant however long the file is."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from degree_auth.services.register.ports import Meeting


class SeenAwards:
    """Digests of the awards met so far; `open_seen_awards` gives one."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute(
            "CREATE TABLE seen (certificate BLOB, award BLOB, content BLOB, row INTEGER,"
            " PRIMARY KEY (certificate, award)) WITHOUT ROWID"
        )
        database.execute("CREATE TABLE persons (number BLOB PRIMARY KEY, person BLOB) WITHOUT ROWID")

    def meet(self, award: str, certificate: str, content: Sequence[str], row: int) -> Meeting:
        """Note an award, and say what was met before."""
        number, key, said = _digest(certificate), _digest(award), _digest("\x1f".join(content))
        sharing = self._database.execute("SELECT row FROM seen WHERE certificate = ? LIMIT 1", (number,)).fetchone()
        if sharing:
            same = "SELECT content, row FROM seen WHERE certificate = ? AND award = ?"
            if found := self._database.execute(same, (number, key)).fetchone():
                return Meeting(first=found[1], is_same=found[0] == said)
        self._database.execute("INSERT INTO seen VALUES (?, ?, ?, ?)", (number, key, said, row))
        return Meeting(shared_with=sharing[0] if sharing else 0)

    def meet_person(self, number: str, person: str) -> bool:
        """Note whose identity number it is; whether an earlier award of this number is another person's."""
        key, said = _digest(number), _digest(person)
        if self._database.execute("INSERT OR IGNORE INTO persons VALUES (?, ?)", (key, said)).rowcount:
            return False
        first = self._database.execute("SELECT person FROM persons WHERE number = ?", (key,)).fetchone()
        return bool(first[0] != said)

    def duplicates(self) -> int:
        """How many awards share their certificate with another one."""
        sharing = "SELECT count(*) AS awards FROM seen GROUP BY certificate HAVING count(*) > 1"
        return int(self._database.execute(f"SELECT coalesce(sum(awards), 0) FROM ({sharing})").fetchone()[0])  # noqa: S608


@contextmanager
def open_seen_awards() -> Iterator[SeenAwards]:
    """An empty set of seen awards, gone from the disk when the context ends."""
    with closing(sqlite3.connect("")) as database:  # an unnamed database is a temporary file of SQLite's own
        yield SeenAwards(database)


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
