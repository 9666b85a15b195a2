"""Calls a flow along every exit: at every place where a call waits, everything that can happen is tried.

The ways through are judged by the drawing alone: what the server says it took must lead where the flow's links lead.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Any

from flowbuilder.flow.model import Flow
from flowbuilder.runtime import Call
from flowbuilder.steps import read_node
from flowbuilder.web import Flowbuilder
from flowbuilder.web.call_keeping import call_in

Act = tuple[Any, ...]
Exits = set[tuple[str, str]]

# The exits that Plivo takes by going on in the document, without a word to us.
FALLS_THROUGH = {
    **dict.fromkeys(("speak", "play", "wait", "message", "record"), "next"),  # record: while it goes on behind the call
    "get_input": "no_input",
}
DIAL_RESULTS = ("completed", "busy", "failed", "timeout", "no_answer", "cancel")
KEYS = "9876543210*"
MOST_CALLS = 2_000


class Walk:
    """Every way through one flow. `ring` begins a call; `answers` are what is typed where no menu says what can be."""

    def __init__(
        self, flow: Flow, parts: Flowbuilder, ring: Callable[[], Any], answers: tuple[str, ...] = ("7",)
    ) -> None:
        self.flow, self.store, self.ring, self.answers = flow, parts.store, ring, answers
        self.seal = parts.seal
        self.taken: Exits = set()
        self.heard: set[str] = set()
        self.doubts: list[str] = []
        self.ways: dict[str, tuple[Act, ...]] = {}
        self.calls = 0

    def go(self) -> Exits:
        """Tries everything once from every place; gives the exits taken."""
        waiting: deque[tuple[Act, ...]] = deque([()])
        seen: set[str] = set()
        while waiting:
            acts = waiting.popleft()
            live = self.play(acts)
            place = self._place(live)
            if place is None or place in seen:
                continue
            seen.add(place)
            self.ways[place.split()[0]] = acts
            waiting.extend((*acts, act) for act in self._acts(live))
        return self.taken

    def play(self, acts: tuple[Act, ...]) -> Any:
        """One call from its start; what it took is noted."""
        self.calls += 1
        assert self.calls <= MOST_CALLS, "the walk does not end"
        live = self.ring()
        for act in acts:
            live.act(*act)
        self.heard |= {str(event.data["text"]) for event in live.player.events if event.kind == "said"}
        self.doubts += [event.data["sentence"] for event in live.player.events if event.kind == "doubted"]
        statuses = [event.data["status"] for event in live.player.events if event.kind == "requested"]
        assert set(statuses) == {200}
        self.taken |= exits_taken(self.flow, self.store.calls.events(live.uuid), *self._whereabouts(live))
        return live

    def reach(self, node: str) -> Any:
        """A call that waits at a node for the last time it can: the last such call of the walk, made once more."""
        return self.play(self.ways[node])

    def _whereabouts(self, live: Any) -> tuple[int, list[str]]:
        """How far the call is in the document served last, and whose element is where in it."""
        return live.player.position.path[0], self._call(live).owners

    def _call(self, live: Any) -> Call:
        row = self.store.calls.load(live.uuid)
        assert row is not None
        return call_in(row.state, self.seal)

    def _place(self, live: Any) -> str | None:
        """Where the call waits, the same for every call that goes on in the same way; None once it is over."""
        if live.is_over:
            return None
        at, owners = self._whereabouts(live)
        action = re.sub(r"turn=\d+", "", live.player.position.action)
        call = self._call(live)
        counts = {node: outputs["count"] for node, outputs in call.outputs.items() if "count" in outputs}
        ahead = [[passage.node, passage.variables] for passage in call.passages if passage.variables]
        return f"{owners[at]} {action} {json.dumps([call.variables, ahead, counts], sort_keys=True)}"

    def _acts(self, live: Any) -> Iterator[Act]:
        awaiting = live.player.awaiting
        if awaiting.kind == "dial":
            yield from (("dial_ends", result) for result in DIAL_RESULTS)
        elif awaiting.kind == "record":
            yield ("record_ends", 7)
            yield from (("record_ends", 7, key) for key in awaiting.finish_on_key)
        elif awaiting.kind == "conference":
            yield ("leave",)
        else:
            at, owners = self._whereabouts(live)
            yield from self._inputs(self.flow.nodes[owners[at]].settings, awaiting)

    def _inputs(self, settings: Any, awaiting: Any) -> Iterator[Act]:
        choices = settings.get("choices", [])
        if awaiting.takes_digits:
            keys = [choice["digits"] for choice in choices if "digits" in choice]
            yield from (("press", key) for key in keys)
            if choices:
                yield ("press", next(key for key in KEYS if key not in keys))
            else:
                yield from (("press", answer) for answer in self.answers)
        if awaiting.takes_speech:
            yield from (("say", phrase) for choice in choices for phrase in choice.get("phrases", []))
            yield ("say", "zyzzyva quux")
        yield ("stay_silent",)


def every_exit(flow: Flow) -> Exits:
    """Each exit of each node that a call can come to, but for those that the settings make impossible."""
    found: Exits = set()
    reached, ahead = set(), [flow.entry]
    while ahead:
        node = ahead.pop()
        if node is None or node in reached:
            continue
        reached.add(node)
        step = read_node(node, flow.nodes[node]).step
        assert step is not None
        found |= {(node, exit) for exit in step.exits() if exit not in step.dead_exits()}
        ahead += flow.nodes[node].exits.values()
    return found


def exits_taken(flow: Flow, trace: list[dict[str, Any]], at: int, owners: list[str]) -> Exits:
    """The exits of one call, from its trace and from where it is at last; each must lead where the drawing leads it."""
    turns: dict[int, list[dict[str, Any]]] = {}
    for event in trace:
        if event["kind"] in ("took", "decided", "served"):
            turns.setdefault(event["turn"], []).append(event)
    taken: Exits = set()
    for turn, events in turns.items():
        if turn + 1 in turns:
            following = turns[turn + 1][0]
            asks = following["node"] if following["kind"] == "took" else None
        else:
            asks = owners[at] if at < len(owners) else None
        if events[0]["kind"] == "took" and events[0]["exit"] is not None:
            taken.add((events[0]["node"], events[0]["exit"]))
        taken |= set(takewhile(lambda way, asks=asks: way[0] != asks, _ways(flow, events)))  # type: ignore[misc]
    return taken


def _ways(flow: Flow, events: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The exits through a document to its end. What was decided and what was written must go together as drawn."""
    first = events[0]
    decided = [(event["node"], event["exit"]) for event in events if event["kind"] == "decided"]
    written = events[-1]["nodes"]
    if first["kind"] == "took":
        starts = [first["node"] if first["exit"] is None else _leads_to(flow, first["node"], first["exit"])]
    else:
        starts = [node for node, _ in decided[:1]] + written[:1]
    found = [ways for start in starts if (ways := _along(flow, start, decided, written)) is not None]
    assert found, f"the server went another way than the drawing: {events}"
    return found[0]


def _along(
    flow: Flow, at: str | None, decided: list[tuple[str, str]], written: list[str]
) -> list[tuple[str, str]] | None:
    """The exits from a node on, a silent step in its place between the written ones; None where it does not fit."""
    decisions, nodes = deque(decided), deque(written)
    ways: list[tuple[str, str]] = []
    while at is not None and (decisions or nodes):
        if decisions and decisions[0][0] == at:
            exit: str | None = decisions.popleft()[1]
        elif nodes and nodes[0] == at:
            nodes.popleft()
            exit = FALLS_THROUGH.get(flow.nodes[at].type)
        else:
            return None
        if exit is None:
            break
        ways.append((at, exit))
        at = _leads_to(flow, at, exit)
    return None if decisions or nodes else ways


def _leads_to(flow: Flow, node: str, exit: str) -> str | None:
    exits = flow.nodes[node].exits
    stand_in = exits.get("otherwise") if flow.nodes[node].type == "dial" else None
    return exits.get(exit, stand_in)
