"""Prints a one-time code with which a user of a sample account signs in now, by the local stack's own clock.

make code USERNAME=u10001-lead
"""

from __future__ import annotations

import sys

from degree_auth.domain.shared.words import Words
from tools.environment import outputs
from tools.sample_institutions import SampleInstitutions


def main() -> None:
    """Print it; exit status 1 when there is no such account."""
    try:
        print(SampleInstitutions(outputs()).one_time_code(" ".join(sys.argv[1:])))
    except KeyError:
        raise SystemExit(Words("没有此样例账号，先 make run", "no such sample account, make run first").lines) from None


if __name__ == "__main__":
    main()
