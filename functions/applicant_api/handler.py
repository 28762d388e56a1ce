"""Applications: submit, follow, attach, supplement, withdraw, fetch the report; and the platform's webhook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalice.app import Request, Response

from degree_auth.domain.accounts.applicant_sign_in import person_json
from degree_auth.domain.applications.person import ProvenPerson
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.notifications.recipient import Recipient
from degree_auth.domain.notifications.webhook import parse_platform_message, verify_by_any
from degree_auth.domain.readings.reader import Reader, holder, platform
from degree_auth.domain.shared.errors import DegreeAuthError, Invalid, NotFound, NotSignedIn, Problem
from degree_auth.http.api import STATUS, Api, error_json
from degree_auth.http.requests import (
    LARGEST_DELIVERY_BYTES,
    applicant_token,
    base_url,
    body_bytes,
    has_applicant_token,
    idempotency_key,
    json_body,
    place_of,
    query,
)
from degree_auth.http.responses import json_response, no_content, redirect, upload_response
from degree_auth.services.applications.callers import ByHolder, ByLink, ByNobody, Caller
from degree_auth.services.applications.deliveries import Taken
from degree_auth.services.applications.intake import PLATFORM, Received
from degree_auth.services.reports.shares import end_shares
from degree_auth.wiring import accounts, applications, rechecks, shared
from degree_auth.wiring.notifications import wishes
from degree_auth.wiring.reports import shares

app = Api(app_name="applicant_api")


@app.on("POST", "/v1/applications")
def submit(request: Request) -> Response:
    key, person = idempotency_key(request), _person(request) if has_applicant_token(request) else None
    received = applications.intake().submit(json_body(request), key, "api", person, shared.now())
    return _submission_response(request, received, holder(_address(request)))


@app.on("POST", "/v1/platform/applications")
def receive_from_platform(request: Request) -> Response:
    message_id = verify_by_any(request.headers, body_bytes(request), shared.platform_secrets(), shared.now())
    body, proven_by = parse_platform_message(json_body(request))
    received = applications.intake().submit(body, message_id, PLATFORM, proven_by, shared.now())
    return _submission_response(request, received, platform(_address(request)))


@app.on("POST", "/v1/platform/deliveries")
def receive_delivery(request: Request) -> Response:
    verify_by_any(request.headers, body_bytes(request), shared.platform_secrets(), shared.now())
    taken = applications.deliveries().receive(json_body(request, LARGEST_DELIVERY_BYTES), shared.now)
    return json_response({"results": [_result(one) for one in taken]}, 207)


def _result(taken: Taken) -> dict[str, Any]:
    """What became of one application; the same however often it comes, so without what moves on."""
    if isinstance(taken.became, DegreeAuthError):
        return {"id": taken.item_id, "status": STATUS[type(taken.became)], "error": error_json(taken.became)}
    return {"id": taken.item_id, "status": 202, "case_number": taken.became.case.case_number}


@app.on("GET", "/v1/me")
def me(request: Request) -> Response:
    return json_response(person_json(_person(request)))


@app.on("GET", "/v1/me/applications")
def list_own_cases(request: Request) -> Response:
    person, cursor = _person(request), query(request).get("cursor")
    listed = applications.own_case_list().page(person, cursor, _address(request), shared.now())
    return json_response({**listed, "applications": [_with_links(request, one) for one in listed["applications"]]})


@app.on("POST", "/v1/me/applications/{case_number}/disavowal")
def disavow(request: Request, case_number: str) -> Response:
    person = _person(request)
    case = rechecks.disavowals().disavow(person, case_number, json_body(request), shared.now())
    # After the case is frozen, so that no further link comes to be: what is cut off here, a repeat ends.
    end_shares(shares.table(), case_number, shared.now())
    return _entry_response(request, person, case)


@app.on("DELETE", "/v1/me/applications/{case_number}/disavowal")
def take_disavowal_back(request: Request, case_number: str) -> Response:
    person = _person(request)
    case = rechecks.disavowals().take_back(person, case_number, shared.now())
    return _entry_response(request, person, case)


@app.on("GET", "/v1/applications/{case_number}")
def show_case(request: Request, case_number: str) -> Response:
    return _status_response(request, case_number, _caller(request, case_number))


@app.on("POST", "/v1/applications/{case_number}/attachments")
def attach(request: Request, case_number: str) -> Response:
    commands, now = applications.own_case_commands()(_caller(request, case_number)), shared.now()
    announced = commands.announce_attachment(case_number, json_body(request), now, idempotency_key(request))
    return upload_response(*announced, now)


@app.on("POST", "/v1/applications/{case_number}/supplements")
def supplement(request: Request, case_number: str) -> Response:
    caller = _caller(request, case_number)
    applications.own_case_commands()(caller).supplement(case_number, json_body(request), shared.now())
    return _status_response(request, case_number, caller)


@app.on("POST", "/v1/applications/{case_number}/disputes")
def dispute(request: Request, case_number: str) -> Response:
    caller = _caller(request, case_number)
    rechecks.disputes()(caller).dispute(case_number, json_body(request), shared.now())
    return _status_response(request, case_number, caller)


@app.on("POST", "/v1/applications/{case_number}/urgency")
def ask_for_urgency(request: Request, case_number: str) -> Response:
    caller = _caller(request, case_number)
    applications.own_case_commands()(caller).request_urgency(case_number, json_body(request), shared.now())
    return _status_response(request, case_number, caller)


@app.on("POST", "/v1/applications/{case_number}/withdrawal")
def withdraw(request: Request, case_number: str) -> Response:
    caller = _caller(request, case_number)
    applications.own_case_commands()(caller).withdraw(case_number, shared.now())
    return _status_response(request, case_number, caller)


@app.on("PUT", "/v1/applications/{case_number}/link")
def renew_link(request: Request, case_number: str) -> Response:
    commands = applications.own_case_commands()(_caller(request, case_number))
    token = commands.renew_link(case_number, shared.now())
    return json_response({"access_token": token, "links": _links(request, case_number, reported=False, token=token)})


@app.on("DELETE", "/v1/applications/{case_number}/link")
def revoke_link(request: Request, case_number: str) -> Response:
    applications.own_case_commands()(_caller(request, case_number)).revoke_link(case_number, shared.now())
    return no_content()


@app.on("GET", "/v1/applications/{case_number}/notifications")
def show_notifications(request: Request, case_number: str) -> Response:
    return json_response(wishes.wishes().view(_recipient(request, case_number)))


@app.on("PUT", "/v1/applications/{case_number}/notifications")
def wish_notifications(request: Request, case_number: str) -> Response:
    find = _recipient(request, case_number)
    wishes.wishes().wish(find, json_body(request))
    return json_response(wishes.wishes().view(find))


@app.on("POST", "/v1/applications/{case_number}/notifications/codes")
def ask_code(request: Request, case_number: str) -> Response:
    find = _recipient(request, case_number)
    wishes.wishes().ask_code(find, json_body(request), shared.now(), may_change=True)
    return json_response(wishes.wishes().view(find), 202)


@app.on("POST", "/v1/applications/{case_number}/notifications/proofs")
def prove_address(request: Request, case_number: str) -> Response:
    find = _recipient(request, case_number)
    wishes.wishes().prove(find, json_body(request), shared.now())
    return json_response(wishes.wishes().view(find))


@app.on("GET", "/v1/applications/{case_number}/shares")
def list_shares(request: Request, case_number: str) -> Response:
    own_shares = shares.own_shares()(_caller(request, case_number))
    return json_response({"shares": own_shares.links(case_number, shared.now())})


@app.on("POST", "/v1/applications/{case_number}/shares")
def make_share(request: Request, case_number: str) -> Response:
    own_shares = shares.own_shares()(_caller(request, case_number))
    made, token = own_shares.make(case_number, json_body(request), shared.now())
    # The fragment never leaves the browser, so the token may stand in it.
    return json_response({**made, "link": f"{base_url(request)}/share#t={token}"}, 201)


@app.on("DELETE", "/v1/applications/{case_number}/shares/{share_id}")
def close_share(request: Request, case_number: str, share_id: str) -> Response:
    shares.own_shares()(_caller(request, case_number)).close(case_number, share_id, shared.now())
    return no_content()


@app.on("GET", "/v1/applications/{case_number}/report")
def report(request: Request, case_number: str) -> Response:
    own_case = applications.own_case()(_caller(request, case_number))
    wanted = query(request).get("format", "pdf")
    if wanted not in {"pdf", "json"}:
        raise Invalid([Problem("format", "report_format_unknown")])
    case = own_case.read(case_number)
    if wanted == "json":
        return json_response(own_case.credential(case, shared.now()))
    return redirect(own_case.download_link(case, shared.now()))


@app.on("GET", "/v1/applications/{case_number}/readings")
def readings(request: Request, case_number: str) -> Response:
    found = applications.own_readings()(_caller(request, case_number))
    return json_response(found.page(case_number, query(request).get("cursor"), shared.now()))


def _person(request: Request) -> ProvenPerson:
    return accounts.applicant_sessions().person(applicant_token(request), shared.now())


def _caller(request: Request, case_number: str) -> Caller:
    """Whoever has the case's own token, or the holder who signed in. Anybody else is told that nothing is there."""
    token, own_cases = applicant_token(request), applications.own_cases()
    try:
        own_cases.authorise_link(token, case_number)
    except NotFound:
        try:
            person = accounts.applicant_sessions().person(token, shared.now())
        except NotSignedIn:
            raise NotFound("not_found") from None
        own_cases.authorise_holder(person, case_number)
        return ByHolder(own_cases, person, _address(request))
    return ByLink(own_cases, token, _address(request))


def _address(request: Request) -> str:
    return place_of(request).address


def _recipient(request: Request, case_number: str) -> Callable[[], Recipient]:
    return applications.own_notifications()(_caller(request, case_number)).of_case(case_number)


def _submission_response(request: Request, received: Received, reader: Reader) -> Response:
    receipt = applications.intake().receipt(received)
    # Who is not proven is told of no report, whatever became of the case.
    report = None
    if received.is_proven:
        own_case, is_new = applications.own_case()(ByNobody()), received.access_token is not None
        report = own_case.report_of_submission(received.case, reader, shared.now(), is_new=is_new)
    number, token = received.case.case_number, received.access_token
    links = _links(request, number, reported=report is not None, token=token)
    return json_response({**receipt, "report": report, "links": links}, 202 if report is None else 201)


def _status_response(request: Request, case_number: str, caller: Caller) -> Response:
    status = applications.own_case()(caller).status(case_number, shared.now())
    return json_response({**status, "links": _links(request, case_number, reported=status["report"] is not None)})


def _entry_response(request: Request, person: ProvenPerson, case: Case) -> Response:
    """A case as the list of a person's own has it."""
    entry = applications.own_case_list().entry(person, case, _address(request), shared.now())
    return json_response(_with_links(request, entry))


def _with_links(request: Request, entry: dict[str, Any]) -> dict[str, Any]:
    """A case in the list of a person's own, with its links."""
    frozen = entry["stage"] == Stage.FROZEN
    reported = entry["report_number"] is not None and not frozen
    return {**entry, "links": _links(request, entry["case_number"], reported=reported)}


def _links(request: Request, case_number: str, *, reported: bool, token: str | None = None) -> dict[str, Any]:
    base = base_url(request)
    # The fragment of a page's address never leaves the browser, so the token may stand in it.
    fragment = f"#n={case_number}" + (f"&t={token}" if token else "")
    links = {"self": f"{base}/v1/applications/{case_number}", "page": f"{base}/case{fragment}"}
    if reported:
        links |= {"report": f"{base}/v1/applications/{case_number}/report", "check": f"{base}/check"}
    return links
