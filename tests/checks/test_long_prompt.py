"""`long-prompt`: more than a caller listens to."""

from __future__ import annotations

from tests.checks.drawing import drawn, found, menu, node, say

CODE = "long-prompt"


def test_a_long_text_is_told_with_its_length_in_seconds() -> None:
    assert found(drawn("a", a=say("word " * 79)), CODE) == []
    assert found(drawn("a", a=say("word " * 90)), CODE) == [("a", "text")]


def test_prompts_are_added_up_with_their_pauses() -> None:
    prompts = [{"speak": "word " * 30}, {"wait": 10}, {"speak": "word " * 30}]
    assert found(drawn("a", a=menu("x", {"prompts": prompts})), CODE) == [("a", "prompts")]
    assert found(drawn("a", a=menu("x", {"prompts": prompts[:2]})), CODE) == []


def test_what_is_not_spoken_does_not_count() -> None:
    marks = '<break time="1s"/>' * 40
    text = f"<speak>Hello {marks}</speak> {{{{ vars.a_name_of_some_length }}}}" * 3
    assert found(drawn("a", a=node("speak", {"text": text, "voice": "Polly.Amy"})), CODE) == []
