"""Texts with tags that are spoken by the flow's own voice: whether they are SSML follows from it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flowbuilder.checks.long_prompt import heard_settings
from flowbuilder.steps.items import Prompt
from flowbuilder.steps.spoken import spoken_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import Looked, View
    from flowbuilder.flow.problems import Problem
    from flowbuilder.steps import Step


def check(view: View, looked: list[Looked]) -> Iterator[Problem]:
    """`bad-setting`: mistakes in the tags, or too long a text. Where a step names a voice, it says so by itself."""
    for node_id, _, reading, _, drawn in looked:
        if drawn is None or (reading.problems and any(problem.blocks for problem in reading.problems)):
            continue
        for path, label, text in _texts_in_the_flows_voice(drawn.step):
            for problem in spoken_problems(path.partition(".")[0], text, view.flow.voice, label=label):
                yield replace(problem, node=node_id, path=path)


def _texts_in_the_flows_voice(step: Step) -> Iterator[tuple[str, str, str]]:
    """Each spoken text with tags that names no voice: its path, the words that say which one it is, the text."""
    for spec in heard_settings(type(step)):
        value = step.setting(spec.name)
        if isinstance(value, str):
            if "<" in value and not any(getattr(step, name, None) is not None for name in ("voice", "language")):
                yield spec.name, f"{spec.label}: ", value
            continue
        for number, prompt in enumerate(value, start=1):
            named = isinstance(prompt, Prompt) and (prompt.voice is not None or prompt.language is not None)
            if not named and prompt.speak is not None and "<" in prompt.speak:
                yield f"{spec.name}.{number - 1}.speak", f"Entry {number}: ", prompt.speak
