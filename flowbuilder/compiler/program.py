"""Program: every node of a flow compiled to its own XML and routes, as plain data that never changes again.

Documents are not stored: they are these parts, fused from an arrival on (`documents.py`, and `runtime.engine` where
something must be decided or filled). So a step that many documents share is kept once, and a program is never larger
than its flow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from lxml import etree

from flowbuilder.checks import View, problems_in
from flowbuilder.checks.view import nothing_collected
from flowbuilder.compiler.routes import routes_of
from flowbuilder.errors import FlowFileError, FlowHasErrors
from flowbuilder.flow.model import Node
from flowbuilder.protocol.elements import PLIVO_DOCUMENT_BYTES
from flowbuilder.protocol.xml import parse
from flowbuilder.steps import read_node
from flowbuilder.steps.translations import place_in
from flowbuilder.steps.writing import Place, Written, starts_of, write_sound, write_step

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowbuilder.flow.model import Flow
    from flowbuilder.steps import Step

FORMAT = "flowbuilder-program/1"
START = "1"
SOUND = "sound:"
MEANWHILE = "meanwhile"
IN_LANGUAGE = "|"


@dataclass(frozen=True)
class Part:
    """The XML of one node from one attempt on: the children of `root`, a Response of their own.

    It is written when it is first asked for: few calls get to an attempt after the first.
    """

    write: Callable[[], etree._Element]

    @classmethod
    def of(cls, root: etree._Element) -> Part:
        """A part that has been written already."""
        part = cls(lambda: root)
        part.__dict__.update(root=root, _written=Written.of(root))
        return part

    @cached_property
    def root(self) -> etree._Element:
        return self.write()

    @cached_property
    def _written(self) -> Written:
        return Written.of(self.root)

    @property
    def size(self) -> int:
        """What it takes of a document, in bytes, while nothing is filled in."""
        return self._written.size

    @property
    def has_expressions(self) -> bool:
        return self._written.has_expressions

    @cached_property
    def links(self) -> dict[int, dict[str, str]]:
        """The paths in it that become URLs of ours: by the place of the child, then by attribute."""
        links: dict[int, dict[str, str]] = {}
        for place, attribute, path in self._written.links:
            links.setdefault(place, {})[attribute] = path
        return links

    @property
    def pieces(self) -> list[bytes]:
        """Its elements as they stand in a document, cut where `BEFORE_PATH` and the URL of the version belong."""
        return self._written.pieces

    @property
    def xml(self) -> str:
        return etree.tostring(self.root, encoding="unicode")


def part_key(attempt: int, asked_again: bool) -> str:
    """How a part is named: "2" begins at attempt 2, "2!" says first that the answer was wrong."""
    return f"{attempt}!" if asked_again else str(attempt)


def key_in(key: str, language: str | None) -> str:
    """How a part is named that differs in a language: "2!|de-DE"."""
    return f"{key}{IN_LANGUAGE}{language}" if language else key


@dataclass(frozen=True)
class CompiledNode:
    """One node: its step, where its exits lead, and its XML (none where the step is silent)."""

    id: str
    type: str
    settings: dict[str, Any]
    routes: dict[str, str]
    parts: dict[str, Part] = field(default_factory=dict)

    @cached_property
    def step(self) -> Step:
        step = read_node(self.id, Node(self.type, self.settings)).step
        if step is None:
            raise FlowFileError(f"Node {self.id} is a “{self.type}”, and that step type is not installed here.")
        return step

    def part(self, attempt: int = 1, asked_again: bool = False, language: str | None = None) -> Part:
        """The XML from that attempt on; from the start where there is no such attempt.

        In a language it is the flow's own where nothing of it differs.
        """
        if attempt == 1 and language is None and not asked_again:
            return self.parts[START]
        key = part_key(attempt, asked_again)
        key = key if key in self.parts else START
        return self.parts.get(key_in(key, language)) or self.parts[key]

    def sound(self, name: str, language: str | None = None) -> Part | None:
        """The prompts that Plivo fetches beside the call under that name."""
        key = f"{SOUND}{name}"
        return self.parts.get(key_in(key, language)) or self.parts.get(key)

    def meanwhile(self, language: str | None = None) -> Part | None:
        """What a caller hears while the node, silent otherwise, waits for the world."""
        return self.parts.get(key_in(MEANWHILE, language)) or self.parts.get(MEANWHILE)

    def route(self, exit: str | None) -> str | None:
        """The node that an exit leads to; None where the call ends."""
        return None if exit is None else self.routes.get(exit)

    @cached_property
    def following(self) -> str | None:
        """The node that Plivo goes on to without asking us."""
        return self.route(self.step.falls_through())


@dataclass(frozen=True)
class Program:
    """A compiled flow. `entry` is the node at which a call starts, `message_entry` the one at which a message does."""

    name: str
    entry: str
    nodes: dict[str, CompiledNode]
    message_entry: str | None = None

    @cached_property
    def finished(self) -> dict[Any, Any]:
        """Where the runtime keeps the documents that are the same for every call; no part of what is stored."""
        return {}

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages that something is said in, beside the flow's own."""
        keys = (key.partition(IN_LANGUAGE)[2] for node in self.nodes.values() for key in node.parts)
        return tuple(dict.fromkeys(language for language in keys if language))

    def has_sound(self, node_id: str, name: str) -> bool:
        node = self.nodes.get(node_id)
        return node is not None and node.sound(name) is not None

    def to_json(self) -> dict[str, Any]:
        nodes = {
            node.id: {
                "type": node.type,
                "settings": node.settings,
                "routes": node.routes,
                "parts": {key: part.xml for key, part in node.parts.items()},
            }
            for node in self.nodes.values()
        }
        data = {"format": FORMAT, "name": self.name, "entry": self.entry, "nodes": nodes}
        return {**data, "message_entry": self.message_entry} if self.message_entry else data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Program:
        """The program that `to_json` wrote. Raises FlowFileError where it is of another format."""
        if data.get("format") != FORMAT:
            raise FlowFileError(f"This program has the format {data.get('format')!r}; this Flowbuilder runs {FORMAT}.")
        nodes = {
            node_id: CompiledNode(
                id=node_id,
                type=node["type"],
                settings=node["settings"],
                routes=node["routes"],
                parts={key: Part.of(_read(xml)) for key, xml in node["parts"].items()},
            )
            for node_id, node in data["nodes"].items()
        }
        return cls(data["name"], data["entry"], nodes, data.get("message_entry"))


def compile_flow(flow: Flow) -> Program:
    """The flow as a program. Raises FlowHasErrors, which carries the problems, where a check reports an error."""
    view = View(flow)
    errors = [problem for problem in problems_in(view) if problem.blocks]
    if errors or flow.entry is None:
        raise FlowHasErrors(errors)
    steps = {node_id: reading.step for node_id, reading in view.readings.items()}
    with nothing_collected():
        voice, language = flow.voice, flow.language
        nodes = {
            node_id: _compile_node(flow, node_id, step, voice, language)
            for node_id, step in steps.items()
            if step is not None
        }
    message_entry = flow.extras.get("message_entry")
    return Program(flow.name, flow.entry, nodes, message_entry if message_entry in nodes else None)


def _compile_node(flow: Flow, node_id: str, step: Step, voice: str | None, language: str | None) -> CompiledNode:
    node = flow.nodes[node_id]
    parts: dict[str, Part] = {}
    place = Place(node_id, 1, False, voice, language)
    if not step.silent:
        _add_part(parts, START, flow, place, partial(write_step, step))
        for attempt, wrong in islice(starts_of(step), 1, None):
            again = Place(node_id, attempt, wrong, voice, language)
            _add_part(parts, part_key(attempt, wrong), flow, again, partial(write_step, step))
        for name, prompts in step.sounds().items():
            _add_part(parts, f"{SOUND}{name}", flow, place, partial(write_sound, prompts))
    if step.meanwhile():
        _add_part(parts, MEANWHILE, flow, place, partial(write_sound, step.meanwhile()))
    compiled = CompiledNode(node_id, node.type, node.settings, routes_of(node, step), parts)
    compiled.__dict__["step"] = step  # read once: fills the cached property
    return compiled


def _add_part(
    parts: dict[str, Part], key: str, flow: Flow, place: Place, write: Callable[[Place], etree._Element]
) -> None:
    """Adds a part, and one for each language that it differs in. The first is written now: every document needs it."""
    own = parts[key] = Part.of(write(place)) if key == START else Part(partial(write, place))
    for language in flow.languages[1:]:
        translated = Part(partial(write, place_in(flow, language, place)))
        if translated.xml != own.xml:
            parts[key_in(key, language)] = translated


def _read(xml: str) -> etree._Element:
    return parse(xml.encode("utf-8"), limit=PLIVO_DOCUMENT_BYTES)
