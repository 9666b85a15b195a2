"""The ways that a call can take through a flow, whatever is said on them, and what networkx proves of those."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from flowbuilder.flow.graph import (
    Link,
    backwards,
    callers_first,
    cycles,
    distances,
    flow_graph,
    graph_of_pairs,
    may_go_round,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from flowbuilder.flow.graph import Graph
    from flowbuilder.flow.problems import Problem

Kept = TypeVar("Kept")


class Way(NamedTuple):
    """A way out of a node that a call can take; `target` is None where the call ends there.

    `passive`: taken without the caller doing anything. `silent`: passive, and without even waiting for the caller.
    """

    exit: str
    target: str | None
    passive: bool
    silent: bool


class Crossing(NamedTuple):
    """All that a course knows of a node: its ways, which exits are a caller's choices, and how a call may end there.

    `ends_call`: the call ends however it goes on. `leaves_flow`: it may end in another flow.
    """

    ways: tuple[Way, ...]
    choices: tuple[str, ...]
    ends_call: bool
    leaves_flow: bool


@dataclass(frozen=True)
class Course:
    """The nodes in the order of the file, the ways between them, and where a call and a message come in.

    Two flows of the same course have the same problems of their ways, so that an edit which leaves it alone keeps the
    very object, with everything that was worked out once.
    """

    crossings: Mapping[str, Crossing]
    entry: str | None
    message_entry: str | None
    # What was worked out last, by what asked for it: what that follows from beside the course, and what it is.
    _found: dict[object, tuple[object, Any]] = field(default_factory=dict, compare=False, repr=False)

    def problems(self, look: Callable[[Course], Iterable[Problem]]) -> list[Problem]:
        """What a check of the ways finds; looked for once."""
        return self.once(look, None, lambda: list(look(self)))

    def once(self, asker: object, given: object, work_out: Callable[[], Kept]) -> Kept:
        """What follows from the course and from what is `given`; worked out again where the asker gives another."""
        known = self._found.get(asker)
        if known is None or known[0] != given:
            known = self._found[asker] = given, work_out()
        kept: Kept = known[1]
        return kept

    @cached_property
    def ways(self) -> Mapping[str, tuple[Way, ...]]:
        """By node: the exits that a call can take. An exit that another stands in for goes that exit's way."""
        return {node_id: crossing.ways for node_id, crossing in self.crossings.items()}

    @cached_property
    def following(self) -> Mapping[str, list[str]]:
        """By node: where its ways lead."""
        return {node_id: [way.target for way in ways if way.target is not None] for node_id, ways in self.ways.items()}

    @cached_property
    def leading(self) -> Mapping[str, list[str]]:
        """By node: where its callers come from."""
        return backwards(self.following)

    @cached_property
    def graph(self) -> Graph:
        """The same with the exits, for what networkx proves."""
        return flow_graph(
            self.ways,
            (
                Link(node_id, way.exit, way.target, way.passive, way.silent)
                for node_id, ways in self.ways.items()
                for way in ways
                if way.target is not None
            ),
        )

    @cached_property
    def starts(self) -> tuple[str, ...]:
        """Where a call, or a message, comes in."""
        named = dict.fromkeys((self.entry, self.message_entry))
        return tuple(start for start in named if start is not None and start in self.crossings)

    @cached_property
    def reached(self) -> Mapping[str, int]:
        """Every node that can be reached, nearest first, and how many links it is away."""
        return distances(self.following, self.starts)

    @cached_property
    def order(self) -> list[str]:
        """Every node, in the order in which problems are told: as a call comes by, then as in the file."""
        return list(dict.fromkeys([*self.reached, *self.crossings]))

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Every node's place in that order."""
        return {node_id: place for place, node_id in enumerate(self.order)}

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
    def trapped(self) -> set[str]:
        """The nodes that a caller can get to and that lead to no end."""
        # Past a hangup that is scheduled the call ends, wherever it goes on to: whoever comes that way is not trapped.
        hangs_up = {node_id for node_id, crossing in self.crossings.items() if crossing.ends_call}
        ends = {
            node_id
            for node_id, crossing in self.crossings.items()
            if crossing.leaves_flow or not crossing.ways or any(way.target is None for way in crossing.ways)
        }
        on = {node_id for node_id in hangs_up if self.following[node_id]}
        met = distances(self.following, self.starts, stop=on) if on else self.reached
        return met.keys() - distances(self.leading, ends | hangs_up).keys()

    def sorted_groups(self, groups: Iterable[Iterable[str]]) -> list[list[str]]:
        """Each group with the node nearest to the entry first, and the groups by it. Ties go by the file."""
        unsorted = list(groups)
        if not unsorted:
            return []
        by_file = {node_id: place for place, node_id in enumerate(self.crossings)}
        far = len(by_file)

        def nearness(node_id: str) -> tuple[int, int]:
            return self.reached.get(node_id, far), by_file[node_id]

        ordered = [sorted(group, key=nearness) for group in unsorted]
        return sorted(ordered, key=lambda group: nearness(group[0]))
