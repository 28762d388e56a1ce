"""The table from requirement to tests, made from the markers on the tests.

python -m tools.requirements_table           write docs/requirements.md
python -m tools.requirements_table --check   exit with 1 if it is not what the tests say
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections import defaultdict
from typing import Any

import pytest

from tools.environment import ROOT, say
from tools.mutants import mutants

TABLE = ROOT / "docs" / "requirements.md"

REQUIREMENTS = {
    "A1": ("接收申请", "Receive: stored before acknowledged, every error at once, the same submission once"),
    "A2": ("比对", "Compare: equal in canonical form is reported at once, anything else never by itself"),
    "A3": ("发起核查", "Ask: a verification task goes to the institution"),
    "A4": ("反馈", "Answer: the institution's feedback, field by field"),
    "A5": ("结论", "Conclude: the report follows what was confirmed"),
    "A6": ("异议", "Dispute: verified again; upheld, superseded or revoked"),
    "A7": ("咨询与劳务费", "Hotline and fees: published; computed once a task"),
    "A8": ("牵头部门与口径", "Lead department and standing explanations"),
    "A9": ("账号权限", "Accounts: each sees its own and no other institution's"),
    "A10": ("资格与材料审核", "Eligibility and material review: both values, reviewer and reason kept"),
    "A11": ("数据库信息变更", "Register change: opened, approved by a second person, kept in history"),
    "A12": ("时限", "The clock: 18 working days, 8 at the centre, 10 at the institution"),
    "A13": ("单位与账号登记", "Institutions and accounts from the registration forms"),
    "A14": ("反馈渠道", "Feedback by a named handler; written only with an exemption"),
    "A15": ("抽查与纠正", "Spot checks and published corrections"),
    "N1": ("不丢不重", "Nothing lost, nothing twice"),
    "N2": ("不出假报告", "No false report"),
    "N3": ("处处留痕", "Every change is on record"),
    "N4": ("最少知悉", "Least knowledge"),
    "N5": ("错误明示", "Bad input gets a clear error"),
    "N6": ("自我说明", "Everything explains itself"),
}


def table() -> str:
    """The table as Markdown.

    Raises:
        ValueError: the tests cannot be collected, or one names a requirement that does not exist.
    """
    proofs = _proofs()
    if unknown := proofs.keys() - REQUIREMENTS.keys():
        raise ValueError(f"没有这样的要求 · no such requirement: {sorted(unknown)}")
    lines = [
        "# 要求与测试 · Requirements and tests",
        "",
        "由测试上的标记生成，勿手工修改。Generated from the markers on the tests; not edited by hand.",
        "",
        "A1 至 A15 对应《规定》条款，N1 至 N6 适用于全部功能。"
        "A1 to A15 follow the regulation's articles, N1 to N6 hold everywhere.",
    ]
    lines += ["", "## 最重要的规则 · The most important rules", ""]
    lines += ["每条被破坏时都有测试失败：`python -m tools.mutants`。Each, when broken, fails a test.", ""]
    lines += [f"- {rule.requirement} {rule.chinese} · {rule.english}" for rule in mutants()]
    for name, (chinese, english) in REQUIREMENTS.items():
        lines += ["", f"## {name} {chinese}", "", english, ""]
        files = proofs.get(name, {})
        lines += [f"- `{file}`: {', '.join(_words(test) for test in sorted(tests))}" for file, tests in files.items()]
        lines += [] if files else ["尚无测试 · no test yet"]
    return "\n".join(lines) + "\n"


def _proofs() -> dict[str, dict[str, set[str]]]:
    """Requirement -> test file -> names of the tests that prove it."""
    collector = _Collector()
    arguments = ["--collect-only", "-qq", "-p", "no:cacheprovider", str(ROOT / "tests")]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = pytest.main(arguments, [collector])
    if code:
        raise ValueError(f"测试无法收集 · the tests cannot be collected\n{said.getvalue()}")
    return {name: dict(sorted(files.items())) for name, files in collector.proofs.items()}


class _Collector:
    """Takes the markers of the tests that pytest has collected."""

    def __init__(self) -> None:
        self.proofs: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def pytest_collection_finish(self, session: Any) -> None:
        for item in session.items:
            file = item.path.relative_to(ROOT).as_posix()
            for marker in item.iter_markers("requirement"):
                for name in marker.args:
                    self.proofs[name][file].add(item.originalname)


def _words(test: str) -> str:
    return test.removeprefix("test_").replace("_", " ")


def main() -> None:
    """Write the table, or check the one that stands."""
    wanted = table()
    if sys.argv[1:] == ["--check"]:
        if not TABLE.exists() or TABLE.read_text(encoding="utf-8") != wanted:
            raise SystemExit(f"{TABLE.name} 已过时 · is stale: python -m tools.requirements_table")
    else:
        TABLE.parent.mkdir(exist_ok=True)
        TABLE.write_text(wanted, encoding="utf-8")
        say(f"已写入 {TABLE.relative_to(ROOT)}", "written")


if __name__ == "__main__":
    main()
