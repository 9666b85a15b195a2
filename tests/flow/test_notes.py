"""Sticky notes are written, moved, sized and taken out, and stay in the flow file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flowbuilder.errors import EditRefused
from flowbuilder.flow.conflicts import changed, touched
from flowbuilder.flow.edits import apply_edit
from flowbuilder.flow.model import Flow, Node, dumps, loads
from flowbuilder.flow.notes import frames_around, is_frame, notes_of

STEPS = {"a": (20, 60), "b": (320, 60), "c": (1000, 60)}


def noted(text: str = "Ask Ada") -> Flow:
    return apply_edit(Flow("New"), {"op": "set_note", "text": text, "position": [40, 60]})[0]


def test_a_note_lives_in_the_flow_file() -> None:
    flow = loads(dumps(noted()))
    assert notes_of(flow) == [{"id": "note_1", "text": "Ask Ada", "position": [40, 60], "size": [220, 120]}]


def test_a_note_is_changed_moved_and_sized_one_thing_at_a_time() -> None:
    flow, label = apply_edit(noted(), {"op": "set_note", "note": "note_1", "position": [100, 100]})
    assert label == "Move a note"
    flow, _ = apply_edit(flow, {"op": "set_note", "note": "note_1", "size": [10, 50_000]})
    assert notes_of(flow) == [{"id": "note_1", "text": "Ask Ada", "position": [100, 100], "size": [80, 20_000]}]


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


def test_notes_that_cannot_be_shown_are_passed_over_and_stay_in_the_file() -> None:
    odd = ["text", {"text": "no id"}, {"id": "a", "position": "here"}, {"id": "b", "size": [1]}, {"id": "c", "text": 7}]
    far = {"id": "d", "position": [1e300, 0]}
    short = {"id": "e", "colour": "red"}
    flow = Flow("New", extras={"notes": [*odd, far, short]})
    assert notes_of(flow) == [{**short, "text": "", "position": [0, 0], "size": [220, 120]}]
    after, _ = apply_edit(flow, {"op": "set_note", "text": "Ask Ada"})
    assert all(note in after.extras["notes"] for note in [*odd, far, short])


def framed() -> Flow:
    """Two steps in a frame, with a note beside the second; a third stands outside."""
    nodes = {name: Node("speak", {"text": "Hi"}, {}, place) for name, place in STEPS.items()}
    flow = Flow("New", "a", nodes)
    frame = {"op": "set_note", "text": "Welcome", "position": [0, 0], "size": [700, 300], "frame": True}
    flow, label = apply_edit(flow, frame)
    assert label == "Add a frame"
    return apply_edit(flow, {"op": "set_note", "text": "Ask Ada", "position": [400, 200]})[0]


def test_a_frame_is_told_from_a_note_and_stays_one() -> None:
    flow, label = apply_edit(framed(), {"op": "set_note", "note": "note_1", "text": "Hello", "frame": False})
    assert label == "Change a frame"
    assert [is_frame(note) for note in notes_of(flow)] == [True, False]
    assert apply_edit(flow, {"op": "set_note", "note": "note_1", "size": [500, 500]})[1] == "Size a frame"
    assert apply_edit(flow, {"op": "delete_note", "note": "note_1"})[1] == "Delete a frame"
    assert apply_edit(flow, {"op": "delete_note", "note": "note_2"})[1] == "Delete a note"


def test_a_frame_and_what_it_holds_are_moved_in_one_edit() -> None:
    positions = {"a": [120, 160], "b": [420, 160], "gone": [0, 0]}
    edit = {"op": "move_nodes", "positions": positions, "notes": {"note_1": [100, 100], "gone": [0, 0]}}
    flow, label = apply_edit(framed(), edit)
    assert label == "Move a frame with 2 nodes"
    assert [flow.nodes[name].position for name in "abc"] == [(120, 160), (420, 160), (1000, 60)]
    assert [note["position"] for note in notes_of(flow)] == [[100, 100], [400, 200]]
    with pytest.raises(EditRefused, match="two numbers"):
        apply_edit(framed(), {"op": "move_nodes", "positions": {"a": [0, 0]}, "notes": {"note_1": "up"}})


def test_a_frame_goes_along_when_its_steps_are_laid_out_anew() -> None:
    before = framed()
    nodes = {**before.nodes, "b": replace(before.nodes["b"], position=(320, 400))}
    after = frames_around(before, replace(before, nodes=nodes), dict.fromkeys("abc", 100), 220)
    frame, note = notes_of(after)
    assert (frame["position"], frame["size"]) == ([0, 0], [560, 520])
    assert note == notes_of(before)[1]
    assert frames_around(before, before, dict.fromkeys("abc", 100), 220) == before
    away = {name: replace(node, position=(5000, 5000)) for name, node in before.nodes.items()}
    empty = replace(before, nodes=away)
    assert frames_around(empty, replace(empty, nodes=before.nodes), dict.fromkeys("abc", 100), 220) == before
