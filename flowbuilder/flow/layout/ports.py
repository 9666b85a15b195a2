"""Where links meet a card, and the distances between cards: pixels at zoom 1.

The exits are rows at the foot of a card, so a port's place follows from the card's height and its number of exits.
"""

from __future__ import annotations

from dataclasses import dataclass

GRID = 20
ROW = 20
ROWS_EDGE = 5
INPUT_TOP = 23
# Between columns there is room for the curves of links, between cards for a link that leads back.
COLUMN_GAP = 80
CARD_GAP = 40
LANE = 20
LANE_GAP = 20


def port_top(height: float, exits: int, row: int) -> float:
    """From the top of a card of this height to the port of its exit number `row` (from 0)."""
    return height - ROWS_EDGE - ROW * (exits - row) + ROW / 2


@dataclass(frozen=True, slots=True)
class Card:
    """How large a node is on the canvas, and how many exits it shows."""

    width: float
    height: float
    exits: int


def up_to_grid(length: float) -> int:
    """The length, or the next longer one that is a whole number of grid steps."""
    return int(-(-length // GRID)) * GRID


def on_grid(place: float) -> int:
    """The nearest line of the grid."""
    return round(place / GRID) * GRID
