"""The applicant's own commands on a case (articles 1, 10, 12)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from degree_auth.domain.applications.bounds import MOST_LINKS, tomorrow
from degree_auth.domain.applications.submission import parse_supplement
from degree_auth.domain.cases import application, attachment_decisions
from degree_auth.domain.cases.attachment import FileKind, parse_announcement
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import NewEvent
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.rechecks.decisions import dispute_until
from degree_auth.domain.shared.errors import TooMany
from degree_auth.domain.shared.free_text import LONGEST_URGENCY_REASON, parse_text
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.domain.verification import urgency
from degree_auth.services.applications import applicant_actions
from degree_auth.services.applications.callers import Caller, supplied_by, wished_by
from degree_auth.services.cases.advance import advance, advance_once
from degree_auth.services.cases.attachments import announce
from degree_auth.services.cases.carry_out import carry_out
from degree_auth.services.cases.lookup_keys import link_digest, new_link_token
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.cases.ports import CaseStore, Count
from degree_auth.services.cases.sealed_parts import changed_claim, is_case_of, open_submission
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Documents, Sealer, TooOften
from degree_auth.services.shared.sealing import seal_json


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCaseCommands:
    """What an applicant does with a case; `caller` is who asks. Each command looks at the caller's right with the case
    that it decides on. `dispute_period` is how long after a conclusion it may be disputed.

    Raises:
        NotFound: the case is not the caller's to see.
        Forbidden: the holder alone may wish this, and has to sign in.
    """

    store: CaseStore
    sealer: Sealer
    documents: Documents
    nudge: Nudge
    dispute_period: timedelta
    caller: Caller

    def renew_link(self, case_number: str, now: datetime) -> str:
        """The token of a new link of the case; the former one is void.

        Raises:
            TooMany: the case has had as many new links today as it may.
        """
        token = new_link_token()
        digest = link_digest(self.sealer, token)
        renew = wished_by(self.caller, lambda case: application.renew_link(case, digest))
        count = Count(self.sealer.token("link-count", case_number), shanghai_day(now), MOST_LINKS)
        try:
            until_stored(lambda: advance_once(self.store, case_number, renew, now, counts=[count]))
        except TooOften:
            raise TooMany.before(tomorrow(now), "too_many_links", now) from None
        return token

    def revoke_link(self, case_number: str, now: datetime) -> None:
        """Make the case's link void. A repeat changes nothing."""
        advance(self.store, case_number, wished_by(self.caller, application.revoke_link), now)

    def withdraw(self, case_number: str, now: datetime) -> Case:
        """Withdraw the application, or the open dispute. A repeat changes nothing.

        Raises:
            Conflict: the case has ended otherwise.
        """
        withdraw = wished_by(self.caller, applicant_actions.withdraw)
        return carry_out(self.nudge, self.sealer, case_number, withdraw, now)

    def supplement(self, case_number: str, body: object, now: datetime) -> Case:
        """Supply what was asked for; an empty object when files alone were asked for.

        Raises:
            Malformed, Invalid: what is wrong with the changes, or missing of what was asked for.
            Conflict: nothing was asked.
        """
        command = "supplement:" + self.sealer.token("supplement", f"{case_number}\n{json.dumps(body, sort_keys=True)}")

        def decide(case: Case) -> list[NewEvent]:
            # While something is asked it is an answer, even if it says what an earlier one said.
            if command in case.commands and case.stage is not Stage.AWAITING_APPLICANT:
                return []
            application.require_request(case, with_changes=body != {})
            before = open_submission(for_nobody(self.sealer, MachinePurpose.DECISION), case)
            claim = before.claim if body == {} else parse_supplement(body, before.claim, shanghai_day(now))
            return application.supplement(
                case,
                changed_claim(self.sealer, case_number, before, claim),
                command,
                other_person=not is_case_of(self.sealer, claim.holder, case),
            )

        return carry_out(self.nudge, self.sealer, case_number, supplied_by(self.caller, decide), now)

    def request_urgency(self, case_number: str, body: object, now: datetime) -> Case:
        """Ask for urgent handling, with a reason. The first request stands; a repeat changes nothing.

        Raises:
            Malformed, Invalid: what is wrong with the reason.
            Conflict: the case has ended.
        """
        reason = parse_text(body, "reason", LONGEST_URGENCY_REASON)
        sealed = seal_json(self.sealer, case_number, {"reason": reason})
        ask = wished_by(self.caller, lambda case: urgency.request_urgency(case, sealed))
        case = advance(self.store, case_number, ask, now)
        self.nudge(case)
        return case

    def announce_attachment(
        self, case_number: str, body: object, now: datetime, key: str | None = None
    ) -> tuple[str, str, str]:
        """Attachment id, upload link and content type for a file of the announced type and size; the same announcement
        again, told by the caller's key or by what it announces, is the same attachment.

        Raises:
            Malformed, Invalid: what is wrong with the announcement.
            Conflict: the case takes no files any more, or has as many as it may; or the key announced something else.
        """
        announced = parse_announcement(body)
        # Evidence is for a dispute, which is the holder's to bring.
        asked_by = wished_by if announced.kind == FileKind.EVIDENCE else supplied_by

        def decide(case: Case, attachment_id: str) -> list[NewEvent]:
            until = None if case.concluded_at is None else dispute_until(case.concluded_at, self.dispute_period)
            return attachment_decisions.announce_attachment(case, attachment_id, announced, now, until)

        return announce(
            self.store,
            self.documents,
            case_number,
            announced,
            lambda case, attachment_id: asked_by(self.caller, lambda case: decide(case, attachment_id))(case),
            now,
            key=key,
        )
