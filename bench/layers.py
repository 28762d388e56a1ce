"""Unzipped size of each layer, and of each function with its layers, against what Lambda allows."""

from __future__ import annotations

from bench.figure import Baseline, Figure, Measurement
from tools import build_layers
from tools.environment import LAYERS
from tools.template import load


def measure() -> list[Figure]:
    """Megabytes (10^6 bytes)."""
    build_layers.build(build_layers.Target.here())
    limit = Baseline("Lambda 上限", "Lambda's limit", build_layers.LIMIT_BYTES / 1e6)
    layers = {path.name: build_layers.size(path) for path in sorted(LAYERS.iterdir()) if path.is_dir()}
    functions = build_layers.check_sizes(load())
    return [
        *(Figure(f"layer_{name}_mb", f"层 {name}", "layer", size / 1e6, "MB", limit) for name, size in layers.items()),
        *(Figure(f"{name}_mb", name, "", size / 1e6, "MB", limit) for name, size in functions.items()),
    ]


MEASUREMENT = Measurement(
    chinese="层与函数的解压大小",
    english="unzipped size of layers and functions",
    measure=measure,
    needs_stack=False,
    quick={},
)
