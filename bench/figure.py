"""What a measurement is, what it is given, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from tools.environment import LocalAws


class Size(StrEnum):
    """How much is measured: enough to see that it works, the usual, or the rare and large as well."""

    QUICK = "quick"
    USUAL = "usual"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Run:
    """The stack that a run of the bench measures: what .local/outputs.json holds."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What a module of this package measures, as its `MEASUREMENT`.

    `measure` takes its sizes by name, and first a `Run` if the measurement needs the stack. What `quick` and `full`
    leave out has its usual size.
    """

    chinese: str
    english: str
    measure: Callable[..., Iterable[Figure]]
    needs_stack: bool
    quick: Mapping[str, Any]
    full: Mapping[str, Any] = field(default_factory=dict)

    def figures(self, size: Size, bring_up: Callable[[], Run]) -> Iterator[Figure]:
        """The figures, each as soon as it is measured; the stack is brought up if it is needed."""
        sizes = {Size.QUICK: self.quick, Size.USUAL: {}, Size.FULL: self.full}[size]
        yield from self.measure(*([bring_up()] if self.needs_stack else []), **sizes)
