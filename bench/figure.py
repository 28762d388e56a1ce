"""What every measurement gives, and what it is given."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from tools.environment import LocalAws


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the bench: how thorough it is, and the stack it measures (what .local/outputs.json holds)."""

    full: bool
    stack: dict[str, Any]

    @property
    def aws(self) -> LocalAws:
        """Clients of the local AWS with every permission."""
        return LocalAws(self.stack["aws_endpoint_url"])


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a figure is held against, in the figure's own unit."""

    chinese: str
    english: str
    value: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured or counted number; `name` is stable, so that runs can be compared."""

    name: str
    chinese: str
    english: str
    value: float
    unit: str
    baseline: Baseline | None = None

    @property
    def ratio(self) -> float | None:
        """The figure divided by its baseline."""
        return None if self.baseline is None else self.value / self.baseline.value

    def as_dict(self) -> dict[str, Any]:
        """The figure with its ratio, for JSON."""
        return {**asdict(self), "ratio": self.ratio}
