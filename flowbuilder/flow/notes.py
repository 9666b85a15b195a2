"""Sticky notes and frames on the canvas, kept in the flow file under `notes`: id, text, position, size, frame.

A frame is a note that lies around steps: its text is their title, and who moves it moves what is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flowbuilder.errors import EditRefused
from flowbuilder.flow.edit_reading import Edit, mapping_in, position_in, text_in
from flowbuilder.flow.model import MAX_COORDINATE

if TYPE_CHECKING:
    from flowbuilder.flow.model import Flow

NOTES = "notes"
MOST_NOTES = 500
MOST_CHARACTERS = 4_000
SIZE = (220, 120)
DEFAULTS: Mapping[str, Any] = {"text": "", "position": [0, 0], "size": list(SIZE)}
# How far a frame reaches beyond the cards in it; above them stands its title, and over the card where a call starts it
# leaves room for what says so. The title fits between two cards that Tidy puts one below the other.
FRAME_SIDE, FRAME_TOP, FRAME_TOP_AT_START = 20, 40, 60
SMALLEST, LARGEST = 80, 20_000


def notes_of(flow: Flow) -> list[dict[str, Any]]:
    """The notes that can be shown, whole; whatever else the file has in that place is passed over."""
    return [_whole(note) for note in _written(flow)]


def is_frame(note: Mapping[str, Any]) -> bool:
    """Whether the note lies around steps."""
    return note.get("frame") is True


def set_note(flow: Flow, edit: Edit) -> tuple[Flow, str]:
    """{note?: id, text?, position?: [x, y], size?: [w, h], frame?}: writes, moves or sizes a note, or makes a new one.

    A new one is a frame where the edit says so; it stays what it is.
    """
    notes = _written(flow)
    note_id = text_in(edit, "note") if edit.get("note") else _free_id(notes)
    found = next((note for note in notes if note["id"] == note_id), None)
    if found is None and edit.get("note"):
        raise EditRefused("That note is no longer there.")
    if found is None and len(notes) >= MOST_NOTES:
        raise EditRefused(f"A flow holds at most {MOST_NOTES} notes. Take some out first.")
    note = _whole(found or {"id": note_id})
    if found is None and edit.get("frame") is True:
        note["frame"] = True
    if "text" in edit:
        note["text"] = str(edit["text"])[:MOST_CHARACTERS]
    if "position" in edit:
        note["position"] = list(position_in(edit["position"]))
    if "size" in edit:
        note["size"] = [min(max(part, SMALLEST), LARGEST) for part in position_in(edit["size"])]
    others = [other for other in notes if other["id"] != note_id]
    done = "Add" if found is None else "Size" if "size" in edit else "Move" if "position" in edit else "Change"
    label = f"{done} a {'frame' if is_frame(note) else 'note'}"
    return _with_notes(flow, [*others, note] if found is None else [note if n is found else n for n in notes]), label


def delete_note(flow: Flow, edit: Edit) -> tuple[Flow, str]:
    """{note}: takes a note out."""
    note_id = text_in(edit, "note")
    notes = _written(flow)
    left = [note for note in notes if note["id"] != note_id]
    if len(left) == len(notes):
        raise EditRefused("That note is no longer there.")
    was_frame = any(is_frame(note) for note in notes if note["id"] == note_id)
    return _with_notes(flow, left), f"Delete a {'frame' if was_frame else 'note'}"


def set_notes(flow: Flow, edit: Edit) -> tuple[Flow, str]:
    """{positions: {note: [x, y]}}: moves several notes at once; what is no longer there is passed over."""
    return moved_notes(flow, mapping_in(edit, "positions")), "Move notes"


def moved_notes(flow: Flow, positions: Mapping[str, Any]) -> Flow:
    """The flow with these notes in these places. Raises ValueError where one is no place."""
    places = {note_id: list(position_in(place)) for note_id, place in positions.items()}
    moved = [{**note, "position": places[note["id"]]} if note["id"] in places else note for note in _written(flow)]
    return _with_notes(flow, moved) if places else flow


def frames_around(before: Flow, after: Flow, heights: Mapping[str, float], width: float) -> Flow:
    """The flow after its nodes were laid out anew, with every frame around the nodes that it held before.

    A frame whose nodes stand where they stood is left as it is. `heights` are those of the nodes' cards.
    """
    around = {}
    for note in filter(is_frame, notes_of(after)):
        held = {
            node_id: after.nodes[node_id].position
            for node_id, node in before.nodes.items()
            if node_id in after.nodes and _holds(note, node.position, (width, heights[node_id]))
        }
        if any(place != before.nodes[node_id].position for node_id, place in held.items()):
            above = FRAME_TOP_AT_START if after.entry in held else FRAME_TOP
            left, top = min(x for x, _ in held.values()) - FRAME_SIDE, min(y for _, y in held.values()) - above
            right = max(x for x, _ in held.values()) + width
            foot = max(y + heights[node_id] for node_id, (_, y) in held.items())
            size = [right + FRAME_SIDE - left, foot + FRAME_SIDE - top]
            around[note["id"]] = {**note, "position": [left, top], "size": size}
    return _with_notes(after, [around.get(note["id"], note) for note in _written(after)]) if around else after


def _holds(note: Mapping[str, Any], place: tuple[float, float], size: tuple[float, float]) -> bool:
    (left, top), (width, height) = note["position"], note["size"]
    (x, y), (w, h) = place, size
    return bool(left <= x and top <= y and x + w <= left + width and y + h <= top + height)


def _written(flow: Flow) -> list[dict[str, Any]]:
    """The notes that can be shown, as the file has them."""
    return [note for note in _listed(flow) if _is_note(note)]


def _listed(flow: Flow) -> list[Any]:
    listed = flow.extras.get(NOTES)
    return listed if isinstance(listed, list) else []


def _whole(note: Mapping[str, Any]) -> dict[str, Any]:
    """The note with what a file may leave out, or have as null."""
    return {**note, **{name: value for name, value in DEFAULTS.items() if note.get(name) is None}}


def _is_note(note: object) -> bool:
    if not isinstance(note, dict) or not isinstance(note.get("id"), str):
        return False
    whole = _whole(note)
    return isinstance(whole["text"], str) and all(_is_pair(whole[name]) for name in ("position", "size"))


def _is_pair(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(part, int | float) and abs(part) <= MAX_COORDINATE for part in value)
    )


def _with_notes(flow: Flow, notes: list[dict[str, Any]]) -> Flow:
    """These notes in the place of those that can be shown; what else stands among them stays."""
    all_notes = [*notes, *(other for other in _listed(flow) if not _is_note(other))]
    extras = {key: value for key, value in flow.extras.items() if key != NOTES}
    return replace(flow, extras={**extras, NOTES: all_notes} if all_notes else extras)


def _free_id(notes: list[dict[str, Any]]) -> str:
    taken = {note["id"] for note in notes}
    return next(f"note_{number}" for number in range(1, MOST_NOTES + 2) if f"note_{number}" not in taken)
