"""Find, and the outline: a flow can be read and changed without its drawing."""

from __future__ import annotations

import json

import pytest

from flowbuilder.flow.model import Flow

FLOW = {
    "format": "flowbuilder/1",
    "name": "Shop",
    "entry": "welcome",
    "nodes": {
        "goodbye": {"type": "speak", "settings": {"text": "Goodbye."}, "exits": {}},
        "welcome": {"type": "speak", "settings": {"text": "Welcome to the shop."}, "exits": {"next": "desk"}},
        "desk": {"type": "dial", "settings": {"to": [{"number": "+14155550101"}], "timeout": 25}, "exits": {}},
    },
}


@pytest.fixture
def flow_id(parts):
    return parts.store.flows.create(Flow.from_json(FLOW)).id


def found(browser, flow_id, words):
    return json.loads(browser.get(f"/flows/{flow_id}/find", query_string={"q": words}).data)["found"]


@pytest.mark.parametrize(
    ("words", "nodes"),
    [
        ("welcome", ["welcome"]),
        ("DIAL", ["desk"]),
        ("415 555 0101", ["desk"]),
        ("4155550101", ["desk"]),
        ("timeout 25", ["desk"]),
        ("speak", ["goodbye", "welcome"]),
        ("parrot", []),
        ("", []),
    ],
)
def test_find_looks_at_names_steps_texts_numbers_and_settings(browser, flow_id, words, nodes):
    assert [each["node"] for each in found(browser, flow_id, words)] == nodes


def test_find_looks_into_other_flows_and_leads_there(browser, parts, flow_id):
    other = parts.store.flows.create(Flow.from_json({**FLOW, "name": "Other"})).id
    urls = [each.get("url") for each in found(browser, flow_id, "goodbye")]
    assert urls == [None, f"/flows/{other}/edit#goodbye"]


def test_the_outline_tells_the_flow_in_the_order_of_a_call(browser, flow_id):
    page = browser.get(f"/flows/{flow_id}/outline").text
    places = [page.index(f'<li id="{node}"') for node in ("welcome", "desk", "goodbye")]
    assert places == sorted(places)
    assert "Welcome to the shop." in page


def test_the_history_says_every_edit_in_words_and_leads_back(browser, parts, flow_id):
    revision = parts.store.flows.get(flow_id).revision
    edit = {"op": "delete_nodes", "nodes": ["goodbye"]}
    browser.post(f"/flows/{flow_id}/edits", data={"edit": json.dumps(edit), "revision": revision})
    assert "Delete goodbye" in browser.get(f"/flows/{flow_id}/history").text
    browser.post(f"/flows/{flow_id}/history", data={"revision": revision})
    assert "goodbye" in parts.store.flows.load(flow_id).nodes
    assert parts.store.flows.get(flow_id).undo_label == "Go back to: Created"
    assert browser.post(f"/flows/{flow_id}/history", data={"revision": 99}).status_code == 404
