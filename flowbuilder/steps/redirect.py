"""Leave the flow for another application's XML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Step
from flowbuilder.steps.values import Url

if TYPE_CHECKING:
    from flowbuilder.steps.base import Here, Writer


class Redirect(Step, type="redirect"):
    label = "Redirect"
    group = "End"
    icon = "corner-up-right"
    summary = "Hands the call to another application's XML."

    url: Url = fields.url("Address of the XML", required=True, example="https://other.example.com/answer")

    def exits(self) -> list[str]:
        return []

    def emit(self, document: Writer, here: Here) -> None:
        document.add("Redirect", self.url)

    def card(self) -> Card:
        return Card("", [self.url] if self.url else [])
