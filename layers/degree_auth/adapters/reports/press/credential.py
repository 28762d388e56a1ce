"""The report for machines: a W3C Verifiable Credential 2.0, secured as a JWT (VC-JOSE-COSE)."""

from __future__ import annotations

from typing import Any

from degree_auth.adapters.reports.credentials import Credentials
from degree_auth.adapters.reports.signing_key import SigningKey
from degree_auth.domain.cases.names import CHOICE_NAMES
from degree_auth.domain.reports.codes import check_link
from degree_auth.domain.reports.content import ReportContent
from degree_auth.domain.reports.issuer import context_address, issuer_did
from degree_auth.domain.reports.log import log_address
from degree_auth.domain.reports.status_list import status_entry


def issue_credential(content: ReportContent, key: SigningKey) -> str:
    """The compact JWS (RS256) of the report's credential; its `kid` names the key in the issuer's did:web document."""
    return Credentials(key).sign(_claims(content, key.fingerprint), content.check_url)


def _claims(content: ReportContent, log_id: str) -> dict[str, Any]:
    status = {} if content.status is None else {"credentialStatus": status_entry(content.check_url, content.status)}
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2", context_address(content.check_url)],
        "type": ["VerifiableCredential", "DegreeAuthenticationReport"],
        "id": f"urn:degree-report:{content.report_number}",
        "name": _in_both_languages(("学位认证报告", "Degree Authentication Report")),
        "issuer": {
            "id": issuer_did(content.check_url),
            "name": _in_both_languages(("学位认证中心", "Degree Authentication Centre")),
        },
        "validFrom": content.issued_at.isoformat(),
        **status,
        "evidence": {
            "type": "DegreeVerification",
            "basis": content.basis,
            "description": _in_both_languages(CHOICE_NAMES[content.basis]),
        },
        "credentialSubject": {
            "name": content.holder_name,
            "sex": content.sex,
            "birthDate": content.birth_date.isoformat(),
            "degree": {
                "institutionCode": content.institution_code,
                "institutionName": content.institution_name,
                "level": content.level,
                "category": content.category,
                "discipline": content.discipline,
                "studyForm": content.study_form,
                "awardDate": content.award_date.isoformat(),
                "certificateNumber": content.certificate_number,
            },
        },
        "reportVersion": content.version,
        "onlineCheck": check_link(content.check_url, content.report_number, content.check_code),
        # Where the issue of this report must be found, and what became of it.
        "reportLog": {"logId": log_id, "head": log_address(content.check_url)},
    }


def _in_both_languages(words: tuple[str, str]) -> list[dict[str, str]]:
    chinese, english = words
    return [{"@value": chinese, "@language": "zh"}, {"@value": english, "@language": "en"}]
