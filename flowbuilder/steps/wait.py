"""Pause the call, or wait until the other side is quiet or a voicemail beeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.flow.problems import Problem
from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowbuilder.steps.base import Here, Writer


class Wait(Step, type="wait"):
    label = "Wait"
    group = "Play and speak"
    icon = "timer"
    summary = "Pauses, or waits for silence or for the beep of a voicemail."

    length: int = fields.seconds("For at most", default=1, most=3_600, example=2)
    silence: bool = fields.flag("End early on silence")
    min_silence: int = fields.milliseconds("Quiet for", default=2_000, when="silence", example=500)
    beep: bool = fields.flag("End early on a voicemail beep", advanced=True)

    def falls_through(self) -> str | None:
        return "next"

    def problems(self) -> Iterable[Problem]:
        if self.silence and self.min_silence >= self.length * 1_000:
            yield Problem("bad-setting", "Quiet for: make it shorter than the whole wait.", setting="min_silence")
        if self.silence and self.beep:
            yield Problem(
                "bad-setting",
                "Plivo listens for silence or for a beep, not both. Switch one off.",
                setting="beep",
            )

    def emit(self, document: Writer, here: Here) -> None:
        min_silence = self.min_silence if self.silence else None
        document.add("Wait", length=self.length, silence=self.silence, minSilence=min_silence, beep=self.beep)

    def card(self) -> Card:
        return Card(f"{self.length} s" + (" or silence" if self.silence else " or beep" if self.beep else ""))
