"""Verification tasks: lists, the form, feedback, extension, messages, evidence, progress (articles 4, 9)."""

from __future__ import annotations

from datetime import timedelta

from chalice.app import Request, Response

from degree_auth import wiring
from degree_auth.http import answer, idempotency_key, json_body, moment, query
from degree_auth.services.cases.attachments import UPLOAD_SECONDS
from institution_app import app, asker


@app.on("GET", "/v1/tasks")
def tasks(request: Request) -> Response:
    asked = query(request)
    return answer(wiring.task_desk().page(asker(request), asked, wiring.now()))


@app.on("GET", "/v1/progress")
def progress(request: Request) -> Response:
    return answer(wiring.task_desk().progress(asker(request), wiring.now()))


@app.on("GET", "/v1/tasks/{task_id}")
def form(request: Request, task_id: str) -> Response:
    return answer(wiring.task_forms().form(asker(request), task_id, wiring.now()))


@app.on("POST", "/v1/tasks/{task_id}/feedback")
def feedback(request: Request, task_id: str) -> Response:
    who, now = asker(request), wiring.now()
    wiring.verification().receive_feedback(who, task_id, json_body(request), now)
    return answer(wiring.task_forms().after(who, task_id, now))


@app.on("POST", "/v1/tasks/{task_id}/extension")
def extend(request: Request, task_id: str) -> Response:
    who, now = asker(request), wiring.now()
    wiring.verification().announce_extension(who, task_id, json_body(request), now)
    return answer(wiring.task_forms().after(who, task_id, now))


@app.on("POST", "/v1/tasks/{task_id}/reassignment")
def reassign(request: Request, task_id: str) -> Response:
    who, now = asker(request), wiring.now()
    wiring.verification().reassign(who, task_id, json_body(request), now)
    return answer(wiring.task_forms().after(who, task_id, now))


@app.on("POST", "/v1/tasks/{task_id}/correction")
def report_wrong_answer(request: Request, task_id: str) -> Response:
    who, now = asker(request), wiring.now()
    wiring.answer_corrections().report(who, task_id, json_body(request), now)
    return answer(wiring.task_forms().after(who, task_id, now))


@app.on("GET", "/v1/tasks/{task_id}/messages")
def messages(request: Request, task_id: str) -> Response:
    return answer({"messages": wiring.task_messages().read(asker(request), task_id)})


@app.on("POST", "/v1/tasks/{task_id}/messages")
def send_message(request: Request, task_id: str) -> Response:
    who, key = asker(request), idempotency_key(request)
    return answer(wiring.task_messages().send(who, task_id, json_body(request), key, wiring.now()), 201)


@app.on("POST", "/v1/tasks/{task_id}/attachments")
def attach(request: Request, task_id: str) -> Response:
    who, now = asker(request), wiring.now()
    attachment_id, link, content_type = wiring.evidence().announce(who, task_id, json_body(request), now)
    upload = {"url": link, "method": "PUT", "headers": {"Content-Type": content_type}}
    expires_at = moment(now + timedelta(seconds=UPLOAD_SECONDS))
    return answer({"attachment_id": attachment_id, "upload": upload, "expires_at": expires_at}, 201)
