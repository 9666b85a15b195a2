"""A draft that follows another is the draft that would have been read by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.checks import View
from flowbuilder.checks.variable_before_set import names_at
from flowbuilder.errors import EditRefused
from flowbuilder.flow.edits import apply_edit
from flowbuilder.flow.model import Flow, Node
from flowbuilder.web.drafts import read_draft
from tests.strategies import broken_flows


@st.composite
def edits_of(draw: st.DrawFn, flow: Flow) -> dict[str, Any]:
    """An edit that the flow allows."""
    names = sorted(flow.nodes)
    edits: list[dict[str, Any]] = [
        {"op": "add_node", "type": "hangup", "position": [0, 0]},
        {"op": "set_details", "details": {"voice": "Polly.Amy", "languages": ["en-GB", "de-DE"]}},
        {"op": "set_details", "details": {"voice": "", "languages": []}},
    ]
    if names:
        node, other = draw(st.sampled_from(names)), draw(st.sampled_from(names))
        exit = draw(st.sampled_from(sorted(flow.nodes[node].exits) or ["next"]))
        edits += [
            {"op": "delete_nodes", "nodes": [node]},
            {"op": "move_nodes", "positions": {node: [40, 80]}},
            {"op": "set_settings", "node": node, "settings": {}},
            {"op": "set_settings", "node": node, "settings": {"text": f"<b>{{{{ {other}.digits }}}}</b>"}},
            {"op": "connect", "node": node, "exit": exit, "to": other},
            {"op": "disconnect", "node": node, "exit": exit},
            {"op": "set_entry", "node": node},
            {"op": "set_details", "details": {"message_entry": node}},
        ]
    return draw(st.sampled_from(edits))


@given(flow=broken_flows(), data=st.data())
def test_what_edits_left_alone_is_not_read_again_and_nothing_is_missed(flow: Flow, data: st.DataObject) -> None:
    followed = read_draft("f", 1, flow)
    for revision in range(2, data.draw(st.integers(3, 6))):
        try:
            after, _ = apply_edit(followed.flow, data.draw(edits_of(followed.flow)))
        except EditRefused:
            continue
        followed = read_draft("f", revision, after, followed)
    alone = read_draft("f", followed.revision, followed.flow)

    assert followed.problems == alone.problems
    assert followed.cards == alone.cards
    assert followed.view.ways == alone.view.ways
    for node_id in followed.flow.nodes:
        assert names_at(followed.view, node_id) == names_at(View(followed.flow), node_id)


def test_an_edit_that_leaves_the_ways_alone_keeps_what_was_worked_out_of_them() -> None:
    nodes = {"hello": Node("speak", {"text": "Hello."}, {"next": "bye"}, (0, 0)), "bye": Node("hangup", {}, {}, (0, 0))}
    first = read_draft("f", 1, Flow("Two", "hello", nodes))
    spoken, _ = apply_edit(first.flow, {"op": "set_settings", "node": "hello", "settings": {"text": "Good day."}})
    second = read_draft("f", 2, spoken, first)
    assert second.view.course is first.view.course
    turned, _ = apply_edit(spoken, {"op": "disconnect", "node": "hello", "exit": "next"})
    assert read_draft("f", 3, turned, second).view.course is not first.view.course


def test_a_draft_that_nobody_has_looked_at_for_long_is_seen_as_it_was() -> None:
    flow = Flow("One", "bye", {"bye": Node("hangup", {}, {}, (0, 0))})
    old = read_draft("f", 1, flow)
    for revision in range(2, 30):
        read_draft("f", revision, replace(flow, name=f"One {revision}"))
    assert old.view.flow is flow
    assert old.view.reached == {"bye": 0}


def test_a_link_to_a_node_that_comes_and_goes_is_seen_to_lead_there_and_nowhere() -> None:
    with_both = Flow.from_json(
        {
            "format": "flowbuilder/1",
            "name": "Two",
            "entry": "hello",
            "nodes": {
                "hello": {"type": "speak", "settings": {"text": "Hello."}, "exits": {"next": "bye"}},
                "bye": {"type": "hangup"},
            },
        }
    )
    without = replace(with_both, nodes={"hello": with_both.nodes["hello"]})
    first = read_draft("f", 1, with_both)
    second = read_draft("f", 2, without, first)
    third = read_draft("f", 3, with_both, second)

    assert [way.target for way in second.view.ways["hello"]] == [None]
    assert [way.target for way in third.view.ways["hello"]] == ["bye"]
    assert third.problems == first.problems
