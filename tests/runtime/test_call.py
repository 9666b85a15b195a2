"""Call: plain data that goes through JSON between two webhooks, and the names that it puts into expressions."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.flow.expressions import evaluate
from flowbuilder.runtime import Call
from flowbuilder.runtime.call import Passage
from tests.strategies import json_values

NAMES = st.text(max_size=5)
OUTPUTS = st.dictionaries(NAMES, json_values(), max_size=3)


@given(
    call=st.builds(
        Call,
        facts=OUTPUTS,
        outputs=st.dictionaries(NAMES, OUTPUTS, max_size=3),
        variables=OUTPUTS,
        turn=st.integers(0, 10_000),
        passages=st.lists(st.builds(Passage, NAMES, OUTPUTS, OUTPUTS), max_size=3),
        marks=st.dictionaries(NAMES, st.integers(0, 5), max_size=3),
        owners=st.lists(NAMES, max_size=3),
    )
)
def test_a_call_comes_back_the_same_from_json(call: Call) -> None:
    assert Call.from_json(json.loads(json.dumps(call.to_json()))) == call


def test_a_later_request_adds_facts_and_empties_none() -> None:
    call = Call({"uuid": "u", "status": "ringing", "headers": {"A": "1"}, "forwarded_from": "1"})
    call.update_facts({"status": "in-progress", "forwarded_from": "", "headers": {}, "direction": "inbound"})
    expected = {"status": "in-progress", "headers": {"A": "1"}, "forwarded_from": "1", "direction": "inbound"}
    assert call.facts == {"uuid": "u", **expected}
    assert call.uuid == "u"
    assert Call({}).uuid == ""


def test_nodes_variables_and_the_call_itself_are_in_scope() -> None:
    call = Call({"from_number": "1"}, {"menu": {"digits": "2"}}, {"owner": "Ada"})
    sources = ["call.from_number", "menu.digits", "vars.owner", "vars.nobody", "nowhere.digits"]
    assert [evaluate(source, call.values()) for source in sources] == ["1", "2", "Ada", None, None]


def test_no_node_can_stand_in_for_the_call_or_its_variables() -> None:
    call = Call({"uuid": "u"}, {"call": {"uuid": "x"}, "vars": {"owner": "x"}}, {"owner": "Ada"})
    assert evaluate("call.uuid ~ vars.owner", call.values()) == "uAda"


def test_a_node_called_message_is_heard_before_the_message_that_came_in() -> None:
    call = Call({"uuid": "u", "text": "hi"})
    assert evaluate("message.text", call.values()) == "hi"
    call.outputs["message"] = {"duration": 6}
    assert evaluate("message.duration ~ message.text", call.values()) == "6"


def passed(mark: str) -> tuple[dict[str, Any], dict[str, Any]]:
    call = Call({}, {"a": {"n": 0}}, {"v": 0})
    call.passages = [Passage("a", {"n": 1}), Passage("b", {}, {"v": 1}), Passage("c", {"n": 3}, {"w": 2})]
    call.marks = {"first": 0, "middle": 2, "last": 3}
    call.pass_nodes(mark)
    assert call.passages == []
    assert call.marks == {}
    return call.outputs, call.variables


def test_only_what_lies_behind_the_mark_was_passed() -> None:
    assert passed("first") == ({"a": {"n": 0}}, {"v": 0})
    assert passed("middle") == ({"a": {"n": 1}}, {"v": 1})
    assert passed("last") == ({"a": {"n": 1}, "c": {"n": 3}}, {"v": 1, "w": 2})
    assert passed("never written") == ({"a": {"n": 0}}, {"v": 0})
