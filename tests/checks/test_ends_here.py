"""`ends-here`: an exit that is not connected ends the call."""

from __future__ import annotations

from tests.checks.drawing import drawn, found, hang_up, menu, node, ring, say


def test_one_for_each_exit() -> None:
    assert found(drawn("a", a=say()), "ends-here") == [("a", "next")]
    flow = drawn("a", a=menu("x y", y="b", no_input="b"), b=hang_up())
    assert found(flow, "ends-here") == [("a", "x"), ("a", "no_match")]


def test_none_where_otherwise_stands_in() -> None:
    assert found(drawn("a", a=ring(completed="b", otherwise="b"), b=hang_up()), "ends-here") == []
    assert ("a", "busy") in found(drawn("a", a=ring(completed="b"), b=hang_up()), "ends-here")


def test_none_for_an_exit_that_no_call_takes_or_that_is_not_known() -> None:
    assert found(drawn("a", a=node("speak", {"text": "Music.", "loop": 0})), "ends-here") == []
    assert found(drawn("a", a=node("teleport")), "ends-here") == []
    assert found(drawn("a", a=hang_up()), "ends-here") == []
