"""Reports and written notices in the table of cases: what the online check and the public list read of them, and the
writes by which one comes into force, gives way or is erased."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter

from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from degree_auth.adapters.cases.document_items import (
    HOLDING,
    STATUS_BIT,
    STATUS_PLACE,
    AwardReportItem,
    FileItem,
    HoldingItem,
    NoticeItem,
    ReportItem,
    StatusItem,
    month_shard,
    notice_of,
    status_item,
)
from degree_auth.adapters.cases.items import SHARDS, shard_of
from degree_auth.adapters.shared.dynamo import Writes
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.report_state import (
    STATE_AFTER,
    Basis,
    ReportState,
    confirmed_reports,
)
from degree_auth.domain.reports.holding import Holding
from degree_auth.domain.reports.issued_document import DocumentKind, IssuedDocument, Timestamp
from degree_auth.domain.reports.public_notice import PublicNotice
from degree_auth.domain.reports.status_list import StatusPlace
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.domain.spot_checks.population import FinishedReport

_CONFIRMED = ReportItem.confirmed_by_institution.set(True)


class DocumentTable:
    """Reports, written notices and what is noted of awards; implements `PublicNotices`."""

    def report(self, report_number: str) -> IssuedDocument | None:
        """The report with this number."""
        try:
            item = ReportItem.get(f"report#{report_number}", "REPORT", consistent_read=True)
        except DoesNotExist:
            return None
        return IssuedDocument(
            report_number=report_number,
            case_number=item.case_number,
            version=int(item.version),
            state=ReportState(item.state),
            sha256=item.sha256,
            object_key=item.object_key,
            issued_at=datetime.fromisoformat(item.issued_at),
            facts=item.facts,
            certificate_digest=item.award_key,
            supersedes=item.supersedes,
            superseded_by=item.superseded_by,
            followed_by=item.followed_by,
            changed_at=None if item.changed_at is None else datetime.fromisoformat(item.changed_at),
            cause=item.cause or "",
            print_key=item.print_key or "",
            content_key=item.content_key or "",
            adopted_by=tuple(sorted(item.adopted_by or ())),
            timestamp=None if item.timestamp is None else _timestamp_of(item.timestamp),
            status=None if item.status_list is None else StatusPlace(item.status_list, int(item.status_index)),
            kind=DocumentKind(item.kind or DocumentKind.REPORT),
            confirmed_by_institution=bool(item.confirmed_by_institution),
            erased_at=None if item.erased_at is None else datetime.fromisoformat(item.erased_at),
            erasure_began=bool(item.erasure_began),
        )

    def holding(self, key: str) -> Holding:
        """What was noted of an award of one holder."""
        try:
            item = HoldingItem.get(f"award#{key}", HOLDING, consistent_read=True)
        except DoesNotExist:
            return Holding(key)
        latest = None if item.report_number is None else self.report(item.report_number)
        return Holding(key, int(item.version), latest, tuple(sorted(item.denied_in or ())))

    def status_holder(self, place: StatusPlace) -> str | None:
        """The number of the report that has this place in a status list, if any has."""
        wanted = status_item(STATUS_PLACE, place, "")
        try:
            return StatusItem.get(wanted.pk, wanted.sk, consistent_read=True).report_number
        except DoesNotExist:
            return None

    def reports_of_award(self, certificate_digest: str) -> list[IssuedDocument]:
        """The reports ever issued about an award."""
        numbers = [
            item.report_number for item in AwardReportItem.query(f"award#{certificate_digest}", consistent_read=True)
        ]
        return [report for number in numbers if (report := self.report(number)) is not None]

    def notices(self, year: int, before: str, limit: int) -> list[tuple[str, PublicNotice]]:
        """Notices of a year, the latest first, each with its place; those before the place `before`."""
        found = NoticeItem.query(
            f"notices#{year}",
            NoticeItem.sk < before if before else None,
            scan_index_forward=False,
            limit=limit,
        )
        return [(item.sk, notice_of(item)) for item in found]

    def report_of_file(self, sha256: str) -> IssuedDocument | None:
        """The report whose issued file has this SHA-256 (hex)."""
        try:
            item = FileItem.get(f"file#{sha256}", "REPORT", consistent_read=True)
        except DoesNotExist:
            return None
        return self.report(item.report_number)

    def finished_reports(self, months: Sequence[str]) -> Iterator[FinishedReport]:
        """Every report issued in these months (YYYY-MM, Asia/Shanghai), whatever its state, by number; page by page."""
        shards = [month_shard(month, shard) for month in dict.fromkeys(months) for shard in range(SHARDS)]
        yield from heapq.merge(*map(_reports_in, shards), key=attrgetter("report_number"))

    def _put_documents(
        self,
        writes: Writes,
        after: Case,
        entries: Sequence[Event],
        report: IssuedDocument | None,
        adopted: str | None,
        holdings: Sequence[Holding],
    ) -> None:
        """What a commit does to documents: one gives way, a new one comes into force, further cases have one from now
        on, and what is noted of the awards."""
        latest = _latest_after(report, adopted)
        handed_on = self._put_corrections(writes, entries)
        if latest is not None:
            for former in _revoked_latest(holdings):
                _put_following(writes, former.report_number, latest)
                handed_on.setdefault(latest, set()).update((former.case_number, *former.adopted_by))
        if report is not None:
            had_by = handed_on.pop(report.report_number, set()) - {after.case_number}
            adopted_by = tuple(sorted({*report.adopted_by, *had_by}))
            _put_report(writes, replace(report, adopted_by=adopted_by), after.institution_code)
        if adopted is not None:
            handed_on.setdefault(adopted, set()).add(after.case_number)
        _put_standing_reports(writes, handed_on, confirmed_reports(entries))
        for holding in holdings:
            _put_holding(writes, holding, after.case_number, latest)

    def _put_corrections(self, writes: Writes, entries: Sequence[Event]) -> dict[str, set[str]]:
        """A report that ceased to be valid says so in check, public list and status, from the same moment on; a written
        notice in the check alone. Gives the cases that have what takes its place, by the number of that."""
        handed_on: dict[str, set[str]] = {}
        for entry in entries:
            if entry.type is EventType.NOTICE_SUPERSEDED:
                _put_state(writes, entry.data["notice_number"], ReportState.SUPERSEDED, entry)
                if "of_case" in entry.data:
                    handed_on.setdefault(entry.data["superseded_by"], set()).add(entry.data["of_case"])
            if entry.type not in STATE_AFTER:
                continue
            state, data, at = STATE_AFTER[entry.type], entry.data, entry.at.isoformat()
            number, following = data["report_number"], data.get("superseded_by")
            # A place is given once and never changed, so it may be read before the transaction.
            ceased = self.report(number)
            _put_state(writes, number, state, entry, () if ceased is None else ceased.adopted_by)
            if ceased is not None and following is not None:
                handed_on.setdefault(following, set()).update((ceased.case_number, *ceased.adopted_by))
            if ceased is not None and ceased.status is not None:
                writes.save(status_item(STATUS_BIT, ceased.status, number))
            writes.save(
                NoticeItem(
                    f"notices#{shanghai_day(entry.at).year}",
                    f"{at}#{number}",
                    report_number=number,
                    state=state.value,
                    cause=data["cause"],
                    superseded_by=following,
                    at=at,
                )
            )
        return handed_on


def _stored_timestamp(timestamp: Timestamp) -> dict[str, str]:
    return {"at": timestamp.at.isoformat(), "authority": timestamp.authority}


def _timestamp_of(stored: Mapping[str, str]) -> Timestamp:
    return Timestamp(datetime.fromisoformat(stored["at"]), stored["authority"])


def _reports_in(month_shard: str) -> Iterator[FinishedReport]:
    for item in ReportItem.reports_by_month.query(month_shard):
        yield FinishedReport(
            report_number=str(item.report_number),
            case_number=item.case_number,
            state=ReportState(item.state),
            institution_code=str(item.institution_code),
            basis=Basis(item.basis),
            award_year=str(item.award_year),
            issued_on=f"{shanghai_day(datetime.fromisoformat(item.issued_at)):%Y-%m-%d}",
        )


def _month_of(report: IssuedDocument) -> str | None:
    """Where spot checks find it; none for a written notice."""
    if report.kind is not DocumentKind.REPORT:
        return None
    return month_shard(f"{shanghai_day(report.issued_at):%Y-%m}", shard_of(report.report_number))


def _put_state(
    writes: Writes, number: str, state: ReportState, entry: Event, adopted_by: Sequence[str] | None = None
) -> None:
    """A document that was in force is so no longer; a report, on condition that no further case ended in it."""
    actions: list[Action] = [
        ReportItem.state.set(state.value),
        ReportItem.changed_at.set(entry.at.isoformat()),
        ReportItem.cause.set(entry.data["cause"]),
    ]
    if entry.data.get("superseded_by") is not None:
        actions.append(ReportItem.superseded_by.set(entry.data["superseded_by"]))
    condition = ReportItem.state == ReportState.VALID.value
    if entry.data.get("unconfirmed"):
        condition &= ReportItem.confirmed_by_institution.does_not_exist()
    if adopted_by is not None:
        condition &= _is_had_by(adopted_by)
    writes.update(ReportItem(f"report#{number}", "REPORT"), actions, condition=condition)


def _put_standing_reports(writes: Writes, had_by: Mapping[str, set[str]], confirmed: frozenset[str]) -> None:
    """Reports in force, beside a new one, that further cases have from now on, or that an institution has confirmed."""
    for number in sorted(had_by.keys() | confirmed):
        cases = had_by.get(number, set())
        actions: list[Action] = [ReportItem.adopted_by.add(cases)] if cases else []
        writes.update(
            ReportItem(f"report#{number}", "REPORT"),
            [*actions, *([_CONFIRMED] if number in confirmed else [])],
            condition=(ReportItem.state == ReportState.VALID.value) & ReportItem.erasure_began.does_not_exist(),
        )


def begin_erasing(writes: Writes, report: IssuedDocument) -> None:
    """No further case ends in a report from now on, and none has since it was read."""
    writes.update(
        ReportItem(f"report#{report.report_number}", "REPORT"),
        [ReportItem.erasure_began.set(True)],
        condition=_is_had_by(report.adopted_by),
    )


def _is_had_by(cases: Sequence[str]) -> Condition:
    """The condition that these further cases have a report, and no others."""
    return ReportItem.adopted_by == set(cases) if cases else ReportItem.adopted_by.does_not_exist()


def _latest_after(report: IssuedDocument | None, adopted: str | None) -> str | None:
    """The report that a commit makes the latest, if it makes one."""
    new = report is not None and report.kind is DocumentKind.REPORT
    return report.report_number if report is not None and new else adopted


def _put_following(writes: Writes, number: str, following: str) -> None:
    """After a revoked report there is one again; the first one is the only one."""
    writes.update(
        ReportItem(f"report#{number}", "REPORT"),
        [ReportItem.followed_by.set(following)],
        condition=ReportItem.followed_by.does_not_exist(),
    )


def _revoked_latest(holdings: Sequence[Holding]) -> list[IssuedDocument]:
    """The revoked reports that nothing has come after yet."""
    latest = {one.latest.report_number: one.latest for one in holdings if one.latest is not None}
    return [one for one in latest.values() if one.state is ReportState.REVOKED]


def _put_holding(writes: Writes, holding: Holding, case_number: str, latest: str | None) -> None:
    actions: list[Action] = [HoldingItem.version.set(holding.version + 1)]
    if latest is None:
        actions.append(HoldingItem.denied_in.add({case_number}))
    else:
        actions.append(HoldingItem.report_number.set(latest))
    unseen, seen = HoldingItem.pk.does_not_exist(), HoldingItem.version == holding.version
    condition = seen if holding.version else unseen
    writes.update(HoldingItem(f"award#{holding.key}", HOLDING), actions, condition=condition)


def _put_report(writes: Writes, report: IssuedDocument, institution_code: str) -> None:
    writes.save(
        ReportItem(
            f"report#{report.report_number}",
            "REPORT",
            case_number=report.case_number,
            version=report.version,
            state=report.state.value,
            sha256=report.sha256,
            object_key=report.object_key,
            issued_at=report.issued_at.isoformat(),
            facts=dict(report.facts),
            award_key=report.certificate_digest,
            supersedes=report.supersedes,
            superseded_by=report.superseded_by,
            followed_by=report.followed_by,
            changed_at=None if report.changed_at is None else report.changed_at.isoformat(),
            cause=report.cause or None,
            print_key=report.print_key or None,
            content_key=report.content_key or None,
            adopted_by=set(report.adopted_by) or None,
            timestamp=None if report.timestamp is None else _stored_timestamp(report.timestamp),
            status_list=None if report.status is None else report.status.list_id,
            status_index=None if report.status is None else report.status.index,
            month_shard=_month_of(report),
            report_number=report.report_number,
            institution_code=institution_code,
            basis=report.facts.get("basis"),
            award_year=str(report.facts.get("award_date", ""))[:4] or None,
            kind=None if report.kind is DocumentKind.REPORT else report.kind.value,
            confirmed_by_institution=report.confirmed_by_institution or None,
            erased_at=None if report.erased_at is None else report.erased_at.isoformat(),
            erasure_began=report.erasure_began or None,
        ),
        condition=ReportItem.pk.does_not_exist(),
    )
    if report.certificate_digest:
        writes.save(
            AwardReportItem(
                f"award#{report.certificate_digest}",
                f"REPORT#{report.report_number}",
                report_number=report.report_number,
            ),
        )
    if report.status is not None:
        writes.save(
            status_item(STATUS_PLACE, report.status, report.report_number), condition=StatusItem.pk.does_not_exist()
        )
    writes.save(
        FileItem(f"file#{report.sha256}", "REPORT", report_number=report.report_number),
        condition=FileItem.pk.does_not_exist(),
    )
