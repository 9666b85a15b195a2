"""The names that an expression can use at a node: those that every way there has set."""

from __future__ import annotations

from hypothesis import given

from flowbuilder.checks.variable_before_set import CALL_NAMES, MESSAGE_NAMES, names_at
from flowbuilder.checks.view import View
from flowbuilder.flow.model import Flow, Node
from tests.checks.test_variable_before_set import USES, flows_that_use_names, found_at

CALL = {f"call.{name}" for name in CALL_NAMES}
ASK = {"prompts": [{"speak": "Digits?"}], "num_digits": 4, "choices": [{"exit": "one", "digits": "1"}]}


def node(type_: str, settings: dict[str, object], **exits: str) -> Node:
    return Node(type_, settings, exits, (0, 0))


def shop() -> Flow:
    return Flow(
        "Shop",
        "menu",
        {
            "menu": node("get_input", ASK, one="gold", no_match="plain", no_input="end"),
            "gold": node("set", {"variables": {"team": "'gold'", "owner": "'Ada'"}}, next="tell"),
            "plain": node("set", {"variables": {"team": "'plain'"}}, next="tell"),
            "tell": node("speak", {"text": "Hello."}, next="end"),
            "end": node("hangup", {}),
            "lost": node("hangup", {}),
        },
    )


def others_at(flow: Flow, node_id: str) -> set[str]:
    return set(names_at(View(flow), node_id)) - CALL


def test_a_name_is_offered_where_every_way_has_set_it() -> None:
    assert others_at(shop(), "menu") == set()
    assert {"menu.digits"} <= others_at(shop(), "gold")
    assert others_at(shop(), "tell") - others_at(shop(), "plain") == {"vars.team"}
    assert "vars.owner" not in others_at(shop(), "tell")
    assert "vars.team" not in others_at(shop(), "end"), "who says nothing gets there without"


def test_what_a_call_has_is_known_everywhere_in_order_of_the_alphabet() -> None:
    assert names_at(View(shop()), "lost") == sorted(CALL)
    names = names_at(View(shop()), "tell")
    assert names == sorted(names)
    assert set(names) >= CALL


def test_a_message_has_names_where_one_can_come_in() -> None:
    flow = Flow("Shop", "menu", shop().nodes, {"message_entry": "tell"})
    assert others_at(flow, "tell") == {f"message.{name}" for name in MESSAGE_NAMES}


@given(flow=flows_that_use_names())
def test_no_name_that_is_offered_is_warned_of(flow: Flow) -> None:
    for node_id, one in flow.nodes.items():
        offered = set(names_at(View(flow), node_id))
        used = {name for name in USES if one.type == "speak" and f"{{{{ {name} }}}}" in one.settings["text"]}
        if node_id in View(flow).reached and used <= offered:
            assert found_at(flow, node_id) == []
