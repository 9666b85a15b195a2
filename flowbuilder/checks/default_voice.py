"""The voice and the language that the flow gives to every speak without its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flowbuilder.steps.voice_choice import voice_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import View
    from flowbuilder.flow.problems import Problem


def check(view: View) -> Iterator[Problem]:
    """`bad-setting`, at no node: the flow's voice does not speak its language, or there is no such voice."""
    for problem in voice_problems(view.flow.voice, view.flow.language):
        yield replace(problem, message=f"The flow's own voice and language: {problem.message}")
