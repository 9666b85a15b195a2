"""The order of cards in each layer: as few links as possible cross."""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowbuilder.flow.layout.layers import Layers

MOST_ROUNDS = 16
LEAST_ROUNDS = 4
# Cards and lanes, times rounds: what a large flow may cost.
MOST_WORK = 16_000
# Rounds without a better order before the best one is good enough.
PATIENCE = 3


def put_in_order(layers: Layers) -> None:
    """Sorts the rows of the layers by barycentres, in turn from the left and from the right; keeps the best."""
    place = [0] * layers.size
    for row in layers.rows:
        _number(row, place)
    fewest, best, patience = _crossings(layers, place), [list(row) for row in layers.rows], PATIENCE
    for round_ in range(max(LEAST_ROUNDS, min(MOST_ROUNDS, MOST_WORK // max(1, layers.size)))):
        if fewest == 0 or patience == 0:
            break
        _sweep(layers, place, from_left=round_ % 2 == 0)
        found = _crossings(layers, place)
        if found < fewest:
            fewest, best, patience = found, [list(row) for row in layers.rows], PATIENCE
        else:
            patience -= 1
    layers.rows[:] = best


def _sweep(layers: Layers, place: list[int], *, from_left: bool) -> None:
    if from_left:
        for row in layers.rows[1:]:
            _sort(row, [_mean([place[piece.source] + piece.share for piece in layers.into[one]]) for one in row], place)
    else:
        for row in layers.rows[-2::-1]:
            _sort(
                row, [_mean([place[piece.target] - piece.share for piece in layers.out_of[one]]) for one in row], place
            )


def _number(row: Sequence[int], place: list[int]) -> None:
    for number, one in enumerate(row):
        place[one] = number


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _sort(row: list[int], wanted: Sequence[float | None], place: list[int]) -> None:
    """Sorts a layer by where its neighbours are; what has none keeps its place among the others."""
    moving = iter(sorted((at, place[one], one) for at, one in zip(wanted, row, strict=True) if at is not None))
    row[:] = [one if at is None else next(moving)[2] for at, one in zip(wanted, row, strict=True)]
    _number(row, place)


def _crossings(layers: Layers, place: Sequence[int]) -> int:
    """How many pairs of pieces cross, all layers together."""
    total = 0
    for row in layers.rows[:-1]:
        ends: list[int] = []
        for _, end in sorted(
            (place[one] + piece.share, place[piece.target]) for one in row for piece in layers.out_of[one]
        ):
            total += len(ends) - bisect_right(ends, end)
            insort(ends, end)
    return total
