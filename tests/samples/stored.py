"""Cases as a release stored them: a fixture of each release, which every later one reads and goes on with.

python -m tests.samples.stored RELEASE    writes tests/samples/stored/RELEASE.json by the present code

Each release adds its file and changes none. Everything in it is synthetic, and sealed under a master secret for tests.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.fees.table import FeeTable
from degree_auth.domain.cases.case import Case
from tests.doubles import world as world_module
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.tables import create_table
from tests.doubles.world import World

FOLDER = Path(__file__).with_name("stored")
REGION = "ap-southeast-1"
TABLES = {"CasesTable": "stored-cases", "AccountsTable": "stored-accounts"}
FOREIGN = "园艺学"
"""A discipline of no record, so that a person has to look."""


def _reviewed(world: World, which: int) -> Case:
    return world.attach(world.submit(world.body(which, discipline=FOREIGN)))


def _asked(world: World, which: int) -> Case:
    confirmed = world.staff("confirm_material", _reviewed(world, which), command=f"confirm {which}").case
    return world.attend(confirmed)


def _returned(world: World, which: int) -> Case:
    case = _reviewed(world, which)
    return world.staff("return_to_applicant", case, f"return {which}", reason="补交", fields=["certificate_scan"]).case


def _concluded(world: World, which: int) -> Case:
    return world.issue(world.submit(world.body(which)))


def _disputed(world: World, which: int) -> Case:
    case, content = _concluded(world, which), b"%PDF-1.7 synthetic evidence"
    announced = {"kind": "evidence", "content_type": "application/pdf", "size": len(content)}
    attachment_id, _, _ = world.own_case_commands.announce_attachment(case.case_number, announced, world.now)
    key = f"incoming/{case.case_number}/{attachment_id}"
    world.documents.put(key, content, "application/pdf")
    world.receive(key)
    return world.disputes.dispute(
        case.case_number, {"reason": "专业名称与证书不符", "evidence": [attachment_id]}, world.now
    )


def _rechecked(world: World, which: int) -> Case:
    case = world.staff("admit_recheck", _disputed(world, which), f"admit {which}", reason="符合条件").case
    return world.attend(case)


CASES: dict[str, Callable[[World, int], Case]] = {
    "identity_review": lambda world, which: (
        world.unproven(world.body(which) | {"holder": {**world.body(which)["holder"], "name": "化名"}}).case
    ),
    "material_review": _reviewed,
    "awaiting_applicant": _returned,
    "verification": _asked,
    "issuing": lambda world, which: world.submit(world.body(which)),
    "concluding": lambda world, which: world.answer(_asked(world, which), "not_awarded"),
    "concluded": _concluded,
    "recheck_admission": _disputed,
    "recheck": _rechecked,
    "frozen": lambda world, which: world.disavow(world.submit(world.body(which, discipline=FOREIGN))),
    "withdrawn": lambda world, which: world.own_case_commands.withdraw(_reviewed(world, which).case_number, world.now),
    "rejected": lambda world, which: (
        world.staff("reject", _reviewed(world, which), f"reject {which}", reason="非学位证书").case
    ),
}
"""How each kind of case comes about, of one record of the register each."""


@contextmanager
def stored_world(stored: dict[str, Any] | None = None) -> Iterator[World]:
    """The system over a table in the memory of this process, which holds what a release stored."""
    with pytest.MonkeyPatch.context() as patch, cloud_in_memory():
        for logical_id, name in TABLES.items():
            create_table(logical_id, name, REGION)
        fees = FeeTable(TABLES["AccountsTable"], REGION)
        patch.setattr(world_module, "MemoryCases", lambda *known: CaseTable(TABLES["CasesTable"], REGION, fees, *known))
        world = World(records=len(CASES))
        if stored is not None:
            world.now = datetime.fromisoformat(stored["now"])
            world.documents.objects = {key: base64.b64decode(text) for key, text in stored["objects"].items()}
            client = boto3.client("dynamodb", region_name=REGION)
            for logical_id, items in stored["tables"].items():
                for item in items:
                    client.put_item(TableName=TABLES[logical_id], Item=_decoded(item))
        yield world


def write() -> dict[str, Any]:
    """What the present code stores of a case of each kind."""
    with stored_world() as world:
        cases = {name: make(world, which) for which, (name, make) in enumerate(CASES.items())}
        client = boto3.client("dynamodb", region_name=REGION)
        return {
            "now": world.now.isoformat(),
            "cases": {name: [case.case_number, case.stage.value] for name, case in cases.items()},
            "tables": {
                logical_id: [_encoded(item) for item in client.scan(TableName=name)["Items"]]
                for logical_id, name in TABLES.items()
            },
            "objects": {key: base64.b64encode(held).decode() for key, held in world.documents.objects.items()},
        }


def releases() -> dict[str, dict[str, Any]]:
    """What each release stored, by its name."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def _encoded(value: Any) -> Any:
    """An item of DynamoDB as JSON has it: bytes in base64, under B alone."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: _encoded(inner) for name, inner in value.items()}
    return [_encoded(inner) for inner in value] if isinstance(value, list) else value


def _decoded(value: Any, kind: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _decoded(inner, name if len(value) == 1 else "") for name, inner in value.items()}
    if isinstance(value, list):
        return [_decoded(inner, "B" if kind == "BS" else "") for inner in value]
    return base64.b64decode(value) if kind == "B" else value


def main() -> None:
    """Write the fixture of a release."""
    match sys.argv[1:]:
        case [release]:
            FOLDER.mkdir(exist_ok=True)
            text = json.dumps(write(), ensure_ascii=False, indent=1, sort_keys=True)
            with (FOLDER / f"{release}.json").open("x", encoding="utf-8") as file:
                file.write(text + "\n")
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
