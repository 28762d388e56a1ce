"""How long each function's module takes to import, as Lambda sees it, against `import boto3` from the same layers.

Each is timed in turn in a fresh interpreter that sees the built layers and the standard library only.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Container
from typing import Any

from bench.figure import Baseline, Figure, Measurement
from tools import build_layers
from tools.environment import REGION, ROOT
from tools.template import load

ROUNDS = 5
_TIMED = (
    "import sys, time; sys.path[:0] = {folders!r}; before = time.perf_counter(); import {module}; "
    "print((time.perf_counter() - before) * 1000)"
)
_PRESS = "IssueReportFunction"
_BASELINE = "boto3"

Import = tuple[list[str], str, dict[str, str]]
"""The folders in which modules are looked for, the module, and the environment."""


def measure(rounds: int = ROUNDS, functions: Container[str] | None = None) -> list[Figure]:
    """Milliseconds, medians, of every function or of those named by their logical ids.

    The press, which its function loads with the first report, stands apart.
    """
    build_layers.build(build_layers.Target.here())
    imports = {
        name: what for name, what in _imports().items() if functions is None or name in functions or name == _BASELINE
    }
    times: dict[str, list[float]] = {name: [] for name in imports}
    for _round in range(rounds + 1):
        for name, what in imports.items():
            times[name].append(_import(*what))
    medians = {name: statistics.median(found[1:]) for name, found in times.items()}  # the first fills the disk cache
    baseline = Baseline("加载 boto3", "import boto3", medians.pop(_BASELINE))
    return [Figure(f"{name}_ms", name, "", took, "ms", baseline) for name, took in medians.items()]


MEASUREMENT = Measurement(
    chinese="函数模块的加载时间",
    english="import time of each function's module",
    measure=measure,
    needs_stack=False,
    quick={"rounds": 1, "functions": ("ApplicantApiFunction", "press")},
)


def _imports() -> dict[str, Import]:
    """What is imported, by the function's logical id."""
    template = load()
    shared = template["Globals"]["Function"]
    imports: dict[str, Import] = {}
    for name, found in template["Resources"].items():
        if found["Type"] != "AWS::Serverless::Function":
            continue
        own = found["Properties"]
        layers = [template["Resources"][layer["Ref"]] for layer in [*shared["Layers"], *own.get("Layers", [])]]
        folders = [own["CodeUri"], *(f"{layer['Properties']['ContentUri']}/python" for layer in layers)]
        places = [str(ROOT / folder) for folder in folders]
        imports[name] = (places, own["Handler"].split(".")[0], _variables(shared) | _variables(own))
        if name == _PRESS:
            imports["press"] = (places, "degree_auth.adapters.reports.press", {})
    imports[_BASELINE] = (imports[_PRESS][0], "boto3", {})
    return imports


def _variables(properties: dict[str, Any]) -> dict[str, str]:
    """The environment of a function; what only a deployment knows is a placeholder."""
    found = properties.get("Environment", {}).get("Variables", {})
    return {name: value if isinstance(value, str) else "x" for name, value in found.items()}


def _import(folders: list[str], module: str, variables: dict[str, str]) -> float:
    done = subprocess.run(  # noqa: S603 -- our own interpreter
        [sys.executable, "-I", "-S", "-c", _TIMED.format(folders=folders, module=module)],
        env=variables | {"AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)
