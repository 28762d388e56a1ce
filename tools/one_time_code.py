"""Prints a one-time code with which a user of a sample account signs in now, by the local stack's own clock.

make code USERNAME=u10001-lead
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from degree_auth.domain.shared.words import Words
from tools.environment import outputs
from tools.sample_institutions import SampleInstitutions


def main() -> None:
    """Print it; exit status 1 when there is no such account."""
    institutions, username = SampleInstitutions(outputs()), " ".join(sys.argv[1:])
    try:
        print(institutions.one_time_code(username))
    except KeyError:
        raise SystemExit(_no_such_account(username, institutions.usernames).lines) from None


def _no_such_account(username: str, known: Sequence[str]) -> Words:
    """What is wrong with a username, and which ones there are."""
    if not known:
        return Words("还没有样例账号，请先 make run", "there are no sample accounts yet: make run first")
    wrong = (
        Words(f"没有此样例账号：{username}", f"no such sample account: {username}")
        if username
        else Words("请给出用户名：make code USERNAME=…", "give a username: make code USERNAME=…")
    )
    return Words(f"{wrong.zh}；现有：{'、'.join(known)}", f"{wrong.en}; there are: {', '.join(known)}")


if __name__ == "__main__":
    main()
