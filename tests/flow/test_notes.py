"""Sticky notes are written, moved, sized and taken out, and stay in the flow file."""

from __future__ import annotations

import pytest

from flowbuilder.errors import EditRefused
from flowbuilder.flow.conflicts import changed, touched
from flowbuilder.flow.edits import apply_edit
from flowbuilder.flow.model import Flow, dumps, loads
from flowbuilder.flow.notes import notes_of


def noted(text: str = "Ask Ada") -> Flow:
    return apply_edit(Flow("New"), {"op": "set_note", "text": text, "position": [40, 60]})[0]


def test_a_note_lives_in_the_flow_file() -> None:
    flow = loads(dumps(noted()))
    assert notes_of(flow) == [{"id": "note_1", "text": "Ask Ada", "position": [40, 60], "size": [220, 120]}]


def test_a_note_is_changed_moved_and_sized_one_thing_at_a_time() -> None:
    flow, label = apply_edit(noted(), {"op": "set_note", "note": "note_1", "position": [100, 100]})
    assert label == "Move a note"
    flow, _ = apply_edit(flow, {"op": "set_note", "note": "note_1", "size": [10, 5000]})
    assert notes_of(flow) == [{"id": "note_1", "text": "Ask Ada", "position": [100, 100], "size": [80, 2000]}]


def test_a_note_is_taken_out_and_then_is_not_there() -> None:
    flow, _ = apply_edit(noted(), {"op": "delete_note", "note": "note_1"})
    assert "notes" not in flow.extras
    for op in ("set_note", "delete_note"):
        with pytest.raises(EditRefused, match="no longer there"):
            apply_edit(flow, {"op": op, "note": "note_1"})


def test_two_authors_of_one_note_meet() -> None:
    edit = {"op": "set_note", "note": "note_1", "text": "Ask Bob"}
    after, _ = apply_edit(noted(), edit)
    assert touched(edit) & changed(noted(), after)


def test_notes_that_the_file_spells_otherwise_are_passed_over() -> None:
    assert notes_of(Flow("New", extras={"notes": ["text", {"text": "no id"}, {"id": "a"}]})) == [{"id": "a"}]
