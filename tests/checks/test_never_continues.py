"""`never-continues`: connected, but no call can leave by it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.drawing import drawn, found, hang_up, menu, node, say


def test_after_an_endless_prompt_nothing_follows() -> None:
    endless = {"text": "Music.", "loop": 0}
    assert found(drawn("a", a=node("speak", endless, next="b"), b=hang_up()), "never-continues") == [("a", "next")]
    assert found(drawn("a", a=node("speak", endless)), "never-continues") == []
    assert found(drawn("a", a=say(next="b"), b=hang_up()), "never-continues") == []


def test_a_key_that_the_settings_do_not_take_leads_nowhere() -> None:
    choices = {"choices": [{"exit": "one", "digits": "1"}, {"exit": "far", "digits": "23"}]}
    flow = drawn("a", a=menu("", {**choices, "num_digits": 1}, one="b", far="b"), b=hang_up())
    assert found(flow, "never-continues") == [("a", "far")]


def test_without_choices_no_answer_is_wrong() -> None:
    flow = drawn("a", a=menu("", input="b", no_match="b"), b=hang_up())
    assert found(flow, "never-continues") == [("a", "no_match")]


@pytest.mark.parametrize(
    ("settings", "doubted"),
    [
        ({}, True),
        ({"weekly": {"mon": []}, "closed_dates": ["12-25"]}, True),
        ({"override": "closed"}, True),
        ({"override": "open"}, False),
        ({"weekly": {"mon": [["09:00", "17:00"]]}}, False),
        ({"closed_dates": [{"date": "2026-12-24", "hours": [["09:00", "12:00"]]}]}, False),
    ],
)
def test_hours_that_are_never_open_are_doubted(settings: dict[str, Any], doubted: bool) -> None:
    hours = node("hours", settings, open="b", closed="c")
    flow = drawn("a", a=hours, b=say(), c=say())
    assert found(flow, "never-continues") == ([("a", "open")] if doubted else [])
    assert found(flow, "unreachable-node") == []
    assert found(drawn("a", a=node("hours", settings, closed="c"), c=say()), "never-continues") == []
