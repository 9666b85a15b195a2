"""Where a step is used: what leads there, and whose expressions name it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flowbuilder.flow.model import Flow, Node
from flowbuilder.web.drafts import read_draft
from flowbuilder.web.node_uses import uses_of
from tests.web.pages import read_page, text_of

MENU = {"prompts": [{"speak": "Press 1, {{ name.text }}."}], "choices": [{"exit": "one", "digits": "1"}]}
FLOW = Flow(
    "Shop",
    "menu",
    {
        "menu": Node("get_input", MENU, {"one": "ask", "no_match": "menu"}, (0, 0)),
        "ask": Node(
            "http_request",
            {
                "url": "https://api.example.com/{{ menu.digits }}",
                "query": {"{{ menu.speech }}": "menu"},
                "save": {"menu": "response.json.menu", "again": "menu.digits"},
            },
            {"ok": "say"},
            (0, 0),
        ),
        "say": Node("speak", {"text": "menu {{ vars.menu }} {{ 'menu' }}"}, {"next": "menu"}, (0, 0)),
        "enter": Node("go_to_flow", {"flow": "Other", "outcomes": {"a": "menu.digits"}}, {}, (0, 0)),
        "odd": Node("teleport", {"where": ["{{ menu.digits }}"]}, {}, (0, 0)),
    },
    {"message_entry": "say"},
)


@pytest.fixture
def draft() -> Any:
    return read_draft("shop", 1, FLOW)


def test_links_and_expressions_that_mean_the_step_are_found(draft: Any) -> None:
    uses = uses_of(draft, "menu")
    assert uses.starts == ("A call",)
    assert [(use.node, use.name) for use in uses.links] == [("menu", "no_match"), ("say", "next")]
    assert [(use.node, use.words) for use in uses.mentions] == [
        ("ask", "Address"),
        ("ask", "Query"),
        ("ask", "Keep from the answer"),
        ("odd", "where"),
    ]


def test_what_nothing_uses_says_so(draft: Any) -> None:
    assert not uses_of(draft, "odd").any
    assert uses_of(draft, "say").starts == ("A text message",)


def test_the_exits_tab_lists_the_uses_as_links_and_keeps_them_true(browser: Any, parts: Any) -> None:
    flow_id = parts.store.flows.create(FLOW).id
    answer = browser.get(f"/flows/{flow_id}/nodes/menu?tab=exits")
    assert "say, next, leads here" in text_of(answer)
    links = read_page(answer).xpath("//section[@class='uses']//a")
    assert [link.get("data-go") for link in links] == ["menu", "say", "ask", "ask", "ask", "odd"]
    edit = {"op": "disconnect", "node": "say", "exit": "next"}
    data = {"edit": json.dumps(edit), "revision": 1, "inspecting": "menu", "tab": "exits"}
    changed = browser.post(f"/flows/{flow_id}/edits", data=data).text
    assert "Where this is used" in changed
    assert "say</a>, next" not in changed


def test_tests_that_name_the_step_are_listed_and_an_undone_rename_restores_them(browser: Any, parts: Any) -> None:
    tests = [{"name": "nobody speaks", "steps": [{"at_node": "menu"}, {"ends": "say"}]}]
    flow = Flow("Tested", "menu", FLOW.nodes, {"tests": tests})
    flow_id = parts.store.flows.create(flow).id
    assert "The test “nobody speaks” names it" in text_of(browser.get(f"/flows/{flow_id}/nodes/menu?tab=exits"))
    edit = {"op": "rename_node", "node": "menu", "to": "main"}
    answer = browser.post(f"/flows/{flow_id}/edits", data={"edit": json.dumps(edit), "revision": 1})
    assert answer.status_code == 200
    assert parts.store.flows.load(flow_id).extras["tests"][0]["steps"] == [{"at_node": "main"}, {"ends": "say"}]
    browser.post(f"/flows/{flow_id}/undo", data={"revision": 2})
    assert parts.store.flows.load(flow_id) == flow
