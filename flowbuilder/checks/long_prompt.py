"""A caller listens for long before anything can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import View


import re

MOST_CHARACTERS = 400
MOST_SECONDS = 30
CHARACTERS_A_SECOND = 14


def check(view: View) -> Iterator[Problem]:
    """`long-prompt`: a text, or a list of prompts, of more than 400 characters or about 30 seconds."""
    for node_id, _, step, *_ in view.drawn:
        for spec in step.settings_specs():
            if spec.kind not in ("prompt_text", "prompt_list"):
                continue
            characters, pauses = _length(step.setting(spec.name))
            seconds = characters / CHARACTERS_A_SECOND + pauses
            if characters > MOST_CHARACTERS or seconds > MOST_SECONDS:
                message = (
                    f"This takes about {seconds:.0f} seconds to hear. "
                    "Say what matters first, and shorten it or split it into several questions."
                )
                yield Problem("long-prompt", message, node=node_id, setting=spec.name)


def _length(value: object) -> tuple[int, int]:
    """Characters spoken, and seconds of pauses. What `{{ }}` and SSML marks hold is not counted."""
    if isinstance(value, str):
        return len(re.sub(r"\{\{.*?\}\}|<[^>]*>", "", value, flags=re.DOTALL)), 0
    if isinstance(value, list):
        parts = [_length(prompt.speak or "") for prompt in value]
        return sum(count for count, _ in parts), sum(prompt.wait or 0 for prompt in value)
    return 0, 0
