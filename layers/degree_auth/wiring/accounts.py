"""Institutions' accounts and their sessions, and applicants' sign-in and sessions."""

from __future__ import annotations

import os
from functools import cache

from degree_auth.adapters.accounts.applicant_table import ApplicantSessionTable
from degree_auth.adapters.accounts.executions import StaffExecutions
from degree_auth.adapters.accounts.openid_provider import Client, OpenIdProvider
from degree_auth.adapters.accounts.password_hashing import Argon2
from degree_auth.adapters.accounts.pinyin import NamesInPasswords
from degree_auth.adapters.accounts.qr_code import qr_rows
from degree_auth.adapters.accounts.staff_table import StaffTable
from degree_auth.adapters.accounts.table import AccountTable
from degree_auth.domain.applications.person import TokenFields
from degree_auth.domain.review.staff_roles import ROLES_OF
from degree_auth.services.accounts.applicant_sessions import ApplicantSessions, SignIn
from degree_auth.services.accounts.provisioning import Provisioning
from degree_auth.services.accounts.sessions import Sessions
from degree_auth.services.accounts.staff_readers import StaffReaders
from degree_auth.services.accounts.staff_traces import StaffTraces
from degree_auth.wiring import shared


@cache
def table() -> AccountTable:
    """Accounts of institutions."""
    return AccountTable(shared.setting("ACCOUNTS_TABLE"), shared.setting("AWS_REGION"))


@cache
def staff_table() -> StaffTable:
    """Accounts of staff."""
    return StaffTable(shared.setting("ACCOUNTS_TABLE"), shared.client("dynamodb"))


@cache
def staff_readers() -> StaffReaders:
    """Who of the staff reads."""
    return StaffReaders(staff_table(), ROLES_OF)


@cache
def staff_traces() -> StaffTraces:
    """Who started staff's executions."""
    return StaffTraces(staff_table(), shared.keyring(), StaffExecutions(shared.client("stepfunctions")))


@cache
def provisioning() -> Provisioning:
    """Accounts as they are handed out."""
    return Provisioning(table(), shared.keyring(), Argon2())


@cache
def sessions() -> Sessions:
    """Sign-in of institutions."""
    return Sessions(table(), shared.keyring(), Argon2(), qr_rows, NamesInPasswords(shared.institutions))


@cache
def applicant_table() -> ApplicantSessionTable:
    """Applicants' sessions."""
    return ApplicantSessionTable(shared.setting("ACCOUNTS_TABLE"), shared.setting("AWS_REGION"))


@cache
def applicant_sessions() -> ApplicantSessions:
    """Whom an applicant's session stands for."""
    return ApplicantSessions(applicant_table(), shared.keyring())


@cache
def applicant_sign_in() -> SignIn:
    """Sign-in of applicants at the identity provider."""
    client = Client(
        # Without a provider nobody signs in.
        os.environ.get("IDENTITY_ISSUER", ""),
        os.environ.get("IDENTITY_CLIENT_ID", ""),
        shared.secret("IDENTITY_SECRET_ID").decode(),
        shared.setting("IDENTITY_SCOPE"),
    )
    names = TokenFields(
        shared.setting("IDENTITY_NAME_CLAIM"),
        shared.setting("IDENTITY_TYPE_CLAIM"),
        shared.setting("IDENTITY_NUMBER_CLAIM"),
    )
    provider = OpenIdProvider(client, local=shared.setting("ENVIRONMENT") == "local")
    return SignIn(applicant_table(), shared.keyring(), provider, names)
