"""Renews the pinned lists (*.txt) from what is asked for (*.in): the newest that fit Python 3.11 to 3.13 together.

Packages come as wheels only: nothing of theirs runs while they are installed. Functions' packages are pinned first, by
the digests of their files too, and everything else bends to them, so that tests run on what is deployed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools.environment import ROOT, say

_UV = Path(sys.executable).with_name("uv")
_LISTS = (
    "layers/dependencies/requirements",
    "layers/report/requirements",
    "layers/examination/requirements",
    "layers/recognition/requirements",
    "requirements/development",
    "requirements/local-aws",
    "requirements/sam",
)


def main() -> None:
    """Renew every pinned list."""
    for name in _LISTS:
        say(f"锁定 {name}.txt", f"pinning {name}.txt")
        subprocess.run(  # noqa: S603 -- a pinned tool of our own environment
            [
                *(_UV, "pip", "compile", "--quiet", "--upgrade", "--universal", "--python-version", "3.11"),
                *("--only-binary", ":all:", "--no-header", "--no-annotate"),
                *(["--generate-hashes"] if name.startswith("layers/") else []),
                *(f"{name}.in", "--output-file", f"{name}.txt"),
            ],
            cwd=ROOT,
            check=True,
        )


if __name__ == "__main__":
    main()
