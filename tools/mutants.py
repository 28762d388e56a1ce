"""Breaks each of the most important rules once and shows that its tests notice.

python -m tools.mutants           every rule of tests/mutants.toml
python -m tools.mutants A2 A9     the rules of these requirements

Works on a copy of the tree. Exits with 1 when a broken rule survives its tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from degree_auth.domain.shared.words import Words
from tools.environment import ROOT, say

TABLE = ROOT / "tests" / "mutants.toml"

_COPIED = ("docs", "functions", "layers", "requirements", "statemachines", "tests", "tools", "bench")
_FAILED = 1
"""How pytest ends when tests ran and one failed; whatever else it ends with proves nothing."""


@dataclass(frozen=True)
class Mutant:
    """A rule and how to break it: `text`, which stands once in `file`, becomes `replacement`.

    `requirement` is the number of the requirement, `tests` the ids of the tests of which one must fail then.
    """

    requirement: str
    chinese: str
    english: str
    file: str
    text: str
    replacement: str
    tests: tuple[str, ...]

    def broken(self, source: str) -> str:
        """The source with the rule broken. Raises `ValueError`: the text does not stand there exactly once."""
        if (number := source.count(self.text)) != 1:
            raise ValueError(f"{self.file}: {number} × {self.text!r}, {self.english}")
        return source.replace(self.text, self.replacement)


def mutants() -> list[Mutant]:
    """The table, in its order."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["mutant"]
    return [Mutant(**{**row, "tests": tuple(row["tests"])}) for row in rows]


def survives(mutant: Mutant, tree: Path) -> bool:
    """Whether all tests of the rule pass on a tree in which it is broken; the tree is whole again afterwards.

    Raises:
        RuntimeError: the tests did not run.
        ValueError: the text to be replaced does not stand in the file exactly once.
    """
    path = tree / mutant.file
    source = path.read_text(encoding="utf-8")
    path.write_text(mutant.broken(source), encoding="utf-8")
    try:
        return not _failures(mutant.tests, tree)
    finally:
        path.write_text(source, encoding="utf-8")


def copy_tree(place: Path) -> Path:
    """A copy of what the tests need, in `place`, which is made if it is not there."""
    place.mkdir(exist_ok=True)
    for name in _COPIED:
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file() and path.name != ".git":
            shutil.copy2(path, place)
    return place


def _failures(tests: Iterable[str], tree: Path) -> str:
    """What pytest says of the first test that fails; empty when all pass. Raises `RuntimeError`."""
    ran = subprocess.run(  # noqa: S603 -- our own interpreter
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *sorted(tests)],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": "layers:.", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "CI": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode not in (0, _FAILED):
        raise RuntimeError(ran.stdout + ran.stderr)
    return ran.stdout if ran.returncode else ""


def main() -> None:
    """Break the rules one after the other and print what became of each."""
    chosen = [one for one in mutants() if not sys.argv[1:] or one.requirement in sys.argv[1:]]
    survivors = 0
    with tempfile.TemporaryDirectory() as folder:
        tree = copy_tree(Path(folder))
        if failures := _failures({test for one in chosen for test in one.tests}, tree):
            said = Words("未改动时测试已失败", "the tests fail with every rule whole")
            raise SystemExit(f"{failures}\n{said.lines}")
        for number, mutant in enumerate(chosen, 1):
            survived = survives(mutant, tree)
            survivors += survived
            fate = Words("未发现", "SURVIVED") if survived else Words("已发现", "killed")
            begin = f"{number:>2}  {mutant.requirement:<3}  "
            line = Words(f"{begin}{fate.zh}  {mutant.chinese}", f"{' ' * len(begin)}{fate.en}  {mutant.english}")
            print(line.lines, flush=True)
    if survivors:
        raise SystemExit(
            Words(f"{survivors} 条规则被破坏而测试未发现", f"{survivors} broken rules failed no test").lines
        )
    say("每条规则被破坏时都有测试失败", "each broken rule fails a test")


if __name__ == "__main__":
    main()
