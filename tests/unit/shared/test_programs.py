"""The measurements and tools that people run by hand: none of them breaks unseen."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from bench.__main__ import MEASUREMENTS, measure_all, measurement_of
from bench.figure import Baseline, Figure, Measurement, Size
from bench.results import Results
from tools.environment import ROOT

CERTAIN = {"scan_advice": {"scan_clean_differences_told": 1, "scan_clean_differs": 0, "scan_clean_not_read": 0}}
"""Figures of quick forms that are the same on every machine, by measurement."""


def _modules(package: str) -> list[str]:
    """The dotted name of every module under a folder of the repository."""
    paths = sorted((ROOT / package).rglob("*.py"))
    return [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in paths]


def _imported(path: Path) -> Iterator[str]:
    """The dotted names that a module imports from."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _named(path: Path) -> Iterator[str]:
    """The dotted names that a module imports from or, to start a program, writes as a text."""
    yield from _imported(path)
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("module", [*_modules("bench"), *_modules("tools")])
def test_every_module_can_be_imported(module):
    path = import_module(module).__file__
    assert path is not None
    assert Path(path).is_relative_to(ROOT)


def test_every_module_of_the_bench_is_a_measurement_or_a_part_of_one():
    parts = {name for path in (ROOT / "bench").glob("*.py") for name in _imported(path)}
    alone = set(_modules("bench")) - parts - {"bench", "bench.__main__"}
    assert alone <= {f"bench.{name}" for name in MEASUREMENTS}


def test_every_tool_is_used_by_a_test_or_by_another_tool_and_every_command_by_a_test():
    tests = {name for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__) for name in _named(path)}
    tools = {name for path in (ROOT / "tools").rglob("*.py") for name in _named(path)}
    commands = {name for name in _modules("tools") if hasattr(import_module(name), "main")}
    assert commands <= tests
    assert set(_modules("tools")) <= tests | tools


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_every_measurement_has_a_quick_form_that_measures_less(name):
    measurement = measurement_of(name)
    sized = set(measurement.measure.__annotations__) - {"_", "run", "return"}
    assert set(measurement.quick) <= sized
    assert bool(measurement.quick) == bool(sized)


@pytest.mark.parametrize("name", [name for name in MEASUREMENTS if not measurement_of(name).needs_stack])
def test_the_quick_form_of_a_measurement_without_a_stack_gives_figures(name, tmp_path, capsys):
    path = tmp_path / "bench.jsonl"
    assert measure_all([name], Size.QUICK, Results(path, Size.QUICK)) == []
    _, *figures = map(json.loads, path.read_text("utf-8").splitlines())
    assert figures
    assert all(line["measurement"] == name and line["figure"]["value"] >= 0 for line in figures)
    assert measurement_of(name).english in capsys.readouterr().out
    values = {line["figure"]["name"]: line["figure"]["value"] for line in figures}
    assert CERTAIN.get(name, {}).items() <= values.items()


def _measurement(*figures: Figure, error: str = "") -> Measurement:
    def measure() -> Iterator[Figure]:
        yield from figures
        if error:
            raise RuntimeError(error)

    return Measurement(chinese="名", english="name", measure=measure, needs_stack=False, quick={})


def test_a_measurement_that_breaks_off_loses_no_figure_and_the_others_run(tmp_path, capsys):
    twice = Figure("size", "大小", "the size", 3.0, "B", Baseline("基准", "the baseline", 1.5))
    measurements = {
        "first": _measurement(twice, error="the emulator is gone"),
        "second": _measurement(Figure("count", "数目", "the count", 7, "")),
    }
    path = tmp_path / "bench.jsonl"
    names = ["first", "absent", "second"]
    broken = measure_all(names, Size.USUAL, Results(path, Size.USUAL), measurements.__getitem__)
    assert broken == ["first", "absent"]
    began, figure, error, absent, other = map(json.loads, path.read_text("utf-8").splitlines())
    assert began["size"] == "usual"
    assert (figure["measurement"], figure["figure"]["ratio"]) == ("first", 2.0)
    assert error["error"] == "RuntimeError: the emulator is gone"
    assert absent["measurement"] == "absent"
    assert (other["measurement"], other["figure"]["value"]) == ("second", 7)
    assert len({line["run"] for line in (began, figure, error, absent, other)}) == 1
    printed = capsys.readouterr().out
    assert "the size" in printed
    assert "the count" in printed


def test_a_figure_is_written_before_the_next_is_measured(tmp_path, capsys):
    path = tmp_path / "bench.jsonl"
    written = []

    def measure() -> Iterator[Figure]:
        for number in range(2):
            yield Figure(f"number_{number}", "数", "number", number, "")
            written.append((len(path.read_text("utf-8").splitlines()), capsys.readouterr().out.count("number")))

    growing = Measurement(chinese="增长", english="growing", measure=measure, needs_stack=False, quick={})
    measure_all(["growing"], Size.USUAL, Results(path, Size.USUAL), lambda _: growing)
    assert written == [(2, 1), (3, 1)]


def test_the_file_keeps_the_runs_of_before(tmp_path):
    path = tmp_path / "bench.jsonl"
    for size in (Size.QUICK, Size.FULL):
        Results(path, size)
    assert [json.loads(line)["size"] for line in path.read_text("utf-8").splitlines()] == ["quick", "full"]
