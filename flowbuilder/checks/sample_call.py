"""A call made up for a preview: what it would know at a node, had it come there by the shortest way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowbuilder.checks.variable_before_set import one_path

if TYPE_CHECKING:
    from datetime import datetime

    from flowbuilder.checks.view import View
    from flowbuilder.steps import Step

# What a step gives that no rehearsal tells, by the name of the output.
OUTPUTS: dict[str, Any] = {"status_code": 200, "json": {}, "count": 1}


def sample_values(view: View, node_id: str, now: datetime) -> dict[str, Any]:
    """The names in scope of an expression at the node, with likely values; the node's own outputs among them."""
    call = {
        "uuid": "00000000-0000-4000-8000-000000000000",
        "from_number": "+12025550123",
        "to_number": "+14155550100",
        "direction": "inbound",
        "status": "in-progress",
        "forwarded_from": "",
        "headers": {},
        "time": now.isoformat(timespec="seconds"),
    }
    message = {**call, "text": "Hello", "type": "sms"}
    values: dict[str, Any] = {"message": message, "vars": {}, "call": call}
    way = [*reversed(list(one_path(view, node_id))), node_id] if node_id in view.reached else [node_id]
    for place, here in enumerate(way):
        step = view.readings[here].step
        if step is not None:
            outputs, variables = _gives(step, _exit_to(view, here, way[place + 1 : place + 2]), values)
            values["vars"] = {**values["vars"], **({} if here == node_id else variables)}
            if outputs and here not in ("vars", "call"):
                values[here] = outputs
    return values


def _exit_to(view: View, node_id: str, targets: list[str]) -> str | None:
    return next((way.exit for way in view.ways[node_id] if way.target in targets), None)


def _gives(step: Step, exit: str | None, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A step's outputs and variables, as a rehearsal that leaves by that exit has them; else by their names."""
    rehearsals = step.rehearse()
    chosen = next((each for each in rehearsals if exit is not None and each.exit == exit), None)
    chosen = chosen or next(iter(rehearsals), None)
    if chosen is not None:
        outcome = step.resume(chosen.reply, 1)
        return outcome.outputs, outcome.variables
    return {name: OUTPUTS.get(name, "") for name in step.outputs}, step.sample_variables(values)
