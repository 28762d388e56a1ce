"""The sealed parts of a case, which are personal data: what the applicant sent and wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from degree_auth.domain.applications.claim import Claim, Holder, Submission
from degree_auth.domain.applications.claim_changes import changed_fields, changes
from degree_auth.domain.applications.person import ProvenPerson, document_source, is_same_person
from degree_auth.domain.applications.submission import submission_as_dict, submission_from_dict
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.changed_claim import ChangedClaim
from degree_auth.domain.cases.disavowal import Disavowal
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.services.cases.lookup_keys import holder_key
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.ports import Opener, Sealer
from degree_auth.services.shared.sealing import open_json, seal_json

_WITH_SUBMISSION = frozenset(
    {
        EventType.APPLICATION_RECEIVED,
        EventType.CLAIM_CORRECTED,
        EventType.APPLICATION_SUPPLEMENTED,
        EventType.ARCHIVE_VALUES_ACCEPTED,
        EventType.REPORT_FOLLOWED,
        EventType.CONCLUSION_FOLLOWED,
    }
)


def seal_submission(sealer: Sealer, case_number: str, submission: Submission) -> str:
    """The submission as it stands on the case: encrypted for this case alone, base64."""
    return seal_json(sealer, case_number, submission_as_dict(submission))


def open_submission(opener: Opener, case: Case) -> Submission:
    """The submission, decrypted from the result of `seal_submission`."""
    return submission_from_dict(open_json(opener, case.case_number, case.sealed))


def sealed_submissions(opener: Opener, case: Case, log: Sequence[Event]) -> Iterator[Submission]:
    """Every submission that the case has, or ever had: as it was sent, and as it was corrected. Personal data."""
    sealed = {entry.data["sealed"] for entry in log if entry.type in _WITH_SUBMISSION and "sealed" in entry.data}
    for one in sorted({*sealed, case.sealed, *([] if case.stated is None else [case.stated])} - {""}):
        yield submission_from_dict(open_json(opener, case.case_number, one))


def holders_of(sealer: Sealer, case: Case) -> list[Holder]:
    """Whose case it is: whom the claim names now and, last, for whom it was made, as stated, where an archive has
    changed that since; nobody's once it is erased. Personal data."""
    if not case.sealed:
        return []
    sealed, opener = [case.sealed], for_nobody(sealer, MachinePurpose.IDENTITY)
    if case.stated is not None:
        sealed.append(case.stated)
    return [submission_from_dict(open_json(opener, case.case_number, one)).claim.holder for one in sealed]


def is_case_of(sealer: Sealer, person: ProvenPerson | Holder, case: Case) -> bool:
    """Whether it is this very person's case. A name or document from an archive takes it from nobody: only another
    person in the claim does."""
    return any(is_same_person(person, holder) for holder in holders_of(sealer, case))


def has_document_of(sealer: Sealer, person: ProvenPerson, case: Case) -> bool:
    """Whether a case names the person's own document, under whatever name: then the person may know of the case and say
    that it is not theirs. The name may differ, in an old certificate or where somebody pretends."""
    document = document_source(person)
    return any(document_source(holder) == document for holder in holders_of(sealer, case))


def changed_claim(
    sealer: Sealer, case_number: str, before: Submission, claim: Claim, asked: Sequence[str] = ()
) -> ChangedClaim:
    """The application of a case with another claim, as its log takes it; `asked` as in `ChangedClaim`."""
    return ChangedClaim(
        changed_fields(before.claim, claim),
        seal_submission(sealer, case_number, replace(before, claim=claim)),
        seal_json(sealer, case_number, changes(before.claim, claim)),
        claim.degree.institution_code,
        holder_key(sealer, claim.holder),
        asked,
    )


def recheck_statement(opener: Opener, case: Case) -> str:
    """What was said for the recheck opened last; empty when nothing was. Personal data."""
    sealed = case.rechecks[-1].sealed if case.rechecks else ""
    return str(open_json(opener, case.case_number, sealed)["statement"]) if sealed else ""


def urgency_reason(opener: Opener, case: Case) -> str | None:
    """Why the applicant asked for urgent handling, in their words; None when they did not."""
    if case.urgency_request is None:
        return None
    return str(open_json(opener, case.case_number, case.urgency_request["sealed"])["reason"])


def disavowal_words(opener: Opener, case: Case) -> list[tuple[Disavowal, str, str]]:
    """Every disavowal, the latest first, with the name of who made it and what they said. Personal data."""
    said = [(one, open_json(opener, case.case_number, one.sealed)) for one in reversed(case.disavowals)]
    return [(one, str(words.get("name", "")), str(words["reason"])) for one, words in said]
