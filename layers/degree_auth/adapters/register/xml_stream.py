"""The elements of an XML part of a workbook, one after another in constant memory.

The parser builds the elements; whoever asks for the next one lets the former go. Document types are refused, so that no
entity can exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element, TreeBuilder, XMLParser

from degree_auth.domain.shared.errors import Invalid, Problem

_BLOCK_BYTES = 1 << 17
_MOST_BLOCKS_OF_TEXT = 8  # 1 MB; a cell holds 32,767 characters at most


def local_name(name: str) -> str:
    """An element's or attribute's name without its namespace, which differs between the two forms of the standard."""
    return name.rpartition("}")[2]


def elements(part: IO[bytes], container: str = "") -> Iterator[Element]:
    """The finished children of the root, or of its child `container`; elements beside the container are passed over.

    Raises:
        ValueError: the part has a document type, or may have one, or a text is longer than 1 MB.
        Invalid: `register_sheet_damaged`: the container is absent or stands twice.
        xml.etree.ElementTree.ParseError: not well-formed.
    """
    builder = TreeBuilder()
    document = builder.start("document", {})
    parser = XMLParser(target=builder)  # noqa: S314 -- a document type is refused before it is parsed
    with part:
        block = _first_block(part)
        blocks_of_text = 0
        while block:
            blocks_of_text = 0 if b"<" in block else blocks_of_text + 1
            if blocks_of_text == _MOST_BLOCKS_OF_TEXT:
                raise ValueError("a text longer than any cell's")
            parser.feed(block)
            if not len(document):
                raise ValueError("no element in the first block: a document type might follow")
            holder = _holder(document, container)
            if holder is not None and len(holder) > 1:
                finished = holder[:-1]
                yield from finished
                del holder[: len(finished)]
            block = part.read(_BLOCK_BYTES)
    parser.close()
    containers = sum(local_name(child.tag) == container for child in document[0])
    if container and containers != 1:
        raise Invalid([Problem("", "register_sheet_damaged", f"{container}: {containers}")])
    holder = _holder(document, container)
    if holder is not None:
        yield from holder[:]


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
    return next((child for child in document[0] if local_name(child.tag) == container), None)
