"""A draft that follows another is the draft that would have been read by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.flow.edits import apply_edit
from flowbuilder.flow.model import Flow
from flowbuilder.web.drafts import read_draft
from tests.strategies import broken_flows


@given(flow=broken_flows(), data=st.data())
def test_what_an_edit_left_alone_is_not_read_again_and_nothing_is_missed(flow: Flow, data: st.DataObject) -> None:
    names = sorted(flow.nodes)
    edits: list[dict[str, Any]] = [{"op": "add_node", "type": "hangup", "position": [0, 0]}]
    if names:
        node = data.draw(st.sampled_from(names))
        edits += [
            {"op": "delete_nodes", "nodes": [node]},
            {"op": "move_nodes", "positions": {node: [40, 80]}},
            {"op": "set_settings", "node": node, "settings": {}},
            {"op": "set_entry", "node": node},
        ]
    after, _ = apply_edit(flow, data.draw(st.sampled_from(edits)))

    followed = read_draft("f", 2, after, read_draft("f", 1, flow))
    alone = read_draft("f", 2, after)

    assert followed.flow == after
    assert followed.problems == alone.problems
    assert followed.cards == alone.cards
    assert followed.view.ways == alone.view.ways


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
