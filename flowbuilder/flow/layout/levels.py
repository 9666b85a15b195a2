"""How far down each card of a layer stands: in order, without touching, and with as many straight links as can be.

In turn from the left and from the right, each layer takes the levels whose links to its neighbours rise and fall the
least in sum: an isotonic regression by medians (pool adjacent violators), with the cards' heights as steps.
"""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowbuilder.flow.layout.layers import Layers

ROUNDS = 3
ROUNDS_WHERE_MANY = 2
MANY = 1500
# A lane that bends shows more than a card that stands a little off.
LANE_WEIGHT = 2


def find_levels(layers: Layers) -> list[int]:
    """The top of every card and lane, on the grid."""
    level = [0] * layers.size
    steps = [layers.steps(row) for row in layers.rows]
    for row, step in zip(layers.rows, steps, strict=True):
        for one, below in zip(row, step, strict=True):
            level[one] = below

    def from_left(one: int) -> list[int]:
        return [
            level[piece.source] + piece.drop
            for piece in layers.into[one]
            for _ in range(LANE_WEIGHT if piece.in_lane else 1)
        ]

    def from_right(one: int) -> list[int]:
        return [
            level[piece.target] - piece.drop
            for piece in layers.out_of[one]
            for _ in range(LANE_WEIGHT if piece.in_lane else 1)
        ]

    ahead = list(zip(layers.rows, steps, strict=True))
    for _ in range(ROUNDS if layers.size < MANY else ROUNDS_WHERE_MANY):
        for row, step in ahead:
            _settle(row, step, [from_left(one) or from_right(one) or [level[one]] for one in row], level)
        for row, step in reversed(ahead):
            _settle(row, step, [from_right(one) or from_left(one) or [level[one]] for one in row], level)
    for row, step in ahead:
        _settle(row, step, [from_left(one) or [level[one]] for one in row], level)
    return level


def _settle(row: Sequence[int], step: Sequence[int], wanted: Sequence[list[int]], level: list[int]) -> None:
    """Sets the levels of one layer: in order, at least the steps apart, nearest to what is wanted in sum."""
    blocks: list[tuple[list[int], int]] = []  # what the members of each want, sorted, and how many they are
    for below, values in zip(step, wanted, strict=True):
        block, members = [value - below for value in values], 1
        block.sort()
        while blocks and _middle(blocks[-1][0]) >= _middle(block):
            before, more = blocks.pop()
            large, small = (before, block) if len(before) >= len(block) else (block, before)
            for value in small:
                insort(large, value)
            block, members = large, members + more
        blocks.append((block, members))
    placed = iter(zip(row, step, strict=True))
    for block, members in blocks:
        middle = _middle(block)
        for _ in range(members):
            one, below = next(placed)
            level[one] = middle + below


def _middle(values: Sequence[int]) -> int:
    """The median; of two, the upper one, so that at least one link is straight."""
    return values[(len(values) - 1) // 2]
