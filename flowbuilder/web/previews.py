"""What an expression, or a text with {{ }}, gives with a call: the last one that passed the node, or one made up."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowbuilder.checks.sample_call import sample_values
from flowbuilder.flow.expression_places import place_of_fault
from flowbuilder.flow.expressions import ExpressionError, check_expression, check_text, evaluate, fill
from flowbuilder.runtime.hiding import DOTS, hidden
from flowbuilder.web.call_keeping import call_to_look_at
from flowbuilder.web.own_names import RESPONSE, deployment_variables

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder
    from flowbuilder.web.drafts import Draft

CALLS_LOOKED_AT = 10
MOST_FIELDS = 200
LONGEST_SHOWN = 300
LONGEST_TEXT = 20_000
TRUTHS = ("rules",)


@dataclass(frozen=True)
class Sample:
    """The values that previews are worked out with, and which call they are of, in words."""

    values: dict[str, Any]
    words: str


@dataclass(frozen=True)
class Preview:
    """What one field gives: `kind` is `gives`, `nothing` or `error`."""

    kind: str
    words: str


def sample_at(parts: Flowbuilder, draft: Draft, node_id: str) -> Sample:
    """The last call, live or simulated, that came by the node; else one made up from the flow."""
    for row in parts.store.calls.recent(draft.flow_id, CALLS_LOOKED_AT):
        call = call_to_look_at(row.state, parts.seal)
        if call is None or not _came_by(parts, row.uuid, node_id):
            continue
        values = hidden(call.values(), call.secrets)
        made = sample_values(draft.view, node_id, parts.clock())
        values["call"] = {**made["call"], **values["call"]}
        return Sample(_with_locals(parts, draft.flow_id, node_id, values), "in the last call")
    values = sample_values(draft.view, node_id, parts.clock())
    return Sample(_with_locals(parts, draft.flow_id, node_id, values), "in a sample call")


def preview(setting: str, text: str, *, bare: bool, sample: Sample) -> Preview:
    """What a field's text gives. Bounded in time and size, whatever stands in it: the sandbox sees to that."""
    text = text[:LONGEST_TEXT]
    try:
        check_expression(text) if bare else check_text(text)
    except ExpressionError as error:
        place = place_of_fault(text, bare=bare)
        return Preview("error", f"{str(error).removesuffix('.')}{', ' + place if place else ''}.")
    if not bare:
        return Preview("gives", _shortened(fill(text, sample.values)))
    value = evaluate(text, sample.values)
    if setting in TRUTHS:
        return Preview("gives", "true" if value else "false")
    if value is None or value == "":
        return Preview("nothing", "nothing")
    return Preview("gives", _shortened(json.dumps(value, ensure_ascii=False)))


def _came_by(parts: Flowbuilder, uuid: str, node_id: str) -> bool:
    """Whether the call has been at the node: a document it got has it, or its way was decided there."""
    events = parts.store.calls.events(uuid)
    return any(event.get("node") == node_id or node_id in event.get("nodes", ()) for event in events)


def _with_locals(parts: Flowbuilder, flow_id: str, node_id: str, values: dict[str, Any]) -> dict[str, Any]:
    """What one setting alone knows, too: where it stands elsewhere, the checks say so."""
    answer = values.get(node_id, {})
    answered = isinstance(answer, dict) and "status_code" in answer
    return {
        "response": answer if answered else dict(zip(RESPONSE, (200, {}, ""), strict=True)),
        "secrets": {kept.name: DOTS for kept in parts.vault.list()},
        "env": deployment_variables(parts, flow_id),
        **values,
    }


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
