"""The course of a link from a port to a card: a curve forward, level past other cards, an angled way back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import copysign, floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

CORNER = 10
CLEAR = 16
NEAR = 8
PORT_GAP = 6
INPUT_GAP = 4
MOST_TRIES = 8
# A link longer than this passes a column of cards; the bends at its ends are this wide.
LONG = 200
BEND = 66
CELL = 240

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A card as links see it: `port_top` is its first port, `exits` the number of its rows of `row` pixels."""

    x: float
    y: float
    width: float
    height: float
    port_top: float
    input_top: float
    exits: int
    row: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def foot(self) -> float:
        return self.y + self.height


class Courses:
    """The ways between these cards, each clear of the others where that can be."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self._cells: dict[tuple[int, int], list[Box]] = defaultdict(list)
        for box in boxes:
            for column in _cells(box.x, box.right):
                for level in _cells(box.y - NEAR, box.foot + NEAR):
                    self._cells[column, level].append(box)

    def course(self, source: Box, row: int, target: Box) -> str:
        """The `d` of the path from the exit number `row` of a card to another card, or to itself."""
        start = (source.right + PORT_GAP, source.y + source.port_top + row * source.row)
        end = (target.x - INPUT_GAP, target.y + target.input_top)
        across = end[0] - start[0]
        if across <= 20:
            return _rounded(self._way_round(source, row, target, start, end))
        return self._past(start, end, row) if across > LONG else curve(start, end)

    def _past(self, start: Point, end: Point, row: int) -> str:
        """A long way forward: straight where nothing stands in between, else level along the nearest free lane."""
        (x1, y1), (x2, y2) = start, end
        left, right = x1 + BEND, x2 - BEND
        if not self._in_line(start, end, left, right):
            return curve(start, end)
        aside = 5 * (row % 4)
        lanes = [self._clear(wanted, left, right, step) + step * aside for wanted in (y1, y2) for step in (-1, 1)]
        lane = min(lanes, key=lambda each: abs(each - y1) + abs(each - y2))
        half = BEND / 2
        return (
            f"M{_n(x1)} {_n(y1)}C{_n(x1 + half)} {_n(y1)} {_n(x1 + half)} {_n(lane)} {_n(left)} {_n(lane)}"
            f"L{_n(right)} {_n(lane)}C{_n(x2 - half)} {_n(lane)} {_n(x2 - half)} {_n(y2)} {_n(x2)} {_n(y2)}"
        )

    def _way_round(self, source: Box, row: int, target: Box, start: Point, end: Point) -> list[Point]:
        """The corners of the shortest way back: under both cards, over both, or between them."""
        (x1, y1), (x2, y2) = start, end
        last = source.exits - 1 - row
        beyond = x1 + CLEAR
        if target.right > x1 and target is not source:
            beyond = max(x1, min(target.right, x1 + source.width)) + CLEAR
        left = x2 - CLEAR - 6 - 6 * (row % 4)
        under = max(source.foot, target.foot) + CLEAR + 6 * last
        over = min(source.y, target.y) - CLEAR - 12 - 6 * row
        lanes = [
            (self._clear(under, left, beyond, 1), beyond + 6 * last),
            (self._clear(over, left, beyond, -1), beyond + 6 * row),
        ]
        if target.foot + 3 * CLEAR < source.y:
            lanes.append((self._clear((target.foot + source.y) / 2, left, beyond, -1), x1 + CLEAR + 6 * row))
        if source.foot + 3 * CLEAR < target.y:
            lanes.append((self._clear((source.foot + target.y) / 2, left, beyond, 1), x1 + CLEAR + 6 * last))
        lane, out = min(lanes, key=lambda each: abs(each[0] - y1) + abs(each[0] - y2))
        return [start, (out, y1), (out, lane), (left, lane), (left, y2), end]

    def _clear(self, lane: float, left: float, right: float, step: int) -> float:
        """The level line moved down (`step` 1) or up until it runs through no card."""
        for _ in range(MOST_TRIES):
            hit = next((box for box in self._at(lane, left, right) if box.y - NEAR < lane < box.foot + NEAR), None)
            if hit is None:
                break
            lane = hit.foot + CLEAR if step > 0 else hit.y - CLEAR
        return lane

    def _at(self, lane: float, left: float, right: float) -> Iterator[Box]:
        level = floor(lane / CELL)
        for column in _cells(left, right):
            for box in self._cells.get((column, level), ()):
                if box.x < right and box.right > left:
                    yield box

    def _in_line(self, start: Point, end: Point, left: float, right: float) -> bool:
        """Whether a card between `left` and `right` touches the straight line, or nearly."""
        (x1, y1), (x2, y2) = start, end
        slope = (y2 - y1) / (x2 - x1)
        for column in _cells(left, right):
            levels = sorted(y1 + slope * (x - x1) for x in (column * CELL, (column + 1) * CELL))
            for level in _cells(*levels):
                for box in self._cells.get((column, level), ()):
                    if box.x < right and box.right > left:
                        ends = [y1 + slope * (min(max(x, x1), x2) - x1) for x in (box.x, box.right)]
                        if min(ends) < box.foot + NEAR and max(ends) > box.y - NEAR:
                            return True
        return False


def curve(start: Point, end: Point) -> str:
    """The course when it leads on to the right and nothing is in between."""
    (x1, y1), (x2, y2) = start, end
    reach = max(28.0, min((x2 - x1) * 0.5, 150.0))
    return f"M{_n(x1)} {_n(y1)}C{_n(x1 + reach)} {_n(y1)} {_n(x2 - reach)} {_n(y2)} {_n(x2)} {_n(y2)}"


def _cells(low: float, high: float) -> range:
    return range(floor(low / CELL), floor(high / CELL) + 1)


def _rounded(points: Sequence[Point]) -> str:
    """A line through the points, its corners rounded."""
    path = f"M{_n(points[0][0])} {_n(points[0][1])}"
    for (ax, ay), (bx, by), (cx, cy) in zip(points, points[1:], points[2:], strict=False):
        before, after = abs(bx - ax) + abs(by - ay), abs(cx - bx) + abs(cy - by)
        radius = min(CORNER, before / 2, after / 2)
        near = (bx - _sign(bx - ax) * radius, by - _sign(by - ay) * radius)
        far = (bx + _sign(cx - bx) * radius, by + _sign(cy - by) * radius)
        path += f"L{_n(near[0])} {_n(near[1])}Q{_n(bx)} {_n(by)} {_n(far[0])} {_n(far[1])}"
    return f"{path}L{_n(points[-1][0])} {_n(points[-1][1])}"


def _sign(value: float) -> float:
    return copysign(1, value) if value else 0


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
