"""End the call, now or after some seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Step

if TYPE_CHECKING:
    from flowbuilder.steps.base import Here, Writer


class Hangup(Step, type="hangup"):
    label = "Hang up"
    group = "End"
    icon = "phone-off"
    summary = "Ends the call. As the very first step it rejects the call."
    ends_call = True

    reason: Literal["rejected", "busy"] | None = fields.one_of(
        "Tell the caller's network",
        [("rejected", "call rejected"), ("busy", "line is busy")],
        default=None,
        hint="Only for a call that has not been answered yet.",
    )
    schedule: int | None = fields.seconds(
        "After", default=None, most=86_400, hint="The flow goes on until then.", advanced=True, example=60
    )

    def exits(self) -> list[str]:
        return [] if self.schedule is None else ["next"]

    def falls_through(self) -> str | None:
        return None if self.schedule is None else "next"

    def emit(self, document: Writer, here: Here) -> None:
        document.add("Hangup", reason=self.reason, schedule=self.schedule)

    def card(self) -> Card:
        return Card(f"after {self.schedule} s" if self.schedule else self.reason or "")
