"""Writes a step's XML: the elements of one node, beginning at one of its attempts."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from lxml import etree

from flowbuilder.protocol.elements import ELEMENTS
from flowbuilder.protocol.xml import add_element
from flowbuilder.steps.items import emit_prompts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.steps.base import Step
    from flowbuilder.steps.items import Prompt


# What a document needs beside the XML of its nodes: the declaration, the Response, a Redirect of a long URL.
FRAME_BYTES = 1_024
# What the path of an action URL grows by when it is made absolute: host, flow, version, turn.
LINK_BYTES = 200
DIAL_EVENTS = "dial-events"
OPENING, CLOSING = b"<Response>", b"</Response>"
OWN_BYTES = len(OPENING + CLOSING)
# What stands before a path that becomes a URL. In an attribute a quote is escaped, in a text it is not.
BEFORE_PATH = b'="'
LINK = re.compile(rb'="(?=nodes/|dial-events")')


@dataclass(slots=True)
class ElementWriter:
    """Appends elements to an lxml tree (`steps.base.Writer`)."""

    root: etree._Element

    def add(self, name: str, text: str | None = None, /, **attributes: Any) -> ElementWriter:
        return ElementWriter(add_element(self.root, name, text, **attributes))

    def add_tagged(self, content: etree._Element) -> None:
        self.root.text = content.text
        self.root.extend(deepcopy(list(content)))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node's XML stands (`steps.base.Here`). URLs are paths; the runtime puts the host before them."""

    node: str
    attempt: int = 1
    asked_again: bool = False
    voice: str | None = None
    language: str | None = None
    spoken: str | None = None
    spoken_voice: str | None = None

    def continuation(self, event: str, *, attempt: int = 1) -> str:
        path = f"nodes/{self.node}/{event}"
        return path if attempt == 1 else f"{path}?attempt={attempt}"

    @property
    def dial_events(self) -> str:
        return DIAL_EVENTS

    def sound(self, name: str) -> str:
        return f"nodes/{self.node}/{name}"


def write_sound(prompts: list[Prompt], place: Place) -> etree._Element:
    """A Response that Plivo plays beside the call: Speak, Play and Wait only."""
    root = etree.Element("Response")
    emit_prompts(ElementWriter(root), place, prompts)
    return root


def write_step(step: Step, place: Place) -> etree._Element:
    """A Response that holds the step's elements and nothing else; `{{ }}` stand unfilled."""
    root = etree.Element("Response")
    step.emit(ElementWriter(root), place)
    return root


def starts_of(step: Step) -> Iterator[tuple[int, bool]]:
    """Every place a step's XML may begin at: (attempt, whether the caller has just given a wrong answer)."""
    yield 1, False
    for attempt in step.attempts_after(1):
        yield attempt, False
        yield attempt, True


def size_of(written: bytes, links: list[tuple[int, str, str]]) -> int:
    """How many bytes a step's XML takes in a document, once its URLs are absolute; `written` is its serialisation."""
    return len(written) - OWN_BYTES + LINK_BYTES * len(links)


def links_in(root: etree._Element) -> list[tuple[int, str, str]]:
    """The URLs of ours in a step's XML, still paths: the child's place, the attribute, the path."""
    found = []
    for place, child in enumerate(root):
        for name in _url_attributes(str(child.tag)):
            value = child.get(name)
            if value is not None and (value.startswith("nodes/") or value == DIAL_EVENTS):
                found.append((place, name, value))
    return found


@dataclass(slots=True)
class Written:
    """A step's XML as bytes: what its Response holds, with `BEFORE_PATH` taken out at each link."""

    pieces: list[bytes]
    links: list[tuple[int, str, str]]
    size: int
    has_expressions: bool

    @classmethod
    def of(cls, root: etree._Element) -> Written:
        written = etree.tostring(root, encoding="utf-8")
        inner = written[len(OPENING) : -len(CLOSING)] if len(root) else b""
        pieces = LINK.split(inner)
        links = links_in(root) if len(pieces) > 1 else []
        if len(pieces) != len(links) + 1:
            pieces = _marked_pieces(root, inner, links)
        return cls(pieces, links, size_of(written, links), b"{{" in written)


def _marked_pieces(root: etree._Element, inner: bytes, links: list[tuple[int, str, str]]) -> list[bytes]:
    """The pieces where a text looks like a link: each link is marked by what no text holds."""
    mark = "\ue000"
    while mark.encode() in inner:
        mark += "\ue000"
    marked = deepcopy(root)
    for place, attribute, path in links:
        marked[place].set(attribute, mark + path)
    written = etree.tostring(marked, encoding="utf-8")
    return written[len(OPENING) : -len(CLOSING)].split(BEFORE_PATH + mark.encode())


@cache
def _url_attributes(tag: str) -> tuple[str, ...]:
    return tuple(name for name, rule in ELEMENTS[tag].attributes.items() if rule.type in ("url", "url_or_enum"))
