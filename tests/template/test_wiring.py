"""Each function has the settings that the services are made of for which its code asks, and no client of theirs waits
longer than the function may run."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import botocore.session
import pytest
from botocore.client import BaseClient
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pynamodb.connection import Connection
from pynamodb.models import Model

from degree_auth import wiring
from degree_auth.adapters.register.items import award_items
from tests.template.model import FUNCTIONS, SOURCE, properties
from tools.environment import ROOT
from tools.made_once import forget

WIRING = f"{wiring.__name__}."
MODULES = [importlib.import_module(found.name) for found in walk_packages(wiring.__path__, WIRING)]
MAKES_NOTHING = {
    "now": "a moment",
    "platform_secrets": "read anew, because they change while a process lives",
    "setting": "a text",
    "parameter": "a text, of the parameter that a setting names",
    "secret": "bytes, of the secret that a setting names",
    "register_import": "of files, table and keys that are given to it",
}
GIVEN = {"AWS_REGION": "ap-southeast-1", "AWS_DEFAULT_REGION": "ap-southeast-1"} | {
    f"AWS_{name}": "test" for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY")
}
"""What Lambda itself sets."""


@pytest.fixture(scope="module")
def certificate() -> str:
    """A certificate as the parameter has it, PEM."""
    key = rsa.generate_private_key(65537, 2048)
    name, day = x509.Name([]), datetime(2026, 11, 23, tzinfo=UTC)
    unsigned = x509.CertificateBuilder(name, name, key.public_key(), 1, day, day + timedelta(days=1))
    return unsigned.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


@pytest.fixture
def read_timeouts(monkeypatch: pytest.MonkeyPatch, certificate: str) -> Iterator[list[tuple[str, float]]]:
    """The service and the read time-out, in seconds, of every client that is made; secrets and parameters are read
    without a network, and the press, whose fonts only a layer has, is not loaded with them."""
    made: list[tuple[str, float]] = []
    create, connect = botocore.session.Session.create_client, Connection.__init__

    def recording(session: botocore.session.Session, *arguments: Any, **named: Any) -> BaseClient:
        client = create(session, *arguments, **named)
        made.append((client.meta.service_model.service_name, client.meta.config.read_timeout))
        return client

    def answering(_client: BaseClient, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        answers = {
            "GetSecretValue": {
                "SecretString": "SyntheticSecretInLettersAndDigitsThatAreBase64AsWell",
                "VersionId": "1",
            },
            "GetParameters": {
                "Parameters": [{"Name": name, "Value": certificate} for name in request.get("Names", ())],
                "InvalidParameters": [],
            },
        }
        return answers[operation]

    def connecting(connection: Connection, *arguments: Any, **named: Any) -> None:
        connect(connection, *arguments, **named)
        made.append(("dynamodb", connection._read_timeout_seconds))

    monkeypatch.setattr(botocore.session.Session, "create_client", recording)
    monkeypatch.setattr(Connection, "__init__", connecting)
    monkeypatch.setattr(BaseClient, "_make_api_call", answering)
    issuance = importlib.import_module(f"{WIRING}reports.issuance")
    monkeypatch.setattr(issuance, "ReportPress", lambda *collaborators: collaborators)
    monkeypatch.setattr(issuance, "files", lambda _package: Path())
    forget()
    yield made
    forget()


def modules_named_in(tree: ast.AST) -> dict[str, ModuleType]:
    """The wiring modules that a file imports, by the names that it gives them."""
    return {
        alias.asname or alias.name: importlib.import_module(f"{node.module}.{alias.name}")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(WIRING)
        for alias in node.names
    }


def calls_of(function: str) -> dict[str, Callable[[], Any]]:
    """What a function's code asks of the wiring, as it is written: without arguments, or with texts."""
    calls: dict[str, Callable[[], Any]] = {}
    for path in (ROOT / SOURCE["Resources"][function]["Properties"]["CodeUri"]).glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        modules = modules_named_in(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                place, name = node.func.value, node.func.attr
                if isinstance(place, ast.Name) and place.id in modules:
                    texts = [ast.literal_eval(argument) for argument in node.args]
                    maker = getattr(modules[place.id], name)
                    calls[ast.unparse(node)] = lambda maker=maker, texts=texts: maker(*texts)
    return calls


def connect_tables() -> None:
    """Have every table of the function make its client, as its first item would; those of pynamodb wait for that."""
    for model in models_of(Model):
        if getattr(getattr(model, "Meta", None), "table_name", None) == "set":
            model._connection = None
            model._get_connection()


def models_of(model: type[Model]) -> Iterator[type[Model]]:
    """The models below one."""
    for below in model.__subclasses__():
        yield below
        yield from models_of(below)


def made_lazily(service: Any) -> Iterator[Callable[[], Any]]:
    """What a service makes of the wiring only when it needs it."""
    values = [getattr(service, name) for name in getattr(service, "__dataclass_fields__", ())]
    values += [maker for _, maker in getattr(service, "groups", ())]
    for value in values:
        if getattr(value, "__module__", "").startswith(WIRING):
            yield value
        else:
            yield from made_lazily(value)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets what the template sets for a function, and nothing else."""

    def set_for(function: str) -> None:
        for name in os.environ.keys() - {"PATH", "HOME"}:
            monkeypatch.delenv(name)
        numbers = {"DISPUTE_DAYS", "SPOT_CHECK_SIZE", "MAIL_RELAY_PORT"}
        given = properties(function).get("Environment", {}).get("Variables", {})
        for name, value in (GIVEN | {name: "7" if name in numbers else "set" for name in given}).items():
            # Without its parameter the clock is the real one.
            if name != "CLOCK_PARAMETER":
                monkeypatch.setenv(name, value)

    return set_for


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_a_function_asks_for_is_made_of_its_own_settings_and_waits_no_longer_than_it_runs(
    function: str, environment: Callable[[str], None], read_timeouts: list[tuple[str, float]]
) -> None:
    environment(function)
    calls = calls_of(function)
    assert calls
    for _, call in sorted(calls.items()):
        for maker in made_lazily(call()):
            maker()
    connect_tables()
    assert [client for client in read_timeouts if client[1] >= properties(function)["Timeout"]] == []


@pytest.mark.requirement("A1", "N1", "N6")
@pytest.mark.parametrize("function", ["ApplicantApiFunction", "CompareClaimFunction"])
def test_a_register_that_hangs_is_given_up_in_half_of_the_time_in_which_its_caller_runs(function: str) -> None:
    """Then the application is stored all the same, and compared later."""
    meta = award_items("set", "ap-southeast-1").Meta
    tries = 1 + meta.max_retry_attempts
    longest = tries * (meta.connect_timeout_seconds + meta.read_timeout_seconds)
    assert longest <= properties(function)["Timeout"] / 2


@pytest.mark.requirement("N1")
def test_everything_is_made_once_a_process() -> None:
    makers = {
        name: maker
        for module in MODULES
        for name, maker in vars(module).items()
        if callable(maker) and maker.__module__ == module.__name__ and not name.startswith("_")
    }
    assert {name for name, maker in makers.items() if not hasattr(maker, "cache_clear")} == MAKES_NOTHING.keys()


@pytest.mark.requirement("N2")
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.removeprefix(WIRING))
def test_what_a_wiring_module_needs_is_imported_at_its_top(module: ModuleType) -> None:
    tree = ast.parse(inspect.getsource(module))
    inner = [node for one in tree.body if not isinstance(one, (ast.Import, ast.ImportFrom)) for node in ast.walk(one)]
    assert [node for node in inner if isinstance(node, (ast.Import, ast.ImportFrom))] == []
