"""After a deployment: whether the stack answers, through one stage alone, and what is still to be put in place.

python -m tools.smoke           the local stack
python -m tools.smoke STACK     a stack of the AWS account and region in force
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import requests

from degree_auth.domain.shared.words import Words
from tools.environment import LocalAws, outputs, say

SECONDS = 30
_OK, _FORBIDDEN, _NOT_FOUND = 200, 403, 404

READ = ("/v1/help", "/v1/notices", "/v1/institutions")
"""Routes that everybody may read; the second one reads the table of cases."""

ISSUER = "/.well-known/jwks.json"
"""Without the signing certificate there is no issuer, and this is not found."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found; `amiss` when somebody has to do something before the stack serves."""

    amiss: bool
    words: Words


def look(api_url: str, answered: Callable[[str], int], stages: list[str]) -> Iterator[Finding]:
    """What is found of a stack; `answered` gives the HTTP status of a GET, `stages` are the names of the API's stages.

    `api_url` has no slash at its end.
    """
    for path in READ:
        status = answered(api_url + path)
        if status == _OK:
            yield Finding(False, Words(f"{path} 应答正常", f"{path} answers"))
        elif status == _FORBIDDEN:
            yield Finding(
                True,
                Words(
                    f"{path} 应答 403：在 aws-cn，账户须先有 ICP 许可证；其他分区请看 Web ACL",
                    f"{path} answers 403: in aws-cn the account needs an ICP licence; elsewhere see the web ACL",
                ),
            )
        else:
            yield Finding(True, Words(f"{path} 应答 {status}", f"{path} answers {status}"))
    if answered(api_url + ISSUER) == _NOT_FOUND:
        yield Finding(
            True,
            Words(
                "签名证书未放入，一致的申请停在 issuing",
                "the signing certificate is missing: matched cases wait in issuing",
            ),
        )
    expected = api_url.rpartition("/")[2]
    if expected not in stages:
        yield Finding(True, Words(f"接口没有阶段 {expected}", f"the API has no stage {expected}"))
    for other in sorted(set(stages) - {expected}):
        yield Finding(
            True,
            Words(
                f"请删除接口的另一个公开阶段 {other}，限流与告警管不到它",
                f"delete the API's other public stage, which no limit and no alarm covers: {other}",
            ),
        )


def _answered(address: str) -> int:
    try:
        return requests.get(address, timeout=SECONDS).status_code
    except requests.RequestException:
        return 0


def _outputs_of(stack: str) -> Mapping[str, str]:
    described = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}


def _stages(client: Any, api: str) -> list[str]:
    return [stage["stageName"] for stage in client.get_stages(restApiId=api)["item"]]


def main() -> None:
    """Print what is found; exit with 1 when something is amiss."""
    match sys.argv[1:]:
        case []:
            found = outputs()
            url, client = found["api_url"], LocalAws(found["aws_endpoint_url"]).client("apigateway")
        case [stack]:
            found = dict(_outputs_of(stack))
            url, client = found["ApiUrl"], boto3.client("apigateway")
        case _:
            raise SystemExit(__doc__)
    findings = list(look(url, _answered, _stages(client, found["ApiId"])))
    for finding in findings:
        say(finding.words.zh, finding.words.en)
    raise SystemExit(any(finding.amiss for finding in findings))


if __name__ == "__main__":
    main()
