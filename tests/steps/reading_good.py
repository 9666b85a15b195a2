"""A step from settings that nothing is wrong with."""

from __future__ import annotations

from typing import Any

from flowbuilder.flow.model import Node
from flowbuilder.steps import Step, read_node


def step(type_: str, **settings: Any) -> Step:
    reading = read_node("here", Node(type_, settings))
    assert reading.problems == []
    assert reading.step is not None
    return reading.step


def complaints(type_: str, **settings: Any) -> list[tuple[str, str | None]]:
    """What is wrong with the settings: (code, setting)."""
    return [(problem.code, problem.setting) for problem in read_node("here", Node(type_, settings)).problems]
