"""THE CATALOGUE: one file per step type. Every module of this folder that defines a Step with a type is in it."""

from __future__ import annotations

import importlib
import pkgutil

from flowbuilder.steps.base import CATALOGUE, GROUPS, Card, Outcome, Rehearsal, Report, Step
from flowbuilder.steps.fields import SettingSpec
from flowbuilder.steps.reading import Reading, read_node
from flowbuilder.steps.world import Services

__all__ = [
    "CATALOGUE",
    "GROUPS",
    "Card",
    "Outcome",
    "Reading",
    "Rehearsal",
    "Report",
    "Services",
    "SettingSpec",
    "Step",
    "palette",
    "read_node",
]

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")


def palette() -> dict[str, list[type[Step]]]:
    """The step types by group, in the order in which the palette shows them."""
    groups: dict[str, list[type[Step]]] = {group: [] for group in GROUPS}
    for step_type in sorted(CATALOGUE.values(), key=lambda step: step.label):
        groups[step_type.group].append(step_type)
    return groups
