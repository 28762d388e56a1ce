"""The measurements and tools that people run by hand: none of them breaks unseen."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from tools.environment import ROOT


def _modules(package: str) -> list[str]:
    """The dotted name of every module under a folder of the repository."""
    paths = sorted((ROOT / package).rglob("*.py"))
    return [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in paths]


@pytest.mark.parametrize("module", [*_modules("bench"), *_modules("tools")])
def test_every_module_can_be_imported(module):
    path = import_module(module).__file__
    assert path is not None
    assert Path(path).is_relative_to(ROOT)
