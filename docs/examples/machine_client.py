"""An institution's own system signs in and lists its tasks. Needs `pip install joserfc requests`.

python machine_client.py key                       makes private-key.json once, and prints the public key to register
python machine_client.py ADDRESS CLIENT_ID         signs in, and prints the tasks that wait
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from pathlib import Path

import requests
from joserfc import jwt
from joserfc.jwk import ECKey

KEY = Path("private-key.json")


def make_key() -> None:
    """The private half stays here, readable by this user alone; the public half is registered in the portal."""
    key = ECKey.generate_key("P-256")
    with os.fdopen(os.open(KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as kept:
        json.dump(key.as_dict(private=True), kept)
    print(json.dumps(key.as_dict(private=False)))


def access_token(address: str, client_id: str) -> str:
    """A token for ten minutes; each assertion is used once."""
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": f"{address}/v1/token",
        "exp": int(time.time()) + 240,
        "jti": str(uuid.uuid4()),
    }
    assertion = jwt.encode({"alg": "ES256"}, claims, ECKey.import_key(json.loads(KEY.read_text())), ["ES256"])
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
    }
    answered = requests.post(f"{address}/v1/token", data=form, timeout=30)
    if answered.status_code != 200:
        sys.exit(answered.text)
    return str(answered.json()["access_token"])


def list_tasks(address: str, client_id: str) -> None:
    """Page by page, the most urgent first."""
    headers = {"Authorization": f"Bearer {access_token(address, client_id)}"}
    asked: dict[str, str] = {}
    while True:
        answered = requests.get(f"{address}/v1/tasks", headers=headers, params=asked, timeout=30)
        answered.raise_for_status()
        page = answered.json()
        print(json.dumps(page["tasks"], ensure_ascii=False, indent=2))
        if page["next"] is None:
            return
        asked["cursor"] = page["next"]


if __name__ == "__main__":
    if sys.argv[1:] == ["key"]:
        make_key()
    else:
        list_tasks(*sys.argv[1:])
