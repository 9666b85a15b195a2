"""What every check looks at: a flow with its nodes read, the ways a call can take, and the graph they make."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from flowbuilder.flow.graph import Link, callers_first, cycles, distances, flow_graph, graph_of_pairs, may_go_round
from flowbuilder.steps import Reading, Step, read_node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flowbuilder.flow.graph import Graph
    from flowbuilder.flow.model import Flow, Node

MOST_NAMED = 6


class Way(NamedTuple):
    """A way out of a node that a call can take; `target` is None where the call ends there.

    `passive`: taken without the caller doing anything. `silent`: passive, and without even waiting for the caller.
    """

    exit: str
    target: str | None
    passive: bool
    silent: bool


class Drawn(NamedTuple):
    """A node whose step is known, and its exits with it. `dead` exits are those that no call can take."""

    id: str
    node: Node
    step: Step
    exits: list[str]
    dead: frozenset[str]
    ways: tuple[Way, ...]
    choices: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """A flow as the checks see it. Everything in it is worked out once, when a check first asks."""

    flow: Flow

    @cached_property
    def readings(self) -> Mapping[str, Reading]:
        return {node_id: read_node(node_id, node) for node_id, node in self.flow.nodes.items()}

    @cached_property
    def _drawn(self) -> Mapping[str, Drawn]:
        return {
            node_id: _drawn(node_id, node, reading.step, self.flow)
            for node_id, node in self.flow.nodes.items()
            if (reading := self.readings[node_id]).step is not None and reading.exits_known
        }

    @cached_property
    def ways(self) -> Mapping[str, tuple[Way, ...]]:
        """By node: the exits that a call can take. An exit that another stands in for goes that exit's way."""
        drawn = self._drawn
        return {
            node_id: drawn[node_id].ways
            if node_id in drawn
            else tuple(_ways_as_connected(node, self.readings[node_id].step, self.flow))
            for node_id, node in self.flow.nodes.items()
        }

    @cached_property
    def following(self) -> Mapping[str, list[str]]:
        """By node: where its ways lead."""
        return {node_id: [way.target for way in ways if way.target is not None] for node_id, ways in self.ways.items()}

    @cached_property
    def graph(self) -> Graph:
        """The same with the exits, for what networkx proves."""
        return flow_graph(
            self.flow,
            (
                Link(node_id, way.exit, way.target, way.passive, way.silent)
                for node_id, ways in self.ways.items()
                for way in ways
                if way.target is not None
            ),
        )

    @property
    def message_entry(self) -> str | None:
        """The node that an incoming message starts at, as the file names it."""
        value = self.flow.extras.get("message_entry")
        return None if value is None else str(value)

    @cached_property
    def starts(self) -> tuple[str, ...]:
        """Where a call, or a message, comes in."""
        named = dict.fromkeys((self.flow.entry, self.message_entry))
        return tuple(start for start in named if start is not None and start in self.flow.nodes)

    @cached_property
    def reached(self) -> Mapping[str, int]:
        """Every node that can be reached, nearest first, and how many links it is away."""
        return distances(self.following, self.starts)

    @cached_property
    def callers_first(self) -> list[str]:
        """Every node that can be reached, after those that lead to it, as far as no cycle forbids that."""
        return callers_first(self.following, self.starts)

    @cached_property
    def passive_cycles(self) -> list[set[str]]:
        """Where a call can go round while the caller does nothing."""
        passive = [
            (node_id, way.target)
            for node_id, ways in self.ways.items()
            for way in ways
            if way.passive and way.target is not None
        ]
        return cycles(graph_of_pairs(may_go_round(passive)))

    @cached_property
    def silent_loops(self) -> list[list[str]]:
        """Cycles in which nothing waits for the caller, each with the node nearest to the entry first."""
        silent = [
            (node_id, way.target)
            for cycle in self.passive_cycles
            for node_id in cycle
            for way in self.ways[node_id]
            if way.silent and way.target is not None
        ]
        return self.sorted_groups(cycles(graph_of_pairs(may_go_round(silent))))

    @cached_property
    def in_order(self) -> list[tuple[str, Node, Reading]]:
        """Every node, in the order in which problems are told: as a call comes by, then as in the file."""
        order = dict.fromkeys([*self.reached, *self.flow.nodes])
        return [(node_id, self.flow.nodes[node_id], self.readings[node_id]) for node_id in order]

    @cached_property
    def drawn(self) -> list[Drawn]:
        """The nodes whose step is known, and its exits with it, in the same order."""
        found = self._drawn
        return [found[node_id] for node_id, _, _ in self.in_order if node_id in found]

    def sorted_groups(self, groups: Iterable[Iterable[str]]) -> list[list[str]]:
        """Each group with the node nearest to the entry first, and the groups by it. Ties go by the file."""
        unsorted = list(groups)
        if not unsorted:
            return []
        by_file = {node_id: place for place, node_id in enumerate(self.flow.nodes)}
        far = len(by_file)

        def nearness(node_id: str) -> tuple[int, int]:
            return self.reached.get(node_id, far), by_file[node_id]

        ordered = [sorted(group, key=nearness) for group in unsorted]
        return sorted(ordered, key=lambda group: nearness(group[0]))


def view_after(before: View, flow: Flow) -> View:
    """A view of what an edit has made of a flow: nodes that it left alone, the same objects, are not read again."""
    old, readings, drawn = before.flow.nodes, before.readings, before._drawn
    come_or_gone = flow.nodes.keys() ^ old.keys()
    view = View(flow)
    view.__dict__["readings"] = {
        node_id: readings[node_id] if old.get(node_id) is node else read_node(node_id, node)
        for node_id, node in flow.nodes.items()
    }
    view.__dict__["_drawn"] = {
        node_id: drawn[node_id]
        if node_id in drawn and old[node_id] is node and come_or_gone.isdisjoint(node.exits.values())
        else _drawn(node_id, node, reading.step, flow)
        for node_id, node in flow.nodes.items()
        if (reading := view.readings[node_id]).step is not None and reading.exits_known
    }
    return view


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Keeps the garbage collector away while much is made and nothing thrown away.

    For a flow of 10,000 nodes it would look through all that has been made so far many times over.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def named(node_ids: Iterable[str]) -> str:
    """Nodes in a sentence: “a”, “b” and “c”; a long list is cut."""
    quoted = [f"“{node_id}”" for node_id in node_ids]
    if len(quoted) > MOST_NAMED + 1:
        return f"{', '.join(quoted[:MOST_NAMED])} and {len(quoted) - MOST_NAMED} more"
    return " and ".join(part for part in (", ".join(quoted[:-1]), quoted[-1]) if part)


def _drawn(node_id: str, node: Node, step: Step, flow: Flow) -> Drawn:
    exits, dead, passive = step.exits(), step.dead_exits(), step.passive_exits()
    waits, stand_in = step.waits_for_caller, step.stand_in_exit
    ways, nodes, connected = [], flow.nodes, node.exits
    stood_in = stand_in in connected
    for exit in exits:
        target = connected.get(exit)
        if exit in dead or (target is None and stood_in):
            continue  # the stand-in's own way leads there already
        by_itself = exit in passive
        ways.append(Way(exit, target if target in nodes else None, by_itself, by_itself and not waits))
    choices = tuple(exit for exit in exits if exit not in passive and exit not in ("input", "no_match"))
    return Drawn(node_id, node, step, exits, dead, tuple(ways), choices if waits else ())


def _ways_as_connected(node: Node, step: Step | None, flow: Flow) -> Iterable[Way]:
    """The ways of a node whose exits are not known: as they are connected."""
    passive = frozenset[str]() if step is None else step.passive_exits()
    if step is not None and passive == frozenset(step.exits()):
        passive = frozenset(node.exits)  # it decides, whatever the exits are
    for exit, target in node.exits.items():
        by_itself = exit in passive
        silent = by_itself and step is not None and not step.waits_for_caller
        yield Way(exit, target if target in flow.nodes else None, by_itself, silent)
