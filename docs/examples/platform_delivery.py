"""The platform delivers applications, signed. Needs `pip install requests standardwebhooks`.

PLATFORM_SECRET=whsec_… python platform_delivery.py ADDRESS APPLICATIONS.json

Prints what became of each application. After a fault run it again with the same file: what was taken stays one case.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

import requests
from standardwebhooks.webhooks import Webhook


def deliver(address: str, file: str) -> None:
    """The body is written once: what is signed is what is sent, byte for byte."""
    now = datetime.now(UTC)
    applications = json.loads(Path(file).read_text("utf-8"))
    delivery = {"type": "applications.submitted", "timestamp": now.isoformat(), "applications": applications}
    body = json.dumps(delivery, ensure_ascii=False)
    message_id = f"msg_{uuid.uuid4().hex}"
    headers = {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(os.environ["PLATFORM_SECRET"]).sign(message_id, now, body),
    }
    answered = requests.post(f"{address}/v1/platform/deliveries", data=body.encode(), headers=headers, timeout=60)
    if answered.status_code != 207:
        sys.exit(answered.text)
    results = answered.json()["results"]
    for one in results:
        said = one.get("case_number") or json.dumps(one["error"], ensure_ascii=False)
        print(one["id"], one["status"], said)
    if any(one["status"] in (429, 503) for one in results):
        sys.exit("deliver the same again in a while")


if __name__ == "__main__":
    deliver(*sys.argv[1:])
