"""Whether two authors' edits meet: which things an edit needs, and which things have changed meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowbuilder.flow.notes import notes_of

if TYPE_CHECKING:
    from flowbuilder.flow.edit_reading import Edit
    from flowbuilder.flow.model import Flow

Thing = tuple[str, ...]


def touched(edit: Edit) -> set[Thing]:
    """The things that an edit needs to be as its author saw them; none where it is no edit (`edits` says why)."""
    try:
        return _touched(edit)
    except (LookupError, TypeError, ValueError, AttributeError):
        return set()


def _touched(edit: Edit) -> set[Thing]:
    node = str(edit.get("node", ""))
    match edit.get("op"):
        case "set_settings":
            names = [*(edit.get("settings") or {}), *(edit.get("unset") or ())]
            return {("node", node), *(("setting", node, str(name)) for name in names)}
        case "connect":
            return {("node", node), ("exit", node, str(edit.get("exit"))), ("node", str(edit.get("to")))}
        case "disconnect":
            return {("node", node), ("exit", node, str(edit.get("exit")))}
        case "rename_node":
            return {("node", node), ("node", str(edit.get("to")).strip())}
        case "set_entry":
            return {("node", node), ("entry",)}
        case "delete_nodes":
            gone = [str(node_id) for node_id in edit.get("nodes", ())]
            return {(kind, node_id) for node_id in gone for kind in ("node", "inside")}
        case "add_node":
            return _touched_by_adding(edit)
        case "set_note" | "delete_note" if edit.get("note"):
            return {("note", str(edit["note"]))}
        case "set_details":
            return {("detail", str(name)) for name in edit.get("details", {})}
        case _:
            return set()


def _touched_by_adding(edit: Edit) -> set[Thing]:
    ids = [str(edit["id"])] if edit.get("id") else []
    things: set[Thing] = {("node", node_id) for node_id in [*ids, *map(str, (edit.get("exits") or {}).values())]}
    if edit.get("from"):
        origin, exit = edit["from"]
        things |= {("node", str(origin)), ("exit", str(origin), str(exit))}
    return things


def changed(old: Flow, new: Flow) -> set[Thing]:
    """The things that differ between two flows, in the words of `touched`; positions are left out."""
    things: set[Thing] = {("node", node_id) for node_id in old.nodes.keys() ^ new.nodes.keys()}
    for node_id in old.nodes.keys() & new.nodes.keys():
        before, after = old.nodes[node_id], new.nodes[node_id]
        if before is after:
            continue
        inside = [("setting", node_id, name) for name in _differing(before.settings, after.settings)]
        inside += [("exit", node_id, name) for name in _differing(before.exits, after.exits)]
        things.update(inside)
        if inside or before.type != after.type:
            things.add(("inside", node_id))
    if old.entry != new.entry:
        things.add(("entry",))
    if old.name != new.name:
        things.add(("detail", "name"))
    things.update(("detail", name) for name in _differing(old.extras, new.extras))
    before_notes, after_notes = ({note["id"]: note for note in notes_of(flow)} for flow in (old, new))
    things.update(("note", note_id) for note_id in _differing(before_notes, after_notes))
    return things


def _differing(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [name for name in old.keys() | new.keys() if old.get(name) != new.get(name)]
