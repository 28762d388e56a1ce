"""Brings the whole system up on this machine, in the background, with the sample register loaded.

Safe to repeat: what runs stays, what has not changed is left alone. .local/outputs.json is written last, so that
whoever reads it finds a system that answers.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.shared.words import Words
from tools import beside, deploy, identity_provider, local_aws, mail_receiver, sample_register, signing_certificate
from tools.environment import LOCAL, OUTPUTS, REGION, ROOT, LocalAws, say
from tools.import_register import import_file

_ANSWER_SECONDS = 60
_CERTIFICATES = LOCAL / "certificate"


def bring_up() -> dict[str, Any]:
    """Start, deploy, provide the certificate, load the sample register; return what .local/outputs.json holds.

    Raises:
        RuntimeError: the local AWS, the stack or the API did not come up.
    """
    aws, beside_it = _start()
    say("正在部署", "deploying")
    existed = deploy.exists(aws)
    try:
        stack = deploy.deploy_locally(aws, local_aws.unpacked_layers(), beside_it)
    except RuntimeError:
        if not existed:
            raise
        # The emulator cannot carry out every update that AWS can.
        say("无法更新，重新开始", "it cannot be updated; starting afresh")
        local_aws.stop()
        aws, beside_it = _start()
        stack = deploy.deploy_locally(aws, local_aws.unpacked_layers(), beside_it)
    root = signing_certificate.provision(
        aws.client("kms"),
        aws.client("ssm"),
        stack["SigningKeyId"],
        stack["SigningCertificateParameter"],
        "local",
        _CERTIFICATES,
        beside_it["TimestampUrl"],
    )
    _trust_authority(stack, aws, root)
    _give_platform_secret(stack, aws)
    _give_client_secret(stack, aws)
    register = _load_register(stack, aws)
    api_url = deploy.local_api_url(aws.endpoint_url)
    _wait_for(f"{api_url}/v1/help")
    outputs = {
        "api_url": api_url,
        "check_url": f"{api_url}/check",
        "aws_endpoint_url": aws.endpoint_url,
        "region": REGION,
        "sample_register": str(register),
        "trust_root": str(root),
        "identity_provider": beside_it["IdentityIssuer"],
        "mails": str(mail_receiver.FOLDER),
        **stack,
    }
    OUTPUTS.write_text(json.dumps(outputs, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return outputs


def _start() -> tuple[LocalAws, dict[str, str]]:
    """The local AWS, and the stack's parameters that name the timestamp authority, the identity provider and the mail
    relay beside it."""
    aws = LocalAws(local_aws.start())
    authority = beside.TIME_AUTHORITY.start(str(_CERTIFICATES))
    secret = {identity_provider.SECRET_VARIABLE: identity_provider.client_secret()}
    relay = urlsplit(beside.MAIL_RECEIVER.start(str(mail_receiver.FOLDER)))
    return aws, {
        "TimestampUrl": authority,
        "IdentityIssuer": beside.IDENTITY_PROVIDER.start(environment=secret),
        "MailRelayHost": str(relay.hostname),
        "MailRelayPort": str(relay.port),
        "MailRelaySecurity": "none",
        "MailFrom": "degrees@example.org",
    }


def _trust_authority(stack: dict[str, str], aws: LocalAws, root: Path | None) -> None:
    """Have timestamps accepted of the local authority, which the TEST root certifies too."""
    if root is None:
        raise RuntimeError("the local stack has a TEST root")
    name, pem = stack["TimestampRootsParameter"], root.read_text(encoding="utf-8")
    aws.client("ssm").put_parameter(Name=name, Value=pem, Type="String", Overwrite=True)


def _give_platform_secret(stack: dict[str, str], aws: LocalAws) -> None:
    """Put a secret of letters and digits in place: the emulator does not heed `ExcludePunctuation`."""
    manager = aws.client("secretsmanager")
    present = manager.get_secret_value(SecretId=stack["PlatformWebhookSecretArn"])["SecretString"]
    if not present.isalnum():
        manager.put_secret_value(SecretId=stack["PlatformWebhookSecretArn"], SecretString=secrets.token_hex(32))


def _give_client_secret(stack: dict[str, str], aws: LocalAws) -> None:
    """Put the secret in place that the identity provider gave out."""
    manager = aws.client("secretsmanager")
    manager.put_secret_value(SecretId=stack["IdentityClientSecretArn"], SecretString=identity_provider.client_secret())


def _load_register(stack: dict[str, str], aws: LocalAws) -> Path:
    """Write the sample register and import it; what is in the table already is left alone."""
    folder = LOCAL / "sample"
    (path,) = sample_register.write_sample(folder)
    loaded = folder / "loaded-into.txt"
    place = f"{aws.endpoint_url} {stack['RegisterTable']} {hashlib.sha256(path.read_bytes()).hexdigest()}"
    if loaded.exists() and loaded.read_text(encoding="utf-8") == place:
        return path
    say("正在导入样例学位授予信息（合成数据）", "importing the sample register (synthetic)")
    secret = aws.client("secretsmanager").get_secret_value(SecretId=stack["MasterSecretArn"])["SecretString"]
    report = import_file(path, stack["RegisterTable"], Keyring(secret.encode()), aws.client("dynamodb"), say)
    if report.plan.faulty:
        faulty = report.plan.faulty
        raise RuntimeError(Words(f"样例有错误行：{faulty}", f"the sample has faulty rows: {faulty}").lines)
    loaded.write_text(place, encoding="utf-8")
    return path


def _wait_for(url: str) -> None:
    """Wait until the API answers; the first call starts its function."""
    deadline = time.monotonic() + _ANSWER_SECONDS
    said = ""
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310 -- a local URL
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError) as error:
            said = str(error)
        time.sleep(0.5)
    log = local_aws.LOG
    raise RuntimeError(Words(f"接口没有应答：{said}；见 {log}", f"the API does not answer: {said}; see {log}").lines)


def main() -> None:
    """Bring it up and print where it is."""
    outputs = bring_up()
    say(f"接口 {outputs['api_url']}", f"API {outputs['api_url']}")
    say(f"在线校验 {outputs['check_url']}", f"online check {outputs['check_url']}")
    path = OUTPUTS.relative_to(ROOT)
    say(f"其余地址见 {path}；停止：make down", f"the other addresses are in {path}; to stop: make down")


if __name__ == "__main__":
    main()
