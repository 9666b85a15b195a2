"""Sticky notes on the canvas, kept in the flow file under `notes`: id, text, position, size."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flowbuilder.errors import EditRefused
from flowbuilder.flow.edit_reading import Edit, mapping_in, position_in, text_in

if TYPE_CHECKING:
    from flowbuilder.flow.model import Flow

NOTES = "notes"
MOST_NOTES = 500
MOST_CHARACTERS = 4_000
SIZE = (220, 120)
SMALLEST, LARGEST = 80, 2_000


def notes_of(flow: Flow) -> list[dict[str, Any]]:
    """The notes that can be shown; whatever else the file has in that place is passed over."""
    return [note for note in _listed(flow) if _is_note(note)]


def set_note(flow: Flow, edit: Edit) -> tuple[Flow, str]:
    """{note?: id, text?, position?: [x, y], size?: [w, h]}: writes, moves or sizes a note; without an id a new one."""
    notes = notes_of(flow)
    note_id = text_in(edit, "note") if edit.get("note") else _free_id(notes)
    found = next((note for note in notes if note["id"] == note_id), None)
    if found is None and edit.get("note"):
        raise EditRefused("That note is no longer there.")
    if found is None and len(notes) >= MOST_NOTES:
        raise EditRefused(f"A flow holds at most {MOST_NOTES} notes. Take some out first.")
    note = dict(found or {"id": note_id, "text": "", "position": [0, 0], "size": list(SIZE)})
    if "text" in edit:
        note["text"] = str(edit["text"])[:MOST_CHARACTERS]
    if "position" in edit:
        note["position"] = list(position_in(edit["position"]))
    if "size" in edit:
        note["size"] = [min(max(part, SMALLEST), LARGEST) for part in position_in(edit["size"])]
    others = [other for other in notes if other["id"] != note_id]
    label = "Add a note" if found is None else "Move a note" if "position" in edit else "Change a note"
    return _with_notes(flow, [*others, note] if found is None else [note if n is found else n for n in notes]), label


def delete_note(flow: Flow, edit: Edit) -> tuple[Flow, str]:
    """{note}: takes a note out."""
    note_id = text_in(edit, "note")
    notes = notes_of(flow)
    left = [note for note in notes if note["id"] != note_id]
    if len(left) == len(notes):
        raise EditRefused("That note is no longer there.")
    return _with_notes(flow, left), "Delete a note"


def set_notes(flow: Flow, edit: Edit) -> tuple[Flow, str]:
    """{positions: {note: [x, y]}}: moves several notes at once."""
    places = {note_id: list(position_in(place)) for note_id, place in mapping_in(edit, "positions").items()}
    moved = [{**note, "position": places[note["id"]]} if note["id"] in places else note for note in notes_of(flow)]
    return _with_notes(flow, moved), "Move notes"


def _listed(flow: Flow) -> list[Any]:
    listed = flow.extras.get(NOTES)
    return listed if isinstance(listed, list) else []


def _is_note(note: object) -> bool:
    return isinstance(note, dict) and isinstance(note.get("id"), str)


def _with_notes(flow: Flow, notes: list[dict[str, Any]]) -> Flow:
    """These notes in the place of those that can be shown; what else stands among them stays."""
    all_notes = [*notes, *(other for other in _listed(flow) if not _is_note(other))]
    extras = {key: value for key, value in flow.extras.items() if key != NOTES}
    return replace(flow, extras={**extras, NOTES: all_notes} if all_notes else extras)


def _free_id(notes: list[dict[str, Any]]) -> str:
    taken = {note["id"] for note in notes}
    return next(f"note_{number}" for number in range(1, MOST_NOTES + 2) if f"note_{number}" not in taken)
