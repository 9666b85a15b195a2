"""A caller listens for long before anything can be done."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import Looked, View
    from flowbuilder.steps import Step
    from flowbuilder.steps.fields import SettingSpec

NOT_SPOKEN = re.compile(r"\{\{.*?\}\}|<[^>]*>", re.DOTALL)
MOST_CHARACTERS = 400
MOST_SECONDS = 30
CHARACTERS_A_SECOND = 14


def check(view: View, looked: list[Looked]) -> Iterator[Problem]:
    """`long-prompt`: a text, or a list of prompts, of more than 400 characters or about 30 seconds."""
    for node_id, _, _, _, drawn in looked:
        if drawn is None:
            continue
        step = drawn.step
        for spec in heard_settings(type(step)):
            setting = spec.name
            value = step.setting(setting)
            if not value:
                continue
            characters, pauses = _length(value)
            seconds = characters / CHARACTERS_A_SECOND + pauses
            if characters > MOST_CHARACTERS or seconds > MOST_SECONDS:
                message = (
                    f"This takes about {seconds:.0f} seconds to hear. "
                    "Say what matters first, and shorten it or split it into several questions."
                )
                yield Problem("long-prompt", message, node=node_id, setting=setting)


@cache
def heard_settings(step_type: type[Step]) -> list[SettingSpec]:
    """The settings of a step type that the caller hears."""
    return [spec for spec in step_type.settings_specs() if spec.kind in ("prompt_text", "prompt_list")]


def _length(value: object) -> tuple[int, int]:
    """Characters spoken, and seconds of pauses. What `{{ }}` and SSML marks hold is not counted."""
    if isinstance(value, str):
        return len(NOT_SPOKEN.sub("", value) if "{" in value or "<" in value else value), 0
    if isinstance(value, list):
        parts = [_length(prompt.speak or "") for prompt in value]
        return sum(count for count, _ in parts), sum(prompt.wait or 0 for prompt in value)
    return 0, 0
