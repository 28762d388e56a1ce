"""The table of broken rules: each still breaks what it names, and a rule that no test holds is noticed."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools.environment import ROOT
from tools.mutants import Mutant, copy_tree, mutants, survives
from tools.requirements_table import REQUIREMENTS

RULE = "def is_adult(age):\n    return age >= 18\n"


def test_there_are_twenty_five_rules_of_known_requirements_each_with_a_name_of_its_own() -> None:
    rules = mutants()
    assert len({rule.english for rule in rules}) == len({rule.chinese for rule in rules}) == len(rules) == 25
    assert {rule.requirement for rule in rules} <= REQUIREMENTS.keys()


@pytest.mark.parametrize("rule", mutants(), ids=lambda rule: rule.english)
def test_what_breaks_a_rule_stands_once_and_its_tests_are_there(rule: Mutant) -> None:
    source = (ROOT / rule.file).read_text(encoding="utf-8")
    compile(rule.broken(source), rule.file, "exec")
    assert ast.dump(ast.parse(rule.broken(source))) != ast.dump(ast.parse(source))
    assert rule.tests
    for test in rule.tests:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("source", ["", RULE + RULE])
def test_a_text_that_does_not_stand_exactly_once_is_an_error(source: str) -> None:
    with pytest.raises(ValueError, match=r"rule\.py: \d × '>= 18'"):
        rule_of_age("test_rule.py").broken(source)


def rule_of_age(test: str) -> Mutant:
    return Mutant("A1", "成年", "of age", "rule.py", ">= 18", "> 18", (test,))


@pytest.mark.parametrize(("age", "survived"), [(18, False), (30, True)])
def test_a_broken_rule_survives_tests_that_do_not_prove_it_and_the_tree_is_whole_again(
    tmp_path: Path, age: int, survived: bool
) -> None:
    (tmp_path / "rule.py").write_text(RULE, encoding="utf-8")
    test = f"from rule import is_adult\n\ndef test_of_age():\n    assert is_adult({age})\n"
    (tmp_path / "test_rule.py").write_text(test, encoding="utf-8")
    assert survives(rule_of_age("test_rule.py"), tmp_path) is survived
    assert (tmp_path / "rule.py").read_text(encoding="utf-8") == RULE


def test_tests_that_do_not_run_prove_nothing(tmp_path: Path) -> None:
    (tmp_path / "rule.py").write_text(RULE, encoding="utf-8")
    with pytest.raises(RuntimeError, match=r"test_absent\.py"):
        survives(rule_of_age("test_absent.py"), tmp_path)


def test_the_copy_holds_what_every_rule_and_its_tests_need(tmp_path: Path) -> None:
    tree = copy_tree(tmp_path / "tree")
    for rule in mutants():
        assert (tree / rule.file).is_file()
        assert all((tree / test.partition("::")[0]).is_file() for test in rule.tests)
