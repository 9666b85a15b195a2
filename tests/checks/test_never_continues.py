"""`never-continues`: connected, but no call can leave by it."""

from __future__ import annotations

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
