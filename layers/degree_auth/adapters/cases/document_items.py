"""The items of the table of cases that tell of reports and written notices."""

from __future__ import annotations

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from degree_auth.adapters.cases.items import CaseTableItem, moment
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.reports.public_notice import PublicNotice
from degree_auth.domain.reports.status_list import StatusPlace

HOLDING = "HOLDING"
STATUS_PLACE = "PLACE#"
STATUS_BIT = "BIT#"


class _ReportsByMonth(GlobalSecondaryIndex["ReportItem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "reports_by_month"
        projection = IncludeProjection(["case_number", "state", "institution_code", "basis", "award_year", "issued_at"])

    month_shard = UnicodeAttribute(hash_key=True)
    report_number = UnicodeAttribute(range_key=True)


class ReportItem(CaseTableItem):
    """A report as the online check finds it."""

    case_number = UnicodeAttribute()
    version = NumberAttribute()
    state = UnicodeAttribute()
    sha256 = UnicodeAttribute()
    object_key = UnicodeAttribute()
    issued_at = UnicodeAttribute()
    facts = JSONAttribute()
    award_key = UnicodeAttribute()
    supersedes = UnicodeAttribute(null=True)
    superseded_by = UnicodeAttribute(null=True)
    followed_by = UnicodeAttribute(null=True)
    changed_at = UnicodeAttribute(null=True)
    cause = UnicodeAttribute(null=True)
    print_key = UnicodeAttribute(null=True)
    content_key = UnicodeAttribute(null=True)
    adopted_by = UnicodeSetAttribute(null=True)
    timestamp = JSONAttribute(null=True)
    status_list = UnicodeAttribute(null=True)
    status_index = NumberAttribute(null=True)
    month_shard = UnicodeAttribute(null=True)
    report_number = UnicodeAttribute(null=True)
    institution_code = UnicodeAttribute(null=True)
    basis = UnicodeAttribute(null=True)
    award_year = UnicodeAttribute(null=True)
    kind = UnicodeAttribute(null=True)
    confirmed_by_institution = BooleanAttribute(null=True)
    erased_at = UnicodeAttribute(null=True)
    erasure_began = BooleanAttribute(null=True)
    reports_by_month = _ReportsByMonth()


class AwardReportItem(CaseTableItem):
    """That a report is about an award."""

    report_number = UnicodeAttribute()


class HoldingItem(CaseTableItem):
    """What was noted of an award of one holder."""

    version = NumberAttribute()
    report_number = UnicodeAttribute(null=True)
    denied_in = UnicodeSetAttribute(null=True)


class StatusItem(CaseTableItem):
    """A place in a status list, or its bit that is set."""

    report_number = UnicodeAttribute()


class NoticeItem(CaseTableItem):
    """One public correction."""

    report_number = UnicodeAttribute()
    state = UnicodeAttribute()
    cause = UnicodeAttribute()
    superseded_by = UnicodeAttribute(null=True)
    at = UnicodeAttribute()


class FileItem(CaseTableItem):
    """Which report an issued file is."""

    report_number = UnicodeAttribute()


def status_key(list_id: str) -> str:
    return f"status#{list_id}"


def status_item(kind: str, place: StatusPlace, report_number: str) -> StatusItem:
    return StatusItem(status_key(place.list_id), f"{kind}{place.index:06d}", report_number=report_number)


def month_shard(month: str, shard: int) -> str:
    return f"{month}#{shard}"


def notice_of(item: NoticeItem) -> PublicNotice:
    return PublicNotice(item.report_number, ReportState(item.state), item.cause, item.superseded_by, moment(item.at))
