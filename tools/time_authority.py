"""The local timestamp authority (RFC 3161): TEST timestamps, and the list of certificates that the TEST root revoked.

It goes by the local stack's clock. Key and certificate are those that tools/signing_certificate.py left in the folder.

python -m tools.time_authority FOLDER PORT
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from asn1crypto import pem, tsp, x509
from asn1crypto.keys import PrivateKeyInfo
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.timestamps.common_utils import set_tsp_headers

from tools.clock import StackClock
from tools.signing_certificate import AUTHORITY_FILE, REVOKED_FILE

_LARGEST_REQUEST = 4096


def server(folder: Path, port: int, ahead: Callable[[], timedelta] = timedelta) -> ThreadingHTTPServer:
    """The authority, ready to serve; `ahead` is by how much its clock is before the real one."""

    def answer(request: bytes) -> bytes:
        key, certificate = pem.unarmor((folder / AUTHORITY_FILE).read_bytes(), multiple=True)
        authority = DummyTimeStamper(
            x509.Certificate.load(certificate[2]),
            PrivateKeyInfo.load(key[2]),
            fixed_dt=(datetime.now(UTC) + ahead()).replace(microsecond=0),
        )
        said: bytes = authority.request_tsa_response(tsp.TimeStampReq.load(request)).dump()
        return said

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if not 0 < length <= _LARGEST_REQUEST:
                self.send_error(413)
                return
            self._send(set_tsp_headers({})["Accept"], answer(self.rfile.read(length)))

        def do_GET(self) -> None:
            if self.path != f"/{REVOKED_FILE}":
                self.send_error(404)
                return
            self._send("application/pkix-crl", (folder / REVOKED_FILE).read_bytes())

        def _send(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    return ThreadingHTTPServer(("127.0.0.1", port), Answering)


def main() -> None:
    """Serve until stopped."""
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    server(folder, port, StackClock()).serve_forever()


if __name__ == "__main__":
    main()
