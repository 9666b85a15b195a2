"""Choose the way by what is known of the call; the first rule that holds wins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowbuilder.flow.expressions import is_true
from flowbuilder.flow.problems import Problem
from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Outcome, Step
from flowbuilder.steps.items import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flowbuilder.steps.base import Services


class Branch(Step, type="branch"):
    label = "Branch"
    group = "Decide"
    icon = "git-branch"
    summary = "Takes the first way whose rule is true."
    silent = True

    rules: list[Rule] = fields.listing(
        "Rules",
        kind="rules",
        most_items=100,
        required=True,
        shapes_exits=True,
        example=[{"exit": "known", "when": "vars.customer"}],
    )

    def exits(self) -> list[str]:
        return [*dict.fromkeys(rule.exit for rule in self.rules), "otherwise"]

    def problems(self) -> Iterable[Problem]:
        seen: set[str] = set()
        for rule in self.rules:
            if rule.exit == "otherwise":
                yield Problem(
                    "bad-setting",
                    "“otherwise” is taken when no rule holds. Name this exit differently.",
                    setting="rules",
                )
            elif rule.exit in seen:
                yield Problem(
                    "duplicate-choice",
                    f"Two rules lead to “{rule.exit}”. Join them with “or”, or rename one.",
                    setting="rules",
                )
            seen.add(rule.exit)

    def expressions(self) -> Iterator[tuple[str, str]]:
        for rule in self.rules:
            yield "rules", rule.when

    def decide(self, values: Mapping[str, Any], services: Services, node_id: str) -> Outcome:
        for rule in self.rules:
            if is_true(rule.when, values):
                return Outcome(rule.exit)
        return Outcome("otherwise")

    def card(self) -> Card:
        return Card("", [rule.when for rule in self.rules[:2]])
