"""Draw a spot check again, offline: no AWS, no key, no network.

    python tools/redo_draw.py POPULATION.csv DRAW.json          (or: python -m tools.redo_draw …)

The files are the ones kept with the draw. The population file must have the digest that the draw names, and drawing
from it by the draw's terms must give the same reports, in the same order, with the same probabilities.

Exit code: 0 the draw is the same, 1 it differs or a file is unreadable.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "layers"))

from degree_auth.domain.shared.words import Words
from degree_auth.domain.spot_checks.draw import published_draw, terms_of


def differences(population: bytes, record: dict[str, Any]) -> list[str]:
    """The parts of a kept draw that come out otherwise. Raises `ValueError`: a file is not what it should be."""
    if hashlib.sha256(population).hexdigest() != record.get("population", {}).get("sha256"):
        return ["population"]
    again = published_draw(str(record.get("draw_id")), population, terms_of(record))
    return sorted(name for name in again.keys() | record.keys() if again.get(name) != record.get(name))


def main(arguments: list[str]) -> int:
    """Draw again, say whether it is the same, and give the exit code."""
    if len(arguments) != 2:
        command = "python tools/redo_draw.py POPULATION.csv DRAW.json"
        print(Words(f"用法：{command}", f"usage: {command}").lines, file=sys.stderr)
        return 1
    try:
        population, record = Path(arguments[0]).read_bytes(), json.loads(Path(arguments[1]).read_bytes())
        if not isinstance(record, dict):
            raise ValueError("not a draw")
        differing = differences(population, record)
    except (OSError, ValueError, AttributeError) as error:
        name = type(error).__name__
        print(Words(f"无法读取：{name}", f"UNREADABLE: {name}").lines)
        return 1
    if differing:
        print(Words(f"不一致：{'、'.join(differing)}", f"DIFFERS: {', '.join(differing)}").lines)
        return 1
    draw_id, drawn, in_force = record["draw_id"], len(record["drawn"]), record["population"]["in_force"]
    same = Words(
        f"一致：{draw_id}，从 {in_force} 份中抽取 {drawn} 份",
        f"THE SAME: {draw_id}, drawn {drawn} of {in_force}",
    )
    print(same.lines)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
