"""What the tallies of a case come to: the median case, each function's seconds, and both as figures."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence

from bench.figure import Figure
from bench.recording import Tally, memory_sizes


def median_of(tallies: Sequence[Tally]) -> Tally:
    """The case with the median number of calls."""
    return sorted(tallies, key=lambda one: sum(one.calls.values()))[len(tallies) // 2]


def seconds_of(functions: Iterable[str], tallies: Sequence[Tally]) -> dict[str, float]:
    """How long each function took in the median case."""
    return {
        name: statistics.median(sum(s for function, s in one.seconds if function == name) for one in tallies)
        for name in functions
    }


def gigabyte_seconds(functions: dict[str, str], tallies: Sequence[Tally]) -> dict[str, float]:
    """What Lambda charges for each function in the median case; `functions` has their logical ids."""
    memory, took = memory_sizes(functions), seconds_of(functions, tallies)
    return {name: took[name] * memory[name] / 1024 for name in functions}


def function_figures(functions: dict[str, str], tally: Tally, tallies: Sequence[Tally]) -> list[Figure]:
    """How often each function is called, and for how long."""
    memory, took, charged = (
        memory_sizes(functions),
        seconds_of(functions, tallies),
        gigabyte_seconds(functions, tallies),
    )
    invocations = Counter(name for name, _ in tally.seconds)
    return [
        Figure(f"{name}_gbs", f"{name}：调用 {invocations[name]} 次",
               f"{took[name] * 1000:.0f} ms x {memory[name]} MB", charged[name], "GB-s")
        for name in functions
    ]  # fmt: skip


def call_figures(name: str, chinese: str, english: str, calls: Counter[tuple[str, str]]) -> list[Figure]:
    """Calls of AWS, in all and by operation."""
    return [
        Figure(name, chinese, english, calls.total(), ""),
        *(
            Figure(f"{name}_{service}_{operation}", "  其中", f"{service}:{operation}", number, "")
            for (service, operation), number in sorted(calls.items())
        ),
    ]
