"""Verify exported logs of cases, of who read them, and of institutions offline: no AWS, no key, no network.

    python tools/verify_chain.py FILE...          (or: python -m tools.verify_chain FILE...)

A file is JSON lines, one log entry a line in stored order: case_number (or institution_code, or readings_of), seq,
type, at, actor, data, previous_hash, hash. A last line {"head": {"seq": N, "hash": "..."}} is the head as stored on its
owner; without it a log cut off at its end cannot be told from a whole one, and the result says so.

Exit code: 0 every log is whole, 1 one is broken or unreadable.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "layers"))

from degree_auth.domain.shared.chain import CASE, INSTITUTION, READINGS, ChainHead, verify
from degree_auth.domain.shared.words import Words, words_of

_OWNERS = {
    CASE: Words("认证件", "case"),
    INSTITUTION: Words("单位", "institution"),
    READINGS: Words("查看记录", "readings of"),
}
_NO_HEAD = Words("未提供链尾，无法判断末尾是否被截断。", "No head was given, so a cut-off end would not show.")


class UnreadableLogError(Exception):
    """A line that is not a log entry; carries its number, 0 for the file as a whole."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def read_log(lines: Iterable[str]) -> tuple[list[dict[str, object]], ChainHead | None]:
    """The entries of an exported log, and its head when the last line carries one.

    Raises:
        UnreadableLogError: a line is not a JSON object, names a key twice, or follows the head.
    """
    entries: list[dict[str, object]] = []
    head: ChainHead | None = None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line, object_pairs_hook=_object)
        except ValueError as error:
            raise UnreadableLogError(number) from error
        if not isinstance(entry, dict) or head:
            raise UnreadableLogError(number)
        if entry.keys() == {"head"}:
            head = _head(entry["head"], number)
        else:
            entries.append(entry)
    return entries, head


def check(path: Path) -> tuple[bool, Words]:
    """Whether the log in a file is whole, and the sentence that says so."""
    try:
        with path.open(encoding="utf-8") as lines:
            entries, head = read_log(lines)
    except UnreadableLogError as error:
        return False, _told(f"第 {error.line} 行", f"line {error.line}", "chain_unreadable")
    except (OSError, UnicodeDecodeError):
        return False, words_of("chain_unreadable")
    first = entries[0] if entries else {}
    named = next((one for one in _OWNERS if one in first), CASE)
    owner = str(first.get(named, ""))
    chinese, english = _OWNERS[named]
    broken = verify(owner, entries, head, named)
    if broken:
        place = f"{chinese} {owner} 第 {broken.seq} 条", f"{english} {owner}, entry {broken.seq}"
        return False, _told(*place, broken.fault)
    count = len(entries)
    found = _told(f"{chinese} {owner}，{count} 条", f"{english} {owner}, {count} entries", "chain_intact")
    return True, found if head else Words(found.zh + _NO_HEAD.zh, f"{found.en} {_NO_HEAD.en}")


def main(arguments: list[str]) -> int:
    """Check each file named, print a line in each language for each, and return the exit code."""
    if not arguments:
        command = "python tools/verify_chain.py FILE..."
        print(Words(f"用法：{command}", f"usage: {command}").lines, file=sys.stderr)
        return 1
    results = [(path, *check(Path(path))) for path in arguments]
    for path, whole, sentence in results:
        fate = Words("完整", "WHOLE") if whole else Words("断裂", "BROKEN")
        print(Words(f"{fate.zh} {path}：{sentence.zh}", f"{fate.en} {path}: {sentence.en}").lines)
    return 0 if all(whole for _, whole, _ in results) else 1


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _head(value: object, line: int) -> ChainHead:
    if not isinstance(value, dict) or {key: type(item) for key, item in value.items()} != {"seq": int, "hash": str}:
        raise UnreadableLogError(line)
    return ChainHead(value["seq"], value["hash"])


def _told(chinese: str, english: str, code: str) -> Words:
    """A place in a log and the sentence of a code."""
    sentence = words_of(code)
    return Words(f"{chinese}：{sentence.zh}", f"{english}: {sentence.en}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
