"""Moves the clock of the local stack forward, so that days and weeks pass in seconds. `make down` sets it right again.

python -m tools.clock                     what time it is there
python -m tools.clock 3                   three days on
python -m tools.clock 2026-12-14T00:00    to that moment; Asia/Shanghai where no zone is given
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from math import ceil
from typing import Any

from degree_auth.domain.shared.words import Words
from degree_auth.domain.shared.working_days import SHANGHAI, shanghai_time
from degree_auth.wiring.shared import CLOCK_SECONDS
from tools.environment import OUTPUTS, LocalAws, outputs, say

_READ_AGAIN_SECONDS = CLOCK_SECONDS["local"] + 0.2


def now_of(aws: LocalAws, stack: Mapping[str, Any]) -> datetime:
    """What the stack takes the time to be; `stack` holds its outputs."""
    found = aws.client("ssm").get_parameter(Name=stack["ClockParameter"])["Parameter"]["Value"]
    return datetime.now(UTC) + timedelta(seconds=int(found))


def move_to(aws: LocalAws, stack: Mapping[str, Any], moment: datetime) -> datetime:
    """Move the stack's clock to an aware moment and wake the machines whose hour has come; what time it is there then.

    Raises:
        ValueError: the moment is past there. The clock is never put back, or the times of a case's log would run
            backwards.
    """
    now = now_of(aws, stack)
    if moment < now:
        there = in_beijing_time(now)
        raise ValueError(
            Words(
                f"系统时间已是 {there}，晚于 {in_beijing_time(moment)}；时钟只能拨快，不能拨回",
                f"it is {there} there, later than {in_beijing_time(moment)}; the clock goes forward only",
            ).lines
        )
    offset = ceil((moment - datetime.now(UTC)).total_seconds())
    aws.client("ssm").put_parameter(Name=stack["ClockParameter"], Value=str(offset), Type="String", Overwrite=True)
    # Until every function reads the new offset: none may record an earlier time than another has.
    time.sleep(_READ_AGAIN_SECONDS)
    function, at_once = stack["ReconcileCasesFunctionName"], json.dumps({"grace_seconds": 0})
    answered = aws.client("lambda").invoke(FunctionName=function, Payload=at_once.encode())
    if "FunctionError" in answered:
        raise RuntimeError(answered["Payload"].read().decode())
    return now_of(aws, stack)


class StackClock:
    """By how much the local stack's clock is ahead, read once a second at most; nothing before the stack is up."""

    def __init__(self) -> None:
        self._read_at = float("-inf")
        self._ahead = timedelta(0)
        # Making a client costs more than all that it is then asked.
        self._client = cache(lambda endpoint_url: LocalAws(endpoint_url).client("ssm"))

    def __call__(self) -> timedelta:
        if time.monotonic() - self._read_at > CLOCK_SECONDS["local"] and OUTPUTS.exists():
            stack = outputs()
            found = self._client(stack["aws_endpoint_url"]).get_parameter(Name=stack["ClockParameter"])
            self._ahead, self._read_at = timedelta(seconds=int(found["Parameter"]["Value"])), time.monotonic()
        return self._ahead


def moment_of(said: str, now: datetime) -> datetime:
    """The moment that was asked for: a number of days after `now`, or an ISO 8601 moment.

    Raises:
        ValueError: it is neither.
    """
    try:
        if said.isascii() and said.isdigit():
            return now + timedelta(days=int(said))
        moment = datetime.fromisoformat(said)
    except (ValueError, OverflowError):
        raise ValueError(
            Words(
                f"{said} 既不是天数，也不是时间；请写成 DAYS=3 或 TO=2026-12-14T00:00（北京时间）",
                f"{said} is neither a number of days nor a moment; write DAYS=3 or TO=2026-12-14T00:00 (Beijing time)",
            ).lines
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def in_beijing_time(moment: datetime) -> str:
    """A moment in Beijing time, to the minute."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def main() -> None:
    """Move the clock as told and print what time it is there; exit status 1 when the clock would go back."""
    stack = outputs()
    aws = LocalAws(stack["aws_endpoint_url"])
    match sys.argv[1:]:
        case []:
            now = now_of(aws, stack)
        case [said]:
            try:
                now = move_to(aws, stack, moment_of(said, now_of(aws, stack)))
            except ValueError as error:
                raise SystemExit(str(error)) from None
        case _:
            raise SystemExit(__doc__)
    say("系统时间（北京时间）", "the stack's time (Beijing time)")
    print(shanghai_time(now))


if __name__ == "__main__":
    main()
