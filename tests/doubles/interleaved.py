"""Two commands on one world, the second whole between two calls that the first makes to its ports.

A world's stores are dictionaries and lists of what never changes, so a snapshot is a copy of these. What is compared is
answers and `state`, without what chance or the clock gives.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Any

from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.cases.stages import ChangeStage
from degree_auth.domain.reports.holding import is_report_in_force
from degree_auth.domain.shared.errors import DegreeAuthError
from tests.doubles.world import World

Command = Callable[[World], object]
_PORTS = {
    "cases": (
        "load",
        "log",
        "commit",
        "report",
        "reports_of_award",
        "holding",
        "disavowals_under",
        "status_holder",
        "submission",
        "open_cases",
        "forget",
    ),
    "register": ("candidates", "of_person", "certificate_version", "revise"),
    "documents": ("put", "get", "delete", "upload_link"),
    "press": ("press", "press_notice"),
    "registrations": ("route", "has_department"),
}
_STORES = ("cases", "register", "workflows", "documents", "press", "registrations")


class Snapshot:
    """The state of a world, to go back to."""

    def __init__(self, world: World) -> None:
        self._world, self._now = world, world.now
        self._kept = {name: self._copied(getattr(world, name)) for name in _STORES}
        self._fees = dict(world.cases.fees.earned)

    def restore(self) -> None:
        for name, kept in self._kept.items():
            store = getattr(self._world, name)
            store.__dict__.clear()
            store.__dict__.update({field: _copy(value) for field, value in kept.items()})
        self._world.cases.fees.earned = dict(self._fees)
        self._world.now = self._now

    def _copied(self, store: object) -> dict[str, Any]:
        return {field: _copy(value) for field, value in vars(store).items()}


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: copy(one) if isinstance(one, list | set) else one for key, one in value.items()}
    return copy(value) if isinstance(value, list | set) else value


@dataclass
class Ports:
    """Calls to the ports of a world, counted; `between` runs once, before the call numbered `at`."""

    at: int | None = None
    between: Callable[[], None] = lambda: None
    made: int = 0

    def attach(self, world: World) -> Callable[[], None]:
        """From now on calls are counted; gives what ends that."""
        for store, names in _PORTS.items():
            for name in names:
                setattr(getattr(world, store), name, self._counted(getattr(getattr(world, store), name)))

        def detach() -> None:
            for store, names in _PORTS.items():
                for name in names:
                    getattr(world, store).__dict__.pop(name, None)

        return detach

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any, **named: Any) -> Any:
            self.made += 1
            if self.made == self.at:
                self.between()
            return call(*given, **named)

        return counted


def answer(world: World, command: Command) -> str:
    """What the caller of a command hears."""
    try:
        command(world)
    except DegreeAuthError as refused:
        return refused.code
    return "done"


def interleaved(world: World, first: Command, second: Command, at: int) -> tuple[str, str, int]:
    """The answers to both, the second whole before the call `at` of the first; and how many calls the first made."""
    heard: list[str] = []
    ports = Ports(at)

    def whole() -> None:
        # What the second one calls is not counted.
        detach()
        heard.append(answer(world, second))
        ports.attach(world)

    ports.between = whole
    detach = ports.attach(world)
    one = answer(world, first)
    detach()
    if not heard:
        heard.append(answer(world, second))
    return one, heard[0], ports.made


def settle(world: World) -> None:
    """Let the machines go round until they wait for people; a machine that is never done would not end this."""
    for _ in range(6):
        before = {number: case.version for number, case in world.cases.cases.items()}
        for number in list(world.cases.cases):
            world.drive(number)
            while world.cases.load(number).change_stage in (ChangeStage.PROPOSAL, ChangeStage.WRITING):
                attended = world.changes.attend(number, world.now)
                if attended.needs_choice:
                    break
        for report in list(world.cases.reports.values()):
            if report.state is ReportState.VALID:
                world.flags.flag([report.certificate_digest], world.now)
        if before == {number: case.version for number, case in world.cases.cases.items()}:
            return


def state(world: World) -> dict[str, Any]:
    """What there is at the end, without case numbers, ids, digests and moments.

    Raises:
        AssertionError: a case is not the fold of its log, or an award has two reports in force.
    """
    for number, case in world.cases.cases.items():
        assert replay(world.cases.logs[number]) == case
    in_force = [one for one in world.cases.reports.values() if is_report_in_force(one)]
    assert len(in_force) <= 1
    return {
        "cases": [_of_case(world, number) for number in world.cases.cases],
        "register": sorted((one.certificate_number, one.discipline_name) for one in world.register.records),
        "reports": sorted(
            (one.state.value, one.version, one.cause, len(one.adopted_by)) for one in world.cases.reports.values()
        ),
        "notices": sorted(notice.state.value for year in world.cases.published.values() for _, notice in year),
        "fees": sorted(world.cases.fees.earned) and len(world.cases.fees.earned),
    }


def _of_case(world: World, number: str) -> tuple[Any, ...]:
    case = world.cases.cases[number]
    report = None if case.report is None else world.cases.reports[case.report.report_number]
    return (
        case.stage.value,
        case.outcome and case.outcome.value,
        case.basis and case.basis.value,
        case.urgent,
        case.urgency_request is not None,
        case.flagged,
        report and (report.version, report.state.value),
        tuple(sorted((one.version, one.state.value) for one in case.former_reports)),
        tuple((one.status.value, one.answer and one.answer.result.value, one.department_id) for one in case.tasks),
        tuple(sorted((one.kind, one.state.value) for one in case.attachments)),
        tuple((one.cause.value, one.status.value) for one in case.rechecks),
        tuple((one.status.value, one.kind, one.fields) for one in case.register_changes),
        tuple((one.status.value, one.stood_at.value) for one in case.disavowals),
    )
