"""What contract section 5 says, word by word and without haste: no graph library, no cleverness, small flows only.

It knows the exits of each step type from contract section 3, not from the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests import strategies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from flowbuilder.flow.model import Flow, Node

STATUSES = ["completed", "busy", "failed", "timeout", "no_answer", "cancel", "otherwise"]


@dataclass(frozen=True)
class Step:
    """One exit that a call can take: where it leads (None: the call ends), and what the caller has to do for it."""

    source: str
    exit: str
    target: str | None
    passive: bool
    asked: bool


def exits_of(node: Node) -> list[str]:
    match node.type:
        case "get_input":
            return [choice["exit"] for choice in node.settings["choices"]] + ["no_input", "no_match"]
        case "dial":
            return STATUSES
        case "branch":
            return [rule["exit"] for rule in node.settings["rules"]] + ["otherwise"]
        case "http_request":
            return ["ok", "failed"]
        case "counter":
            return ["again", "done"]
        case "redirect":
            return []
        case "hangup":
            return ["next"] if node.settings.get("schedule") else []
        case _:
            return [] if node.settings.get("loop") == 0 else ["next"]


def steps(flow: Flow) -> Iterator[Step]:
    for node_id, node in flow.nodes.items():
        for exit in exits_of(node):
            target = node.exits.get(exit)
            if target is None and node.type == "dial":
                target = node.exits.get("otherwise")
            passive = {"get_input": exit == "no_input", "counter": exit == "done"}.get(node.type, node.type != "record")
            yield Step(node_id, exit, target, passive, node.type == "get_input")


def goes_on(flow: Flow, taken: Callable[[Step], bool]) -> dict[str, set[str]]:
    """From each node: the nodes one can get to in one step or more."""
    direct = {node_id: set[str]() for node_id in flow.nodes}
    for step in steps(flow):
        if step.target is not None and taken(step):
            direct[step.source].add(step.target)
    while True:
        further = {node_id: one.union(*(direct[target] for target in one)) for node_id, one in direct.items()}
        if further == direct:
            return direct
        direct = further


def distance(flow: Flow, node_id: str) -> int:
    """How many steps from the entry, counted by walking outwards; a large number where no step leads there."""
    ring, seen, count = {str(flow.entry)}, {str(flow.entry)}, 0
    while node_id not in ring:
        ring = {step.target for step in steps(flow) if step.source in ring and step.target} - seen
        seen |= ring
        count += 1
        if not ring:
            return 1_000
    return count


def nearest(flow: Flow, group: Iterable[str]) -> str:
    order = list(flow.nodes)
    return min(group, key=lambda node_id: (distance(flow, node_id), order.index(node_id)))


def rounds(flow: Flow, on: dict[str, set[str]]) -> set[frozenset[str]]:
    """The groups of nodes that lead round to each other."""
    return {
        frozenset(other for other in flow.nodes if other in on[node_id] and node_id in on[other])
        for node_id in flow.nodes
        if node_id in on[node_id]
    }


def silent_loops(flow: Flow) -> set[frozenset[str]]:
    return rounds(flow, goes_on(flow, lambda step: step.passive and not step.asked))


def endless_repeats(flow: Flow) -> set[frozenset[str]]:
    on = goes_on(flow, lambda step: step.passive)
    return {
        group
        for group in rounds(flow, on)
        if any(step.asked and step.passive and step.source in group and step.target in group for step in steps(flow))
    }


def reached(flow: Flow) -> set[str]:
    on = goes_on(flow, lambda step: True)
    return {str(flow.entry), *on[str(flow.entry)]}


def trapped_regions(flow: Flow) -> set[frozenset[str]]:
    """Groups that hang together, the nodes of silent loops left out of each."""
    scheduled = {node_id for node_id, node in flow.nodes.items() if node.type == "hangup"}
    on = goes_on(flow, lambda step: True)
    here = goes_on(flow, lambda step: step.source not in scheduled)
    ends = {node_id for node_id in flow.nodes if all(step.source != node_id for step in steps(flow))}
    ends |= {step.source for step in steps(flow) if step.target is None} | scheduled
    trapped = {node_id for node_id in {flow.entry, *here[str(flow.entry)]} if not ends & {node_id, *on[str(node_id)]}}
    touching = {
        frozenset({step.source, str(step.target)}) for step in steps(flow) if {step.source, step.target} <= trapped
    }
    looping = frozenset[str]().union(*silent_loops(flow))
    regions = set()
    for start in trapped:
        region = frozenset({str(start)})
        while grown := {node_id for pair in touching if pair & region for node_id in pair} - region:
            region |= grown
        regions.add(region - looping)
    return regions - {frozenset()}


def unset_names(flow: Flow, node_id: str, used: set[str], sets: dict[tuple[str, str], set[str]]) -> set[str]:
    """Which of the names some path from the entry to the node has not set; every (place, names set) is walked."""
    waiting: list[tuple[str, frozenset[str]]] = [(str(flow.entry), frozenset())]
    walked = set(waiting)
    while waiting:
        place, names = waiting.pop()
        for step in steps(flow):
            if step.source == place and step.target is not None:
                after = (step.target, names | sets.get((place, step.exit), set()))
                if after not in walked:
                    walked.add(after)
                    waiting.append(after)
    return {name for place, names in walked if place == node_id for name in used - names}


def shapes() -> st.SearchStrategy[Flow]:
    """Flows whose shape matters and whose settings do not: every way of going on, ending and waiting."""
    ask = {"prompts": [{"speak": "Choose."}], "num_digits": 1}
    number = {"to": [{"number": "+14155550100"}]}
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("speak", {"text": "Hello."}),
        ("speak", {"text": "Music.", "loop": 0}),
        ("get_input", {**ask, "choices": [{"exit": "one", "digits": "1"}]}),
        ("get_input", {**ask, "choices": [{"exit": "one", "digits": "1"}, {"exit": "two", "digits": "2"}]}),
        ("dial", number),
        ("record", {}),
        ("branch", {"rules": [{"exit": "known", "when": "call.uuid"}]}),
        ("http_request", {"url": "https://api.example.com"}),
        ("counter", {"limit": 2}),
        ("hangup", {}),
        ("hangup", {"schedule": 60}),
        ("redirect", {"url": "https://other.example.com"}),
    ]
    weighted = [*kinds, *kinds[:1] * 4, *kinds[2:4] * 4, *kinds[6:7] * 2]
    return strategies.flows(st.sampled_from(weighted), most=7, connected=False) | strategies.flows(
        st.sampled_from(weighted), most=7
    )
