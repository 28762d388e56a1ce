"""Hands a mail that came back to the system, which then writes to that address no more.

Whatever fetches the mailbox of `MailFrom` calls this, or puts `{"bounce": "…"}`, the mail in base64, on the queue.

python -m tools.bounce FILE [STACK]
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path

import boto3

from degree_auth.domain.notifications.bounce import LARGEST_BOUNCE
from degree_auth.domain.shared.words import Words
from tools.environment import LocalAws, outputs, say


def main() -> None:
    """Put one mail on the queue of the local stack, or of the one that is named."""
    raw = Path(sys.argv[1]).read_bytes()
    if len(raw) > LARGEST_BOUNCE:
        raise SystemExit(Words("邮件过大", "the mail is too large").lines)
    if len(sys.argv) > 2:
        (stack,) = boto3.client("cloudformation").describe_stacks(StackName=sys.argv[2])["Stacks"]
        named = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
        client, url = boto3.client("sqs"), named["NotificationsQueueUrl"]
    else:
        stack_here = outputs()
        client, url = LocalAws(stack_here["aws_endpoint_url"]).client("sqs"), stack_here["NotificationsQueueUrl"]
    body = json.dumps({"bounce": base64.b64encode(raw).decode()})
    client.send_message(QueueUrl=url, MessageBody=body)
    say("已交给系统", "handed over")


if __name__ == "__main__":
    main()
