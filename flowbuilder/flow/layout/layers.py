"""Layers: which links lead forward, which layer each node stands in, and the lanes that long links need.

Nodes are numbers here, 0 to count - 1. A lane is a number beyond them: the room that links to one node take up in a
layer that they only pass.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from flowbuilder.flow.layout.ports import CARD_GAP, INPUT_TOP, LANE, LANE_GAP, on_grid, port_top, up_to_grid

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flowbuilder.flow.layout.ports import Card


class Link(NamedTuple):
    """A link from the exit number `row` of a node to another node."""

    source: int
    row: int
    target: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A link, or the part of one between two neighbouring layers.

    `share`: how far from its middle the source is left, as a part of the source, -0.5 at the top to 0.5 at the foot.
    `drop`: how far the target's top lies below the source's while the piece is as straight as the grid allows.
    """

    source: int
    target: int
    share: float
    drop: int
    in_lane: bool


@dataclass
class Layers:
    """`rows[layer]` lists nodes and lanes; `into` and `out_of` have their pieces by number."""

    cards: Sequence[Card]
    rows: list[list[int]]
    layer: list[int]
    into: list[list[Piece]] = field(default_factory=list)
    out_of: list[list[Piece]] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.layer)

    def is_lane(self, one: int) -> bool:
        return one >= len(self.cards)

    def steps(self, row: Sequence[int]) -> list[int]:
        """How far below the first of a layer each stands while they are as close as may be."""
        steps, below, lane_above = [], 0, True
        for place, one in enumerate(row):
            lane = self.is_lane(one)
            if place:
                below += 0 if lane and lane_above else LANE_GAP if lane or lane_above else CARD_GAP
            steps.append(below)
            below += LANE if lane else up_to_grid(self.cards[one].height)
            lane_above = lane
        return steps


def forward_links(count: int, starts: Iterable[int], links: Sequence[Sequence[Link]]) -> tuple[list[Link], list[int]]:
    """The links that do not lead back to where a walk from the starts has come through, and the nodes in call order.

    `links[node]` are those out of a node, in the order of its exits. Nodes that no start leads to come after the rest.
    """
    forward: list[Link] = []
    finished: list[int] = []
    state = [0] * count  # 1 while the walk is beyond the node, 2 once it is done with it
    for start in [*starts, *range(count)]:
        if state[start]:
            continue
        state[start] = 1
        stack = [(start, iter(links[start]))]
        while stack:
            node, rest = stack[-1]
            link = next(rest, None)
            if link is None:
                state[node] = 2
                finished.append(node)
                stack.pop()
            elif state[link.target] != 1:
                forward.append(link)
                if not state[link.target]:
                    state[link.target] = 1
                    stack.append((link.target, iter(links[link.target])))
    return forward, finished[::-1]


def layered(cards: Sequence[Card], order: Sequence[int], forward: Sequence[Link]) -> Layers:
    """Every node in the layer after the last of those that lead to it; `order` lists them each after those."""
    layer = [0] * len(order)
    into: list[list[Link]] = [[] for _ in order]
    for link in forward:
        into[link.target].append(link)
    for node in order:
        layer[node] = max((layer[link.source] + 1 for link in into[node]), default=0)
    layers = Layers(cards, [[] for _ in range(max(layer, default=-1) + 1)], layer)
    layers.into = [[] for _ in layer]
    layers.out_of = [[] for _ in layer]
    for node in order:
        layers.rows[layer[node]].append(node)
    _add_pieces(layers, into, most_lanes=2 * len(order) + 1000)
    return layers


def _add_pieces(layers: Layers, into: Sequence[Sequence[Link]], most_lanes: int) -> None:
    """Joins the nodes by pieces. All links into a node share one lane, which begins after the first of its sources.

    The shortest lanes are made first; once there are `most_lanes`, the links that are left take their chance.
    """
    nodes = len(into)
    first = [min((layers.layer[link.source] for link in links), default=0) + 1 for links in into]
    for target in sorted(range(nodes), key=lambda node: layers.layer[node] - first[node]):
        here = layers.layer[target]
        if layers.size - nodes + here - first[target] > most_lanes:
            break
        lane = {here: target}
        for at in range(here - 1, first[target] - 1, -1):
            lane[at] = _new_lane(layers, at)
            drop = on_grid(LANE / 2 - _input_at(layers, lane[at + 1]))
            _join(layers, Piece(lane[at], lane[at + 1], 0.0, drop, in_lane=True))
        for source, row, _ in into[target]:
            card, end = layers.cards[source], lane[layers.layer[source] + 1]
            drop = on_grid(port_top(card.height, card.exits, row) - _input_at(layers, end))
            _join(layers, Piece(source, end, (row + 1) / (card.exits + 1) - 0.5, drop, in_lane=False))


def _input_at(layers: Layers, number: int) -> float:
    return LANE / 2 if layers.is_lane(number) else INPUT_TOP


def _new_lane(layers: Layers, at: int) -> int:
    number = layers.size
    layers.layer.append(at)
    layers.rows[at].append(number)
    layers.into.append([])
    layers.out_of.append([])
    return number


def _join(layers: Layers, piece: Piece) -> None:
    layers.out_of[piece.source].append(piece)
    layers.into[piece.target].append(piece)
