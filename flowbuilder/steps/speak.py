"""Speak a text to the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Step
from flowbuilder.steps.items import emit_speak
from flowbuilder.steps.spoken import spoken_problems
from flowbuilder.steps.voice_choice import translation_problems, voice_problems

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowbuilder.flow.problems import Problem
    from flowbuilder.steps.base import Here, Writer

TEXT_LABEL = "What the caller hears"


class Speak(Step, type="speak"):
    label = "Speak"
    group = "Play and speak"
    icon = "volume-2"
    summary = "Says a text to the caller."

    text: str = fields.spoken_text(TEXT_LABEL, required=True, example="Welcome to the clinic.")
    voice: str | None = fields.voice(hint="WOMAN, MAN, or a Polly voice such as Polly.Amy.", example="Polly.Amy")
    language: str | None = fields.language(hint="A language that the voice speaks.", example="en-GB")
    loop: int = fields.whole_number(
        "Say it", default=1, least=0, most=100, unit="times", hint="0 repeats it until the call ends.", advanced=True
    )

    texts: dict[str, str] = fields.mapping(
        "In other languages",
        hint="A code of the flow's languages, and the text in it.",
        advanced=True,
        example={"de-DE": "Willkommen in der Praxis."},
    )

    def falls_through(self) -> str | None:
        return None if self.loop == 0 else "next"

    def dead_exits(self) -> frozenset[str]:
        return frozenset({"next"} if self.loop == 0 else ())

    def problems(self) -> Iterable[Problem]:
        yield from voice_problems(self.voice, self.language)
        known = self.voice is not None or self.language is not None
        yield from spoken_problems("text", self.text, self.voice, label=f"{TEXT_LABEL}: ", voice_known=known)
        yield from translation_problems("texts", self.texts)

    def emit(self, document: Writer, here: Here) -> None:
        emit_speak(
            document, here, self.text, voice=self.voice, language=self.language, loop=self.loop, texts=self.texts
        )

    def card(self) -> Card:
        details = [self.voice, self.language, "without end" if self.loop == 0 else f"{self.loop} times"]
        detail = " · ".join(part for part in details if part and part != "1 times")
        return Card(detail, [f"“{self.text}”"] if self.text else [])
