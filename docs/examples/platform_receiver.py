"""The platform receives events of cases: verified, and each kept once. Needs `pip install standardwebhooks`.

PLATFORM_SECRET=whsec_… python platform_receiver.py PORT EVENTS.sqlite

It listens on this machine alone; put your own server, which speaks https on port 443, in front of it.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

SECRET, FILE = Webhook(os.environ["PLATFORM_SECRET"]), sys.argv[2]
LONGEST = 2**20  # bytes; an event has a few thousand
TABLE = "CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, subject TEXT, sequence TEXT, event TEXT)"
ONCE = "INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?)"


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 once an event is kept. Whatever else it answers, the event comes again."""

    timeout = 10  # seconds that a sender may stall

    def do_POST(self) -> None:
        """One event."""
        body = self.rfile.read(min(int(self.headers["content-length"]), LONGEST))
        try:
            event = SECRET.verify(body, dict(self.headers))
        except (WebhookVerificationError, ValueError):
            self.answer(401)
            return
        with closing(sqlite3.connect(FILE)) as database, database:
            # The event's id stays the same however often it comes: the second time, nothing is written.
            kept = (event["id"], event["subject"], event["sequence"], body.decode())
            is_new = database.execute(ONCE, kept).rowcount == 1
        print("kept" if is_new else "known", event["id"], event["type"], event["data"]["stage"], flush=True)
        self.answer(204)

    def answer(self, status: int) -> None:
        """An answer without a body."""
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: each event is told above."""


if __name__ == "__main__":
    with closing(sqlite3.connect(FILE)) as made:
        made.execute(TABLE)
    server = HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
    print(f"listening on http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
