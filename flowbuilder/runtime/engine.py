"""What a call gets when it comes to a node, when an element of a node has ended, and what a message gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from flowbuilder.errors import NotFound
from flowbuilder.flow.languages import language_meant
from flowbuilder.protocol.xml import serialise
from flowbuilder.runtime.apology import empty_response
from flowbuilder.runtime.render import render_part
from flowbuilder.runtime.writing import RETURN_MARK, Answer, Writing, closing_mark, node_of
from flowbuilder.steps.choose_language import LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowbuilder.compiler import Program
    from flowbuilder.runtime.call import Call
    from flowbuilder.runtime.links import Links
    from flowbuilder.runtime.services import Services


RETURNED = "returned"


def arrive(program: Program, call: Call, node_id: str, links: Links, services: Services) -> Answer:
    """The document for a call that comes to a node's endpoint: by the answer URL, or by a Redirect. Changes `call`.

    Raises NotFound where the program has no such node.
    """
    node_of(program, node_id)
    call.pass_nodes(closing_mark(node_id))
    return Writing(program, call, links, services).run(node_id)


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
    node = node_of(program, node_id)
    if node.step.event != event:
        raise NotFound(f"Node {node_id} has no continuation “{event[:40]}”.")
    if event == RETURNED:
        return _come_back(program, call, node_id, links, services)
    call.pass_nodes(node_id)
    outcome = node.step.resume(reply, attempt)
    call.outputs[node_id] = outcome.outputs
    call.variables.update(outcome.variables)
    writing = Writing(program, call, links, services)
    writing.note_reply(node_id, outcome)
    if outcome.report is not None:
        writing.reports.append(outcome.report)
    if outcome.again is not None:
        return writing.run(node_id, outcome.again, outcome.outputs.get("exit") == "no_match")
    return writing.run(node.route(outcome.exit))


def _come_back(program: Program, call: Call, node_id: str, links: Links, services: Services) -> Answer:
    call.pass_nodes(RETURN_MARK)
    if not call.frames or call.frames[-1].node != node_id:
        raise NotFound(f"The call has not left the flow at {node_id}.")
    writing = Writing(program, call, links, services)
    return writing.run(writing.come_back_to(node_of(program, node_id)))


def sound(program: Program, call: Call, node_id: str, name: str, links: Links) -> bytes:
    """The document that Plivo plays beside the call: music, a whisper. The call stays as it is.

    Raises NotFound where the node has no such sound.
    """
    language = language_meant(call.variable_at(node_id, LANGUAGE), program.languages)
    part = node_of(program, node_id).sound(name, language)
    if part is None:
        raise NotFound(f"Node {node_id} has no sound “{name[:40]}”.")
    root = etree.Element("Response")
    root.extend(list(render_part(part, call.values(), links, call.turn)))
    return serialise(root)


def reply(program: Program, message: Call, links: Links, services: Services) -> Answer:
    """The document for a text message that came in; empty where the flow answers none."""
    if program.message_entry is None:
        return Answer(empty_response())
    return Writing(program, message, links, services, as_message=True).run(program.message_entry)
