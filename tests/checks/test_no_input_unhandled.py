"""`no-input-unhandled`: a caller who does not answer is cut off."""

from __future__ import annotations

from tests.checks.drawing import drawn, found, hang_up, menu, nodes_with, ring


def test_told_where_no_input_leads_nowhere() -> None:
    flow = drawn("a", a=menu("x", x="end", no_match="end"), end=hang_up())
    assert found(flow, "no-input-unhandled") == [("a", "no_input")]
    assert nodes_with(flow, "ends-here") == []


def test_not_told_where_it_leads_on_nor_of_steps_that_ask_nothing() -> None:
    assert nodes_with(drawn("a", a=menu("x", no_input="b"), b=ring()), "no-input-unhandled") == []
