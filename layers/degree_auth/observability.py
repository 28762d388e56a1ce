"""Logs and metrics of every function; neither ever carries personal data."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from degree_auth.adapters.shared.faults import is_passing
from degree_auth.domain.shared.errors import Unavailable

logger = Logger()
metrics = Metrics()

Output = TypeVar("Output")


class Fault(Exception):
    """A fault of the system, named by its type alone."""


class TransientFault(Fault):
    """A fault after which the same may be tried again: something outside is out of order or has no room for now."""


def report_log_unavailable(fault: str) -> None:
    """Log that a check had to do without the report log, and count it for the alarm."""
    logger.error(fault)
    metrics.add_metric("ReportLogUnavailable", MetricUnit.Count, 1)
    metrics.flush_metrics()


def report_staff_contradiction(facts: dict[str, Any]) -> None:
    """Log that a principal started an action of an account that is not its own, and count it for the alarm. `facts` has
    the account's name, but neither the principal nor the execution, which may name a person."""
    logger.error("staff contradiction", extra=facts)
    metrics.add_metric("StaffContradictions", MetricUnit.Count, 1)
    metrics.flush_metrics()


def report_unwitnessed(executions: int) -> None:
    """Log how many executions an account has proven and CloudTrail has not told of, and count them for the alarm."""
    if executions:
        logger.error("staff actions without a witness", extra={"executions": executions})
    metrics.add_metric("StaffActionsUnwitnessed", MetricUnit.Count, executions)
    metrics.flush_metrics()


def report_staff_lock(account: str) -> None:
    """Log that an account of staff is locked by wrong codes, or was called while it is, and count it for the alarm."""
    logger.error("staff account locked", extra={"account": account})
    metrics.add_metric("StaffLocks", MetricUnit.Count, 1)
    metrics.flush_metrics()


def report_cases_read(kind: str, actor: str, hour: int, day: int) -> None:
    """Write down how many cases a reader has come to read in the hour and on the day, for the alarms on bulk reading;
    `kind` is what kind of reader it is. `actor` is an account's id or the name of an account of staff."""
    for name, count in (("CasesReadInAnHour", hour), ("CasesReadInADay", day)):
        with single_metric(name, MetricUnit.Count, count) as metric:
            metric.add_dimension("service", metrics.service)
            metric.add_dimension("reader", kind)
            metric.add_metadata("actor", actor)


def report_canary_step(step: str, milliseconds: float) -> None:
    """Write down how long a step of the canary took."""
    with single_metric("CanaryMilliseconds", MetricUnit.Milliseconds, milliseconds) as metric:
        metric.add_dimension("service", metrics.service)
        metric.add_dimension("step", step)


def whereabouts(error: Exception) -> dict[str, str]:
    """Type and place of a fault; its message may hold what a user typed, so it stays out of the log."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
    return {"error_type": type(error).__name__, "place": place}


def without_details(handler: Callable[..., Output]) -> Callable[..., Output]:
    """A handler whose faults show their type and place only. The text of a fault may quote personal data, and logs and
    histories of executions would keep it (N4).

    Raises:
        TransientFault: in place of `Unavailable`, and of a fault of AWS that passes; machines try it again.
        Fault: in place of whatever else the handler raises.
    """

    @wraps(handler)
    def guarded(*arguments: Any, **named: Any) -> Output:
        try:
            return handler(*arguments, **named)
        except Exception as error:
            logger.error("unforeseen fault", extra=whereabouts(error))
            fault = type(error).__name__
            kind = TransientFault if isinstance(error, Unavailable) or is_passing(error) else Fault
        raise kind(fault)

    return guarded
