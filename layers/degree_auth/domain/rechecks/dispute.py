"""Reading a dispute (异议, article 6): reason and evidence; all problems at once (N5)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from degree_auth.domain.shared.errors import Invalid, Malformed, Problem, shown_key
from degree_auth.domain.shared.free_text import read_text

LONGEST_STATEMENT = 1000
MOST_EVIDENCE = 10
_ATTACHMENT_ID = re.compile(r"[0-9a-f]{32}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Dispute:
    """What the applicant says against an outcome (personal data, stored sealed), and the attachments that show it."""

    reason: str
    evidence: tuple[str, ...]


def parse_dispute(body: object) -> Dispute:
    """Read `{"reason", "evidence": [attachment id, …]}`.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it.
    """
    if not isinstance(body, dict):
        raise Malformed("not_an_object")
    problems = [Problem(shown_key(key), "unknown_field") for key in body if key not in ("reason", "evidence")]
    reason, faults = read_text(body, "reason", LONGEST_STATEMENT)
    problems += faults
    evidence = body.get("evidence")
    if not evidence:
        problems.append(Problem("evidence", "required"))
    elif not (
        isinstance(evidence, list) and all(isinstance(one, str) and _ATTACHMENT_ID.match(one) for one in evidence)
    ):
        problems.append(Problem("evidence", "attachment_id_format"))
    elif len(evidence) > MOST_EVIDENCE:
        problems.append(Problem("evidence", "too_many_attachments"))
    if problems:
        raise Invalid(list(dict.fromkeys(problems)))
    return Dispute(reason, tuple(dict.fromkeys(evidence or ())))
