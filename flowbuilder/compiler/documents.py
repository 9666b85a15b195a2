"""Documents as far as they are certain in advance: parts fused end to end from an arrival on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from lxml import etree

from flowbuilder.protocol.elements import MAX_DOCUMENT_BYTES
from flowbuilder.protocol.xml import DECLARATION
from flowbuilder.steps.writing import BEFORE_PATH, CLOSING, FRAME_BYTES, OPENING

if TYPE_CHECKING:
    from flowbuilder.compiler.program import Program

Ending = Literal["ends", "redirect", "decide"]


@dataclass(frozen=True, slots=True)
class Document:
    """One XML answer as far as it is certain: the nodes in it, in order, and how it closes.

    `ending` is "ends" (the call ends, or an element asks us), "redirect" (to the node `then`), or "decide" (the silent
    node `then` chooses how it goes on, at run time).
    """

    start: str
    nodes: tuple[str, ...]
    ending: Ending
    then: str | None = None


def document_at(program: Program, start: str) -> Document:
    """The document that a request to the node's endpoint gets: basic blocks fused along fall-through exits.

    It closes with a Redirect only where the next node acts on the world, is in it already, or would make it too large.
    """
    nodes: dict[str, None] = {}
    size = FRAME_BYTES
    at: str | None = start
    while at is not None:
        node = program.nodes[at]
        if node.step.silent:
            return Document(start, tuple(nodes), "redirect" if node.step.acts and nodes else "decide", at)
        size += node.part().size
        if at in nodes or (nodes and size > MAX_DOCUMENT_BYTES):
            return Document(start, tuple(nodes), "redirect", at)
        nodes[at] = None
        at = node.following
    return Document(start, tuple(nodes), "ends")


def static_document(program: Program, start: str, base: str) -> bytes | None:
    """The node's document with absolute URLs under `base`, expressions unfilled; None where the node is silent.

    `base` is the URL of the version, `https://host/v1/flows/FLOW/VERSION`.
    """
    document = document_at(program, start)
    if not document.nodes:
        return None
    before_path = BEFORE_PATH + _escaped(f"{base}/")
    written = [before_path.join(program.nodes[node_id].part().pieces) for node_id in document.nodes]
    if document.ending == "redirect":
        redirect = etree.Element("Redirect")
        redirect.text = f"{base}/nodes/{document.then}"
        written.append(etree.tostring(redirect, encoding="utf-8"))
    return b"".join((DECLARATION, OPENING, *written, CLOSING))


@lru_cache(maxsize=64)
def _escaped(url: str) -> bytes:
    """The URL as it stands between the quotes of an attribute."""
    return etree.tostring(etree.Element("a", b=url), encoding="utf-8").removeprefix(b'<a b="').removesuffix(b'"/>')


def needs_runtime(program: Program, start: str) -> bool:
    """Whether the document cannot be written in advance: something in it is filled or decided during the call."""
    document = document_at(program, start)
    return document.ending == "decide" or any(program.nodes[node].part().has_expressions for node in document.nodes)
