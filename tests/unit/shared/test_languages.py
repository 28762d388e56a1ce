"""One language in each line: a text that people read never goes on in the other language in the same line."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.environment import ROOT

CHINESE = re.compile("[\u4e00-\u9fff]")
# Names, codes and commands are the same in both languages; three small words in a row are English.
ENGLISH = re.compile(r"(?<![\w/`.-])[A-Za-z][a-z']*(?: [a-z']{2,}){2,}")
MACHINES = sorted((ROOT / "statemachines").glob("*.json"))
PROGRAMS = sorted(
    path
    for place in ("tools", "bench", "functions", "layers")
    for path in (ROOT / place).rglob("*.py")
    # An English sentence of a catalogue may name a Chinese word as an example.
    if "messages" not in path.parts
)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def mixed(text: str) -> list[str]:
    """The lines of a text that are in two languages."""
    return [line for line in text.split("\n") if CHINESE.search(line) and (ENGLISH.search(line) or " · " in line)]


def texts(tree: ast.AST) -> Iterator[str]:
    """The texts of a program, each f-string as one text, without its documentation."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        else:
            yield from texts(node)


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("program", PROGRAMS, ids=name)
def test_no_text_of_a_program_mixes_the_languages_in_a_line(program: Path) -> None:
    every = texts(ast.parse(program.read_text("utf-8")))
    assert [line for text in every for line in mixed(text)] == []


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("machine", MACHINES, ids=name)
def test_no_comment_or_cause_of_a_state_machine_mixes_the_languages_in_a_line(machine: Path) -> None:
    def inner(node: object) -> Iterator[str]:
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict | list):
            for each in node.values() if isinstance(node, dict) else node:
                yield from inner(each)

    assert [line for text in inner(json.loads(machine.read_text("utf-8"))) for line in mixed(text)] == []


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("file", ["Makefile", "template.yaml", "docs/openapi.yaml"])
def test_no_line_of_a_file_that_people_read_mixes_the_languages(file: str) -> None:
    lines = (ROOT / file).read_text("utf-8").splitlines()
    # An example of the API holds both languages side by side, as answers do.
    allowed = re.compile(r"\b(?:x-[a-z]+-)?zh: |\bprintf ")
    assert [line for line in lines if mixed(line) and not allowed.search(line)] == []


def test_a_line_of_two_languages_is_found() -> None:
    assert mixed("系统未启动，请先 make up · the stack is not up") == ["系统未启动，请先 make up · the stack is not up"]
    assert mixed("测量中断 · broke off") == ["测量中断 · broke off"]
    assert mixed("系统未启动，请先 make up\nthe stack is not up: make up") == []
