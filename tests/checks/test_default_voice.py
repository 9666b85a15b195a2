"""The flow's own voice and language: judged once, at the flow, before every document with a speak is refused."""

from __future__ import annotations

import pytest

from flowbuilder.checks import find_problems
from flowbuilder.flow.model import Flow
from tests.checks.drawing import say


@pytest.mark.parametrize(
    ("extras", "setting"),
    [
        ({"voice": "Klingon"}, "voice"),
        ({"language": "tlh"}, "language"),
        ({"voice": "Polly.Amy", "language": "de-DE"}, "voice"),
        ({"voice": "MAN", "language": "da-DK"}, "voice"),
    ],
)
def test_a_voice_that_cannot_speak_is_an_error_of_the_flow(extras: dict[str, str], setting: str) -> None:
    (problem,) = [found for found in find_problems(Flow("F", "a", {"a": say()}, extras)) if found.blocks]
    assert (problem.code, problem.node, problem.setting) == ("bad-setting", None, setting)
    assert problem.message.startswith("The flow's own voice")


@pytest.mark.parametrize("extras", [{}, {"voice": "Polly.Amy"}, {"voice": "Polly.Amy", "language": "en-GB"}])
def test_a_voice_that_can_speak_is_no_problem(extras: dict[str, str]) -> None:
    assert [found for found in find_problems(Flow("F", "a", {"a": say()}, extras)) if found.blocks] == []
