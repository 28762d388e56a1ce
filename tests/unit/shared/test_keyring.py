"""Keys that turn: what was sealed opens after every turning of the master secret, and digests stay (N1, N4)."""

from __future__ import annotations

import base64

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from degree_auth.adapters.shared.case_keys import CaseKeys, StoredKey, name_of_sealed
from degree_auth.adapters.shared.keyring import (
    BEFORE_VERSIONS,
    LOCAL_UNREAD_SECONDS,
    REFRESH_SECONDS,
    UNREAD_SECONDS,
    Keyring,
)
from degree_auth.adapters.shared.master_secret import (
    MOST_VERSIONS,
    PURPOSES,
    MasterSecret,
    derived,
    parse_master_secret,
    stored_form,
    turned,
    without_former,
)
from degree_auth.domain.shared.errors import Conflict, Unavailable
from degree_auth.wiring import shared
from tools.rotate_master import (
    LOCAL_LONGEST_REQUEST_SECONDS,
    LOCAL_SETTLE_SECONDS,
    LONGEST_REQUEST_SECONDS,
    SETTLE_SECONDS,
)

PLAIN = b"a master secret of thirty-two bytes or more"
CASE = "RZ20261123K7Q2M9XD"


class Secrets:
    """The store of secrets, and a clock."""

    def __init__(self) -> None:
        self.secret, self.now, self.reads, self.broken = parse_master_secret(PLAIN), 0.0, 0, False

    def read(self) -> bytes:
        self.reads += 1
        if self.broken:
            raise ConnectionError
        return stored_form(self.secret).encode()

    def keyring(self) -> Keyring:
        return Keyring(self.read, lambda: self.now)

    def turn(self) -> None:
        self.secret = turned(self.secret, 1_795_000_000)


def sealed_before_versions(text: bytes, context: str) -> bytes:
    """As releases did before there were versions."""
    nonce = bytes(12)
    return BEFORE_VERSIONS + nonce + AESGCM(derived(PLAIN, "seal")).encrypt(nonce, text, context.encode())


@pytest.mark.requirement("N1")
def test_records_of_three_generations_open_and_digests_stay() -> None:
    store = Secrets()
    before = store.keyring()
    digests = {purpose: before.digest(purpose, "x") for purpose in PURPOSES}
    kept = [sealed_before_versions(b"first", "10001"), before.seal(b"second", "10001")]
    for text in (b"third", b"fourth"):
        store.turn()
        kept.append(store.keyring().seal(text, "10001"))
    after = store.keyring()
    assert [after.open(one, "10001") for one in kept] == [b"first", b"second", b"third", b"fourth"]
    assert [one[:2] for one in kept[1:]] == [b"\x03\x01", b"\x03\x02", b"\x03\x03"]
    assert {purpose: after.digest(purpose, "x") for purpose in PURPOSES} == digests


@pytest.mark.requirement("N4")
def test_without_its_former_versions_the_secret_opens_nothing_of_theirs_and_digests_stay() -> None:
    store = Secrets()
    old, digest = store.keyring().seal(b"x", "10001"), store.keyring().token("check-code", "2026-A")
    store.turn()
    store.secret = without_former(store.secret)
    after = store.keyring()
    with pytest.raises(Unavailable):
        after.open(old, "10001")
    with pytest.raises(Unavailable):
        after.open(sealed_before_versions(b"x", "10001"), "10001")
    assert after.token("check-code", "2026-A") == digest
    # The root that was kept for digests to come says nothing of what the first version sealed.
    assert store.secret.digest_root != PLAIN
    assert derived(store.secret.digest_root, "seal") != derived(PLAIN, "seal")
    assert PLAIN.decode() not in stored_form(store.secret)


@pytest.mark.requirement("N1")
def test_a_version_that_a_process_has_not_seen_is_read_at_once() -> None:
    store = Secrets()
    running = store.keyring()
    running.seal(b"x", "10001")
    store.turn()
    sealed = store.keyring().seal(b"new", "10001")
    assert running.open(sealed, "10001") == b"new"
    assert running.seal(b"x", "10001")[:2] == b"\x03\x02"


@pytest.mark.requirement("N1")
def test_a_process_seals_under_a_new_version_within_the_minute() -> None:
    store = Secrets()
    running = store.keyring()
    assert running.current == 1
    store.turn()
    store.now = REFRESH_SECONDS - 1
    assert (running.current, store.reads) == (1, 1)
    store.now = REFRESH_SECONDS
    assert (running.current, store.reads) == (2, 2)


@pytest.mark.requirement("N1", "N4")
def test_a_process_that_cannot_read_the_secret_seals_nothing_under_a_version_that_may_have_ended() -> None:
    store = Secrets()
    running = store.keyring()
    running.cases.begin(CASE, running.wrap(CASE, bytes(32)), bytes(32))
    sealed, digest = running.seal(b"x", "10001"), running.token("check-code", "2026-A")
    store.broken, store.now = True, UNREAD_SECONDS
    for refused in (lambda: running.seal(b"y", "10001"), lambda: running.wrap(CASE, bytes(32))):
        with pytest.raises(Unavailable):
            refused()
    assert running.open(sealed, "10001") == b"x"
    assert running.token("check-code", "2026-A") == digest
    # A data key ends with its case, not with a version.
    assert running.open(running.seal(b"y", CASE), CASE) == b"y"
    store.broken = False
    assert running.open(running.seal(b"y", "10001"), "10001") == b"y"


@pytest.mark.requirement("N1", "N4")
def test_a_turning_waits_longer_than_anything_seals_under_the_former_version() -> None:
    assert SETTLE_SECONDS >= UNREAD_SECONDS + LONGEST_REQUEST_SECONDS
    assert LOCAL_SETTLE_SECONDS >= LOCAL_UNREAD_SECONDS + LOCAL_LONGEST_REQUEST_SECONDS


@pytest.mark.requirement("N1", "N4")
@pytest.mark.parametrize(
    ("environment", "seconds"), [("local", LOCAL_UNREAD_SECONDS), ("staging", UNREAD_SECONDS), ("", UNREAD_SECONDS)]
)
def test_a_process_of_a_stack_seals_no_longer_than_the_turning_of_that_stack_reckons_with(
    environment: str, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Secrets()
    monkeypatch.setenv("ENVIRONMENT", environment)
    monkeypatch.setattr(shared, "secret", lambda _name, *, anew: store.read())
    running = shared.keyring.__wrapped__()
    monkeypatch.setattr(running, "_clock", lambda: store.now)
    monkeypatch.setattr(running, "_read_at", 0.0)
    store.broken, store.now = True, seconds - 1
    assert running.open(running.seal(b"y", "10001"), "10001") == b"y"
    store.now = seconds
    with pytest.raises(Unavailable):
        running.seal(b"y", "10001")


@pytest.mark.requirement("N1")
def test_while_the_store_of_secrets_is_out_of_order_what_was_read_serves_on() -> None:
    store = Secrets()
    running = store.keyring()
    sealed = running.seal(b"x", "10001")
    store.broken, store.now = True, 4 * REFRESH_SECONDS
    assert running.open(sealed, "10001") == b"x"
    store.now = UNREAD_SECONDS - 1
    assert running.open(running.seal(b"y", "10001"), "10001") == b"y"
    with pytest.raises(ConnectionError):
        running.open(b"\x03\x09" + sealed[2:], "10001")
    with pytest.raises(ConnectionError):
        store.keyring()


@pytest.mark.requirement("N1")
def test_an_unknown_version_is_answered_by_trying_again() -> None:
    with pytest.raises(Unavailable) as refused:
        Keyring(PLAIN).open(b"\x03\x09" + bytes(40), "10001")
    assert refused.value.code == "try_again"


@pytest.mark.requirement("N4")
def test_a_case_has_a_key_of_its_own_from_its_first_moment() -> None:
    keyring, other = Keyring(PLAIN), Keyring(PLAIN)
    keyring.begin_case(CASE)
    sealed = keyring.seal(b"x", CASE)
    wrapped = keyring.cases.of_new(CASE)
    assert wrapped is not None
    other.cases.learn(CASE, StoredKey(wrapped))
    assert (sealed[:1], other.open(sealed, CASE)) == (b"\x02", b"x")
    with pytest.raises(InvalidTag):
        other.unwrap("RZ20261123K7Q2M9XE", wrapped)
    other.cases.learn(CASE, StoredKey(Keyring(PLAIN).wrap(CASE, bytes(32))))
    with pytest.raises(InvalidTag):
        other.open(sealed, CASE)


@pytest.mark.requirement("N1")
def test_a_case_without_a_key_is_sealed_under_the_master_secret_until_it_is_given_one() -> None:
    keyring = Keyring(PLAIN)
    stored = StoredKey()
    keyring.cases.read_from(lambda _: stored)
    old = [sealed_before_versions(b"a", CASE), keyring.seal(b"b", CASE)]
    assert [keyring.open(one, CASE) for one in old] == [b"a", b"b"]
    # Somebody else gives it its key; this process has read the case before.
    stored = StoredKey(keyring.wrap(CASE, b"k" * 32))
    elsewhere = Keyring(PLAIN)
    elsewhere.cases.learn(CASE, stored)
    assert keyring.open(elsewhere.seal(b"c", CASE), CASE) == b"c"
    assert [keyring.open(one, CASE) for one in old] == [b"a", b"b"]


@pytest.mark.requirement("N4")
def test_what_was_sealed_again_opens_without_the_version_it_was_first_sealed_under() -> None:
    store = Secrets()
    old = sealed_before_versions(b"a", CASE)
    store.turn()
    store.secret = without_former(store.secret)
    now = store.keyring()
    wrapped = now.wrap(CASE, b"k" * 32)
    now.cases.learn(CASE, StoredKey(wrapped))
    again = {name_of_sealed(old): base64.b64encode(now.seal(b"a", CASE)).decode()}
    reader = store.keyring()
    reader.cases.learn(CASE, StoredKey(wrapped))
    with pytest.raises(Unavailable):
        reader.open(old, CASE)
    reader.cases.learn_again(CASE, again)
    assert reader.open(old, CASE) == b"a"
    # Read again from the case alone, the process still knows what lay beside the log.
    reader.cases.learn(CASE, StoredKey(wrapped))
    assert reader.open(old, CASE) == b"a"


@pytest.mark.requirement("N4")
def test_of_an_erased_case_nothing_is_opened_or_sealed() -> None:
    keyring = Keyring(PLAIN)
    keyring.begin_case(CASE)
    sealed = keyring.seal(b"x", CASE)
    keyring.cases.learn(CASE, StoredKey(destroyed=True))
    for refused in (lambda: keyring.open(sealed, CASE), lambda: keyring.seal(b"x", CASE)):
        with pytest.raises(Conflict) as told:
            refused()
        assert told.value.code == "case_erased"


@pytest.mark.requirement("N4")
def test_a_key_that_was_destroyed_elsewhere_is_forgotten_within_a_minute() -> None:
    now, stored = 0.0, StoredKey(b"wrapped")
    keys = CaseKeys(lambda: now)
    keys.read_from(lambda _: stored)
    assert keys.key(CASE, lambda wrapped: wrapped) == b"wrapped"
    stored, now = StoredKey(destroyed=True), 59.0
    assert keys.key(CASE, lambda wrapped: wrapped) == b"wrapped"
    now = 60.0
    assert keys.key(CASE, lambda wrapped: wrapped) is None


@pytest.mark.requirement("N4")
def test_a_purpose_that_is_not_listed_makes_no_digest() -> None:
    with pytest.raises(ValueError, match="purposes"):
        Keyring(PLAIN).digest("some-purpose", "x")


def test_the_secret_shows_nothing_of_itself_and_refuses_what_is_no_secret() -> None:
    assert PLAIN.decode() not in repr(parse_master_secret(PLAIN))
    for broken in (b"short", b'{"current": 3, "versions": {"1": "' + PLAIN + b'"}}', b"{"):
        with pytest.raises((ValueError, KeyError)):
            parse_master_secret(broken)
    with pytest.raises(ValueError, match="as often"):
        turned(MasterSecret(MOST_VERSIONS, {MOST_VERSIONS: PLAIN}, PLAIN), 1)


def test_a_secret_made_at_random_may_begin_with_a_brace() -> None:
    made = b"{'k" + PLAIN
    assert parse_master_secret(made).versions == {1: made}
    assert stored_form(parse_master_secret(made)).encode() == made


def test_a_turned_secret_reads_as_it_was_stored() -> None:
    secret = turned(turned(parse_master_secret(PLAIN), 5), 6)
    assert parse_master_secret(stored_form(secret).encode()) == secret
    assert (secret.former, without_former(secret).former) == ((1, 2), ())
