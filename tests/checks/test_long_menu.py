"""`long-menu`: more than five choices."""

from __future__ import annotations

from tests.checks.drawing import drawn, menu, nodes_with


def test_six_choices_are_too_many_and_five_are_not() -> None:
    assert nodes_with(drawn("a", a=menu("b c d e f")), "long-menu") == []
    assert nodes_with(drawn("a", a=menu("b c d e f g")), "long-menu") == ["a"]
