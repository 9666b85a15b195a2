"""What changed for a caller: nothing that does not matter, everything that does, renamed nodes known again."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.checks import find_problems
from flowbuilder.compiler import compile_flow
from flowbuilder.flow.diff import Change, changes_between, marked
from flowbuilder.flow.diff.texts import word_runs
from flowbuilder.flow.edits import apply_edit
from flowbuilder.flow.model import Flow, Node
from flowbuilder.steps.wording import StepWording
from tests.bench.flows import large_flow
from tests.flow.clinic import clinic
from tests.strategies import broken_flows, flows, good_settings, steps_with_settings

WORDING = StepWording()
SOME_STEPS = ["speak", "get_input", "dial", "record", "wait", "hangup"]


def told(old: Flow, new: Flow) -> list[Change]:
    return changes_between(old, new, WORDING)


def edited(flow: Flow, **edit: Any) -> Flow:
    return apply_edit(flow, edit, bare_expressions=WORDING.bare_expressions)[0]


def sentences(old: Flow, new: Flow) -> list[str]:
    return [change.sentence for change in told(old, new)]


@given(flows() | broken_flows(), st.data())
def test_where_steps_stand_is_no_change(flow: Flow, data: st.DataObject) -> None:
    spots = st.tuples(st.integers(0, 900), st.integers(0, 900))
    nodes = {name: replace(node, position=data.draw(spots)) for name, node in reversed(flow.nodes.items())}
    extras = {**flow.extras, "notes": [{"text": "x"}], "pinned": ["n0"]}
    assert told(flow, replace(flow, nodes=nodes, extras=extras)) == []


@given(st.data())
def test_flows_without_a_change_between_them_compile_to_the_same(data: st.DataObject) -> None:
    old = data.draw(flows(steps_with_settings(SOME_STEPS), most=3))
    node_id = data.draw(st.sampled_from(sorted(old.nodes)))
    node = old.nodes[node_id]
    settings = data.draw(good_settings(node.type) | st.just(dict(node.settings)))
    for spec in (spec for spec in _specs(node.type) if spec.name not in settings and data.draw(st.booleans())):
        settings[spec.name] = spec.default
    exits = {exit: target for exit, target in node.exits.items() if data.draw(st.integers(0, 5))}
    new = old.with_node(node_id, Node(node.type, settings, exits, node.position))
    if any(problem.blocks for flow in (old, new) for problem in find_problems(flow)):
        return
    if not told(old, new):
        before, after = (compile_flow(flow).to_json()["nodes"] for flow in (old, new))
        assert {**before[node_id], "settings": {}} == {**after[node_id], "settings": {}}
        assert old.nodes[node_id].exits == new.nodes[node_id].exits


def _specs(type_: str) -> Any:
    from flowbuilder.steps import CATALOGUE

    return CATALOGUE[type_].settings_specs()


@given(flows() | broken_flows(), flows() | broken_flows())
def test_any_two_flows_can_be_compared_and_told_as_json(old: Flow, new: Flow) -> None:
    changes = told(old, new)
    assert json.loads(json.dumps([change.to_json() for change in changes])) or changes == []
    assert all(change.sentence for change in changes)
    marks = marked(changes)
    assert set(marks.nodes) <= old.nodes.keys() | new.nodes.keys()
    json.dumps(marks.to_json())


@given(flows(), st.data())
def test_a_renamed_step_is_known_again(flow: Flow, data: st.DataObject) -> None:
    node_id = data.draw(st.sampled_from(sorted(flow.nodes)))
    new = edited(flow, op="rename_node", node=node_id, to="renamed")
    assert [(change.kind, change.before, change.after) for change in told(flow, new)] == [
        ("renamed", node_id, "renamed")
    ]


def test_a_rename_that_expressions_follow_is_one_change() -> None:
    new = edited(clinic(), op="rename_node", node="menu", to="question")
    assert sentences(clinic(), new) == ["menu is now called question."]


def test_many_alike_steps_are_told_apart_by_their_links() -> None:
    def flow(*names: str) -> Flow:
        exits = {f"exit_{place}": name for place, name in enumerate(names)}
        return Flow("x", "menu", {"menu": Node("branch", {}, exits), **{name: Node("hangup") for name in names}})

    found = told(flow("a", "b", "c"), flow("x", "y", "z"))
    assert [(change.before, change.after) for change in found] == [("a", "x"), ("b", "y"), ("c", "z")]


def test_a_step_renamed_and_reworded_in_its_place_is_both() -> None:
    new = edited(clinic(), op="rename_node", node="welcome", to="hello")
    new = edited(new, op="connect", node="menu", exit="two", to="hello")
    old = edited(clinic(), op="connect", node="menu", exit="two", to="welcome")
    new = edited(new, op="set_settings", node="hello", settings={"text": "Good morning."})
    assert sentences(old, new) == [
        "welcome is now called hello.",
        "What the caller hears: “Welcome.” → “Good morning.”",
    ]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({"op": "set_settings", "node": "welcome", "settings": {"loop": 3}}, ["Say it: 1 time → 3 times"]),
        ({"op": "set_settings", "node": "welcome", "settings": {"loop": 1}}, []),
        ({"op": "set_settings", "node": "welcome", "settings": {"voice": "Polly.Amy"}}, ["Voice: empty → Polly.Amy"]),
        (
            {"op": "set_settings", "node": "menu", "settings": {"log": False}},
            ["Keep the input in logs: on → off"],
        ),
        ({"op": "set_settings", "node": "menu", "settings": {"input_type": "speech"}}, ["Input: keys → speech"]),
        (
            {"op": "disconnect", "node": "menu", "exit": "no_input"},
            ["no input no longer leads anywhere; it led to bye."],
        ),
        ({"op": "connect", "node": "menu", "exit": "one", "to": "bye"}, ["one leads to bye; it led to known."]),
        ({"op": "connect", "node": "menu", "exit": "no_match", "to": "bye"}, ["no match now leads to bye."]),
        ({"op": "set_entry", "node": "menu"}, ["A call starts at menu; it started at welcome."]),
        ({"op": "set_details", "details": {"language": "en-GB"}}, ["Language: empty → “en-GB”"]),
        ({"op": "add_node", "type": "hangup", "id": "late", "position": [0, 0]}, ["late is new: Hang up."]),
        ({"op": "delete_nodes", "nodes": ["bye"]}, None),
    ],
)
def test_an_edit_is_told_in_words(edit: dict[str, Any], expected: list[str] | None) -> None:
    new = edited(clinic(), **edit)
    if expected is None:
        assert "bye is gone: Hang up." in sentences(clinic(), new)
    else:
        assert sentences(clinic(), new) == expected


def test_a_list_is_told_entry_by_entry() -> None:
    choices = [{"exit": "two", "digits": "3"}, {"exit": "one", "digits": "1"}, {"exit": "star", "digits": "*"}]
    new = edited(clinic(), op="set_settings", node="menu", settings={"choices": choices})
    (change,) = told(clinic(), new)
    assert [str(part) for part in change.parts] == [
        "two: key 3 added",
        "two: key 2 → star: key *",
    ]


def test_another_order_is_told_as_such() -> None:
    numbers = [{"number": "+14155550100"}, {"number": "+14155550101"}]
    old = Flow("x", "desk", {"desk": Node("dial", {"to": numbers})})
    new = Flow("x", "desk", {"desk": Node("dial", {"to": numbers[::-1]})})
    assert sentences(old, new) == ["Ring: in the order +14155550100, +14155550101 → +14155550101, +14155550100"]


def test_a_long_text_is_compared_word_by_word() -> None:
    before = "For appointments, press 1. For billing, press 2. To hear this again, press 9."
    after = "For appointments, please press 1. For billing, press 2. To repeat this, press 9."
    runs = word_runs(before, after)
    assert "".join(text for kind, text in runs if kind != "new") == before
    assert "".join(text for kind, text in runs if kind != "gone") == after
    assert ("new", " please") in runs
    assert word_runs("Hello.", "Hi.") == ()
    assert word_runs(before, "Quite another sentence stands here now, about nothing of the kind at all.") == ()


@given(st.text(max_size=200), st.text(max_size=200))
def test_the_runs_of_any_texts_make_both_texts(before: str, after: str) -> None:
    runs = word_runs(before, after)
    if runs:
        assert "".join(text for kind, text in runs if kind != "new") == before
        assert "".join(text for kind, text in runs if kind != "gone") == after


def test_only_the_words_for_authors_do_not_concern_a_caller() -> None:
    new = edited(clinic(), op="set_details", details={"name": "Other", "description": "x", "voice": "MAN"})
    assert {change.setting: change.for_caller for change in told(clinic(), new)} == {
        "name": False,
        "description": False,
        "voice": True,
    }


def test_a_step_of_another_kind_is_told_whole() -> None:
    new = clinic().with_node("welcome", Node("play", {"url": "https://example.com/hello.mp3"}, {"next": "menu"}))
    assert sentences(clinic(), new) == ["Step: Speak, “Welcome.” → Play audio, hello.mp3"]


def test_what_a_drawing_marks() -> None:
    new = edited(clinic(), op="connect", node="menu", exit="two", to="bye")
    new = edited(new, op="delete_nodes", nodes=["known"])
    new = edited(new, op="add_node", type="wait", id="pause", position=[0, 0], exits={"next": "bye"})
    marks = marked(told(clinic(), new))
    assert marks.nodes == {"menu": "changed", "pause": "added", "known": "removed"}
    assert marks.links == {("menu", "two"): "changed", ("menu", "one"): "changed", ("pause", "next"): "added"}


def test_comparing_large_flows_is_quick() -> None:
    old = large_flow(1000)
    other = Flow(old.name, f"x{old.entry}", {f"x{name}": node for name, node in old.nodes.items()})
    begun = time.process_time()
    last = next(reversed(old.nodes))
    assert [change.kind for change in told(old, edited(old, op="set_entry", node=last))] == ["entry"]
    told(old, other)
    assert time.process_time() - begun < 5
