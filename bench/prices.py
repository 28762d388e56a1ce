"""What a case costs by AWS's public list prices."""

from __future__ import annotations

from collections.abc import Mapping

from bench.figure import Baseline, Figure

PRICES_OF = "us-east-1, 2026-11"
PRICES = {
    "API request": 3.50e-6,  # REST API, the first 333 million a month
    "Lambda request": 0.20e-6,
    "Lambda GB-second": 0.0000166667,  # x86, the first 6 billion a month
    "state transition": 0.025e-3,  # standard workflow
    "read unit": 0.125e-6,  # on demand
    "write unit": 0.625e-6,  # on demand
    "S3 put": 0.005e-3,  # standard class
    "S3 get": 0.0004e-3,
    "KMS signature": 0.03e-4,  # RSA 2048
    "event": 1.00e-6,  # custom event on a bus
}
"""List prices in US dollars from memory, without free tiers; check them before relying on them. Not in the price:
storage, logs, traces, data transfer, the fixed price of keys and secrets, and what a cold start alone asks for."""


def price(used: Mapping[str, float]) -> float:
    """US dollars for what was used."""
    return sum(PRICES[what] * number for what, number in used.items())


def price_figures(used: Mapping[str, float], empty_transitions: int) -> list[Figure]:
    """The price against that of three empty tasks with so many transitions, and its parts."""
    # Lambda charges at least a millisecond; the baseline's tasks have 512 MB.
    bare = {"Lambda request": 3, "Lambda GB-second": 3 * 0.001 * 0.5, "state transition": empty_transitions}
    three = Baseline("三个空任务", "three empty tasks", price(bare))
    return [
        Figure("price", f"每件价格（{PRICES_OF} 公开牌价，引用前请核对）", "price at list prices; check before relying",
               price(used), "USD", three),
        *(
            Figure(f"price_{what.replace(' ', '_').lower()}", f"  {what}", f"{number:.3g} x {PRICES[what]:.3g} USD",
                   PRICES[what] * number, "USD")
            for what, number in used.items()
        ),
    ]  # fmt: skip
