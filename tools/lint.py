"""Every static check, all of them even when one fails: style, types, directions of import, template, requirements."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.environment import JAVASCRIPT, ROOT, say

_BIN = Path(sys.executable).parent
_AT_ONCE = 2
_CHECKS = (
    ("格式", "format", ["ruff", "format", "--check", "--quiet", "."]),
    ("代码", "code", ["ruff", "check", "--quiet", "."]),
    ("类型", "types", ["mypy"]),
    ("导入方向", "directions of import", ["lint-imports", "--no-logo"]),
    ("模板", "template", ["cfn-lint", "template.yaml"]),
    ("状态机", "state machines", ["python", "-m", "pytest", "tests/template/test_machines.py"]),
    ("要求对照表", "table of requirements", ["python", "-m", "tools.requirements_table", "--check"]),
)

# A second reader of the API's document, which no package index of Python has; `make javascript` installs it.
_SECOND_READER = JAVASCRIPT / "node_modules" / ".bin" / "redocly"
_SECOND_LOOK = (
    "接口文档",
    "the API's document by redocly",
    [str(_SECOND_READER), "lint", "docs/openapi.yaml"],
)


def _ran(check: tuple[str, str, list[str]]) -> subprocess.CompletedProcess[str]:
    """A check that has ended, with all that it said."""
    program, *arguments = check[2]
    return subprocess.run(  # noqa: S603 -- our own programs
        [_BIN / program, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def main() -> None:
    """Run the checks; exit with 1 if any failed."""
    failed: list[tuple[str, str]] = []
    checks = [*_CHECKS, _SECOND_LOOK] if _SECOND_READER.exists() else _CHECKS
    if checks is _CHECKS:
        say("未安装 redocly，接口文档只查一遍", "without redocly the API's document is read by one tool alone")
    with ThreadPoolExecutor(_AT_ONCE) as together:
        for (chinese, english, _), ran in zip(checks, together.map(_ran, checks), strict=True):
            say(f"检查{chinese}", f"checking {english}")
            print(ran.stdout or "", end="", flush=True)
            if ran.returncode:
                failed.append((chinese, english))
    if failed:
        say(
            f"未通过：{'、'.join(chinese for chinese, _ in failed)}",
            f"failed: {', '.join(english for _, english in failed)}",
        )
        raise SystemExit(1)


if __name__ == "__main__":
    main()
