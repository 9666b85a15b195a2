"""Let a call pass so many times, then lead it another way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Outcome, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowbuilder.steps.world import Services


class Counter(Step, type="counter"):
    label = "Counter"
    group = "Decide"
    icon = "repeat"
    summary = "Lets a call pass so many times, then leads it another way."
    outputs = ("count",)
    silent = True

    limit: int = fields.whole_number("A call may pass", default=3, least=1, most=100, unit="times", example=2)

    def exits(self) -> list[str]:
        return ["again", "done"]

    def passive_exits(self) -> frozenset[str]:
        """`again` is bounded, so it makes no loop."""
        return frozenset({"done"})

    def decide(self, values: Mapping[str, Any], services: Services, node_id: str) -> Outcome:
        before = values.get(node_id) or {}
        count = int(before.get("count") or 0) + 1
        return Outcome("again" if count <= self.limit else "done", {"count": count})

    def card(self) -> Card:
        return Card(f"{self.limit} times" if self.limit > 1 else "once")
