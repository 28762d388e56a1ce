"""Joining modules: what ES modules promise still holds in the one script, and what would break it is refused."""

import pytest

from degree_auth.pages.modules import collect, join, parse


def joined(texts: dict[str, str], entry: str = "check/page") -> str:
    return join(collect(entry, texts.__getitem__))


def test_a_module_runs_once_after_those_that_it_imports() -> None:
    texts = {
        "check/page": 'import "../shared/b.js";\nimport { a } from "../shared/a.js";\na();',
        "shared/b": 'import { a } from "./a.js";\na();',
        "shared/a": "export function a() {}",
    }
    assert [module.name for module in collect("check/page", texts.__getitem__)] == [
        "shared/a",
        "shared/b",
        "check/page",
    ]


def test_a_module_sees_what_it_imports_and_gives_away_what_it_exports() -> None:
    texts = {
        "check/page": 'import {\n  a, B,\n} from "./more.js";\na(B);',
        "check/more": "const hidden = 1;\nexport const a = () => hidden;\nexport class B {}\nexport function c() {}",
    }
    assert joined(texts).splitlines() == [
        "const modules = {};",
        'modules["check/more"] = (() => {',
        "const hidden = 1;",
        "const a = () => hidden;",
        "class B {}",
        "function c() {}",
        "return { a, B, c };",
        "})();",
        'modules["check/page"] = (() => {',
        'const { a, B } = modules["check/more"];',
        "a(B);",
        "return {  };",
        "})();",
    ]


def test_an_import_of_what_is_not_exported_is_refused() -> None:
    texts = {"check/page": 'import { a, b } from "./more.js";', "check/more": "export const a = 1;\nconst b = 2;"}
    with pytest.raises(ValueError, match=r"check/more\.js does not export \['b'\], which check/page\.js imports"):
        joined(texts)


def test_modules_that_import_each_other_are_refused() -> None:
    texts = {"check/page": 'import "./more.js";', "check/more": 'import "./page.js";'}
    with pytest.raises(ValueError, match="check/page -> check/more -> check/page"):
        joined(texts)


@pytest.mark.parametrize(
    "line",
    [
        "export default 1;",
        "export let a = 1;",
        "export { a };",
        'import a from "./more.js";',
        'import { a as b } from "./more.js";',
        'import * as a from "./more.js";',
        'import { a } from "https://example.org/a.js";',
        'const more = await import("./more.js");',
    ],
)
def test_other_syntax_of_import_and_export_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"check/page\.js: "):
        parse("check/page", line)
