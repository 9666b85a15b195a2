"""`unknown-step`, `bad-setting`, `bad-expression`, `duplicate-choice`: what is wrong with a node by itself."""

from __future__ import annotations

from tests.checks.drawing import drawn, errors, found, hang_up, menu, node, say


def test_a_step_that_is_not_installed_is_one_problem() -> None:
    assert errors(drawn("a", a=node("teleport", {"to": "Mars"}, next="b"), b=hang_up())) == ["unknown-step"]


def test_all_of_a_nodes_bad_settings_are_told_at_once() -> None:
    flow = drawn("a", a=node("speak", {"text": "", "volume": 11, "loop": -1}))
    assert {setting for _, setting in found(flow, "bad-setting")} == {"text", "volume", "loop"}


def test_an_expression_that_cannot_be_read_is_told_at_its_setting() -> None:
    assert found(drawn("a", a=say("Hello {{ call.")), "bad-expression") == [("a", "text")]
    broken = node("branch", {"rules": [{"exit": "x", "when": "1 +"}]})
    assert found(drawn("a", a=broken), "bad-expression") == [("a", "rules")]


def test_one_key_for_two_choices_is_told_once() -> None:
    choices = {"choices": [{"exit": "x", "digits": "1"}, {"exit": "y", "digits": "1"}]}
    assert errors(drawn("a", a=menu("", choices))) == ["duplicate-choice"]


def test_one_phrase_for_two_choices_is_told_however_it_is_written() -> None:
    choices = [{"exit": "x", "phrases": ["Pay a bill"]}, {"exit": "y", "phrases": ["pay  a bill!"]}]
    assert errors(drawn("a", a=menu("", {"input_type": "speech", "choices": choices}))) == ["duplicate-choice"]
