"""Sharing a result by a link of the holder's own making (article 15)."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.preconditions import require_thawed
from degree_auth.domain.reports.share import (
    Share,
    ShareState,
    chosen_values,
    free_slot,
    parse_share_request,
    parse_share_token,
    share_json,
    shared_result,
)
from degree_auth.domain.shared.errors import Forbidden, NotFound
from degree_auth.services.applications.own_case import OwnCase
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.reports.ports import ShareStore, TokenBox
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import KeyedDigest, Stale


@dataclass(frozen=True, slots=True)
class OwnShares:
    """What the caller of `own_case` makes of its result: links, for as long and as often as they choose."""

    own_case: OwnCase
    shares: ShareStore
    digests: KeyedDigest
    box: TokenBox

    def make(self, case_number: str, body: object, now: datetime) -> tuple[dict[str, Any], str]:
        """A new link as its holder finds it, and its token, which is shown this once.

        Raises:
            Malformed, Invalid: what is wrong with the request.
            NotFound: the case is not the caller's to see, or has no report.
            Forbidden: the holder has to sign in for this.
            Conflict: the case is frozen, or as many links are open as may be.
            Unavailable: others kept making links; none was made.
        """
        request = parse_share_request(body)
        report = self.own_case.credential(self._own(case_number), now)
        token = secrets.token_urlsafe(32)
        values = chosen_values(_subject(report["credential"]), request)
        share = Share(
            share_id=secrets.token_hex(16),
            report_number=report["report_number"],
            fields=request.fields,
            name=request.name,
            made_at=now,
            ends_at=now + timedelta(days=request.days),
            most_views=request.views,
            sealed=self.box.seal(token, json.dumps(values, ensure_ascii=False)),
        )
        digest = share_digest(self.digests, token)

        def attempt() -> None:
            slots = self.shares.of_case(case_number)
            slot = free_slot(slots, now)
            self.shares.add(case_number, slot, slots.get(slot), share, digest)

        until_stored(attempt)
        # An erasure or disavowal that was stored before the link may have ended all links already: then nobody is given
        # the token of this one.
        case = self.own_case.store.load(case_number)
        if case.is_being_erased:
            raise NotFound("not_found")
        require_thawed(case)
        return share_json(share, now), token

    def links(self, case_number: str, now: datetime) -> list[dict[str, Any]]:
        """The case's links with the views used, the latest first. Raises `NotFound`, `Forbidden` as `make` does."""
        self._own(case_number)
        found = sorted(self.shares.of_case(case_number).values(), key=lambda one: one.made_at, reverse=True)
        return [share_json(one, now) for one in found]

    def close(self, case_number: str, share_id: str, now: datetime) -> None:
        """End a link for good; one that has ended stays as it is.

        Raises:
            NotFound: there is no such link, or the case is not the caller's to see.
            Forbidden: the holder has to sign in for this.
            Unavailable: its place kept changing; nothing was changed.
        """
        self._own(case_number)

        def attempt() -> None:
            slots = self.shares.of_case(case_number)
            slot = next((slot for slot, one in slots.items() if one.share_id == share_id), None)
            if slot is None:
                raise NotFound("not_found")
            self.shares.close(case_number, slot, share_id, now)

        until_stored(attempt)

    def _own(self, case_number: str) -> Case:
        case = self.own_case.read(case_number)
        if not self.own_case.caller.speaks_for_holder(case):
            raise Forbidden("holder_must_sign_in")
        return case


def end_shares(shares: ShareStore, case_number: str, now: datetime) -> None:
    """End every open link of a case that its holder has disavowed: whoever made them may be the impostor. A repeat
    changes nothing.

    Raises:
        Unavailable: others kept changing them; a repeat ends those that are left.
    """

    def attempt() -> None:
        for slot, one in shares.of_case(case_number).items():
            if one.state(now) is ShareState.OPEN:
                shares.close(case_number, slot, one.share_id, now)

    until_stored(attempt)


def _subject(credential: str) -> Mapping[str, Any]:
    """What the report states, as its own signed credential has it."""
    payload = credential.split(".")[1]
    subject: Mapping[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))[
        "credentialSubject"
    ]
    return subject


def view_share(
    store: CaseStore, shares: ShareStore, digests: KeyedDigest, box: TokenBox, body: object, now: datetime
) -> dict[str, Any]:
    """What a link shows, counted before it is shown; several who look at once never exceed its count.

    A link that is unknown, closed, expired or used up gets one answer.

    Raises:
        Malformed, Invalid: what is wrong with the request.
        NotFound: the link shows nothing.
    """
    token = parse_share_token(body)
    found = shares.find(share_digest(digests, token))
    report = None if found is None else store.report(found.share.report_number)
    if found is None or report is None or report.erased_at is not None:
        raise NotFound("share_unknown")
    try:
        counted = shares.count_view(found.case_number, found.slot, found.share.share_id, now)
    except Stale:
        raise NotFound("share_unknown") from None
    values = json.loads(box.open(token, counted.sealed))
    return shared_result(counted, values, report.state, report.changed_at, report.cause)


def share_digest(digests: KeyedDigest, token: str) -> str:
    """What is kept of a link's token."""
    return digests.token("share-link", token)
