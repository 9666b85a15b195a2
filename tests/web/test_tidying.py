"""Tidy as an edit, and files that nobody has laid out."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.errors import EditRefused
from flowbuilder.flow.model import Flow, Node, dumps
from flowbuilder.web.saving import perform
from flowbuilder.web.tidying import laid_out, laid_out_if_never
from tests.web.pages import read_page

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder

HEAP = Flow(
    name="Heap",
    entry="hello",
    nodes={
        "end": Node("hangup"),
        "hello": Node("speak", {"text": "Hello."}, {"next": "desk"}),
        "desk": Node("dial", {"to": [{"number": "+14155550100"}]}, {"otherwise": "end"}),
    },
)


def across(flow: Flow) -> list[str]:
    """The nodes from left to right."""
    return sorted(flow.nodes, key=lambda name: flow.nodes[name].position[0])


def test_tidy_is_one_edit_that_is_undone_at_once(browser: Any, parts: Flowbuilder) -> None:
    row = parts.store.flows.create(HEAP)
    browser.get("/")
    answer = browser.post(f"/flows/{row.id}/edits", data={"edit": json.dumps({"op": "tidy"}), "revision": "1"})
    assert answer.status_code == 200
    assert across(parts.store.flows.load(row.id)) == ["hello", "desk", "end"]
    assert parts.store.flows.get(row.id).undo_label == "Tidy"
    parts.store.flows.undo(row.id)
    assert parts.store.flows.load(row.id) == HEAP


def test_tidy_leaves_pinned_nodes_and_what_was_not_chosen() -> None:
    pinned = replace(HEAP, extras={"pinned": ["desk"]})
    flow, _ = perform(pinned, {"op": "tidy"})
    assert flow.nodes["desk"].position == (0, 0)
    assert across(flow) == ["hello", "desk", "end"]
    flow, label = perform(laid_out(HEAP), {"op": "tidy", "nodes": ["end"]})
    assert label == "Tidy end"
    assert flow == laid_out(HEAP)


@pytest.mark.parametrize(
    ("flow", "edit"),
    [
        (Flow("Empty"), {"op": "tidy"}),
        (HEAP, {"op": "tidy", "nodes": ["nobody"]}),
        (HEAP, {"op": "tidy", "nodes": 7}),
        (replace(HEAP, extras={"pinned": ["hello", "desk", "end"]}), {"op": "tidy"}),
    ],
)
def test_what_cannot_be_tidied_is_refused_with_a_sentence(flow: Flow, edit: dict[str, Any]) -> None:
    with pytest.raises(EditRefused, match=r"\.$"):
        perform(flow, edit)


def test_only_a_flow_that_nobody_laid_out_is_laid_out() -> None:
    assert laid_out_if_never(HEAP) == laid_out(HEAP) != HEAP
    moved = HEAP.with_node("end", Node("hangup", position=(20, 400)))
    assert laid_out_if_never(moved) == moved
    assert laid_out_if_never(Flow("One", None, {"end": Node("hangup")})).nodes["end"].position == (0, 0)


def test_a_file_without_positions_opens_laid_out(browser: Any, parts: Flowbuilder) -> None:
    data = json.loads(dumps(HEAP))
    for node in data["nodes"].values():
        del node["position"]
    browser.get("/")
    browser.post("/flows/import", data={"file": (io.BytesIO(json.dumps(data).encode()), "heap.flow.json")})
    (row,) = parts.store.flows.list()
    assert parts.store.flows.load(row.id) == laid_out(HEAP)


def test_a_pinned_card_says_so(browser: Any, parts: Flowbuilder) -> None:
    row = parts.store.flows.create(HEAP)
    browser.get("/")
    edit = {"op": "pin_nodes", "nodes": ["desk"]}
    answer = browser.post(f"/flows/{row.id}/edits", data={"edit": json.dumps(edit), "revision": "1"})
    assert "is-pinned" in answer.text
    page = read_page(browser.get(f"/flows/{row.id}/edit"))
    assert page.xpath("//*[contains(@class, 'is-pinned')]/@data-node") == ["desk"]
    assert parts.store.flows.get(row.id).undo_label == "Pin desk"
