"""Reading a dispute (异议, article 6): reason and evidence; all problems at once (N5)."""

from __future__ import annotations

from dataclasses import dataclass

from degree_auth.domain.shared.free_text import prose
from degree_auth.domain.shared.identifiers import ATTACHMENT_ID
from degree_auth.domain.shared.reading import Fields, items, read_object

LONGEST_STATEMENT = 1000
MOST_EVIDENCE = 10
DISPUTE: Fields = {
    "reason": prose(LONGEST_STATEMENT),
    "evidence": items(ATTACHMENT_ID, MOST_EVIDENCE, "too_many_attachments", needed=True),
}


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
    return Dispute(**read_object(body, DISPUTE).complete())
