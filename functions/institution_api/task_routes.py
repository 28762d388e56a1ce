"""Verification tasks: lists, the form, feedback, extension, messages, files, progress (articles 4, 9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from chalice.app import Request, Response

from degree_auth.domain.accounts.principal import Permission, Principal
from degree_auth.http.api import error_json
from degree_auth.http.requests import LARGEST_SHEET_BYTES, idempotency_key, json_body, query
from degree_auth.http.responses import json_response, upload_response
from degree_auth.wiring import rechecks, shared, task_sheets, verification
from institution_app import app, asker


@app.on("GET", "/v1/tasks")
def tasks(request: Request) -> Response:
    return json_response(verification.task_lists().page(asker(request, Permission.READ), query(request), shared.now()))


@app.on("POST", "/v1/task-searches")
def search(request: Request) -> Response:
    """A search is sent in a body: a certificate's number has no place in an address."""
    who = asker(request, Permission.READ)
    return json_response(verification.task_lists().search(who, json_body(request), shared.now()))


@app.on("POST", "/v1/task-sheets")
def make_sheet(request: Request) -> Response:
    who = asker(request, Permission.READ)
    return json_response(task_sheets.task_sheets().sheet(who, json_body(request), shared.now()))


@app.on("POST", "/v1/task-sheets/preview")
def preview_sheet(request: Request) -> Response:
    who = asker(request, Permission.ANSWER)
    return json_response(task_sheets.task_sheets().preview(who, json_body(request, LARGEST_SHEET_BYTES), shared.now()))


@app.on("POST", "/v1/task-answers")
def answer_tasks(request: Request) -> Response:
    who = asker(request, Permission.ANSWER)
    taken = task_sheets.task_sheets().answer(who, json_body(request, LARGEST_SHEET_BYTES), shared.now())
    return json_response(
        {
            "answers": [
                {
                    "task_id": one.task_id,
                    "fate": "received" if one.refused is None else "refused",
                    "error": None if one.refused is None else error_json(one.refused),
                }
                for one in taken
            ]
        }
    )


@app.on("GET", "/v1/progress")
def progress(request: Request) -> Response:
    return json_response(verification.task_lists().progress(asker(request, Permission.READ), shared.now()))


@app.on("GET", "/v1/tasks/{task_id}")
def form(request: Request, task_id: str) -> Response:
    return json_response(verification.task_view().form(asker(request, Permission.READ), task_id, shared.now()))


@app.on("POST", "/v1/tasks/{task_id}/feedback")
def feedback(request: Request, task_id: str) -> Response:
    return _run_command(verification.commands().receive_feedback, request, task_id)


@app.on("POST", "/v1/tasks/{task_id}/extension")
def extend(request: Request, task_id: str) -> Response:
    return _run_command(verification.commands().announce_extension, request, task_id)


@app.on("POST", "/v1/tasks/{task_id}/reassignment")
def reassign(request: Request, task_id: str) -> Response:
    return _run_command(verification.commands().reassign, request, task_id)


@app.on("POST", "/v1/tasks/{task_id}/correction")
def state_wrong_answer(request: Request, task_id: str) -> Response:
    return _run_command(rechecks.wrong_answer_statements().receive, request, task_id)


@app.on("GET", "/v1/tasks/{task_id}/messages")
def messages(request: Request, task_id: str) -> Response:
    return json_response(
        {"messages": verification.messages().read(asker(request, Permission.READ), task_id, shared.now())}
    )


@app.on("POST", "/v1/tasks/{task_id}/messages")
def send_message(request: Request, task_id: str) -> Response:
    who, key = asker(request, Permission.ANSWER), idempotency_key(request)
    return json_response(verification.messages().send(who, task_id, json_body(request), key, shared.now()), 201)


@app.on("POST", "/v1/tasks/{task_id}/attachments")
def attach(request: Request, task_id: str) -> Response:
    who, key, now = asker(request, Permission.ANSWER), idempotency_key(request), shared.now()
    announced = verification.answer_files().announce(who, task_id, json_body(request), now, key)
    return upload_response(*announced, now)


def _run_command(
    command: Callable[[Principal, str, object, datetime], object], request: Request, task_id: str
) -> Response:
    """The task as it is once a command on it was carried out."""
    who, now = asker(request, Permission.ANSWER), shared.now()
    command(who, task_id, json_body(request), now)
    return json_response(verification.task_view().form_after_command(who, task_id, now))
