"""The elements of an XML part of a workbook, one after another in constant memory.

The parser builds the elements; whoever asks for the next one lets the former go. Document types are refused, so that no
entity can exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO
from xml.etree.ElementTree import Element, TreeBuilder, XMLParser

from degree_auth.domain.shared.errors import Invalid, Problem

_BLOCK_BYTES = 1 << 17
_MOST_BLOCKS_OF_TEXT = 8  # 1 MB; a cell holds 32,767 characters at most
_OF_ANOTHER_FORMAT = "{}"
_DEEPEST = 8  # no part that is read nests deeper


def local_name(name: str) -> str:
    """An element's or attribute's name without its namespace, which differs between the two forms of the standard."""
    return name.rpartition("}")[2]


def own_name(element: Element, parent: Element) -> str:
    """An element's local name when it is of its parent's namespace, and else one that no format has: a program that
    knows the format passes over what another format put there."""
    namespace, _, name = element.tag.rpartition("}")
    return name if parent.tag.rpartition("}")[0] == namespace else f"{_OF_ANOTHER_FORMAT}{name}"


_DEPTH_OF_CELLS, _MOST_CELLS = 3, 16_384
"""Where `_progress` counts the children of a container's last child: the cells of a row that is not finished."""


def elements(
    part: IO[bytes], container: str = "", at_end: Callable[[Element], None] = lambda root: None
) -> Iterator[Element]:
    """The finished children of the root, or of its child `container`; elements beside the container are passed over,
    and in the root those of another namespace. `at_end` is shown the root with what stands beside the container.

    Raises:
        ValueError: the part has a document type, or may have one, or a text is longer than 1 MB, or a
            child of the container has more children than a row has cells.
        Invalid: `register_sheet_damaged`: the container is absent, stands twice, or has a child of another namespace.
        xml.etree.ElementTree.ParseError: not well-formed.
    """
    builder = TreeBuilder()
    document = builder.start("document", {})
    parser = XMLParser(target=builder)  # noqa: S314 -- a document type is refused before it is parsed
    with part:
        block = _first_block(part)
        blocks_of_text = 0
        before: tuple[int, ...] = ()
        while block:
            parser.feed(block)
            now = _progress(document)
            blocks_of_text = blocks_of_text + 1 if now == before else 0
            if blocks_of_text == _MOST_BLOCKS_OF_TEXT:
                raise ValueError("a text longer than any cell's")
            before = now
            if container and len(now) > _DEPTH_OF_CELLS and now[_DEPTH_OF_CELLS] > _MOST_CELLS:
                raise ValueError("more cells than a row has")
            if not len(document):
                raise ValueError("no element in the first block: a document type might follow")
            holder = _holder(document, container)
            if holder is not None and len(holder) > 1:
                finished = holder[:-1]
                yield from _of_own_format(finished, holder, container)
                del holder[: len(finished)]
                before = ()
            block = part.read(_BLOCK_BYTES)
    parser.close()
    containers = sum(own_name(child, document[0]) == container for child in document[0])
    if container and containers != 1:
        raise Invalid([Problem("", "register_sheet_damaged", f"{container}: {containers}")])
    holder = _holder(document, container)
    if holder is not None:
        yield from _of_own_format(holder[:], holder, container)
        at_end(document[0])


def root_name(part: IO[bytes]) -> str:
    """The local name of the root; empty when the first block does not reach it.

    Raises:
        ValueError, xml.etree.ElementTree.ParseError: as `elements` does.
    """
    builder = TreeBuilder()
    document = builder.start("document", {})
    with part:
        XMLParser(target=builder).feed(_first_block(part))  # noqa: S314 -- a document type is refused before it is parsed
    return local_name(document[0].tag) if len(document) else ""


def _first_block(part: IO[bytes]) -> bytes:
    block = part.read(_BLOCK_BYTES)
    if b"<!DOCTYPE" in block.replace(b"\0", b""):  # in UTF-16 as well
        raise ValueError("a workbook's parts have no document type")
    return block


def _holder(document: Element, container: str) -> Element | None:
    if not len(document):
        return None  # an empty part
    if not container:
        return document[0]
    return next((child for child in document[0] if own_name(child, document[0]) == container), None)


def _of_own_format(finished: list[Element], holder: Element, container: str) -> Iterator[Element]:
    for element in finished:
        if not own_name(element, holder).startswith(_OF_ANOTHER_FORMAT):
            yield element
        elif container:
            raise Invalid([Problem("", "register_sheet_damaged", f"{local_name(element.tag)} of another format")])


def _progress(document: Element) -> tuple[int, ...]:
    """How many children the last element has at each depth: the same as before when the parser met text alone, in
    whatever form (a text, CDATA, a comment)."""
    counts: list[int] = []
    element = document
    while len(element) and len(counts) < _DEEPEST:
        counts.append(len(element))
        element = element[-1]
    return tuple(counts)
