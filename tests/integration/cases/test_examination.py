"""The function that examines files, with storage on this machine, and how the function that receives them calls it."""

from __future__ import annotations

import hashlib
import io
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from degree_auth.adapters.cases.examiner import ExaminingFunction
from degree_auth.adapters.shared.documents import Bucket
from degree_auth.domain.cases.attachment import written_form_id
from degree_auth.domain.shared.errors import Conflict, Unavailable
from degree_auth.observability import Fault, TransientFault
from degree_auth.services.cases.attachments import copy_key, keep_scan, stored_key
from functions.examine_file.handler import handler
from tests.samples.files import SECRET, action, pdf, png

pytestmark = pytest.mark.requirement("A10", "N1", "N4")


class Context:
    function_name = "function"
    memory_limit_in_mb = 2048
    invoked_function_arn = "arn:aws:lambda:ap-southeast-1:000000000000:function:function"
    aws_request_id = "request-1"


class Storage(Bucket):
    """Objects that are reached by links, as those of the bucket are."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.broken = False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = outer.objects.get(self.path)
                self.send_response(503 if outer.broken else 404 if found is None else 200)
                self.send_header("content-length", str(len(found or b"")))
                self.end_headers()
                self.wfile.write(found or b"")

            def do_PUT(self) -> None:
                outer.objects[self.path] = self.rfile.read(int(self.headers["content-length"]))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def put(self, key: str, content: bytes, content_type: str) -> None:
        self.objects[f"/{key}"] = content

    def get(self, key: str, limit: int) -> bytes:
        return self.objects[f"/{key}"]

    def delete(self, key: str) -> None:
        self.objects.pop(f"/{key}", None)

    def download_link(self, key: str, filename: str, seconds: int) -> str:
        return f"{self.url}/{key}"

    def writing_link(self, key: str, content_type: str, seconds: int) -> str:
        return f"{self.url}/{key}"


class Calling:
    """The client of Lambda: calls the handler, or answers what Lambda does for a function that ended."""

    def __init__(self, error: dict[str, Any] | None = None) -> None:
        self.error = error

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 -- as AWS names them
        assert FunctionName == "examine"
        if self.error is not None:
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(json.dumps(self.error).encode())}
        try:
            answer = handler(json.loads(Payload), Context())
        except Fault as fault:
            told = {"errorType": type(fault).__name__, "errorMessage": str(fault)}
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(json.dumps(told).encode())}
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}


@pytest.fixture
def storage() -> Iterator[Storage]:
    storage = Storage()
    yield storage
    storage.server.shutdown()


def examine(storage: Storage, content_type: str = "image/png", error: dict[str, Any] | None = None) -> str | None:
    return ExaminingFunction(Calling(error), "examine", storage).examine("source", "target", content_type)


def test_a_whole_file_is_copied_and_another_is_refused_and_leaves_nothing(storage: Storage) -> None:
    storage.objects["/source"] = png()
    assert examine(storage) is None
    assert storage.objects["/source"] == png()
    assert SECRET not in storage.objects.pop("/target")
    storage.objects["/source"] = pdf(OpenAction=action("Launch"))
    assert examine(storage, "application/pdf") == "attachment_active"
    assert storage.objects.keys() == {"/source"}


@pytest.mark.parametrize("out_of_order", [lambda one: one.objects.clear(), lambda one: setattr(one, "broken", True)])
def test_storage_that_does_not_answer_is_no_fault_of_the_file(
    storage: Storage, out_of_order: Callable[[Storage], None]
) -> None:
    storage.objects["/source"] = png()
    out_of_order(storage)
    with pytest.raises(Unavailable):
        examine(storage)
    with pytest.raises(TransientFault):
        handler({"read": f"{storage.url}/source", "write": "", "content_type": "image/png"}, Context())


@pytest.mark.parametrize(
    "error",
    [
        {
            "errorType": "Runtime.ExitError",
            "errorMessage": "RequestId: x Error: Runtime exited with error: signal: killed",
        },
        {"errorType": "Runtime.OutOfMemory", "errorMessage": "RequestId: x Error: signal: killed"},
        {"errorType": "Sandbox.Timedout", "errorMessage": "RequestId: x Error: Task timed out after 60.00 seconds"},
        {"errorMessage": "2026-11-30T00:00:00Z x Task timed out after 60.00 seconds"},
    ],
)
def test_a_file_that_ends_the_process_is_refused(storage: Storage, error: dict[str, str]) -> None:
    assert examine(storage, error=error) == "attachment_too_complex"


def test_a_fault_of_the_function_is_tried_again(storage: Storage) -> None:
    with pytest.raises(Unavailable):
        examine(storage, error={"errorType": "Fault", "errorMessage": "KeyError"})


@pytest.mark.requirement("A14")
def test_the_scan_of_a_written_form_is_kept_with_its_copy_or_not_at_all(storage: Storage) -> None:
    examiner, case_number = ExaminingFunction(Calling(), "examine", storage), "RZ20261123K7Q2M9XD"
    with pytest.raises(Conflict, match="attachment_active"):
        keep_scan(storage, examiner, case_number, pdf(OpenAction=action("JavaScript")))
    assert storage.objects == {}
    sent = pdf()
    kept = keep_scan(storage, examiner, case_number, sent)
    place = case_number, written_form_id(kept.sha256), kept.sha256
    copy = storage.objects.pop(f"/{copy_key(*place)}")
    assert storage.objects == {f"/{stored_key(*place)}": sent}
    assert copy != sent
    assert hashlib.sha256(copy).hexdigest() == kept.copy_sha256
