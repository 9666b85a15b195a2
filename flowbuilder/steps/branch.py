"""Choose the way by what is known of the call; the first rule that holds wins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowbuilder.flow.comparisons import missing_in, read
from flowbuilder.flow.expressions import is_true
from flowbuilder.flow.problems import Problem
from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Outcome, Step
from flowbuilder.steps.items import Rule
from flowbuilder.steps.opening_times import zone_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flowbuilder.steps.world import Services


def _zone_fault(zone: str) -> str:
    try:
        if zone:
            zone_named(zone)
    except ValueError as error:
        return str(error)
    return ""


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
        yield from self._unfinished()

    def _unfinished(self) -> Iterator[Problem]:
        for place, rule in enumerate(self.rules):
            condition = read(rule.when)
            for part in condition.parts if condition else ():
                sentence = missing_in(part) or _zone_fault(part.zone)
                if sentence:
                    path = f"rules.{place}.when"
                    yield Problem("bad-setting", f"Rule “{rule.exit}”: {sentence}", setting="rules", path=path)

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
