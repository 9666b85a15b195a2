"""Whether tags are SSML follows from the flow's voice, where a text names none."""

from __future__ import annotations

from typing import Any

import pytest

from flowbuilder.checks import find_problems
from flowbuilder.compiler import compile_flow
from flowbuilder.flow.model import Flow, Node

AMY = {"voice": "Polly.Amy"}
OPEN = "<p>never closed"


def bad(settings: dict[str, Any], type_: str = "speak", **extras: Any) -> list[tuple[str | None, str]]:
    flow = Flow("f", "a", {"a": Node(type_, settings)}, extras)
    return [(found.setting, found.message) for found in find_problems(flow) if found.code == "bad-setting"]


def test_a_mistake_in_the_flows_voice_is_found() -> None:
    message = "Line 1, character 16: <p> is never closed. Write </p>."
    assert bad({"text": OPEN}, **AMY) == [("text", f"What the caller hears: {message}")]
    prompts = [{"speak": "Fine."}, {"speak": OPEN}]
    assert bad({"prompts": prompts}, "get_input", **AMY) == [("prompts", f"Entry 2: {message}")]
    to = [{"number": "+14155550100"}]
    assert bad({"to": to, "confirm_prompts": [{"speak": OPEN}]}, "dial", **AMY) == [
        ("confirm_prompts", f"Entry 1: {message}")
    ]


@pytest.mark.parametrize("own", [{"voice": "MAN"}, {"language": "en-GB"}])
def test_a_text_with_a_voice_of_its_own_is_not_in_the_flows(own: dict[str, str]) -> None:
    assert bad({"text": OPEN, **own}, **AMY) == []


def test_a_mistake_in_a_voice_of_its_own_is_found_once() -> None:
    assert len(bad({"text": OPEN, **AMY}, **AMY)) == 1
    assert len(bad({"text": OPEN, **AMY})) == 1


def test_without_a_polly_voice_tags_are_words() -> None:
    assert bad({"text": OPEN}) == []
    assert bad({"text": OPEN}, voice="WOMAN") == []


def test_tags_count_where_they_are_spoken() -> None:
    text = "<p>" + "x" * 2_999 + "</p>"
    assert bad({"text": text}, **AMY) == []
    assert bad({"text": text}) == [("text", "What the caller hears: Shorten it to 3,000 characters.")]


def test_what_compiles_speaks_in_elements() -> None:
    flow = Flow("f", "a", {"a": Node("speak", {"text": "Hi <break/>you"})}, dict(AMY))
    assert compile_flow(flow).nodes["a"].part().xml == (
        '<Response><Speak voice="Polly.Amy">Hi <break/>you</Speak></Response>'
    )
