"""Saves an author's edit on top of what others have saved meanwhile, unless both touched the same thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowbuilder.errors import EditRefused, NotFound, StaleEdit
from flowbuilder.flow.conflicts import changed, touched
from flowbuilder.flow.edits import apply_edit
from flowbuilder.steps import read_node
from flowbuilder.web.drafts import DRAFTS
from flowbuilder.web.people import author
from flowbuilder.web.tidying import tidy_edit

if TYPE_CHECKING:
    from collections.abc import Collection

    from flowbuilder.flow.conflicts import Thing
    from flowbuilder.flow.edit_reading import Edit
    from flowbuilder.flow.model import Flow, Node
    from flowbuilder.store import Store

MOST_TRIES = 8
MOST_COPIES = 500


def save_edit(store: Store, flow_id: str, seen: int, edit: Edit) -> list[str]:
    """Applies the edit, made by someone who saw the revision `seen`, to the draft and saves it.

    Gives the ids of the nodes that it added. Raises StaleEdit when something it touches has changed since; EditRefused
    when the flow does not allow it. An edit that changes nothing is not saved.
    """
    things = touched(edit)
    for _ in range(MOST_TRIES):
        row = store.flows.get(flow_id)
        draft = DRAFTS.at(store, flow_id, row.revision)
        head = draft.flow
        if seen != row.revision:
            _refuse_stale(things & changed(DRAFTS.at(store, flow_id, seen).flow, head))
        flow, label = perform(head, edit)
        if flow == head:
            return []
        try:
            revision = store.flows.save(flow_id, row.revision, flow, label, author())
        except StaleEdit:
            continue  # someone saved between the two lines above: look again
        DRAFTS.follow(store, draft, revision, flow)
        return [node_id for node_id in flow.nodes if node_id not in head.nodes and edit.get("op") != "rename_node"]
    raise StaleEdit("This flow is being changed from several places at once. Try again.")


def with_source(store: Store, edit: Edit) -> Edit:
    """A paste with the nodes themselves in it: `source` names them as {flow, revision, nodes: [ids]}."""
    source = edit.get("source")
    if not isinstance(source, dict):
        return edit
    try:
        flow = store.flows.load(str(source["flow"]), int(source["revision"]))
        chosen = [str(node_id) for node_id in source["nodes"]]
    except (KeyError, TypeError, ValueError, NotFound) as error:
        raise EditRefused("What was copied is no longer there. Copy it again.") from error
    nodes = {node_id: flow.nodes[node_id].to_json() for node_id in chosen if node_id in flow.nodes}
    return {"op": "paste", "nodes": nodes, **({"at": edit["at"]} if "at" in edit else {})}


def perform(flow: Flow, edit: Edit) -> tuple[Flow, str]:
    """The flow after an edit, and the edit's label: one of `flow.edits`, or of those that need more than the flow.

    Those are duplicate: {nodes, by: [x, y]} and tidy: {nodes?}.
    """
    change = {"duplicate": _duplicate, "tidy": tidy_edit}.get(str(edit.get("op")))
    if change is None:
        return apply_edit(flow, edit, bare_expressions=bare_expressions)
    try:
        return change(flow, edit)
    except (TypeError, ValueError) as error:
        message = f"The edit {edit['op']} is not complete: {error}. Load the page again and repeat it."
        raise EditRefused(message) from error


def _duplicate(flow: Flow, edit: Edit) -> tuple[Flow, str]:
    chosen = [str(node_id) for node_id in edit.get("nodes") or () if node_id in flow.nodes]
    if not chosen:
        raise EditRefused("What was to be duplicated is no longer there.")
    if len(chosen) > MOST_COPIES:
        raise EditRefused(f"Duplicate at most {MOST_COPIES} steps at once.")
    dx, dy = (float(part) for part in edit.get("by") or (40, 40))
    copy_ids: dict[str, str] = {}
    result = flow
    for node_id in chosen:
        node = flow.nodes[node_id]
        place = [node.position[0] + dx, node.position[1] + dy]
        add: dict[str, Any] = {"op": "add_node", "type": node.type, "settings": node.settings, "position": place}
        add["id"] = copy_ids[node_id] = _copy_id(result, node_id)
        result, _ = apply_edit(result, add)
    for node_id in chosen:
        for exit, target in flow.nodes[node_id].exits.items():
            link = {"op": "connect", "node": copy_ids[node_id], "exit": exit, "to": copy_ids.get(target, target)}
            if link["to"] in result.nodes:
                result, _ = apply_edit(result, link)
    label = f"Duplicate {chosen[0]}" if len(chosen) == 1 else f"Duplicate {len(chosen)} nodes"
    return result, label


def bare_expressions(node: Node) -> Collection[str]:
    """The texts among a node's settings that are expressions without {{ }}."""
    step = read_node("", node).step
    return {source for _, source in step.expressions()} if step else ()


def _copy_id(flow: Flow, node_id: str) -> str:
    base = node_id.rstrip("0123456789").rstrip("_")[:58] or node_id[:58]
    number = 2
    while f"{base}_{number}" in flow.nodes:
        number += 1
    return f"{base}_{number}"


def _refuse_stale(things: set[Thing]) -> None:
    if not things:
        return
    thing = min(things, key=lambda each: (each[0] == "inside", each))
    match thing:
        case ("entry",):
            what = "Where the call starts"
        case ("detail", name):
            what = f"The flow's {name}"
        case ("exit", node, name):
            what = f"{node}, {name.replace('_', ' ')},"
        case ("setting", node, name):
            what = f"{node}, {name.replace('_', ' ')},"
        case _:
            what = thing[1]
    raise StaleEdit(f"{what} has been changed in another tab meanwhile. Look at it as it is now, then do it again.")
