"""Steps that may wait for the world while the caller hears something: they are asked again when the call comes back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from lxml import etree

from flowbuilder.runtime.call import Asking
from flowbuilder.runtime.render import render_part
from flowbuilder.steps.base import Visit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowbuilder.compiler import CompiledNode
    from flowbuilder.runtime.call import Call
    from flowbuilder.runtime.links import Links
    from flowbuilder.runtime.services import Services
    from flowbuilder.steps import Outcome

SHORTEST_PAUSE = "1"


def ask(
    node: CompiledNode, call: Call, values: Mapping[str, Any], links: Links, services: Services
) -> tuple[Outcome, float]:
    """What the step says by now, and for how many seconds the call has waited. Remembers in `call` that it waits."""
    now, waited = services.now(), call.asking
    began = waited is not None and (waited.flow_id, waited.node) == (links.flow_id, node.id)
    if waited is None or not began:
        key = f"{call.uuid}/{links.flow_id}/{node.id}/{call.turn}"
        waited = Asking(links.flow_id, node.id, key, now.isoformat())
    seconds = max((now - datetime.fromisoformat(waited.since)).total_seconds(), 0.0)
    outcome = node.step.ask(values, services, node.id, Visit(waited.key, began, seconds))
    call.asking = waited if outcome.waits else None
    return outcome, seconds


def heard_meanwhile(
    node: CompiledNode, language: str | None, values: Mapping[str, Any], links: Links, turn: int
) -> list[etree._Element]:
    """What the caller hears before the call comes back; a pause where the prompts have nothing to say."""
    part = node.meanwhile(language)
    elements = [] if part is None else list(render_part(part, values, links, turn))
    return elements or [etree.Element("Wait", length=SHORTEST_PAUSE)]
