"""Keep values under names of their own, for later in the call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowbuilder.flow.expressions import evaluate
from flowbuilder.flow.problems import Problem
from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Outcome, Step
from flowbuilder.steps.values import VARIABLE_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flowbuilder.steps.world import Services


class Set(Step, type="set"):
    label = "Set values"
    group = "Decide"
    icon = "variable"
    summary = "Keeps values under names, for later in the call."
    silent = True

    variables: dict[str, str] = fields.mapping(
        "Values",
        kind="variables",
        required=True,
        hint="A name, and an expression such as menu.digits or 'gold'.",
        example={"team": "'sales'"},
    )

    def problems(self) -> Iterable[Problem]:
        for name in self.variables:
            if not VARIABLE_NAME.match(name):
                message = f"“{name[:60]}” cannot be a name. Use letters, digits and _."
                yield Problem("bad-setting", message, setting="variables")

    def expressions(self) -> Iterator[tuple[str, str]]:
        for source in self.variables.values():
            yield "variables", source

    def local_names(self, setting: str) -> frozenset[str]:
        """The names that this very step sets, but for the first: what stands above is known below."""
        return frozenset(f"vars.{name}" for name in list(self.variables)[:-1])

    def variables_set(self) -> dict[str, frozenset[str]]:
        return {"next": frozenset(self.variables)}

    def decide(self, values: Mapping[str, Any], services: Services, node_id: str) -> Outcome:
        return Outcome("next", variables=self.sample_variables(values))

    def sample_variables(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Each expression sees the ones above it."""
        known: dict[str, Any] = dict(values)
        kept: dict[str, Any] = {}
        for name, source in self.variables.items():
            kept[name] = evaluate(source, known)
            known["vars"] = {**known.get("vars", {}), name: kept[name]}
        return kept

    def card(self) -> Card:
        return Card("", [f"{name} = {source}" for name, source in self.variables.items()])
