"""`no-entry`: none, or not among the nodes."""

from __future__ import annotations

from flowbuilder.flow.model import Flow
from tests.checks.drawing import drawn, errors, hang_up, sentence


def test_a_flow_without_an_entry_is_told() -> None:
    assert errors(drawn(None, end=hang_up())) == ["no-entry"]


def test_an_entry_that_is_gone_is_named() -> None:
    flow = drawn("start", end=hang_up())
    assert errors(flow) == ["no-entry"]
    assert "“start”" in sentence(flow, "no-entry")


def test_an_empty_flow_has_no_entry_and_nothing_else_wrong() -> None:
    assert errors(Flow("Blank")) == ["no-entry"]
