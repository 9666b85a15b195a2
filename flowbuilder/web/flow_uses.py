"""Which flow goes on in which: what keeps a flow from being renamed or taken away, and circles among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowbuilder.checks import find_problems
from flowbuilder.errors import EditRefused
from flowbuilder.flow.expressions import has_expression
from flowbuilder.flow.problems import Problem
from flowbuilder.web.deployed import deployment_of
from flowbuilder.web.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowbuilder.flow.model import Flow
    from flowbuilder.store import FlowRow
    from flowbuilder.web import Flowbuilder

GO_TO_FLOW = "go_to_flow"
MOST_NAMED = 5


def flows_named_in(flow: Flow) -> Iterator[tuple[str, str]]:
    """(node, name or id of the other flow) for each step that goes on in another flow."""
    for node_id, node in flow.nodes.items():
        if node.type != GO_TO_FLOW:
            continue
        named = node.settings.get("flow")
        if isinstance(named, str) and named and not has_expression(named):
            yield node_id, named


def users_of(fb: Flowbuilder, row: FlowRow, *, by_name_only: bool = False) -> list[str]:
    """The names of the other flows that go on in this one, in their draft or in what of them is live."""
    wanted = {row.name} if by_name_only else {row.name, row.id}
    return [
        other.name
        for other in fb.store.flows.list()
        if other.id != row.id and any(named in wanted for flow in _seen(fb, other) for _, named in flows_named_in(flow))
    ]


def refuse_if_used(fb: Flowbuilder, flow_id: str, then: str, *, by_name_only: bool = False) -> None:
    """Raises EditRefused, naming the flows that use this one; `then` says what can be done once none does."""
    row = fb.store.flows.get(flow_id)
    users = users_of(fb, row, by_name_only=by_name_only)
    if users:
        named = [f"“{name}”" for name in users[:MOST_NAMED]]
        if len(users) > MOST_NAMED:
            named.append(f"{len(users) - MOST_NAMED} more")
        goes = "goes" if len(users) == 1 else "go"
        raise EditRefused(f"{listed(named)} {goes} on in “{row.name}”. Change that first; then it can be {then}.")


def refuse_new_name(fb: Flowbuilder, flow_id: str, name: str) -> None:
    """Raises EditRefused where the flow is to get another name while others use the one it has."""
    if name.strip() != fb.store.flows.get(flow_id).name:
        refuse_if_used(fb, flow_id, "renamed", by_name_only=True)


def refuse_renaming_edit(fb: Flowbuilder, flow_id: str, edit: Mapping[str, Any]) -> None:
    """Raises EditRefused where the edit gives the flow another name while others use the one it has."""
    details = edit.get("details")
    if edit.get("op") == "set_details" and isinstance(details, dict) and isinstance(details.get("name"), str):
        refuse_new_name(fb, flow_id, details["name"])


def all_problems(fb: Flowbuilder, flow_id: str, flow: Flow) -> list[Problem]:
    """What is wrong with the flow as such, and between it and the flows that it goes on in."""
    return [*find_problems(flow), *problems_between(fb, flow_id, flow)]


def problems_between(fb: Flowbuilder, flow_id: str, flow: Flow) -> list[Problem]:
    """Steps that go on in a flow that is not published, or that leads back to this one, here or further on."""
    problems = []
    for node_id, named in flows_named_in(flow):
        if named in (flow.name, flow_id):
            message = "This goes on in the flow itself, round and round. Connect the steps instead."
            problems.append(Problem("flow-cycle", message, node_id, setting="flow"))
            continue
        target = _find(fb, named)
        way = _way_back(fb, target, {flow_id, flow.name}) if target else None
        if target is None or _published(fb, target) is None:
            message = f"“{named[:60]}” is not published: a call goes on here at once. Publish it, or name another."
            problems.append(Problem("unknown-flow", message, node_id, setting="flow"))
        elif way is not None:
            steps = " → ".join(f"“{name}”" for name in (*way, flow.name))
            message = f"The flows go round in a circle: “{flow.name}” → {steps}. Let one of them end instead."
            problems.append(Problem("flow-cycle", message, node_id, setting="flow"))
    return problems


def _way_back(fb: Flowbuilder, start: FlowRow, home: set[str]) -> list[str] | None:
    """The names of the flows on the way from `start` to one that goes on in `home`; None where there is no such way."""
    waiting, seen = [(start, [start.name])], {start.id}
    while waiting:
        row, way = waiting.pop(0)
        published = _published(fb, row)
        for _, named in flows_named_in(published) if published else ():
            if named in home:
                return way
            following = _find(fb, named)
            if following is not None and following.id in home:
                return way
            if following is not None and following.id not in seen:
                seen.add(following.id)
                waiting.append((following, [*way, following.name]))
    return None


def _find(fb: Flowbuilder, named: str) -> FlowRow | None:
    """The flow of that name or id, as a call finds it."""
    by_name = fb.store.flows.find_by_name(named)
    return by_name or next((row for row in fb.store.flows.list() if row.id == named), None)


def _published(fb: Flowbuilder, row: FlowRow) -> Flow | None:
    """What a call goes on in: the live version, else the newest."""
    live = deployment_of(fb, row.id)
    numbers = [live.version] if live else [version.number for version in fb.store.versions.list(row.id)]
    return fb.store.versions.get(row.id, max(numbers)).flow if numbers else None


def _seen(fb: Flowbuilder, row: FlowRow) -> list[Flow]:
    """The draft, and what callers reach."""
    live = deployment_of(fb, row.id)
    published = [fb.store.versions.get(row.id, live.version).flow] if live else []
    return [fb.store.flows.load(row.id, row.revision), *published]
