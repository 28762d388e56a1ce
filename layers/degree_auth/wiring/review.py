"""What staff decide."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.accounts.qr_code import qr_picture
from degree_auth.adapters.readings.listing import reading_list
from degree_auth.adapters.review.recognizing_function import RecognizingFunction
from degree_auth.adapters.review.sheet import review_page
from degree_auth.adapters.review.work_page import WorkPages
from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.accounts.staff_actions import StaffAccountAction
from degree_auth.domain.fees.request import FeeAction
from degree_auth.domain.institutions.staff_actions import InstitutionAction
from degree_auth.domain.notifications.staff_actions import PlatformAction
from degree_auth.domain.register.sent_file import RegisterFileAction
from degree_auth.domain.register_changes.file_change_actions import FileChangeAction
from degree_auth.domain.review.personal_data_actions import PersonalDataAction
from degree_auth.domain.review.reading_actions import ReadingAction
from degree_auth.domain.review.staff_actions import Action
from degree_auth.domain.review.staff_roles import ROLES_OF
from degree_auth.domain.review.work_actions import WorkAction
from degree_auth.domain.spot_checks.request import SpotCheckAction
from degree_auth.services.accounts.staff_gate import StaffGate
from degree_auth.services.review.centre_watch import CentreWatch
from degree_auth.services.review.person_exports import PersonExports
from degree_auth.services.review.personal_data_desk import PersonalDataDesk
from degree_auth.services.review.readings_desk import ReadingsDesk
from degree_auth.services.review.scan_texts import ScanTexts
from degree_auth.services.review.sheets import ReviewSheets
from degree_auth.services.review.staff_accounts import StaffAccounts, StaffKeys
from degree_auth.services.review.staff_decisions import CaseDecisions, Review
from degree_auth.services.review.work_desk import WorkDesk
from degree_auth.services.shared.staff_desk import StaffDesk
from degree_auth.wiring import (
    accounts,
    cases,
    erasures,
    readings,
    rechecks,
    register_changes,
    shared,
    spot_checks,
    verification,
)
from degree_auth.wiring.fees import statements as fees
from degree_auth.wiring.institutions import registration
from degree_auth.wiring.institutions import table as institutions
from degree_auth.wiring.notifications import platform
from degree_auth.wiring.register import sent_files
from degree_auth.wiring.register import table as register

RECOGNITION_SECONDS = 120
"""The time limit of the function that recognizes text."""


@cache
def staff_decisions() -> CaseDecisions:
    """Staff decisions on a case."""
    return CaseDecisions(
        Review(
            store=cases.table(),
            sealer=shared.keyring(),
            institutions=shared.institutions(),
            documents=shared.documents(),
            nudge=cases.nudge(),
            verification=verification.commands(),
            written_forms=verification.written_forms(),
            rechecks=rechecks.commands(),
            disavowals=rechecks.disavowals(),
            changes=register_changes.changes(),
            sheets=_sheets(),
            readers=accounts.staff_readers(),
            calendar=published_calendar(),
        )
    )


@cache
def work_desk() -> WorkDesk:
    """What waits for staff."""
    return WorkDesk(cases.table(), published_calendar())


@cache
def work_pages() -> WorkPages:
    """What waits for staff, as parts of a dashboard."""
    return WorkPages(work_desk(), cases.table())


@cache
def centre_watch() -> CentreWatch:
    """What is done about the centre's own work without anybody asking."""
    return CentreWatch(store=cases.table(), nudge=cases.nudge(), calendar=published_calendar())


def _sheets() -> ReviewSheets:
    return ReviewSheets(
        store=cases.table(),
        sealer=shared.keyring(),
        register=register.table(),
        institutions=shared.institutions(),
        registrations=institutions.registrations(),
        documents=shared.documents(),
        bucket=shared.setting("DOCUMENTS_BUCKET"),
        calendar=published_calendar(),
        readings=readings.readings(),
        lay_out=review_page,
    )


@cache
def scan_texts() -> ScanTexts:
    """Having scans read; recognition may take as long as it is allowed to run."""
    client = shared.patient_client("lambda", RECOGNITION_SECONDS + 5)
    return ScanTexts(
        store=cases.table(),
        documents=shared.documents(),
        sealer=shared.keyring(),
        recognition=RecognizingFunction(client, shared.setting("RECOGNIZE_TEXT_FUNCTION"), shared.documents()),
    )


@cache
def staff_accounts() -> StaffAccounts:
    """Accounts of staff."""
    return StaffAccounts(
        store=accounts.staff_table(),
        keys=StaffKeys(accounts.staff_table(), shared.keyring()),
        sealer=shared.keyring(),
        cases=cases.table(),
        file_changes=register_changes.file_change_table(),
        documents=shared.documents(),
        bucket=shared.setting("DOCUMENTS_BUCKET"),
        qr_picture=qr_picture,
        readings=readings.readings(),
        readers=accounts.staff_readers(),
    )


@cache
def readings_desk() -> ReadingsDesk:
    """Who has read what, for auditors."""
    return ReadingsDesk(
        store=readings.table(),
        cases=cases.table(),
        readings=readings.readings(),
        readers=accounts.staff_readers(),
        documents=shared.documents(),
        bucket=shared.setting("DOCUMENTS_BUCKET"),
        lay_out=reading_list,
    )


@cache
def personal_data() -> PersonalDataDesk:
    """What staff do about one person's data."""
    exports = PersonExports(
        store=cases.table(),
        sealer=shared.keyring(),
        documents=shared.documents(),
        bucket=shared.setting("DOCUMENTS_BUCKET"),
        readings=readings.readings(),
        readers=accounts.staff_readers(),
    )
    return PersonalDataDesk(erasures.erasures(), exports)


@cache
def staff_desk() -> StaffDesk:
    """Every action that staff can start: a further group is a line here."""
    return StaffDesk(
        StaffGate(accounts.staff_table(), shared.keyring(), ROLES_OF),
        (
            (Action, staff_decisions),
            (InstitutionAction, registration.registration),
            (FeeAction, fees.files),
            (SpotCheckAction, spot_checks.desk),
            (RegisterFileAction, sent_files.sent_files),
            (FileChangeAction, register_changes.file_changes),
            (PlatformAction, platform.desk),
            (StaffAccountAction, staff_accounts),
            (ReadingAction, readings_desk),
            (PersonalDataAction, personal_data),
            (WorkAction, work_desk),
        ),
    )
