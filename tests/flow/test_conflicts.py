"""Two authors at once: edits of different things both stand, in whichever order; edits of the same thing are seen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flowbuilder.errors import EditRefused
from flowbuilder.flow.conflicts import changed, touched
from flowbuilder.flow.edits import apply_edit
from flowbuilder.flow.model import Flow
from tests.flow.clinic import clinic
from tests.strategies import json_values

Edit = dict[str, Any]


def after(flow: Flow, edit: Edit) -> Flow:
    return apply_edit(flow, edit)[0]


def meet(mine: Edit, theirs: Edit) -> bool:
    """Whether my edit, made on the flow as it was before theirs, must be looked at again."""
    return bool(touched(mine) & changed(clinic(), after(clinic(), theirs)))


def setting(node: str, **settings: Any) -> Edit:
    return {"op": "set_settings", "node": node, "settings": settings}


def unsetting(node: str, *names: str) -> Edit:
    return {"op": "set_settings", "node": node, "unset": list(names)}


def link(node: str, exit: str, to: str) -> Edit:
    return {"op": "connect", "node": node, "exit": exit, "to": to}


def deletion(*nodes: str) -> Edit:
    return {"op": "delete_nodes", "nodes": list(nodes)}


def renaming(node: str, to: str) -> Edit:
    return {"op": "rename_node", "node": node, "to": to}


def adding(**parts: Any) -> Edit:
    return {"op": "add_node", "type": "speak", "position": [0, 0], **parts}


SAME_THING: list[tuple[Edit, Edit]] = [
    (setting("menu", attempts=2), setting("menu", attempts=3)),
    (setting("menu", prompts=[]), unsetting("menu", "prompts")),
    (unsetting("menu", "prompts"), setting("menu", prompts=[])),
    (link("menu", "one", "bye"), link("menu", "one", "menu")),
    (link("menu", "one", "bye"), {"op": "disconnect", "node": "menu", "exit": "one"}),
    ({"op": "disconnect", "node": "menu", "exit": "one"}, link("menu", "one", "menu")),
    (setting("menu", attempts=2), deletion("menu")),
    (deletion("menu"), setting("menu", attempts=2)),
    (deletion("menu"), link("menu", "no_match", "bye")),
    (deletion("menu"), deletion("menu", "known")),
    (link("menu", "one", "known"), deletion("known")),
    (link("menu", "two", "known"), renaming("known", "is_known")),
    (setting("menu", attempts=2), renaming("menu", "main")),
    (renaming("menu", "main"), renaming("menu", "other")),
    (renaming("menu", "main"), deletion("menu")),
    (renaming("menu", "main"), adding(id="main")),
    (adding(id="main"), renaming("menu", "main")),
    (adding(id="main"), adding(id="main", settings={"text": "x"})),
    (adding(exits={"next": "bye"}), deletion("bye")),
    (adding(**{"from": ["menu", "one"]}), link("menu", "one", "menu")),
    (adding(**{"from": ["menu", "one"]}), deletion("menu")),
    ({"op": "set_entry", "node": "menu"}, {"op": "set_entry", "node": "known"}),
    ({"op": "set_entry", "node": "menu"}, deletion("menu")),
    ({"op": "set_details", "details": {"name": "A"}}, {"op": "set_details", "details": {"name": "B"}}),
    ({"op": "set_details", "details": {"voice": "MAN"}}, {"op": "set_details", "details": {"voice": "WOMAN"}}),
]


@pytest.mark.parametrize(("mine", "theirs"), SAME_THING)
def test_edits_of_the_same_thing_are_seen(mine: Edit, theirs: Edit) -> None:
    assert meet(mine, theirs)


DIFFERENT_THINGS: list[tuple[Edit, Edit]] = [
    (setting("menu", attempts=2), setting("menu", num_digits=1)),
    (setting("menu", attempts=2), setting("welcome", text="Hi")),
    (setting("menu", attempts=2), link("menu", "one", "bye")),
    (setting("menu", attempts=2), {"op": "move_nodes", "positions": {"menu": [5, 5]}}),
    (deletion("known"), {"op": "move_nodes", "positions": {"known": [5, 5], "menu": [5, 5]}}),
    (link("menu", "one", "bye"), link("menu", "two", "bye")),
    (link("menu", "one", "bye"), deletion("welcome")),
    (deletion("bye"), setting("welcome", text="Hi")),
    (renaming("known", "is_known"), setting("welcome", text="Hi")),
    (setting("welcome", text="Hi"), renaming("known", "is_known")),
    (adding(id="extra"), setting("welcome", text="Hi")),
    (adding(id="extra"), adding(id="other", **{"from": ["menu", "no_match"]})),
    ({"op": "set_entry", "node": "menu"}, {"op": "set_details", "details": {"name": "B"}}),
    ({"op": "set_details", "details": {"name": "A"}}, {"op": "set_details", "details": {"voice": "MAN"}}),
]


@pytest.mark.parametrize(("mine", "theirs"), DIFFERENT_THINGS)
def test_edits_of_different_things_both_stand(mine: Edit, theirs: Edit) -> None:
    assert not meet(mine, theirs)
    assert not meet(theirs, mine)
    both = after(after(clinic(), theirs), mine)
    assert both == after(after(clinic(), mine), theirs)
    assert both != after(clinic(), mine) != clinic()


IDS = st.sampled_from(["welcome", "menu", "known", "bye"])
EXITS = st.sampled_from(["next", "one", "two", "no_input", "no_match"])
NAMES = st.sampled_from(["text", "attempts", "log"])
# An author who writes the name of a node into a text has not seen it renamed: no expressions here.
VALUES = st.integers() | st.booleans() | st.sampled_from(["a", "b"])
ANY_EDIT: st.SearchStrategy[Edit] = st.one_of(
    st.builds(lambda node, given: setting(node, **given), IDS, st.dictionaries(NAMES, VALUES, max_size=2)),
    st.builds(unsetting, IDS, NAMES),
    st.builds(link, IDS, EXITS, IDS),
    st.builds(lambda node, exit: {"op": "disconnect", "node": node, "exit": exit}, IDS, EXITS),
    st.builds(deletion, IDS),
    st.builds(renaming, IDS, st.sampled_from(["x1", "x2", "bye"])),
    st.builds(
        lambda id, node, exit: adding(id=id, **{"from": [node, exit]}), st.sampled_from(["x1", "x2"]), IDS, EXITS
    ),
    st.builds(lambda node: {"op": "set_entry", "node": node}, IDS),
    st.builds(lambda name: {"op": "set_details", "details": {name: "Amy"}}, st.sampled_from(["name", "voice"])),
)


@given(mine=ANY_EDIT, theirs=ANY_EDIT)
def test_edits_that_do_not_meet_commute(mine: Edit, theirs: Edit) -> None:
    try:
        one, other = after(clinic(), mine), after(clinic(), theirs)
    except EditRefused:
        assume(False)
    assume(not touched(mine) & changed(clinic(), other))
    assume(not touched(theirs) & changed(clinic(), one))
    assert after(one, theirs) == after(other, mine)


def test_what_an_edit_changes_is_told_in_the_words_of_what_edits_touch() -> None:
    flow = clinic()
    for edit in [setting("menu", attempts=2), link("menu", "one", "bye"), {"op": "set_entry", "node": "menu"}]:
        assert changed(flow, after(flow, edit)) & touched(edit)
    assert changed(flow, after(flow, {"op": "move_nodes", "positions": {"menu": [5, 5]}})) == set()
    assert changed(flow, flow) == set()
    assert changed(flow, clinic()) == set()


PARTS = ["op", "node", "nodes", "exit", "exits", "to", "id", "from", "settings", "unset", "details", "positions"]
OPS = ["set_settings", "connect", "disconnect", "rename_node", "set_entry", "delete_nodes", "add_node", "set_details"]


@given(op=st.sampled_from(OPS), parts=st.dictionaries(st.sampled_from(PARTS), json_values()))
def test_what_is_no_edit_touches_nothing_that_breaks(op: str, parts: dict[str, Any]) -> None:
    assert isinstance(touched({"op": op, **parts}), set)
