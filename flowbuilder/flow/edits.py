"""Every change an author can make: a flow and a named edit in, a new flow and its label out.

An edit is plain data: {"op": name, ...}. What the flow does not allow is refused with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from flowbuilder.errors import EditRefused
from flowbuilder.flow.edit_reading import Edit, mapping_in, plain_edit, position_in, text_in, text_mapping_in, texts_in
from flowbuilder.flow.expressions import rename_in_expression, rename_in_text
from flowbuilder.flow.languages import LANGUAGE_DETAILS, language_details
from flowbuilder.flow.model import NODE_ID, Flow, Node
from flowbuilder.flow.notes import delete_note, moved_notes, set_note, set_notes
from flowbuilder.flow.pasting import paste
from flowbuilder.flow.pins import pin_nodes, renamed_pins, without_pins
from flowbuilder.flow.tests_naming import renamed_in_tests

MAX_NODES = 10_000
MAX_NAME = 120
LONGEST_LABEL = 60
NOT_IN_NAMES = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
# Words that mean something else in an expression than a node's outputs; a node that is called `message` or `env` all
# the same comes before those.
RESERVED = frozenset(
    {"call", "vars", "env", "message", "secrets", "response", "self", "true", "false", "none", "and", "or", "not", "in",
     "is", "if", "else"}
)  # fmt: skip
BareExpressions = Callable[[Node], Collection[str]]


def no_expressions(node: Node) -> Collection[str]:
    """For callers that know of no bare expressions among the settings."""
    return ()


def apply_edit(flow: Flow, edit: Edit, *, bare_expressions: BareExpressions = no_expressions) -> tuple[Flow, str]:
    """The flow after the edit, and what the edit was in words. Raises EditRefused; the flow given stays as it is.

    `bare_expressions` tells which texts of a node's settings are expressions without {{ }}: a rename follows them too.
    """
    edit = plain_edit(edit)
    op = edit.get("op")
    try:
        if op == "rename_node":
            return rename_node(flow, text_in(edit, "node"), text_in(edit, "to"), bare_expressions)
        if op == "paste":
            return paste(flow, edit, bare_expressions, free_id)
        change = EDITS.get(op) if isinstance(op, str) else None
        if change is None:
            raise EditRefused(
                f"There is no edit “{str(op)[:40]}”. Use one of {', '.join([*EDITS, 'paste', 'rename_node'])}."
            )
        return change(flow, edit)
    except (TypeError, ValueError, OverflowError) as error:
        raise EditRefused(f"The edit {op} is not complete: {error}. Load the page again and repeat it.") from error


def add_node(flow: Flow, edit: Edit) -> tuple[Flow, str]:
    """{type, position, id?, settings?, exits?, from?: [node, exit], insert?: bool, to_exit?}: adds a node.

    With `from` the exit is led to it; with `insert` and `to_exit` what the exit led to before follows the new node.
    """
    type_ = text_in(edit, "type")
    if len(flow.nodes) >= MAX_NODES:
        raise EditRefused(f"A flow holds at most {MAX_NODES:,} nodes. Split it into several flows.")
    node_id = text_in(edit, "id") if edit.get("id") else free_id(flow, type_)
    _check_new_id(flow, node_id)
    node = Node(type_, mapping_in(edit, "settings"), text_mapping_in(edit, "exits"), position_in(edit.get("position")))
    if edit.get("from"):
        origin, exit = texts_in(edit, "from")
        before = _node(flow, origin).exits.get(exit)
        if before and edit.get("insert") and edit.get("to_exit"):
            node = replace(node, exits={**node.exits, text_in(edit, "to_exit"): before})
        flow = _linked(flow, origin, exit, node_id)
    flow = flow.with_node(node_id, node)
    if flow.entry is None or flow.entry not in flow.nodes:
        flow = replace(flow, entry=node_id)
    return flow, f"Add {node_id}"


def delete_nodes(flow: Flow, edit: Edit) -> tuple[Flow, str]:
    """{nodes: [ids]}: takes nodes out; a link into a node with one way through goes on to where that led."""
    gone = list(dict.fromkeys(texts_in(edit, "nodes")))
    if not gone:
        raise EditRefused("Select what is to be deleted first.")
    for node_id in gone:
        _node(flow, node_id)
    onward = {node_id: _onward(flow, node_id, set(gone)) for node_id in gone}
    nodes = {
        node_id: node
        if onward.keys().isdisjoint(node.exits.values())
        else replace(node, exits=_healed(node.exits, onward))
        for node_id, node in flow.nodes.items()
        if node_id not in onward
    }
    entry = onward.get(flow.entry, flow.entry) if flow.entry else None
    extras = dict(without_pins(flow.extras, gone))
    if extras.get("message_entry") in gone:
        follows = onward[extras.pop("message_entry")]
        extras |= {"message_entry": follows} if follows else {}
    label = f"Delete {gone[0]}" if len(gone) == 1 else f"Delete {len(gone)} nodes"
    return replace(flow, nodes=nodes, entry=entry, extras=extras), label


def move_nodes(flow: Flow, edit: Edit) -> tuple[Flow, str]:
    """{positions: {node: [x, y]}, notes?: {note: [x, y]}, label?}: moves nodes, and frames or notes along with them.

    What is no longer there is passed over.
    """
    positions = {node_id: position_in(place) for node_id, place in mapping_in(edit, "positions").items()}
    moved = {node_id: place for node_id, place in positions.items() if node_id in flow.nodes}
    if not moved:
        raise EditRefused("What was moved is no longer there.")
    nodes = {
        node_id: replace(node, position=moved[node_id]) if node_id in moved else node
        for node_id, node in flow.nodes.items()
    }
    label = f"Move {next(iter(moved))}" if len(moved) == 1 else f"Move {len(moved)} nodes"
    notes = mapping_in(edit, "notes")
    if notes:
        flow, label = moved_notes(flow, notes), f"Move a frame with {len(moved)} node{'s' if len(moved) > 1 else ''}"
    if edit.get("label"):
        label = " ".join(NOT_IN_NAMES.sub(" ", text_in(edit, "label")).split())[:LONGEST_LABEL] or label
    return replace(flow, nodes=nodes), label


def rename_node(flow: Flow, old: str, new: str, bare_expressions: BareExpressions) -> tuple[Flow, str]:
    """Gives a node another id; links, the entry, every expression and every test that names it follow."""
    _node(flow, old)
    new = new.strip()
    if new == old:
        return flow, f"Rename {old}"
    _check_new_id(flow, new)

    def followed(value: Any, bare: Collection[str]) -> Any:
        if isinstance(value, str):
            return rename_in_expression(value, old, new) if value in bare else rename_in_text(value, old, new)
        if isinstance(value, dict):
            return {rename_in_text(key, old, new): followed(inner, bare) for key, inner in value.items()}
        if isinstance(value, list):
            return [followed(inner, bare) for inner in value]
        return value

    nodes = {}
    for node_id, node in flow.nodes.items():
        exits = {exit: new if target == old else target for exit, target in node.exits.items()}
        settings = node.settings if old in RESERVED - {"message"} else followed(node.settings, bare_expressions(node))
        nodes[new if node_id == old else node_id] = replace(node, exits=exits, settings=settings)
    extras = renamed_in_tests(dict(renamed_pins(flow.extras, old, new)), old, new)
    if extras.get("message_entry") == old:
        extras["message_entry"] = new
    entry = new if flow.entry == old else flow.entry
    return replace(flow, nodes=nodes, entry=entry, extras=extras), f"Rename {old} to {new}"


def connect(flow: Flow, edit: Edit) -> tuple[Flow, str]:
    """{node, exit, to}: leads an exit to a node, in place of where it led before."""
    node_id, exit, target = text_in(edit, "node"), text_in(edit, "exit"), text_in(edit, "to")
    _node(flow, target)
    return _linked(flow, node_id, exit, target), f"Connect {node_id}, {exit.replace('_', ' ')}, to {target}"


def disconnect(flow: Flow, edit: Edit) -> tuple[Flow, str]:
    """{node, exit}: the exit leads nowhere any more."""
    node_id, exit = text_in(edit, "node"), text_in(edit, "exit")
    node = _node(flow, node_id)
    exits = {name: target for name, target in node.exits.items() if name != exit}
    label = f"Disconnect {node_id}, {exit.replace('_', ' ')}"
    return flow.with_node(node_id, replace(node, exits=exits)), label


def set_settings(flow: Flow, edit: Edit) -> tuple[Flow, str]:
    """{node, settings: {name: value}, unset?: [names], renamed_exits?: {old: new}, exits?: [names]}: changes settings.

    Only the settings named change. `renamed_exits` takes links along; links of exits that are not in `exits` go.
    """
    node_id = text_in(edit, "node")
    node = _node(flow, node_id)
    unset = set(texts_in(edit, "unset"))
    changed = mapping_in(edit, "settings")
    settings = {name: value for name, value in node.settings.items() if name not in unset}
    settings.update(changed)
    renamed = text_mapping_in(edit, "renamed_exits")
    exits = {renamed.get(exit, exit): target for exit, target in node.exits.items()}
    if edit.get("exits") is not None:
        allowed = set(texts_in(edit, "exits"))
        exits = {exit: target for exit, target in exits.items() if exit in allowed}
    names = ", ".join(name.replace("_", " ") for name in [*changed, *sorted(unset)])
    return flow.with_node(node_id, replace(node, settings=settings, exits=exits)), f"Change {node_id}: {names}"


def set_entry(flow: Flow, edit: Edit) -> tuple[Flow, str]:
    """{node}: a call starts here."""
    node_id = text_in(edit, "node")
    _node(flow, node_id)
    return replace(flow, entry=node_id), f"Start the call at {node_id}"


def set_details(flow: Flow, edit: Edit) -> tuple[Flow, str]:
    """{details: {name?, description?, language?, voice?, languages?, voices?, message_entry?}}: changes the file's top.

    `message_entry` is the node that a text message starts at; an empty one takes it away.
    """
    details = mapping_in(edit, "details")
    unknown = set(details) - {"name", "description", "language", "voice", "message_entry", *LANGUAGE_DETAILS}
    if unknown:
        raise EditRefused(f"A flow has no {sorted(unknown)[0]} to set here.")
    if details.get("message_entry") and text_in(details, "message_entry") not in flow.nodes:
        raise EditRefused("Text messages cannot start there: there is no such step any more.")
    name = flow.name
    if "name" in details:
        given = details.pop("name")
        name = " ".join(NOT_IN_NAMES.sub(" ", given).split()) if isinstance(given, str) else ""
        if not name or len(name) > MAX_NAME:
            raise EditRefused(f"Give the flow a name of 1 to {MAX_NAME} characters.")
    extras = {key: value for key, value in flow.extras.items() if key not in details}
    extras.update({key: value for key, value in language_details(details).items() if value})
    extras.update({key: text_in(details, key) for key, value in details.items() if value})
    label = f"Rename the flow to {name}" if name != flow.name else "Change the flow's details"
    return replace(flow, name=name, extras=extras), label


EDITS: dict[str, Callable[[Flow, Edit], tuple[Flow, str]]] = {
    "add_node": add_node,
    "delete_nodes": delete_nodes,
    "move_nodes": move_nodes,
    "pin_nodes": pin_nodes,
    "connect": connect,
    "disconnect": disconnect,
    "set_settings": set_settings,
    "set_entry": set_entry,
    "set_details": set_details,
    "set_note": set_note,
    "set_notes": set_notes,
    "delete_note": delete_note,
}


def free_id(flow: Flow, wanted: str) -> str:
    """An id that no node has yet: the wanted name, with a number where it is taken."""
    base = re.sub(r"[^a-z0-9_]+", "_", wanted.lower()).strip("_")[:50] or "node"
    base = base if NODE_ID.match(base) else f"node_{base}"
    if base not in flow.nodes and base not in RESERVED:
        return base
    number = 2
    while f"{base}_{number}" in flow.nodes:
        number += 1
    return f"{base}_{number}"


def _node(flow: Flow, node_id: str) -> Node:
    node = flow.nodes.get(node_id)
    if node is None:
        raise EditRefused(f"There is no node {node_id[:64]} any more.")
    return node


def _check_new_id(flow: Flow, node_id: str) -> None:
    if not NODE_ID.match(node_id):
        raise EditRefused("Name a node with a small letter, then up to 63 small letters, digits or _.")
    if node_id in RESERVED:
        raise EditRefused(f"In an expression “{node_id}” means something else than a node. Choose another name.")
    if node_id in flow.nodes:
        raise EditRefused(f"There is a node {node_id} already. Choose another name.")


def _linked(flow: Flow, node_id: str, exit: str, target: str) -> Flow:
    node = _node(flow, node_id)
    return flow.with_node(node_id, replace(node, exits={**node.exits, exit: target}))


def _onward(flow: Flow, node_id: str, gone: set[str]) -> str | None:
    """Where a link into a deleted node leads afterwards: on to the one node it leads to, or nowhere."""
    seen: set[str] = set()
    while node_id in gone:
        targets = set(flow.nodes[node_id].exits.values())
        if len(targets) != 1 or node_id in seen:
            return None
        seen.add(node_id)
        node_id = targets.pop()
        if node_id not in flow.nodes:
            return None
    return node_id


def _healed(exits: dict[str, str], onward: dict[str, str | None]) -> dict[str, str]:
    healed = {exit: onward.get(target, target) for exit, target in exits.items()}
    return {exit: target for exit, target in healed.items() if target is not None}
