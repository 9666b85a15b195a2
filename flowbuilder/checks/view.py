"""What every check looks at: a flow with its nodes read, and the course of its calls."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from flowbuilder.checks.course import Course, Crossing, Way
from flowbuilder.steps import Reading, Step, read_node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from flowbuilder.flow.model import Flow, Node

MOST_NAMED = 6


class Drawn(NamedTuple):
    """A node whose step is known, and its exits with it. `dead` exits are those that no call can take."""

    id: str
    node: Node
    step: Step
    exits: list[str]
    dead: frozenset[str]


class Looked(NamedTuple):
    """A node as the checks look at it; `drawn` is None where its step is not known, or its exits are not."""

    id: str
    node: Node
    reading: Reading
    crossing: Crossing
    drawn: Drawn | None


class AtNode(Protocol):
    """Something that was found at a node."""

    @property
    def node(self) -> str | None: ...


Found = TypeVar("Found", bound=AtNode)


@dataclass(frozen=True)
class View:
    """A flow as the checks see it. Everything in it is worked out once, when a check first asks."""

    flow: Flow
    # What was found at single nodes, by what looked for it; and that of the view before, with the nodes that differ.
    _found: dict[Callable[..., Any], dict[str, list[Any]]] = field(default_factory=dict, compare=False, repr=False)
    _before: tuple[Mapping[Callable[..., Any], dict[str, list[Any]]], set[str]] | None = field(
        default=None, compare=False, repr=False
    )

    @cached_property
    def names(self) -> dict[str, list[str]]:
        """The names that are set for certain at a node, as far as somebody has asked (`variable_before_set`)."""
        return {}

    @cached_property
    def looked(self) -> Mapping[str, Looked]:
        """Every node, in the order of the file."""
        return {node_id: _look(node_id, node, self.flow) for node_id, node in self.flow.nodes.items()}

    @cached_property
    def course(self) -> Course:
        crossings = {node_id: looked.crossing for node_id, looked in self.looked.items()}
        return Course(crossings, self.flow.entry, message_entry_of(self.flow))

    @cached_property
    def readings(self) -> Mapping[str, Reading]:
        return {node_id: looked.reading for node_id, looked in self.looked.items()}

    @property
    def ways(self) -> Mapping[str, tuple[Way, ...]]:
        """By node: the exits that a call can take."""
        return self.course.ways

    @property
    def reached(self) -> Mapping[str, int]:
        """Every node that can be reached, nearest first, and how many links it is away."""
        return self.course.reached

    @property
    def message_entry(self) -> str | None:
        return self.course.message_entry

    @cached_property
    def in_order(self) -> list[Looked]:
        """Every node, in the order in which problems are told: as a call comes by, then as in the file."""
        return [self.looked[node_id] for node_id in self.course.order]

    @cached_property
    def drawn(self) -> list[Drawn]:
        """The nodes whose step is known, and its exits with it, in the same order."""
        return [looked.drawn for looked in self.in_order if looked.drawn is not None]

    def found(self, look: Callable[[View, list[Looked]], Iterable[Found]]) -> dict[str, list[Found]]:
        """What `look` finds at single nodes, by node.

        It may look at a node and at how the flow speaks, and at nothing else of the flow: what it found before an edit
        is kept for the nodes that the edit has left alone.
        """
        if look not in self._found:
            kept, differing = self._before or ({}, set())
            if look in kept:
                at = [self.looked[node_id] for node_id in differing if node_id in self.looked]
                by_node = {
                    node_id: found
                    for node_id, found in kept[look].items()
                    if node_id in self.looked and node_id not in differing
                }
            else:
                at, by_node = self.in_order, {}
            for found in look(self, at):
                by_node.setdefault(str(found.node), []).append(found)
            self._found[look] = by_node
        return self._found[look]

    def all_found(self, look: Callable[[View, list[Looked]], Iterable[Found]]) -> list[Found]:
        """The same, in the order of the nodes."""
        by_node = self.found(look)
        return [found for node_id in sorted(by_node, key=self.course.place.__getitem__) for found in by_node[node_id]]


def view_after(before: View, flow: Flow) -> View:
    """A view of what an edit has made of a flow: what it left alone, the same objects, is not looked at again."""
    old, looked = before.flow.nodes, before.looked
    come_or_gone = flow.nodes.keys() ^ old.keys()
    differing = set(come_or_gone)
    after: dict[str, Looked] = {}
    for node_id, node in flow.nodes.items():
        was = looked.get(node_id)
        if was is not None and _is_same(was.node, node) and come_or_gone.isdisjoint(node.exits.values()):
            # One that was only moved, too: where it stands, no check looks at.
            after[node_id] = was if was.node is node else _moved(was, node)
        else:
            after[node_id] = _look(node_id, node, flow)
            differing.add(node_id)
    view = View(flow, _before=_kept_of(before, differing) if _speech(flow) == _speech(before.flow) else None)
    view.__dict__["looked"] = after
    if (
        list(after) == list(looked)
        and all(after[node_id].crossing == looked[node_id].crossing for node_id in differing)
        and (flow.entry, message_entry_of(flow)) == (before.flow.entry, before.message_entry)
    ):
        view.__dict__["course"] = before.course
        if all(_gives(after[node_id].reading.step) == _gives(looked[node_id].reading.step) for node_id in differing):
            view.__dict__["names"] = before.names
    return view


def message_entry_of(flow: Flow) -> str | None:
    """The node that an incoming message starts at, as the file names it."""
    value = flow.extras.get("message_entry")
    return None if value is None else str(value)


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


def _kept_of(before: View, differing: set[str]) -> tuple[Mapping[Callable[..., Any], dict[str, list[Any]]], set[str]]:
    """What was found before, and where that may not hold any more."""
    if not before._found and before._before is not None:  # nobody has asked that view for anything
        found, differed = before._before
        return found, differed | differing
    return before._found, differing


def _is_same(was: Node, node: Node) -> bool:
    return was is node or (was.type == node.type and was.settings == node.settings and was.exits == node.exits)


def _gives(step: Step | None) -> tuple[Any, ...] | None:
    """All that a step lets later ones know of, and behind which exit."""
    if step is None:
        return None
    return type(step), step.outputs, step.variables_set(), step.falls_through(), list(step.fall_through_outputs())


def _moved(was: Looked, node: Node) -> Looked:
    return was._replace(node=node, drawn=was.drawn and was.drawn._replace(node=node))


def _speech(flow: Flow) -> tuple[Any, ...]:
    """How a flow speaks where a step does not say it by itself."""
    return flow.voice, flow.language, flow.languages, flow.voices


def _look(node_id: str, node: Node, flow: Flow) -> Looked:
    reading = read_node(node_id, node)
    step = reading.step
    if step is None or not reading.exits_known:
        ways = tuple(_ways_as_connected(node, step, flow))
        return Looked(node_id, node, reading, Crossing(ways, (), ends_call=False, leaves_flow=False), None)
    exits, dead = step.exits(), step.dead_exits()
    crossing = _crossing(node, step, exits, dead, flow)
    return Looked(node_id, node, reading, crossing, Drawn(node_id, node, step, exits, dead))


def _crossing(node: Node, step: Step, exits: list[str], dead: frozenset[str], flow: Flow) -> Crossing:
    passive = step.passive_exits()
    waits, stand_in = step.waits_for_caller, step.stand_in_exit
    ways, nodes, connected = [], flow.nodes, node.exits
    stood_in = stand_in in connected
    for exit in exits:
        target = connected.get(exit)
        if exit in dead or (target is None and stood_in):
            continue  # the stand-in's own way leads there already
        by_itself = exit in passive
        ways.append(Way(exit, target if target in nodes else None, by_itself, by_itself and not waits))
    choices = [exit for exit in exits if exit not in passive and exit not in ("input", "no_match")] if waits else ()
    return Crossing(tuple(ways), tuple(choices), step.ends_call, step.leaves_flow)


def _ways_as_connected(node: Node, step: Step | None, flow: Flow) -> Iterable[Way]:
    """The ways of a node whose exits are not known: as they are connected."""
    passive = frozenset[str]() if step is None else step.passive_exits()
    if step is not None and passive == frozenset(step.exits()):
        passive = frozenset(node.exits)  # it decides, whatever the exits are
    for exit, target in node.exits.items():
        by_itself = exit in passive
        silent = by_itself and step is not None and not step.waits_for_caller
        yield Way(exit, target if target in flow.nodes else None, by_itself, silent)
