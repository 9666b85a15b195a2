"""Play an audio file to the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Step
from flowbuilder.steps.values import Url

if TYPE_CHECKING:
    from flowbuilder.steps.base import Here, Writer


class Play(Step, type="play"):
    label = "Play audio"
    group = "Play and speak"
    icon = "music"
    summary = "Plays an mp3 or wav file to the caller."

    url: Url = fields.url(
        "Audio file",
        required=True,
        hint="An mp3 or wav file of at most 10 MB, over https.",
        example="https://audio.example.com/hello.mp3",
    )
    loop: int = fields.whole_number(
        "Play it", default=1, least=0, most=100, unit="times", hint="0 repeats it until the call ends.", advanced=True
    )

    def falls_through(self) -> str | None:
        return None if self.loop == 0 else "next"

    def dead_exits(self) -> frozenset[str]:
        return frozenset({"next"} if self.loop == 0 else ())

    def emit(self, document: Writer, here: Here) -> None:
        document.add("Play", self.url, loop=self.loop)

    def card(self) -> Card:
        detail = "without end" if self.loop == 0 else f"{self.loop} times" if self.loop > 1 else ""
        return Card(detail, [self.url.rsplit("/", 1)[-1]] if self.url else [])
