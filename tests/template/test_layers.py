"""The built layers hold everything that the functions import: proved in an interpreter that sees nothing else."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.template.model import FUNCTIONS, SOURCE
from tools import build_layers
from tools.environment import LAYERS, ROOT

# As deployed where the template says it, so that a handler which reads its configuration can be imported.
CONFIGURATION = {
    variable: value if isinstance(value, str) else "x"
    for found in [SOURCE["Globals"]["Function"], *(SOURCE["Resources"][name]["Properties"] for name in FUNCTIONS)]
    for variable, value in found.get("Environment", {}).get("Variables", {}).items()
}


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """The layers as they stand in this tree, for this interpreter."""
    build_layers.build(build_layers.Target.here())


def layer_folders(function: str) -> list[Path]:
    """Where the layers of a function lie unpacked, in the order Lambda searches them."""
    own = SOURCE["Resources"][function]["Properties"]
    names = [layer["Ref"] for layer in [*SOURCE["Globals"]["Function"]["Layers"], *own.get("Layers", [])]]
    return [ROOT / SOURCE["Resources"][name]["Properties"]["ContentUri"] / "python" for name in names]


def bare(folders: list[Path], program: str) -> subprocess.CompletedProcess[str]:
    """Run a program in an interpreter without site-packages that sees these folders and the standard library."""
    return subprocess.run(  # noqa: S603 -- our own interpreter
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {[str(f) for f in folders]!r}; {program}"],
        env=CONFIGURATION | {"AWS_DEFAULT_REGION": "us-east-1", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_handler_imports_from_its_layers_alone(function: str) -> None:
    own = SOURCE["Resources"][function]["Properties"]
    module, name = own["Handler"].split(".")
    ran = bare([ROOT / own["CodeUri"], *layer_folders(function)], f"import {module}; assert callable({module}.{name})")
    assert ran.returncode == 0, ran.stderr


def test_every_module_of_the_package_imports_from_the_layers() -> None:
    package = ROOT / "layers" / "degree_auth"
    modules = sorted(
        ".".join(path.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in package.rglob("*.py")
    )
    folders = list(dict.fromkeys(folder for function in FUNCTIONS for folder in layer_folders(function)))
    ran = bare(folders, f"import importlib; [importlib.import_module(m) for m in {modules!r}]")
    assert ran.returncode == 0, ran.stderr


def test_the_layers_are_shipped_with_byte_code_that_no_unpacking_makes_stale() -> None:
    compiled = list((LAYERS / "degree_auth").rglob("*.pyc"))
    assert len(compiled) == len(list((LAYERS / "degree_auth").rglob("*.py")))
    unchecked_hash = (1).to_bytes(4, "little")
    assert {path.read_bytes()[4:8] for path in compiled} == {unchecked_hash}


def test_no_function_passes_the_size_that_lambda_allows() -> None:
    sizes = build_layers.check_sizes(SOURCE)
    assert set(sizes) == set(FUNCTIONS)
    assert max(sizes.values()) <= build_layers.LIMIT_BYTES


def test_the_sdk_is_shipped_with_every_service_that_the_code_calls() -> None:
    called = set()
    for path in [*(ROOT / "layers" / "degree_auth").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("client", "resource")
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                called.add(node.args[0].value)
    assert called <= set(build_layers.AWS_SERVICES)
    shipped = {
        path.name for path in (LAYERS / "dependencies" / "python" / "botocore" / "data").iterdir() if path.is_dir()
    }
    assert shipped == set(build_layers.AWS_SERVICES)


def test_two_builds_at_once_take_turns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One of two builds once took away the folder that the other one was installing packages into."""
    installing = threading.Lock()

    def install(wanted: list[str], folder: Path, _: build_layers.Target) -> None:
        assert installing.acquire(blocking=False), "two processes install at once"
        for name in wanted:
            time.sleep(0.01)
            (folder / name).mkdir()
        installing.release()

    monkeypatch.setattr(build_layers, "LAYERS", tmp_path)
    monkeypatch.setattr(build_layers, "_install", install)
    monkeypatch.setattr(build_layers, "_stage_fonts", lambda: "fonts")
    with ThreadPoolExecutor(2) as two:
        first, second = two.map(build_layers.build, [build_layers.Target.here()] * 2)
    assert first == second
    for layer, packages in (("dependencies", "boto3==*"), ("report", "yarl==*")):
        assert list((tmp_path / layer / "python").glob(packages))
