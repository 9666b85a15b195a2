"""Every edit does what it says, and what depends on it follows."""

from __future__ import annotations

from typing import Any

import pytest

from flowbuilder.errors import EditRefused
from flowbuilder.flow import edits
from flowbuilder.flow.edits import apply_edit, free_id
from flowbuilder.flow.model import MAX_COORDINATE, Flow, Node
from tests.flow.clinic import clinic


def after(flow: Flow, op: str, **edit: Any) -> Flow:
    return apply_edit(flow, {"op": op, **edit})[0]


def label(flow: Flow, op: str, **edit: Any) -> str:
    return apply_edit(flow, {"op": op, **edit})[1]


def rule_sources(node: Node) -> set[str]:
    return {rule["when"] for rule in node.settings.get("rules", [])}


# --- adding


def test_a_node_is_added_where_it_was_dropped_under_a_free_name() -> None:
    flow = after(clinic(), "add_node", type="speak", position=[10.4, 20.6])
    assert flow.nodes["speak"] == Node("speak", {}, {}, (10, 21))
    assert after(flow, "add_node", type="speak", position=[0, 0]).nodes.keys() - flow.nodes.keys() == {"speak_2"}
    assert label(clinic(), "add_node", type="speak", position=[0, 0]) == "Add speak"


def test_a_node_is_added_with_the_name_settings_and_links_given() -> None:
    given = {"id": "hello", "settings": {"text": "Hi"}, "exits": {"next": "bye"}}
    flow = after(clinic(), "add_node", type="speak", position=[1, 2], **given)
    assert flow.nodes["hello"] == Node("speak", {"text": "Hi"}, {"next": "bye"}, (1, 2))


def test_adding_from_an_exit_leads_that_exit_to_the_new_node() -> None:
    flow = after(clinic(), "add_node", type="wait", position=[0, 0], **{"from": ["menu", "no_match"]})
    assert flow.nodes["menu"].exits == {**clinic().nodes["menu"].exits, "no_match": "wait"}
    assert flow.nodes["wait"].exits == {}


def test_a_node_inserted_into_a_link_leads_on_to_where_the_link_led() -> None:
    insert = {"from": ["welcome", "next"], "insert": True, "to_exit": "next"}
    flow = after(clinic(), "add_node", type="wait", position=[0, 0], **insert)
    assert flow.nodes["welcome"].exits == {"next": "wait"}
    assert flow.nodes["wait"].exits == {"next": "menu"}


def test_a_node_put_on_a_loose_exit_has_nothing_to_lead_on_to() -> None:
    insert = {"from": ["menu", "no_match"], "insert": True, "to_exit": "next"}
    flow = after(clinic(), "add_node", type="wait", position=[0, 0], **insert)
    assert flow.nodes["wait"].exits == {}


def test_the_first_node_is_where_the_call_starts() -> None:
    flow = after(Flow("Empty"), "add_node", type="speak", position=[0, 0])
    assert flow.entry == "speak"
    assert after(flow, "add_node", type="wait", position=[0, 0]).entry == "speak"
    assert after(Flow("Lost", "gone"), "add_node", type="wait", position=[0, 0]).entry == "wait"


@pytest.mark.parametrize(
    ("wanted", "free"),
    [
        ("speak", "speak"),
        ("menu", "menu_2"),
        ("Höflich!", "h_flich"),
        ("2nd", "node_2nd"),
        ("!", "node"),
        ("vars", "vars_2"),
    ],
)
def test_a_free_id_is_a_good_id_that_no_node_has(wanted: str, free: str) -> None:
    assert free_id(clinic(), wanted) == free


def test_a_flow_takes_no_more_nodes_than_it_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edits, "MAX_NODES", 4)
    with pytest.raises(EditRefused, match="at most 4 nodes"):
        after(clinic(), "add_node", type="speak", position=[0, 0])


# --- deleting


def test_links_into_a_deleted_node_go_on_to_where_it_led() -> None:
    flow = after(clinic(), "delete_nodes", nodes=["known"])
    assert flow.nodes["menu"].exits == {"one": "bye", "two": "menu", "no_input": "bye"}


def test_links_heal_across_several_deleted_nodes() -> None:
    flow = Flow(
        "Row", "a", {one: Node("speak", {}, {"next": two}) for one, two in ("ab", "bc", "cd")} | {"d": Node("hangup")}
    )
    assert after(flow, "delete_nodes", nodes=["b", "c"]).nodes["a"].exits == {"next": "d"}


def test_links_into_a_deleted_menu_are_cut_where_it_led_several_ways() -> None:
    flow = after(clinic(), "delete_nodes", nodes=["menu"])
    assert flow.nodes["welcome"].exits == {}
    assert flow.nodes.keys() == {"welcome", "known", "bye"}


def test_a_ring_of_deleted_nodes_leads_nowhere() -> None:
    ring = Flow("Ring", "x", {one: Node("speak", {}, {"next": two}) for one, two in ("xa", "ab", "ba")})
    assert after(ring, "delete_nodes", nodes=["a", "b"]).nodes == {"x": Node("speak")}


def test_a_call_and_a_message_start_after_a_deleted_start() -> None:
    flow = after(clinic(message_entry="welcome"), "delete_nodes", nodes=["welcome"])
    assert flow.entry == "menu"
    assert flow.extras == {"message_entry": "menu"}
    flow = after(flow, "delete_nodes", nodes=["menu"])
    assert flow.entry is None
    assert flow.extras == {}


def test_deleting_says_what_or_how_many() -> None:
    assert label(clinic(), "delete_nodes", nodes=["bye"]) == "Delete bye"
    assert label(clinic(), "delete_nodes", nodes=["bye", "bye"]) == "Delete bye"
    assert label(clinic(), "delete_nodes", nodes=["bye", "menu"]) == "Delete 2 nodes"


# --- moving


def test_moving_changes_the_places_and_nothing_else() -> None:
    flow = after(clinic(), "move_nodes", positions={"menu": [7, 8.6], "bye": [-5, 0], "gone": [1, 1]})
    assert flow.nodes["menu"].position == (7, 9)
    assert flow.nodes["bye"].position == (-5, 0)
    moved_back = after(flow, "move_nodes", positions={"menu": [300, 0], "bye": [900, 0]})
    assert moved_back == clinic()


@pytest.mark.parametrize("place", [[MAX_COORDINATE + 1, 0], [0, -1e300], [10**400, 0]])
def test_nothing_is_moved_too_far_out(place: list[float]) -> None:
    with pytest.raises(EditRefused, match="too far out"):
        after(clinic(), "move_nodes", positions={"menu": place})


# --- renaming


def test_links_the_entry_and_the_message_entry_follow_a_rename() -> None:
    flow = after(clinic(message_entry="menu"), "rename_node", node="menu", to=" main_menu ")
    assert flow.nodes["welcome"].exits == {"next": "main_menu"}
    assert flow.nodes["main_menu"].exits == {"one": "known", "two": "main_menu", "no_input": "bye"}
    assert flow.extras == {"message_entry": "main_menu"}
    assert list(flow.nodes) == ["welcome", "main_menu", "known", "bye"]
    assert after(clinic(), "rename_node", node="welcome", to="hello").entry == "hello"


def test_expressions_in_text_and_bare_ones_follow_a_rename() -> None:
    flow, _ = apply_edit(clinic(), {"op": "rename_node", "node": "menu", "to": "ask"}, bare_expressions=rule_sources)
    assert flow.nodes["ask"].settings["prompts"] == [{"speak": "You pressed {{ ask.digits }}."}]
    assert flow.nodes["known"].settings["rules"] == [{"exit": "yes", "when": "ask.digits == '1'"}]


def test_expressions_in_the_names_of_a_mapping_follow_a_rename() -> None:
    flow = clinic().with_node("ask", Node("http_request", {"query": {"{{ menu.digits }}": "{{ menu.speech }}"}}))
    renamed = after(flow, "rename_node", node="menu", to="m")
    assert renamed.nodes["ask"].settings == {"query": {"{{ m.digits }}": "{{ m.speech }}"}}


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        ("menu {{ menu }} menu", "menu {{ m }} menu"),
        ("{{ vars.menu }}{{ x['menu'] }}{{ menu['menu'] }}", "{{ vars.menu }}{{ x['menu'] }}{{ m['menu'] }}"),
        ("{{ 'menu' ~ menu.menu }}", "{{ 'menu' ~ m.menu }}"),
        ("{{ menus.digits }}", "{{ menus.digits }}"),
        ("{{ a is menu }}{{ a is not menu }}{{ a|menu }}", "{{ a is menu }}{{ a is not menu }}{{ a|menu }}"),
        ("{{ a|default(menu=menu) }}", "{{ a|default(menu=m) }}"),
        ("{{ menu", "{{ m"),
        ("{{ menu % }} {{ menu }}", "{{ m % }} {{ m }}"),
    ],
)
def test_only_the_name_itself_is_renamed_in_a_text(text: str, renamed: str) -> None:
    flow = clinic().with_node("say", Node("speak", {"text": text}))
    assert after(flow, "rename_node", node="menu", to="m").nodes["say"].settings == {"text": renamed}


def test_a_node_with_a_name_of_another_meaning_can_get_rid_of_it() -> None:
    nodes = {"call": Node("speak", {"text": "{{ call.from_number }}"}, {"next": "call"})}
    flow = after(Flow("Old", "call", nodes), "rename_node", node="call", to="hello")
    assert flow == Flow("Old", "hello", {"hello": Node("speak", {"text": "{{ call.from_number }}"}, {"next": "hello"})})


def test_a_node_called_message_is_followed_when_it_is_renamed() -> None:
    nodes = {"message": Node("record", {}, {"next": "say"}), "say": Node("speak", {"text": "{{ message.duration }}"})}
    renamed = after(Flow("Old", "message", nodes), "rename_node", node="message", to="note")
    assert renamed.nodes["say"].settings == {"text": "{{ note.duration }}"}


def test_renaming_to_the_same_name_changes_nothing() -> None:
    assert after(clinic(), "rename_node", node="menu", to="menu") == clinic()


# --- linking


def test_an_exit_is_led_to_another_node_and_loose_again() -> None:
    flow = after(clinic(), "connect", node="welcome", exit="next", to="bye")
    assert flow.nodes["welcome"].exits == {"next": "bye"}
    assert after(flow, "disconnect", node="welcome", exit="next").nodes["welcome"].exits == {}
    assert label(clinic(), "connect", node="menu", exit="no_input", to="bye") == "Connect menu, no input, to bye"
    assert label(clinic(), "disconnect", node="menu", exit="no_input") == "Disconnect menu, no input"


# --- settings


def test_only_the_settings_named_change() -> None:
    flow = after(clinic(), "set_settings", node="menu", settings={"attempts": 2}, unset=["prompts"])
    assert flow.nodes["menu"].settings == {"choices": clinic().nodes["menu"].settings["choices"], "attempts": 2}
    assert flow.nodes["menu"].exits == clinic().nodes["menu"].exits


def test_links_go_along_with_renamed_exits_also_when_two_swap_names() -> None:
    flow = after(clinic(), "set_settings", node="menu", renamed_exits={"one": "first"})
    assert flow.nodes["menu"].exits == {"first": "known", "two": "menu", "no_input": "bye"}
    flow = after(clinic(), "set_settings", node="menu", renamed_exits={"one": "two", "two": "one"})
    assert flow.nodes["menu"].exits == {"two": "known", "one": "menu", "no_input": "bye"}


def test_links_of_exits_that_are_no_more_go() -> None:
    kept = {"exits": ["first", "no_input"], "renamed_exits": {"one": "first"}}
    flow = after(clinic(), "set_settings", node="menu", settings={"choices": []}, **kept)
    assert flow.nodes["menu"].exits == {"first": "known", "no_input": "bye"}
    assert after(clinic(), "set_settings", node="menu", exits=[]).nodes["menu"].exits == {}


def test_changing_settings_says_which() -> None:
    change = {"settings": {"num_digits": 2}, "unset": ["log"]}
    assert label(clinic(), "set_settings", node="menu", **change) == "Change menu: num digits, log"


def test_an_edit_changed_later_does_not_reach_into_the_flow() -> None:
    edit: dict[str, Any] = {"op": "set_settings", "node": "menu", "settings": {"prompts": [{"speak": "One"}]}}
    flow, _ = apply_edit(clinic(), edit)
    edit["settings"]["prompts"][0]["speak"] = "Two"
    assert flow.nodes["menu"].settings["prompts"] == [{"speak": "One"}]


# --- the flow itself


def test_a_call_starts_where_the_author_says() -> None:
    assert after(clinic(), "set_entry", node="menu").entry == "menu"
    assert label(clinic(), "set_entry", node="menu") == "Start the call at menu"


def test_details_are_set_and_taken_away() -> None:
    flow = after(
        clinic(notes=[]), "set_details", details={"name": "  New \x00\tname ", "language": "de-DE", "voice": "MAN"}
    )
    assert flow.name == "New name"
    assert flow.extras == {"notes": [], "language": "de-DE", "voice": "MAN"}
    assert after(flow, "set_details", details={"language": "", "voice": None}).extras == {"notes": []}
    assert label(clinic(), "set_details", details={"name": "X"}) == "Rename the flow to X"
    assert label(clinic(), "set_details", details={"description": "X"}) == "Change the flow's details"
