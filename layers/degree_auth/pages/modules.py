"""Joins the ES modules of a page into one script.

A page is one answer, so that its policy can allow one script by its hash and a visit costs one request. The modules
keep what makes them modules: each runs once, after those that it imports, in a scope of its own.

A module is named by its path without `.js`, such as `shared/dom`. It may write `import { a, b } from "./other.js";`,
`import "../shared/other.js";`, and `export` before a function, a class or a constant. Nothing else of the syntax for
import and export is needed here, and nothing else is accepted.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

_IMPORT = re.compile(r'^import (?:\{(\s*\w+(?:,\s*\w+)*,?\s*)\} from )?"(\.\.?/[\w/]+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (\w+)\b)", re.MULTILINE)
_UNREAD = re.compile(r"^\s*(?:import|export)\b.*|^.*\bimport\(.*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Module:
    """A module's text, without its imports and the word export; and what it imports, by module, and exports."""

    name: str
    body: str
    imports: dict[str, tuple[str, ...]]
    exports: tuple[str, ...]


def parse(name: str, text: str) -> Module:
    """Read a module.

    Raises:
        ValueError: it imports or exports in a way that is not read here.
    """
    body = _EXPORT.sub("", _IMPORT.sub("", text)).strip()
    if unread := _UNREAD.search(body):
        raise ValueError(f"{name}.js: {unread[0].strip()}")
    imports = {
        posixpath.normpath(posixpath.join(posixpath.dirname(name), found[2])): tuple(_names(found[1] or ""))
        for found in _IMPORT.finditer(text)
    }
    return Module(name, body, imports, tuple(_EXPORT.findall(text)))


def collect(entry: str, read: Callable[[str], str]) -> list[Module]:
    """The module `entry` and every one that it needs, each after those that it imports.

    `read` gives a module's text by its name.

    Raises:
        ValueError: modules import each other in a circle, or what another does not export.
    """
    collected: dict[str, Module] = {}

    def visit(name: str, importers: tuple[str, ...]) -> None:
        if name in importers:
            raise ValueError(f"modules import each other: {' -> '.join([*importers, name])}")
        if name in collected:
            return
        module = parse(name, read(name))
        for other, wanted in module.imports.items():
            visit(other, (*importers, name))
            if missing := set(wanted) - set(collected[other].exports):
                raise ValueError(f"{other}.js does not export {sorted(missing)}, which {name}.js imports")
        collected[name] = module

    visit(entry, ())
    return list(collected.values())


def join(modules: Iterable[Module]) -> str:
    """One script of modules that stand in the order of `collect`."""
    return "\n".join(["const modules = {};", *(_scope(module) for module in modules)])


def _scope(module: Module) -> str:
    bindings = [
        f'const {{ {", ".join(names)} }} = modules["{other}"];' for other, names in module.imports.items() if names
    ]
    exported = f"return {{ {', '.join(module.exports)} }};"
    return "\n".join([f'modules["{module.name}"] = (() => {{', *bindings, module.body, exported, "})();"])


def _names(listed: str) -> Iterator[str]:
    return (name.strip() for name in listed.split(",") if name.strip())
