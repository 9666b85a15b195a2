"""`unknown-exit`: connected, but the step has no such exit."""

from __future__ import annotations

from tests.checks.drawing import drawn, errors, found, hang_up, menu, node, nodes_with, say, sentence


def test_the_exit_is_named_and_those_that_there_are() -> None:
    flow = drawn("a", a=say(next="end", busy="end"), end=hang_up())
    assert found(flow, "unknown-exit") == [("a", "busy")]
    assert "next" in sentence(flow, "unknown-exit")


def test_a_hangup_has_no_way_on_unless_it_is_scheduled() -> None:
    assert found(drawn("a", a=hang_up(next="b"), b=hang_up()), "unknown-exit") == [("a", "next")]
    assert found(drawn("a", a=hang_up(60, next="b"), b=hang_up()), "unknown-exit") == []


def test_a_menu_with_choices_has_no_input_exit() -> None:
    assert found(drawn("a", a=menu("x", input="b"), b=hang_up()), "unknown-exit") == [("a", "input")]


def test_where_settings_that_cannot_be_read_shape_the_exits_they_are_taken_as_connected() -> None:
    flow = drawn("a", a=node("branch", {"rules": "?"}, known="b", otherwise="b"), b=hang_up())
    assert errors(flow) == ["bad-setting"]
    assert nodes_with(flow, "unreachable-node") == []


def test_such_decisions_can_still_go_round() -> None:
    flow = drawn("a", a=node("branch", {"rules": "?"}, known="a"))
    assert errors(flow) == ["bad-setting", "silent-loop"]
