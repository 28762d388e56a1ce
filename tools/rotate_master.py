"""Turns the master secret of a stack, seals anew what lies under its former version, and then ends that version.

Safe to repeat and to cut off at any moment: it goes on where it stood. The system may be in use meanwhile. A former
version ends only after a whole pass over the tables that found nothing under it, and that began when every process had
long known the new version and every request was over that had read something before it was sealed anew.

python -m tools.rotate_master             the local stack
python -m tools.rotate_master STACK       a stack of the AWS account and region in force

For the deployer, who may read and write the stack's master secret and its four tables.
"""

from __future__ import annotations

import json
import secrets as random
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from degree_auth.adapters.shared.keyring import LOCAL_UNREAD_SECONDS, UNREAD_SECONDS, Keyring
from degree_auth.adapters.shared.master_secret import (
    MasterSecret,
    parse_master_secret,
    stored_form,
    turned,
    without_former,
)
from tools.environment import LocalAws, outputs, say
from tools.resealing import TABLES, Pass, Resealing

LONGEST_REQUEST_SECONDS = 900
"""The longest that a function may run."""
SETTLE_SECONDS = int(UNREAD_SECONDS) + LONGEST_REQUEST_SECONDS
"""After so long nothing more is stored under a former version, not even by a process that could not read the secret."""
LOCAL_LONGEST_REQUEST_SECONDS = 30
"""The same on a local stack, whose files are small."""
LOCAL_SETTLE_SECONDS = int(LOCAL_UNREAD_SECONDS) + LOCAL_LONGEST_REQUEST_SECONDS
_LEASE_SECONDS = 300
_KEY = {"pk": {"S": "rotation"}, "sk": {"S": "STATE"}}


class UnderWayError(Exception):
    """Somebody else carries the rotation out at this moment."""


class UnexplainedError(Exception):
    """Something looks sealed and does not open; its message names the items. No version was ended."""


@dataclass(frozen=True, slots=True)
class State:
    """How far a rotation has come: the version it turns to, when something was last sealed anew, and the pass."""

    target: int
    quiet_since: int = 0
    going: Pass | None = None
    passes: int = 0
    sealed: int = 0


@dataclass(slots=True)
class Rotation:
    """Carries a rotation out, from wherever it stands, to its end.

    `client` and `secrets` are boto3 clients of DynamoDB and Secrets Manager, `tables` the names of the four tables;
    `clock` gives Unix seconds and `sleep` waits.
    """

    client: Any
    secrets: Any
    secret_id: str
    tables: Mapping[str, str]
    settle_seconds: int
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    tell: Callable[[str, str], None] = lambda _zh, _en: None
    page_items: int = 200
    _holder: str = ""

    def run(self) -> State:
        """Turn the secret unless it is turned already, seal anew, end the former versions.

        Raises:
            UnderWayError: somebody else does.
            UnexplainedError: see there.
        """
        self._holder = random.token_hex(16)
        state = self._kept() or State(self._secret().current + 1)
        self._keep(state)
        secret = self._turned_to(state.target)
        keyring = Keyring(lambda: stored_form(self._secret()).encode())
        while secret.former:
            state = self._pass(state, secret, Resealing(self.client, self.tables, keyring, self.page_items))
            done = state.going
            if done is None:
                continue
            if done.unexplained and not done.sealed:
                self._keep(replace(state, going=None))
                self._update("SET held_until = :zero", {":zero": {"N": "0"}})
                raise UnexplainedError("\n".join(done.places))
            if done.is_clean and done.began_at >= self._settled_at(state, secret):
                secret = self._without_former(secret)
            else:
                state = replace(state, going=None)
                self._keep(state)
        self._renew()
        # The store keeps the secret before the last one, which would still have the version that has ended.
        self._put(secret, f"forget-before-{secret.current}")
        self.client.delete_item(TableName=self.tables["accounts"], Key=_KEY)
        return state

    def _pass(self, state: State, secret: MasterSecret, resealing: Resealing) -> State:
        if state.going is None and state.passes:
            self._wait(self._settled_at(state, secret))
        begun = state.going or Pass(int(self.clock()))
        now = replace(state, going=begun)

        def keep(going: Pass) -> None:
            nonlocal now
            before = now.going or begun
            changed = going.sealed + going.missed > before.sealed + before.missed
            quiet = int(self.clock()) + 1 if changed else now.quiet_since
            now = replace(now, going=going, quiet_since=quiet, sealed=now.sealed + going.sealed - before.sealed)
            self._keep(now)
            self.tell(
                f"第 {now.passes + 1} 遍：已读 {going.read} 项，重新密封 {going.sealed} 处",
                f"pass {now.passes + 1}: {going.read} items read, {going.sealed} values sealed anew",
            )

        done = resealing.run(begun, keep)
        return replace(now, going=done, passes=now.passes + 1)

    def _settled_at(self, state: State, secret: MasterSecret) -> int:
        return max(secret.turned_at, state.quiet_since) + self.settle_seconds

    def _wait(self, until: int) -> None:
        while (left := until - self.clock()) > 0:
            self.tell(f"等待 {int(left)} 秒，让在途请求结束", f"waiting {int(left)} seconds for requests under way")
            self.sleep(min(left, 60))
            self._renew()

    def _secret(self) -> MasterSecret:
        stored = self.secrets.get_secret_value(SecretId=self.secret_id)["SecretString"]
        return parse_master_secret(stored.encode())

    def _turned_to(self, target: int) -> MasterSecret:
        secret = self._secret()
        if secret.current >= target:
            return secret
        self._put(turned(secret, int(self.clock())), f"turn-{target}")
        now = self._secret()
        if now.current != target:
            raise UnderWayError
        return now

    def _without_former(self, secret: MasterSecret) -> MasterSecret:
        self._put(without_former(secret), f"end-before-{secret.current}")
        return self._secret()

    def _put(self, secret: MasterSecret, step: str) -> None:
        """Store the secret. The token of the step makes the second of two who do the same step fail, and not replace a
        version under which the first may have sealed already."""
        token = f"degree-auth-master-secret-{step:-<32}"
        try:
            self.secrets.put_secret_value(
                SecretId=self.secret_id, SecretString=stored_form(secret), ClientRequestToken=token
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceExistsException":
                raise

    def _kept(self) -> State | None:
        answer = self.client.get_item(TableName=self.tables["accounts"], Key=_KEY, ConsistentRead=True)
        if "Item" not in answer:
            return None
        content = json.loads(answer["Item"]["body"]["S"])
        going = content.pop("going")
        if going is not None:
            going = Pass(**{**going, "places": tuple(going["places"])})
        return State(**content, going=going)

    def _keep(self, state: State) -> None:
        self._update("SET body = :body, holder = :me, held_until = :until", {":body": {"S": json.dumps(asdict(state))}})

    def _renew(self) -> None:
        self._update("SET holder = :me, held_until = :until", {})

    def _update(self, change: str, values: Mapping[str, Any]) -> None:
        now = int(self.clock())
        try:
            self.client.update_item(
                TableName=self.tables["accounts"],
                Key=_KEY,
                UpdateExpression=change,
                ConditionExpression="attribute_not_exists(pk) OR holder = :me OR held_until < :now",
                ExpressionAttributeValues={
                    ":me": {"S": self._holder},
                    ":now": {"N": str(now)},
                    **({":until": {"N": str(now + _LEASE_SECONDS)}} if ":until" in change else {}),
                    **values,
                },
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                raise UnderWayError from None
            raise


def _of_stack(found: Mapping[str, str], client: Any, secrets: Any, settle: int) -> Rotation:
    tables = {name: found[f"{name.capitalize()}Table"] for name in TABLES}
    return Rotation(client, secrets, found["MasterSecretArn"], tables, settle, tell=say)


def main() -> None:
    """Do it and tell how far it is; exit status 1 when it does not come to its end."""
    match sys.argv[1:]:
        case []:
            found = outputs()
            aws = LocalAws(found["aws_endpoint_url"])
            rotation = _of_stack(found, aws.client("dynamodb"), aws.client("secretsmanager"), LOCAL_SETTLE_SECONDS)
        case [stack]:
            described = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
            found = {one["OutputKey"]: one["OutputValue"] for one in described}
            patient = Config(read_timeout=60, retries={"mode": "adaptive", "max_attempts": 20})
            clients = (boto3.client("dynamodb", config=patient), boto3.client("secretsmanager", config=patient))
            rotation = _of_stack(found, *clients, SETTLE_SECONDS)
        case _:
            raise SystemExit(__doc__)
    try:
        done = rotation.run()
    except UnderWayError:
        say("另有人正在轮换主密钥，请稍后再试", "somebody else is turning the master secret; try again later")
        raise SystemExit(1) from None
    except UnexplainedError as error:
        say("以下各项无法打开，旧版本未停用", "these items do not open, and no version was ended")
        print(error, file=sys.stderr)
        raise SystemExit(1) from None
    say(
        f"主密钥已是第 {done.target} 版，共重新密封 {done.sealed} 处，旧版本已停用",
        f"the master secret is at version {done.target}; {done.sealed} values sealed anew, former versions ended",
    )


if __name__ == "__main__":
    main()
