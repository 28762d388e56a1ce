"""Plays every chapter, prints what became of each case and what to try next; exit status 1 when one went wrong
or a function logged an error."""

from __future__ import annotations

import time
from collections.abc import Callable

import requests
from botocore.exceptions import ClientError

from degree_auth.domain.shared.words import Words
from tools import local_aws
from tools.demo import (
    applications,
    deadlines,
    dispute,
    fees,
    institutions,
    platform,
    register_change,
    spot_check,
    table,
    verification,
    what_next,
)
from tools.demo.stack import Stack, Unexpected, tell
from tools.demo.story import Story
from tools.demo.words import NOTHING
from tools.environment import ROOT, LocalAws, outputs, say
from tools.sample_institutions import SampleInstitutions

_CHAPTERS: tuple[tuple[str, str, Callable[[Story], None]], ...] = (
    ("各类申请", "applications of every kind", applications.play),
    ("单位与账号", "institutions and their accounts", institutions.play),
    ("单位核查", "the institution verifies", verification.play),
    ("数据库信息变更", "the register is put right", register_change.play),
    ("时限", "deadlines", deadlines.play),
    ("异议", "a dispute", dispute.play),
    ("抽查", "a spot check", spot_check.play),
    ("劳务费", "verification fees", fees.play),
    ("国家政务服务平台", "the national platform", platform.play),
)
_BREAKS_OFF = (Unexpected, requests.RequestException, ClientError, RuntimeError, TimeoutError, LookupError)


def main() -> None:
    """The journey. A chapter that breaks off is told in the table, and the next one is played."""
    found, log_began = outputs(), local_aws.log_size()
    story = Story(Stack(found, LocalAws(found["aws_endpoint_url"])), SampleInstitutions(found))
    applications.forget_former_reports()
    for number, (chinese, english, play) in enumerate(_CHAPTERS, start=1):
        place = f"[{number}/{len(_CHAPTERS)}]"
        say(f"{place} {chinese}", f"{place} {english}")
        began = time.monotonic()
        try:
            play(story)
        except _BREAKS_OFF as error:
            said = f"{type(error).__name__}: {error}"
            tell(f"✗ {chinese}：{said}", f"✗ {english}: {said}")
            story.endings.append(
                table.Ending(Words(chinese, english), NOTHING, NOTHING, Words(said, said), as_expected=False)
            )
        tell(f"用时 {time.monotonic() - began:.0f} 秒", f"took {time.monotonic() - began:.0f} s")
    table.show(story.endings)
    what_next.show(story)
    print()
    print(table.count_words(story.endings).lines)
    faults = local_aws.function_errors(since=log_began)
    if faults:
        log = local_aws.LOG.relative_to(ROOT)
        say(f"函数记录了 {faults} 行错误，见 {log}", f"the functions logged errors, {faults} in all: see {log}")
    if faults or not all(one.as_expected for one in story.endings):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
