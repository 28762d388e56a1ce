"""Settings, the clock, clients, secrets and parameters, keys, object storage, and the list of institutions."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.parameters import SecretsProvider, SSMProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from botocore.config import Config

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.adapters.shared.documents import Bucket
from degree_auth.adapters.shared.keyring import LOCAL_UNREAD_SECONDS, UNREAD_SECONDS, Keyring
from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.notifications.webhook import Secret, secret_key

CLOCK_SECONDS = {"local": 1, "staging": 45}
"""How long a process goes by the offset of the clock that it has read, by environment: all processes of an account have
forty reads of parameters a second."""

SECRET_SECONDS = 60
"""How long a process goes by the platform's secrets that it has read."""

_CLIENT = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "max_attempts": 4},
)
# Links that are handed out carry the present signature and the region's own address, the one that pages may talk to.
_STORAGE = _CLIENT.merge(
    Config(signature_version="s3v4", s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"})
)


def setting(name: str) -> str:
    """An environment variable of the function.

    Raises:
        RuntimeError: the template does not set it for this function.
    """
    value = os.environ.get(name)
    if not value:
        raise RuntimeError(f"the environment variable {name} is not set for this function")
    return value


def now() -> datetime:
    """The present moment; every service takes it as an argument.

    Outside production the template names a parameter that holds by how many seconds this clock is ahead
    of the real one, so that weeks pass in seconds.
    """
    return datetime.now(UTC) + _clock_offset()


def _clock_offset() -> timedelta:
    # Two safeguards: in production the template sets no clock parameter, and one that is set by hand is ignored.
    name, environment = os.environ.get("CLOCK_PARAMETER"), os.environ.get("ENVIRONMENT", "")
    if not name or environment == "production":
        return timedelta(0)
    try:
        read = parameters().get(name, max_age=CLOCK_SECONDS[environment])
    except GetParameterError:
        # Without a first reading nobody may act: the time would be put back.
        if name not in _last_offsets:
            raise
    else:
        _last_offsets[name] = timedelta(seconds=int(str(read)))
    return _last_offsets[name]


_last_offsets: dict[str, timedelta] = {}
"""By how much the clock was ahead when its parameter was last read, by the parameter's name."""


@cache
def patient_client(name: str, seconds: int) -> Any:
    """A boto3 client for a call that takes long and is not repeated by itself."""
    config = _CLIENT.merge(Config(read_timeout=seconds, retries={"mode": "standard", "max_attempts": 1}))
    return boto3.client(name, config=config)  # type: ignore[call-overload]


@cache
def client(name: str) -> Any:
    """A boto3 client with bounded waits."""
    return boto3.client(name, config=_STORAGE if name == "s3" else _CLIENT)  # type: ignore[call-overload]


@cache
def parameters() -> SSMProvider:
    """The parameter store."""
    return SSMProvider(boto3_client=client("ssm"))


@cache
def secrets() -> SecretsProvider:
    """The store of secrets."""
    return SecretsProvider(boto3_client=client("secretsmanager"))


def parameter(setting_name: str) -> str:
    """The value of the parameter that this setting names.

    All that the function is told of are read with one call: the store answers 40 a second, for the whole account.
    """
    wanted = setting(setting_name)
    told = {value for name, value in os.environ.items() if name.endswith("_PARAMETER") and name != "CLOCK_PARAMETER"}
    found = parameters().get_parameters_by_name({name: {} for name in sorted(told - {""})})
    return str(found[wanted])


def secret(setting_name: str, *, anew: bool = False) -> bytes:
    """The secret that this setting names; `anew`, as the store has it now."""
    return str(secrets().get(setting(setting_name), force_fetch=anew)).encode()


@cache
def keyring() -> Keyring:
    """Keys under the master secret, and the data keys of cases."""
    unread_seconds = LOCAL_UNREAD_SECONDS if os.environ.get("ENVIRONMENT") == "local" else UNREAD_SECONDS
    return Keyring(lambda: secret("MASTER_SECRET_ID", anew=True), unread_seconds=unread_seconds)


def platform_secrets() -> tuple[Secret, ...]:
    """The secrets shared with the national government service platform that are in force, the newest first.

    The store keeps the former one until it is told to forget it; meanwhile both are in force. A former value that is
    no secret, as one that was generated in another form, never was in force. A change is noticed within a minute.

    Raises:
        ValueError: the present one is not in the form of Standard Webhooks.
    """
    return _platform_secrets(int(time.monotonic() / SECRET_SECONDS))


@lru_cache(maxsize=1)
def _platform_secrets(_minute: int) -> tuple[Secret, ...]:
    store, found = client("secretsmanager"), []
    for stage in ("AWSCURRENT", "AWSPREVIOUS"):
        try:
            value = store.get_secret_value(SecretId=setting("PLATFORM_SECRET_ID"), VersionStage=stage)
            found.append(Secret(value["VersionId"], secret_key(value["SecretString"])))
        except (store.exceptions.ResourceNotFoundException, ValueError):
            if stage == "AWSCURRENT":
                raise
    return tuple(found)


@cache
def documents() -> Bucket:
    """Object storage."""
    return Bucket(client("s3"), setting("DOCUMENTS_BUCKET"))


@cache
def institutions() -> Institutions:
    """The institution list that ships with the package."""
    return shipped_institutions()
