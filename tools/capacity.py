"""Which quota of AWS a load breaks first, and what to ask AWS for before going live.

python -m tools.capacity SUBMISSIONS_A_SECOND [aws | aws-cn]

Reckoned from what one matched submission asks for; nothing is called. Those counts were copied by hand from an earlier
run of the bench, the seconds of a process and every quota are assumed: each quota says where its number comes from.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from degree_auth.domain.shared.words import Words

QUOTAS = Path(__file__).with_name("quotas.toml")
PARTITIONS = ("aws", "aws-cn")
ROOM = 1.5
"""What is asked for, over what is needed: other work of the account, and hot seconds."""

SOURCES = {
    True: Words("公开文档，须在账户内再核对", "published documents, to be read again in the account"),
    False: Words("凭记忆，须在账户内核对", "from memory, to be read in the account"),
}
"""Where a quota's number comes from: whether a document of this partition was its source."""

PER_SUBMISSION: Mapping[str, float] = {
    "lambda_concurrency": 2.3,
    "state_transitions": 1,
    "start_execution": 1,
    "write_units": 40,
    "parameter_reads": 0,
    "signatures": 3,
    "put_events": 3,
    "api_requests": 1,
}
"""What one matched submission asks for when processes are warm; of concurrency, the seconds for which it holds one."""

PER_COLD_START: Mapping[str, float] = {"parameter_reads": 1}
"""What a process asks for when it begins."""

COLD_SECONDS = 8.0
"""For how long a submission holds processes that begin with it."""


@dataclass(frozen=True, slots=True)
class Quota:
    """A quota of one partition, and what the load needs of it: warm, and when every process begins at once."""

    name: str
    chinese: str
    english: str
    unit: str
    source: Words
    note: str
    most: float
    warm: float
    cold: float

    @property
    def share(self) -> float:
        """How much of it a burst of cold processes takes; above 1 it breaks."""
        return max(self.warm, self.cold) / self.most

    @property
    def to_ask_for(self) -> int | None:
        """What to ask AWS for; None when there is room enough."""
        wanted = ceil(ROOM * max(self.warm, self.cold))
        return wanted if wanted > self.most else None


def needed(name: str, load: float) -> tuple[float, float]:
    """What so many submissions a second need: warm, and cold, with one process a submission."""
    warm = load * PER_SUBMISSION[name]
    if name == "lambda_concurrency":
        return warm, load * COLD_SECONDS
    return warm, warm + load * PER_COLD_START.get(name, 0)


def read_quotas() -> list[dict[str, Any]]:
    """The quotas of every partition."""
    found: list[dict[str, Any]] = tomllib.loads(QUOTAS.read_text("utf-8"))["quota"]
    return found


def capacity(load: float, partition: str) -> list[Quota]:
    """The quotas, the one that breaks first at the head."""
    quotas = [
        Quota(
            one["name"],
            one["chinese"],
            one["english"],
            one["unit"],
            SOURCES[partition in one["documented"]],
            one["note"],
            one[partition],
            *needed(one["name"], load),
        )
        for one in read_quotas()
    ]
    return sorted(quotas, key=lambda quota: -quota.share)


def report(load: float, partition: str) -> str:
    """What is printed."""
    lines = [
        f"每秒 {load:g} 件申请，分区 {partition}",
        f"{load:g} submissions a second, partition {partition}",
        "每件用量抄自早先一次测量；进程占用时间与配额为估计",
        "counts of a submission copied from an earlier measurement; seconds of a process and quotas assumed",
        "",
    ]
    for quota in capacity(load, partition):
        state = "!!" if quota.share > 1 else "  "
        figures = f"{quota.warm:g} warm, {quota.cold:g} cold, of {quota.most:g} {quota.unit} ({quota.share:.0%})"
        chinese = f"稳态 {quota.warm:g}，冷启动 {quota.cold:g}，配额 {quota.most:g}（{quota.share:.0%}）"
        lines += [f"{state} {quota.chinese}：{chinese}", f"{state} {quota.english}: {figures}"]
        if quota.to_ask_for is not None:
            lines += [f"   -> 申请提高到 {quota.to_ask_for}", f"   -> ask for {quota.to_ask_for}"]
        lines += [f"   配额来源：{quota.source.zh}", f"   quota from: {quota.source.en}"]
        if quota.note:
            lines.append(f"   {quota.note}")
    return "\n".join(lines)


def main() -> None:
    """Print it."""
    match sys.argv[1:]:
        case [load] if _is_load(load):
            print(report(float(load), "aws"))
        case [load, partition] if _is_load(load) and partition in PARTITIONS:
            print(report(float(load), partition))
        case _:
            raise SystemExit(__doc__)


def _is_load(text: str) -> bool:
    return text.isascii() and text.replace(".", "", 1).isdigit() and float(text) > 0


if __name__ == "__main__":
    main()
