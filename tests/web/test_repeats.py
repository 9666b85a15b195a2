"""An edit that arrives twice is made once, and undo says what it takes back, and from whom."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.flow.model import Flow, Node

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder


@pytest.fixture
def flow_id(parts: Flowbuilder) -> str:
    return parts.store.flows.create(Flow("Shop", "hi", {"hi": Node("speak", {"text": "Hi"})})).id


def add(browser: Any, flow_id: str, *, by: str = "one", once: str = "") -> Any:
    edit = json.dumps({"op": "add_node", "type": "hangup", "position": [400, 80]})
    return browser.post(f"/flows/{flow_id}/edits", data={"edit": edit, "revision": 1, "by": by, "once": once})


def undo(browser: Any, flow_id: str, by: str) -> dict[str, str]:
    answer = browser.post(f"/flows/{flow_id}/undo", data={"revision": 2, "by": by})
    said: dict[str, str] = json.loads(answer.headers["HX-Trigger"])["flow:say"]
    return said


def test_an_edit_whose_answer_never_came_is_sent_again_and_made_once(browser, parts, flow_id):
    first, again = (add(browser, flow_id, once="a1") for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert "node-hangup" in again.text
    assert list(parts.store.flows.load(flow_id).nodes) == ["hi", "hangup"]
    add(browser, flow_id, once="a2")
    assert list(parts.store.flows.load(flow_id).nodes) == ["hi", "hangup", "hangup_2"]


def test_a_refused_edit_may_be_sent_again(browser, parts, flow_id):
    refused = {"edit": json.dumps({"op": "delete_nodes", "nodes": ["gone"]}), "revision": 1, "once": "b1"}
    for _ in range(2):
        assert browser.post(f"/flows/{flow_id}/edits", data=refused).status_code == 422


def test_undo_says_what_it_takes_back_and_aloud_where_another_tab_made_it(browser, flow_id):
    add(browser, flow_id, by="one")
    assert undo(browser, flow_id, "one") == {"text": "Undone: Add hangup.", "kind": "quiet"}
    browser.post(f"/flows/{flow_id}/redo", data={"revision": 3, "by": "one"})
    said = undo(browser, flow_id, "two")
    assert said == {"text": "Took back what another tab did: Add hangup. Redo brings it back.", "kind": ""}
