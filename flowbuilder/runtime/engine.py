"""arrive() and resume(): what a call gets when it comes to a node, and when an element of a node has ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lxml import etree

from flowbuilder.errors import NotFound
from flowbuilder.protocol.elements import MAX_DOCUMENT_BYTES, PLIVO_DOCUMENT_BYTES
from flowbuilder.protocol.xml import serialise
from flowbuilder.runtime.call import Passage
from flowbuilder.runtime.finished import Finished, keep
from flowbuilder.runtime.render import render_part
from flowbuilder.steps.writing import FRAME_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowbuilder.compiler import CompiledNode, Part, Program
    from flowbuilder.runtime.call import Call
    from flowbuilder.runtime.links import Links
    from flowbuilder.runtime.services import Services
    from flowbuilder.steps import Outcome, Report

MAX_DECISIONS = 50
Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one webhook gets: the document, what happened on the way (the trace), and what is to be told to others."""

    body: bytes
    events: list[Event] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)


class EndlessDecisions(RuntimeError):
    """Silent steps led on and on within one request."""


class DocumentTooLarge(RuntimeError):
    """Values have made a document larger than Plivo takes."""


def arrive(program: Program, call: Call, node_id: str, links: Links, services: Services) -> Answer:
    """The document for a call that comes to a node's endpoint: by the answer URL, or by a Redirect. Changes `call`.

    Raises NotFound where the program has no such node.
    """
    _node(program, node_id)
    call.pass_nodes(_closing_mark(node_id))
    return _Writing(program, call, links, services).run(node_id)


def resume(
    program: Program,
    call: Call,
    node_id: str,
    event: str,
    reply: Mapping[str, Any],
    links: Links,
    services: Services,
    *,
    attempt: int = 1,
) -> Answer:
    """The document for a call in which an element of that node has ended, with `reply` in our names. Changes `call`.

    Raises NotFound where the program has no such node, or the node no such continuation.
    """
    node = _node(program, node_id)
    if node.step.event != event:
        raise NotFound(f"Node {node_id} has no continuation “{event[:40]}”.")
    call.pass_nodes(node_id)
    outcome = node.step.resume(reply, attempt)
    call.outputs[node_id] = outcome.outputs
    call.variables.update(outcome.variables)
    writing = _Writing(program, call, links, services)
    writing.note("took", node=node_id, exit=outcome.exit, outputs=outcome.outputs)
    if outcome.report is not None:
        writing.reports.append(outcome.report)
    if outcome.again is not None:
        return writing.run(node_id, outcome.again, outcome.outputs.get("exit") == "no_match")
    return writing.run(node.route(outcome.exit))


def _closing_mark(node_id: str) -> str:
    return f"->{node_id}"


def _node(program: Program, node_id: str) -> CompiledNode:
    node = program.nodes.get(node_id)
    if node is None:
        raise NotFound(f"This version of the flow has no node “{node_id[:64]}”.")
    return node


class _Writing:
    """One document being written for one call: parts fused, silent steps decided on the way."""

    def __init__(self, program: Program, call: Call, links: Links, services: Services) -> None:
        self.program, self.call, self.links, self.services = program, call, links, services
        self.root = etree.Element("Response")
        self.size = FRAME_BYTES
        self.events: list[Event] = []
        self.reports: list[Report] = []
        self.values = call.values()
        self.is_finished = True
        call.turn += 1
        call.passages, call.marks, call.owners = [], {}, []

    def note(self, kind: str, **facts: Any) -> None:
        self.events.append({"kind": kind, **facts})

    def run(self, start: str | None, attempt: int = 1, asked_again: bool = False) -> Answer:
        key = (start, attempt, asked_again, self.links.base, self.call.turn)
        kept = self.program.finished.get(key)
        if kept is not None:
            kept.remember_in(self.call)
            return Answer(kept.body, [*self.events, dict(kept.served)], self.reports)
        at, decisions = start, 0
        written: list[str] = []
        while at is not None:
            node = _node(self.program, at)
            if node.step.silent:
                if node.step.acts and written:
                    self._redirect(at)
                    break
                decisions += 1
                if decisions > MAX_DECISIONS:
                    raise EndlessDecisions(f"More than {MAX_DECISIONS} decisions in one request, at node {at}.")
                at = self._decide(node, certain=not written)
                continue
            part = node.part(attempt, asked_again)
            too_large = written and self.size + part.size > MAX_DOCUMENT_BYTES
            if at in written or too_large or not self._write(node, part):
                self._redirect(at)
                break
            written.append(at)
            attempt, asked_again = 1, False
            at = self._fall_through(node)
        body = serialise(self.root)
        if len(body) > PLIVO_DOCUMENT_BYTES:
            raise DocumentTooLarge(f"The document from node {start} has {len(body)} bytes once it is filled.")
        self.note("served", nodes=written, bytes=len(body))
        if self.is_finished:
            keep(self.program.finished, key, Finished.of(body, self.events[-1], self.call))
        return Answer(body, self.events, self.reports)

    def _write(self, node: CompiledNode, part: Part) -> bool:
        """Appends a node's elements; not where their values would make too large a document that has others already."""
        elements = list(render_part(part, self.values, self.links, self.call.turn))
        size = self.size + part.size
        if part.has_expressions:
            self.is_finished = False
            size = self.size + sum(len(etree.tostring(element, encoding="utf-8")) for element in elements)
            if len(self.root) and size > MAX_DOCUMENT_BYTES:
                return False
        self.call.marks[node.id] = len(self.call.passages)
        self.root.extend(elements)
        self.call.owners += [node.id] * len(elements)
        self.size = size
        return True

    def _fall_through(self, node: CompiledNode) -> str | None:
        exit = node.step.falls_through()
        if exit is None:
            return None
        self._pass(Passage(node.id, node.step.fall_through_outputs()))
        return node.route(exit)

    def _pass(self, passage: Passage) -> None:
        if passage.outputs or passage.variables:
            self.call.passages.append(passage)
            self._show(passage.node, passage.outputs, passage.variables)

    def _show(self, node_id: str, outputs: dict[str, Any], variables: dict[str, Any]) -> None:
        """Lets the rest of the document see what holds from here on."""
        self.values = {
            **self.values,
            **({node_id: outputs} if outputs else {}),
            "vars": {**self.values["vars"], **variables},
            "call": self.call.facts,
        }

    def _decide(self, node: CompiledNode, *, certain: bool) -> str | None:
        """Where a silent step leads. `certain`: the caller is here now; else only if the elements before it run out."""
        self.is_finished = False
        outcome: Outcome = node.step.decide(self.values, self.services)
        self.note("decided", node=node.id, exit=outcome.exit, variables=outcome.variables)
        if certain:
            if outcome.outputs:
                self.call.outputs[node.id] = outcome.outputs
            self.call.variables.update(outcome.variables)
            self._show(node.id, outcome.outputs, outcome.variables)
        else:
            self._pass(Passage(node.id, outcome.outputs, outcome.variables))
        return node.route(outcome.exit)

    def _redirect(self, node_id: str) -> None:
        redirect = etree.SubElement(self.root, "Redirect")
        redirect.text = self.links.node(node_id, self.call.turn)
        self.call.marks[_closing_mark(node_id)] = len(self.call.passages)
        self.call.owners.append(node_id)
