"""What is over in the table of cases: when to look, and the removal of what leads to an erased case."""

from __future__ import annotations

from datetime import date, datetime

from pynamodb.exceptions import DeleteError, DoesNotExist, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from degree_auth.adapters.cases.document_items import HOLDING, AwardReportItem, HoldingItem, ReportItem
from degree_auth.adapters.cases.documents import DocumentTable
from degree_auth.adapters.cases.items import (
    CASE,
    CaseItem,
    CaseTableItem,
    DisavowedItem,
    HolderItem,
    SubmissionItem,
    SweptItem,
    disavowed_key,
    stored_item,
)
from degree_auth.adapters.cases.list_items import TASK, CertificateItem
from degree_auth.adapters.shared.dynamo import CONDITION_FAILED, refusal_code
from degree_auth.domain.cases.case import Case
from degree_auth.domain.reports.issued_document import impersonal_facts
from degree_auth.services.cases.ports import Lookups

_SWEPT = ("retention", "SWEPT")


class RetentionTable(DocumentTable):
    """What the sweep of what is over reads and removes."""

    def forget(self, case_number: str, found_by: Lookups, now: datetime) -> None:
        """Remove what leads to a case that is being erased, and what its documents show of its holder; each write by
        itself, and as often as it is called. What another case has taken over is left."""
        for digest in found_by.holders:
            HolderItem(f"holder#{digest}", case_number).delete()
        for digest in found_by.disavowed:
            _change(
                DisavowedItem(*disavowed_key(digest)),
                [DisavowedItem.cases.delete({case_number}), DisavowedItem.times.add(1)],
                DisavowedItem.cases.contains(case_number),
            )
        for name in {*found_by.submissions, *(stored_item(case_number).submissions or ())}:
            _remove(SubmissionItem(f"submission#{name}", "SUBMISSION"), SubmissionItem.case_number == case_number)
        for digest in found_by.holdings:
            item, changed = HoldingItem(f"award#{digest}", HOLDING), HoldingItem.version.add(1)
            without_case = HoldingItem.denied_in.delete({case_number})
            _change(item, [without_case, changed], HoldingItem.denied_in.contains(case_number))
            for number in found_by.documents:
                _change(item, [HoldingItem.report_number.remove(), changed], HoldingItem.report_number == number)
        for digest in found_by.certificates:
            of_case = CertificateItem.sk.startswith(f"{TASK}{case_number}-")
            for place in CertificateItem.query(f"certificate#{digest}", of_case, consistent_read=True):
                place.delete()
        for number in found_by.documents:
            self._forget_document(number, now)

    def _forget_document(self, number: str, now: datetime) -> None:
        found = self.report(number)
        if found is not None and found.certificate_digest:
            AwardReportItem(f"award#{found.certificate_digest}", f"REPORT#{number}").delete()
        CaseTableItem(f"watches#{number}", "WATCHES").delete()
        _change(
            ReportItem(f"report#{number}", "REPORT"),
            [
                ReportItem.facts.set({} if found is None else impersonal_facts(found.facts)),
                ReportItem.award_key.set(""),
                ReportItem.print_key.remove(),
                ReportItem.content_key.remove(),
                ReportItem.month_shard.remove(),
                ReportItem.award_year.remove(),
                ReportItem.erased_at.set(ReportItem.erased_at | now.isoformat()),
            ],
            ReportItem.pk.exists(),
        )

    def look_again(self, case: Case, day: date) -> None:
        """The sweep comes back to a case on this day, unless the case has changed since it was read."""
        item = CaseItem(case.case_number, CASE)
        _change(item, [CaseItem.retention_on.set(day.isoformat())], CaseItem.version == case.version)

    def due_on(self, day: str) -> list[str]:
        """The numbers of the cases of which something is over on a day (YYYY-MM-DD)."""
        return [item.pk for item in CaseItem.by_retention.query(day)]

    def swept_up_to(self) -> str | None:
        """The last day that was swept as a whole."""
        try:
            return SweptItem.get(*_SWEPT, consistent_read=True).day
        except DoesNotExist:
            return None

    def mark_swept(self, day: str) -> None:
        """Every case up to this day was looked at."""
        SweptItem(*_SWEPT, day=day).save()


def _change(item: CaseTableItem, actions: list[Action], condition: Condition) -> None:
    """Change an item; where the condition does not hold there is nothing to do."""
    try:
        item.update(actions, condition=condition)
    except UpdateError as error:
        if refusal_code(error) != CONDITION_FAILED:
            raise


def _remove(item: CaseTableItem, condition: Condition) -> None:
    """Remove an item; where the condition does not hold there is nothing to do."""
    try:
        item.delete(condition=condition)
    except DeleteError as error:
        if refusal_code(error) != CONDITION_FAILED:
            raise
