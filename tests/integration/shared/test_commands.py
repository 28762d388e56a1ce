"""The tools' commands as they are typed, as far as they need no stack."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from degree_auth.adapters.register.items import award_items
from degree_auth.adapters.shared import keyring
from degree_auth.adapters.shared.master_secret import parse_master_secret, stored_form, turned
from degree_auth.domain.shared.errors import Unavailable
from tools import (
    build_fonts,
    build_layers,
    deploy,
    import_register,
    lint,
    pins,
    sample_register,
    sample_staff,
    signing_certificate,
)
from tools.environment import REGION, ROOT
from tools.sample_files import read_csv, write_csv
from tools.sample_rows import rows


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty AWS account in memory, which clients reach by the environment alone."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The programs that a command starts, which all succeed without being run."""
    commands: list[list[str]] = []

    def run(command: list[object], **_: Any) -> subprocess.CompletedProcess[str]:
        commands.append([str(word) for word in command])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    return commands


def typed(monkeypatch: pytest.MonkeyPatch, *words: object) -> None:
    """What stands on the command line behind the command."""
    monkeypatch.setattr(sys, "argv", ["command", *map(str, words)])


def test_the_sample_register_is_written_in_every_format_and_read_again(tmp_path, capsys):
    sample_register.main([str(tmp_path), "--records", "600", "--formats", "csv", "xlsx", "dbf"])
    paths = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert [path.suffix for path in paths] == [".csv", ".xlsx", ".dbf"]
    assert all(path.stat().st_size > 0 for path in paths)
    read = list(read_csv(paths[0]))
    assert [row["XWZSBH"] for row in read] == [row["XWZSBH"] for row in rows(600)]


@pytest.mark.requirement("N4")
def test_an_import_reads_the_master_secret_again_as_it_goes(account, tmp_path, monkeypatch):
    boto3.client("secretsmanager").create_secret(Name="master", SecretString="a secret for this test, 32 bytes")
    path = tmp_path / "annual.csv"
    write_csv(path, rows(2))
    versions = []

    def imports(path, table, ring, *given, **named):
        versions.append(ring.current)
        store, secret = boto3.client("secretsmanager"), parse_master_secret(b"a secret for this test, 32 bytes")
        store.put_secret_value(SecretId="master", SecretString=stored_form(turned(secret, 1)))
        monkeypatch.setattr(keyring, "REFRESH_SECONDS", 0.0)
        versions.append(ring.current)
        raise Unavailable("try_again")

    monkeypatch.setattr(import_register, "import_file", imports)
    assert import_register.main([str(path), "--table", "register", "--secret", "master"]) == 1
    assert versions == [1, 2]


@pytest.mark.requirement("A11")
def test_a_file_is_imported_from_this_machine_and_a_missing_one_is_refused(account, tmp_path, capsys):
    award_items("register", REGION).create_table(wait=True)
    boto3.client("secretsmanager").create_secret(Name="master", SecretString="a secret for this test, 32 bytes")
    path = tmp_path / "annual.csv"
    write_csv(path, rows(40))
    arguments = ["--table", "register", "--secret", "master"]
    assert import_register.main([str(path), *arguments]) == 0
    assert "40 rows read: 40 new" in capsys.readouterr().err
    assert json.loads((tmp_path / "annual.csv.report.json").read_text("utf-8"))["new"] == 40
    with pytest.raises(SystemExit, match="2"):
        import_register.main([str(tmp_path / "absent.csv"), *arguments])
    assert "absent.csv" in capsys.readouterr().err


def test_a_signing_certificate_is_provided_once(account, tmp_path, monkeypatch, capsys):
    key = boto3.client("kms").create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    typed(monkeypatch, "--key-id", key, "--parameter", "/test/certificate", "--out", tmp_path)
    signing_certificate.main()
    first = boto3.client("ssm").get_parameter(Name="/test/certificate")["Parameter"]["Value"]
    signing_certificate.main()
    assert boto3.client("ssm").get_parameter(Name="/test/certificate")["Parameter"]["Value"] == first
    assert first.startswith("-----BEGIN CERTIFICATE-----")
    assert str(tmp_path) in capsys.readouterr().out


def test_layers_and_fonts_are_built_and_listed_with_their_sizes(monkeypatch, capsys):
    typed(monkeypatch)
    build_layers.main()
    build_fonts.main()
    listed = capsys.readouterr().out
    assert "IssueReportFunction" in listed
    assert "printable.txt" in listed


@pytest.mark.parametrize("environment", deploy.ENVIRONMENTS)
def test_a_deployment_builds_the_layers_and_goes_where_samconfig_says(environment, monkeypatch, ran):
    built: list[build_layers.Target] = []
    monkeypatch.setattr(build_layers, "build", built.append)
    typed(monkeypatch, environment)
    deploy.main()
    assert len(built) == 1
    (command,) = ran
    assert command[1:] == ["deploy", "--config-env", environment]
    assert environment in tomllib.loads((ROOT / "samconfig.toml").read_text("utf-8"))


def test_nothing_is_deployed_to_an_environment_that_nobody_knows(monkeypatch, ran):
    typed(monkeypatch, "prod")
    with pytest.raises(SystemExit, match="make deploy"):
        deploy.main()
    assert ran == []


def test_every_list_of_packages_is_pinned_with_a_tool_that_is_there(ran):
    pins.main()
    lists = [*ROOT.glob("layers/*/*.in"), *ROOT.glob("requirements/*.in")]
    asked_for = {str(path.relative_to(ROOT)) for path in lists}
    assert {word for command in ran for word in command if word.endswith(".in")} == asked_for
    for command in ran:
        assert Path(command[0]).exists()
        assert (ROOT / command[command.index("--output-file") + 1]).exists()


def test_every_static_check_runs_though_one_fails(monkeypatch, capsys):
    started: list[str] = []

    def run(command: list[object], **_: Any) -> subprocess.CompletedProcess[str]:
        program = Path(str(command[0]))
        assert program.exists()
        started.append(program.name)
        return subprocess.CompletedProcess(command, int(program.name == "mypy"))

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(SystemExit, match="1"):
        lint.main()
    assert "types" in capsys.readouterr().err.splitlines()[-1]
    assert {"ruff", "mypy", "lint-imports", "cfn-lint", "python"} == set(started)


def test_a_staff_action_that_is_no_json_is_refused_before_anything_is_asked(monkeypatch):
    monkeypatch.setenv("STAFF_INPUT", "{action")
    with pytest.raises(SystemExit, match="not JSON"):
        sample_staff.main()
