"""Room: where on the canvas a card still fits."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from math import ceil, floor
from typing import TYPE_CHECKING

from flowbuilder.flow.layout.ports import GRID

if TYPE_CHECKING:
    from collections.abc import Callable

SMALLEST_CARD = 40


class Strip:
    """An upright strip of the canvas, one grid step wide: the spans taken, apart from each other and in order.

    Spans with no room for a card in between are kept as one, so that looking for room takes a few steps only.
    """

    def __init__(self, least_apart: float) -> None:
        self._least_apart = least_apart
        self._tops: list[float] = []
        self._feet: list[float] = []

    def take(self, top: float, foot: float) -> None:
        first = bisect_right(self._feet, top - self._least_apart)
        last = bisect_left(self._tops, foot + self._least_apart)
        if first < last:
            top, foot = min(top, self._tops[first]), max(foot, self._feet[last - 1])
        self._tops[first:last] = [top]
        self._feet[first:last] = [foot]

    def in_the_way(self, top: float, foot: float) -> tuple[float, float] | None:
        """A span that reaches between the two levels."""
        at = bisect_right(self._feet, top)
        if at < len(self._tops) and self._tops[at] < foot:
            return self._tops[at], self._feet[at]
        return None


class Room:
    """The places taken. `gap` stays free above and below each card, one grid step at its sides."""

    def __init__(self, gap: int) -> None:
        self._gap = gap
        self._strips: dict[int, Strip] = {}

    def take(self, place: tuple[float, float], size: tuple[float, float]) -> None:
        """A card of this size stands there."""
        (x, y), (width, height) = place, size
        for number in _strips(x, width):
            strip = self._strips.setdefault(number, Strip(2 * self._gap + SMALLEST_CARD))
            strip.take(y, y + height)

    def nearest(self, place: tuple[int, int], size: tuple[float, float]) -> tuple[int, int]:
        """The free place on the grid that is nearest to this one, straight above or below it."""
        (x, y), (width, height) = place, size
        strips = [self._strips[number] for number in _strips(x, width) if number in self._strips]
        below = self._free(strips, y, height, lambda span: ceil((span[1] + self._gap) / GRID) * GRID)
        above = self._free(strips, y, height, lambda span: floor((span[0] - height - self._gap) / GRID) * GRID)
        return (x, below) if below - y <= y - above else (x, above)

    def _free(self, strips: list[Strip], y: int, height: float, beyond: Callable[[tuple[float, float]], int]) -> int:
        """From this level on, in the direction of `beyond`, the first at which nothing is in the way."""
        while True:
            spans = (strip.in_the_way(y - self._gap, y + height + self._gap) for strip in strips)
            span = next((span for span in spans if span is not None), None)
            if span is None:
                return y
            y = beyond(span)


def _strips(x: float, width: float) -> range:
    """The strips that a card touches; half a step of free room at either side is its own."""
    return range(floor((x - GRID / 2) / GRID), ceil((x + width + GRID / 2) / GRID))
