"""The local identity provider (OpenID Connect): TEST proofs for whoever says a name, a document type and a number.

python -m tools.identity_provider PORT

It offers people of the sample register, takes others, and goes by the local stack's clock. Codes are good once and for
a minute, for the client's own secret, and with the right PKCE verifier: a client that forgets one of them does not get
through.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import secrets
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from degree_auth.domain.applications.claim import IdentityType
from degree_auth.http.requests import APPLICANT_COOKIE
from tools.clock import StackClock
from tools.environment import LOCAL
from tools.sample_applications import body_of, undoubted
from tools.sample_rows import rows

CLIENT_ID = "degree-auth"
CLAIMS = ("name", "identity_type", "identity_number")
"""Under these names it tells who a person is, and is told so."""

SECRET_VARIABLE = "IDENTITY_CLIENT_SECRET"  # noqa: S105 -- a name
"""The environment variable in which it finds the client's secret."""

_SECRET_FILE = LOCAL / "identity-client-secret.txt"
_SECONDS = 60
_OFFERED = 8
_PEOPLE_AMONG = 200
_CODE_TIME = timedelta(minutes=1)
_TOKEN_TIME = timedelta(minutes=5)
_LARGEST_REQUEST = 8192
_PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>TEST</title>
<style>body{{font:1rem/1.6 sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}}form{{margin:.4rem 0}}
input,select,button{{font:inherit;padding:.3rem}}label{{display:block}}</style>
<h1 lang="zh-CN">测试用身份认证</h1>
<p lang="en">TEST identity provider: nobody is checked here.</p>
<h2 lang="zh-CN">样例人员</h2>
<h2 lang="en">People of the sample register</h2>{people}
<h2 lang="zh-CN">其他人员</h2>
<h2 lang="en">Somebody else</h2>
<form method="post"><label>name <input name="name" required></label>
<label>identity_type <select name="identity_type">{types}</select></label>
<label>identity_number <input name="identity_number" required></label><button>OK</button></form></html>"""


@dataclass(frozen=True, slots=True)
class _Granted:
    person: Mapping[str, str]
    asked: Mapping[str, str]
    at: datetime


@dataclass
class LocalProvider:
    """What the provider decides; `sign` makes its tokens, `ahead` is by how much its clock is before the real one."""

    issuer: str
    secret: str
    people: Iterable[Mapping[str, str]] = ()
    ahead: Callable[[], timedelta] = timedelta
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    granted: dict[str, _Granted] = field(default_factory=dict)

    def metadata(self) -> dict[str, Any]:
        """Discovery, 3."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def keys(self) -> Mapping[str, Any]:
        """The public keys."""
        return KeySet([self.key]).as_dict(private=False)

    def grant(self, asked: Mapping[str, str], person: Mapping[str, str]) -> str | None:
        """Where the browser is sent back to with a code; None when the request is not one of the client's."""
        right = asked.get("client_id") == CLIENT_ID and asked.get("response_type") == "code"
        pkce = asked.get("code_challenge_method") == "S256" and asked.get("code_challenge")
        back = asked.get("redirect_uri", "")
        if not (right and pkce and "openid" in asked.get("scope", "").split() and _is_here(back)):
            return None
        code = secrets.token_urlsafe(24)
        self.granted[code] = _Granted({name: person[name] for name in CLAIMS}, dict(asked), self._now())
        return f"{back}?{urlencode({'code': code, 'state': asked.get('state', '')})}"

    def exchange(self, user: str, password: str, sent: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """The answer of the token endpoint: status and body."""
        if (user, password) != (CLIENT_ID, self.secret):
            return 401, {"error": "invalid_client"}
        found = self.granted.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            found is None
            or self._now() > found.at + _CODE_TIME
            or sent.get("grant_type") != "authorization_code"
            or sent.get("redirect_uri") != found.asked["redirect_uri"]
            or challenge != found.asked["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        answer = {"access_token": secrets.token_urlsafe(24), "token_type": "Bearer"}
        claims = self.claims(found.person, found.asked.get("nonce", ""), found.at)
        return 200, {**answer, "id_token": self.sign(claims)}

    def claims(self, person: Mapping[str, str], nonce: str, proved: datetime) -> dict[str, Any]:
        """What an ID token says of who proved themselves at a moment."""
        now = int(self._now().timestamp())
        subject = hashlib.sha256("\n".join(person[name] for name in CLAIMS).encode()).hexdigest()
        times = {
            "iat": now,
            "exp": now + int(_TOKEN_TIME.total_seconds()),
            "auth_time": int(proved.timestamp()),
        }
        return {"iss": self.issuer, "sub": subject, "aud": CLIENT_ID, "nonce": nonce, **times, **person}

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A token with these claims."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, dict(claims), self.key)

    def page(self) -> str:
        """The page on which somebody says who they are."""
        people = "".join(
            "".join(
                (
                    '<form method="post">',
                    *(f'<input type="hidden" name="{name}" value="{html.escape(one[name])}">' for name in CLAIMS),
                    f"<button>{html.escape(one['name'])}</button></form>",
                )
            )
            for one in self.people
        )
        return _PAGE.format(people=people, types="".join(f"<option>{one.value}</option>" for one in IdentityType))

    def _now(self) -> datetime:
        return datetime.now(UTC) + self.ahead()


def server(port: int, provider: Callable[[str], LocalProvider]) -> ThreadingHTTPServer:
    """A provider ready to serve; `provider` makes it for its issuer. Port 0 takes a free one."""
    made: list[LocalProvider] = []

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path == "/authorize":
                self._send(200, made[0].page().encode(), "text/html; charset=utf-8")
            elif path == "/.well-known/openid-configuration":
                self._send_json(200, made[0].metadata())
            elif path == "/jwks":
                self._send_json(200, made[0].keys())
            else:
                self._send_json(404, {})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if not 0 < length <= _LARGEST_REQUEST:
                self._send_json(413, {})
                return
            sent = dict(parse_qsl(self.rfile.read(length).decode()))
            address = urlsplit(self.path)
            if address.path == "/token":
                self._send_json(*made[0].exchange(*_user_and_password(self.headers.get("Authorization", "")), sent))
            elif address.path == "/authorize" and all(sent.get(name) for name in CLAIMS):
                asked = {name: values[0] for name, values in parse_qs(address.query).items()}
                back = made[0].grant(asked, sent)
                if back is None:
                    self._send_json(400, {"error": "invalid_request"})
                    return
                self.send_response(303)
                self.send_header("Location", back)
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self._send_json(400, {"error": "invalid_request"})

        def _send_json(self, status: int, body: Mapping[str, Any]) -> None:
            self._send(status, json.dumps(body).encode(), "application/json")

        def _send(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    listening = ThreadingHTTPServer(("127.0.0.1", port), Answering)
    made.append(provider(f"http://127.0.0.1:{listening.server_address[1]}"))
    return listening


def sign_in(api_url: str, person: Mapping[str, str]) -> str:
    """Sign in as a person, as a browser does; the token of the session. `person` holds the three claims.

    Raises:
        RuntimeError: the API or the provider refused.
    """
    browser = requests.Session()
    begun = browser.get(f"{api_url}/sign-in", allow_redirects=False, timeout=_SECONDS)
    said = {name: person[name] for name in CLAIMS}
    proven = browser.post(_onward(begun), data=said, allow_redirects=False, timeout=_SECONDS)
    opened = browser.get(_onward(proven), allow_redirects=False, timeout=_SECONDS)
    _onward(opened)
    return str(browser.cookies[APPLICANT_COOKIE])


def _onward(response: requests.Response) -> str:
    if "Location" not in response.headers:
        raise RuntimeError(f"{response.request.method} {response.status_code} {response.text}")
    return response.headers["Location"]


def client_secret() -> str:
    """The secret of this system at the provider, made when it is first asked for."""
    if not _SECRET_FILE.exists():
        LOCAL.mkdir(parents=True, exist_ok=True)
        _SECRET_FILE.touch(mode=0o600)
        _SECRET_FILE.write_text(secrets.token_urlsafe(32), encoding="utf-8")
    return _SECRET_FILE.read_text(encoding="utf-8")


def sample_people() -> list[dict[str, str]]:
    """People of the sample register, whose records leave no doubt."""
    found = undoubted(rows(_PEOPLE_AMONG))[:_OFFERED]
    return [{name: body_of(row)["holder"][name] for name in CLAIMS} for row in found]


def _is_here(address: str) -> bool:
    """Whether an address leads to this machine: a local provider sends codes nowhere else."""
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname == "127.0.0.1" and not parts.query and not parts.fragment


def _user_and_password(header: str) -> tuple[str, str]:
    scheme, _, pair = header.partition(" ")
    if scheme != "Basic":
        return "", ""
    user, _, password = base64.b64decode(pair).decode().partition(":")
    return unquote(user), unquote(password)


def main() -> None:
    """Serve until stopped."""
    secret, ahead = os.environ[SECRET_VARIABLE], StackClock()
    people = sample_people()
    server(int(sys.argv[1]), lambda issuer: LocalProvider(issuer, secret, people, ahead)).serve_forever()


if __name__ == "__main__":
    main()
