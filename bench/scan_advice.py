"""What text recognition makes of certificate scans: true differences told, false alarms, and the time it takes.

Each scan is synthetic. Half of them say in one field something else than the claim. A false alarm is a field that is as
claimed and is said to differ. Cold is a new process that unpacks the layer, as a new Lambda sandbox does.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random

from bench.figure import Baseline, Figure, Measurement
from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.adapters.review.recognition import recognized_lines
from degree_auth.domain.review.scan_advice import Advice, scan_advice
from degree_auth.domain.shared.words import Words
from tests.samples.certificate_scans import DAMAGES, forged, scan_of, scanned_award
from tests.samples.claims import claim_of
from tools import build_layers
from tools.environment import LAYERS, say

SCANS = 308
_KINDS = {
    "clean": Words("平整清晰", "clean"),
    "stamped": Words("盖章遮字", "stamped over"),
    "turned": Words("放斜", "askew"),
    "upside_down": Words("横置或倒置", "sideways or upside down"),
    "noisy": Words("噪点折痕", "noisy"),
    "faint": Words("小而模糊", "small and soft"),
    "photographed": Words("手机拍摄", "photographed"),
}
_COLD = (
    "import sys, time; before = time.perf_counter(); sys.path[:0] = {folders!r}; "
    "from degree_auth.adapters.review.recognition import recognized_lines; "
    "from pathlib import Path; lines = recognized_lines(Path({scan!r}).read_bytes(), 'image/jpeg'); "
    "assert lines; print(time.perf_counter() - before)"
)


def measure(scans: int = SCANS, first: int = 0, cold: bool = True) -> Iterator[Figure]:
    """Counts by kind of damage; seconds, medians. The scans are those of the numbers from `first` on."""
    fields = list(scan_advice([], claim_of(scanned_award(Random(0), 0)), ()))  # noqa: S311 -- sample data
    names = shipped_institutions().every_name
    told: dict[str, Counter[tuple[bool, Advice]]] = defaultdict(Counter)
    warm = []
    for number in range(first, first + scans):
        random, damage = Random(number), list(DAMAGES)[number % len(DAMAGES)]  # noqa: S311 -- sample data
        record = scanned_award(random, number)
        field = fields[number // 2 % len(fields)] if number % 2 else None
        shown = record if field is None else forged(record, field, random)
        scan = scan_of(shown, damage, random)
        before = time.perf_counter()
        lines = recognized_lines(scan, "image/jpeg")
        warm.append(time.perf_counter() - before)
        claimed, stated = claim_of(record), claim_of(shown)
        for name, found in scan_advice(lines, claimed, names).items():
            told[damage][_value(claimed, name) != _value(stated, name), found.advice] += 1
        if len(warm) % 28 == 0:
            say(f"已识读 {len(warm)} / {scans}", f"{len(warm)} of {scans} read")
    for damage, counts in told.items():
        kind = _KINDS[damage]
        true = sum(count for (differs, _), count in counts.items() if differs)
        same = sum(count for (differs, _), count in counts.items() if not differs)
        if true:
            yield Figure(
                f"scan_{damage}_differences_told",
                f"扫描件（{kind.zh}）：指出的真实差异",
                f"scans, {kind.en}: true differences told",
                counts[True, Advice.DIFFERS],
                "",
                Baseline("真实差异", "true differences", true),
            )
        agreed = Baseline("与申请相同的项", "fields as claimed", same)
        for advice, chinese, english in (
            (Advice.DIFFERS, "误报", "false alarms"),
            (Advice.NOT_READ, "未读出", "not read"),
        ):
            yield Figure(
                f"scan_{damage}_{advice}",
                f"扫描件（{kind.zh}）：{chinese}",
                f"scans, {kind.en}: {english}",
                counts[False, advice],
                "",
                agreed,
            )
    typical = statistics.median(warm)
    yield Figure("scan_warm_s", "识读一页，进程已热", "a page read, warm", typical, "s")
    if cold:
        yield _cold_figure(typical)


def _cold_figure(warm: float) -> Figure:
    return Figure(
        "scan_cold_s",
        "识读一页，新进程（含解包）",
        "a page read by a new process, unpacking included",
        _cold_seconds(),
        "s",
        Baseline("进程已热", "warm", warm),
    )


def _value(claim: object, dotted: str) -> object:
    section, name = dotted.split(".")
    return getattr(getattr(claim, section), name)


def _cold_seconds() -> float:
    """From the built layers alone, in a folder for temporary files that is empty."""
    build_layers.build(build_layers.Target.here())
    folders = [str(LAYERS / layer / "python") for layer in ("degree_auth", "dependencies", "recognition")]
    with tempfile.TemporaryDirectory() as folder:
        scan = Path(folder) / "scan.jpg"
        random = Random(1)  # noqa: S311 -- sample data
        scan.write_bytes(scan_of(scanned_award(random, 1), "clean", random))
        ran = subprocess.run(  # noqa: S603 -- our own interpreter
            [sys.executable, "-I", "-S", "-c", _COLD.format(folders=folders, scan=str(scan))],
            env={"TMPDIR": folder, "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=True,
        )
    return float(ran.stdout)


MEASUREMENT = Measurement(
    chinese="扫描件的机器识读",
    english="certificate scans read by machine",
    measure=measure,
    needs_stack=False,
    quick={"scans": 1, "first": 7, "cold": False},  # a clean one, with a difference to tell
    full={"scans": 2 * SCANS},
)
