"""Play something to the caller before the call is answered, and billed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Step
from flowbuilder.steps.items import Prompt, emit_prompts
from flowbuilder.steps.voice_choice import prompt_problems

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowbuilder.flow.problems import Problem
    from flowbuilder.steps.base import Here, Writer


class PreAnswer(Step, type="pre_answer"):
    label = "Before answering"
    group = "Play and speak"
    icon = "bell-ring"
    summary = "Plays something before the call is answered; keep it under 30 seconds."
    before_answering = True

    prompts: list[Prompt] = fields.listing(
        "What the caller hears",
        kind="prompt_list",
        most_items=10,
        required=True,
        example=[{"speak": "All our people are busy."}],
    )

    def falls_through(self) -> str | None:
        return "next"

    def problems(self) -> Iterable[Problem]:
        yield from prompt_problems("prompts", self.prompts)

    def emit(self, document: Writer, here: Here) -> None:
        emit_prompts(document.add("PreAnswer"), here, self.prompts)

    def card(self) -> Card:
        return Card("", [" ".join(prompt.heard() for prompt in self.prompts)] if self.prompts else [])
