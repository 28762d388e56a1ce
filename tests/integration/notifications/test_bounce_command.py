"""The command that hands over a mail that came back."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from degree_auth.domain.notifications.bounce import LARGEST_BOUNCE
from tools import bounce

REGION = "ap-southeast-1"
TEMPLATE = {
    "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
    "Outputs": {"NotificationsQueueUrl": {"Value": {"Ref": "Queue"}}},
}


@pytest.mark.requirement("A12", "N1")
def test_a_mail_that_came_back_is_put_on_the_queue_of_the_stack_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail, large = tmp_path / "bounce.eml", tmp_path / "large.eml"
    mail.write_bytes(b"Subject: Undelivered\r\n\r\n\xff")
    large.write_bytes(b"x" * (LARGEST_BOUNCE + 1))
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        boto3.client("cloudformation").create_stack(StackName="degree-auth", TemplateBody=json.dumps(TEMPLATE))
        for path in (mail, large):
            monkeypatch.setattr("sys.argv", ["bounce", str(path), "degree-auth"])
            if path is large:
                with pytest.raises(SystemExit):
                    bounce.main()
            else:
                bounce.main()
        queue = boto3.resource("sqs").Queue(boto3.client("sqs").list_queues()["QueueUrls"][0])
        (message,) = queue.receive_messages(MaxNumberOfMessages=10)
    assert base64.b64decode(json.loads(message.body)["bounce"]) == mail.read_bytes()
