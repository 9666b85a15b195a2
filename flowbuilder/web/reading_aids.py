"""Ways to read a flow beside its drawing: find what holds some words, and the outline in the order of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for

from flowbuilder.errors import NotFound
from flowbuilder.steps import CATALOGUE, palette
from flowbuilder.web import current
from flowbuilder.web.drafts import head_of
from flowbuilder.web.people import author

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue

    from flowbuilder.flow.model import Flow

reading_aids = Blueprint("reading_aids", __name__)

MOST_EDITS = 500
MOST_FOUND = 40
MOST_OTHER_FLOWS = 200
SHOWN_AROUND = 60


@reading_aids.get("/flows/<flow_id>/find")
def find(flow_id: str) -> ResponseReturnValue:
    """What holds the words `q`: the nodes of this flow first, then those of the others, as JSON."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    words = request.args.get("q", "").casefold().split()
    found = [{"title": node, "detail": detail, "node": node} for node, detail in _hits(head_of(fb, row).flow, words)]
    for other in fb.store.flows.list()[:MOST_OTHER_FLOWS]:
        if len(found) >= MOST_FOUND:
            break
        if other.id == flow_id:
            continue
        url = url_for("editor.edit", flow_id=other.id)
        for node, detail in _hits(fb.store.flows.load(other.id), words):
            found.append({"title": f"{other.name} · {node}", "detail": detail, "url": f"{url}#{node}"})
    return jsonify({"found": found[:MOST_FOUND]})


@reading_aids.get("/flows/<flow_id>/outline")
def outline(flow_id: str) -> ResponseReturnValue:
    """The flow as a list in the order of a call: to read and to edit without the drawing. htmx gets the list alone."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    draft = head_of(fb, row)
    template = "editor/_outline.html" if "HX-Request" in request.headers else "editor/outline.html"
    return render_template(template, row=row, draft=draft, order=_in_call_order(draft.flow), palette=palette())


@reading_aids.get("/flows/<flow_id>/history")
def history(flow_id: str) -> ResponseReturnValue:
    """Every edit of the draft, in words."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    return render_template("versions/history.html", row=row, entries=fb.store.flows.history(flow_id, MOST_EDITS))


@reading_aids.post("/flows/<flow_id>/history")
def go_back(flow_id: str) -> ResponseReturnValue:
    """Makes the draft what it was at a revision: an edit of its own."""
    flows = current().store.flows
    wanted = request.form.get("revision", 0, type=int)
    entry = next((each for each in flows.history(flow_id, MOST_EDITS) if each.revision == wanted), None)
    if entry is None:
        raise NotFound("That edit is no longer kept. Load the page again.")
    head, label = flows.get(flow_id).revision, f"Go back to: {entry.label}"
    flows.save(flow_id, head, flows.load(flow_id, wanted), label, author())
    return redirect(url_for("editor.edit", flow_id=flow_id))


def _in_call_order(flow: Flow) -> list[str]:
    """Every node: those that a call comes by, in that order, then the rest."""
    links = {node_id: list(dict.fromkeys(node.exits.values())) for node_id, node in flow.nodes.items()}
    seen: dict[str, None] = {}
    waiting = [flow.entry] if flow.entry in flow.nodes else []
    while waiting:
        at = waiting.pop(0)
        if at is None or at in seen:
            continue
        seen[at] = None
        waiting.extend(target for target in links[at] if target in flow.nodes)
    return [*seen, *(node_id for node_id in flow.nodes if node_id not in seen)]


def _hits(flow: Flow, words: list[str]) -> Iterator[tuple[str, str]]:
    if not words:
        return
    for node_id, node in flow.nodes.items():
        step = CATALOGUE.get(node.type)
        label = step.label if step else node.type
        texts = [f"{name.replace('_', ' ')}: {text}" for name, text in _texts(node.settings)]
        everything = " ".join([node_id, label, *texts]).casefold()
        compact = everything.replace(" ", "").replace("-", "")
        if all(word in everything or word in compact for word in words):
            text = next((text for text in texts if any(word in text.casefold() for word in words)), "")
            yield node_id, f"{label}{' · ' if text else ''}{text[:SHOWN_AROUND]}"


def _texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, name or str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, name)
    elif value is not None and not isinstance(value, bool):
        yield name, str(value)
