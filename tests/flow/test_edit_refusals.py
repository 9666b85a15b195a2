"""What a flow does not allow is refused with a sentence, and no edit whatsoever leaves one that cannot be opened."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowbuilder.errors import EditRefused
from flowbuilder.flow import edits
from flowbuilder.flow.edits import apply_edit
from flowbuilder.flow.model import dumps, loads
from tests.flow.clinic import clinic
from tests.strategies import json_values

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"op": "add_node", "type": "speak", "position": [0, 0], "id": "menu"}, "There is a node menu already"),
    ({"op": "add_node", "type": "speak", "position": [0, 0], "id": "2"}, "Name a node with a small letter"),
    ({"op": "add_node", "type": "speak", "position": [0, 0], "id": "a" * 65}, "Name a node with a small letter"),
    ({"op": "add_node", "type": "speak", "position": [0, 0], "id": "call"}, "means something else"),
    ({"op": "add_node", "type": "speak", "position": [0, 0], "from": ["gone", "next"]}, "no node gone any more"),
    ({"op": "add_node", "type": "speak", "position": [0, 0], "from": ["menu"]}, "not complete"),
    ({"op": "add_node", "type": "", "position": [0, 0]}, "“type” must be text"),
    ({"op": "add_node", "type": "speak"}, "position must be two numbers"),
    ({"op": "add_node", "type": "speak", "position": [0, 0], "exits": {"next": 3}}, "“exits” must be"),
    ({"op": "add_node", "type": "speak", "position": [0, 0], "settings": [1]}, "“settings” must be"),
    ({"op": "delete_nodes", "nodes": []}, "Select what is to be deleted"),
    ({"op": "delete_nodes", "nodes": ["bye", "gone"]}, "no node gone any more"),
    ({"op": "delete_nodes", "nodes": "menu"}, "list of texts"),
    ({"op": "move_nodes", "positions": {"gone": [0, 0]}}, "no longer there"),
    ({"op": "move_nodes", "positions": {}}, "no longer there"),
    ({"op": "move_nodes", "positions": {"menu": [float("nan"), 0]}}, "a flow file cannot carry"),
    ({"op": "move_nodes", "positions": {"menu": [float("inf"), 0]}}, "a flow file cannot carry"),
    ({"op": "rename_node", "node": "gone", "to": "x"}, "no node gone any more"),
    ({"op": "rename_node", "node": "menu", "to": "bye"}, "There is a node bye already"),
    ({"op": "rename_node", "node": "menu", "to": "Main menu"}, "Name a node with a small letter"),
    ({"op": "rename_node", "node": "menu", "to": "not"}, "means something else"),
    ({"op": "rename_node", "node": "menu"}, "“to” must be text"),
    ({"op": "connect", "node": "menu", "exit": "one", "to": "gone"}, "no node gone any more"),
    ({"op": "connect", "node": "gone", "exit": "one", "to": "menu"}, "no node gone any more"),
    ({"op": "connect", "node": "menu", "exit": None, "to": "menu"}, "“exit” must be text"),
    ({"op": "disconnect", "node": "gone", "exit": "one"}, "no node gone any more"),
    ({"op": "set_settings", "node": "gone", "settings": {}}, "no node gone any more"),
    ({"op": "set_settings", "node": "menu", "renamed_exits": {"one": 7}}, "“renamed_exits” must be"),
    ({"op": "set_settings", "node": "menu", "unset": [["log"]]}, "list of texts"),
    ({"op": "set_settings", "node": "menu", "settings": {"x": float("nan")}}, "a flow file cannot carry"),
    ({"op": "set_settings", "node": "menu", "settings": {"x": {1, 2}}}, "a flow file cannot carry"),
    ({"op": "set_entry", "node": "gone"}, "no node gone any more"),
    ({"op": "set_entry"}, "“node” must be text"),
    ({"op": "set_details", "details": {"name": " \t "}}, "name of 1 to 120"),
    ({"op": "set_details", "details": {"name": None}}, "name of 1 to 120"),
    ({"op": "set_details", "details": {"name": "x" * 121}}, "name of 1 to 120"),
    ({"op": "set_details", "details": {"entry": "menu"}}, "no entry to set here"),
    ({"op": "set_details", "details": {"voice": {"a": 1}}}, "“voice” must be text"),
    ({"op": "fly"}, "There is no edit “fly”"),
    ({"op": ["connect"]}, "There is no edit"),
    ({}, "There is no edit"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "why"), REFUSED)
def test_a_refusal_is_a_sentence_and_leaves_the_flow_alone(edit: dict[str, Any], why: str) -> None:
    flow = clinic(message_entry="menu")
    before = deepcopy(flow)
    with pytest.raises(EditRefused, match=why) as refused:
        apply_edit(flow, edit)
    sentence = str(refused.value)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert flow == before


@pytest.mark.parametrize("edit", [None, [], "connect", 7, [["op", "connect"]]])
def test_what_is_no_edit_at_all_is_refused(edit: Any) -> None:
    with pytest.raises(EditRefused, match="object that names its op"):
        apply_edit(clinic(), edit)


def deep_setting(depth: int) -> dict[str, Any]:
    value: Any = 0
    for _ in range(depth):
        value = [value]
    return {"op": "set_settings", "node": "menu", "settings": {"x": value}}


def test_settings_may_nest_as_deep_as_a_file_can_hold_and_no_deeper() -> None:
    flow = apply_edit(clinic(), deep_setting(34))[0]
    assert loads(dumps(flow)) == flow
    for depth in (36, 100_000):
        with pytest.raises(EditRefused, match="nest too deeply"):
            apply_edit(clinic(), deep_setting(depth))


IDS = st.sampled_from(["welcome", "menu", "known", "bye", "speak", "a1", "gone"])
EXITS = st.sampled_from(["next", "one", "two", "no_input", "other"])
NOTE_IDS = st.sampled_from(["note_1", "note_2", "mine"])
DETAILS = st.sampled_from(["name", "voice", "description"])
PLACES = st.tuples(st.floats(-2e6, 2e6), st.integers(-(10**6), 10**6)).map(list)
SETTINGS = st.dictionaries(
    st.sampled_from(["text", "prompts", "rules", "query"]), json_values() | st.just("{{ menu.digits }}"), max_size=3
)


def edit_of(op: str, **parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"op": st.just(op), **parts})


GOOD_EDITS = st.one_of(
    st.fixed_dictionaries(
        {"op": st.just("add_node"), "type": st.sampled_from(["speak", "branch", "teleport"]), "position": PLACES},
        optional={
            "id": IDS,
            "settings": SETTINGS,
            "exits": st.dictionaries(EXITS, IDS, max_size=2),
            "from": st.tuples(IDS, EXITS).map(list),
            "insert": st.booleans(),
            "to_exit": EXITS,
        },
    ),
    edit_of("delete_nodes", nodes=st.lists(IDS, max_size=3)),
    edit_of("move_nodes", positions=st.dictionaries(IDS, PLACES, max_size=3)),
    edit_of("pin_nodes", nodes=st.lists(IDS, max_size=3), pinned=st.booleans()),
    edit_of("rename_node", node=IDS, to=IDS | st.text(max_size=5)),
    edit_of("connect", node=IDS, exit=EXITS, to=IDS),
    edit_of("disconnect", node=IDS, exit=EXITS),
    edit_of(
        "set_settings",
        node=IDS,
        settings=SETTINGS,
        unset=st.lists(EXITS, max_size=2),
        renamed_exits=st.dictionaries(EXITS, EXITS, max_size=2),
        exits=st.lists(EXITS, max_size=3),
    ),
    edit_of("set_entry", node=IDS),
    edit_of("pin_nodes", nodes=st.lists(IDS, max_size=3), pinned=st.booleans()),
    edit_of("set_note", text=st.text(max_size=9), position=PLACES),
    edit_of("set_note", note=NOTE_IDS, text=st.text(max_size=9)),
    edit_of("set_notes", positions=st.dictionaries(NOTE_IDS, PLACES, max_size=2)),
    edit_of("delete_note", note=NOTE_IDS),
    edit_of(
        "set_details", details=st.dictionaries(st.sampled_from(["name", "voice", "description"]), st.text(max_size=9))
    ),
)
ANYTHING = json_values() | st.just(float("nan")) | st.just(float("inf")) | st.just("\ud800") | IDS | st.just(())
OPS = st.sampled_from([*edits.EDITS, "rename_node", "fly"]) | ANYTHING
PARTS = ["node", "nodes", "to", "exit", "exits", "type", "id", "position", "positions", "settings", "unset", "from"]
MALFORMED = st.dictionaries(
    st.sampled_from([*PARTS, "insert", "to_exit", "renamed_exits", "details"]), ANYTHING
).flatmap(lambda parts: OPS.map(lambda op: {**parts, "op": op}))
BENT = st.tuples(GOOD_EDITS, st.sampled_from(PARTS), ANYTHING).map(lambda bent: {**bent[0], bent[1]: bent[2]})


@given(listed=st.lists(GOOD_EDITS | MALFORMED | BENT, max_size=8))
def test_any_edits_leave_a_flow_that_can_be_saved_and_opened(listed: list[dict[str, Any]]) -> None:
    flow = clinic(message_entry="menu", notes=[{"text": "x"}, {"id": "mine", "text": "y"}])
    for edit in listed:
        before = json.dumps(flow.to_json())
        try:
            changed, words = apply_edit(flow, edit)
        except EditRefused as refused:
            assert str(refused).endswith(".")  # noqa: PT017
            changed, words = flow, "refused"
        assert words
        assert json.dumps(flow.to_json()) == before, "the flow given was changed in place"
        flow = changed
        assert loads(dumps(flow)) == flow
    assert {"text": "x"} in flow.extras["notes"], "what an editor cannot show is kept"


def test_the_edits_drawn_above_are_not_all_refused() -> None:
    """The property would hold for a module that refuses everything."""
    taken: set[str] = set()

    @settings(max_examples=200, database=None)
    @given(edit=GOOD_EDITS)
    def collect(edit: dict[str, Any]) -> None:
        try:
            apply_edit(clinic(notes=[{"id": "mine"}]), edit)
        except EditRefused:
            return
        taken.add(edit["op"])

    collect()
    assert taken == {*edits.EDITS, "rename_node"}
