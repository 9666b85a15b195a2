"""Go on in another published flow, and come back when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowbuilder.flow.expressions import evaluate
from flowbuilder.flow.problems import Problem
from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Entering, Outcome, Step
from flowbuilder.steps.values import VARIABLE_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flowbuilder.steps.world import Services


class GoToFlow(Step, type="go_to_flow"):
    label = "Go to flow"
    group = "Connect"
    icon = "workflow"
    summary = "Goes on in another published flow, and comes back when that ends."
    silent = True
    acts = True
    event = "returned"
    leaves_flow = True

    flow: str = fields.text(
        "Flow",
        max_length=120,
        kind="flow",
        required=True,
        hint="Its name; it must be published.",
        example="Opening times",
    )
    inputs: dict[str, str] = fields.mapping(
        "Take along",
        kind="variables",
        hint="A name under vars there, and an expression here.",
        example={"team": "'sales'"},
    )
    outcomes: dict[str, str] = fields.mapping(
        "Bring back",
        kind="variables",
        hint="A name under vars here, and an expression over the names there.",
        example={"choice": "menu.exit"},
    )

    def exits(self) -> list[str]:
        return ["returned"]

    def passive_exits(self) -> frozenset[str]:
        """None: the other flow may wait for the caller before it ends."""
        return frozenset()

    def problems(self) -> Iterable[Problem]:
        for setting in ("inputs", "outcomes"):
            for name in getattr(self, setting):
                if not VARIABLE_NAME.match(name):
                    message = f"“{name[:60]}” cannot be a name. Use letters, digits and _."
                    yield Problem("bad-setting", message, setting=setting)

    def expressions(self) -> Iterator[tuple[str, str]]:
        for source in self.inputs.values():
            yield "inputs", source
        for source in self.outcomes.values():
            yield "outcomes", source

    def local_names(self, setting: str) -> frozenset[str]:
        """What is brought back is named as the other flow names it."""
        return frozenset({"*"} if setting == "outcomes" else ())

    def variables_set(self) -> dict[str, frozenset[str]]:
        return {"returned": frozenset(self.outcomes)}

    def decide(self, values: Mapping[str, Any], services: Services, node_id: str) -> Outcome:
        taken = {name: evaluate(source, values) for name, source in self.inputs.items()}
        return Outcome("returned", entering=Entering(self.flow, taken))

    def come_back(self, values: Mapping[str, Any]) -> Outcome:
        return Outcome("returned", variables={name: evaluate(source, values) for name, source in self.outcomes.items()})

    def card(self) -> Card:
        return Card("", [self.flow] if self.flow else [])
