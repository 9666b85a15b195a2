"""One document being written for one call: parts fused, silent steps decided on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lxml import etree

from flowbuilder.errors import NotFound
from flowbuilder.flow.languages import language_meant
from flowbuilder.protocol.elements import MAX_DOCUMENT_BYTES, PLIVO_DOCUMENT_BYTES
from flowbuilder.protocol.xml import serialise
from flowbuilder.runtime.call import Frame, Passage
from flowbuilder.runtime.finished import Finished, keep
from flowbuilder.runtime.hiding import DOTS, hidden
from flowbuilder.runtime.render import render_part
from flowbuilder.runtime.waiting import ask, heard_meanwhile
from flowbuilder.steps.choose_language import LANGUAGE
from flowbuilder.steps.writing import FRAME_BYTES

if TYPE_CHECKING:
    from flowbuilder.compiler import CompiledNode, Part, Program
    from flowbuilder.runtime.call import Call
    from flowbuilder.runtime.links import Links
    from flowbuilder.runtime.services import Services
    from flowbuilder.steps import Outcome, Report
    from flowbuilder.steps.base import Entering

# A counter may send a call round a hundred times, by way of several silent steps each.
MAX_DECISIONS = 1_000
MAX_FRAMES = 10
RETURN_MARK = "<-"
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


def closing_mark(node_id: str) -> str:
    return f"->{node_id}"


def node_of(program: Program, node_id: str) -> CompiledNode:
    """The node. Raises NotFound."""
    node = program.nodes.get(node_id)
    if node is None:
        raise NotFound(f"This version of the flow has no node “{node_id[:64]}”.")
    return node


class Writing:
    """A document in the making. `as_message`: the reply to a text message, which holds nothing but messages."""

    def __init__(
        self, program: Program, call: Call, links: Links, services: Services, *, as_message: bool = False
    ) -> None:
        self.program, self.call, self.links, self.services = program, call, links, services
        self.as_message = as_message
        self.written: list[str] = []
        self.has_asked = False
        self.decisions = 0
        self.root = etree.Element("Response")
        self.size = FRAME_BYTES
        self.events: list[Event] = []
        self.reports: list[Report] = []
        call.update_facts({"time": services.now().isoformat(timespec="seconds")})
        self.values = call.values()
        self.is_finished = True
        call.turn += 1
        call.passages, call.marks, call.owners = [], {}, []

    def note(self, kind: str, **facts: Any) -> None:
        """Adds to the trace. What the call knows by its `outputs` and `variables` is shown without its secrets."""
        for name in ("outputs", "variables"):
            if name in facts:
                facts[name] = hidden(facts[name], self.call.secrets)
        self.events.append({"kind": kind, **facts})

    def note_reply(self, node_id: str, outcome: Outcome) -> None:
        """Adds which exit a reply took; secret outputs are dots."""
        self.call.hide(outcome.outputs.get(name) for name in outcome.secret)
        shown = {name: DOTS if name in outcome.secret and value else value for name, value in outcome.outputs.items()}
        secret = {"secret": True} if outcome.secret else {}
        self.note("took", node=node_id, exit=outcome.exit, outputs=shown, **secret)

    def run(self, start: str | None, attempt: int = 1, asked_again: bool = False) -> Answer:
        key = (start, attempt, asked_again, self.links.base, self.call.turn, self._language())
        kept = None if self.call.frames else self.program.finished.get(key)
        if kept is not None:
            kept.remember_in(self.call)
            return Answer(kept.body, [*self.events, dict(kept.served)], self.reports)
        self.is_finished = not self.call.frames
        program = self.program
        self._fuse(start, attempt, asked_again)
        body = serialise(self.root)
        if len(body) > PLIVO_DOCUMENT_BYTES:
            raise DocumentTooLarge(f"The document from node {start} has {len(body)} bytes once it is filled.")
        self.note("served", nodes=self.written, bytes=len(body))
        if self.is_finished:
            keep(program.finished, key, Finished.of(body, self.events[-1], self.call))
        return Answer(body, self.events, self.reports)

    def _fuse(self, at: str | None, attempt: int, asked_again: bool) -> None:
        """Writes node after node, until an element asks us, another document must follow, or the call ends."""
        while True:
            if at is None:
                if not self.call.frames or self._returns_later():
                    return None
                at = self._come_back()
                continue
            node = node_of(self.program, at)
            if node.step.silent:
                if node.step.acts and self.written and not self.as_message:
                    return self._redirect(at)
                outcome = self._decision(node)
                if outcome.waits:
                    return self._wait_at(node)
                at = self._follow(node, outcome, certain=not self.written)
                continue
            if self.as_message and not node.step.sends_message:
                return self.note("stopped", node=at)
            part = node.part(attempt, asked_again, self._language())
            too_large = self.written and self.size + part.size > MAX_DOCUMENT_BYTES
            if at in self.written or too_large or not self._write(node, part):
                return None if self.as_message else self._redirect(at)
            self.written.append(at)
            self.has_asked = self.has_asked or node.step.waits_for_caller
            attempt, asked_again = 1, False
            exit = node.step.falls_through()
            if exit is None:
                return None
            self._pass(Passage(node.id, node.step.fall_through_outputs()))
            at = node.route(exit)

    def _language(self) -> str | None:
        """The language of the program that the call has chosen by now; None where it is the flow's own."""
        languages = self.program.languages
        return language_meant(self.values["vars"].get(LANGUAGE), languages) if languages else None

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

    def _decision(self, node: CompiledNode) -> Outcome:
        """What a silent step says; it may say that it has to wait."""
        self.is_finished = False
        self.decisions += 1
        if self.decisions > MAX_DECISIONS:
            raise EndlessDecisions(f"More than {MAX_DECISIONS} decisions in one request, at node {node.id}.")
        if self.as_message or not node.step.meanwhile():
            return node.step.decide(self.values, self.services, node.id)
        outcome, seconds = ask(node, self.call, self.values, self.links, self.services)
        if outcome.lost:
            self.note("lost_answer", node=node.id, asked_again=outcome.waits or outcome.outputs["status_code"] != 0)
        if outcome.waits:
            self.note("waiting", node=node.id, waited=round(seconds))
        return outcome

    def _wait_at(self, node: CompiledNode) -> None:
        """Lets the caller hear something, and come back to the node."""
        elements = heard_meanwhile(node, self._language(), self.values, self.links, self.call.turn)
        self.root.extend(elements)
        self.call.owners += [node.id] * len(elements)
        self.written.append(node.id)
        self._redirect(node.id)

    def _follow(self, node: CompiledNode, outcome: Outcome, *, certain: bool) -> str | None:
        """Where a decision leads. `certain`: the caller is here now; else only if the elements before it run out."""
        more: dict[str, Any] = {"reason": outcome.reason} if outcome.reason else {}
        if self.has_asked:
            more["if_silent"] = True
        self.note("decided", node=node.id, exit=outcome.exit, variables=outcome.variables, **more)
        if outcome.entering is not None:
            entry = self._enter(node, outcome.entering)
            if entry is not None:
                return entry
        if certain:
            self._take(node, outcome)
        else:
            self._pass(Passage(node.id, outcome.outputs, outcome.variables))
        return node.route(outcome.exit)

    def _take(self, node: CompiledNode, outcome: Outcome) -> None:
        if outcome.outputs:
            self.call.outputs[node.id] = outcome.outputs
        self.call.variables.update(outcome.variables)
        self._show(node.id, outcome.outputs, outcome.variables)

    def _enter(self, node: CompiledNode, entering: Entering) -> str | None:
        """The entry of the flow that the call goes on in; None where it cannot."""
        found = self.services.published(entering.flow) if len(self.call.frames) < MAX_FRAMES else None
        if found is None:
            self.note("not_entered", node=node.id, flow=entering.flow)
            return None
        call = self.call
        frame = Frame(self.links.flow_id, self.links.version, node.id, call.outputs, call.variables, call.env)
        call.frames.append(frame)
        spoken = {LANGUAGE: call.variables[LANGUAGE]} if LANGUAGE in call.variables else {}
        call.outputs, call.variables = {}, {**spoken, **entering.variables}
        call.env = dict(found.env)
        self.program, self.links = found.program, self.links.to(found.flow_id, found.version)
        self.values = call.values()
        self.note("entered", flow=found.flow_id, version=found.version)
        return found.program.entry

    def _returns_later(self) -> bool:
        """Whether there is XML to be heard before the call comes back: then it comes by a Redirect of its own."""
        if not self.written:
            return False
        frame = self.call.frames[-1]
        redirect = etree.SubElement(self.root, "Redirect")
        links = self.links.to(frame.flow_id, frame.version)
        redirect.text = links.continuation(f"nodes/{frame.node}/returned", self.call.turn)
        self.call.marks[RETURN_MARK] = len(self.call.passages)
        self.call.owners.append(frame.node)
        return True

    def _come_back(self) -> str | None:
        """Out of the flow that has ended, to the exit of the node that led into it."""
        frame = self.call.frames[-1]
        self.links = self.links.to(frame.flow_id, frame.version)
        self.program = self.services.program(frame.flow_id, frame.version)
        return self.come_back_to(node_of(self.program, frame.node))

    def come_back_to(self, node: CompiledNode) -> str | None:
        """Restores what the call knew at the node, and takes its exit."""
        outcome = node.step.come_back(self.call.values())
        frame = self.call.frames.pop()
        self.call.outputs, self.call.variables, self.call.env = frame.outputs, frame.variables, frame.env
        self.values = self.call.values()
        self._take(node, outcome)
        self.note("returned", node=node.id, variables=outcome.variables)
        return node.route(outcome.exit)

    def _redirect(self, node_id: str) -> None:
        redirect = etree.SubElement(self.root, "Redirect")
        redirect.text = self.links.node(node_id, self.call.turn)
        self.call.marks[closing_mark(node_id)] = len(self.call.passages)
        self.call.owners.append(node_id)
