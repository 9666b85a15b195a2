"""Send a share of the callers each way; the same caller always goes the same way."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from flowbuilder.flow.problems import Problem
from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Outcome, Step
from flowbuilder.steps.items import Share

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowbuilder.steps.world import Services


class Split(Step, type="split"):
    label = "Split"
    group = "Decide"
    icon = "split"
    summary = "Sends a share of the callers each way; a caller who calls again goes the same way."
    silent = True

    shares: list[Share] = fields.listing(
        "Shares",
        kind="shares",
        most_items=20,
        required=True,
        shapes_exits=True,
        example=[{"exit": "old", "percent": 90}, {"exit": "new", "percent": 10}],
    )

    def exits(self) -> list[str]:
        return list(dict.fromkeys(share.exit for share in self.shares))

    def problems(self) -> Iterable[Problem]:
        total = sum(share.percent for share in self.shares)
        if total != 100:
            yield Problem("bad-setting", f"The shares add up to {total} %. Make it 100 %.", setting="shares")
        seen: set[str] = set()
        for share in self.shares:
            if share.exit in seen:
                message = f"Two shares lead to “{share.exit}”. Join them, or rename one."
                yield Problem("duplicate-choice", message, setting="shares")
            seen.add(share.exit)

    def dead_exits(self) -> frozenset[str]:
        return frozenset(share.exit for share in self.shares if share.percent == 0)

    def decide(self, values: Mapping[str, Any], services: Services, node_id: str) -> Outcome:
        call = values.get("call") or {}
        who = str(call.get("from_number") or "").lstrip("+") or str(call.get("uuid") or "")
        digest = hashlib.sha256(f"{node_id}/{who}".encode()).digest()
        place = int.from_bytes(digest[:8], "big") / 2**64 * 100
        for share in self.shares:
            place -= share.percent
            if place < 0:
                return Outcome(share.exit)
        return Outcome(self.shares[-1].exit)

    def card(self) -> Card:
        return Card("", [f"{share.percent} % {share.exit.replace('_', ' ')}" for share in self.shares])
