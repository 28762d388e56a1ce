"""Opens an approver's account on a stack and prints its key once, as an otpauth address and as a QR code.

For the deployer, with the right to read the stack's master secret and to write its table of accounts. Two approvers
open everybody else's accounts by staff actions; once there are two, this refuses. A key whose first code was not used
yet is given out anew.

python -m tools.first_staff NAME           on the local stack
python -m tools.first_staff NAME STACK     on a stack of the AWS account and region in force
"""

from __future__ import annotations

import secrets
import sys
from datetime import UTC, datetime
from typing import Any

import boto3

from degree_auth.adapters.accounts.qr_code import qr_rows
from degree_auth.adapters.accounts.staff_table import StaffTable
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.accounts.staff_actions import STAFF_NAME
from degree_auth.domain.review.refusal import refusal_words
from degree_auth.domain.shared.errors import DegreeAuthError
from degree_auth.services.review.staff_accounts import StaffKeys
from tools.clock import now_of
from tools.environment import LocalAws, outputs, say

_DARK, _LIGHT = "\u2588\u2588", "  "


def open_first(table: str, master_secret: str, client: Any, secrets_client: Any, name: str, now: datetime) -> str:
    """The key of an approver's account that is open now, as an `otpauth` address.

    Raises:
        Invalid: the form of the name.
        Conflict: staff open accounts themselves by now, or the name is taken.
    """
    name = STAFF_NAME.read(name)
    master = secrets_client.get_secret_value(SecretId=master_secret)["SecretString"]
    keys = StaffKeys(StaffTable(table, client), Keyring(master.encode()))
    return keys.open_first(name, f"deployer:{secrets.token_urlsafe(16)}", now)


def main() -> None:
    """Do it and print the key; exit status 1 when it is refused."""
    try:
        match sys.argv[1:]:
            case [name]:
                found = outputs()
                aws = LocalAws(found["aws_endpoint_url"])
                clients = (aws.client("dynamodb"), aws.client("secretsmanager"))
                places = (found["AccountsTable"], found["MasterSecretArn"])
                uri = open_first(*places, *clients, name, now_of(aws, found))
            case [name, stack]:
                described = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
                out = {one["OutputKey"]: one["OutputValue"] for one in described}
                clients = (boto3.client("dynamodb"), boto3.client("secretsmanager"))
                uri = open_first(out["AccountsTable"], out["MasterSecretArn"], *clients, name, datetime.now(UTC))
            case _:
                raise SystemExit(__doc__)
    except DegreeAuthError as error:
        raise SystemExit(refusal_words(error)) from None
    say("密钥只显示这一次，请当面交给本人", "the key is shown this once; hand it over in person")
    print(
        "\n".join(["", *(_LIGHT * 2 + "".join(_DARK if one == "1" else _LIGHT for one in row) for row in qr_rows(uri))])
    )
    print(f"\n{uri}")


if __name__ == "__main__":
    main()
