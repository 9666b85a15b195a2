"""The tests in a flow file follow when a node gets another name, and come back with it."""

from __future__ import annotations

from typing import Any

import pytest

from flowbuilder.flow.edits import apply_edit
from flowbuilder.flow.model import Flow, Node
from flowbuilder.flow.tests_naming import naming_tests, renamed_in_tests

BUSY: dict[str, Any] = {
    "name": "billing is busy",
    "call": {"from": "+12025550123", "to": "+14155550000"},
    "mocks": {"lookup": {"status": 200, "json": {"lookup": "lookup"}}},
    "steps": [
        {"hears": "Press lookup"},
        {"at_node": "menu"},
        {"press": "2"},
        {"variable": "menu.digits", "is": "menu"},
        {"variable": "vars.menu", "is": "2"},
        {"variable": "lookup.json['menu'].lookup", "is": "x"},
        {"variable": "menu", "is": "2"},
        {"ends": "goodbye"},
    ],
}
FLOW = Flow(
    "Shop",
    "menu",
    {
        "menu": Node("get_input", {}, {"input": "lookup"}, (0, 0)),
        "lookup": Node("http_request", {}, {"ok": "goodbye"}, (0, 0)),
        "goodbye": Node("hangup", {}, {}, (0, 0)),
    },
    {"tests": [BUSY, {"steps": [{"ends": "menu"}]}, "not a test"]},
)


def renamed(old: str, new: str) -> list[Any]:
    flow, _ = apply_edit(FLOW, {"op": "rename_node", "node": old, "to": new})
    return list(flow.extras["tests"])


def test_where_a_call_is_and_where_it_ends_follow() -> None:
    busy, bare, odd = renamed("menu", "main")
    assert busy["steps"][1:] == [
        {"at_node": "main"},
        {"press": "2"},
        {"variable": "main.digits", "is": "menu"},
        {"variable": "vars.menu", "is": "2"},
        {"variable": "lookup.json['menu'].lookup", "is": "x"},
        {"variable": "menu", "is": "2"},
        {"ends": "goodbye"},
    ]
    assert bare == {"steps": [{"ends": "main"}]}
    assert odd == "not a test"
    assert renamed("goodbye", "bye")[0]["steps"][-1] == {"ends": "bye"}


def test_what_a_web_request_is_to_answer_follows() -> None:
    busy = renamed("lookup", "find_customer")[0]
    assert busy["mocks"] == {"find_customer": {"status": 200, "json": {"lookup": "lookup"}}}
    assert busy["steps"][0] == {"hears": "Press lookup"}
    assert {"variable": "find_customer.json['menu'].lookup", "is": "x"} in busy["steps"]


def test_naming_it_back_gives_the_same_tests_and_the_flow_before_is_untouched() -> None:
    before = FLOW.extras["tests"]
    for node in FLOW.nodes:
        there, _ = apply_edit(FLOW, {"op": "rename_node", "node": node, "to": "other"})
        assert there.extras["tests"] != before
        back, _ = apply_edit(there, {"op": "rename_node", "node": "other", "to": node})
        assert back.extras["tests"] == before == FLOW.extras["tests"]


def test_the_tests_that_name_a_node_are_told() -> None:
    assert list(naming_tests(FLOW.extras, "menu")) == ["billing is busy", "test 2"]
    assert list(naming_tests(FLOW.extras, "lookup")) == ["billing is busy"]
    assert list(naming_tests(FLOW.extras, "digits")) == []


@pytest.mark.parametrize("tests", [None, 7, "x", {}, [None], [{"steps": 5, "mocks": []}], [{"steps": [{"ends": []}]}]])
def test_whatever_else_stands_there_is_kept(tests: Any) -> None:
    extras = {"tests": tests}
    assert renamed_in_tests(extras, "menu", "main") == extras
    assert list(naming_tests(extras, "menu")) == []
