"""What every check looks at: a flow with its nodes read, the ways a call can take, and the graph they make."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flowbuilder.flow.graph import Link, cycles, distances, flow_graph, part_of
from flowbuilder.steps import Reading, Step, read_node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flowbuilder.flow.graph import Graph
    from flowbuilder.flow.model import Flow, Node

MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of a node that a call can take; `target` is None where the call ends there.

    `passive`: taken without the caller doing anything. `silent`: passive, and without even waiting for the caller.
    """

    exit: str
    target: str | None
    passive: bool
    silent: bool


@dataclass(frozen=True)
class View:
    """A flow as the checks see it. Everything in it is worked out once, when a check first asks."""

    flow: Flow

    @cached_property
    def readings(self) -> Mapping[str, Reading]:
        return {node_id: read_node(node_id, node) for node_id, node in self.flow.nodes.items()}

    @cached_property
    def ways(self) -> Mapping[str, tuple[Way, ...]]:
        """By node: the exits that a call can take. An exit that another stands in for goes that exit's way."""
        return {
            node_id: tuple(_ways(node, self.readings[node_id], self.flow)) for node_id, node in self.flow.nodes.items()
        }

    @cached_property
    def graph(self) -> Graph:
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
        return distances(self.graph, self.starts)

    @cached_property
    def silent_loops(self) -> list[list[str]]:
        """Cycles in which nothing waits for the caller, the node nearest to the entry first."""
        return self.sorted_groups(cycles(part_of(self.graph, "silent")))

    @cached_property
    def in_order(self) -> list[tuple[str, Node, Reading]]:
        """Every node, in the order in which problems are told: as a call comes by, then as in the file."""
        order = dict.fromkeys([*self.reached, *self.flow.nodes])
        return [(node_id, self.flow.nodes[node_id], self.readings[node_id]) for node_id in order]

    @cached_property
    def steps(self) -> list[tuple[str, Node, Step]]:
        """The nodes whose step is known, and its exits with it, in the same order."""
        return [
            (node_id, node, reading.step)
            for node_id, node, reading in self.in_order
            if reading.step is not None and reading.exits_known
        ]

    def sorted_groups(self, groups: Iterable[Iterable[str]]) -> list[list[str]]:
        """Each group with the node nearest to the entry first, and the groups by it. Ties go by the file."""
        by_file = {node_id: place for place, node_id in enumerate(self.flow.nodes)}
        far = len(by_file)

        def nearness(node_id: str) -> tuple[int, int]:
            return self.reached.get(node_id, far), by_file[node_id]

        ordered = [sorted(group, key=nearness) for group in groups]
        return sorted(ordered, key=lambda group: nearness(group[0]))

    def choices(self, node_id: str) -> list[str]:
        """The exits of a menu that a key or a phrase takes; none where the node is no menu."""
        reading = self.readings[node_id]
        step = reading.step
        if step is None or not reading.exits_known or not step.waits_for_caller:
            return []
        plain = {"input", "no_match"} | step.passive_exits()
        return [exit for exit in step.exits() if exit not in plain]


def named(node_ids: Iterable[str]) -> str:
    """Nodes in a sentence: “a”, “b” and “c”; a long list is cut."""
    quoted = [f"“{node_id}”" for node_id in node_ids]
    if len(quoted) > MOST_NAMED + 1:
        return f"{', '.join(quoted[:MOST_NAMED])} and {len(quoted) - MOST_NAMED} more"
    return " and ".join(part for part in (", ".join(quoted[:-1]), quoted[-1]) if part)


def _ways(node: Node, reading: Reading, flow: Flow) -> Iterator[Way]:
    step = reading.step
    if step is None:
        exits, passive, waits = list(node.exits), frozenset[str](), True
    elif reading.exits_known:
        dead = step.dead_exits()
        exits = [exit for exit in step.exits() if exit not in dead]
        passive, waits = step.passive_exits(), step.waits_for_caller
    else:
        exits = list(node.exits)
        decides = step.passive_exits() == frozenset(step.exits())
        passive, waits = frozenset(exits) if decides else step.passive_exits(), step.waits_for_caller
    stand_in = None if step is None else step.stand_in_exit
    for exit in exits:
        target = node.exits.get(exit)
        if target is None and stand_in in node.exits:
            continue  # the stand-in's own way leads there already
        by_itself = exit in passive
        yield Way(exit, target if target in flow.nodes else None, by_itself, by_itself and not waits)
